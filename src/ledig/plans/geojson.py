"""GeoJSON as bytes: the same plan gives the same bytes, so that their hash can be their name."""

import hashlib
from collections.abc import Iterable, Mapping

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

Property = str | float | bool


class Feature(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", tag="Feature"):
    """One thing on the map."""

    geometry: msgspec.Raw
    properties: Mapping[str, Property]
    id: str | None = None


class FeatureCollection(msgspec.Struct, frozen=True, tag_field="type", tag="FeatureCollection"):
    """A whole drawing, in a fixed order."""

    features: tuple[Feature, ...]


def feature(shape: BaseGeometry, properties: Mapping[str, Property], ident: str | None = None) -> Feature:
    """A feature from a shape in degrees."""
    return Feature(msgspec.Raw(shapely.to_geojson(shape)), properties, ident)


def collection(features: Iterable[Feature]) -> FeatureCollection:
    return FeatureCollection(tuple(features))


def encode(drawing: FeatureCollection) -> bytes:
    """The drawing as it is served."""
    return msgspec.json.encode(drawing)


def version(content: bytes) -> str:
    """A name for exactly these bytes, short enough for an address."""
    return hashlib.sha256(content).hexdigest()[:16]
