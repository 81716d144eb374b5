import { html } from 'lit';
import { instantAt } from '../day.ts';
import type { Page } from '../page.ts';
import { lengthsWithin } from '../wish.ts';

/** "Now, 10:10", "14:00" or "Wed 25 Nov, 07:00". */
export function whenText({ day, follows, say, today, wish, words }: Page): string {
  const t = say.time(wish.start);
  if (follows) return words.say('now_at', { t });
  return day.date === today ? t : words.say('then_at', { day: words.shortDay(instantAt(day, wish.start)), t });
}

/** The choice of lengths; one that somebody dragged is among them. */
export function lengthSelect(page: Page, spell: (minutes: number) => string) {
  const lengths = new Set([...lengthsWithin(page.limits), page.length]);
  const choose = (event: Event) => page.last(Number((event.target as HTMLSelectElement).value));
  return html`<select aria-label=${page.words.say('how_long')} @change=${choose}>
    ${[...lengths]
      .sort((a, b) => a - b)
      .map((length) => html`<option value=${length} ?selected=${length === page.length}>${spell(length)}</option>`)}
  </select>`;
}
