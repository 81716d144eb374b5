import { css, html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { StateName } from '../freebusy.ts';
import type { RoomNow } from '../page.ts';
import { placeOf, reasonKey } from '../say.ts';
import type { Key } from '../words.ts';
import { disc } from './icons.ts';
import { base, Part } from './part.ts';
import { cardOf } from './room-card.ts';

const GROUPS: readonly StateName[] = ['mine', 'free', 'part', 'busy', 'unknown', 'closed'];

/** `<room-list>`: all rooms in groups by what they are for the wish; the chosen one opens in place into its card. */
export class RoomList extends Part {
  static override properties = {
    ...Part.properties,
    opensCard: { type: Boolean },
  };
  declare opensCard: boolean;

  static override styles = [
    base,
    css`
      h2 {
        padding: 0.875rem 1.25rem 0.375rem;
        font-size: 0.875rem;
        line-height: 1.25rem;
        font-weight: 600;
        color: var(--ink2);
      }
      .row {
        display: flex;
        align-items: center;
        gap: 0.875rem;
        width: 100%;
        min-height: 3.75rem;
        padding: 0.25rem 1.25rem;
        line-height: 1.25rem;
        transition: background-color 90ms;
      }
      .row:hover {
        background: var(--sunk);
      }
      .row:focus-visible {
        outline-offset: -3px;
        box-shadow: none;
      }
      .what {
        flex: 1;
        min-width: 0;
      }
      .what b,
      .end b {
        display: block;
        font-weight: 600;
      }
      .what .small {
        display: block;
      }
      .what b {
        overflow-wrap: anywhere;
      }
      .end {
        text-align: end;
        white-space: nowrap;
      }
      .free .end b {
        color: var(--free-list-text);
      }
      .part .end b {
        color: var(--part-list-text);
      }
      .busy .end b {
        color: var(--busy-list-text);
      }
      .mine .end b {
        color: var(--mine-list-text);
      }
      .row[aria-current='true'] {
        background: var(--sunk);
        box-shadow: inset 4px 0 0 var(--ink);
      }
      room-card {
        margin: 0.25rem 0.75rem 0.5rem;
        scroll-margin: 0.75rem 0;
        padding: 1rem;
        background: var(--paper);
        border-radius: var(--radius-card);
        box-shadow:
          var(--shadow-low),
          inset 0 0 0 2px var(--ink);
      }
      .ghost {
        height: 3.75rem;
        display: grid;
        align-content: center;
        gap: 0.5rem;
        padding: 0 1.25rem 0 3.625rem;
      }
      .ghost i {
        height: 0.625rem;
        width: 40%;
        border-radius: 0.3125rem;
        background: var(--line);
      }
      .ghost i + i {
        width: 65%;
        height: 0.5rem;
      }
      @media (forced-colors: active) {
        room-card {
          border: 2px solid;
        }
        .row[aria-current='true'] {
          border-left: 4px solid Highlight;
        }
      }
    `,
  ];

  override render() {
    const { page } = this;
    if (page.isLoading) return this.#ghosts();
    const rooms = this.#ordered();
    return GROUPS.map((name) => {
      const group = rooms.filter(({ state }) => state.state === name);
      return group.length === 0 ? '' : this.#group(name, group);
    });
  }

  focusRow(room: string): void {
    this.rowOf(room)?.focus();
  }

  rowOf(room: string): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(`.row[data-room="${CSS.escape(room)}"]`);
  }

  #ghosts() {
    const rows = Array.from({ length: 3 }, () => html`<div class="ghost"><i></i><i></i></div>`);
    return html`<div aria-hidden="true">${rows}</div>`;
  }

  /** The nearest floors first, and on a floor what stays free the longest. */
  #ordered(): RoomNow[] {
    const { home } = this.page;
    const far = ({ room }: RoomNow) => Math.abs(room.level - home);
    const until = ({ state }: RoomNow) => (state.state === 'free' ? state.until : 0);
    return [...this.page.rooms()].sort(
      (a, b) => far(a) - far(b) || b.room.level - a.room.level || until(b) - until(a) || this.#byName(a, b),
    );
  }

  #byName(a: RoomNow, b: RoomNow): number {
    return a.room.name.localeCompare(b.room.name, this.page.words.locale);
  }

  #group(name: StateName, rooms: RoomNow[]) {
    const { page } = this;
    const key: Key = name === 'free' && page.length === 60 ? 'group_free_hour' : `group_${name}`;
    const what = page.words.say(key);
    return html`<section aria-labelledby=${name}>
      <h2 id=${name}>${page.words.say('counted', { what, n: rooms.length })}</h2>
      <ul>
        ${repeat(
          rooms,
          ({ room }) => room.id,
          (shown) => html`<li>${this.#item(shown)}</li>`,
        )}
      </ul>
    </section>`;
  }

  #item(shown: RoomNow) {
    const { page } = this;
    if (this.opensCard && page.room === shown.room.id) return cardOf(page, shown);
    return this.#row(shown);
  }

  #row(shown: RoomNow) {
    const { page } = this;
    const { room, state } = shown;
    const share = state.state === 'part' ? state.share : undefined;
    const [line, below] = page.say.rowEnd(state);
    const place = placeOf(room, page.venue.levels, page.words);
    const isExplained = state.state === 'unknown' && !page.isStale && shown.reason;
    const why = isExplained ? page.words.say(reasonKey(isExplained)) : '';
    const heard =
      state.state === 'free' || state.state === 'part'
        ? `${page.say.sentence(state)}, ${below}`
        : page.say.sentence(state);
    return html`<button
      class="row ${state.state}"
      data-room=${room.id}
      data-state=${state.state}
      aria-current=${page.room === room.id}
      @click=${() => this.chooseRoom(room.id)}
    >
      ${disc(state.state, share)}
      <span class="what"
        ><b>${room.name}</b> <span class="small">${place}${why ? html`<br />${why}` : ''}</span></span
      >
      <span class="sr">${heard}</span>
      <span class="end" aria-hidden="true"><b>${line}</b><span class="small">${below}</span></span>
    </button>`;
  }
}

customElements.define('room-list', RoomList);

declare global {
  interface HTMLElementTagNameMap {
    'room-list': RoomList;
  }
}
