import { html } from 'lit';
import type { Page } from '../page.ts';
import { lengthsWithin } from '../wish.ts';

/** "Now, 10:10" or "14:00". */
export function whenText(page: Page): string {
  const t = page.say.time(page.wish.start);
  return page.follows ? page.words.say('now_at', { t }) : t;
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
