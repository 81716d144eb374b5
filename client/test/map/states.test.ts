import { expect, it } from 'vitest';
import type { State } from '../../src/look/tokens.ts';
import { changes } from '../../src/map/states.ts';
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
