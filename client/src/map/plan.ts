import type { Feature, FeatureCollection, Geometry, Point, Polygon, Position } from 'geojson';

/** What a feature of the plan is drawn as (see the plan in the HTTP API). */
export type PlanLayer =
  | 'outside'
  | 'floor'
  | 'shadow'
  | 'solid'
  | 'space'
  | 'tread'
  | 'tile'
  | 'wall'
  | 'door'
  | 'label'
  | 'number'
  | 'name'
  | 'icon';

interface Properties {
  readonly layer: PlanLayer;
  readonly level?: number;
}
export type Plan = FeatureCollection<Geometry, Properties>;

export interface Tile {
  readonly room: string;
  readonly level: number;
  readonly ring: readonly Position[];
}
/** Where a room's label goes, and the edges of the tile it must not cross. */
export interface LabelSpot {
  readonly room: string;
  readonly level: number;
  readonly at: Position;
  readonly rings: readonly (readonly Position[])[];
}

/** The plan in the parts the map handles differently: what never changes, the rooms, and where their labels go. */
export interface PlanParts {
  readonly still: FeatureCollection;
  readonly tiles: FeatureCollection;
  readonly rooms: ReadonlyMap<string, Tile>;
  readonly labels: readonly LabelSpot[];
  readonly corners: ReadonlyMap<number, readonly Position[]>;
}

type TileFeature = Feature<Polygon, Properties & { level: number; room: string }>;
type LabelFeature = Feature<Point, Properties & { level: number; room: string }>;

export function split(plan: Plan): PlanParts {
  const of = (layer: PlanLayer) => plan.features.filter((f) => f.properties.layer === layer);
  const tiles = of('tile') as TileFeature[];
  return {
    still: collection(plan.features.filter((f) => f.properties.layer !== 'tile' && f.properties.layer !== 'label')),
    tiles: collection(tiles),
    rooms: new Map(tiles.map((tile) => [tile.properties.room, room(tile)])),
    labels: (of('label') as LabelFeature[]).map((label) => spot(label, tiles)),
    corners: corners(of('floor')),
  };
}

export function collection(features: Feature[]): FeatureCollection {
  return { type: 'FeatureCollection', features };
}

function room({ geometry, properties: { room, level } }: TileFeature): Tile {
  return { room, level, ring: geometry.coordinates[0] ?? [] };
}

function spot({ geometry, properties: { room, level } }: LabelFeature, tiles: readonly TileFeature[]): LabelSpot {
  const own = tiles.filter(({ properties }) => properties.room === room && properties.level === level);
  return { room, level, at: geometry.coordinates, rings: own.flatMap((tile) => tile.geometry.coordinates) };
}

function corners(floors: Plan['features']): Map<number, Position[]> {
  const byLevel = new Map<number, Position[]>();
  for (const { geometry, properties } of floors) {
    const level = properties.level ?? 0;
    byLevel.set(level, [...(byLevel.get(level) ?? []), ...outline(geometry)]);
  }
  return byLevel;
}

function outline(geometry: Geometry): Position[] {
  if (geometry.type === 'Polygon') return geometry.coordinates[0] ?? [];
  if (geometry.type === 'MultiPolygon') return geometry.coordinates.flatMap((polygon) => polygon[0] ?? []);
  return [];
}
