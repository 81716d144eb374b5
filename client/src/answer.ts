import { instantAt } from './day.ts';
import type { Page } from './page.ts';

/** What the page has to say first, in one sentence. */
export function answerOf(page: Page): string {
  const { words, say, wish } = page;
  if (page.isLoading) return words.say('looking');
  if (page.day.date < page.today) return words.say('day_over');
  if (page.count('closed') > 0) return opensOf(page);
  const length = words.spelled(page.length);
  const n = page.count('free');
  if (n > 0) return words.say('answer', { n, length });
  if (!page.isKnown()) return words.say('unknown');
  return page.follows ? words.say('none_now', { length }) : words.say('none_then', { length, t: say.time(wish.start) });
}

function opensOf(page: Page): string {
  const { words, say, wish, hours } = page;
  const t = say.time(hours[0]);
  if (wish.start < hours[1]) return words.say('opens', { t });
  if (page.day.date === page.today) return words.say('opens_tomorrow', { t });
  return words.say('opens_day', { day: nextDayOf(page), t });
}

/** The day after the one that is shown: "Wednesday 25 November". */
export function nextDayOf({ words, day }: Page): string {
  return words.day(instantAt(day, day.minutes + 720));
}
