import { expect, test } from 'vitest';
import { type Stretch, stateFor, type Wish } from '../src/freebusy.ts';
import { doorsFrom, fitLength, fitStart, lengthsFor, lengthsWithin } from '../src/wish.ts';

const OPEN: Stretch = [420, 1200];
const LIMITS = { shortest: 15, longest: 120 };

test('only lengths that the house allows are offered', () => {
  expect(lengthsWithin(LIMITS)).toEqual([15, 30, 60, 90, 120]);
  expect(lengthsWithin({ shortest: 30, longest: 60 })).toEqual([30, 60]);
  expect([5, 45, 500].map((length) => fitLength(length, LIMITS))).toEqual([15, 45, 120]);
});

test('a room offers the lengths that fit before its next booking, and all of the time until then', () => {
  expect(lengthsFor(610, [[700, 760]], OPEN, LIMITS)).toEqual({ usual: [15, 30, 60, 90], until: null });
  expect(lengthsFor(610, [[690, 760]], OPEN, LIMITS)).toEqual({ usual: [15, 30, 60], until: 80 });
  expect(lengthsFor(610, [], OPEN, LIMITS)).toEqual({ usual: [15, 30, 60, 90, 120], until: null });
  expect(lengthsFor(610, [[600, 660]], OPEN, LIMITS)).toEqual({ usual: [], until: null });
});

test('a wish begins within the opening hours and not before now', () => {
  expect(fitStart(300, OPEN, 15, 0)).toBe(420);
  expect(fitStart(1300, OPEN, 15, 0)).toBe(1185);
  expect(fitStart(500, OPEN, 15, 610)).toBe(610);
  expect(fitStart(500, OPEN, 15, 1250)).toBe(1250);
});

test('where nothing fits there is a shorter way and a later one', () => {
  const busy: Stretch[] = [[655, 800]];
  const freeFor = (wish: Wish) => (stateFor(wish, busy, OPEN).state === 'free' ? 1 : 0);
  expect(doorsFrom({ start: 610, length: 60 }, OPEN, LIMITS, freeFor)).toEqual([
    { kind: 'shorter', wish: { start: 610, length: 30 }, free: 1 },
    { kind: 'later', wish: { start: 810, length: 60 }, free: 1 },
  ]);
  expect(doorsFrom({ start: 610, length: 60 }, OPEN, LIMITS, () => 0)).toEqual([]);
});
