import { html } from 'lit';
import { datePlus, fullHours, instantAt } from '../day.ts';
import type { StateName } from '../freebusy.ts';
import { nearestQuarter, QUARTER, quarterBefore, stepped } from '../strip.ts';
import { disc, icon } from './icons.ts';
import { base, Part, styles } from './part.ts';
import { stripStyles } from './time-strip-styles.ts';
import { lengthSelect } from './wish-controls.ts';

const LEGEND: readonly StateName[] = ['free', 'part', 'mine', 'busy', 'unknown', 'closed'];
/** These are told of even when they are none. */
const ALWAYS: readonly StateName[] = ['free', 'part', 'busy'];

/** A drag of the frame or its grip: where it began, in pixels and minutes. */
interface Drag {
  x: number;
  minute: number;
  change: (minute: number) => void;
}

/** `<time-strip>`: the day, and how many rooms are free for the whole wish at each quarter of an hour. */
class TimeStrip extends Part {
  static override properties = {
    ...Part.properties,
    isBrief: { type: Boolean, reflect: true, attribute: 'brief' },
  };
  declare isBrief: boolean;
  #drag: Drag | null = null;

  static override styles = [base, stripStyles];

  override render() {
    return html`<div class="row">${this.isBrief ? this.#chips() : html`${this.#day()}${this.#nowButton()}${this.#legend()}`}</div>
      ${this.#plot()}
      <div class="hours" aria-hidden="true">${this.#hours()}</div>`;
  }

  /** The frame, to bring the keyboard to it. */
  focusFrame(): void {
    this.renderRoot.querySelector<HTMLElement>('.frame')?.focus();
  }

  #day() {
    const { page } = this;
    const { date } = page.day;
    const shown = page.words.day(instantAt(page.day, 720));
    return html`<div class="day">
      <button
        class="arrow"
        aria-label=${page.words.say('day_before')}
        aria-disabled=${date <= page.firstDay}
        @click=${() => page.goTo(datePlus(date, -1))}
      >
        ${icon('chevronLeft')}
      </button>
      <button class="date" aria-label="${shown}, ${page.words.say('choose_day')}" @click=${this.#openCalendar}>
        ${shown}
      </button>
      ${this.#calendar()}
      <button
        class="arrow"
        aria-label=${page.words.say('day_after')}
        aria-disabled=${date >= page.lastDay}
        @click=${() => page.goTo(datePlus(date, 1))}
      >
        ${icon('chevronRight')}
      </button>
    </div>`;
  }

  /** On a small screen: now, how long, which day. */
  #chips() {
    const { page } = this;
    const { words } = page;
    const isToday = page.day.date === page.today;
    const day = isToday ? words.say('today') : words.shortDay(instantAt(page.day, 720));
    return html`<button class="chip" aria-pressed=${page.follows} @click=${() => page.follow()}>
        ${icon('clock')}${words.say('now')}
      </button>
      <span class="chip with-menu">
        <span aria-hidden="true">${words.brief(page.length)}</span>${icon('chevronDown')}
        ${lengthSelect(page, (minutes) => words.length(minutes))}
      </span>
      <span class="day">
        <button class="chip" aria-label="${day}, ${words.say('choose_day')}" @click=${this.#openCalendar}>
          ${day}${icon('chevronDown')}
        </button>
        ${this.#calendar()}
      </span>`;
  }

  #calendar() {
    const { page } = this;
    return html`<input
      type="date"
      tabindex="-1"
      aria-hidden="true"
      min=${page.firstDay}
      max=${page.lastDay}
      .value=${page.day.date}
      @change=${(event: Event) => page.goTo((event.target as HTMLInputElement).value)}
    />`;
  }

  #openCalendar = (): void => {
    this.renderRoot.querySelector<HTMLInputElement>('input[type=date]')?.showPicker();
  };

  #nowButton() {
    const { page } = this;
    return html`<button class="now" aria-pressed=${page.follows} @click=${() => page.follow()}>
      <span class="pill">${icon('clock')}${page.words.say('now')}</span>
    </button>`;
  }

  #legend() {
    const { page } = this;
    const { words } = page;
    const { isLoading } = page;
    const isKnown = page.isKnown();
    const shown = LEGEND.filter((name) => page.count(name) > 0 || (isKnown && ALWAYS.includes(name)));
    // While we look it only keeps its place.
    return html`<ul class=${isLoading ? 'legend blank' : 'legend'}>
      ${(isLoading ? ALWAYS : shown).map(
        (name) =>
          html`<li>
            ${disc(name, [0, 2 / 3])}${words.say(`legend_${name}`, { n: page.count(name), length: words.brief(page.length) })}
          </li>`,
      )}
    </ul>`;
  }

  #plot() {
    const { page } = this;
    const { wish, bookable, minuteNow } = page;
    const most = Math.max(page.rooms().length, 1);
    const isPast = (start: number) => !bookable || page.isStale || start + QUARTER <= minuteNow;
    const isWished = (start: number) => start + QUARTER > wish.start && start < wish.start + wish.length;
    const bars = page.bars().map(({ start, free }) => {
      const kind = isPast(start) ? 'past' : isWished(start) ? 'wish' : '';
      return html`<i class=${kind} .style=${styles({ height: `${(free / most) * 100}%` })}></i>`;
    });
    return html`<div class="plot" @pointerdown=${this.#jump} @click=${() => this.focusFrame()}>
      <div class="bars" aria-hidden="true">${bars}</div>
      ${this.#frame()}
    </div>`;
  }

  #frame() {
    const { page } = this;
    const { wish, hours } = page;
    const clamp = (minute: number) => Math.min(Math.max(minute, hours[0]), hours[1]);
    const [from, to] = [clamp(wish.start), clamp(wish.start + wish.length)];
    const place = { left: `${this.#share(from) * 100}%`, width: `${(this.#share(to) - this.#share(from)) * 100}%` };
    const isAway = to <= from;
    return html`<div
      class=${isAway ? 'frame away' : 'frame'}
      role="slider"
      tabindex="0"
      aria-label=${page.words.say('strip')}
      aria-valuemin=${hours[0]}
      aria-valuemax=${hours[1]}
      aria-valuenow=${from}
      aria-valuetext=${this.#told()}
      .style=${styles(place)}
      @keydown=${this.#key}
      @pointerdown=${this.#grab}
      @pointermove=${this.#move}
      @pointerup=${this.#drop}
      @pointercancel=${this.#drop}
    >
      <span class="grip"></span>
    </div>`;
  }

  #told(): string {
    const { page } = this;
    const { wish, say, words } = page;
    const times = { a: say.time(wish.start), b: say.time(wish.start + wish.length) };
    if (page.count('closed') > 0) return words.say('strip_closed', times);
    if (!page.isKnown()) return words.say('strip_unknown', times);
    return words.say('strip_value', { ...times, n: page.count('free') });
  }

  #hours() {
    const { hours, day, words } = this.page;
    const whole = fullHours(day, hours, 3);
    return fullHours(day, hours).map((at) => {
      const edge = at === hours[0] ? 'first' : at === hours[1] ? 'last' : '';
      return html`<span class="${edge} ${whole.includes(at) ? '' : 'minor'}" .style=${styles({ left: `${this.#share(at) * 100}%` })}
        >${words.hour(instantAt(day, at))}</span
      >`;
    });
  }

  #key = (event: KeyboardEvent): void => {
    const { page } = this;
    const step = event.shiftKey ? 4 : 1;
    const moves: Record<string, () => void> = {
      ArrowRight: () => page.beginAt(stepped(page.wish.start, step)),
      ArrowUp: () => page.beginAt(stepped(page.wish.start, step)),
      ArrowLeft: () => page.beginAt(stepped(page.wish.start, -step)),
      ArrowDown: () => page.beginAt(stepped(page.wish.start, -step)),
      PageUp: () => page.beginAt(stepped(page.wish.start, 4)),
      PageDown: () => page.beginAt(stepped(page.wish.start, -4)),
      Home: () => page.follow(),
      End: () => page.beginAt(page.hours[1] - page.length),
      '+': () => page.last(stepped(page.length, 1)),
      '-': () => page.last(stepped(page.length, -1)),
    };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move();
  };

  #jump = (event: PointerEvent): void => {
    if (event.target instanceof Element && event.target.closest('.frame')) return;
    this.page.beginAt(quarterBefore(this.#minuteAt(event.clientX)));
  };

  #grab = (event: PointerEvent): void => {
    const { page } = this;
    const { start, length } = page.wish;
    const frame = event.currentTarget as HTMLElement;
    const byGrip = event.target instanceof Element && event.target.classList.contains('grip');
    frame.setPointerCapture(event.pointerId);
    this.#drag = byGrip
      ? { x: event.clientX, minute: start + length, change: (end) => page.last(end - start) }
      : { x: event.clientX, minute: start, change: (minute) => page.beginAt(minute) };
  };

  #move = (event: PointerEvent): void => {
    const drag = this.#drag;
    if (!drag) return;
    const moved = this.#minuteAt(event.clientX) - this.#minuteAt(drag.x);
    if (Math.abs(moved) >= 5) drag.change(nearestQuarter(drag.minute + moved));
  };

  #drop = (): void => {
    this.#drag = null;
  };

  #minuteAt(x: number): number {
    const { hours } = this.page;
    const plot = this.renderRoot.querySelector('.plot')?.getBoundingClientRect();
    return plot ? hours[0] + ((x - plot.left) / plot.width) * (hours[1] - hours[0]) : hours[0];
  }

  #share(minute: number): number {
    const [opens, closes] = this.page.hours;
    return (minute - opens) / (closes - opens);
  }
}

customElements.define('time-strip', TimeStrip);

declare global {
  interface HTMLElementTagNameMap {
    'time-strip': TimeStrip;
  }
}
