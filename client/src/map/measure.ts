import { font } from '../look/tokens.ts';
import type { Measure } from './labels.ts';

/** Measures texts with the page's own font, each only once. */
export function measurer(): Measure {
  const context = document.createElement('canvas').getContext('2d');
  const known = new Map<string, number>();
  return (text, weight) => {
    const key = `${weight} ${text}`;
    let ems = known.get(key);
    if (ems === undefined && context) {
      context.font = `${font.weights[weight]} 100px ${font.family}`;
      ems = context.measureText(text).width / 100;
      known.set(key, ems);
    }
    return ems ?? text.length;
  };
}
