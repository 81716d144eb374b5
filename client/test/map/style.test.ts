import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { describe, expect, it } from 'vitest';
import { TABLE } from '../../src/look/cartography.ts';
import { look, type Theme } from '../../src/look/tokens.ts';
import { split } from '../../src/map/plan.ts';
import { restyling } from '../../src/map/restyle.ts';
import { layers, mapStyle, placing } from '../../src/map/style.ts';

const light = { theme: 'light', textScale: 1, latitude: 51 } as const;
const themes: Theme[] = ['light', 'dark', 'high_contrast_light', 'high_contrast_dark'];
const face = [{ url: 'https://rooms.example/font.woff2', 'unicode-range': ['U+0000-00FF'] }];
const parts = split({ type: 'FeatureCollection', features: [] });

describe('the style', () => {
  it('has every layer of the cartography table, in its order', () => {
    const ids = layers(light).map(({ id }) => id);
    const drawn = TABLE.map(({ id }) => id);
    expect(ids.filter((id) => drawn.includes(id))).toEqual(drawn);
  });

  it.each(themes)('is valid in %s', (theme) => {
    const fonts = { regular: face, semibold: face, bold: face };
    expect(validateStyleMin(mapStyle(parts, 1, fonts, { ...light, theme }))).toEqual([]);
  });

  it('keeps each zoom from which a layer is drawn', () => {
    const told = TABLE.filter(({ minzoom }) => minzoom);
    const drawn = new Map(layers(light).map(({ id, minzoom }) => [id, minzoom]));
    expect(told.map(({ id }) => [id, drawn.get(id)])).toEqual(told.map(({ id, minzoom }) => [id, minzoom]));
  });

  it('shows one level at a time inside, and always what is outside', () => {
    const isOnLevel = JSON.stringify(['==', ['get', 'level'], ['global-state', 'level']]);
    const always = layers(light).filter((layer) => !JSON.stringify(layer).includes(isOnLevel));
    expect(always.map(({ id }) => id)).toEqual(['ground', 'plaza', 'paths', 'outdoor-steps', 'building-below']);
  });

  it('takes the colours of rooms from their state, and neutral tones until it is known', () => {
    const tiles = layers(light).find(({ id }) => id === 'tiles');
    const colour = JSON.stringify(tiles?.paint);
    expect(colour).toContain('feature-state');
    expect(colour).toContain(`"free","${look('light').state.free.fill}"`);
    expect(colour).toContain(`"${look('light').map.room}"]`);
  });

  it('centres disc and words on the spot they share', () => {
    expect(placing(0)).toMatchObject({ disc: 10 });
    expect(placing(2).disc).toBeLessThan(placing(1).disc);
    expect(placing(3).text).toBeLessThan(placing(2).text);
  });
});

describe('a change of theme', () => {
  it('sets only what differs', () => {
    expect(restyling(layers(light), layers(light))).toEqual([]);
    const dark = restyling(layers(light), layers({ ...light, theme: 'dark' }));
    expect(dark).toContainEqual({
      layer: 'walls',
      kind: 'paint',
      property: 'line-color',
      value: look('dark').map.wall,
    });
    expect(dark.every(({ kind }) => kind === 'paint')).toBe(true);
  });

  it('reaches the words when the page has larger text', () => {
    const larger = restyling(layers(light), layers({ ...light, textScale: 1.5 }));
    expect(larger.map(({ layer, property }) => `${layer} ${property}`)).toContain('bookable text-size');
  });
});
