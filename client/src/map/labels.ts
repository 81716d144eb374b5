import type { Feature, Point } from 'geojson';
import { row } from '../look/cartography.ts';
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
  /** Degrees the map is turned away from the frame in which label spots are measured. */
  readonly turned: number;
  readonly selected: string | null;
}

export const LINE_HEIGHT = 1.14;
export const TIME_SCALE = 0.94;
export const GAP = 0.08; // ems between disc and text

const { badge_px = {}, text_px = {} } = row('bookable');
const MARGIN = { width: 12, height: 6 };
const CASE = { width: 6, height: 10 }; // the selection's case lies over the edges of a room
const NONE = { width: 0, height: 0 };

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

/** Whether disc and label lie inside a room's own walls, however the map is turned. */
export function fitsIn(spot: LabelSpot, lens: Lens, measure: Measure): (label: Label) => boolean {
  const scale = pixelsPerMetre(lens.latitude, lens.zoom);
  const covered = lens.selected === spot.room ? CASE : NONE;
  const width = spot.width * scale - MARGIN.width - covered.width;
  const height = spot.height * scale - MARGIN.height - covered.height;
  const { badge, text } = sizes(lens);
  const cos = Math.abs(Math.cos((lens.turned * Math.PI) / 180));
  const sin = Math.abs(Math.sin((lens.turned * Math.PI) / 180));
  return ({ name, time }) => {
    const ems = Math.max(...name.map((line) => measure(line, 'bold')), measure(time, 'semibold') * TIME_SCALE);
    const lines = name.length + (time ? 1 : 0);
    const wide = ems * text;
    const high = badge + (lines * LINE_HEIGHT + GAP) * text;
    return wide * cos + high * sin <= width && wide * sin + high * cos <= height;
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
      const { name, time } = ladder(mark, fitsIn(spot, lens, measure));
      const properties = {
        room: spot.room,
        level: spot.level,
        state: mark.state,
        disc: discImage(mark),
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

function discImage({ state, share = [0, 1] }: Mark): string {
  if (state !== 'part') return `disc:${state}`;
  const [from, to] = share.map((edge) => Math.round(edge * 12)) as [number, number];
  return `disc:part:${from}:${Math.max(to, from + 1)}`;
}
