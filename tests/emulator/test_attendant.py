"""How a room decides: every setting of Set-CalendarProcessing, what it does and what it is by default."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from graph_emulator.exchange.attendant import Resource, Wish, decide
from graph_emulator.exchange.calendar import Calendar
from graph_emulator.exchange.event import Event, Person
from graph_emulator.exchange.processing import CalendarProcessing
from graph_emulator.exchange.recurrence import Recurrence

from .meeting import ANN, BOB, DAY, EVE, FIVE_DAYS, HOUR, MINUTE, ROOM, SOON, TEN, World

WEEKS = Recurrence("weekly", (TEN + DAY).date(), 1, ("wednesday",), times=40)


@dataclass
class Asked:
    """What was asked of a room, and how it ended."""

    world: World
    event: Event

    @property
    def answer(self) -> str:
        return self.world.answer(self.event, ROOM)

    @property
    def copy(self) -> Event:
        return self.world.copy(ROOM, self.event)

    @property
    def is_there(self) -> bool:
        return bool(self.world.holds(ROOM))


def asked(settings: CalendarProcessing, organizer: str = ANN, *more: str, **meeting: object) -> Asked:
    """A room with these settings after somebody asked for an hour (or whatever else) of tomorrow."""
    world = World(settings)
    invite: Callable[..., Event] = world.invites
    asked = Asked(world, invite(organizer, ROOM, *more, **meeting))
    world.later()
    return asked


def taken(settings: CalendarProcessing, **meeting: object) -> Asked:
    """The same, when the room has a meeting on Thursday at that time already."""
    world = World(settings)
    world.invites(BOB, ROOM, start=TEN + 2 * DAY)
    world.later()
    invite: Callable[..., Event] = world.invites
    asked = Asked(world, invite(ANN, ROOM, **{"start": TEN + 2 * DAY} | meeting))
    world.later()
    return asked


def cancelled(settings: CalendarProcessing) -> Asked:
    asked_before = asked(settings)
    asked_before.world.cancels(asked_before.event)
    asked_before.world.later()
    return asked_before


def nobody_came(settings: CalendarProcessing, after: timedelta = 11 * MINUTE) -> Asked:
    booked = asked(settings)
    booked.world.later(DAY - SOON + after)
    return booked


settings: Callable[..., CalendarProcessing] = CalendarProcessing
Probe = Callable[[CalendarProcessing], object]


def answer(organizer: str = ANN, **meeting: object) -> Probe:
    return lambda settings: asked(settings, organizer, **meeting).answer


def answer_if_taken(**meeting: object) -> Probe:
    return lambda settings: taken(settings, **meeting).answer


@dataclass(frozen=True)
class Rule:
    """What a probe finds in a room as it comes, and in one that differs in a setting."""

    setting: str
    value: object
    probe: Probe
    usually: object
    then: object
    beside: dict[str, object] = field(default_factory=dict)  # what else is set in both


ASKING: dict[str, object] = {"all_book_in_policy": False, "all_request_in_policy": True}
SELECTED: dict[str, object] = {"all_book_in_policy": False}
TOO_LONG = 25 * HOUR
LATE = TEN + DAY + 9 * HOUR
THURSDAYS = Recurrence("weekly", (TEN + 2 * DAY).date(), 1, ("thursday",), times=4)

RULES = [
    Rule("automate_processing", "AutoUpdate", answer(), "accepted", "none"),
    Rule("automate_processing", "AutoUpdate", lambda s: asked(s).copy.show_as, "busy", "tentative"),
    Rule("automate_processing", "AutoUpdate", lambda s: asked(s).copy.subject, "Ann Example", "Budget"),
    Rule("automate_processing", "None", answer(), "accepted", "none"),
    Rule("automate_processing", "None", lambda s: asked(s).is_there, True, False),
    Rule("automate_processing", "None", lambda s: len(asked(s).world.mailbox(ROOM).inbox), 0, 1),
    Rule("booking_type", "Reserved", answer(), "accepted", "declined"),
    Rule("allow_conflicts", True, answer_if_taken(), "declined", "accepted"),
    Rule("allow_conflicts", True, answer_if_taken(recurrence=THURSDAYS), "declined", "accepted"),
    Rule("booking_window_in_days", 181, answer(start=TEN + 181 * DAY), "declined", "accepted"),
    Rule("booking_window_in_days", 181, answer(start=TEN + 180 * DAY), "accepted", "accepted"),
    Rule("booking_window_in_days", 0, answer(start=TEN + DAY), "accepted", "declined"),
    Rule("booking_window_in_days", 0, answer(start=TEN + 2 * HOUR), "accepted", "accepted"),
    Rule("enforce_scheduling_horizon", False, answer(recurrence=WEEKS), "declined", "accepted"),
    Rule("maximum_duration_in_minutes", 1441, answer(length=1441 * MINUTE), "declined", "accepted"),
    Rule("maximum_duration_in_minutes", 1441, answer(length=1440 * MINUTE), "accepted", "accepted"),
    Rule("maximum_duration_in_minutes", 0, answer(length=90 * DAY), "declined", "accepted"),
    Rule("maximum_duration_in_minutes", 30, answer(recurrence=FIVE_DAYS), "accepted", "declined"),
    Rule("allow_recurring_meetings", False, answer(recurrence=FIVE_DAYS), "accepted", "declined"),
    Rule("allow_recurring_meetings", False, answer(), "accepted", "accepted"),
    Rule(
        "conflict_percentage_allowed",
        25,
        answer_if_taken(recurrence=THURSDAYS),
        "declined",
        "accepted",
        {"maximum_conflict_instances": 9},
    ),
    Rule(
        "maximum_conflict_instances",
        1,
        answer_if_taken(recurrence=THURSDAYS),
        "declined",
        "accepted",
        {"conflict_percentage_allowed": 99},
    ),
    Rule(
        "conflict_percentage_allowed", 100, answer_if_taken(), "declined", "declined", {"maximum_conflict_instances": 9}
    ),
    Rule("schedule_only_during_work_hours", True, answer(start=LATE), "accepted", "declined"),
    Rule("schedule_only_during_work_hours", True, answer(start=TEN + 4 * DAY), "accepted", "declined"),  # a Saturday
    Rule("schedule_only_during_work_hours", True, answer(), "accepted", "accepted"),
    Rule("enforce_capacity", True, lambda s: asked(s, ANN, BOB, EVE, "x@y.example").answer, "accepted", "declined"),
    Rule("enforce_capacity", True, lambda s: asked(s, ANN, BOB, EVE).answer, "accepted", "accepted"),  # room for 3
    Rule("all_book_in_policy", False, answer(), "accepted", "declined"),
    Rule("all_request_in_policy", True, answer(), "declined", "tentativelyAccepted", SELECTED),
    Rule("all_request_out_of_policy", True, answer(length=TOO_LONG), "declined", "tentativelyAccepted"),
    Rule("all_request_out_of_policy", True, answer_if_taken(), "declined", "declined"),
    Rule("book_in_policy", (ANN.upper(),), answer(), "declined", "accepted", SELECTED),
    Rule("book_in_policy", (ANN,), answer(organizer=BOB), "declined", "declined", SELECTED),
    Rule("request_in_policy", (ANN,), answer(), "declined", "tentativelyAccepted", SELECTED),
    Rule("request_in_policy", (BOB,), answer(), "declined", "declined", SELECTED),
    Rule("request_out_of_policy", (ANN,), answer(length=TOO_LONG), "declined", "tentativelyAccepted"),
    Rule("request_out_of_policy", (BOB,), answer(length=TOO_LONG), "declined", "declined"),
    Rule(
        "resource_delegates",
        (BOB,),
        lambda s: World(s).mailbox(ROOM).role_of(BOB).name,
        "freeBusyRead",
        "delegateWithoutPrivateEventAccess",
    ),
    Rule("tentative_pending_approval", False, lambda s: asked(s).copy.show_as, "tentative", "free", ASKING),
    Rule("process_external_meeting_messages", True, answer(organizer=EVE), "declined", "accepted"),
    Rule("delete_subject", False, lambda s: asked(s).copy.subject, "", "Budget", {"add_organizer_to_subject": False}),
    Rule("add_organizer_to_subject", False, lambda s: asked(s).copy.subject, "Ann Example", ""),
    Rule("delete_comments", False, lambda s: asked(s).copy.body, "", "Secret"),
    Rule("delete_attachments", False, lambda s: asked(s).copy.has_attachments, False, True),
    Rule(
        "remove_private_property",
        False,
        lambda s: asked(s, sensitivity="private").copy.sensitivity,
        "normal",
        "private",
    ),
    Rule("remove_canceled_meetings", True, lambda s: cancelled(s).is_there, True, False),
    Rule("enable_auto_release", True, lambda s: nobody_came(s).is_there, True, False),
    Rule("enable_auto_release", True, lambda s: nobody_came(s).answer, "accepted", "declined"),
    Rule("enable_auto_release", True, lambda s: nobody_came(s, 9 * MINUTE).is_there, True, True),
    Rule(
        "post_reservation_max_claim_time_in_minutes",
        30,
        lambda s: nobody_came(s).is_there,
        False,
        True,
        {"enable_auto_release": True},
    ),
    Rule("answers_after", None, answer(), "accepted", "none"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.setting}={rule.value}")
def test_a_setting(rule: Rule) -> None:
    assert rule.probe(settings(**rule.beside)) == rule.usually
    assert rule.probe(settings(**rule.beside | {rule.setting: rule.value})) == rule.then


def test_every_setting_is_tested() -> None:
    assert {rule.setting for rule in RULES} == {setting.name for setting in fields(CalendarProcessing)}


def test_the_defaults_are_those_of_a_room_in_exchange_online() -> None:
    """As the page of Set-CalendarProcessing lists them."""
    usual = CalendarProcessing()

    on = {name for name in usual.__slots__ if getattr(usual, name) is True}
    off = {name for name in usual.__slots__ if getattr(usual, name) is False}
    assert on == {
        "enforce_scheduling_horizon", "allow_recurring_meetings", "all_book_in_policy", "tentative_pending_approval",
        "delete_subject", "add_organizer_to_subject", "delete_comments", "delete_attachments",
        "remove_private_property",
    }  # fmt: skip
    assert off == {
        "allow_conflicts", "schedule_only_during_work_hours", "enforce_capacity", "all_request_in_policy",
        "all_request_out_of_policy", "process_external_meeting_messages", "remove_canceled_meetings",
        "enable_auto_release",
    }  # fmt: skip
    assert (usual.automate_processing, usual.booking_type) == ("AutoAccept", "Standard")
    assert (usual.booking_window_in_days, usual.maximum_duration_in_minutes) == (180, 1440)
    assert (usual.conflict_percentage_allowed, usual.maximum_conflict_instances) == (0, 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("automate_processing", "autoaccept "),
        ("booking_type", "Managed"),
        ("booking_window_in_days", 1081),
        ("booking_window_in_days", -1),
        ("maximum_duration_in_minutes", -1),
        ("conflict_percentage_allowed", 101),
        ("maximum_conflict_instances", -1),
        ("post_reservation_max_claim_time_in_minutes", 0),
        ("answers_after", timedelta(-1)),
    ],
)
def test_what_exchange_would_not_take_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(ValueError, match="(?i)" + name.replace("_", "_?") + "|" + name.replace("_", "")):
        settings(**{name: value})


def test_a_room_copy_tells_who_meets_and_not_what_about() -> None:
    """Its subject is the organizer's name, which a display at the door would show."""
    copy = asked(CalendarProcessing(), sensitivity="private").copy

    assert (copy.subject, copy.body, copy.sensitivity, copy.has_attachments) == ("Ann Example", "", "normal", False)


@pytest.mark.parametrize("leftover", ["cancelled", "free"])
def test_what_takes_no_time_is_no_conflict(leftover: str) -> None:
    world = World()
    first = world.invites(BOB, ROOM, show_as="free" if leftover == "free" else "busy")
    world.later()
    if leftover == "cancelled":
        world.cancels(first)
        world.later()
    event = world.invites(ANN, ROOM)
    world.later()

    assert len(world.holds(ROOM)) == 2
    assert world.answer(event, ROOM) == "accepted"


def test_who_checks_in_keeps_the_room() -> None:
    booked = asked(CalendarProcessing(enable_auto_release=True))
    booked.world.mailbox(ROOM).checked_in.add(booked.copy.key)
    booked.world.later(3 * DAY)

    assert (booked.answer, booked.is_there) == ("accepted", True)


def test_a_series_is_released_day_by_day() -> None:
    booked = asked(CalendarProcessing(enable_auto_release=True), recurrence=FIVE_DAYS)
    second = booked.world.holds(ROOM)[1]
    booked.world.mailbox(ROOM).checked_in.add(second.key)
    booked.world.later(3 * DAY + HOUR)

    assert [(copy.start - TEN) // DAY for copy in booked.world.holds(ROOM)] == [2, 4, 5]
    assert booked.answer == "accepted"


def test_a_booking_that_moved_is_not_released_at_its_old_time() -> None:
    booked = asked(CalendarProcessing(enable_auto_release=True))
    booked.world.changes(booked.event, start=TEN + 2 * DAY)
    booked.world.later(DAY + HOUR)

    assert booked.is_there


def test_what_a_delegate_granted_is_released_too() -> None:
    booked = asked(CalendarProcessing(enable_auto_release=True, all_book_in_policy=False, all_request_in_policy=True))
    booked.world.responds(ROOM, booked.event, "accepted")
    booked.world.later(DAY + HOUR)

    assert (booked.answer, booked.is_there) == ("declined", False)


# the attendant never accepts a conflict

minutes = some.integers(0, 12).map(lambda number: number * 30 * MINUTE)
spans = some.tuples(minutes, some.integers(0, 4).map(lambda number: number * 30 * MINUTE))
recurrences = some.none() | some.builds(
    Recurrence, some.just("daily"), some.just(TEN.date()), some.integers(1, 3), times=some.integers(1, 6)
)


def event(
    number: int, span: tuple[timedelta, timedelta], recurrence: Recurrence | None, show_as: str = "busy"
) -> Event:
    start = TEN + span[0]
    uid = f"040000008200E00074C5B7101A82E00800000000{number:016X}"
    person = Person("Ann", ANN)
    return Event(f"k{number}", uid, start, start + span[1], TEN, TEN, person, recurrence=recurrence, show_as=show_as)


@given(
    some.lists(some.tuples(spans, recurrences, some.sampled_from(("busy", "free", "tentative"))), max_size=6),
    spans,
    recurrences,
    some.integers(0, 100),
    some.integers(0, 4),
)
def test_no_conflict_is_ever_accepted(
    held: list[tuple[tuple[timedelta, timedelta], Recurrence | None, str]],
    span: tuple[timedelta, timedelta],
    recurrence: Recurrence | None,
    percentage: int,
    instances: int,
) -> None:
    """Whatever is accepted takes no time that was taken, and no more days are declined than the settings bear."""
    calendar = Calendar(Person("Room", ROOM))
    for number, (times, pattern, shown) in enumerate(held):
        calendar.add(event(number, times, pattern, shown))
    settings = CalendarProcessing(conflict_percentage_allowed=percentage, maximum_conflict_instances=instances)
    meeting = event(99, span, recurrence)

    decision = decide(settings, Resource(calendar), Wish(meeting), TEN)

    wanted = Calendar(Person("Ann", ANN))
    wanted.add(meeting)
    month = TEN - DAY, TEN + 30 * DAY
    busy = [one for one in calendar.view(*month) if one.blocks]
    clashing = {
        one.key for one in wanted.view(*month) if any(one.start < other.end and other.start < one.end for other in busy)
    }
    days = len(wanted.view(*month))
    if decision.response == "accepted":
        assert {one.key for one in decision.declined} == clashing
        assert len(clashing) <= instances
        assert len(clashing) * 100 <= days * percentage
    else:
        assert clashing


@given(some.lists(some.tuples(spans, recurrences), min_size=1, max_size=6))
def test_a_room_is_never_booked_twice(asked: list[tuple[tuple[timedelta, timedelta], Recurrence | None]]) -> None:
    """Through the whole way from an invitation to the room's calendar."""
    world = World(CalendarProcessing(conflict_percentage_allowed=60, maximum_conflict_instances=3))
    for (begin, length), recurrence in asked:
        world.invites(ANN, ROOM, start=TEN + begin, length=length, recurrence=recurrence)
    world.later()

    held = [one for one in world.holds(ROOM, TEN) if one.blocks]
    for number, one in enumerate(held):
        assert not any(one.start < other.end and other.start < one.end for other in held[number + 1 :])
