import { html, LitElement } from 'lit';
import type { State, Theme } from '../look/tokens.ts';
import type { MapVenue, MapWords, Mark, Marks, Padding } from './types.ts';

const ENGLISH: MapWords = {
  label: 'Floor plan',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  turnNorth: 'Turn north up',
  turnBack: 'Turn the plan level',
};

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
  };
  declare planUrl: string;
  declare venue: MapVenue | null;
  declare level: number;
  declare marks: Marks;
  declare selected: string | null;
  declare theme: Theme;
  declare padding: Padding;
  declare textScale: number;
  declare words: MapWords;

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
    this.words = ENGLISH;
  }

  /** Moves the camera, only if the room would be hidden. */
  show(_room: string): void {}

  /** The states drawn at the moment, by room. */
  statesShown(): Record<string, State> {
    return {};
  }

  override render() {
    return html`<div></div>`;
  }
}

customElements.define('ledig-map', LedigMap);

declare global {
  interface HTMLElementTagNameMap {
    'ledig-map': LedigMap;
  }
}
