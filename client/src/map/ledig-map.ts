import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import type { State, Theme } from '../look/tokens.ts';
import type { Words } from '../words.ts';
import { canvasStyles } from './canvas-styles.ts';
import { CONTROLS_HEIGHT, CONTROLS_WIDTH, controlStyles, controls, NARROW } from './controls.ts';
import type { Plan } from './plan.ts';
import type { PlanMap } from './plan-map.ts';
import type { MapVenue, Mark, Marks, Padding } from './types.ts';

class NoPlan extends Error {}

/** `<ledig-map>`: a floor plan whose rooms show what they are for a wish. */
export class LedigMap extends LitElement {
  static override properties = {
    planUrl: {},
    venue: { attribute: false },
    level: { type: Number },
    marks: { attribute: false },
    selected: {},
    theme: {},
    padding: { attribute: false },
    textScale: { type: Number },
    words: { attribute: false },
    isBrief: { type: Boolean, reflect: true, attribute: 'brief' },
    _bearing: { state: true },
  };
  declare planUrl: string;
  declare venue: MapVenue | null;
  declare level: number;
  declare marks: Marks;
  declare selected: string | null;
  declare theme: Theme;
  declare padding: Padding;
  declare textScale: number;
  declare words: Words;
  /** On a phone: controls of the fewest kinds, out of the floors' way. */
  declare isBrief: boolean;
  declare _bearing: number;

  #map: PlanMap | null = null;
  #loading = new AbortController();

  constructor() {
    super();
    this.planUrl = '';
    this.venue = null;
    this.level = 0;
    this.marks = new Map<string, Mark>();
    this.selected = null;
    this.theme = 'light';
    this.padding = { top: 0, right: 0, bottom: 0, left: 0 };
    this.textScale = 1;
    this.isBrief = false;
    this._bearing = 0;
  }

  /** The states drawn at the moment, by room. */
  statesShown(): Record<string, State> {
    return this.#map?.statesShown() ?? {};
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unload();
  }

  override render() {
    const attribution = this.venue?.attribution;
    return html`<div class="plan"></div>
      ${controls(this.words, this._bearing, this.#isLevel(), {
        zoomBy: (steps) => this.#map?.zoomBy(steps),
        turn: () => this.#map?.turn(),
      })}
      ${attribution ? html`<a class="attribution" href=${attribution.url}>${attribution.text}</a>` : nothing}`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('padding')) this.style.setProperty('--map-covered-bottom', `${this.padding.bottom}px`);
    if (changed.has('planUrl') || changed.has('venue')) void this.#load();
    else if (this.#map) this.#pass(this.#map, (name) => changed.has(name));
  }

  async #load(): Promise<void> {
    this.#unload();
    const { planUrl, venue } = this;
    const container = this.renderRoot.querySelector<HTMLElement>('.plan');
    if (!planUrl || !venue || !container) return;
    const loading = new AbortController();
    this.#loading = loading;
    try {
      // MapLibre is large: the page's list is there long before it.
      const [plan, { PlanMap }] = await Promise.all([fetchPlan(planUrl, loading.signal), import('./plan-map.ts')]);
      loading.signal.throwIfAborted();
      this._bearing = venue.bearing;
      const map = await PlanMap.open({
        container,
        plan,
        venue,
        level: this.level,
        theme: this.theme,
        textScale: this.textScale,
        padding: this.#covered(),
        label: this.words.say('plan'),
        controlsBelow: () => (this.isBrief ? CONTROLS_HEIGHT : 0),
        onPick: (room) => this.#tell('room-pick', { room }),
        onTurn: (bearing) => {
          this._bearing = bearing;
        },
      });
      if (loading.signal.aborted) return map.remove();
      this.#map = map;
      this.#pass(map, () => true);
    } catch (error) {
      if (!loading.signal.aborted)
        this.#tell('map-failed', { reason: error instanceof NoPlan ? 'no-plan' : 'no-webgl' });
    }
  }

  #unload(): void {
    this.#loading.abort();
    this.#map?.remove();
    this.#map = null;
  }

  #pass(map: PlanMap, changed: (name: keyof LedigMap) => boolean): void {
    if (changed('theme') || changed('textScale')) map.setStyle(this.theme, this.textScale);
    if (changed('padding')) map.setPadding(this.#covered());
    if (changed('level')) map.setLevel(this.level);
    if (changed('marks')) map.setMarks(this.marks);
    if (changed('selected')) map.select(this.selected);
  }

  /** The panels of the page and the controls of our own. */
  #covered(): Padding {
    const own = this.clientWidth < NARROW ? 0 : CONTROLS_WIDTH;
    return { ...this.padding, right: this.padding.right + own };
  }

  #isLevel(): boolean {
    return Math.abs(this._bearing - (this.venue?.bearing ?? 0)) < 0.5;
  }

  #tell<Name extends 'room-pick' | 'map-failed'>(name: Name, detail: HTMLElementEventMap[Name]['detail']): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  static override styles = [
    canvasStyles,
    controlStyles,
    css`
      :host {
        display: block;
        position: relative;
        overflow: hidden;
        background: var(--map-ground);
      }
      .plan {
        position: absolute;
        inset: 0;
      }
      .attribution {
        position: absolute;
        right: var(--map-attribution-right, 8px);
        bottom: var(--map-attribution-bottom, calc(var(--map-covered-bottom, 0px) + 4px));
        padding: 0 6px;
        border-radius: 6px;
        background: color-mix(in srgb, var(--map-ground) 82%, transparent);
        color: var(--map-num);
        font-size: 0.8125rem;
        line-height: 1.125rem;
      }
      :focus-visible {
        outline: 3px solid var(--focus);
        outline-offset: 2px;
        box-shadow: 0 0 0 2px var(--paper);
      }
      .plan :focus-visible {
        outline-offset: -4px;
        box-shadow: none;
      }
    `,
  ];
}

async function fetchPlan(url: string, signal: AbortSignal): Promise<Plan> {
  try {
    const answer = await fetch(url, { signal });
    if (!answer.ok) throw new NoPlan(`${answer.status}`);
    return (await answer.json()) as Plan;
  } catch (cause) {
    throw new NoPlan('the plan could not be loaded', { cause });
  }
}

customElements.define('ledig-map', LedigMap);

declare global {
  interface HTMLElementTagNameMap {
    'ledig-map': LedigMap;
  }
}
