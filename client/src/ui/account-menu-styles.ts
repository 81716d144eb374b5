import { css } from 'lit';

export const accountStyles = css`
  :host {
    flex: none;
  }
  .sign-in {
    display: flex;
    align-items: center;
    justify-content: center;
    min-width: 2.75rem;
    padding: 0 1rem;
    border: 1px solid var(--line-strong);
    border-radius: 999px;
    font-weight: 600;
    background: var(--paper);
    white-space: nowrap;
    transition: background-color 90ms;
  }
  .sign-in:hover {
    background: var(--sunk);
  }
  :host([brief]) .sign-in {
    padding: 0;
    border: 0;
    background: var(--sunk);
  }
  .who {
    display: grid;
    place-content: center;
    width: 2.75rem;
    height: 2.75rem;
    border-radius: 999px;
  }
  .face {
    position: relative;
    display: grid;
    place-content: center;
    width: 2.375rem;
    height: 2.375rem;
    border: 1px solid transparent;
    border-radius: 999px;
    overflow: hidden;
    background: var(--ink) border-box;
    color: var(--paper);
    font-size: 0.9375rem;
    font-weight: 700;
  }
  .face img {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    object-fit: cover;
  }
  #menu {
    position: fixed;
    inset: var(--menu-top, 4rem) var(--menu-right, 0.5rem) auto auto;
    width: min(18rem, calc(100vw - 1rem));
    margin: 0;
    padding: 0.5rem;
    border: 1px solid transparent; /* seen where a system draws its own colours and no shadow */
    border-radius: var(--radius-card);
    background: var(--paper);
    color: var(--ink);
    box-shadow: var(--shadow);
  }
  .person {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    padding: 0.5rem 0.5rem 0.75rem;
  }
  .person .face {
    flex: none;
    width: 3rem;
    height: 3rem;
    font-size: 1.125rem;
  }
  .person p {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .person b,
  .person span.small {
    display: block;
  }
  .stuck:not(:empty) {
    padding: 0.5rem 0.75rem;
    color: var(--busy-list-text);
  }
  .item {
    display: block;
    width: 100%;
    padding: 0 0.75rem;
    border-radius: 0.625rem;
  }
  .item:hover {
    background: var(--sunk);
  }
`;
