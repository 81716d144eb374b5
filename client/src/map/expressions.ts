import type { ExpressionSpecification } from 'maplibre-gl';
import type { Stops } from '../look/cartography.ts';
import { look, STATES, type StateColours, type Theme } from '../look/tokens.ts';
import { pairs, pixelsPerMetre } from './scale.ts';

export type Expression = ExpressionSpecification;
export const MAX_ZOOM = 23;

/** A state's colour, by the state that `input` gives. */
export function match(input: Expression, theme: Theme, key: keyof StateColours, otherwise: string): Expression {
  const cases = STATES.flatMap((name) => [name, look(theme).state[name][key]]);
  return ['match', input, ...cases, otherwise] as unknown as Expression;
}

/** A width on the ground that never gets thinner on screen than `least` pixels. */
export function metres(width: number, least: number, latitude: number): Expression {
  const stops = [14, 16, 17, 18, 19, 20, 21, MAX_ZOOM].flatMap((zoom) => [
    zoom,
    Math.max(least, width * pixelsPerMetre(latitude, zoom)),
  ]);
  return ['interpolate', ['exponential', 2], ['zoom'], ...stops] as unknown as Expression;
}

/** A size at every zoom, from the stops of the table. */
export function stepless(stops: number | Stops = {}, factor = 1): Expression | number {
  if (typeof stops === 'number') return stops * factor;
  const values = pairs(stops).flatMap(([zoom, size]) => [zoom, size * factor]);
  return ['interpolate', ['linear'], ['zoom'], ...values] as unknown as Expression;
}
