import { css } from 'lit';

export const pageStyles = css`
  :host {
    display: block;
    height: 100%;
  }
  .app {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr);
    height: 100%;
    position: relative;
    background: var(--paper);
  }
  header {
    position: relative;
    z-index: 3;
  }
  main {
    display: grid;
    grid-template-columns: 25rem minmax(0, 1fr);
    min-height: 0;
    position: relative;
  }
  .middle main {
    grid-template-columns: 21.5rem minmax(0, 1fr);
  }
  .panel {
    min-height: 0;
    overflow: auto;
    overscroll-behavior: contain;
    background: var(--paper);
    border-right: 1px solid var(--line);
    padding-bottom: 1rem;
  }
  .map {
    position: relative;
    min-width: 0;
    overflow: hidden;
    background: var(--map-ground);
  }
  ledig-map {
    display: block;
    position: absolute;
    inset: 0;
    --map-attribution-bottom: 5px;
    --map-attribution-right: 20px;
  }
  .phone ledig-map,
  .narrow ledig-map {
    --map-attribution-bottom: initial;
    --map-attribution-right: 8px;
  }
  .on-map {
    position: absolute;
    inset: 20px 20px 1.75rem;
    z-index: 2;
    display: flex;
    flex-direction: column;
    justify-content: flex-end;
    gap: 20px;
    pointer-events: none;
  }
  .on-map > * {
    pointer-events: auto;
  }
  .strip {
    flex: none;
    padding: 0.375rem 1.25rem 0.5rem;
    background: var(--paper);
    border-radius: var(--radius-card);
    box-shadow: var(--shadow-low);
  }
  floor-picker {
    align-self: flex-start;
    min-height: 3.5rem;
    border-radius: 0.875rem;
    box-shadow: var(--shadow-low);
    overflow: auto;
  }
  .no-rooms {
    position: absolute;
    top: 0;
    left: 50%;
    transform: translateX(-50%);
    padding: 0.375rem 0.75rem;
    border-radius: 999px;
    background: var(--map-ground);
    white-space: nowrap;
    pointer-events: none;
  }
  .skip {
    position: absolute;
    z-index: 4;
    left: 26.25rem;
    top: 0.75rem;
    padding: 0 1rem;
    border-radius: 0.625rem;
    background: var(--paper);
    box-shadow: var(--shadow);
    font-weight: 600;
  }
  .skip:not(:focus) {
    clip-path: inset(50%);
    pointer-events: none;
  }

  .no-map main {
    grid-template-columns: minmax(0, 1fr);
  }
  .no-map .panel {
    border: 0;
    padding-inline: max(0px, 50% - 24rem);
  }
  .no-map-line {
    padding: 0 1.25rem;
  }
  .panel .strip,
  .sheet .strip {
    border-radius: 0;
    box-shadow: none;
    padding: 0.75rem 1.25rem 0;
  }

  .phone {
    display: block;
    overflow: hidden;
  }
  .phone header {
    position: absolute;
    inset: calc(0.75rem + env(safe-area-inset-top)) 1rem auto;
  }
  .phone main {
    display: block;
    height: 100%;
  }
  .phone .map {
    position: absolute;
    inset: 0;
  }
  .phone .on-map,
  .narrow .on-map {
    inset: calc(5rem + env(safe-area-inset-top)) 1rem 0 auto;
    justify-content: flex-start;
  }
  .phone .no-rooms,
  .narrow .no-rooms {
    right: 4rem;
    left: auto;
    transform: none;
  }
  .phone .skip,
  .narrow .skip {
    left: 1rem;
    top: 5rem;
  }
  .sheet {
    position: absolute;
    inset: auto 0 0;
    z-index: 3;
    display: flex;
    flex-direction: column;
    height: 54%;
    padding-bottom: env(safe-area-inset-bottom);
    background: var(--paper);
    border-radius: var(--radius-sheet) var(--radius-sheet) 0 0;
    box-shadow: var(--shadow);
    transition: height 260ms cubic-bezier(0.2, 0, 0, 1);
  }
  .sheet.pulled {
    transition: none;
  }
  .sheet.peek {
    height: 7.5rem;
  }
  .sheet.peek.has-card {
    height: 10.5rem;
  }
  .sheet.full {
    height: calc(100% - 4.5rem - env(safe-area-inset-top));
  }
  .handle {
    position: relative;
    flex: none;
    display: flex;
    justify-content: flex-end;
    height: 2.25rem;
    padding-right: 0.5rem;
    touch-action: none;
    cursor: grab;
  }
  .handle button {
    display: grid;
    place-items: center;
    width: 2.75rem;
    height: 2.75rem;
    color: var(--ink2);
    border-radius: 0.625rem;
    position: relative;
    z-index: 1;
  }
  .handle button[aria-disabled='true'] {
    cursor: default;
    opacity: 0.3;
  }
  .grip {
    position: absolute;
    left: 50%;
    top: 0.625rem;
    width: 2.5rem;
    height: 5px;
    margin-left: -1.25rem;
    border-radius: 3px;
    background: var(--line-strong);
    opacity: 0.7;
  }
  .inside {
    flex: 1;
    min-height: 0;
    overflow: auto;
    overscroll-behavior: contain;
  }
  .sheet the-answer {
    padding: 0.75rem 1.25rem 0.25rem;
  }
  .sheet .strip {
    padding-top: 0;
  }
  .sheet room-card {
    padding: 0 1.25rem 1.5rem;
  }
  .peek .inside {
    overflow: hidden;
  }
  .peek the-answer {
    padding-top: 0.25rem;
  }

  .narrow {
    height: auto;
    min-height: 100%;
    display: block;
  }
  .narrow main {
    display: block;
  }
  .narrow .panel {
    border: 0;
  }
  .narrow .map {
    position: fixed;
    inset: 0;
    z-index: 4;
  }
  .narrow .on-map {
    inset: 0.5rem 0.5rem 4.5rem auto;
  }
  .swap {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    padding: 0 1.25rem;
    border-radius: 999px;
    background: var(--ink);
    color: var(--paper);
    font-weight: 600;
  }
  .panel .swap {
    margin: 0.75rem 1.25rem 0;
  }
  .map .swap {
    position: absolute;
    z-index: 3;
    bottom: 0.75rem;
    left: 50%;
    transform: translateX(-50%);
  }
  @media (forced-colors: active) {
    .sheet,
    .strip,
    .swap,
    .skip {
      border: 1px solid;
    }
  }
`;
