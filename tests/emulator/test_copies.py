"""What an attendee's copy of a meeting is like."""

import pytest
from msgspec.structs import replace

from graph_emulator.exchange.copies import answered, cancelled, copied, cut, treated
from graph_emulator.exchange.event import Attendee, Event, Person
from graph_emulator.exchange.processing import CalendarProcessing
from graph_emulator.exchange.recurrence import Recurrence

from .meeting import BOB, DAY, HOUR, MINUTE, TEN

ANN = Person("Ann Example", "ann@contoso.example")
MEETING = Event(
    "theirs",
    "uid",
    TEN,
    TEN + HOUR,
    TEN,
    TEN,
    ANN,
    subject="Budget",
    body="Secret",
    sensitivity="private",
    categories=("Red",),
    transaction_id="t",
    attendees=(Attendee(Person("Bob", BOB), response="accepted"), Attendee(Person("Eve", "eve@fabrikam.example"))),
)


def copy(meeting: Event = MEETING, known: Event | None = None) -> Event:
    return copied(meeting, known, "ours", BOB, TEN + MINUTE)


def test_a_copy_is_the_meeting_with_an_id_and_an_answer_of_its_own() -> None:
    made = copy()

    assert (made.key, made.uid, made.subject, made.organizer) == ("ours", "uid", "Budget", ANN)
    assert (made.is_organizer, made.response, made.show_as, made.intended) == (
        False,
        "notResponded",
        "tentative",
        "busy",
    )
    assert (made.created, made.modified) == (TEN + MINUTE, TEN + MINUTE)


def test_a_copy_tells_nothing_that_is_the_organizers_own() -> None:
    made = copy()

    assert (made.transaction_id, made.categories) == (None, ())
    assert [attendee.response for attendee in made.attendees] == ["none", "none"]


def test_whoever_is_hidden_is_in_nobodys_copy() -> None:
    assert [one.person.address for one in copy(replace(MEETING, hides_attendees=True)).attendees] == [BOB]


def test_an_update_leaves_the_answer_and_what_is_the_attendees_own() -> None:
    known = replace(answered(copy(), "accepted", TEN), categories=("Blue",), reminder=5, subject="Mine")
    after = copy(replace(MEETING, subject="Money"), known)

    assert (after.subject, after.response, after.show_as) == ("Money", "accepted", "busy")
    assert (after.categories, after.reminder, after.created) == (("Blue",), 5, known.created)


@pytest.mark.parametrize("gone", [True, False])
def test_what_moved_or_was_cancelled_has_to_be_answered_anew(gone: bool) -> None:
    known = answered(copy(), "accepted", TEN)
    after = copy(MEETING, cancelled(known, TEN)) if gone else copy(replace(MEETING, sequence=1), known)

    assert (after.response, after.responded, after.show_as, after.cancelled) == (
        "notResponded",
        None,
        "tentative",
        False,
    )


@pytest.mark.parametrize("shown", ["busy", "oof", "workingElsewhere", "free"])
def test_an_accepted_copy_shows_as_the_organizer_meant(shown: str) -> None:
    made = copy(replace(MEETING, show_as=shown))

    assert made.show_as == ("free" if shown == "free" else "tentative")
    assert answered(made, "accepted", TEN).show_as == shown


def test_what_is_left_of_a_cancelled_meeting_says_so_once() -> None:
    left = cancelled(cancelled(copy(), TEN), TEN)

    assert (left.subject, left.cancelled, left.blocks) == ("Canceled: Budget", True, False)


@pytest.mark.parametrize("response", ["accepted", "tentativelyAccepted"])
def test_what_is_left_of_a_cancelled_meeting_takes_no_time_whoever_answers_it(response: str) -> None:
    assert answered(cancelled(copy(), TEN), response, TEN).show_as == "free"


def test_only_a_room_that_accepts_by_itself_takes_things_off() -> None:
    made = copy()

    assert treated(made, None) == made
    assert treated(made, CalendarProcessing(automate_processing="AutoUpdate")) == made
    assert treated(made, CalendarProcessing()).subject == "Ann Example"


def test_a_cut_series_ends_on_a_day() -> None:
    until = (TEN + 7 * DAY).date()
    endless = replace(copy(), recurrence=Recurrence("daily", TEN.date()))
    counted = replace(copy(), recurrence=Recurrence("daily", TEN.date(), times=90))

    assert {cut(one, until).recurrence for one in (endless, counted)} == {Recurrence("daily", TEN.date(), until=until)}
    assert cut(endless, None) == endless
