import type { TemplateResult } from 'lit';
import { html } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import accessibility from 'lucide-static/icons/accessibility.svg?raw';
import chevronDown from 'lucide-static/icons/chevron-down.svg?raw';
import chevronLeft from 'lucide-static/icons/chevron-left.svg?raw';
import chevronRight from 'lucide-static/icons/chevron-right.svg?raw';
import chevronUp from 'lucide-static/icons/chevron-up.svg?raw';
import clock from 'lucide-static/icons/clock.svg?raw';
import contrast from 'lucide-static/icons/contrast.svg?raw';
import ear from 'lucide-static/icons/ear.svg?raw';
import list from 'lucide-static/icons/list.svg?raw';
import map from 'lucide-static/icons/map.svg?raw';
import monitor from 'lucide-static/icons/monitor.svg?raw';
import presentation from 'lucide-static/icons/presentation.svg?raw';
import timer from 'lucide-static/icons/timer.svg?raw';
import user from 'lucide-static/icons/user-round.svg?raw';
import users from 'lucide-static/icons/users.svg?raw';
import video from 'lucide-static/icons/video.svg?raw';
import close from 'lucide-static/icons/x.svg?raw';
import { listDisc, type Share } from '../look/glyphs.ts';
import type { State } from '../look/tokens.ts';

const ICONS = {
  accessibility,
  chevronDown,
  chevronLeft,
  chevronRight,
  chevronUp,
  clock,
  close,
  contrast,
  ear,
  list,
  map,
  monitor,
  presentation,
  timer,
  user,
  users,
  video,
};

export type IconName = keyof typeof ICONS;

/** Our own files only: nothing from the server may come here. */
export function icon(name: IconName): TemplateResult {
  return html`<span class="icon" aria-hidden="true">${unsafeHTML(ICONS[name])}</span>`;
}

export function disc(state: State, share?: Share): TemplateResult {
  return html`<span class="disc" aria-hidden="true">${unsafeHTML(listDisc(state, share))}</span>`;
}

/** A room with its door open and a green light: the mark of ledig. */
export const mark = html`<svg class="mark" viewBox="0 0 26 26" aria-hidden="true">
  <path
    d="M14.5 23H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h16a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2"
    fill="none"
    stroke="currentColor"
    stroke-width="2.6"
    stroke-linecap="round"
  />
  <circle cx="13" cy="12.6" r="4.6" fill="var(--go)" />
</svg>`;
