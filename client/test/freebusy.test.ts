import { describe, expect, test } from 'vitest';
import { gapsIn, nextFree, type Stretch, stateFor, without } from '../src/freebusy.ts';

const OPEN: Stretch = [420, 1200];
const at = (hours: number, minutes = 0) => hours * 60 + minutes;
const hour = { start: at(10), length: 60 };

describe('for an hour at ten, a room', () => {
  test('with nothing booked is free all day', () => {
    expect(stateFor(hour, [], OPEN)).toEqual({ state: 'free', until: OPEN[1], allDay: true });
  });

  test('is free until its next booking', () => {
    expect(stateFor(hour, [[at(13), at(14)]], OPEN)).toEqual({ state: 'free', until: at(13), allDay: false });
  });

  test('is free between bookings that touch the hour', () => {
    const busy: Stretch[] = [
      [at(9), at(10)],
      [at(11), at(12)],
    ];
    expect(stateFor(hour, busy, OPEN)).toEqual({ state: 'free', until: at(11), allDay: false });
  });

  test('is taken until the next gap, over bookings that touch', () => {
    const busy: Stretch[] = [
      [at(9, 30), at(10, 30)],
      [at(10, 30), at(12)],
    ];
    expect(stateFor(hour, busy, OPEN)).toEqual({ state: 'busy', until: at(12) });
  });

  test('is taken for good when nothing follows', () => {
    expect(stateFor(hour, [[at(9), at(20)]], OPEN)).toEqual({ state: 'busy', until: null });
  });

  test('is free for its first part', () => {
    expect(stateFor(hour, [[at(10, 45), at(12)]], OPEN)).toEqual({
      state: 'part',
      from: at(10),
      to: at(10, 45),
      share: [0, 0.75],
    });
  });

  test('is free for its last two thirds', () => {
    expect(stateFor(hour, [[at(9), at(10, 20)]], OPEN)).toEqual({
      state: 'part',
      from: at(10, 20),
      to: at(11),
      share: [20 / 60, 1],
    });
  });

  test('offers the longest part, the earlier of two equal ones', () => {
    expect(stateFor(hour, [[at(10, 15), at(10, 30)]], OPEN)).toMatchObject({ from: at(10, 30), to: at(11) });
    expect(stateFor(hour, [[at(10, 20), at(10, 40)]], OPEN)).toMatchObject({ from: at(10), to: at(10, 20) });
  });

  test('with less free time than may be booked is taken', () => {
    expect(stateFor(hour, [[at(10, 14), at(12)]], OPEN)).toEqual({ state: 'busy', until: at(12) });
    expect(stateFor(hour, [[at(10, 15), at(12)]], OPEN)).toMatchObject({ state: 'part', to: at(10, 15) });
    expect(stateFor(hour, [[at(10, 29), at(12)]], OPEN, [], 30)).toEqual({ state: 'busy', until: at(12) });
  });

  test('that could not be read is unknown, never free', () => {
    expect(stateFor(hour, null, OPEN)).toEqual({ state: 'unknown' });
  });

  test('is ours while we hold it, whatever else is known', () => {
    const mine: Stretch[] = [[at(10), at(10, 30)]];
    expect(stateFor(hour, null, OPEN, mine)).toEqual({ state: 'mine', until: at(10, 30) });
    expect(stateFor({ start: at(10, 30), length: 60 }, [], OPEN, mine)).toMatchObject({ state: 'free' });
  });
});

describe('when the building', () => {
  test('is closed for the whole wish, so is the room, known or not', () => {
    expect(stateFor({ start: at(6), length: 60 }, [], OPEN)).toEqual({ state: 'closed' });
    expect(stateFor({ start: at(20), length: 60 }, null, OPEN)).toEqual({ state: 'closed' });
    expect(stateFor(hour, [], null)).toEqual({ state: 'closed' });
  });

  test('closes during the wish, the rest of it is not to be had', () => {
    expect(stateFor({ start: at(19, 30), length: 60 }, [], OPEN)).toMatchObject({ state: 'part', share: [0, 0.5] });
    expect(stateFor({ start: at(6, 45), length: 60 }, [], OPEN)).toMatchObject({ state: 'part', from: at(7) });
  });
});

test('gaps are what bookings leave of the opening hours, in whatever order they come', () => {
  const busy: Stretch[] = [
    [at(15), at(16)],
    [at(6), at(8)],
    [at(15, 30), at(15, 45)],
    [at(19), at(22)],
  ];
  expect(gapsIn(busy, OPEN)).toEqual([
    [at(8), at(15)],
    [at(16), at(19)],
  ]);
  expect(gapsIn([[0, 1440]], OPEN)).toEqual([]);
});

test('what others took is what is taken without our own bookings', () => {
  const busy: Stretch[] = [
    [at(9), at(12)],
    [at(14), at(15)],
  ];
  expect(without(busy, [[at(10), at(11)]])).toEqual([
    [at(9), at(10)],
    [at(11), at(12)],
    [at(14), at(15)],
  ]);
  expect(without(busy, [...busy])).toEqual([]);
});

test('the next free time has room for the whole wish and begins on a five-minute mark', () => {
  const busy: Stretch[] = [
    [at(10), at(11, 2)],
    [at(11, 45), at(12)],
  ];
  expect(nextFree(hour, busy, OPEN)).toEqual({ start: at(12), length: 60 });
  expect(nextFree({ ...hour, length: 30 }, busy, OPEN)).toEqual({ start: at(11, 5), length: 30 });
  expect(nextFree(hour, [[at(9), at(19, 30)]], OPEN)).toBeNull();
});

test('any state agrees with counting free minutes one by one', () => {
  for (let seed = 1; seed < 400; seed++) {
    const chance = (n: number) => (seed * 7919 * (n + 3) + n * n * 104729) % 1440;
    const busy = [0, 1, 2].map((n): Stretch => [chance(n), chance(n) + 15 + (chance(n + 7) % 90)]);
    const wish = { start: chance(5), length: [15, 30, 60, 120][seed % 4] ?? 60 };
    const isFree = (minute: number) =>
      OPEN[0] <= minute && minute < OPEN[1] && !busy.some(([from, to]) => from <= minute && minute < to);
    const minutes = Array.from({ length: wish.length }, (_, n) => isFree(wish.start + n));
    const { state } = stateFor(wish, busy, OPEN);
    expect(state === 'free').toBe(minutes.every(Boolean));
    if (state === 'busy' || state === 'closed') expect(minutes.join('')).not.toContain('true'.repeat(15));
    if (state === 'part') expect(minutes.join('')).toContain('true'.repeat(15));
  }
});
