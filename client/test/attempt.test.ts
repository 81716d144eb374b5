import { describe, expect, test } from 'vitest';
import { Problem, Unreachable } from '../src/api/ledig.ts';
import { attemptAfter, Keys, keepsKey, uuid7 } from '../src/attempt.ts';

describe('an attempt that did not work', () => {
  test('because somebody was faster names the rooms that are free', () => {
    const problem = new Problem(409, 'room_taken', 'Taken.', null, [{ id: '1061', until: null }]);
    expect(attemptAfter(problem, 0)).toEqual({ state: 'taken', free: ['1061'] });
  });

  test('because a rule forbids it repeats the sentence of the server', () => {
    const problem = new Problem(422, 'policy', 'A kiosk books for today only.');
    expect(attemptAfter(problem, 0)).toEqual({ state: 'refused', detail: 'A kiosk books for today only.' });
  });

  test('because the calendar is away may be repeated when the server says', () => {
    const problem = new Problem(503, 'calendar_unavailable', '', 7);
    expect(attemptAfter(problem, 1000)).toEqual({ state: 'again', why: 'calendar_away', at: 8000 });
  });

  test('because no answer came may be repeated at once', () => {
    expect(attemptAfter(new Unreachable(), 1000)).toEqual({ state: 'again', why: 'unreachable', at: 1000 });
  });

  test('keeps its key only where it may be repeated', () => {
    expect(keepsKey({ state: 'again', why: 'unreachable', at: 0 })).toBe(true);
    expect(keepsKey({ state: 'taken', free: [] })).toBe(false);
    expect(keepsKey({ state: 'refused', detail: '' })).toBe(false);
  });
});

describe('the key of a wish', () => {
  test('is a UUIDv7 that begins with the time', () => {
    const key = uuid7(0x0123456789ab, new Uint8Array(10).fill(255));
    expect(key).toBe('01234567-89ab-7fff-bfff-ffffffffffff');
    expect(uuid7(1)).toMatch(/^00000000-0001-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('is the same for the same wish until it is forgotten', () => {
    const keys = new Keys();
    const key = keys.keyFor('a', 1);
    expect(keys.keyFor('a', 2)).toBe(key);
    expect(keys.keyFor('b', 2)).not.toBe(key);
    keys.forget('a');
    expect(keys.keyFor('a', 3)).not.toBe(key);
  });
});
