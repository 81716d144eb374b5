import { describe, expect, test } from 'vitest';
import { Problem, Unreachable } from '../src/api/ledig.ts';
import { isOpen, toldAfter } from '../src/told.ts';

describe('an attempt that did not work', () => {
  test('because somebody was faster names the rooms that are free', () => {
    const problem = new Problem(409, 'room_taken', 'Taken.', null, [{ id: '1061', until: null }]);
    expect(toldAfter(problem, 0)).toEqual({ state: 'taken', free: ['1061'] });
  });

  test('because a rule forbids it repeats the sentence of the server', () => {
    const problem = new Problem(422, 'policy', 'A kiosk books for today only.');
    expect(toldAfter(problem, 0)).toEqual({ state: 'refused', detail: 'A kiosk books for today only.' });
  });

  test('because the calendar is away may be repeated when the server says', () => {
    const problem = new Problem(503, 'calendar_unavailable', '', 7);
    expect(toldAfter(problem, 1000)).toEqual({ state: 'again', why: 'calendar_away', at: 8000 });
  });

  test('because no answer came may be repeated at once', () => {
    expect(toldAfter(new Unreachable(), 1000)).toEqual({ state: 'again', why: 'unreachable', at: 1000 });
  });

  test('is open only where it may be repeated', () => {
    expect(isOpen({ state: 'again', why: 'unreachable', at: 0 })).toBe(true);
    expect(isOpen({ state: 'taken', free: [] })).toBe(false);
    expect(isOpen({ state: 'refused', detail: '' })).toBe(false);
  });
});
