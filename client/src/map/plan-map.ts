import type { Feature, Position } from 'geojson';
import { type GeoJSONSource, Map as MapLibre, type MapMouseEvent, type PointLike, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { motion, type State, type Theme, touch } from '../look/tokens.ts';
import { bounds, fit, freeBox, isHidden, nudge, type Size } from './camera.ts';
import { MAX_ZOOM } from './expressions.ts';
import { fontFaces, loadFonts } from './fonts.ts';
import { drawImage } from './images.ts';
import { type Lens, labelFeatures, outgrown } from './labels.ts';
import { measurer } from './measure.ts';
import { type Pixel, pick } from './pick.ts';
import { collection, type Plan, type PlanParts, split, type Tile } from './plan.ts';
import { restyling } from './restyle.ts';
import { changes, isSame } from './states.ts';
import { layers, mapStyle, type StyleOptions } from './style.ts';
import type { MapVenue, Marks, Padding } from './types.ts';

const MARGIN = 16;

setWorkerUrl(new URL(workerUrl, import.meta.url).href);

export interface PlanMapOptions {
  readonly container: HTMLElement;
  readonly plan: Plan;
  readonly venue: MapVenue;
  readonly level: number;
  readonly theme: Theme;
  readonly textScale: number;
  readonly padding: Padding;
  readonly label: string;
  /** What controls cover at the bottom: a floor may lie behind them, a chosen room may not. */
  controlsBelow(): number;
  onPick(room: string | null): void;
  onTurn(bearing: number): void;
}

/** A plan drawn by MapLibre. Opening one fails where there is no WebGL. */
export class PlanMap {
  readonly #map: MapLibre;
  readonly #parts: PlanParts;
  readonly #options: PlanMapOptions;
  readonly #latitude: number;
  readonly #measure = measurer();
  readonly #shown = new Map<string, State>();
  #style: StyleOptions;
  #level: number;
  #padding: Padding;
  #marks: Marks = new Map();
  #selected: string | null = null;
  #hovered: string | null = null;
  #untouched = true; // until somebody moves it, the map keeps showing the whole floor
  #labelsMade = 0;
  #labelsDue = 0;
  #fontsLoaded = false;

  /** A map that has read its style, so that it can be told levels, states and themes. */
  static async open(options: PlanMapOptions): Promise<PlanMap> {
    const planMap = new PlanMap(options);
    await planMap.#map.once('style.load');
    return planMap;
  }

  private constructor(options: PlanMapOptions) {
    const { container, plan, venue, level, theme, textScale, padding } = options;
    this.#options = options;
    this.#parts = split(plan);
    this.#level = level;
    this.#padding = padding;
    this.#latitude = (venue.bounds[1] + venue.bounds[3]) / 2;
    this.#style = { theme, textScale, latitude: this.#latitude };
    this.#map = new MapLibre({
      container,
      style: mapStyle(this.#parts, level, fontFaces(), this.#style),
      bearing: venue.bearing,
      maxZoom: MAX_ZOOM,
      maxCanvasSize: [8192, 8192], // sharp on a large screen with small pixels
      maxPitch: 0,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      attributionControl: false,
      locale: { 'Map.Title': options.label },
    });
    this.#map.setMissingStyleImageResolver((id) => this.#addImage(id));
    this.#showFloor();
    this.#listen();
    void loadFonts().then(() => {
      this.#fontsLoaded = true;
      this.#relabel();
    });
  }

  remove(): void {
    cancelAnimationFrame(this.#labelsDue);
    this.#map.remove();
  }

  setMarks(marks: Marks): void {
    if (isSame(this.#marks, marks)) return;
    this.#marks = marks;
    for (const { room, state } of changes(this.#shown, marks)) {
      if (!this.#parts.rooms.has(room)) continue;
      this.#map.setFeatureState({ source: 'tiles', id: room }, { state });
      if (state === null) this.#shown.delete(room);
      else this.#shown.set(room, state);
    }
    this.#relabel();
  }

  /** The states as they are drawn now. */
  statesShown(): Record<string, State> {
    const shown: Record<string, State> = {};
    for (const room of this.#parts.rooms.keys()) {
      const { state } = this.#map.getFeatureState({ source: 'tiles', id: room });
      if (state) shown[room] = state;
    }
    return shown;
  }

  setLevel(level: number): void {
    this.#level = level;
    this.#hover(null);
    this.#map.setGlobalStateProperty('level', level);
    if (this.#untouched && this.#isCut()) this.#showFloor();
  }

  select(room: string | null): void {
    this.#selected = room;
    this.#frame('chosen', room);
    this.#relabel();
    this.#showSelected();
  }

  setStyle(theme: Theme, textScale: number): void {
    const before = layers(this.#style);
    this.#style = { theme, textScale, latitude: this.#latitude };
    for (const { layer, kind, property, value } of restyling(before, layers(this.#style))) {
      if (kind === 'paint') this.#map.setPaintProperty(layer, property as never, value as never);
      else this.#map.setLayoutProperty(layer, property as never, value as never);
    }
    for (const id of this.#map.listImages()) {
      const drawn = drawImage(id, theme);
      if (drawn) this.#map.updateImage(id, drawn.image);
    }
    this.#relabel();
  }

  setPadding(padding: Padding): void {
    this.#padding = padding;
    if (this.#untouched) this.#showFloor();
    else this.#showSelected();
  }

  zoomBy(steps: number): void {
    this.#untouched = false;
    const { left, top, right, bottom } = freeBox(this.#size(), this.#padding);
    const around = this.#map.unproject([(left + right) / 2, (top + bottom) / 2]);
    this.#map.easeTo({ zoom: this.#map.getZoom() + steps, around, duration: motion.sheet });
  }

  /** Turns north up, or the plan level again. */
  turn(): void {
    const bearing = this.#isLevel() ? 0 : this.#options.venue.bearing;
    if (this.#untouched) this.#showFloor(bearing, motion.sheet);
    else this.#map.easeTo({ bearing, duration: motion.sheet });
  }

  #listen(): void {
    const map = this.#map;
    const { onPick, onTurn } = this.#options;
    map.once('load', () => this.#relabel());
    map.on('movestart', ({ originalEvent }) => {
      if (originalEvent) this.#untouched = false;
    });
    map.on('resize', () => {
      if (this.#untouched) this.#showFloor();
    });
    map.on('zoom', () => {
      if (outgrown(this.#labelsMade, map.getZoom())) this.#relabel();
    });
    map.on('moveend', () => {
      if (this.#labelsMade !== map.getZoom()) this.#relabel();
    });
    map.on('rotate', () => {
      this.#relabel();
      onTurn(map.getBearing());
    });
    map.on('click', (event) => onPick(this.#roomAt(event)));
    if (!matchMedia('(hover: hover)').matches) return;
    map.on('mousemove', (event) => this.#hover(this.#roomAt(event)));
    map.on('mouseout', () => this.#hover(null));
  }

  #hover(room: string | null): void {
    if (room === this.#hovered) return;
    this.#frame('hovered', room);
    this.#hovered = room;
    this.#map.getCanvas().style.cursor = room === null ? '' : 'pointer';
  }

  #roomAt({ point: { x, y } }: MapMouseEvent): string | null {
    const reach = touch.min / 2;
    const area: [PointLike, PointLike] = [
      [x - reach, y - reach],
      [x + reach, y + reach],
    ];
    const drawn = this.#map.queryRenderedFeatures(area, { layers: ['tiles'] });
    const rooms = new Set(drawn.map(({ id }) => String(id)));
    const candidates = [...rooms].flatMap((room) => {
      const tile = this.#parts.rooms.get(room);
      return tile ? [{ room, ring: this.#project(tile.ring) }] : [];
    });
    return pick([x, y], candidates, touch.min);
  }

  #project(points: readonly Position[]): Pixel[] {
    return points.map(([longitude = 0, latitude = 0]) => {
      const { x, y } = this.#map.project([longitude, latitude]);
      return [x, y];
    });
  }

  /** Moves the camera, only if the chosen room would be hidden. */
  #showSelected(): void {
    const tile = this.#parts.rooms.get(this.#selected ?? '');
    if (!tile || this.#untouched) return;
    const box = bounds(this.#project(tile.ring));
    const below = this.#options.controlsBelow();
    const free = (padding: Padding) => freeBox(this.#size(), { ...padding, bottom: padding.bottom + below });
    if (!isHidden(box, free(this.#padding))) return;
    const [dx, dy] = nudge(box, free(this.#margins()));
    this.#map.panBy([-dx, -dy], { duration: motion.camera });
  }

  #showFloor(bearing = this.#map.getBearing(), duration = 0): void {
    const corners = this.#parts.corners.get(this.#level);
    const { width, height } = this.#size();
    if (!corners?.length || !width || !height) return;
    const view = { ...fit(corners, bearing, { width, height }, this.#margins()), bearing };
    this.#map.setMinZoom(Math.min(view.zoom - 1, MAX_ZOOM));
    if (duration) this.#map.easeTo({ ...view, duration });
    else this.#map.jumpTo(view);
  }

  /** Labels follow in the next frame, at most once in each, however often states change. */
  #relabel(): void {
    if (this.#labelsDue || !this.#fontsLoaded) return;
    this.#labelsDue = requestAnimationFrame(() => {
      this.#labelsDue = 0;
      const lens = this.#lens();
      this.#labelsMade = lens.zoom;
      this.#source('labels').setData(labelFeatures(this.#parts.labels, this.#marks, lens, this.#measure));
    });
  }

  #lens(): Lens {
    return {
      zoom: this.#map.getZoom(),
      latitude: this.#latitude,
      textScale: this.#style.textScale,
      bearing: this.#map.getBearing(),
      selected: this.#selected,
    };
  }

  /** Whether panels or the map's edge hide a part of the floor. */
  #isCut(): boolean {
    const pixels = this.#project(this.#parts.corners.get(this.#level) ?? []);
    return isHidden(bounds(pixels), freeBox(this.#size(), this.#padding));
  }

  #isLevel(): boolean {
    return Math.abs(this.#map.getBearing() - this.#options.venue.bearing) < 0.5;
  }

  #size(): Size {
    const { clientWidth: width, clientHeight: height } = this.#options.container;
    return { width, height };
  }

  /** A floor never touches the panels around it. */
  #margins(): Padding {
    const { top, right, bottom, left } = this.#padding;
    return { top: top + MARGIN, right: right + MARGIN, bottom: bottom + MARGIN, left: left + MARGIN };
  }

  #addImage(id: string): void {
    const drawn = drawImage(id, this.#style.theme);
    if (drawn) this.#map.addImage(id, drawn.image, { pixelRatio: drawn.pixelRatio });
  }

  /** Puts one room's outline, or none, into a source of its own: far cheaper than a layer over all rooms. */
  #frame(name: 'hovered' | 'chosen', room: string | null): void {
    const tile = room === null ? undefined : this.#parts.rooms.get(room);
    this.#source(name).setData(collection(tile ? [outline(tile)] : []));
  }

  #source(name: 'labels' | 'hovered' | 'chosen'): GeoJSONSource {
    return this.#map.getSource(name) as GeoJSONSource;
  }
}

function outline({ room, level, ring }: Tile): Feature {
  return { type: 'Feature', properties: { room, level }, geometry: { type: 'Polygon', coordinates: [[...ring]] } };
}
