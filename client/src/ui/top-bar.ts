import { html } from 'lit';
import type { Key } from '../words.ts';
import './account-menu.ts';
import { icon, mark } from './icons.ts';
import type { Layout } from './layout.ts';
import { base, Part } from './part.ts';
import { CHOICES, type Choice } from './theme.ts';
import { barStyles } from './top-bar-styles.ts';
import { lengthSelect, whenText } from './wish-controls.ts';

/** `<top-bar>`: whose building this is, the wish, and the colours. Tells of `when` and `colours`. */
class TopBar extends Part {
  static override properties = {
    ...Part.properties,
    layout: { reflect: true },
    choice: {},
  };
  declare layout: Layout;
  declare choice: Choice;

  static override styles = [base, barStyles];

  override render() {
    const { page, layout } = this;
    const isSmall = layout === 'phone' || layout === 'narrow';
    return html`${mark}${isSmall ? html`<span class="sr">ledig</span>` : this.#name()}
      <div class="building">
        <b>${page.venue.name}</b>${page.venue.notice ? html`<span class="notice">${page.venue.notice}</span>` : ''}
      </div>
      ${isSmall ? '' : this.#wish()}${this.#colours(layout === 'wide')}
      <account-menu .page=${page} .isBrief=${layout !== 'wide'}></account-menu>`;
  }

  #name() {
    return html`<span class="name">ledig</span><span class="line"></span>`;
  }

  #wish() {
    const { page } = this;
    const { words } = page;
    return html`<div class="wish">
      <button class="segment" @click=${() => this.dispatchEvent(new CustomEvent('when'))}>
        ${icon('clock')}
        <span><span class="label">${words.say('when')}</span> <span class="value">${whenText(page)}</span></span>
      </button>
      <span class="line"></span>
      <div class="segment with-menu">
        ${icon('timer')}
        <span aria-hidden="true"
          ><span class="label">${words.say('how_long')}</span><span class="value">${words.length(page.length)}</span></span
        >
        ${lengthSelect(page, (minutes) => words.length(minutes))}
      </div>
    </div>`;
  }

  #colours(isNamed: boolean) {
    const { words } = this.page;
    const keys: Record<Choice, Key> = {
      system: 'theme_system',
      light: 'theme_light',
      dark: 'theme_dark',
      contrast: 'theme_contrast',
    };
    const choose = (event: Event) =>
      this.dispatchEvent(new CustomEvent('colours', { detail: (event.target as HTMLSelectElement).value }));
    return html`<div class="colours with-menu">
      ${icon('contrast')}${isNamed ? html`<span aria-hidden="true">${words.say('theme')}</span>` : ''}
      <select aria-label=${words.say('theme')} @change=${choose}>
        ${CHOICES.map(
          (choice) =>
            html`<option value=${choice} ?selected=${choice === this.choice}>${words.say(keys[choice])}</option>`,
        )}
      </select>
    </div>`;
  }
}

customElements.define('top-bar', TopBar);
