import { html, nothing, type PropertyValues } from 'lit';
import { initialsOf } from '../initials.ts';
import { accountStyles } from './account-menu-styles.ts';
import { icon } from './icons.ts';
import { base, Part } from './part.ts';

/** `<account-menu>`: signing in; then who is signed in, and signing out. */
class AccountMenu extends Part {
  static override properties = {
    ...Part.properties,
    isBrief: { type: Boolean, reflect: true, attribute: 'brief' },
    noPicture: { state: true },
  };
  declare isBrief: boolean;
  /** The session that turned out to have no picture. */
  declare noPicture: string | null;

  #hadFocus = false;

  static override styles = [base, accountStyles];

  protected override willUpdate(_: PropertyValues): void {
    this.#hadFocus = Boolean(this.shadowRoot?.activeElement);
  }

  /** The button that somebody pressed may be another one now; the focus goes along. */
  protected override updated(_: PropertyValues): void {
    if (this.#hadFocus && !this.shadowRoot?.activeElement) this.renderRoot.querySelector('button')?.focus();
  }

  override render() {
    const { me } = this.page;
    if (me.standing === 'unknown' || me.standing === 'off') return nothing;
    return me.standing === 'in' && me.person ? this.#signedIn() : this.#signedOut();
  }

  #signedOut() {
    const { me, words } = this.page;
    const label = words.say(me.standing === 'over' ? 'sign_in_again' : 'sign_in');
    return html`<button class="sign-in" aria-label=${label} @click=${() => me.signIn()}>
      ${this.isBrief ? icon('user') : label}
    </button>`;
  }

  #signedIn() {
    const { me, words } = this.page;
    const { name, user_name } = me.person ?? { name: '', user_name: '' };
    return html`<button
        class="who"
        popovertarget="menu"
        aria-haspopup="true"
        @click=${this.#place}
      >
        <span class="sr">${words.say('account_of', { name })}</span>${this.#face()}
      </button>
      <div id="menu" popover>
        <div class="person">
          ${this.#face()}
          <p><b>${name}</b><span class="small">${user_name}</span></p>
        </div>
        <button class="item" @click=${() => this.#chooseAnother()}>
          ${words.say('another_account')}
        </button>
        <button class="item" @click=${() => me.signOut()}>${words.say('sign_out')}</button>
        <p class="small stuck" role="status">${me.isStuck ? words.say('not_signed_out') : ''}</p>
      </div>`;
  }

  /** The picture lies over the initials, which are there in any case. */
  #face() {
    const { me } = this.page;
    const hasPicture = me.picture !== null && me.ends !== this.noPicture;
    const gone = () => {
      this.noPicture = me.ends;
    };
    return html`<span class="face" aria-hidden="true"
      >${initialsOf(me.person?.name ?? '')}${
        hasPicture ? html`<img src=${me.picture} alt="" loading="lazy" @error=${gone} />` : ''
      }</span
    >`;
  }

  #chooseAnother(): void {
    this.renderRoot.querySelector<HTMLElement>('#menu')?.hidePopover();
    this.page.me.signIn({ another: true });
  }

  /** Below its button, at the same right edge. */
  #place = (event: Event): void => {
    const { bottom, right } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    this.style.setProperty('--menu-top', `${bottom + 8}px`);
    this.style.setProperty('--menu-right', `${Math.max(8, innerWidth - right)}px`);
  };
}

customElements.define('account-menu', AccountMenu);
