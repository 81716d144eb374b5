import { glyphs, look, type State, type Theme } from './tokens.ts';

/** A filled shape, or a line when it has a stroke width; in a box of 20 x 20. */
export interface Shape {
  readonly d: string;
  readonly stroke?: number;
}
/** Free from and until, as parts of the wish: 0 is its start, 1 its end. */
export type Share = readonly [from: number, to: number];
export interface Disc {
  readonly fill: string;
  readonly sign: string;
  readonly edge?: string;
  readonly dashed?: boolean;
}

export const BOX = 20;

/** The shapes of a state's sign; of a room that is free for a part, the clock sector of that part. */
export function sign(state: State, share: Share = [0, 1]): readonly Shape[] {
  return state === 'part' ? [{ d: sector(share) }] : glyphs.state[state];
}

/** The path of a clock sector, clockwise from 12 o'clock. */
export function sector([from, to]: Share): string {
  const radius = glyphs.sector_radius;
  const centre = BOX / 2;
  const end = Math.min(to, from + 0.9999); // an arc from a point to itself draws nothing
  const at = (turn: number) =>
    [centre + radius * Math.sin(2 * Math.PI * turn), centre - radius * Math.cos(2 * Math.PI * turn)]
      .map((n) => n.toFixed(2))
      .join(' ');
  const large = end - from > 0.5 ? 1 : 0;
  return `M${centre} ${centre}L${at(from)}A${radius} ${radius} 0 ${large} 1 ${at(end)}z`;
}

/** The disc as it lies on a room of the map. */
export function mapDisc(theme: Theme, state: State): Disc {
  const { badge, on_badge } = look(theme).state[state];
  return { fill: badge, sign: on_badge };
}

/** The disc of a room that it covers: in the colours of the room itself. */
export function coverDisc(theme: Theme, state: State): Disc {
  const { fill, text } = look(theme).state[state];
  return { fill, sign: text };
}

/** The disc as it lies on paper (list, card, legend): SVG that takes its colours from the custom properties. */
export function listDisc(state: State, share?: Share): string {
  const colour = (name: string) => `var(--${state}-${name})`;
  if (state === 'part') return discSvg(sign(state, share), { fill: colour('badge'), sign: colour('on-badge') });
  const solid = state === 'free' || state === 'mine';
  const disc = solid
    ? { fill: colour('fill'), sign: colour('text') }
    : { fill: colour('fill'), sign: colour('edge'), edge: colour('edge'), dashed: state === 'unknown' };
  return discSvg(sign(state, share), disc);
}

function discSvg(shapes: readonly Shape[], disc: Disc): string {
  const radius = disc.edge ? 9 : glyphs.disc_radius;
  const edge = disc.edge ? ` stroke="${disc.edge}" stroke-width="1.4"` : '';
  const dashes = disc.dashed ? ' stroke-dasharray="2.6 2"' : '';
  const circle = `<circle cx="10" cy="10" r="${radius}" fill="${disc.fill}"${edge}${dashes}/>`;
  return `<svg viewBox="0 0 ${BOX} ${BOX}" aria-hidden="true">${circle}${shapes.map((s) => path(s, disc.sign)).join('')}</svg>`;
}

function path({ d, stroke }: Shape, colour: string): string {
  if (stroke === undefined) return `<path d="${d}" fill="${colour}"/>`;
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${stroke}" stroke-linecap="round" stroke-linejoin="round"/>`;
}
