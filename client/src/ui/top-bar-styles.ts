import { css } from 'lit';

export const barStyles = css`
  :host {
    display: flex;
    align-items: center;
    gap: 0.625rem;
    min-height: 4.25rem;
    padding: 0.25rem 1.25rem;
    background: var(--paper);
    border-bottom: 1px solid var(--line);
  }
  .mark {
    width: 1.625rem;
    height: 1.625rem;
    flex: none;
  }
  .name {
    font-size: 1.3125rem;
    font-weight: 700;
    letter-spacing: -0.01em;
  }
  .line {
    width: 1px;
    height: 1.5rem;
    background: var(--line);
    margin: 0 0.375rem;
  }
  .building {
    min-width: 0;
    line-height: 1.25;
  }
  .building b {
    display: block;
    font-weight: 400;
  }
  .notice {
    display: block;
    font-size: 0.8125rem;
    line-height: 1.0625rem;
    color: var(--ink2);
  }
  .wish {
    display: flex;
    align-items: center;
    border: 1px solid var(--line-strong);
    border-radius: 999px;
    padding: 0 0.375rem;
  }
  :host([layout='wide']) .wish {
    position: absolute;
    left: 26.25rem;
  }
  :host([layout='middle']) .wish {
    margin-left: auto;
  }
  .segment {
    display: flex;
    align-items: center;
    gap: 0.625rem;
    min-height: 3rem;
    padding: 0 1.25rem 0 1rem;
    border-radius: 999px;
    text-align: start;
    line-height: 1.0625rem;
  }
  .segment:hover {
    background: var(--sunk);
  }
  .segment .icon {
    color: var(--ink2);
  }
  .segment .label {
    display: block;
    font-size: 0.8125rem;
    color: var(--ink2);
  }
  .segment .value {
    display: block;
    font-weight: 600;
    min-width: 4.75rem;
  }
  :host([layout='middle']) .segment {
    padding: 0 0.875rem 0 0.75rem;
  }
  .colours {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-height: 2.75rem;
    min-width: 2.75rem;
    padding: 0 0.75rem;
    border-radius: 0.625rem;
    color: var(--ink2);
    font-size: 0.875rem;
  }
  :host([layout='wide']) .colours {
    margin-left: auto;
  }
  .colours:hover {
    background: var(--sunk);
  }
  :host([layout='phone']) {
    min-height: 3.25rem;
    padding: 0.25rem 0.375rem 0.25rem 0.9375rem;
    border: 0;
    border-radius: 1.625rem;
    box-shadow: var(--shadow-low);
  }
  :host([layout='phone']) .building,
  :host([layout='narrow']) .building {
    flex: 1;
  }
  :host([layout='phone']) .colours,
  :host([layout='narrow']) .colours {
    justify-content: center;
    padding: 0;
    margin-right: -0.5rem;
  }
  :host([layout='phone']) .building b {
    font-weight: 600;
  }
  :host([layout='narrow']) {
    padding: 0.25rem 0.375rem 0.25rem 0.75rem;
  }
  @media (forced-colors: active) {
    .with-menu:has(:focus-visible) {
      outline-color: Highlight;
    }
  }
`;
