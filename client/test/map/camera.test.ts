import { describe, expect, it } from 'vitest';
import { fit, isHidden, nudge } from '../../src/map/camera.ts';
import { metres } from '../../src/map/expressions.ts';
import { pixelsPerMetre, sizeAt } from '../../src/map/scale.ts';

const none = { top: 0, right: 0, bottom: 0, left: 0 };
const size = { width: 1000, height: 800 };
const free = { left: 0, top: 0, right: 1000, bottom: 800 };

describe('metres on the screen', () => {
  it('double with each zoom and are 100 m to a tile of 512 px at zoom 18 in Dresden', () => {
    expect(pixelsPerMetre(51.03, 20)).toBeCloseTo(2 * pixelsPerMetre(51.03, 19));
    expect(512 / pixelsPerMetre(51.03, 18)).toBeCloseTo(96.2, 0);
  });

  it('never make a wall thinner than its least width', () => {
    const [, , , ...stops] = metres(0.13, 0.7, 51.03) as unknown as [string, unknown, unknown, ...number[]];
    const widths = stops.filter((_, i) => i % 2 === 1);
    expect(Math.min(...widths)).toBe(0.7);
    expect(widths.at(-1)).toBeCloseTo(0.13 * pixelsPerMetre(51.03, 23));
  });

  it('are interpolated between the stops of the table and kept beyond them', () => {
    const stops = { '18': 10, '20': 20 };
    expect([17, 18, 19, 20, 21].map((zoom) => sizeAt(stops, zoom))).toEqual([10, 10, 15, 20, 20]);
  });
});

describe('the first view', () => {
  const square = [
    [13.72, 51.02],
    [13.721, 51.02],
    [13.721, 51.021],
    [13.72, 51.021],
  ];

  it('has the middle of the floor in its middle', () => {
    const { center } = fit(square, 0, size, none);
    expect(center[0]).toBeCloseTo(13.7205, 7);
    expect(center[1]).toBeCloseTo(51.0205, 6);
  });

  it('fills the smaller side and cuts nothing', () => {
    const { zoom } = fit(square, 0, size, none);
    const high = 0.001 * 111_320 * pixelsPerMetre(51.0205, zoom);
    expect(high).toBeGreaterThan(795);
    expect(high).toBeLessThan(801);
  });

  it('leaves room for panels: half the room is one zoom less, and the floor moves out from under them', () => {
    const left = { ...none, left: 500, bottom: 400 };
    const covered = fit(square, 0, size, left);
    expect(covered.zoom).toBeCloseTo(fit(square, 0, size, none).zoom - 1, 5);
    expect(covered.center[0]).toBeLessThan(13.7205);
    expect(covered.center[1]).toBeLessThan(51.0205);
  });

  it('needs more room for a square that stands on a corner', () => {
    expect(fit(square, 45, size, none).zoom).toBeLessThan(fit(square, 0, size, none).zoom);
  });
});

describe('showing a room', () => {
  it('moves nothing when the room is in sight', () => {
    const room = { left: 10, top: 10, right: 90, bottom: 60 };
    expect(nudge(room, free)).toEqual([0, 0]);
    expect(isHidden(room, free)).toBe(false);
    expect(isHidden(room, { ...free, top: 40 })).toBe(true);
  });

  it('moves just as far as needed', () => {
    expect(nudge({ left: -20, top: 700, right: 80, bottom: 830 }, free)).toEqual([20, -30]);
  });

  it('centres a room that is larger than the view', () => {
    expect(nudge({ left: -1000, top: 10, right: 1000, bottom: 60 }, free)).toEqual([500, 0]);
  });
});
