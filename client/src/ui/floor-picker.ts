import { css, html } from 'lit';
import { base, Part } from './part.ts';

/** `<floor-picker>`: the floors, top floor on top, each with its free rooms. */
class FloorPicker extends Part {
  #shown: number | null = null;

  static override styles = [
    base,
    css`
      :host {
        position: relative;
      }
      fieldset {
        background: var(--paper);
        border-radius: 0.875rem;
        padding: 0.25rem;
      }
      label {
        position: relative;
        display: flex;
        align-items: center;
        gap: 0.625rem;
        min-width: 5.25rem;
        height: 2.875rem;
        padding: 0 0.75rem;
        border-radius: 0.625rem;
        cursor: pointer;
        transition: background-color 90ms;
      }
      label:hover {
        background: var(--sunk);
      }
      input {
        position: absolute;
        inset: 0;
        margin: 0;
        opacity: 0;
        cursor: pointer;
      }
      b {
        min-width: 0.7rem;
        font-size: 1.125rem;
        font-weight: 700;
        text-align: center;
      }
      .count {
        font-size: 0.875rem;
        color: var(--ink2);
      }
      label:has(:checked),
      label:has(:checked) .count {
        background: var(--ink);
        color: var(--paper);
      }
      label:has(:focus-visible) {
        outline: 3px solid var(--focus);
        outline-offset: 2px;
        z-index: 1;
      }
      input:focus-visible {
        outline: none;
        box-shadow: none;
      }
      @media (max-width: 63.99em) {
        label {
          flex-direction: column;
          justify-content: center;
          gap: 0;
          min-width: 2.875rem;
          padding: 0;
        }
        b {
          font-size: 1.0625rem;
          line-height: 1.125rem;
        }
        .count {
          font-size: 0.8125rem;
          line-height: 0.875rem;
        }
        .count span {
          position: absolute;
          clip-path: inset(50%);
        }
      }
      @media (forced-colors: active) {
        fieldset {
          border: 1px solid;
        }
        label:has(:checked),
        label:has(:checked) *,
        label:has(:checked) .count {
          forced-color-adjust: none;
          color: HighlightText;
          background: none;
        }
        label:has(:checked) {
          background: Highlight;
        }
      }
    `,
  ];

  override render() {
    const { page } = this;
    const levels = [...page.venue.levels].reverse();
    return html`<fieldset role="radiogroup" aria-label=${page.words.say('floors')}>
      ${levels.map(({ ordinal, short_name }) => this.#level(ordinal, short_name))}
    </fieldset>`;
  }

  /** Where the floors scroll, the chosen one is in sight. */
  protected override updated(): void {
    const { level } = this.page;
    if (level === this.#shown) return;
    this.#shown = level;
    const label = this.renderRoot.querySelector<HTMLElement>('label:has(:checked)');
    if (!label) return;
    const { offsetTop: top, offsetHeight: height } = label;
    this.scrollTop = Math.min(Math.max(this.scrollTop, top + height - this.clientHeight), top);
  }

  #level(level: number, name: string) {
    const { page } = this;
    const free = page.count('free', level);
    // The number alone where only it fits; the word stays for those who listen.
    const [before = '', after = ''] = page.words.say('floor_free', { n: '\n' }).split('\n');
    return html`<label>
      <input
        type="radio"
        name="level"
        .value=${String(level)}
        .checked=${page.level === level}
        @change=${() => page.chooseLevel(level)}
      />
      <b>${name}</b>
      ${
        page.isKnown(level)
          ? html`<span class="sr">·</span><span class="count"><span>${before}</span>${free}<span>${after}</span></span>`
          : ''
      }
    </label>`;
  }
}

customElements.define('floor-picker', FloorPicker);

declare global {
  interface HTMLElementTagNameMap {
    'floor-picker': FloorPicker;
  }
}
