import { describe, expect, it } from 'vitest';
import { fitsIn, halves, type Label, type Lens, labelFeatures, ladder, outgrown } from '../../src/map/labels.ts';
import type { LabelSpot } from '../../src/map/plan.ts';
import type { Mark } from '../../src/map/types.ts';

const council: Mark = { state: 'free', name: 'Council Chamber', line: 'until 14:30', short: '–14:30' };
const spot: LabelSpot = { room: '1004', level: 1, at: [13.7, 51], width: 12, height: 8 };
const lens: Lens = { zoom: 19, latitude: 51, textScale: 1, turned: 0, selected: null };
const measure = (text: string) => text.length / 2;

/** What is written into a room that has room for so many letters a line, and so many lines. */
function written(mark: Mark, letters: number, lines: number): string[] {
  const all = ({ name, time }: Label) => [...name, time].filter(Boolean);
  return all(ladder(mark, (label) => all(label).length <= lines && all(label).every((text) => text.length <= letters)));
}

function label(changes: Partial<LabelSpot>, through: Partial<Lens> = {}, mark = council) {
  const spots = [{ ...spot, ...changes }];
  return labelFeatures(spots, new Map([['1004', mark]]), { ...lens, ...through }, measure).features[0]?.properties;
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
  it('is what lies between the walls, less a margin', () => {
    const scale = 2 ** 19 / (78271.5 * Math.cos((51 * Math.PI) / 180));
    const text = 12.5 + (0.6 / 1.6) * 3;
    const needed = (7.5 * text + 12) / scale;
    const fits = (width: number) => fitsIn({ ...spot, width }, lens, measure)({ name: ['Council Chamber'], time: '' });
    expect([fits(needed - 0.01), fits(needed + 0.01)]).toEqual([false, true]);
  });

  it('shrinks when the map is zoomed out, and with larger text', () => {
    expect(label({})).toMatchObject({ name: 'Council Chamber\n', time: 'until 14:30', lines: 2 });
    expect(label({}, { zoom: 17.5 })).toMatchObject({ name: '', time: '', lines: 0 });
    expect(label({}, { textScale: 1.5 })).toMatchObject({ name: '', time: 'until 14:30', lines: 1 });
  });

  it('is less in the chosen room, whose walls carry a thick line', () => {
    expect(label({ height: 5.6 })?.lines).toBe(2);
    expect(label({ height: 5.6 }, { selected: '1004' })?.lines).toBe(1);
  });

  it('turns with the map, so that text crosses no wall at any bearing', () => {
    const narrow = { width: 12, height: 5.6 };
    expect(label(narrow)?.lines).toBe(2);
    expect(label(narrow, { turned: -16 })?.lines).toBe(1);
    expect(label({ width: 6.2, height: 12 }, { turned: 90 })).toEqual(label(narrow));
  });
});

describe('the labels of a floor', () => {
  it('always have a disc, however small the room', () => {
    expect(label({ width: 1, height: 1 })).toMatchObject({ disc: 'disc:free', lines: 0 });
  });

  it('draw the free part of the wish in twelfths', () => {
    expect(label({}, {}, { ...council, state: 'part', share: [0.33, 1] })?.disc).toBe('disc:part:4:12');
    expect(label({}, {}, { ...council, state: 'part', share: [0, 0.02] })?.disc).toBe('disc:part:0:1');
  });

  it('leave out rooms of which nothing is known yet', () => {
    expect(labelFeatures([spot], new Map(), lens, measure).features).toEqual([]);
  });

  it('are made anew before zooming out lets them cross a wall', () => {
    expect([outgrown(19, 18.9), outgrown(19, 19.1), outgrown(19, 19.3)]).toEqual([true, false, true]);
  });
});
