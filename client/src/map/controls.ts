import { css, html, svg, unsafeCSS } from 'lit';
import type { MapWords } from './types.ts';

/** Narrower maps show no controls: fingers pinch and turn there, and the room is needed for the plan. */
export const NARROW = 640;
/** What the controls and the space around them take from the map's right side. */
export const CONTROLS_WIDTH = 68;

export interface ControlActions {
  zoomBy(steps: number): void;
  turn(): void;
}

/** Zoom, and a compass that shows where north is and turns it up or back. */
export function controls(words: MapWords, bearing: number, level: boolean, actions: ControlActions) {
  return html`<div class="controls" part="controls">
    <button type="button" aria-label=${words.zoomIn} @click=${() => actions.zoomBy(1)}>${sign('M10 4v12M4 10h12')}</button>
    <button type="button" aria-label=${words.zoomOut} @click=${() => actions.zoomBy(-1)}>${sign('M4 10h12')}</button>
    <button type="button" aria-label=${level ? words.turnNorth : words.turnBack} @click=${() => actions.turn()}>
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
    right: var(--map-controls-right, 20px);
    bottom: var(--map-controls-bottom, calc(var(--map-covered-bottom, 0px) + 20px));
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
  @container (width < ${unsafeCSS(NARROW)}px) {
    .controls {
      display: none;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .controls button {
      transition: none;
    }
  }
`;
