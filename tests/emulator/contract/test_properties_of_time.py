"""What is true of series and zones whatever they are, seen from outside as a client sees it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from graph_emulator.exchange.recurrence import DAYS, WEEKS
from graph_emulator.exchange.zones import known

from .seen import MIDNIGHT, MINUTE, a_world, at, shown, viewed
from .world import DAY, MONDAY_TEN, World

MANY = settings(max_examples=120, derandomize=True, deadline=None, database=None)

ZONES = ("UTC", "Europe/Berlin", "Pacific Standard Time", "Asia/Kolkata", "Pacific/Auckland", "Iran Standard Time")


# series

days = some.lists(some.sampled_from(DAYS), min_size=1, max_size=3, unique=True)
patterns = some.one_of(
    some.fixed_dictionaries({"type": some.just("daily"), "interval": some.integers(1, 9)}),
    some.fixed_dictionaries({"type": some.just("weekly"), "interval": some.integers(1, 3), "daysOfWeek": days}),
    some.fixed_dictionaries(
        {"type": some.just("absoluteMonthly"), "interval": some.integers(1, 3), "dayOfMonth": some.integers(1, 31)}
    ),
    some.fixed_dictionaries(
        {
            "type": some.just("relativeMonthly"),
            "interval": some.integers(1, 2),
            "daysOfWeek": days,
            "index": some.sampled_from(WEEKS),
        }
    ),
    some.fixed_dictionaries(
        {
            "type": some.just("absoluteYearly"),
            "interval": some.just(1),
            "dayOfMonth": some.integers(1, 31),
            "month": some.integers(1, 12),
        }
    ),
    some.fixed_dictionaries(
        {
            "type": some.just("relativeYearly"),
            "interval": some.just(1),
            "daysOfWeek": days,
            "index": some.sampled_from(WEEKS),
            "month": some.integers(1, 12),
        }
    ),
)
ranges = some.one_of(
    some.just({"type": "noEnd"}),
    some.fixed_dictionaries({"type": some.just("numbered"), "numberOfOccurrences": some.integers(1, 30)}),
    some.fixed_dictionaries({"type": some.just("endDate"), "endDate": some.sampled_from(("2026-12-31", "2027-04-01"))}),
)
hours = some.none() | some.integers(0, 23)  # None: all day
lengths = some.integers(1, 26 * 60)
cuts = some.lists(some.integers(0, 200 * 24), min_size=2, max_size=5, unique=True)
departures = some.lists(some.tuples(some.integers(0, 5), some.sampled_from(("moved", "removed"))), max_size=3)


@MANY
@given(patterns, ranges, some.sampled_from(ZONES), some.sampled_from(ZONES), hours, lengths, cuts, departures)
def test_a_window_shows_the_same_as_its_parts(
    pattern: dict[str, object],
    span: dict[str, object],
    zone: str,
    kept_in: str,
    hour: int | None,
    length: int,
    cut_at: list[int],
    departed: list[tuple[int, str]],
) -> None:
    """Of a series with exceptions, while clocks change, wherever the window is cut; and so do its instances."""
    with a_world() as world:
        start = datetime(2026, 10, 1, hour or 0)  # noqa: DTZ001 - a wall time
        end = start + (MINUTE * length if hour is not None else DAY * (1 + length // 1440))
        sent = {
            "start": {"dateTime": start.isoformat(), "timeZone": zone},
            "end": {"dateTime": end.isoformat(), "timeZone": zone},
            "isAllDay": hour is None,
            "recurrence": {
                "pattern": pattern,
                "range": span | {"startDate": "2026-10-01", "recurrenceTimeZone": zone if hour is None else kept_in},
            },
        }
        made = world.ann.post("/me/events", sent)
        assert made.status_code == 201, made.text
        master = made.json()["id"]
        depart(world, master, departed)
        edges = [MIDNIGHT - DAY * 60 + timedelta(hours=passed) for passed in sorted(cut_at)]

        whole = viewed(world.ann, "/me", edges[0], edges[-1])

        parts = {
            str(event["id"]): event for begin, end in pairwise(edges) for event in viewed(world.ann, "/me", begin, end)
        }
        assert {str(event["id"]): event for event in whole} == parts
        assert len(whole) == len(parts)
        assert instances(world, master, edges[0], edges[-1]) == parts.keys()


def depart(world: World, master: str, departed: Sequence[tuple[int, str]]) -> None:
    """Moves some of a series' occurrences by half an hour, and removes others."""
    mine = [str(event["id"]) for event in viewed(world.ann, "/me", MIDNIGHT - DAY * 60, MIDNIGHT + DAY * 30)]
    for number, how in departed:
        if number >= len(mine):
            continue
        path = f"/me/events/{quote(mine[number])}"
        if how == "removed":
            world.ann.delete(path)
        elif (found := world.ann.get(path)).status_code == 200:
            start, end = (shown(found.json()[key]) + MINUTE * 30 for key in ("start", "end"))
            assert world.ann.patch(path, {"start": at(start), "end": at(end)}).status_code in (200, 400)


def instances(world: World, master: str, start: datetime, end: datetime) -> set[str]:
    window = f"startDateTime={start:%Y-%m-%dT%H:%M:%SZ}&endDateTime={end:%Y-%m-%dT%H:%M:%SZ}&$top=1000"
    return {one["id"] for one in world.ann.get(f"/me/events/{quote(master)}/instances?{window}").json()["value"]}


# zones


@pytest.mark.parametrize("letter", sorted({name[0] for name in known()}))
def test_times_survive_every_pair_of_zones(letter: str) -> None:
    """Written in every zone there is and read in others, at instants around the changes of clocks in either."""
    random = Random(letter)
    names = sorted(known())
    with a_world() as world:
        for written_in in (name for name in names if name.startswith(letter)):
            for read_in in (written_in, *random.sample(names, 2)):
                moment = random.choice([*near_changes(written_in), *near_changes(read_in), MONDAY_TEN])
                assert moment in survives(world, moment, written_in, read_in)


def survives(world: World, moment: datetime, written_in: str, read_in: str) -> set[datetime]:
    """The instants that may be meant by what is read; two if the clocks there show that time twice."""
    wall = moment.astimezone(rules(written_in))
    if wall.fold:  # the second of two, which a time without offset cannot say
        return {moment}
    sent = {"dateTime": f"{wall:%Y-%m-%dT%H:%M:%S}", "timeZone": written_in}
    made = world.ann.post("/me/events", {"start": sent, "end": sent})
    assert made.status_code == 201, made.text

    read = world.ann.get(f"/me/events/{quote(made.json()['id'])}", prefer=f'outlook.timezone="{read_in}"').json()

    assert read["start"]["timeZone"] == read_in
    assert (read["originalStartTimeZone"], read["start"]) == (written_in, read["end"])
    local = datetime.fromisoformat(read["start"]["dateTime"]).replace(tzinfo=rules(read_in))
    return {local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}


def rules(name: str) -> ZoneInfo:
    return ZoneInfo(known()[name])


@cache
def near_changes(name: str) -> list[datetime]:
    """Instants of 2026 shortly before and after the clocks of a zone change."""
    zone = rules(name)
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=6 * number) for number in range(4 * 365)]
    offsets = [hour.astimezone(zone).utcoffset() for hour in hours]
    changing = [hour for hour, one, other in zip(hours, offsets, offsets[1:], strict=False) if one != other]
    return [hour + MINUTE * passed for hour in changing for passed in (1, 61, 121, 181, 241, 301, 359)]
