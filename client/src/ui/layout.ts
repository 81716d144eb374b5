import type { ReactiveController, ReactiveControllerHost } from 'lit';

export type Layout = 'wide' | 'middle' | 'phone' | 'narrow';

// In em, so that larger text counts as a smaller window.
const WIDE = '(min-width: 64em)';
const PHONE = '(max-width: 39.99em)';
const NARROW = '(max-width: 22.49em), (max-width: 63.99em) and (max-height: 30em)';

/** How much room there is: panel and map side by side, a sheet over the map, or one of them at a time. */
export class Arrangement implements ReactiveController {
  readonly #queries = [WIDE, PHONE, NARROW].map((query) => matchMedia(query));

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  get layout(): Layout {
    const [wide, phone, narrow] = this.#queries.map((query) => query.matches);
    if (narrow) return 'narrow';
    if (phone) return 'phone';
    return wide ? 'wide' : 'middle';
  }

  hostConnected(): void {
    for (const query of this.#queries) query.addEventListener('change', this.#changed);
  }

  hostDisconnected(): void {
    for (const query of this.#queries) query.removeEventListener('change', this.#changed);
  }

  #changed = (): void => this.host.requestUpdate();
}
