import { css, html } from 'lit';
import { answerOf, nextDayOf } from '../answer.ts';
import { datePlus, instantAt } from '../day.ts';
import type { Door } from '../wish.ts';
import { icon } from './icons.ts';
import { base, Part } from './part.ts';

/** `<the-answer>`: the answer, the time it is for, what is wrong with it, and ways out when it is no. */
class TheAnswer extends Part {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        padding: 1.25rem 1.25rem 0.625rem;
      }
      h1 {
        font-size: 1.25rem;
        line-height: 1.625rem;
        font-weight: 700;
        letter-spacing: -0.005em;
      }
      .for {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 1rem;
        margin-top: 2px;
        color: var(--ink2);
      }
      .bar {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 0.5rem;
        min-height: 2.75rem;
        margin-bottom: 0.75rem;
        padding: 0.25rem 0.25rem 0.25rem 0.875rem;
        border-radius: 0.625rem;
        border: 1px solid var(--unknown-edge);
        background: var(--sunk);
        font-weight: 600;
      }
      .bar.no {
        border-color: var(--busy-edge);
        background: var(--busy-fill);
        color: var(--busy-text);
      }
      .bar button {
        display: grid;
        place-items: center;
        width: 2.75rem;
      }
      .doors {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        margin-top: 0.75rem;
      }
    `,
  ];

  override render() {
    const { page } = this;
    return html`${this.#bars()}
      <h1>${answerOf(page)}</h1>
      ${page.isLoading ? '' : this.#for()}
      ${this.#doors()}`;
  }

  #bars() {
    const { page } = this;
    const { words } = page;
    const bars = [];
    if (page.isStale && page.asOf !== null) bars.push(words.say('not_live', { t: words.time(page.asOf) }));
    else if (page.isFailing) bars.push(this.#trouble());
    return html`${bars.map((text) => html`<p class="bar">${text}</p>`)}${this.#declined()}`;
  }

  /** What we show is still good, but nobody answers. */
  #trouble(): string {
    const { asOf, now, words } = this.page;
    const trouble = words.say(navigator.onLine ? 'trouble' : 'offline');
    return asOf === null ? trouble : words.say('joined', { a: trouble, b: words.checked(now - asOf) });
  }

  #declined() {
    const { bookings, venue, words } = this.page;
    const { declined } = bookings;
    if (!declined) return '';
    const name = venue.rooms.find(({ id }) => id === declined.room)?.name;
    const time = words.range(Date.parse(declined.start), Date.parse(declined.end));
    return html`<div class="bar no" role="alert">
      <span>${words.say('joined', { a: name ?? '', b: time })}: ${words.say('declined_none')}</span>
      <button aria-label=${words.say('close')} @click=${() => bookings.dismiss()}>${icon('close')}</button>
    </div>`;
  }

  #for() {
    const { page } = this;
    const { words, wish, day } = page;
    const range = page.say.range([wish.start, wish.start + wish.length]);
    const isToday = day.date === page.today;
    const when = isToday
      ? words.say('today_at', { range })
      : words.say('day_at', { day: words.day(instantAt(day, wish.start)), range });
    return html`<p class="for"><span>${when}</span><span class="small">${words.say('order')}</span></p>`;
  }

  #doors() {
    const { page } = this;
    const { words, say } = page;
    if (page.isLoading || page.count('free') > 0) return '';
    if (page.count('closed') > 0) return html`<div class="doors">${this.#open()}</div>`;
    const text = ({ kind, wish, free }: Door) => {
      const what =
        kind === 'shorter' ? words.length(wish.length) : words.say('door_later', { t: say.time(wish.start) });
      return words.say('door', { what, n: free });
    };
    const doors = page.doors().map((door) => this.#door(text(door), () => page.take(door.wish)));
    const hasLater = page.doors().some(({ kind }) => kind === 'later');
    return html`<div class="doors">${doors}${hasLater || !page.isKnown() ? '' : this.#nextDay()}</div>`;
  }

  /** The way from a closed building to when it is open. */
  #open() {
    const { page } = this;
    const { words, hours, wish, day, today } = page;
    if (day.date < today) return this.#door(words.say('show_now'), () => page.follow());
    if (wish.start < hours[0]) {
      return this.#door(words.say('show_time', { t: page.say.time(hours[0]) }), () => page.beginAt(hours[0]));
    }
    return this.#nextDay();
  }

  /** The next day from its opening: late in the evening the same time would be no better. */
  #nextDay() {
    const { page } = this;
    const { words, day, today } = page;
    const date = datePlus(day.date, 1);
    if (date > page.lastDay) return '';
    const text = day.date === today ? words.say('show_tomorrow') : words.say('show_day', { day: nextDayOf(page) });
    return this.#door(text, () => {
      page.goTo(date);
      page.beginAt(page.hours[0]);
    });
  }

  #door(text: string, act: () => void) {
    return html`<button class="chip" @click=${act}>${text}</button>`;
  }
}

customElements.define('the-answer', TheAnswer);
