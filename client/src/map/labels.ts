import type { Feature, Point, Position } from 'geojson';
import { row } from '../look/cartography.ts';
import { type Box, project, turn } from './camera.ts';
import { collection, type LabelSpot } from './plan.ts';
import { pixelsPerMetre, sizeAt } from './scale.ts';
import type { Mark, Marks } from './types.ts';

/** The width of a text in ems. */
export type Measure = (text: string, weight: 'semibold' | 'bold') => number;

export interface Label {
  readonly name: readonly string[];
  readonly time: string;
}

export interface Lens {
  readonly zoom: number;
  readonly latitude: number;
  readonly textScale: number;
  readonly bearing: number;
  readonly selected: string | null;
}

export const LINE_HEIGHT = 1.14;
export const TIME_SCALE = 0.94;
export const GAP = 0.08; // ems between disc and text

const { badge_px = {}, text_px = {} } = row('bookable');
const { inset_metres = 0 } = row('tiles');
const { px: EDGE = 0 } = row('tile-edge');
const { px: SELECTED = 0 } = row('selection-case');
const MARGIN = { x: 6, y: 3 }; // pixels from words to walls
const LEAST = 1; // pixel from words to whatever is drawn along the edge of a tile

/** The richest label that fits, from name and time down to nothing; the disc is always drawn. */
export function ladder(mark: Mark, fits: (label: Label) => boolean): Label {
  const { name, line, short } = mark;
  const names = name ? [[name], ...halves(name)] : [];
  const rungs = [
    ...[line, short].flatMap((time) => names.map((lines) => ({ name: lines, time }))),
    ...[line, short].map((time) => ({ name: [], time })),
  ];
  return rungs.find((label) => (label.time || !line) && fits(label)) ?? { name: [], time: '' };
}

/** A name on two lines, the way that keeps the wider one narrow. */
export function halves(name: string): string[][] {
  const words = name.split(' ');
  if (words.length < 2) return [];
  const splits = words.slice(1).map((_, i) => [words.slice(0, i + 1).join(' '), words.slice(i + 1).join(' ')]);
  const widest = (lines: string[]) => Math.max(...lines.map((text) => text.length));
  return [splits.reduce((best, lines) => (widest(lines) < widest(best) ? lines : best))];
}

/** Whether disc and words lie inside the room's walls, each at its own height: rooms are round and L-shaped. */
export function fitsIn(spot: LabelSpot, lens: Lens, measure: Measure): (label: Label) => boolean {
  const walls = edges(spot, lens);
  const { x, y } = air(spot, lens);
  const isClear = (box: Box) => !walls.some((wall) => crosses(wall, box));
  return (label) => {
    const { disc, lines } = parts(label, lens, measure);
    // A disc is round: with the air above it goes a box no wider than itself.
    return isClear(grown(disc, 0, y)) && lines.every((line) => isClear(grown(line, x, y)));
  };
}

/** Disc and lines as they stand around their spot, in pixels. */
export function parts({ name, time }: Label, lens: Lens, measure: Measure): { disc: Box; lines: Box[] } {
  const { badge, text } = sizes(lens);
  const widths = [
    ...name.map((line) => measure(line, 'bold')),
    ...(time ? [measure(time, 'semibold') * TIME_SCALE] : []),
  ];
  const line = LINE_HEIGHT * text;
  const high = badge + widths.length * line + (widths.length && GAP * text);
  const top = high / 2 - widths.length * line;
  return {
    disc: centred(badge, -high / 2, badge),
    lines: widths.map((ems, index) => centred(ems * text, top + index * line, line)),
  };
}

export function sizes({ zoom, textScale }: Pick<Lens, 'zoom' | 'textScale'>): { badge: number; text: number } {
  return { badge: sizeAt(badge_px, zoom) * textScale, text: sizeAt(text_px, zoom) * textScale };
}

/** The labels of all marked rooms as the map's source. */
export function labelFeatures(spots: readonly LabelSpot[], marks: Marks, lens: Lens, measure: Measure) {
  return collection(
    spots.flatMap((spot): Feature<Point>[] => {
      const mark = marks.get(spot.room);
      if (!mark) return [];
      const fits = fitsIn(spot, lens, measure);
      const { name, time } = ladder(mark, fits);
      const properties = {
        room: spot.room,
        level: spot.level,
        state: mark.state,
        disc: fits({ name: [], time: '' }) ? discImage(mark) : coverImage(mark),
        lines: name.length + (time ? 1 : 0),
        name: name.join('\n') + (name.length && time ? '\n' : ''),
        time,
      };
      return [{ type: 'Feature', properties, geometry: { type: 'Point', coordinates: spot.at } }];
    }),
  );
}

/** Whether labels made at one zoom have to be made anew at another: at once before they cross a wall, later to use new room. */
export function outgrown(made: number, zoom: number): boolean {
  return zoom < made - 0.02 || zoom > made + 0.25;
}

type Edge = readonly [from: Position, to: Position];

/** The edges of the spot's tile in pixels from the spot, as the map is turned. */
function edges({ at, rings }: LabelSpot, { zoom, bearing }: Lens): Edge[] {
  const [x0 = 0, y0 = 0] = project(at);
  const scale = 2 ** zoom;
  return rings.flatMap((ring) => {
    const points = ring.map((corner) => {
      const [x = 0, y = 0] = project(corner);
      return turn([(x - x0) * scale, (y - y0) * scale], bearing);
    });
    return points.slice(1).map((to, index): Edge => [points[index] ?? to, to]);
  });
}

/** What stays free between words and the edge of the tile, which stands a little inside the walls itself. */
function air({ room }: LabelSpot, { zoom, latitude, textScale, selected }: Lens): { x: number; y: number } {
  const inset = inset_metres * pixelsPerMetre(latitude, zoom);
  const line = selected === room ? sizeAt(SELECTED, zoom) * textScale : sizeAt(EDGE, zoom);
  const least = line / 2 + LEAST;
  return { x: Math.max(MARGIN.x - inset, least), y: Math.max(MARGIN.y - inset, least) };
}

function centred(width: number, top: number, height: number): Box {
  return { left: -width / 2, right: width / 2, top, bottom: top + height };
}

function grown({ left, right, top, bottom }: Box, x: number, y: number): Box {
  return { left: left - x, right: right + x, top: top - y, bottom: bottom + y };
}

/** Whether an edge has a stretch inside the box. */
function crosses([[x1 = 0, y1 = 0], [x2 = 0, y2 = 0]]: Edge, box: Box): boolean {
  const [enterX, leaveX] = between(x1, x2, box.left, box.right);
  const [enterY, leaveY] = between(y1, y2, box.top, box.bottom);
  return Math.max(enterX, enterY, 0) < Math.min(leaveX, leaveY, 1);
}

/** The shares of the way from `from` to `to` at which it enters and leaves what lies between two lines. */
function between(from: number, to: number, low: number, high: number): [number, number] {
  if (from === to) return low < from && from < high ? [0, 1] : [1, 0];
  const shares = [(low - from) / (to - from), (high - from) / (to - from)];
  return [Math.min(...shares), Math.max(...shares)];
}

/** The disc of a room so small that it is all one sees: a white one would hide that the room is free, or ours. */
function coverImage(mark: Mark): string {
  return mark.state === 'free' || mark.state === 'mine' ? `cover:${mark.state}` : discImage(mark);
}

function discImage({ state, share = [0, 1] }: Mark): string {
  if (state !== 'part') return `disc:${state}`;
  const [from, to] = share.map((edge) => Math.round(edge * 12)) as [number, number];
  return `disc:part:${from}:${Math.max(to, from + 1)}`;
}
