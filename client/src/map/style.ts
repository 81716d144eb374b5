import type { DataDrivenPropertyValueSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import { type Row, TABLE } from '../look/cartography.ts';
import { BOX } from '../look/glyphs.ts';
import { look, type StateColours, type Theme } from '../look/tokens.ts';
import { type Expression, MAX_ZOOM, match, metres, stepless } from './expressions.ts';
import { GAP, LINE_HEIGHT, sizes, TIME_SCALE } from './labels.ts';
import { collection, type PlanLayer, type PlanParts } from './plan.ts';
import { pixelsPerMetre } from './scale.ts';

export interface StyleOptions {
  readonly theme: Theme;
  readonly textScale: number;
  readonly latitude: number;
}

type Sized = DataDrivenPropertyValueSpecification<number>;
interface From {
  readonly source: 'still' | 'tiles' | 'labels' | 'hovered' | 'chosen';
  readonly filter: Expression;
}
type Drawer = (row: Row, options: StyleOptions) => LayerSpecification[];

const WC_SIZE = 10.5; // the letters, in the box of an icon

/** The whole style; what depends on theme and text size is in its layers only. */
export function mapStyle(
  parts: PlanParts,
  level: number,
  fonts: NonNullable<StyleSpecification['font-faces']>,
  options: StyleOptions,
): StyleSpecification {
  const source = { type: 'geojson', tolerance: 0, buffer: 128, maxzoom: 20 } as const;
  return {
    version: 8,
    sources: {
      still: { ...source, data: parts.still },
      tiles: { ...source, data: parts.tiles, promoteId: 'room' },
      labels: { ...source, data: collection([]) },
      hovered: { ...source, data: collection([]) },
      chosen: { ...source, data: collection([]) },
    },
    'font-faces': fonts,
    state: { level: { default: level } },
    layers: layers(options),
  };
}

/** The layers of the cartography table, bottom to top: the table has the values, `DRAWERS` what is drawn with them. */
export function layers(options: StyleOptions): LayerSpecification[] {
  return TABLE.flatMap((row) => DRAWERS[row.id]?.(row, options) ?? []);
}

const onLevel: Expression = ['==', ['get', 'level'], ['global-state', 'level']];
const isIcon = (...icons: string[]): Expression => ['in', ['get', 'icon'], ['literal', icons]];
const isToilet: Expression = ['==', ['slice', ['get', 'icon'], 0, 2], 'wc'];
const state: Expression = ['coalesce', ['feature-state', 'state'], ''];

const outside = (kind: string) => still('outside', ['==', ['get', 'kind'], kind]);
const floor = (layer: PlanLayer, ...more: Expression[]) => still(layer, onLevel, ...more);
const tiles: From = { source: 'tiles', filter: onLevel };
const hovered: From = { source: 'hovered', filter: onLevel };
const chosen: From = { source: 'chosen', filter: onLevel };

const DRAWERS: Readonly<Record<string, Drawer>> = {
  ground: (row, { theme }) => [
    { id: row.id, type: 'background', paint: { 'background-color': colour(theme, row.paint) } },
  ],
  plaza: filled(outside('plaza')),
  paths: (row, options) => [line(row, outside('path'), options, { 'line-width': wayWidth(row, options) })],
  'outdoor-steps': (row, options) => [
    line(row, outside('steps'), options, {
      'line-dasharray': (row.dash_metres ?? []).map((dash) => dash / (row.metres ?? 1)),
    }),
  ],
  'building-below': filled(outside('building')),
  shadow: (row, options) =>
    (row.offsets_px ?? []).map(([x = 0, y = 0, factor = 1], index) => {
      const offset = { 'fill-translate': [x, y] as [number, number], 'fill-translate-anchor': 'viewport' as const };
      const opacity = { 'fill-opacity': factor * look(options.theme).map.shadow_opacity };
      return fill({ ...row, id: index ? `shadow-${index + 1}` : row.id }, floor('shadow'), options, {
        ...offset,
        ...opacity,
      });
    }),
  floor: filled(floor('floor')),
  solid: filled(floor('solid')),
  rooms: filled(floor('space', ['==', ['get', 'class'], 'room'])),
  service: filled(floor('space', ['==', ['get', 'class'], 'service'])),
  treads: drawn(floor('tread')),
  tiles: (row, options) => [
    fill(row, tiles, options, { 'fill-color': byState(options.theme, 'fill', look(options.theme).map.room) }),
  ],
  hatch: (row) => [
    {
      ...at(row, tiles),
      type: 'fill',
      paint: {
        'fill-pattern': 'hatch',
        'fill-opacity': ['case', ['==', state, 'unknown'], 1, 0],
        'fill-antialias': row.antialias ?? true,
      },
    },
  ],
  hover: (row, options) => [fill(row, hovered, options, { 'fill-opacity': row.opacity ?? 0 })],
  'tile-edge': (row, options) => [
    line(
      row,
      tiles,
      options,
      { 'line-color': byState(options.theme, 'edge', look(options.theme).map.wall_outer) },
      { 'line-join': 'miter' }, // corners are round already; round joins cost twice as much to draw
    ),
  ],
  doors: drawn(floor('door')),
  walls: drawn(floor('wall', ['!', ['get', 'outer']]), { 'line-join': 'miter' }),
  'walls-outer': drawn(floor('wall', ['==', ['get', 'outer'], true]), { 'line-join': 'miter', 'line-cap': 'square' }),
  'selection-case': framed(chosen),
  selection: framed(chosen),
  'service-icons': (row, options) => [
    icons(row, floor('icon', isIcon('stairs', 'lift')), options),
    toiletLetters({ ...row, id: 'toilets' }, options),
    icons({ ...row, id: 'toilet-kinds', minzoom: row.kinds_minzoom }, floor('icon', isToilet), options),
    entrances({ ...row, id: 'entrances', minzoom: 0 }, options),
  ],
  'room-numbers': (row, options) => {
    const radius = stepless(row.min_inscribed_radius_m);
    const layer = text(row, floor('number', ['>', ['get', 'radius'], radius]), options, ['get', 'text']);
    return [{ ...layer, layout: { ...layer.layout, 'symbol-sort-key': ['-', 0, ['get', 'area']], 'text-padding': 1 } }];
  },
  'area-names': (row, options) => {
    const layer = text(row, floor('name'), options, ['get', 'text']);
    return [{ ...layer, layout: { ...layer.layout, 'text-letter-spacing': 0.04 } }];
  },
  bookable: (row, options) => [bookable(row, options)],
};

function bookable(row: Row, { theme, textScale }: StyleOptions): LayerSpecification {
  const unknown = look(theme).state.unknown.fill;
  return {
    ...at(row, { source: 'labels', filter: onLevel }),
    type: 'symbol',
    layout: {
      'icon-image': ['get', 'disc'],
      'icon-size': stepless(row.badge_px, textScale / BOX),
      'icon-anchor': 'bottom',
      'icon-offset': byLines((lines) => [0, placing(lines).disc]),
      'icon-allow-overlap': true,
      'text-field': [
        'format',
        ['get', 'name'],
        { 'text-font': ['literal', ['bold']] },
        ['get', 'time'],
        { 'font-scale': TIME_SCALE },
      ],
      'text-font': ['semibold'],
      'text-size': stepless(row.text_px, textScale),
      'text-anchor': 'top',
      'text-offset': byLines((lines) => [0, placing(lines).text]),
      'text-line-height': LINE_HEIGHT,
      'text-max-width': 100,
      'text-padding': 0,
      'text-allow-overlap': true,
    },
    paint: {
      'text-color': match(['get', 'state'], theme, 'text', look(theme).map.num),
      'text-halo-color': unknown,
      'text-halo-width': ['match', ['get', 'state'], 'unknown', 2.4, 0],
    },
  };
}

/** Where disc (its bottom, in icon units) and text (its top, in ems) lie, so that both together are centred. */
export function placing(lines: number): { disc: number; text: number } {
  const { badge, text } = sizes({ zoom: 19.2, textScale: 1 }); // their ratio hardly changes with zoom
  const block = lines === 0 ? 0 : lines * LINE_HEIGHT * text + GAP * text;
  return { disc: ((badge - block) / 2 / badge) * BOX, text: ((badge - block) / 2 + GAP * text) / text };
}

function toiletLetters(row: Row, options: StyleOptions): LayerSpecification {
  const layer = text(row, floor('icon', isToilet), options, 'WC');
  const size = stepless(row.size_px, (options.textScale * WC_SIZE) / BOX);
  const layout = { ...layer.layout, 'text-font': ['bold'], 'text-size': size, 'text-padding': 3 };
  return { ...layer, maxzoom: row.kinds_minzoom ?? MAX_ZOOM, layout };
}

function entrances(row: Row, options: StyleOptions): LayerSpecification {
  const layer = icons(row, floor('icon', isIcon('entrance')), options);
  return {
    ...layer,
    layout: {
      ...layer.layout,
      'icon-rotate': ['get', 'turn'],
      'icon-rotation-alignment': 'map',
      'icon-allow-overlap': true,
    },
  };
}

function filled(from: From): Drawer {
  return (row, options) => [fill(row, from, options)];
}

function drawn(from: From, layout: LineLayout = { 'line-join': 'round' }): Drawer {
  return (row, options) => [line(row, from, options, {}, layout)];
}

/** Far out the frame lies around the room, or it would hide the colour of a small one. */
function framed(from: From): Drawer {
  const offset = stepless({ '17': -2.5, '18.6': 0 });
  return (row, options) => [line(row, from, options, { 'line-offset': offset })];
}

type FillPaint = NonNullable<Extract<LayerSpecification, { type: 'fill' }>['paint']>;
type LinePaint = NonNullable<Extract<LayerSpecification, { type: 'line' }>['paint']>;
type LineLayout = NonNullable<Extract<LayerSpecification, { type: 'line' }>['layout']>;
type SymbolLayer = Extract<LayerSpecification, { type: 'symbol' }>;

function fill(row: Row, from: From, { theme }: StyleOptions, paint: FillPaint = {}): LayerSpecification {
  const antialias = row.antialias === undefined ? {} : { 'fill-antialias': row.antialias };
  const color = paint['fill-color'] ? {} : { 'fill-color': colour(theme, row.paint) };
  return { ...at(row, from), type: 'fill', paint: { ...color, ...antialias, ...paint } };
}

function line(
  row: Row,
  from: From,
  options: StyleOptions,
  paint: LinePaint = {},
  layout: LineLayout = { 'line-join': 'round' },
): LayerSpecification {
  const color = paint['line-color'] ? {} : { 'line-color': colour(options.theme, row.paint) };
  const opacity = row.opacity === undefined ? {} : { 'line-opacity': row.opacity };
  const width = { 'line-width': lineWidth(row, options) };
  return { ...at(row, from), type: 'line', layout, paint: { ...color, ...opacity, ...width, ...paint } };
}

function icons(row: Row, from: From, { textScale }: StyleOptions): SymbolLayer {
  return {
    ...at(row, from),
    type: 'symbol',
    layout: {
      'icon-image': ['concat', 'icon:', ['get', 'icon']],
      'icon-size': stepless(row.size_px, textScale / BOX),
      'icon-padding': 3,
    },
  };
}

function text(row: Row, from: From, { theme, textScale }: StyleOptions, field: Expression | string): SymbolLayer {
  return {
    ...at(row, from),
    type: 'symbol',
    layout: {
      'text-field': field,
      'text-font': ['regular'],
      'text-size': stepless(row.size_px, textScale),
    },
    paint: { 'text-color': colour(theme, row.paint) },
  };
}

function at(row: Row, { source, filter }: From) {
  return { id: row.id, source, filter, ...(row.minzoom ? { minzoom: row.minzoom } : {}) };
}

function still(layer: PlanLayer, ...filters: Expression[]): From {
  return { source: 'still', filter: ['all', ['==', ['get', 'layer'], layer], ...filters] };
}

/** A colour by its name in the table: `map.wall`, `ui.ink`. */
function colour(theme: Theme, name: string): string {
  const [group, key = ''] = name.split('.');
  const { ui, map } = look(theme);
  const values: Record<string, string | number> = group === 'ui' ? ui : map;
  return String(values[key]);
}

function byState(theme: Theme, key: keyof StateColours, neutral: string): Expression {
  return match(state, theme, key, neutral);
}

function byLines(offset: (lines: number) => [number, number]): Expression {
  const cases = [0, 1, 2].flatMap((lines) => [lines, ['literal', offset(lines)]]);
  return ['match', ['get', 'lines'], ...cases, ['literal', offset(3)]] as unknown as Expression;
}

function lineWidth(row: Row, { latitude, textScale }: StyleOptions): Sized {
  if (row.metres) return metres(row.metres, row.min_px ?? 0, latitude);
  return stepless(row.px, row.id.startsWith('selection') ? textScale : 1);
}

function wayWidth({ metres = 2.5, most_metres = metres }: Row, { latitude }: StyleOptions): Expression {
  const width: Expression = ['min', ['coalesce', ['get', 'width'], metres], most_metres];
  const stops = [14, MAX_ZOOM].flatMap((zoom) => [zoom, ['*', width, pixelsPerMetre(latitude, zoom)]]);
  return ['interpolate', ['exponential', 2], ['zoom'], ...stops] as unknown as Expression;
}
