import 'temporal-polyfill/global';
import { describe, expect, test } from 'vitest';
import {
  dateAt,
  datePlus,
  dayOf,
  fullHours,
  instantAt,
  instantOf,
  markBefore,
  minuteAt,
  minuteOf,
  wallAt,
} from '../src/day.ts';

const BERLIN = 'Europe/Berlin';
const at = (text: string) => Date.parse(text);

describe('a day of the building', () => {
  test.each([
    ['2026-11-24', 1440, '2026-11-23T23:00:00Z'],
    ['2026-03-29', 1380, '2026-03-28T23:00:00Z'],
    ['2026-10-25', 1500, '2026-10-24T22:00:00Z'],
  ])('%s lasts %i minutes from midnight there', (date, minutes, start) => {
    expect(dayOf(date, BERLIN)).toEqual({ date, zone: BERLIN, start: at(start), minutes });
  });

  test('begins when the clock first shows that date, even where midnight is skipped', () => {
    // In Beirut the clocks of 2021-03-28 went from 00:00 straight to 01:00.
    expect(dayOf('2021-03-28', 'Asia/Beirut')).toMatchObject({ start: at('2021-03-27T22:00:00Z'), minutes: 1380 });
  });

  test('opens an hour of the clock later or earlier when the clocks change in the night', () => {
    expect(minuteOf(dayOf('2026-11-24', BERLIN), '07:00')).toBe(420);
    expect(minuteOf(dayOf('2026-03-29', BERLIN), '07:00')).toBe(360);
    expect(minuteOf(dayOf('2026-10-25', BERLIN), '07:00')).toBe(480);
  });

  test('turns minutes into instants and back', () => {
    const day = dayOf('2026-10-25', BERLIN);
    for (const minute of [-60, 0, 185, 1499, 1600]) expect(minuteAt(day, instantAt(day, minute))).toBe(minute);
  });

  test('has its date by its own clock, not by ours', () => {
    expect(dateAt(at('2026-11-23T23:30:00Z'), BERLIN)).toBe('2026-11-24');
    expect(dateAt(at('2026-11-23T23:30:00Z'), 'America/New_York')).toBe('2026-11-23');
  });

  test('is followed by the next one over the end of a month', () => {
    expect(datePlus('2026-11-30', 1)).toBe('2026-12-01');
    expect(datePlus('2026-03-01', -1)).toBe('2026-02-28');
  });

  test('shows its full hours by the clock, also after a change', () => {
    const day = dayOf('2026-03-29', BERLIN);
    expect(fullHours(day, [360, 600], 1).map((minute) => wallAt(instantAt(day, minute), BERLIN).slice(11))).toEqual([
      '07:00',
      '08:00',
      '09:00',
      '10:00',
      '11:00',
    ]);
    expect(fullHours(dayOf('2026-11-24', BERLIN), [420, 1200], 3)).toEqual([540, 720, 900, 1080]);
  });
});

describe('a wall time', () => {
  test.each(['2026-11-24T10:30', '2026-10-25T02:30', '2026-10-25T02:30+01:00', '2026-03-29T03:00'])(
    '%s names the same instant there and back',
    (wall) => {
      const instant = instantOf(wall, BERLIN);
      expect(instant).not.toBeNull();
      expect(wallAt(instant ?? 0, BERLIN)).toBe(wall);
    },
  );

  test('is written back the same for every quarter hour around both clock changes', () => {
    for (const date of ['2026-03-29', '2026-10-25']) {
      const day = dayOf(date, BERLIN);
      for (let minute = 0; minute < day.minutes; minute += 15) {
        const instant = instantAt(day, minute);
        expect(instantOf(wallAt(instant, BERLIN), BERLIN)).toBe(instant);
      }
    }
  });

  test('that the clocks skip is the hour after', () => {
    expect(instantOf('2026-03-29T02:30', BERLIN)).toBe(at('2026-03-29T01:30:00Z'));
  });

  test.each(['', '10:30', '2026-11-24', '2026-13-24T10:30', '2026-11-24T25:00', '2026-11-24T10:30Z'])(
    '%j names nothing',
    (wall) => {
      expect(instantOf(wall, BERLIN)).toBeNull();
    },
  );
});

test('"now" is the last five-minute mark', () => {
  expect(markBefore(at('2026-11-24T09:14:59Z'), BERLIN)).toBe(at('2026-11-24T09:10:00Z'));
  expect(markBefore(at('2026-11-24T09:15:00Z'), BERLIN)).toBe(at('2026-11-24T09:15:00Z'));
  expect(markBefore(at('2026-11-24T09:02:00Z'), 'Asia/Kathmandu')).toBe(at('2026-11-24T09:00:00Z'));
});
