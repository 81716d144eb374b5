import type { Position } from 'geojson';
import type { Padding } from './types.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}
export interface View {
  readonly center: [number, number];
  readonly zoom: number;
}

const WORLD = 512; // pixels of the whole world at zoom 0

/** The view that shows all points, turned by `bearing`, in the part of the map that nothing covers. */
export function fit(points: readonly Position[], bearing: number, size: Size, padding: Padding): View {
  const box = bounds(points.map((point) => turn(project(point), bearing)));
  const free = freeBox(size, padding);
  const scale = Math.min(
    Math.max(1, free.right - free.left) / (box.right - box.left),
    Math.max(1, free.bottom - free.top) / (box.bottom - box.top),
  );
  const aside = { x: (padding.left - padding.right) / 2 / scale, y: (padding.top - padding.bottom) / 2 / scale };
  const middle: Position = [(box.left + box.right) / 2 - aside.x, (box.top + box.bottom) / 2 - aside.y];
  return { center: unproject(turn(middle, -bearing)), zoom: Math.log2(scale) };
}

export function freeBox({ width, height }: Size, padding: Padding): Box {
  return { left: padding.left, top: padding.top, right: width - padding.right, bottom: height - padding.bottom };
}

/** How far the picture has to move so that `box` lies in `free`; nothing when it already does. */
export function nudge(box: Box, free: Box): [dx: number, dy: number] {
  return [along(box.left, box.right, free.left, free.right), along(box.top, box.bottom, free.top, free.bottom)];
}

/** Whether a part of `box` lies outside of `free`. */
export function isHidden(box: Box, free: Box): boolean {
  return nudge(box, free).some((distance) => distance !== 0);
}

export function bounds(points: readonly (readonly number[])[]): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const [x = 0, y = 0] of points) {
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  return box;
}

function along(from: number, to: number, freeFrom: number, freeTo: number): number {
  if (to - from > freeTo - freeFrom) return (freeFrom + freeTo - from - to) / 2;
  if (from < freeFrom) return freeFrom - from;
  return Math.min(0, freeTo - to);
}

/** Where a place lies on the map of the whole world at zoom 0. */
export function project([longitude = 0, latitude = 0]: Position): Position {
  const sin = Math.sin((latitude * Math.PI) / 180);
  return [(longitude / 360 + 0.5) * WORLD, (0.5 - Math.atanh(sin) / (2 * Math.PI)) * WORLD];
}

function unproject([x = 0, y = 0]: Position): [number, number] {
  const latitude = Math.asin(Math.tanh((0.5 - y / WORLD) * 2 * Math.PI));
  return [(x / WORLD - 0.5) * 360, (latitude * 180) / Math.PI];
}

/** The map's x and y as they lie on a screen whose top is at `bearing`. */
export function turn([x = 0, y = 0]: Position, bearing: number): Position {
  const angle = (bearing * Math.PI) / 180;
  return [x * Math.cos(angle) + y * Math.sin(angle), y * Math.cos(angle) - x * Math.sin(angle)];
}
