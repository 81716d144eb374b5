import type { LayerSpecification } from 'maplibre-gl';

export interface Restyling {
  readonly layer: string;
  readonly kind: 'paint' | 'layout';
  readonly property: string;
  readonly value: unknown;
}

/** What has to be set to turn one set of layers into another with the same layers; feature state and camera stay. */
export function restyling(before: readonly LayerSpecification[], after: readonly LayerSpecification[]): Restyling[] {
  const old = new Map(before.map((layer) => [layer.id, layer]));
  return after.flatMap((layer) =>
    (['paint', 'layout'] as const).flatMap((kind) => {
      const was: Record<string, unknown> = { ...old.get(layer.id)?.[kind] };
      return Object.entries(layer[kind] ?? {})
        .filter(([property, value]) => JSON.stringify(was[property]) !== JSON.stringify(value))
        .map(([property, value]) => ({ layer: layer.id, kind, property, value }));
    }),
  );
}
