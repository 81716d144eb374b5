import { css, html } from 'lit';
import { fullHours, instantAt } from '../day.ts';
import { type Stretch, without } from '../freebusy.ts';
import type { RoomNow } from '../page.ts';
import { base, Part, styles } from './part.ts';

const HOURS_APART = 3;

/** `<day-bar>`: one room's day within the opening hours, drawn, and told in words to those who listen. */
class DayBar extends Part {
  static override properties = {
    ...Part.properties,
    shown: { attribute: false },
  };
  declare shown: RoomNow;

  static override styles = [
    base,
    css`
      .track {
        position: relative;
        height: 1.375rem;
        border-radius: 6px;
        background: var(--go-soft);
        overflow: hidden;
      }
      .unknown,
      .unknown .past {
        background: repeating-linear-gradient(
          -45deg,
          var(--unknown-hatch) 0 1.5px,
          var(--unknown-fill) 1.5px 6px
        );
      }
      i {
        position: absolute;
        top: 0;
        bottom: 0;
      }
      .past {
        background: var(--past);
      }
      .busy {
        background: var(--busy-fill);
        box-shadow: inset 0 0 0 1.5px var(--busy-edge);
      }
      .mine {
        background: var(--mine-fill);
      }
      .wish {
        background: var(--free-fill);
      }
      .now {
        width: 2px;
        margin-left: -1px;
        background: var(--ink);
      }
      .hours {
        position: relative;
        height: 1.125rem;
        margin-top: 3px;
        font-size: 0.8125rem;
        line-height: 1.125rem;
        color: var(--ink2);
      }
      .hours span {
        position: absolute;
        transform: translateX(-50%);
      }
      @media (forced-colors: active) {
        .track {
          border: 1px solid;
          background: Canvas;
        }
        .busy,
        .mine,
        .wish,
        .now {
          forced-color-adjust: none;
          background: GrayText;
        }
        .mine,
        .wish {
          background: Highlight;
        }
        .now {
          background: CanvasText;
        }
      }
    `,
  ];

  override render() {
    const { page, shown } = this;
    const { hours, wish, minuteNow } = page;
    const busy = shown.busy;
    const begun = Math.min(minuteNow, hours[1]);
    const showsNow = hours[0] <= minuteNow && minuteNow < hours[1];
    return html`<p class="sr">${this.#told()}</p>
      <div aria-hidden="true">
        <div class=${busy ? 'track' : 'track unknown'}>
          ${begun > hours[0] ? this.#stretch('past', [hours[0], begun]) : ''}
          ${busy?.map((stretch) => this.#stretch('busy', stretch))}
          ${shown.mine.map((stretch) => this.#stretch('mine', stretch))}
          ${shown.state.state === 'free' ? this.#stretch('wish', [wish.start, wish.start + wish.length]) : ''}
          ${showsNow ? html`<i class="now" .style=${styles({ left: this.#at(minuteNow) })}></i>` : ''}
        </div>
        <div class="hours">${this.#hours()}</div>
      </div>`;
  }

  #told(): string {
    const { say, words } = this.page;
    const { busy, mine } = this.shown;
    if (busy === null) return words.say('day_bar_unknown');
    const told = (stretches: readonly Stretch[]) => stretches.map((stretch) => say.range(stretch)).join(', ');
    const others = without(busy, mine);
    if (others.length === 0 && mine.length === 0) return words.say('day_bar_free');
    const taken = others.length === 0 ? [] : [words.say('day_bar_taken', { ranges: told(others) })];
    const ours = mine.length === 0 ? [] : [words.say('day_bar_mine', { ranges: told(mine) })];
    return [...taken, ...ours].join('. ');
  }

  #stretch(kind: string, [from, to]: Stretch) {
    const [opens, closes] = this.page.hours;
    const start = Math.max(from, opens);
    const end = Math.min(to, closes);
    if (end <= start) return '';
    const width = `${((end - start) / (closes - opens)) * 100}%`;
    return html`<i class=${kind} .style=${styles({ left: this.#at(start), width })}></i>`;
  }

  #hours() {
    const { hours, day, words } = this.page;
    // A mark at the very edge would hang over it.
    const within = [hours[0] + 30, hours[1] - 30] as const;
    return fullHours(day, within, HOURS_APART).map((at) => {
      const left = this.#at(at);
      return html`<span .style=${styles({ left })}>${words.hour(instantAt(day, at))}</span>`;
    });
  }

  #at(minute: number): string {
    const [opens, closes] = this.page.hours;
    return `${((minute - opens) / (closes - opens)) * 100}%`;
  }
}

customElements.define('day-bar', DayBar);
