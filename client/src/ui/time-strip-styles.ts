import { css } from 'lit';

export const stripStyles = css`
  :host {
    display: block;
    container-type: inline-size;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 0.625rem;
    margin-bottom: 0.5rem;
  }
  .day {
    display: flex;
    align-items: center;
    margin-left: -0.875rem;
    position: relative;
  }
  .arrow {
    display: grid;
    place-items: center;
    width: 2.75rem;
    border-radius: 0.625rem;
    color: var(--ink2);
  }
  .arrow[aria-disabled='true'] {
    cursor: default;
    opacity: 0.35;
  }
  .date {
    padding: 0 0.25rem;
    font-weight: 600;
    border-radius: 0.5rem;
    min-width: 11.5rem;
    text-align: center;
  }
  input[type='date'] {
    position: absolute;
    inset: auto auto 0 2.75rem;
    width: calc(100% - 5.5rem);
    min-width: 0;
    height: 1px;
    border: 0;
    padding: 0;
    opacity: 0;
    pointer-events: none;
  }
  .now {
    min-height: 2.75rem;
    border-radius: 0.5rem;
  }
  .now span.pill {
    display: flex;
    align-items: center;
    gap: 0.375rem;
    height: 2.125rem;
    padding: 0 0.75rem;
    border-radius: 0.5rem;
    font-weight: 600;
    font-size: 0.875rem;
    box-shadow: inset 0 0 0 1px var(--line-strong);
  }
  .now[aria-pressed='true'] .pill {
    background: var(--ink);
    box-shadow: none;
    color: var(--paper);
  }
  .now .icon svg {
    width: 1rem;
    height: 1rem;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1.25rem;
    margin-left: auto;
    font-size: 0.875rem;
    color: var(--ink2);
  }
  .legend.blank {
    visibility: hidden;
  }
  .legend li {
    display: flex;
    align-items: center;
    gap: 0.4375rem;
  }
  .legend .disc svg {
    width: 1.125rem;
    height: 1.125rem;
  }
  .plot {
    position: relative;
    height: var(--plot, 2.5rem);
    touch-action: pan-y;
    cursor: pointer;
  }
  .bars {
    position: absolute;
    inset: 0;
    display: flex;
    align-items: flex-end;
    gap: 2px;
  }
  .bars i {
    flex: 1;
    min-height: 1px;
    border-radius: 2px;
    background: var(--free-fill);
    opacity: 0.42;
    transition: height 160ms cubic-bezier(0.2, 0, 0, 1);
  }
  .bars .wish {
    opacity: 1;
  }
  .bars .past {
    background: var(--ink3);
    opacity: 0.22;
  }
  .frame {
    position: absolute;
    top: -4px;
    bottom: -3px;
    border: 2px solid var(--ink);
    border-radius: 6px;
    cursor: grab;
    touch-action: none;
  }
  .frame.away:not(:focus) {
    opacity: 0;
    pointer-events: none;
  }
  .frame::before {
    content: '';
    position: absolute;
    inset: -0.25rem 0;
  }
  .grip {
    position: absolute;
    right: -15px;
    top: -4px;
    bottom: -4px;
    width: 28px;
    cursor: ew-resize;
    touch-action: none;
  }
  .grip::before {
    content: '';
    position: absolute;
    right: 9px;
    top: 50%;
    width: 10px;
    height: 22px;
    margin-top: -11px;
    border: 2px solid var(--ink);
    border-radius: 5px;
    background: var(--paper);
  }
  .hours {
    position: relative;
    height: 1.125rem;
    margin-top: 0.375rem;
    font-size: 0.8125rem;
    line-height: 1.125rem;
    color: var(--ink2);
  }
  .hours span {
    position: absolute;
    transform: translateX(-50%);
  }
  .hours .first {
    transform: translateX(0);
  }
  .hours .last {
    transform: translateX(-100%);
  }
  :host([brief]) {
    --plot: 1.625rem;
  }
  :host([brief]) .row {
    gap: 0.5rem;
    margin-bottom: 0.75rem;
  }
  :host([brief]) .day {
    margin: 0;
  }
  :host([brief]) input[type='date'] {
    left: 0;
    width: 100%;
  }
  @container (max-width: 32rem) {
    .minor {
      display: none;
    }
    .date {
      min-width: 0;
      padding: 0;
    }
    .legend {
      margin-left: 0;
    }
  }
  @container (max-width: 20rem) {
    .arrow {
      width: 2.25rem;
    }
  }
  @media (forced-colors: active) {
    .bars i {
      forced-color-adjust: none;
      background: GrayText;
      opacity: 1;
    }
    .bars .wish {
      background: Highlight;
    }
    .now[aria-pressed='true'] .pill {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
  }
`;
