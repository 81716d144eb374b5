import { css, html, LitElement } from 'lit';
import { Ledig } from '../api/ledig.ts';
import { Page } from '../page.ts';
import { LOCALE, Words } from '../words.ts';
import { base } from './part.ts';
import './rooms-page.ts';
import { Colours } from './theme.ts';

const AGAIN = 5000;

/** `<ledig-app>`: waits for the building, then shows its rooms. */
class LedigApp extends LitElement {
  static override properties = {
    page: { state: true },
    waitsFor: { state: true },
  };
  declare page: Page | null;
  declare waitsFor: 'looking' | 'trouble' | 'no_venue';

  readonly #words = new Words(LOCALE, 'UTC');
  readonly #colours = new Colours(this);

  static override styles = [
    base,
    css`
      :host {
        display: block;
        height: 100%;
        background: var(--paper);
      }
      main {
        display: grid;
        place-content: center;
        height: 100%;
        text-align: center;
      }
      h1 {
        font-size: 1.25rem;
        padding: 1rem;
      }
    `,
  ];

  constructor() {
    super();
    this.page = null;
    this.waitsFor = 'looking';
    void this.#open();
  }

  override render() {
    if (this.page) return html`<rooms-page .page=${this.page} .colours=${this.#colours}></rooms-page>`;
    return html`<main>
      <h1>${this.#words.say(this.waitsFor)}</h1>
    </main>`;
  }

  /** Asks again and again until there is a building, one request after the other. */
  async #open(): Promise<void> {
    try {
      this.page = await Page.open(new Ledig());
      this.waitsFor = 'no_venue';
    } catch {
      this.waitsFor = 'trouble';
    }
    if (!this.page) setTimeout(() => void this.#open(), AGAIN);
  }
}

customElements.define('ledig-app', LedigApp);
