"""What a client of an otherwise empty tenant sees of calendars."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from .service import Caller
from .world import World, empty

MINUTE = timedelta(minutes=1)
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)


@contextmanager
def a_world() -> Iterator[World]:
    world = empty()
    try:
        yield world
    finally:
        world.service.close()


def at(moment: datetime) -> dict[str, str]:
    return {"dateTime": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}


def shown(time: dict[str, str]) -> datetime:
    """The instant of a dateTimeTimeZone in UTC."""
    return datetime.fromisoformat(time["dateTime"]).replace(tzinfo=UTC)


def viewed(caller: Caller, path: str, start: datetime, end: datetime) -> list[dict[str, object]]:
    """All that lies in a window, page by page."""
    window = f"startDateTime={start:%Y-%m-%dT%H:%M:%SZ}&endDateTime={end:%Y-%m-%dT%H:%M:%SZ}"
    found: list[dict[str, object]] = []
    following = f"{path}/calendarView?{window}"
    while following:
        answer = caller.get(following).json()
        found += answer["value"]
        following = answer.get("@odata.nextLink", "").partition("/v1.0")[2]
    return found
