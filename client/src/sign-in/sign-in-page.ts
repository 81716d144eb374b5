import { css, html, LitElement } from 'lit';
import { Ledig, Problem } from '../api/ledig.ts';
import type { HowToSignIn } from '../api/types.ts';
import { mark } from '../ui/icons.ts';
import { base } from '../ui/part.ts';
import { Colours } from '../ui/theme.ts';
import { type Key, LOCALE, Words } from '../words.ts';
import { type Errand, readErrand } from './errand.ts';
import { type Begun, begin, finish, NotSignedIn } from './flow.ts';
import { SessionNews } from './news.ts';

const KEPT = 'ledig-signing-in';
const REDIRECT = `${location.origin}/signin`;
const REASONS: Record<NotSignedIn['why'], Key> = {
  cancelled: 'sign_in_cancelled',
  would_ask: 'sign_in_refused',
  stale: 'sign_in_stale',
  refused: 'sign_in_refused',
};

type Shown = { says: Key; more?: string; code?: string | null; ended: boolean };
type Kept = Begun & { errand: Errand };

/** `<sign-in-page>`: takes somebody to Microsoft and back, hands over what they bring, and keeps nothing of it. */
class SignInPage extends LitElement {
  static override properties = { shown: { state: true } };
  declare shown: Shown;

  readonly #words = new Words(LOCALE, 'UTC');
  readonly #api = new Ledig();
  #errand: Errand = { back: '/', again: null };

  static override styles = [
    base,
    css`
      main {
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 1rem;
        min-height: 100vh;
        padding: 1.5rem;
        text-align: center;
        background: var(--paper);
      }
      .mark {
        width: 2.5rem;
        height: 2.5rem;
      }
      h1 {
        font-size: 1.25rem;
        line-height: 1.625rem;
        max-width: 24rem;
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: 0.5rem;
      }
      a.chip {
        color: inherit;
        text-decoration: none;
      }
    `,
  ];

  constructor() {
    super();
    new Colours(this);
    this.shown = { says: 'going', ended: false };
    const hash = new URLSearchParams(location.hash.slice(1));
    history.replaceState(null, '', location.pathname); // what comes with it is nobody else's to see
    const isBack = hash.has('state');
    if (!isBack) this.#errand = readErrand(hash, location.origin);
    void this.#try(() => (isBack ? this.#end(hash) : this.#go()));
  }

  override render() {
    const { says, more, code, ended } = this.shown;
    const say = (key: Key, values = {}) => this.#words.say(key, values);
    const { back } = this.#errand;
    return html`<main>
      ${mark}
      <div role="status"><h1>${say(says)}</h1></div>
      ${more ? html`<p>${more}</p>` : ''}
      ${code ? html`<p class="small">${say('microsoft_says', { code })}</p>` : ''}
      ${
        ended && says !== 'signed_in'
          ? html`<div class="ways">
              ${says === 'sign_in_off' ? '' : html`<button class="chip" @click=${this.#again}>${say('again')}</button>`}
              ${
                back === null
                  ? html`<button class="chip" @click=${() => close()}>${say('close')}</button>`
                  : html`<a class="chip" href=${back}>${say('to_map')}</a>`
              }
            </div>`
          : ''
      }
    </main>`;
  }

  #again = (): void => {
    this.#errand = { ...this.#errand, again: null };
    void this.#try(() => this.#go());
  };

  async #go(): Promise<void> {
    this.shown = { says: 'going', ended: false };
    const how = await this.#how();
    if (!how) return;
    const { url, begun } = await begin(how, await this.#api.nonce(), REDIRECT, this.#errand.again);
    const kept: Kept = { ...begun, errand: this.#errand };
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
    location.replace(url);
  }

  async #end(answer: URLSearchParams): Promise<void> {
    this.shown = { says: 'signing_in', ended: false };
    const text = sessionStorage.getItem(KEPT);
    sessionStorage.removeItem(KEPT);
    if (!text) throw new NotSignedIn('stale');
    const { errand, ...begun } = JSON.parse(text) as Kept;
    this.#errand = errand;
    const how = await this.#how();
    if (!how) return;
    try {
      const ahead = Math.round(this.#api.offset / 1000);
      await this.#api.keep(await finish(how, answer, begun, REDIRECT, ahead));
    } catch (error) {
      const asksNow = error instanceof NotSignedIn && error.why === 'would_ask' && errand.again !== null;
      if (!asksNow) throw error;
      this.#again();
      return;
    }
    this.#leave();
  }

  /** Null, and said, where nobody signs in. */
  async #how(): Promise<HowToSignIn | null> {
    const { sign_in } = await this.#api.session();
    if (!sign_in) this.shown = { says: 'sign_in_off', ended: true };
    return sign_in;
  }

  #leave(): void {
    new SessionNews().tell('in');
    this.shown = { says: 'signed_in', ended: true };
    const { back } = this.#errand;
    if (back !== null) location.replace(back);
    else {
      close();
      // Some browsers let nobody close a window that has been elsewhere.
      this.shown = { says: 'signed_in', more: this.#words.say('close_window'), ended: true };
    }
  }

  async #try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (error instanceof NotSignedIn) {
        const code = error.why === 'cancelled' ? null : error.code;
        this.shown = { says: REASONS[error.why], code, ended: true };
      } else if (error instanceof Problem) this.shown = { says: 'sign_in_refused', more: error.detail, ended: true };
      else this.shown = { says: 'sign_in_unreachable', ended: true };
    }
  }
}

customElements.define('sign-in-page', SignInPage);
