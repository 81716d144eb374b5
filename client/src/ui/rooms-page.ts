import { html, type PropertyValues } from 'lit';
import { answerOf } from '../answer.ts';
import type { Failure, Padding } from '../map/types.ts';
import { readAddress, writeAddress } from '../url.ts';
import './floor-picker.ts';
import { icon } from './icons.ts';
import { Arrangement, type Layout } from './layout.ts';
import { base, Part } from './part.ts';
import { cardOf, type RoomCard } from './room-card.ts';
import './room-list.ts';
import { pageStyles } from './rooms-page-styles.ts';
import { nextRest, type Rest, SheetDrag } from './sheet.ts';
import './the-answer.ts';
import type { Choice, Colours } from './theme.ts';
import './time-strip.ts';
import './top-bar.ts';

/** The map is large, so it is asked for at once and waited for later. */
const mapLoads = import('../map/ledig-map.ts').then(
  () => true,
  () => false,
);

/** So that dragging the strip neither chatters to a screen reader nor floods the history. */
const SPEAK_AFTER = 1000;
const WRITE_AFTER = 250;
const TICK = 5;
/** The map's text follows the page's up to here. */
const LARGEST_MAP_TEXT = 1.5;

/** `<rooms-page>`: the list, the map, and what lies around them. */
class RoomsPage extends Part {
  static override properties = {
    ...Part.properties,
    colours: { attribute: false },
    sheet: { state: true },
    showsMap: { state: true },
    noMap: { state: true },
    stripHeight: { state: true },
    spoken: { state: true },
  };
  declare colours: Colours;
  declare sheet: Rest;
  declare showsMap: boolean;
  /** Why there is no map, if so. */
  declare noMap: 'no_map' | 'no_plan' | null;
  declare stripHeight: number;
  declare spoken: string;

  readonly #arrangement = new Arrangement(this);
  readonly #drag = new SheetDrag((rest) => {
    this.sheet = rest;
  });
  #padding: Padding = { top: 0, right: 0, bottom: 0, left: 0 };
  #stripWidth = 0;
  #hasRevealed = false;
  #seconds = 0;
  #ticking = 0;
  #speaking = 0;
  #writing = 0;

  static override styles = [base, pageStyles];

  constructor() {
    super();
    this.sheet = 'half';
    this.showsMap = false;
    this.noMap = null;
    this.stripHeight = 0;
    this.spoken = '';
  }

  get hasMap(): boolean {
    return this.noMap === null;
  }

  /** A sheet needs a map to lie on. */
  get #layout(): Layout {
    const { layout } = this.#arrangement;
    return layout === 'phone' && !this.hasMap ? 'narrow' : layout;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('popstate', this.#goBack);
    document.addEventListener('visibilitychange', this.#look);
    this.#ticking = setInterval(this.#tick, 1000);
    this.page.changed = () => this.#changed();
    this.page.show(readAddress(location.search));
    void mapLoads.then((loads) => {
      if (!loads) this.noMap = 'no_plan';
    });
  }

  override disconnectedCallback(): void {
    removeEventListener('popstate', this.#goBack);
    document.removeEventListener('visibilitychange', this.#look);
    clearInterval(this.#ticking);
    super.disconnectedCallback();
  }

  override render() {
    const { page } = this;
    const layout = this.#layout;
    const isMapGone = layout === 'narrow' && !this.showsMap;
    return html`<div class="app ${layout} ${this.hasMap ? '' : 'no-map'}">
      <header>
        <top-bar
          .page=${page}
          .layout=${layout}
          .choice=${this.colours.choice}
          @when=${this.#showWhen}
          @colours=${(event: CustomEvent<Choice>) => this.colours.choose(event.detail)}
        ></top-bar>
      </header>
      <main
        @room-choose=${(event: CustomEvent<string | null>) => this.#onChoose(event.detail)}
        @keydown=${this.#escape}
      >
        ${this.#panel()} ${this.hasMap && !isMapGone ? this.#map() : ''}
      </main>
      <div class="sr" role="status">${this.spoken}</div>
    </div>`;
  }

  protected override updated(_: PropertyValues): void {
    this.#revealOnce();
    void this.#measureStrip();
    document.title = `${this.page.venue.name} – ledig`;
  }

  /** Only grows while the window stays as it is: a shorter legend must not move the plan. */
  async #measureStrip(): Promise<void> {
    const strip = this.renderRoot.querySelector<HTMLElement>('.on-map .strip');
    await strip?.querySelector('time-strip')?.updateComplete;
    const { offsetWidth: width = 0, offsetHeight: height = 0 } = strip ?? {};
    this.stripHeight = width === this.#stripWidth ? Math.max(this.stripHeight, height) : height;
    this.#stripWidth = width;
  }

  /** A link to a room shows its card, wherever in the list that is. */
  async #revealOnce(): Promise<void> {
    const { room, isLoading } = this.page;
    if (this.#hasRevealed || isLoading) return;
    this.#hasRevealed = true;
    await this.#drawn();
    if (room) this.#reveal(room);
  }

  // The list, at the left or in the sheet

  #panel() {
    const layout = this.#layout;
    const { page } = this;
    const label = page.words.say('panel');
    if (layout === 'phone') return this.#sheet(label);
    const isHidden = layout === 'narrow' && this.showsMap && this.hasMap;
    return html`<section class="panel" aria-label=${label} ?hidden=${isHidden}>
      ${layout === 'narrow' && this.hasMap ? this.#swap() : ''}
      ${layout === 'narrow' || !this.hasMap ? this.#strip() : ''}
      <the-answer .page=${page}></the-answer>
      ${this.hasMap ? '' : html`<p class="no-map-line small">${page.words.say(this.noMap ?? 'no_map')}</p>`}
      <room-list .page=${page} .opensCard=${true}></room-list>
    </section>`;
  }

  #sheet(label: string) {
    const { page } = this;
    const shown = page.rooms().find(({ room }) => room.id === page.room);
    return html`<section class="sheet ${this.sheet} ${shown ? 'has-card' : ''}" aria-label=${label}>
      ${this.#handle()}
      <div class="inside">
        ${
          shown
            ? html`<h1 class="sr">${answerOf(page)}</h1>
                <h2 class="sr">${label}</h2>`
            : ''
        }
        ${
          shown
            ? cardOf(page, shown)
            : html`${this.sheet === 'peek' ? '' : this.#strip()}<the-answer .page=${page}></the-answer>
                ${this.sheet === 'peek' ? '' : html`<room-list .page=${page}></room-list>`}`
        }
      </div>
    </section>`;
  }

  #handle() {
    const { words } = this.page;
    const sheet = () => this.renderRoot.querySelector<HTMLElement>('.sheet');
    const pull = (act: (sheet: HTMLElement) => void) => {
      const found = sheet();
      if (found) act(found);
    };
    const move = (step: 1 | -1) => () => {
      this.sheet = nextRest(this.sheet, step);
    };
    return html`<div
      class="handle"
      @pointerdown=${(event: PointerEvent) => pull((found) => this.#drag.begin(event, found))}
      @pointermove=${(event: PointerEvent) => pull((found) => this.#drag.move(event, found))}
      @pointerup=${() => pull((found) => this.#drag.end(found))}
      @pointercancel=${() => pull((found) => this.#drag.end(found))}
    >
      <span class="grip"></span>
      <button aria-disabled=${this.sheet === 'full'} aria-label=${words.say('sheet_more')} @click=${move(1)}>
        ${icon('chevronUp')}
      </button>
      <button aria-disabled=${this.sheet === 'peek'} aria-label=${words.say('sheet_less')} @click=${move(-1)}>
        ${icon('chevronDown')}
      </button>
    </div>`;
  }

  #strip() {
    const isBrief = this.#layout === 'phone' || this.#layout === 'narrow';
    return html`<div class="strip"><time-strip .page=${this.page} .isBrief=${isBrief}></time-strip></div>`;
  }

  // The map and what lies on it

  #map() {
    const { page } = this;
    const { words, venue } = page;
    const layout = this.#layout;
    const isBelowSheet = layout === 'phone' && this.sheet === 'full';
    const isSmall = layout === 'phone' || layout === 'narrow';
    const rooms = page.isLoading ? [] : page.rooms();
    const hasRooms = venue.rooms.some((room) => room.level === page.level);
    const marks = new Map(rooms.map(({ room, state }) => [room.id, page.say.mark(room, state)]));
    return html`<button class="skip" @click=${this.#skipMap}>${words.say('skip_map')}</button>
      <section class="map" aria-label=${words.say('map')} ?inert=${isBelowSheet}>
        <ledig-map
          .planUrl=${page.api.planUrl(venue)}
          .venue=${venue}
          .level=${page.level}
          .marks=${marks}
          .selected=${page.room}
          .theme=${this.colours.theme}
          .padding=${this.#covered(layout)}
          .textScale=${textScale()}
          .words=${page.words}
          .isBrief=${isSmall}
          @room-pick=${(event: CustomEvent<{ room: string | null }>) => this.#onPick(event.detail.room)}
          @map-failed=${(event: CustomEvent<{ reason: Failure }>) => {
            this.noMap = event.detail.reason === 'no-plan' ? 'no_plan' : 'no_map';
          }}
        ></ledig-map>
        <div class="on-map">
          <floor-picker .page=${page}></floor-picker>
          ${hasRooms ? '' : html`<p class="no-rooms small">${words.say('floor_none')}</p>`}
          ${isSmall ? '' : this.#strip()}
        </div>
        ${layout === 'narrow' ? this.#swap() : ''}
      </section>`;
  }

  /** What panels cover of the map; the same object as long as it is the same, or the camera would move. */
  #covered(layout: Layout): Padding {
    const peek = this.page.room ? 176 : innerHeight * 0.16;
    const sheet = Math.round(this.sheet === 'peek' ? peek : innerHeight * 0.54) + 12;
    const beside = this.stripHeight + 48;
    const covered = {
      // Where the map is narrow the floors must not lie on the plan.
      wide: { left: innerWidth < 1280 ? 124 : 36, right: 16, top: 14, bottom: this.stripHeight + 32 },
      middle: { left: 86, right: 20, top: 24, bottom: beside },
      phone: { left: 14, right: 70, top: 76, bottom: sheet },
      narrow: { left: 8, right: 64, top: 8, bottom: 72 },
    }[layout];
    if (JSON.stringify(covered) !== JSON.stringify(this.#padding)) this.#padding = covered;
    return this.#padding;
  }

  #swap() {
    const { words } = this.page;
    return html`<button
      class="swap"
      @click=${() => {
        this.showsMap = !this.showsMap;
      }}
    >
      ${icon(this.showsMap ? 'list' : 'map')}${words.say(this.showsMap ? 'show_list' : 'show_map')}
    </button>`;
  }

  // What people do

  /** Chosen in the list or the card: the focus goes along. */
  async #onChoose(room: string | null): Promise<void> {
    const before = this.page.room;
    await this.#open(room);
    const at = room ?? before;
    if (this.#card) this.#card.focusTitle();
    else if (at) this.renderRoot.querySelector('room-list')?.focusRow(at);
    if (room) this.#reveal(room);
  }

  /** Chosen on the map: the focus stays there, the list follows. */
  async #onPick(room: string | null): Promise<void> {
    if (room === this.page.room) return;
    await this.#open(room);
    if (room) this.#reveal(room);
  }

  /** Brings all of a room's card into sight, or of a taller one its top. */
  #reveal(room: string): void {
    const shown = this.#card ?? this.renderRoot.querySelector('room-list')?.rowOf(room);
    const port = this.renderRoot.querySelector('.inside, .panel')?.clientHeight ?? innerHeight;
    if (shown) shown.scrollIntoView({ block: shown.offsetHeight > Math.min(port, innerHeight) ? 'start' : 'nearest' });
  }

  /** Opens the card of a room, or closes it. */
  async #open(room: string | null): Promise<void> {
    this.page.choose(room);
    this.#write(true);
    if (this.sheet === 'peek' && room) this.sheet = 'half';
    await this.#drawn();
  }

  #escape = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && this.page.room) void this.#onChoose(null);
  };

  #showWhen = (): void => this.renderRoot.querySelector('time-strip')?.focusFrame();

  #skipMap = (): void => {
    const floors = this.renderRoot.querySelector('floor-picker');
    floors?.renderRoot.querySelector<HTMLElement>('input:checked')?.focus();
  };

  #goBack = (): void => {
    this.page.show(readAddress(location.search));
  };

  // What the clock and the server do

  #tick = (): void => {
    this.#seconds += 1;
    const counts = this.page.told?.state === 'again';
    if (document.visibilityState === 'visible' && (counts || this.#seconds % TICK === 0)) this.page.tick();
  };

  #look = (): void => {
    if (document.visibilityState === 'visible') this.page.look();
    else this.page.leave();
  };

  #changed(): void {
    const room = cardWithFocus();
    this.requestUpdate();
    if (room) this.#keepFocus();
    this.#speak();
    if (!this.#writing) this.#writing = setTimeout(() => this.#write(false), WRITE_AFTER);
  }

  /** A button that went away with the change must not take the focus with it. */
  async #keepFocus(): Promise<void> {
    await this.#drawn();
    if (cardWithFocus()) return;
    this.#card?.focusOutcome();
    if (this.page.room) this.#reveal(this.page.room);
  }

  #speak(): void {
    clearTimeout(this.#speaking);
    this.#speaking = setTimeout(() => {
      this.spoken = answerOf(this.page);
    }, SPEAK_AFTER);
  }

  #write(isNewEntry: boolean): void {
    clearTimeout(this.#writing);
    this.#writing = 0;
    const address = location.pathname + writeAddress(this.page.address);
    if (isNewEntry) history.pushState(null, '', address);
    else if (address !== location.pathname + location.search) history.replaceState(null, '', address);
  }

  /** The card, in the sheet or in the list. */
  get #card(): RoomCard | null {
    const list = this.renderRoot.querySelector('room-list');
    return this.renderRoot.querySelector('room-card') ?? list?.renderRoot.querySelector('room-card') ?? null;
  }

  /** Once this element, the list in it and the card in that have been drawn. */
  async #drawn(): Promise<void> {
    await this.updateComplete;
    await this.renderRoot.querySelector('room-list')?.updateComplete;
    await this.#card?.updateComplete;
  }
}

function textScale(): number {
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return Math.min(size / 16, LARGEST_MAP_TEXT);
}

/** The room card that the keyboard is in, if any. */
function cardWithFocus(): Element | null {
  let active = document.activeElement;
  while (active?.shadowRoot) {
    if (active.localName === 'room-card') return active.shadowRoot.activeElement && active;
    active = active.shadowRoot.activeElement;
  }
  return null;
}

customElements.define('rooms-page', RoomsPage);
