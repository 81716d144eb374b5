import { expect, test } from 'vitest';
import { nextRest, restAt } from '../src/ui/sheet.ts';

test('a sheet that is let go comes to the nearest rest', () => {
  expect([120, 290, 300, 456, 620, 700].map((height) => restAt(height, 844))).toEqual([
    'peek',
    'peek',
    'half',
    'half',
    'half',
    'full',
  ]);
});

test('its buttons go one rest up or down, and stop at the ends', () => {
  expect([nextRest('peek', 1), nextRest('half', 1), nextRest('full', 1)]).toEqual(['half', 'full', 'full']);
  expect([nextRest('peek', -1), nextRest('half', -1), nextRest('full', -1)]).toEqual(['peek', 'peek', 'half']);
});
