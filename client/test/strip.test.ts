import { expect, test } from 'vitest';
import { type Stretch, stateFor } from '../src/freebusy.ts';
import { barsOf, nearestQuarter, stepped } from '../src/strip.ts';

const OPEN: Stretch = [420, 1200];
const ROOMS: (Stretch[] | null)[] = [
  [],
  [
    [480, 540],
    [615, 700],
  ],
  [[0, 1440]],
  null,
  [[427, 433]],
];

test('a bar stands for every quarter hour of the opening hours', () => {
  const bars = barsOf(ROOMS, OPEN, 60);
  expect(bars).toHaveLength(52);
  expect(bars.at(0)?.start).toBe(420);
  expect(bars.at(-1)?.start).toBe(1185);
});

test.each([15, 30, 60, 75, 120])(
  'each bar counts the rooms that are free for all of %i minutes from there',
  (length) => {
    for (const { start, free } of barsOf(ROOMS, OPEN, length)) {
      const states = ROOMS.map((busy) => stateFor({ start, length }, busy, OPEN).state);
      expect(free, `at ${start}`).toBe(states.filter((state) => state === 'free').length);
    }
  },
);

test('a wish that would outlast the day fits nowhere', () => {
  expect(barsOf(ROOMS, OPEN, 60).slice(-3)).toEqual([1155, 1170, 1185].map((start) => ({ start, free: 0 })));
  expect(barsOf(ROOMS, OPEN, 2000).every(({ free }) => free === 0)).toBe(true);
});

test('arrows go to the next quarter hour, from wherever the wish begins', () => {
  expect(stepped(610, 1)).toBe(615);
  expect(stepped(615, 1)).toBe(630);
  expect(stepped(610, -1)).toBe(600);
  expect(stepped(615, -1)).toBe(600);
  expect(stepped(610, 4)).toBe(660);
  expect(nearestQuarter(607)).toBe(600);
  expect(nearestQuarter(608)).toBe(615);
});
