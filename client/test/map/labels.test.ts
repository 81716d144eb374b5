import { describe, expect, it } from 'vitest';
import { fitsIn, halves, type Label, type Lens, labelFeatures, ladder, outgrown, parts } from '../../src/map/labels.ts';
import { type LabelSpot, split } from '../../src/map/plan.ts';
import { pixelsPerMetre } from '../../src/map/scale.ts';
import type { Mark } from '../../src/map/types.ts';

type Corner = readonly [x: number, y: number];

const council: Mark = { state: 'free', name: 'Council Chamber', line: 'until 14:30', short: '–14:30' };
const lens: Lens = { zoom: 19, latitude: 51, textScale: 1, bearing: 0, selected: null };
const measure = (text: string) => text.length / 2;

/** What is written into a room that has room for so many letters a line, and so many lines. */
function written(mark: Mark, letters: number, lines: number): string[] {
  const all = ({ name, time }: Label) => [...name, time].filter(Boolean);
  return all(ladder(mark, (label) => all(label).length <= lines && all(label).every((text) => text.length <= letters)));
}

/** A room whose corners are metres east and north of its label. */
function room(...corners: Corner[]): LabelSpot {
  const degree = 111_319.5;
  const east = degree * Math.cos((51 * Math.PI) / 180);
  const ring = [...corners, ...corners.slice(0, 1)].map(([x, y]) => [13.7 + x / east, 51 + y / degree]);
  return { room: '1004', level: 1, at: [13.7, 51], rings: [ring] };
}

function box(width: number, height: number): LabelSpot {
  const [x, y] = [width / 2, height / 2];
  return room([-x, -y], [x, -y], [x, y], [-x, y]);
}

function label(spot: LabelSpot, through: Partial<Lens> = {}, mark = council) {
  return labelFeatures([spot], new Map([['1004', mark]]), { ...lens, ...through }, measure).features[0]?.properties;
}

function lines(spot: LabelSpot, through: Partial<Lens> = {}): string[] {
  const { name, time } = label(spot, through) ?? {};
  return `${name}${time}`.split('\n').filter(Boolean);
}

/** Whether a corner in pixels, x to the right and y down, lies in a convex room on a map turned by `bearing`. */
function lies([x, y]: Corner, corners: readonly Corner[], { zoom, bearing }: Lens): boolean {
  const scale = pixelsPerMetre(51, zoom);
  const [sin, cos] = [Math.sin((bearing * Math.PI) / 180), Math.cos((bearing * Math.PI) / 180)];
  const [east, north] = [(x * cos - y * sin) / scale, -(x * sin + y * cos) / scale];
  return corners.every(([x1, y1], index) => {
    const [x2, y2] = corners[(index + 1) % corners.length] ?? [x1, y1];
    return (x2 - x1) * (north - y1) - (y2 - y1) * (east - x1) > -1e-6;
  });
}

describe('the label ladder', () => {
  it('says name and time where both fit', () => {
    expect(written(council, 15, 2)).toEqual(['Council Chamber', 'until 14:30']);
  });

  it('breaks the name before it shortens the time', () => {
    expect(written(council, 11, 3)).toEqual(['Council', 'Chamber', 'until 14:30']);
  });

  it('shortens the time before it drops the name', () => {
    expect(written(council, 7, 3)).toEqual(['Council', 'Chamber', '–14:30']);
  });

  it('drops the name before the time', () => {
    expect(written(council, 11, 1)).toEqual(['until 14:30']);
    expect(written(council, 6, 1)).toEqual(['–14:30']);
  });

  it('leaves only the disc in a very small room', () => {
    expect(written(council, 5, 3)).toEqual([]);
  });

  it('never says a name without its time', () => {
    expect(written({ ...council, name: 'Ada', line: 'yours to 11:00', short: '' }, 5, 3)).toEqual([]);
  });

  it('says the name alone where there is no time to tell', () => {
    expect(written({ ...council, state: 'unknown', line: '', short: '' }, 15, 1)).toEqual(['Council Chamber']);
  });
});

describe('a name on two lines', () => {
  it('breaks where the wider line is narrowest', () => {
    expect(halves('Room of the Council')).toEqual([['Room of', 'the Council']]);
  });

  it('is no choice for one word', () => {
    expect(halves('Noether')).toEqual([]);
  });
});

describe('room for a label', () => {
  const round = room([-5, -1.9], [5, -1.9], [5, 0.4], [1.2, 2.2], [-1.2, 2.2], [-5, 0.4]);

  it('is what lies between the walls, less 12 pixels', () => {
    const text = 12.5 + (0.6 / 1.6) * 3;
    const wall = 0.15; // a tile stands so far inside its walls
    const needed = (7.5 * text + 12) / pixelsPerMetre(51, 19) - 2 * wall;
    const fits = (width: number) => fitsIn(box(width, 8), lens, measure)({ name: ['Council Chamber'], time: '' });
    expect([fits(needed - 0.01), fits(needed + 0.01)]).toEqual([false, true]);
  });

  it('shrinks when the map is zoomed out, and with larger text', () => {
    expect(lines(box(12, 8))).toEqual(['Council Chamber', 'until 14:30']);
    expect(lines(box(12, 8), { zoom: 17.5 })).toEqual([]);
    expect(lines(box(12, 6), { textScale: 1.5 })).toEqual(['until 14:30']);
  });

  it('is less in the chosen room, whose walls carry a thick line', () => {
    expect(lines(box(12, 5.4))).toHaveLength(2);
    expect(lines(box(12, 5.4), { selected: '1004' })).toHaveLength(1);
    expect(lines(box(12, 5.4), { selected: '1005' })).toHaveLength(2);
  });

  it('is measured at the height of each line: a round room is high for its disc alone', () => {
    expect(lines(round)).toEqual(['until 14:30']);
    expect(lines(box(3.2, 4.4))).toEqual([]);
  });

  it('is measured where the words are, not in the middle of a room', () => {
    const head: Corner[] = [
      [-1.5, 0.2],
      [-6, 0.2],
      [-6, -4],
      [6, -4],
      [6, 0.2],
      [1.5, 0.2],
    ];
    const foot: Corner[] = [
      [1.5, 4],
      [-1.5, 4],
    ];
    const upsideDown = ([x, y]: Corner): Corner => [x, -y];
    expect(lines(room(...head, ...foot))).toEqual(['until 14:30']);
    expect(lines(room(...[...head, ...foot].map(upsideDown)))).toEqual([]);
  });

  it('ends at a column or a court in the middle of a room', () => {
    const whole = box(12, 8);
    const column = room([2, -1], [3, -1], [3, -2], [2, -2]);
    expect(lines({ ...whole, rings: [...whole.rings, ...column.rings] })).not.toContain('Council Chamber');
  });

  it('turns with the map', () => {
    expect(lines(box(12, 5.4))).toHaveLength(2);
    expect(lines(box(12, 5.4), { bearing: -16 })).toHaveLength(1);
    expect(label(box(6.2, 12), { bearing: 90 })).toEqual(label(box(12, 6.2)));
    expect(lines(round, { bearing: 180 })).toEqual([]); // the words would hang in its narrow end
  });

  it('never lets a word cross a wall, at any zoom and bearing', () => {
    const egg: Corner[] = [
      [-4.3, -2.9],
      [2.5, -2.9],
      [5.5, 1.4],
      [4.6, 3],
      [0.1, 3.2],
      [-3.6, 2],
      [-5.5, 0.4],
      [-5.3, -1.5],
    ];
    const marks = ['The Egg', 'Council Chamber', 'Ada'].map((name) => ({ ...council, name }));
    let words = 0;
    for (let zoom = 17.5; zoom < 22; zoom += 0.25) {
      for (let bearing = 0; bearing < 360; bearing += 15) {
        for (const mark of marks) {
          const through = { ...lens, zoom, bearing };
          const written = ladder(mark, fitsIn(room(...egg), through, measure));
          for (const { left, right, top, bottom } of parts(written, through, measure).lines) {
            words += 1;
            const corners: Corner[] = [
              [left, top],
              [right, top],
              [left, bottom],
              [right, bottom],
            ];
            expect(corners.every((corner) => lies(corner, egg, through))).toBe(true);
          }
        }
      }
    }
    expect(words).toBeGreaterThan(1000);
  });
});

describe('the spot of a label', () => {
  it('knows the tile of its own room and level', () => {
    const [ring = []] = box(4, 4).rings.map((points) => points.map((point) => [...point]));
    const tile = (room: string, level: number) => ({
      type: 'Feature' as const,
      properties: { layer: 'tile' as const, room, level },
      geometry: { type: 'Polygon' as const, coordinates: [ring] },
    });
    const spot = {
      type: 'Feature' as const,
      properties: { layer: 'label' as const, room: '1004', level: 1 },
      geometry: { type: 'Point' as const, coordinates: [13.7, 51] },
    };
    const plan = {
      type: 'FeatureCollection' as const,
      features: [tile('1004', 1), tile('1004', 2), tile('7', 1), spot],
    };
    expect(split(plan).labels).toEqual([{ room: '1004', level: 1, at: [13.7, 51], rings: [ring] }]);
  });
});

describe('the labels of a floor', () => {
  it('always have a disc, however small the room', () => {
    expect(label(box(3, 3))).toMatchObject({ disc: 'disc:free', lines: 0 });
    expect(label(box(1, 1), {}, { ...council, state: 'busy' })).toMatchObject({ disc: 'disc:busy', lines: 0 });
  });

  it('never hide under a white disc that a room is free or ours', () => {
    expect(label(box(1, 1))).toMatchObject({ disc: 'cover:free', lines: 0 });
    expect(label(box(1, 1), {}, { ...council, state: 'mine' })).toMatchObject({ disc: 'cover:mine' });
  });

  it('draw the free part of the wish in twelfths', () => {
    expect(label(box(12, 8), {}, { ...council, state: 'part', share: [0.33, 1] })?.disc).toBe('disc:part:4:12');
    expect(label(box(12, 8), {}, { ...council, state: 'part', share: [0, 0.02] })?.disc).toBe('disc:part:0:1');
  });

  it('leave out rooms of which nothing is known yet', () => {
    expect(labelFeatures([box(12, 8)], new Map(), lens, measure).features).toEqual([]);
  });

  it('are made anew before zooming out lets them cross a wall', () => {
    expect([outgrown(19, 18.9), outgrown(19, 19.1), outgrown(19, 19.3)]).toEqual([true, false, true]);
  });
});
