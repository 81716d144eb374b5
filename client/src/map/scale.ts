import type { Stops } from '../look/cartography.ts';

/** Pixels of a metre at zoom 0 and a latitude, with MapLibre's tiles of 512 px. */
export function pixelsPerMetre(latitude: number, zoom: number): number {
  return 2 ** zoom / (78271.5 * Math.cos((latitude * Math.PI) / 180));
}

export function pairs(stops: Stops): [zoom: number, size: number][] {
  return Object.entries(stops)
    .flatMap(([zoom, size]): [number, number][] => (size === undefined ? [] : [[Number(zoom), size]]))
    .sort(([a], [b]) => a - b);
}

/** The size at a zoom, as MapLibre's linear interpolation gives it. */
export function sizeAt(stops: number | Stops, zoom: number): number {
  if (typeof stops === 'number') return stops;
  const all = pairs(stops);
  const above = all.findIndex(([z]) => z >= zoom);
  if (above === -1) return all.at(-1)?.[1] ?? 0;
  const [z1, s1] = all[above] ?? [0, 0];
  const [z0, s0] = all[above - 1] ?? [z1 - 1, s1];
  return s0 + ((zoom - z0) / (z1 - z0)) * (s1 - s0);
}
