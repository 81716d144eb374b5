import { css } from 'lit';

export const cardStyles = css`
  :host {
    display: flex;
    flex-direction: column;
  }
  .head {
    display: flex;
    justify-content: space-between;
    align-items: flex-start;
  }
  h3 {
    font-size: 1.5625rem;
    line-height: 1.875rem;
    font-weight: 700;
    letter-spacing: -0.01em;
    overflow-wrap: anywhere;
  }
  .head p {
    color: var(--ink2);
    margin-top: 1px;
  }
  .close {
    display: grid;
    place-items: center;
    width: 2.75rem;
    margin: -0.5rem -0.75rem 0 0.5rem;
    border-radius: 0.625rem;
    color: var(--ink2);
  }
  .close .icon svg {
    width: 1.25rem;
    height: 1.25rem;
  }
  .state {
    display: flex;
    gap: 0.75rem;
    align-items: center;
    margin: 0.75rem 0 0.875rem;
  }
  .state .disc svg {
    width: 2rem;
    height: 2rem;
  }
  .state b {
    display: block;
    font-size: 1.0625rem;
    line-height: 1.375rem;
    font-weight: 700;
  }
  .state .free {
    color: var(--free-list-text);
  }
  .state .part {
    color: var(--part-list-text);
  }
  .state .busy {
    color: var(--busy-list-text);
  }
  .state .mine {
    color: var(--mine-list-text);
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: 0.375rem 1rem;
    margin-top: 0.625rem;
    font-size: 0.875rem;
    line-height: 1.375rem;
  }
  .facts li {
    display: flex;
    gap: 0.4375rem;
    align-items: center;
  }
  .facts .icon {
    color: var(--ink2);
  }
  .facts .icon svg {
    width: 1.0625rem;
    height: 1.0625rem;
  }
  .lengths {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    margin-top: 0.875rem;
  }
  .lengths .chip {
    flex: 1;
    padding: 0 0.5rem;
  }
  .go {
    display: block;
    width: 100%;
    min-height: 3.25rem;
    margin-top: 0.625rem;
    border-radius: 0.75rem;
    background: var(--go);
    color: var(--on-go);
    font-weight: 700;
    font-size: 1.0625rem;
    text-align: center;
    transition: background-color 90ms;
  }
  .go:hover {
    background: var(--go-hover);
  }
  .go[aria-disabled='true'] {
    background: var(--sunk);
    color: var(--ink2);
    cursor: default;
  }
  .next {
    display: block;
    width: 100%;
    min-height: 3.25rem;
    margin-top: 0.875rem;
    border: 1px solid var(--line-strong);
    border-radius: 0.75rem;
    font-weight: 600;
    text-align: center;
  }
  .next:hover,
  .other:hover,
  .close:hover {
    background: var(--sunk);
  }
  .end {
    margin-top: 0.875rem;
  }
  .line {
    margin-top: 0.625rem;
    font-weight: 600;
  }
  .line:empty {
    margin: 0;
  }
  .line.no {
    color: var(--busy-list-text);
  }
  .quiet {
    margin-top: 0.75rem;
    text-align: center;
  }
  .booked {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 0.75rem;
    margin-top: 0.875rem;
    padding: 0.25rem 0.25rem 0.25rem 1rem;
    min-height: 3.25rem;
    border-radius: 0.75rem;
    background: var(--mine-fill);
    color: var(--mine-text);
    font-weight: 700;
    font-size: 1.0625rem;
  }
  .booked button {
    margin-left: auto;
    padding: 0 1rem;
    border-radius: 0.5625rem;
    font-size: 1rem;
    font-weight: 600;
    text-align: center;
    box-shadow: inset 0 0 0 1px currentColor;
  }
  .booked button:focus-visible {
    outline-color: var(--mine-text);
    outline-offset: -5px;
    box-shadow: none;
  }
  .others {
    display: grid;
    gap: 0.5rem;
    margin-top: 0.5rem;
  }
  .other {
    display: flex;
    align-items: center;
    gap: 0.625rem;
    width: 100%;
    padding: 0 0.75rem 0 0.625rem;
    border: 1px solid var(--line-strong);
    border-radius: 0.625rem;
    font-weight: 600;
  }
  .other .until {
    margin-left: auto;
    color: var(--free-list-text);
  }
  .other .disc svg {
    width: 1.25rem;
    height: 1.25rem;
  }
  .other .small {
    font-weight: 400;
  }
  @media (max-width: 39.99em) {
    .facts {
      order: 1;
      margin-top: 1rem;
    }
    .close {
      margin-top: -0.375rem;
    }
  }
  @media (forced-colors: active) {
    .go,
    .booked {
      border: 2px solid;
    }
  }
`;
