import { describe, expect, it } from 'vitest';
import { listDisc, sector, sign } from '../../src/look/glyphs.ts';
import { customProperties, look, STATES, themeFor } from '../../src/look/tokens.ts';

describe('the disc of a room that is free for a part', () => {
  it('is a clock: the last third is the sector from 8 to 12', () => {
    expect(sector([2 / 3, 1])).toBe('M10 10L4.63 13.10A6.2 6.2 0 0 1 10.00 3.80z');
  });

  it('goes the long way round for more than half', () => {
    expect(sector([0, 0.75])).toContain('A6.2 6.2 0 1 1');
  });

  it('is nearly a whole circle for the whole wish', () => {
    expect(sector([0, 1])).toContain('0 1 1 10.00 3.80');
  });
});

describe('the signs', () => {
  it('differ from state to state', () => {
    expect(new Set(STATES.map((state) => JSON.stringify(sign(state, [0, 0.5])))).size).toBe(STATES.length);
  });

  it('take their colours from the page, so that a theme needs no new list', () => {
    expect(listDisc('busy')).toContain('var(--busy-edge)');
    expect(listDisc('part', [0, 0.5])).toContain('var(--part-on-badge)');
  });
});

describe('the themes', () => {
  it('follow what somebody prefers', () => {
    expect(themeFor({ dark: false, contrast: false })).toBe('light');
    expect(themeFor({ dark: true, contrast: true })).toBe('high_contrast_dark');
  });

  it('have the same custom properties', () => {
    const names = [...customProperties('light').keys()];
    expect([...customProperties('high_contrast_dark').keys()]).toEqual(names);
    expect(customProperties('dark').get('--map-ground')).toBe(look('dark').map.ground);
    expect(names).toContain('--free-on-badge');
  });
});
