import { html } from 'lit';
import type { Booking } from '../api/types.ts';
import type { Wish } from '../freebusy.ts';
import type { Page, RoomNow } from '../page.ts';
import { floorOf, reasonKey } from '../say.ts';
import type { Told } from '../told.ts';
import type { Key } from '../words.ts';
import './day-bar.ts';
import { disc, type IconName, icon } from './icons.ts';
import { base, Part } from './part.ts';
import { cardStyles } from './room-card-styles.ts';

const EQUIPMENT: Record<string, [IconName, Key]> = {
  display: ['monitor', 'display'],
  video: ['video', 'video'],
  whiteboard: ['presentation', 'whiteboard'],
  'hearing-loop': ['ear', 'hearing_loop'],
};

/** `<room-card>`: one room, its day, and booking it. */
export class RoomCard extends Part {
  static override properties = {
    ...Part.properties,
    shown: { attribute: false },
  };
  declare shown: RoomNow;

  static override styles = [base, cardStyles];

  override render() {
    return html`${this.#head()}${this.#state()}
      <day-bar .page=${this.page} .shown=${this.shown}></day-bar>
      ${this.#facts()}
      ${this.#act()}`;
  }

  focusTitle(): void {
    this.renderRoot.querySelector<HTMLElement>('h3')?.focus();
  }

  /** For whoever pressed a button that is gone now: where its outcome is told. */
  focusOutcome(): void {
    this.renderRoot.querySelector<HTMLElement>('.booked, .go, [role=status]')?.focus();
  }

  #head() {
    const { page } = this;
    const { room } = this.shown;
    const floor = floorOf(room, page.venue.levels, page.words);
    return html`<div class="head">
      <div>
        <h3 tabindex="-1">${room.name}</h3>
        <p>${page.words.say('place', { number: room.number, floor })}</p>
      </div>
      <button class="close" aria-label=${page.words.say('close')} @click=${() => this.chooseRoom(null)}>${icon('close')}</button>
    </div>`;
  }

  #state() {
    const { page, shown } = this;
    const { words } = page;
    const { state } = shown;
    const share = state.state === 'part' ? state.share : undefined;
    const reason = state.state === 'unknown' && shown.reason;
    const why = reason ? words.say(reasonKey(reason)) : page.say.detail(state);
    const checked = page.asOf === null ? '' : words.checked(page.now - page.asOf);
    const below = why && checked ? words.say('joined', { a: why, b: checked }) : why || checked;
    return html`<div class="state">
      ${disc(state.state, share)}
      <div>
        <b class=${state.state}>${page.say.sentence(state)}</b>
        <span class="small">${below}</span>
      </div>
    </div>`;
  }

  #facts() {
    const { words } = this.page;
    const { room } = this.shown;
    return html`<ul class="facts">
      <li>${icon('users')}${words.say('seats', { n: room.capacity })}</li>
      ${room.equipment.map((name) => {
        const known = EQUIPMENT[name];
        return known ? html`<li>${icon(known[0])}${words.say(known[1])}</li>` : html`<li>${name}</li>`;
      })}
      <li>${icon('accessibility')}${words.say(`step_free_${room.step_free}`)}</li>
    </ul>`;
  }

  #act() {
    const { told } = this.page;
    const booking = this.page.bookingOf(this.shown.room.id);
    const [tone, text] = this.#status(told, booking);
    const isLost = told?.state === 'taken' || told?.state === 'declined';
    // One status line in one place, whatever comes around it: it is how a screen reader hears the outcome.
    return html`${booking ? this.#booked(booking) : isLost ? '' : this.#button(told)}
      <p class=${tone} role="status" tabindex="-1">${text}</p>
      ${isLost && !booking ? this.#others() : ''}`;
  }

  #booked(booking: Booking) {
    const { page } = this;
    const isUndoing = page.told?.state === 'undoing';
    return html`<div class="booked" tabindex="-1">
      <span>${page.words.say('booked', { t: page.words.time(Date.parse(booking.end)) })}</span>
      ${isUndoing ? '' : html`<button @click=${() => page.undo(booking)}>${page.words.say('undo')}</button>`}
    </div>`;
  }

  /** The status line: how it looks, and what it says. */
  #status(told: Told | null, booking: Booking | undefined): [tone: 'line' | 'line no' | 'sr', text: string] {
    const { page, shown } = this;
    const { words } = page;
    switch (told?.state) {
      case 'asking':
        return ['sr', words.say('asking')];
      case 'booked':
        return ['sr', booking ? words.say('booked', { t: words.time(Date.parse(booking.end)) }) : ''];
      case 'taken':
        return ['line no', words.say('lost')];
      case 'declined':
        return ['line no', words.say(page.others(shown.room).length > 0 ? 'declined' : 'declined_none')];
      case 'refused':
        return ['line no', told.detail || words.say('refused')];
      case 'again':
        return ['line no', words.say(told.why)];
      case 'undoing':
      case 'undone':
      case 'not_undone':
        return ['line', words.say(told.state)];
      default:
        return ['line', ''];
    }
  }

  #button(told: Told | null) {
    const { page, shown } = this;
    const { words } = page;
    if (shown.state.state === 'closed' || shown.state.state === 'unknown') return '';
    if (told?.state === 'asking') return this.#go(words.say('asking'), true);
    if (told?.state === 'again') {
      const seconds = Math.ceil((told.at - page.now) / 1000);
      return seconds > 0 ? this.#go(words.say('retry', { n: seconds }), true) : this.#go(words.say('again'), false);
    }
    if (shown.state.state !== 'free') return this.#ways();
    const refusal = page.refusalFor(shown.room);
    if (refusal) return html`<p class="quiet small">${words.say(refusal)}</p>`;
    return html`${this.#lengths()}${this.#go(this.#bookText(), false)}`;
  }

  #bookText(): string {
    const { page } = this;
    const { start, length } = page.wish;
    const times = { a: page.say.time(start), b: page.say.time(start + length) };
    return page.words.say('book', times);
  }

  #go(text: string, isWaiting: boolean) {
    const act = () => (isWaiting ? undefined : this.page.book());
    return html`<button class="go" aria-disabled=${isWaiting} @click=${act}>${text}</button>`;
  }

  /** The lengths that fit from the wish's start. */
  #lengths() {
    const { page, shown } = this;
    const { words, wish, say } = page;
    const { usual, until } = page.lengthsFor(shown);
    const chip = (length: number, text: string) =>
      html`<button class="chip" aria-pressed=${length === wish.length} @click=${() => page.last(length)}>${text}</button>`;
    return html`<div class="lengths" role="group" aria-label=${words.say('how_long')}>
      ${usual.map((length) => chip(length, words.brief(length)))}
      ${until === null ? '' : chip(until, words.say('until', { t: say.time(wish.start + until) }))}
    </div>`;
  }

  /** What can be had of a room that is not free for the whole wish: a shorter time, or a later one. */
  #ways() {
    const { page, shown } = this;
    const next = page.nextFree(shown);
    const begins = shown.state.state === 'part' && shown.state.from === page.wish.start;
    return html`${begins ? this.#lengths() : ''}
    ${
      next
        ? html`<button class="next" @click=${() => this.#takeTime(next)}>
            ${page.words.say('next_free', { a: page.say.time(next.start), b: page.say.time(next.start + next.length) })}
          </button>`
        : ''
    }`;
  }

  #takeTime(wish: Wish): void {
    this.page.take(wish);
    this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.go')?.focus());
  }

  #others() {
    const { page, shown } = this;
    return html`<div class="others">
      ${page.others(shown.room).map(
        (other) => html`<button class="other" data-room=${other.room.id} @click=${() => this.chooseRoom(other.room.id)}>
          ${disc('free')}<span
            >${other.room.name}
            <span class="small">${floorOf(other.room, page.venue.levels, page.words)}</span></span
          ><span class="until">${page.say.line(other.state)}</span>
        </button>`,
      )}
    </div>`;
  }
}

/** The card of a room, wherever it is shown. */
export function cardOf(page: Page, shown: RoomNow) {
  const { room, state } = shown;
  return html`<room-card data-room=${room.id} data-state=${state.state} .page=${page} .shown=${shown}></room-card>`;
}

customElements.define('room-card', RoomCard);

declare global {
  interface HTMLElementTagNameMap {
    'room-card': RoomCard;
  }
}
