import { css, LitElement } from 'lit';
import type { Page } from '../page.ts';

/** A part of the page; drawn anew whenever its parent is, because the page object changes inside. */
export class Part extends LitElement {
  static override properties: Record<string, object> = { page: { attribute: false, hasChanged: () => true } };
  declare page: Page;

  /** Asks the page to open the card of a room, or with null to close it. */
  protected chooseRoom(room: string | null): void {
    this.dispatchEvent(new CustomEvent('room-choose', { detail: room, bubbles: true, composed: true }));
  }
}

declare global {
  interface HTMLElementEventMap {
    'room-choose': CustomEvent<string | null>;
  }
}

/** For `.style=${…}`: a style attribute, which Lit's styleMap begins with, would break the page's CSP. */
export function styles(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}:${value}`)
    .join(';');
}

export const base = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host {
    font-size: 1rem;
    line-height: 1.375;
    color: var(--ink);
  }
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
  }
  ul {
    list-style: none;
  }
  button,
  select {
    font: inherit;
    color: inherit;
    background: none;
    border: 0;
    padding: 0;
    margin: 0;
    min-height: 2.75rem;
    cursor: pointer;
    text-align: start;
  }
  select option {
    color: var(--ink);
    background: var(--paper);
  }
  /* A system's own menu behind a control of our looks. */
  .with-menu {
    position: relative;
  }
  .with-menu select {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    opacity: 0;
    appearance: none;
  }
  .with-menu:has(:focus-visible) {
    outline: 3px solid var(--focus);
    outline-offset: 2px;
  }
  button:disabled {
    cursor: default;
  }
  :focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 2px;
    box-shadow: 0 0 0 2px var(--paper);
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .icon,
  .disc,
  .icon svg,
  .disc svg {
    display: block;
    flex: none;
  }
  .icon svg {
    width: 1.125rem;
    height: 1.125rem;
    stroke-width: 1.9;
  }
  .disc svg {
    width: 1.5rem;
    height: 1.5rem;
  }
  .small {
    font-size: 0.875rem;
    line-height: 1.125rem;
    color: var(--ink2);
  }
  .chip {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 0.375rem;
    min-height: 2.75rem;
    border: 1px solid var(--line-strong);
    border-radius: 0.625rem;
    padding: 0 0.75rem;
    font-weight: 600;
    font-size: 0.9375rem;
    white-space: nowrap;
    background: var(--paper);
    transition: background-color 90ms;
  }
  .chip:hover {
    background: var(--sunk);
  }
  .chip[aria-pressed='true'] {
    background: var(--ink);
    border-color: var(--ink);
    color: var(--paper);
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      transition: none !important;
      animation: none !important;
      scroll-behavior: auto !important;
    }
  }
  @media (forced-colors: active) {
    .disc circle {
      fill: Canvas;
      stroke: CanvasText;
      stroke-width: 1.4;
    }
    .disc path[stroke] {
      stroke: CanvasText;
    }
    .disc path:not([stroke]) {
      fill: CanvasText;
    }
    .chip[aria-pressed='true'] {
      forced-color-adjust: none;
      background: Highlight;
      border-color: Highlight;
      color: HighlightText;
    }
  }
`;
