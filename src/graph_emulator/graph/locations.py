"""Where events are, as it is sent and shown. https://learn.microsoft.com/graph/api/resources/location"""

from dataclasses import fields

from msgspec.structs import asdict

from graph_emulator.errors import Json
from graph_emulator.exchange.event import Address, Coordinates, Location
from graph_emulator.graph.declared import Sent


class SentPostal(Sent, frozen=True):
    street: str | None = None
    city: str | None = None
    state: str | None = None
    country_or_region: str | None = None
    postal_code: str | None = None


class SentCoordinates(Sent, frozen=True):
    latitude: float | None = None
    longitude: float | None = None
    accuracy: float | None = None
    altitude: float | None = None
    altitude_accuracy: float | None = None


class SentLocation(Sent, frozen=True):
    display_name: str | None = None
    location_email_address: str | None = None
    address: SentPostal | None = None
    coordinates: SentCoordinates | None = None
    location_uri: str | None = None
    # The service decides these; examples send them all the same.
    location_type: object = None
    unique_id: object = None
    unique_id_type: object = None


def location(sent: SentLocation) -> Location:
    return Location(
        sent.display_name or "",
        sent.location_email_address or "",
        Address(**asdict(sent.address)) if sent.address else None,
        Coordinates(**asdict(sent.coordinates)) if sent.coordinates else None,
        sent.location_uri or "",
    )


def location_json(place: Location) -> Json:
    shown: Json = {"displayName": place.name, "locationType": "default", "uniqueIdType": "unknown"}
    if place.name:
        shown |= {"uniqueId": place.address or place.name, "uniqueIdType": "private"}
    if place.address:
        shown |= {"locationEmailAddress": place.address, "locationType": "conferenceRoom"}
    if place.postal:
        shown["address"] = _known(place.postal)
    if place.coordinates:
        shown["coordinates"] = _known(place.coordinates)
    if place.uri:
        shown["locationUri"] = place.uri
    return shown


def joined_json(places: tuple[Location, ...]) -> Json:
    """`location`, which stands for all of `locations`."""
    return location_json(places[0] if len(places) == 1 else Location("; ".join(place.name for place in places)))


def _known(part: Address | Coordinates) -> Json:
    names = [field.name for field in fields(part)]
    return {_camel(name): value for name in names if (value := getattr(part, name)) is not None}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)
