"""Meetings between calendars: what an organizer's act brings to others, what comes back, and when."""

from dataclasses import replace as settings_with
from datetime import timedelta

import pytest
from msgspec.structs import replace

from graph_emulator.behaviour import Behaviour
from graph_emulator.exchange.event import Event, Tag
from graph_emulator.exchange.processing import CalendarProcessing
from graph_emulator.exchange.recurrence import Recurrence
from graph_emulator.tenant import Profile

from .meeting import ANN, BOB, DAY, EVE, FIVE_DAYS, HOUR, MINUTE, OTHER, ROOM, SOON, TEN, World, attendees


@pytest.fixture
def world() -> World:
    return World()


def times(events: list[Event]) -> list[int]:
    """On which days, counted from today, events lie."""
    return [(event.start.date() - TEN.date()).days for event in events]


# invitations


def test_an_invitation_becomes_a_tentative_copy(world: World) -> None:
    """With an id of its own and the iCalUId of the meeting, not yet answered."""
    event = world.invites(ANN, BOB)
    assert world.holds(BOB) == []

    world.later(Behaviour().delivery)

    (copy,) = world.holds(BOB)
    assert (copy.uid, copy.subject, copy.organizer.address) == (event.uid, "Budget", ANN)
    assert (copy.show_as, copy.response, copy.is_organizer) == ("tentative", "notResponded", False)
    assert copy.key != event.key
    assert world.answer(event, BOB) == "none"


def test_201_is_not_a_booked_room(world: World) -> None:
    """The room is free and has not answered, until its attendant has come to it; then the organizer's event says so."""
    event = world.invites(ANN, ROOM)
    assert (world.answer(event, ROOM), world.holds(ROOM)) == ("none", [])

    world.later(timedelta(seconds=4))
    assert (world.answer(event, ROOM), world.holds(ROOM)) == ("none", [])

    world.later(timedelta(seconds=1))
    assert [copy.show_as for copy in world.holds(ROOM)] == ["busy"]
    assert world.answer(event, ROOM) == "none"  # the answer is on its way

    world.later(timedelta(seconds=2))
    assert world.answer(event, ROOM) == "accepted"


def test_a_taken_room_declines_and_holds_no_copy(world: World) -> None:
    first = world.invites(ANN, ROOM)
    second = world.invites(BOB, ROOM, start=TEN + DAY + HOUR / 2)
    world.later()

    assert (world.answer(first, ROOM), world.answer(second, ROOM)) == ("accepted", "declined")
    assert [copy.uid for copy in world.holds(ROOM)] == [first.uid]


def test_a_room_that_never_answers(world: World) -> None:
    world.mailbox(ROOM).processing = CalendarProcessing(answers_after=None)
    event = world.invites(ANN, ROOM)
    world.later(30 * DAY)

    assert (world.answer(event, ROOM), world.holds(ROOM)) == ("none", [])
    assert len(world.mailbox(ROOM).inbox) == 1


def test_touching_meetings_do_not_clash(world: World) -> None:
    first, second = world.invites(ANN, ROOM), world.invites(BOB, ROOM, start=TEN + DAY + HOUR)
    world.later()

    assert (world.answer(first, ROOM), world.answer(second, ROOM)) == ("accepted", "accepted")


def test_a_direct_write_into_the_rooms_calendar_is_refused_by_nobody(world: World) -> None:
    """No attendant looks at what the room itself organizes: two such events may overlap."""
    world.invites(ROOM), world.invites(ROOM, subject="Another")
    world.later()

    assert [event.subject for event in world.holds(ROOM)] == ["Another", "Budget"]


def test_a_direct_write_takes_the_room_from_a_request_on_its_way(world: World) -> None:
    """The attendant looks at the calendar as it is when it decides, not when the request was sent."""
    event = world.invites(ANN, ROOM)
    world.invites(ROOM)
    world.later()

    assert world.answer(event, ROOM) == "declined"


def test_whoever_has_no_mailbox_here_gets_nothing_and_answers_nothing(world: World) -> None:
    event = world.invites(ANN, "somebody@elsewhere.example", BOB)
    world.mailbox(BOB).is_enabled = False
    world.later()

    assert world.answer(event, "somebody@elsewhere.example") == "none"


def test_a_user_principal_name_need_not_be_an_address(world: World) -> None:
    """What is sent to it gets to nobody, so nobody answers."""
    tenant = world.cloud.tenants["66666666-ffff-4fff-8fff-666666666666"]
    tenant.add_person("Cem", "cem@contoso.example", Profile(user_principal_name="c.example@contoso.example"))
    world.invites(ANN, "c.example@contoso.example")
    world.later()

    assert world.holds("cem@contoso.example") == []


def test_an_organizer_is_not_invited_to_the_own_meeting(world: World) -> None:
    world.invites(ROOM, ROOM)
    world.later()

    assert len(world.holds(ROOM)) == 1


def test_a_room_may_invite_another(world: World) -> None:
    event = world.invites(ROOM, OTHER)
    world.later()

    assert world.answer(event, OTHER) == "accepted"


@pytest.mark.parametrize("travels", [False, True])
def test_whether_tags_travel_is_a_switch(world: World, travels: bool) -> None:
    world.cloud.behaviour = Behaviour(tags_travel=travels)
    mailbox = world.mailbox(ANN)
    before = world.invites(ANN)
    tags = {"extensions": (Tag("a.b", {}),), "properties": (Tag("String {1} Name x", "y"),)}
    world.cloud.meetings.organized(mailbox, replace(before, attendees=attendees([ROOM]), **tags), before)
    world.later()

    (copy,) = world.holds(ROOM)
    assert (bool(copy.extensions), bool(copy.properties)) == (travels, travels)


# changes


def test_a_change_that_is_no_move_leaves_answers(world: World) -> None:
    event = world.invites(ANN, ROOM, BOB)
    world.later()
    world.responds(BOB, event, "accepted")
    world.later()

    world.changes(event, subject="Money")
    world.later()

    assert (world.answer(event, ROOM), world.answer(event, BOB)) == ("accepted", "accepted")
    (copy,) = world.holds(BOB)
    assert (copy.subject, copy.show_as, copy.response) == ("Money", "busy", "accepted")
    assert [copy.subject for copy in world.holds(ROOM)] == ["Ann Example"]


def test_a_moved_meeting_is_answered_anew(world: World) -> None:
    event = world.invites(ANN, ROOM, BOB)
    world.later()
    world.responds(BOB, event, "accepted")
    world.later()

    world.changes(event, start=TEN + 2 * DAY)
    assert (world.answer(event, ROOM), world.answer(event, BOB)) == ("none", "none")

    world.later()
    assert (world.answer(event, ROOM), world.answer(event, BOB)) == ("accepted", "none")
    assert [(copy.start, copy.response) for copy in world.holds(BOB)] == [(TEN + 2 * DAY, "notResponded")]
    assert [copy.start for copy in world.holds(ROOM)] == [TEN + 2 * DAY]


def test_a_moved_meeting_makes_earlier_answers_void(world: World) -> None:
    """The answer that was on its way when the organizer moved the meeting says nothing of the new time."""
    world.invites(BOB, ROOM, start=TEN + 2 * DAY)
    world.later()
    event = world.invites(ANN, ROOM)
    world.later(timedelta(seconds=5))  # the room has accepted
    world.changes(event, start=TEN + 2 * DAY)

    world.later(timedelta(seconds=2))
    assert world.answer(event, ROOM) == "none"

    world.later()
    assert world.answer(event, ROOM) == "declined"


def test_a_meeting_moved_by_half_an_hour_is_not_in_its_own_way(world: World) -> None:
    event = world.invites(ANN, ROOM)
    world.later()
    world.changes(event, start=TEN + DAY + HOUR / 2)
    world.later()

    assert world.answer(event, ROOM) == "accepted"
    assert [copy.start for copy in world.holds(ROOM)] == [TEN + DAY + HOUR / 2]


def test_a_meeting_moved_to_where_the_room_is_taken_loses_the_room(world: World) -> None:
    """The copy at the old time goes too."""
    event, other = world.invites(ANN, ROOM), world.invites(BOB, ROOM, start=TEN + 2 * DAY)
    world.later()
    world.changes(event, start=TEN + 2 * DAY)
    world.later()

    assert (world.answer(event, ROOM), world.answer(other, ROOM)) == ("declined", "accepted")
    assert [copy.uid for copy in world.holds(ROOM)] == [other.uid]


def test_who_joins_is_invited_and_who_leaves_gets_a_cancellation(world: World) -> None:
    event = world.invites(ANN, ROOM)
    world.later()
    world.changes(event, guests=[OTHER, EVE])
    world.later()

    assert world.answer(event, OTHER) == "accepted"
    assert [(copy.cancelled, copy.blocks) for copy in world.holds(ROOM)] == [(True, False)]
    assert [copy.subject for copy in world.holds(EVE)] == ["Budget"]


def test_what_only_the_organizer_sees_is_told_to_nobody(world: World) -> None:
    event = world.invites(ANN, BOB)
    world.later()
    mailbox = world.mailbox(ANN)
    changed = mailbox.calendar.put(replace(event, categories=("Red",)))
    world.cloud.meetings.organized(mailbox, changed, event)

    assert world.cloud.agenda.next_due() is None


def test_a_guests_own_change_lasts_until_the_organizers_next(world: World) -> None:
    event = world.invites(ANN, BOB)
    world.later()
    calendar = world.mailbox(BOB).calendar
    calendar.put(replace(world.copy(BOB, event), subject="Mine", categories=("Blue",)))
    assert [copy.subject for copy in world.holds(BOB)] == ["Mine"]

    world.changes(event, subject="Money")
    world.later()

    (copy,) = world.holds(BOB)
    assert (copy.subject, copy.categories) == ("Money", ("Blue",))


# the end of a meeting


def test_a_cancelled_meeting_stays_with_the_others(world: World) -> None:
    """On people's and rooms' calendars alike, free and marked; it blocks nothing."""
    event = world.invites(ANN, ROOM, BOB)
    world.later()
    world.cancels(event)
    assert world.holds(ANN) == []
    assert [copy.cancelled for copy in world.holds(ROOM)] == [False]  # not at once

    world.later()
    seen = [(copy.subject, copy.cancelled, copy.show_as, copy.blocks) for copy in world.holds(ROOM) + world.holds(BOB)]
    assert seen == [("Canceled: Ann Example", True, "free", False), ("Canceled: Budget", True, "free", False)]

    again = world.invites(BOB, ROOM)
    world.later()
    assert world.answer(again, ROOM) == "accepted"


def test_a_meeting_cancelled_before_the_room_saw_it_leaves_the_room_free(world: World) -> None:
    event = world.invites(ANN, ROOM)
    world.later(timedelta(seconds=1))
    world.cancels(event)
    world.later()

    assert [copy.blocks for copy in world.holds(ROOM)] == [False]


def test_who_is_invited_again_gets_the_meeting_back(world: World) -> None:
    event = world.invites(ANN, ROOM, BOB)
    world.later()
    world.changes(event, guests=[])
    world.later()
    world.changes(event, guests=[ROOM, BOB])
    world.later()

    assert [(copy.cancelled, copy.subject, copy.show_as) for copy in world.holds(ROOM)] == [
        (False, "Ann Example", "busy")
    ]
    assert [(copy.cancelled, copy.response) for copy in world.holds(BOB)] == [(False, "notResponded")]
    assert world.answer(event, ROOM) == "accepted"


@pytest.mark.parametrize(("declines", "answer"), [(False, "accepted"), (True, "declined")])
@pytest.mark.parametrize("guest", [ROOM, BOB])
def test_whether_deleting_a_copy_tells_the_organizer_is_a_switch(
    world: World, guest: str, declines: bool, answer: str
) -> None:
    world.cloud.behaviour = Behaviour(deleting_a_copy_declines=declines)
    event = world.invites(ANN, guest)
    world.later()
    world.responds(guest, event, "accepted")
    world.later()

    world.drops(guest, event)
    world.later()

    assert world.holds(guest) == []
    assert world.answer(event, guest) == answer


def test_deleting_what_is_left_of_a_cancelled_meeting_tells_nobody(world: World) -> None:
    world.cloud.behaviour = Behaviour(deleting_a_copy_declines=True)
    event = world.invites(ANN, BOB)
    world.later()
    world.cancels(event)
    world.later()
    world.drops(BOB, event)

    assert (world.holds(BOB), world.cloud.agenda.next_due()) == ([], None)


# answers of people


@pytest.mark.parametrize(
    ("response", "shows"), [("accepted", ["busy"]), ("tentativelyAccepted", ["tentative"]), ("declined", [])]
)
def test_an_answer_changes_the_own_copy_at_once_and_the_organizers_event_later(
    world: World, response: str, shows: list[str]
) -> None:
    event = world.invites(ANN, BOB)
    world.later()
    world.responds(BOB, event, response)
    assert [copy.show_as for copy in world.holds(BOB)] == shows
    assert world.answer(event, BOB) == "none"

    world.later()
    assert world.answer(event, BOB) == response


def test_an_answer_may_be_kept_to_oneself(world: World) -> None:
    event = world.invites(ANN, BOB)
    world.later()
    world.responds(BOB, event, "accepted", tell=False)
    world.later()

    assert (world.answer(event, BOB), world.copy(BOB, event).response) == ("none", "accepted")


def test_a_proposed_time_is_seen_by_the_organizer(world: World) -> None:
    event = world.invites(ANN, BOB)
    world.later()
    proposed = TEN + 3 * DAY, TEN + 3 * DAY + HOUR
    world.cloud.meetings.respond(world.mailbox(BOB), world.copy(BOB, event), "tentativelyAccepted", proposed=proposed)
    world.later()

    (attendee,) = world.holds(ANN)[0].attendees
    assert (attendee.response, attendee.proposed, attendee.answered) == ("tentativelyAccepted", proposed, TEN + SOON)


def test_a_meeting_that_is_free_time_stays_free_whoever_accepts_it(world: World) -> None:
    event = world.invites(ANN, BOB, ROOM, show_as="free")
    world.later()
    world.responds(BOB, event, "accepted")

    assert [copy.show_as for copy in world.holds(BOB) + world.holds(ROOM)] == ["free", "free"]


def test_an_answer_to_a_meeting_that_is_gone_is_lost(world: World) -> None:
    event = world.invites(ANN, BOB)
    world.later()
    world.responds(BOB, event, "accepted")
    world.cancels(event)
    world.later()

    assert world.holds(ANN) == []


def test_only_the_organizer_knows_the_answers(world: World) -> None:
    event = world.invites(ANN, ROOM, BOB)
    world.later()
    world.changes(event, subject="Money")
    world.later()

    assert [attendee.response for attendee in world.copy(BOB, event).attendees] == ["none", "none"]


# approval


def test_a_delegate_decides_on_what_waits(world: World) -> None:
    """By answering in the room's calendar: the organizer sees tentativelyAccepted first, then the decision."""
    for decision, shows in (("accepted", ["busy"]), ("declined", [])):
        world = World(CalendarProcessing(all_book_in_policy=False, all_request_in_policy=True))
        event = world.invites(ANN, ROOM)
        world.later()
        assert (world.answer(event, ROOM), world.copy(ROOM, event).show_as) == ("tentativelyAccepted", "tentative")

        world.responds(ROOM, event, decision)
        world.later()

        assert world.answer(event, ROOM) == decision
        assert [copy.show_as for copy in world.holds(ROOM)] == shows


def test_what_waits_for_approval_waits_through_an_update(world: World) -> None:
    world = World(
        CalendarProcessing(all_book_in_policy=False, all_request_in_policy=True, tentative_pending_approval=False)
    )
    event = world.invites(ANN, ROOM)
    world.later()
    world.changes(event, subject="Money")
    world.later()

    assert (world.answer(event, ROOM), world.copy(ROOM, event).show_as) == ("tentativelyAccepted", "free")

    world.responds(ROOM, event, "accepted")
    assert world.copy(ROOM, event).show_as == "busy"


# series


def test_a_series_reaches_everybody(world: World) -> None:
    event = world.invites(ANN, ROOM, BOB, recurrence=FIVE_DAYS)
    world.later()

    assert times(world.holds(ROOM)) == times(world.holds(BOB)) == [1, 2, 3, 4, 5]
    assert world.answer(event, ROOM) == "accepted"
    ours = {occurrence.uid for occurrence in world.holds(ANN)}
    assert {occurrence.uid for occurrence in world.holds(ROOM)} == ours


def test_a_series_with_one_conflict_is_declined(world: World) -> None:
    world.invites(BOB, ROOM, start=TEN + 3 * DAY)
    world.later()
    event = world.invites(ANN, ROOM, recurrence=FIVE_DAYS)
    world.later()

    assert world.answer(event, ROOM) == "declined"
    assert times(world.holds(ROOM)) == [3]


def test_days_are_declined_in_a_series_that_may_have_conflicts(world: World) -> None:
    world = World(CalendarProcessing(conflict_percentage_allowed=20, maximum_conflict_instances=1))
    other = world.invites(BOB, ROOM, start=TEN + 3 * DAY)
    world.later()
    event = world.invites(ANN, ROOM, recurrence=FIVE_DAYS)
    world.later()

    assert world.answer(event, ROOM) == "accepted"
    assert times(world.holds(ROOM)) == [1, 2, 3, 4, 5]
    assert [copy.uid for copy in world.holds(ROOM) if copy.start == TEN + 3 * DAY] == [other.uid]
    answers = [occurrence.attendees[0].response for occurrence in world.holds(ANN)]
    assert answers == ["accepted", "accepted", "declined", "accepted", "accepted"]

    world.changes(event, subject="Money")  # which gives the declined day back to nobody
    world.later()
    assert [copy.uid for copy in world.holds(ROOM) if copy.start == TEN + 3 * DAY] == [other.uid]


def test_a_series_cut_to_the_booking_window(world: World) -> None:
    world = World(CalendarProcessing(enforce_scheduling_horizon=False, booking_window_in_days=7))
    event = world.invites(ANN, ROOM, recurrence=Recurrence("daily", (TEN + DAY).date()))
    world.later()
    assert world.answer(event, ROOM) == "accepted"
    assert times(world.holds(ROOM)) == [1, 2, 3, 4, 5, 6, 7]

    world.changes(event, subject="Money")
    world.later()
    assert times(world.holds(ROOM)) == [1, 2, 3, 4, 5, 6, 7]


def test_a_moved_occurrence_moves_in_all_copies(world: World) -> None:
    event = world.invites(ANN, ROOM, BOB, recurrence=FIVE_DAYS)
    world.later()
    world.responds(BOB, event, "accepted")
    world.later()
    third = world.holds(ANN)[2]

    world.changes(third, start=third.start + 2 * HOUR)
    world.later()

    for address in (ANN, ROOM, BOB):
        assert [copy.start.hour for copy in world.holds(address)] == [10, 10, 12, 10, 10]
    assert [copy.response for copy in world.holds(BOB)] == [
        "accepted", "accepted", "notResponded", "accepted", "accepted",
    ]  # fmt: skip
    assert world.answer(third, ROOM) == "accepted"


def test_an_occurrence_moved_to_where_the_room_is_taken_loses_the_room(world: World) -> None:
    world.invites(BOB, ROOM, start=TEN + 3 * DAY + 2 * HOUR)
    world.invites(ANN, ROOM, recurrence=FIVE_DAYS)
    world.later()
    third = world.holds(ANN)[2]

    world.changes(third, start=third.start + 2 * HOUR)
    world.later()

    assert world.answer(third, ROOM) == "declined"
    assert [(copy.start - TEN) // DAY for copy in world.holds(ROOM) if copy.start.hour == 10] == [1, 2, 4, 5]


def test_a_cancelled_occurrence_is_cancelled_in_all_copies(world: World) -> None:
    world.invites(ANN, ROOM, BOB, recurrence=FIVE_DAYS)
    world.later()
    world.cancels(world.holds(ANN)[2])
    world.later()

    assert times(world.holds(ANN)) == [1, 2, 4, 5]
    for address in (ROOM, BOB):
        assert [copy.blocks for copy in world.holds(address)] == [True, True, False, True, True]


def test_a_cancelled_series_is_cancelled_with_its_exceptions(world: World) -> None:
    event = world.invites(ANN, ROOM, BOB, recurrence=FIVE_DAYS)
    world.later()
    third = world.holds(ANN)[2]
    world.changes(third, start=third.start + 2 * HOUR, guests=[ROOM, BOB, EVE])
    world.later()
    world.cancels(event)
    world.later()

    assert world.holds(ANN) == []
    for address in (ROOM, BOB, EVE):
        assert {copy.cancelled for copy in world.holds(address)} == {True}


def test_a_guest_of_one_occurrence_sees_only_that(world: World) -> None:
    event = world.invites(ANN, ROOM, recurrence=FIVE_DAYS)
    world.later()
    third = world.holds(ANN)[2]
    world.changes(third, guests=[ROOM, BOB])
    world.later()

    (copy,) = world.holds(BOB)
    assert (copy.uid, copy.kind, copy.start) == (third.uid, "singleInstance", third.start)

    world.responds(BOB, third, "accepted")
    world.later()
    assert world.answer(third, BOB) == "accepted"

    world.changes(event, guests=[ROOM, BOB])  # to all of them, now
    world.later()
    assert times(world.holds(BOB)) == [1, 2, 3, 4, 5]


def test_who_was_invited_to_one_occurrence_hears_that_the_series_moved(world: World) -> None:
    """The series has lost that day as it was, so nobody holds a room for it any longer."""
    event = world.invites(ANN, BOB, recurrence=FIVE_DAYS)
    world.changes(world.holds(ANN)[2], guests=[BOB, ROOM])
    world.later()
    assert [booking.blocks for booking in world.holds(ROOM)] == [True]

    world.changes(event, start=TEN + DAY + 3 * HOUR)
    world.later()

    assert [booking.cancelled for booking in world.holds(ROOM)] == [True]


def test_a_room_that_has_one_day_of_a_series_may_get_all_of_it(world: World) -> None:
    """What it holds of the series already is not in the way of the rest."""
    event = world.invites(ANN, BOB, recurrence=FIVE_DAYS)
    world.changes(world.holds(ANN)[2], guests=[BOB, ROOM])
    world.later()

    world.changes(event, guests=[BOB, ROOM])
    world.later()

    assert world.answer(event, ROOM) == "accepted"
    assert times(world.holds(ROOM)) == [1, 2, 3, 4, 5]


def test_a_room_that_declines_a_series_gives_up_the_day_it_had_of_it(world: World) -> None:
    event = world.invites(ANN, BOB, recurrence=FIVE_DAYS)
    world.changes(world.holds(ANN)[2], guests=[BOB, ROOM])
    taken = world.invites(BOB, ROOM, start=TEN + 5 * DAY)
    world.later()

    world.changes(event, guests=[BOB, ROOM])
    world.later()

    assert {one.attendees[-1].response for one in world.holds(ANN)} == {"declined"}
    assert [booking.uid for booking in world.holds(ROOM)] == [taken.uid]


def test_who_leaves_a_series_leaves_the_one_day_of_it_that_was_booked(world: World) -> None:
    world.invites(BOB, ROOM, start=TEN + 5 * DAY)
    world.later()
    event = world.invites(ANN, BOB, ROOM, recurrence=FIVE_DAYS)
    world.later()
    third = world.changes(world.holds(ANN)[2], start=TEN + 3 * DAY + HOUR)
    world.later()
    assert (world.answer(event, ROOM), world.answer(third, ROOM)) == ("declined", "accepted")

    world.changes(event, guests=[BOB])
    world.later()

    assert [booking.cancelled for booking in world.holds(ROOM)] == [True, False]


def test_an_answer_to_a_day_is_void_when_its_series_moved(world: World) -> None:
    event = world.invites(ANN, BOB, ROOM, recurrence=FIVE_DAYS)
    third = world.changes(world.holds(ANN)[2], start=TEN + 3 * DAY + HOUR)
    world.later(timedelta(seconds=4))
    world.responds(BOB, third, "accepted")
    world.changes(event, start=TEN + DAY + 2 * HOUR)
    world.later(timedelta(seconds=3))

    assert world.answer(third, BOB) == "none"


def test_a_guest_who_is_not_wanted_at_one_occurrence(world: World) -> None:
    world.invites(ANN, ROOM, BOB, recurrence=FIVE_DAYS)
    world.later()
    world.changes(world.holds(ANN)[2], guests=[ROOM])
    world.later()

    assert [copy.cancelled for copy in world.holds(BOB)] == [False, False, True, False, False]


def test_an_occurrence_may_be_declined_in_an_accepted_series(world: World) -> None:
    event = world.invites(ANN, BOB, recurrence=FIVE_DAYS)
    world.later()
    world.responds(BOB, event, "accepted")
    third = world.holds(BOB)[2]
    world.responds(BOB, third, "declined")
    world.later()

    assert times(world.holds(BOB)) == [1, 2, 4, 5]
    assert [one.attendees[0].response for one in world.holds(ANN)] == [
        "accepted", "accepted", "declined", "accepted", "accepted",
    ]  # fmt: skip

    world.changes(event, subject="Money")
    world.later()
    assert times(world.holds(BOB)) == [1, 2, 4, 5]


def test_who_declines_a_series_declines_every_day_of_it(world: World) -> None:
    event = world.invites(ANN, BOB, recurrence=FIVE_DAYS)
    world.later()
    world.responds(BOB, world.holds(BOB)[2], "accepted")
    world.responds(BOB, event, "declined")
    world.later()

    assert world.holds(BOB) == []
    assert {one.attendees[0].response for one in world.holds(ANN)} == {"declined"}


def test_who_accepts_a_series_leaves_its_cancelled_days_alone(world: World) -> None:
    event = world.invites(ANN, BOB, recurrence=FIVE_DAYS)
    world.later()
    world.cancels(world.holds(ANN)[2])
    world.later()
    world.responds(BOB, event, "accepted")

    assert [(copy.cancelled, copy.show_as) for copy in world.holds(BOB)][1:4] == [
        (False, "busy"), (True, "free"), (False, "busy"),
    ]  # fmt: skip


def test_a_moved_series_moves_with_all_its_days(world: World) -> None:
    event = world.invites(ANN, ROOM, BOB, recurrence=FIVE_DAYS)
    world.later()
    world.responds(BOB, world.holds(BOB)[2], "declined")
    third = world.holds(ANN)[1]
    world.changes(third, start=third.start + 2 * HOUR)
    world.later()

    world.changes(event, start=TEN + DAY + HOUR)
    world.later()

    for address in (ROOM, BOB):
        assert [copy.start for copy in world.holds(address)] == [TEN + n * DAY + HOUR for n in range(1, 6)]
    assert world.answer(event, ROOM) == "accepted"


def test_a_meeting_may_become_a_series_and_a_room_may_mind(world: World) -> None:
    world.invites(BOB, ROOM, start=TEN + 3 * DAY)
    event = world.invites(ANN, ROOM)
    world.later()
    world.changes(event, recurrence=FIVE_DAYS)
    world.later()

    assert world.answer(event, ROOM) == "declined"
    assert times(world.holds(ROOM)) == [3]


# the clock


def test_a_clock_that_jumps_gives_the_same_world_as_one_that_runs() -> None:
    worlds = World(), World()
    for world, steps in zip(worlds, (1, 4000), strict=True):
        world.mailbox(ROOM).processing = CalendarProcessing(
            enable_auto_release=True, conflict_percentage_allowed=50, maximum_conflict_instances=3
        )
        world.invites(BOB, ROOM, BOB, start=TEN + 3 * DAY)
        world.invites(ANN, ROOM, EVE, recurrence=FIVE_DAYS)
        world.changes(world.invites(ANN, ROOM, OTHER, start=TEN + 4 * HOUR), start=TEN + 5 * HOUR)
        for _ in range(steps):
            world.later(8 * DAY / steps)

    one, other = worlds
    for address in (ANN, BOB, EVE, ROOM, OTHER):
        assert one.holds(address, TEN) == other.holds(address, TEN)
    assert one.holds(ROOM, TEN) == []  # nobody checked in


def test_events_that_nobody_is_invited_to_stay_where_they_are(world: World) -> None:
    event = world.invites(ANN)
    world.changes(event, start=TEN + 2 * DAY)
    world.cancels(event)

    assert world.cloud.agenda.next_due() is None


@pytest.mark.parametrize("waits", [timedelta(0), timedelta(hours=1)])
def test_a_room_takes_the_time_it_is_given(world: World, waits: timedelta) -> None:
    room = world.mailbox(ROOM)
    room.processing = settings_with(CalendarProcessing(), answers_after=waits)
    event = world.invites(ANN, ROOM)

    world.later(waits)
    assert len(world.holds(ROOM)) == 1
    world.later(MINUTE)
    assert world.answer(event, ROOM) == "accepted"
