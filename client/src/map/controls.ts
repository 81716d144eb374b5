import { css, html, svg } from 'lit';
import type { Words } from '../words.ts';

/** Narrower maps leave no strip of their own to the controls. */
export const NARROW = 600;
/** What the controls and the space around them take from the right side of a map that is not narrow. */
export const CONTROLS_WIDTH = 68;
/** What they take from its bottom on a phone. */
export const CONTROLS_HEIGHT = 52;

export interface ControlActions {
  zoomBy(steps: number): void;
  turn(): void;
}

/** Zoom, and a compass that shows where north is and turns it up or back. */
export function controls(words: Words, bearing: number, level: boolean, actions: ControlActions) {
  return html`<div class="controls">
    <button type="button" aria-label=${words.say('zoom_in')} @click=${() => actions.zoomBy(1)}>${sign('M10 4v12M4 10h12')}</button>
    <button type="button" aria-label=${words.say('zoom_out')} @click=${() => actions.zoomBy(-1)}>${sign('M4 10h12')}</button>
    <button
      type="button"
      class=${level ? 'compass level' : 'compass'}
      aria-label=${words.say(level ? 'turn_north' : 'turn_back')}
      @click=${() => actions.turn()}
    >
      ${needle(bearing)}
    </button>
  </div>`;
}

const sign = (d: string) => svg`<svg viewBox="0 0 20 20" aria-hidden="true">
  <path d=${d} fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" />
</svg>`;

const needle = (bearing: number) => svg`<svg viewBox="0 0 20 20" aria-hidden="true">
  <g transform="rotate(${-bearing} 10 10)">
    <path d="M10 1l4.5 9h-9z" fill="currentColor" />
    <path d="M10 19l4.5-9h-9z" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linejoin="round" />
  </g>
</svg>`;

export const controlStyles = css`
  .controls {
    position: absolute;
    right: 20px;
    bottom: calc(var(--map-covered-bottom, 0px) + 20px);
    display: flex;
    flex-direction: column;
    padding: 2px;
    border-radius: 14px;
    background: var(--paper);
    box-shadow: var(--shadow-low);
  }
  .controls button {
    all: unset;
    display: grid;
    place-items: center;
    width: 44px;
    height: 44px;
    border-radius: var(--radius-control);
    color: var(--ink);
    cursor: pointer;
    transition: background-color 90ms;
  }
  .controls button:hover {
    background: var(--sunk);
  }
  .controls svg {
    width: 20px;
    height: 20px;
  }
  /* On a phone the floors are at the right, and the compass comes only when it is needed. */
  :host([brief]) .controls {
    right: auto;
    left: 16px;
    bottom: calc(var(--map-covered-bottom, 0px) + 4px);
    flex-direction: row;
  }
  :host([brief]) .compass.level {
    display: none;
  }
  @media (forced-colors: active) {
    .controls {
      border: 1px solid;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .controls button {
      transition: none;
    }
  }
`;
