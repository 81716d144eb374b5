import { expect, it } from 'vitest';
import type { State } from '../../src/look/tokens.ts';
import { changes, isSame } from '../../src/map/states.ts';
import type { Mark } from '../../src/map/types.ts';

const marks = (states: Record<string, State>) =>
  new Map(
    Object.entries(states).map(([room, state]): [string, Mark] => [room, { state, name: room, line: '', short: '' }]),
  );

it('writes only the rooms whose state changed', () => {
  const shown = new Map<string, State>([
    ['1096', 'free'],
    ['1061', 'busy'],
  ]);
  expect(changes(shown, marks({ '1096': 'free', '1061': 'free' }))).toEqual([{ room: '1061', state: 'free' }]);
});

it('writes rooms that are new, and takes back those that are gone', () => {
  const shown = new Map<string, State>([['1096', 'free']]);
  expect(changes(shown, marks({ '1061': 'unknown' }))).toEqual([
    { room: '1061', state: 'unknown' },
    { room: '1096', state: null },
  ]);
});

it('knows marks that say the same from such that do not, so that a tick of the clock draws nothing anew', () => {
  const before = marks({ '1096': 'part', '1061': 'busy' });
  expect(isSame(before, marks({ '1096': 'part', '1061': 'busy' }))).toBe(true);
  expect(isSame(before, marks({ '1096': 'part', '1061': 'free' }))).toBe(false);
  expect(isSame(before, marks({ '1096': 'part' }))).toBe(false);
  expect(isSame(before, marks({ '1096': 'part', '1072': 'busy' }))).toBe(false);
  const mark: Mark = { state: 'part', name: '1096', line: '', short: '', share: [0, 0.5] };
  expect(isSame(before, new Map(before).set('1096', mark))).toBe(false);
});
