import { cartography } from './tokens.ts';

/** Zooms at which a size is given; between two of them it changes evenly. */
export type Stops = Readonly<Partial<Record<string, number>>>;

/** A layer of the map: what colour, how wide, how large, from which zoom on. */
export interface Row {
  readonly id: string;
  readonly paint: string;
  readonly minzoom?: number;
  readonly kinds_minzoom?: number;
  readonly antialias?: boolean;
  readonly opacity?: number;
  readonly metres?: number;
  readonly inset_metres?: number;
  readonly most_metres?: number;
  readonly min_px?: number;
  readonly dash_metres?: readonly number[];
  readonly offsets_px?: readonly (readonly number[])[];
  readonly px?: number | Stops;
  readonly size_px?: number | Stops;
  readonly badge_px?: Stops;
  readonly text_px?: Stops;
  readonly min_inscribed_radius_m?: Stops;
}

/** Bottom to top. */
export const TABLE: readonly Row[] = cartography.layers_bottom_to_top;

export function row(id: string): Row {
  const found = TABLE.find((layer) => layer.id === id);
  if (!found) throw new Error(`the cartography table has no layer ${id}`);
  return found;
}
