import 'temporal-polyfill/global';
import { describe, expect, test } from 'vitest';
import type { Room } from '../src/api/types.ts';
import { dayOf, instantAt } from '../src/day.ts';
import type { RoomState } from '../src/freebusy.ts';
import { placeOf, reasonKey, Say } from '../src/say.ts';
import { Words } from '../src/words.ts';

const words = new Words('en-GB', 'Europe/Berlin');
const day = dayOf('2026-11-24', 'Europe/Berlin');
const say = new Say(words, day, { start: 610, length: 60 }, instantAt(day, 612));
const room: Room = {
  id: '1072',
  name: 'Noether',
  number: '1072',
  level: 1,
  capacity: 19,
  equipment: [],
  step_free: 'unknown',
  booking: 'auto',
};

describe('a state in words', () => {
  const cases: [RoomState, sentence: string, row: string, below: string, line: string, short: string][] = [
    [
      { state: 'free', until: 780, allDay: false },
      'Free until 13:00',
      'until 13:00',
      '2 h 50',
      'until 13:00',
      '–13:00',
    ],
    [{ state: 'free', until: 1200, allDay: true }, 'Free all day', 'all day', '9 h 50', 'all day', ''],
    [
      { state: 'part', from: 610, to: 650, share: [0, 2 / 3] },
      'Free until 10:50',
      'until 10:50',
      '40 of 60 min',
      'until 10:50',
      '–10:50',
    ],
    [
      { state: 'part', from: 630, to: 670, share: [1 / 3, 1] },
      'Free from 10:30',
      'from 10:30',
      '40 of 60 min',
      'from 10:30',
      '10:30–',
    ],
    [
      { state: 'part', from: 630, to: 645, share: [1 / 3, 7 / 12] },
      'Free 10:30–10:45',
      '10:30–10:45',
      '15 of 60 min',
      '10:30–10:45',
      '10:30–10:45',
    ],
    [{ state: 'busy', until: 720 }, 'Taken until 12:00', 'from 12:00', 'taken', 'to 12:00', '–12:00'],
    [{ state: 'busy', until: null }, 'Taken for the rest of the day', '', 'taken', 'taken', ''],
    [{ state: 'mine', until: 660 }, 'Yours until 11:00', 'to 11:00', 'yours', 'to 11:00', '–11:00'],
    [{ state: 'unknown' }, 'Not known right now', '', 'not known', 'not known', ''],
    [{ state: 'closed' }, 'Not to be booked', '', 'closed', 'closed', ''],
  ];

  test.each(cases)('%o', (state, sentence, row, below, line, short) => {
    expect(say.sentence(state)).toBe(sentence);
    expect(say.rowEnd(state)).toEqual([row, below]);
    expect(say.mark(room, state)).toMatchObject({ state: state.state, name: 'Noether', line, short });
  });

  test('passes the share of the wish on to the map', () => {
    expect(say.mark(room, { state: 'part', from: 610, to: 650, share: [0, 0.5] }).share).toEqual([0, 0.5]);
    expect(say.mark(room, { state: 'unknown' })).not.toHaveProperty('share');
  });

  test('counts from now, or from when the wish begins', () => {
    const free: RoomState = { state: 'free', until: 780, allDay: false };
    expect(say.detail(free)).toBe('2 h 50 from now');
    const later = new Say(words, day, { start: 720, length: 60 }, instantAt(day, 612));
    expect(later.detail(free)).toBe('1 h from 12:00');
  });
});

test('a room lies on a floor and has seats', () => {
  const levels = [{ ordinal: 1, name: 'Floor 1', short_name: '1' }];
  expect(placeOf(room, levels, words)).toBe('1072 · Floor 1 · 19 seats');
  expect(placeOf({ ...room, capacity: 1 }, levels, words)).toBe('1072 · Floor 1 · 1 seat');
});

test('a reason that is new to the page is told as unexpected', () => {
  expect(reasonKey('no_access')).toBe('unknown_no_access');
  expect(reasonKey('solar_flare')).toBe('unknown_unexpected');
});
