"""What is true of calendars whatever is in them, seen from outside as a client sees it."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some
from starlette.responses import Response

from graph_emulator.behaviour import Behaviour
from graph_emulator.exchange.recurrence import DAYS, WEEKS, Recurrence
from graph_emulator.exchange.zones import known
from graph_emulator.log import Answer, Call

from .service import Caller
from .world import DAY, MONDAY_TEN, World, empty

MANY = settings(max_examples=120, derandomize=True, deadline=None, database=None)
MINUTE = timedelta(minutes=1)
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
DIGITS = {"free": 0, "tentative": 1, "busy": 2, "oof": 3, "workingElsewhere": 4, "unknown": 0}

ZONES = ("UTC", "Europe/Berlin", "Pacific Standard Time", "Asia/Kolkata", "Pacific/Auckland", "Iran Standard Time")

Edge = tuple[datetime, datetime]
Shown = tuple[datetime, datetime, str]


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


# free and busy

minutes = some.integers(-600, 3000)
lengths = some.sampled_from((0, 1, 5, 29, 30, 60, 61, 1440, 2000))
meetings = some.lists(
    some.tuples(minutes, lengths, some.sampled_from(sorted(DIGITS)), some.sampled_from(("", "all day", "cancelled"))),
    max_size=8,
)
series = some.lists(some.tuples(some.integers(0, 1439), some.sampled_from((15, 60, 1500))), max_size=2)
windows = some.tuples(some.integers(0, 1500), some.integers(5, 3000))


def filled(world: World, singles: Sequence[tuple[int, int, str, str]], repeated: Sequence[tuple[int, int]]) -> None:
    """Writes meetings into the room's calendar: minutes from Monday's midnight, and how long."""
    for begin, length, show_as, how in singles:
        start = MIDNIGHT + MINUTE * begin
        end = start + MINUTE * length
        if how == "all day":
            start = datetime.combine(start.date(), datetime.min.time(), ZoneInfo("Europe/Berlin"))
            end = start + DAY
        cancelled = how == "cancelled"
        world.tenant.add_event(world.room, start, end, show_as=show_as, all_day=how == "all day", cancelled=cancelled)
    for begin, length in repeated:
        start = MIDNIGHT - DAY * 3 + MINUTE * begin
        daily = Recurrence("daily", start.astimezone(ZoneInfo("Europe/Berlin")).date())
        world.tenant.add_event(world.room, start, start + MINUTE * length, recurrence=daily)


def schedule(world: World, start: datetime, end: datetime, slot: int) -> tuple[str, list[Shown]]:
    """The view and the items that getSchedule answers about the room."""
    sent = {
        "schedules": [world.room],
        "startTime": at(start),
        "endTime": at(end),
        "availabilityViewInterval": slot,
    }
    answer = world.app.post(f"/users/{world.room}/calendar/getSchedule", sent)
    assert answer.status_code == 200, answer.text
    (told,) = answer.json()["value"]
    items = [(shown(one["start"]), shown(one["end"]), str(one["status"])) for one in told["scheduleItems"]]
    return told["availabilityView"], items


@MANY
@given(meetings, series, windows, some.integers(5, 1440))
def test_the_view_of_slots_agrees_with_the_items(
    singles: list[tuple[int, int, str, str]], repeated: list[tuple[int, int]], window: tuple[int, int], slot: int
) -> None:
    """A slot shows the strongest item that overlaps it; the grid starts with the window, and the last may be short."""
    begin, length = window
    assume(slot <= length)
    with a_world() as world:
        filled(world, singles, repeated)
        start, end = MIDNIGHT + MINUTE * begin, MIDNIGHT + MINUTE * (begin + length)

        view, items = schedule(world, start, end, slot)

    edges = [start + MINUTE * passed for passed in range(0, length, slot)]
    slots = list(zip(edges, [*edges[1:], end], strict=True))
    assert view == "".join(str(strongest(items, one)) for one in slots)


def strongest(items: Sequence[Shown], slot: Edge) -> int:
    return max((DIGITS[status] for start, end, status in items if start < slot[1] and end > slot[0]), default=0)


@MANY
@given(meetings, series, windows)
def test_items_are_what_the_calendar_view_shows(
    singles: list[tuple[int, int, str, str]], repeated: list[tuple[int, int]], window: tuple[int, int]
) -> None:
    """All-day events among them, where getSchedule lets them float, too; what is cancelled is free."""
    begin, length = window
    with a_world() as world:
        world.cloud.behaviour = Behaviour(all_day_floats_in_schedule=True)
        filled(world, singles, repeated)
        start, end = MIDNIGHT + MINUTE * begin, MIDNIGHT + MINUTE * (begin + length)

        _, items = schedule(world, start, end, 5)

        events = viewed(world.app, f"/users/{world.room}", start, end)
    assert sorted(items) == sorted(as_item(event) for event in events)


def as_item(event: dict[str, object]) -> Shown:
    start, end = event["start"], event["end"]
    assert isinstance(start, dict)
    assert isinstance(end, dict)
    return shown(start), shown(end), "free" if event["isCancelled"] else str(event["showAs"])


# one transactionId, one event

steps = some.lists(
    some.tuples(
        some.sampled_from(("create", "create", "delete", "at once", "change", "patch")),
        some.sampled_from(("a", "b")),
        some.sampled_from(("/me/events", "/me/calendar/events", "/users/ann@contoso.example/events")),
    ),
    min_size=1,
    max_size=12,
)


@MANY
@given(steps, some.booleans())
def test_a_transaction_id_never_makes_two_events(acts: list[tuple[str, str, str]], frees: bool) -> None:
    """However creations, repeats that are under way at once, other bodies, changes and deletions follow each other."""

    async def in_turns(call: Call, answer: Answer) -> Response:
        await asyncio.sleep(0)
        return await answer()

    with a_world() as world:
        world.cloud.intercept = in_turns
        world.cloud.behaviour = Behaviour(deleted_event_frees_transaction=frees)
        living: dict[str, str] = {}  # by transactionId, as a client knows them
        used: set[str] = set()
        for act, transaction, path in acts:
            wish = {"start": at(MONDAY_TEN), "end": at(MONDAY_TEN + DAY), "transactionId": transaction}
            if act in ("create", "at once"):
                answers = world.service.at_once([world.ann.asking("POST", path, wish)] * (3 if act == "at once" else 1))
                taken = transaction in used and transaction not in living and not frees
                assert {answer.status_code for answer in answers} == {400 if taken else 201}
                if not taken:
                    (made,) = {answer.json()["id"] for answer in answers}
                    assert living.setdefault(transaction, made) == made
                    used.add(transaction)
            elif act == "change" and transaction in living:
                answer = world.ann.post(path, wish | {"subject": "Another"})
                assert answer.json()["error"]["code"] == "ErrorDuplicateTransactionId"
            elif act == "patch" and transaction in living:
                changed = {"subject": "Changed", "transactionId": "never"}
                assert world.ann.patch(f"/me/events/{quote(living[transaction])}", changed).status_code == 200
            elif act == "delete" and transaction in living:
                assert world.ann.delete(f"/me/events/{quote(living.pop(transaction))}").status_code == 204
            kept = world.ann.get("/me/events?$top=100").json()["value"]
            assert {one["transactionId"]: one["id"] for one in kept} == living
            assert len(kept) == len(living)


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
)
ranges = some.one_of(
    some.just({"type": "noEnd"}),
    some.fixed_dictionaries({"type": some.just("numbered"), "numberOfOccurrences": some.integers(1, 30)}),
    some.fixed_dictionaries({"type": some.just("endDate"), "endDate": some.sampled_from(("2026-12-31", "2027-04-01"))}),
)
cuts = some.lists(some.integers(0, 200 * 24), min_size=2, max_size=5, unique=True)
departures = some.lists(some.tuples(some.integers(0, 5), some.sampled_from(("moved", "removed"))), max_size=3)


@MANY
@given(patterns, ranges, some.sampled_from(ZONES), some.integers(0, 23), some.integers(1, 26 * 60), cuts, departures)
def test_a_window_shows_the_same_as_its_parts(
    pattern: dict[str, object],
    span: dict[str, object],
    zone: str,
    hour: int,
    length: int,
    cut_at: list[int],
    departed: list[tuple[int, str]],
) -> None:
    """Of a series with exceptions, while clocks change, wherever the window is cut; and so do its instances."""
    with a_world() as world:
        start = datetime(2026, 10, 1, hour)  # noqa: DTZ001 - a wall time
        sent = {
            "start": {"dateTime": start.isoformat(), "timeZone": zone},
            "end": {"dateTime": (start + MINUTE * length).isoformat(), "timeZone": zone},
            "recurrence": {"pattern": pattern, "range": span | {"startDate": "2026-10-01"}},
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


# rooms

acts = some.lists(
    some.tuples(
        some.sampled_from(("ask", "ask", "ask", "move", "cancel", "wait")),
        some.integers(0, 8),  # which meeting, or how many half hours from noon
        some.integers(1, 4),  # how many half hours it takes
        some.booleans(),  # Ann or Bob
    ),
    max_size=14,
)


@MANY
@given(acts)
def test_a_room_is_never_promised_twice(wanted: list[tuple[str, int, int, bool]]) -> None:
    """Whoever asks, moves or cancels, in whatever order the room gets to know: what it accepted does not overlap."""
    with a_world() as world:
        made: list[tuple[Caller, str]] = []
        for act, number, length, by_ann in wanted:
            start = MIDNIGHT + timedelta(hours=12, minutes=30 * number)
            times = {"start": at(start), "end": at(start + MINUTE * 30 * length)}
            if act == "ask":
                who = world.ann if by_ann else world.bob
                guests = [{"emailAddress": {"address": world.room}, "type": "resource"}]
                made.append((who, who.post("/me/events", times | {"attendees": guests}).json()["id"]))
            elif act == "wait":
                world.clock.move(timedelta(seconds=length))
            elif made:
                who, meeting = made[number % len(made)]
                path = f"/me/events/{quote(meeting)}"
                _ = who.patch(path, times) if act == "move" else who.delete(path)
        world.clock.move(timedelta(minutes=1))

        _, items = schedule(world, MIDNIGHT, MIDNIGHT + DAY, 30)

        promised = [found for who, meeting in made if (found := promise(who, meeting))]
    busy = sorted((start, end) for start, end, status in items if status == "busy")
    assert all(one[1] <= other[0] for one, other in pairwise(busy))
    assert sorted(promised) == busy


def promise(who: Caller, meeting: str) -> Edge | None:
    """When the organizer has the room, as the organizer's own event says it."""
    answer = who.get(f"/me/events/{quote(meeting)}")
    if answer.status_code == 404:
        return None
    event = answer.json()
    accepted = event["attendees"][0]["status"]["response"] == "accepted"
    return (shown(event["start"]), shown(event["end"])) if accepted else None
