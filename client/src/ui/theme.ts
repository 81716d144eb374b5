import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { customProperties, type Theme, themeFor } from '../look/tokens.ts';

export const CHOICES = ['system', 'light', 'dark', 'contrast'] as const;
export type Choice = (typeof CHOICES)[number];

const KEPT = 'ledig-colours';

/** The colours of the page: what somebody chose, else what their system asks for. */
export class Colours implements ReactiveController {
  choice: Choice = kept();
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  readonly #contrast = matchMedia('(prefers-contrast: more), (forced-colors: active)');
  readonly #sheet = new CSSStyleSheet();

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  get theme(): Theme {
    const system = this.choice === 'system';
    const isDark = this.choice === 'dark' || (this.choice !== 'light' && this.#dark.matches);
    return themeFor({ dark: isDark, contrast: this.choice === 'contrast' || (system && this.#contrast.matches) });
  }

  choose(choice: Choice): void {
    this.choice = choice;
    storage()?.setItem(KEPT, choice);
    this.#paint();
  }

  hostConnected(): void {
    document.adoptedStyleSheets.push(this.#sheet);
    for (const query of [this.#dark, this.#contrast]) query.addEventListener('change', this.#paint);
    this.#paint();
  }

  hostDisconnected(): void {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#sheet);
    for (const query of [this.#dark, this.#contrast]) query.removeEventListener('change', this.#paint);
  }

  #paint = (): void => {
    const { theme } = this;
    const scheme = theme.endsWith('dark') ? 'dark' : 'light';
    const properties = Array.from(customProperties(theme), ([name, value]) => `${name}:${value}`).join(';');
    this.#sheet.replaceSync(`:root{color-scheme:${scheme};${properties}}`);
    document.documentElement.dataset.theme = theme;
    this.host.requestUpdate();
  };
}

function kept(): Choice {
  const choice = storage()?.getItem(KEPT);
  return CHOICES.find((known) => known === choice) ?? 'system';
}

/** Browsers that keep nothing throw at the mere mention of it. */
function storage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
