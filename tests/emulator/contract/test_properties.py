"""What is true of free and busy times whatever is in calendars, seen from outside as a client sees it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from urllib.parse import quote
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as some
from starlette.responses import Response

from graph_emulator.behaviour import Behaviour
from graph_emulator.exchange.recurrence import Recurrence
from graph_emulator.log import Answer, Call

from .seen import MIDNIGHT, MINUTE, a_world, at, shown, viewed
from .service import Caller
from .world import DAY, MONDAY_TEN, World

MANY = settings(max_examples=120, derandomize=True, deadline=None, database=None)
DIGITS = {"free": 0, "tentative": 1, "busy": 2, "oof": 3, "workingElsewhere": 4, "unknown": 0}


Edge = tuple[datetime, datetime]
Shown = tuple[datetime, datetime, str]


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
