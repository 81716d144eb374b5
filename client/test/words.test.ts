import { describe, expect, test } from 'vitest';
import { Words } from '../src/words.ts';

const words = new Words('en-GB', 'Europe/Berlin');
const at = (text: string) => Date.parse(text);

describe('the page says', () => {
  test.each([
    [1, '1 room free for an hour'],
    [14, '14 rooms free for an hour'],
    [0, '0 rooms free for an hour'],
  ])('%i rooms in the right number', (n, text) => {
    expect(words.say('answer', { n, length: words.spelled(60) })).toBe(text);
  });

  test.each([
    [15, '15 minutes', '15 min', '15 min'],
    [60, 'an hour', '1 hour', '1 h'],
    [90, '1 h 30', '1 h 30', '1 h 30'],
    [120, '2 hours', '2 hours', '2 h'],
    [65, '1 h 05', '1 h 05', '1 h 05'],
  ])('%i minutes within a sentence, on its own and in brief', (minutes, spelled, alone, brief) => {
    expect([words.spelled(minutes), words.length(minutes), words.brief(minutes)]).toEqual([spelled, alone, brief]);
  });

  test("times by the building's clock, with the hours its language uses", () => {
    const instant = at('2026-11-24T13:05:00Z');
    expect(words.time(instant)).toBe('14:05');
    expect(words.hour(instant)).toBe('14');
    expect(new Words('en-US', 'Europe/Berlin').time(instant)).toMatch(/^02:05\sPM$/);
    expect(words.range(instant, instant + 3_600_000)).toBe('14:05–15:05');
    expect(words.day(at('2026-11-23T23:30:00Z'))).toBe('Tuesday 24 November');
  });

  test('how old it is in steps that do not flicker', () => {
    const ages = [0, 9_999, 25_000, 59_999, 60_000, 200_000];
    expect(ages.map((age) => words.checked(age))).toEqual([
      'checked just now',
      'checked just now',
      'checked 20 s ago',
      'checked 50 s ago',
      'checked 1 min ago',
      'checked 3 min ago',
    ]);
  });

  test('names as they are, even with braces in them', () => {
    expect(words.say('joined', { a: '{b}', b: '<b>x</b>' })).toBe('{b} · <b>x</b>');
  });
});
