import tokens from './tokens.json';

export type Theme = 'light' | 'dark' | 'high_contrast_light' | 'high_contrast_dark';
/** What a room is for the wish somebody has. */
export type State = 'free' | 'part' | 'busy' | 'mine' | 'unknown' | 'closed';
export type Look = (typeof tokens)[Theme];
export type StateColours = Record<'fill' | 'edge' | 'text' | 'badge' | 'on_badge' | 'list_text', string>;

export const STATES: readonly State[] = ['free', 'part', 'busy', 'mine', 'unknown', 'closed'];
export const { font, glyphs, cartography, touch_px: touch, motion_ms: motion } = tokens;

export const look = (theme: Theme): Look => tokens[theme];

export function themeFor(prefers: { dark: boolean; contrast: boolean }): Theme {
  if (prefers.contrast) return prefers.dark ? 'high_contrast_dark' : 'high_contrast_light';
  return prefers.dark ? 'dark' : 'light';
}

/** What the page's own styles read, as CSS custom properties: `--ink`, `--map-ground`, `--free-edge`, `--radius-card`. */
export function customProperties(theme: Theme): Map<string, string> {
  const { ui, map, state } = look(theme);
  const properties = new Map<string, string>();
  const add = (prefix: string, values: Record<string, string | number>, unit = '') => {
    for (const [key, value] of Object.entries(values))
      properties.set(`--${prefix}${key.replaceAll('_', '-')}`, value + unit);
  };
  add('', ui);
  add('map-', { ground: map.ground, num: map.num });
  for (const [name, colours] of Object.entries(state)) add(`${name}-`, colours);
  add('radius-', tokens.radius_px, 'px');
  return properties;
}
