import { bounds } from './camera.ts';

export type Pixel = readonly [x: number, y: number];
export interface Candidate {
  readonly room: string;
  readonly ring: readonly Pixel[];
}

/** The room a finger at `point` means: the nearest of those it touches, each at least `reach` pixels wide and high. */
export function pick(point: Pixel, candidates: readonly Candidate[], reach: number): string | null {
  let nearest: { room: string; distance: number } | null = null;
  for (const { room, ring } of candidates) {
    if (!touches(point, ring, reach)) continue;
    const distance = inside(point, ring) ? 0 : distanceTo(point, ring);
    if (nearest === null || distance < nearest.distance) nearest = { room, distance };
  }
  return nearest?.room ?? null;
}

function touches([x, y]: Pixel, ring: readonly Pixel[], reach: number): boolean {
  if (inside([x, y], ring)) return true;
  const box = bounds(ring);
  const more = (from: number, to: number) => Math.max(0, (reach - (to - from)) / 2);
  const dx = more(box.left, box.right);
  const dy = more(box.top, box.bottom);
  if (dx === 0 && dy === 0) return false;
  return x >= box.left - dx && x <= box.right + dx && y >= box.top - dy && y <= box.bottom + dy;
}

function inside([x, y]: Pixel, ring: readonly Pixel[]): boolean {
  let within = false;
  for (const [[x1, y1], [x2, y2]] of edges(ring)) {
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) within = !within;
  }
  return within;
}

function distanceTo([x, y]: Pixel, ring: readonly Pixel[]): number {
  return Math.min(
    ...edges(ring).map(([[x1, y1], [x2, y2]]) => {
      const length = (x2 - x1) ** 2 + (y2 - y1) ** 2 || 1;
      const along = Math.max(0, Math.min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length));
      return Math.hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1));
    }),
  );
}

function edges(ring: readonly Pixel[]): [Pixel, Pixel][] {
  return ring.slice(1).flatMap((end, i) => {
    const start = ring[i];
    return start ? [[start, end]] : [];
  });
}
