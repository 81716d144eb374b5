import { css } from 'lit';

/** The few of MapLibre's own rules that a map without its controls, popups and markers needs. */
export const canvasStyles = css`
  .maplibregl-canvas-container,
  .maplibregl-canvas {
    position: absolute;
    inset: 0;
  }
  .maplibregl-canvas-container {
    width: 100%;
    height: 100%;
  }
  .maplibregl-interactive {
    cursor: grab;
    user-select: none;
    touch-action: none;
    -webkit-tap-highlight-color: transparent;
  }
  .maplibregl-interactive:active {
    cursor: grabbing;
  }
  .maplibregl-canary {
    background-color: salmon; /* MapLibre looks for it to know that it has its rules */
  }
  .maplibregl-control-container,
  .maplibregl-boxzoom {
    display: none;
  }
`;
