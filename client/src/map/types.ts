import type { Share } from '../look/glyphs.ts';
import type { State } from '../look/tokens.ts';

/** What the map says of one bookable room. */
export interface Mark {
  readonly state: State;
  readonly name: string;
  /** How long it stays so: "until 14:30". */
  readonly line: string;
  /** The same, for small rooms: "–14:30". */
  readonly short: string;
  /** When `state` is `part`: the part of the wish in which the room is free. */
  readonly share?: Share;
}
export type Marks = ReadonlyMap<string, Mark>;

/** The part of a venue (see the HTTP API) that the map needs. */
export interface MapVenue {
  /** The bearing that makes the longest walls level, in degrees clockwise. */
  readonly bearing: number;
  readonly bounds: readonly [west: number, south: number, east: number, north: number];
  readonly attribution: { readonly text: string; readonly url: string };
}

/** Pixels of the map that panels cover, from each side. */
export interface Padding {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export type Failure = 'no-webgl' | 'no-plan';

declare global {
  interface HTMLElementEventMap {
    'room-pick': CustomEvent<{ room: string | null }>;
    'map-failed': CustomEvent<{ reason: Failure }>;
  }
}
