"""
Time zones as Exchange names them, and times as Graph writes them.

A zone is asked for by its Windows name or by one of a fixed list of IANA names; all else is refused, not guessed.
A `dateTimeTimeZone` is a wall time without an offset beside the name of its zone.
"""

import csv
import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from graph_emulator.errors import GraphError, Json, bad_request

_WALL_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?(Z|[+-]\d\d:\d\d)?")
_YEARS = range(1602, 4500)  # what Exchange can store


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone under the name its asker used; that name comes back in answers."""

    name: str
    rules: ZoneInfo


UTC_ZONE = Zone("UTC", ZoneInfo("Etc/UTC"))


@cache
def names() -> tuple[tuple[str, str], ...]:
    """All zones: the Windows name, empty where Windows has none, and the IANA name."""
    with files(__package__).joinpath("zones.csv").open(encoding="utf-8") as file:
        return tuple((row["windows"], row["iana"]) for row in csv.DictReader(file))


@cache
def known() -> dict[str, str]:
    """Zone names we accept, in lower case, each with the IANA zone behind it."""
    by_name: dict[str, str] = {}
    for windows, iana in names():
        by_name[iana.lower()] = iana
        if windows:
            by_name[windows.lower()] = iana
    return by_name


@cache
def zone(name: str) -> Zone:
    """The zone of that Windows or IANA name; 400 TimeZoneNotSupportedException if there is none."""
    if name.isascii() and (rules := known().get(name.lower())):
        return Zone(name, ZoneInfo(rules))
    raise GraphError(
        400,
        "TimeZoneNotSupportedException",
        f"A valid TimeZone value must be specified. The following TimeZone value is not supported: '{name}'.",
    )


@cache
def windows_name(rules: ZoneInfo) -> str:
    """The Windows name of an IANA zone; its own where Windows has none."""
    return next((windows for windows, iana in names() if windows and iana == rules.key), rules.key)


def instant(wall: datetime, zone: Zone) -> datetime:
    """The instant of a wall time; the first of two when the clocks go back, after the gap when they go forward."""
    return wall.replace(tzinfo=zone.rules).astimezone(UTC)


def wall(at: datetime, zone: Zone) -> datetime:
    """What clocks in that zone show at an instant."""
    return at.astimezone(zone.rules).replace(tzinfo=None)


def midnight(at: datetime, zone: Zone) -> bool:
    """Whether a day begins at an instant; where the clocks go forward at midnight it begins after the gap."""
    return at == instant(_day_of(at, zone), zone)


def floating_day(at: datetime, zone: Zone) -> datetime:
    """The midnight of the day that an instant lies on in a zone, as if it were UTC's."""
    return _day_of(at, zone).replace(tzinfo=UTC)


def _day_of(at: datetime, zone: Zone) -> datetime:
    return datetime.combine(wall(at, zone).date(), time())


def read(text: str, zone: Zone) -> datetime:
    """The instant a `dateTime` means in a zone; an offset, which senders sometimes add, wins over the zone."""
    if not _WALL_TIME.fullmatch(text):
        raise _not_a_time(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _not_a_time(text) from None
    if moment.year not in _YEARS:
        raise _not_a_time(text)
    return moment.astimezone(UTC) if moment.tzinfo else instant(moment, zone)


def _not_a_time(text: str) -> GraphError:
    return bad_request(f"The value '{text}' is not a valid date and time.", "ErrorInvalidParameter")


def written(at: datetime, zone: Zone) -> Json:
    """An instant as a `dateTimeTimeZone`: seven decimals and no offset."""
    return {"dateTime": _wall_stamp(at, zone), "timeZone": zone.name}


@lru_cache(50_000)  # the same instants are asked for all day long
def _wall_stamp(at: datetime, zone: Zone) -> str:
    return _stamp(wall(at, zone))


def written_wall(wall: datetime, zone: Zone) -> Json:
    return {"dateTime": _stamp(wall), "timeZone": zone.name}


def _stamp(wall: datetime) -> str:
    return f"{wall.isoformat(timespec='microseconds')}0"


def written_instant(at: datetime) -> str:
    """An instant as an Edm.DateTimeOffset."""
    return f"{_wall_stamp(at, UTC_ZONE)}Z"
