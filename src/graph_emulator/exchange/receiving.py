"""
What a mailbox does with the meeting messages it gets.

Everybody's calendar takes up meetings as tentative; only a room with AutoAccept decides on them.
https://learn.microsoft.com/powershell/module/exchange/set-calendarprocessing
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from graph_emulator.exchange import copies
from graph_emulator.exchange.attendant import Decision, Resource, Wish, decide
from graph_emulator.exchange.calendar import Calendar
from graph_emulator.exchange.event import DAY_MARK, Event
from graph_emulator.exchange.messages import Cancellation, Request, Response
from graph_emulator.exchange.occurrences import is_day_of

if TYPE_CHECKING:
    from graph_emulator.tenant import Mailbox


def noted(mailbox: "Mailbox", request: Request, at: datetime) -> Event | None:
    """The copy under which a meeting stands in the calendar from now on; None for what is older than that."""
    calendar, meeting = mailbox.calendar, request.meeting
    known = calendar.meeting(meeting.uid)
    if known and _is_stale(known, meeting):
        return None
    key = known.key if known else calendar.occurrence_key(meeting.uid) or calendar.new_key()
    copy = copies.copied(meeting, known, key, mailbox.person.address, at)
    anew = known is None or copies.to_be_answered(known, meeting)
    if anew and copy.series is None:  # how the series was before
        calendar.drop_exceptions(copy)
        _forget_days(calendar, meeting)
    copy = calendar.put(copies.treated(copy, mailbox.processing))
    for exception in calendar.departures(copy)[0]:
        calendar.put(copies.treated(copies.handed_down(exception, known or copy, copy), mailbox.processing))
    for exception in request.exceptions:
        if anew or calendar.meeting(exception.uid):  # and not one that was declined
            noted(mailbox, Request(exception), at)
    for day in request.removed:
        _remove_day(calendar, copy, day)
    return copy


def _is_stale(known: Event, meeting: Event) -> bool:
    return known.is_organizer or known.sequence > meeting.sequence


def _days_of(calendar: Calendar, series: Event) -> list[Event]:
    """The days of a series that the calendar has without the series: each had an invitation of its own."""
    return [event for event in calendar.events() if is_day_of(event.uid, series.uid)]


def _forget_days(calendar: Calendar, series: Event) -> None:
    for day in _days_of(calendar, series):
        calendar.remove(day)


def _remove_day(calendar: Calendar, series: Event, day: str) -> None:
    if occurrence := calendar.find(f"{series.key}{DAY_MARK}{day}"):
        calendar.remove(occurrence)


def withdrawn(mailbox: "Mailbox", cancellation: Cancellation, at: datetime) -> None:
    """Withdraws a meeting, or all that the calendar has of a series."""
    calendar, meeting = mailbox.calendar, cancellation.meeting
    known = calendar.meeting(meeting.uid)
    for copy in (known, *_days_of(calendar, meeting)):
        if copy and not copy.is_organizer:
            _withdraw(mailbox, copy, at)


def _withdraw(mailbox: "Mailbox", copy: Event, at: datetime) -> None:
    """Leaves a cancelled meeting in the calendar, unless the mailbox has RemoveCanceledMeetings."""
    calendar = mailbox.calendar
    if mailbox.processing and mailbox.processing.remove_canceled_meetings:
        calendar.remove(copy)
        return
    for event in (copy, *calendar.departures(copy)[0]):
        calendar.put(copies.cancelled(event, at))


def booked(
    mailbox: "Mailbox", room: Resource, request: Request, at: datetime, *, external: bool = False
) -> list[Response]:
    """Lets the booking attendant decide on a request, if it asks for an answer; returns what is answered."""
    calendar, meeting, settings = mailbox.calendar, request.meeting, mailbox.processing
    known = calendar.meeting(meeting.uid)
    if settings is None or (known and _is_stale(known, meeting)):
        return []
    if known and known.response != "notResponded" and not copies.to_be_answered(known, meeting):
        noted(mailbox, request, at)
        return []
    _forget_days(calendar, meeting)
    replaces = known.key if known else calendar.occurrence_key(meeting.uid)
    wish = Wish(meeting, request.exceptions, request.removed, replaces, external)
    decision = decide(settings, room, wish, at)
    if decision.response == "declined":
        if known:
            calendar.remove(known)
    elif copy := noted(mailbox, request, at):
        _settle(mailbox, copy, decision, at)
    return list(_answers(mailbox, request, decision, at))


def _settle(mailbox: "Mailbox", copy: Event, decision: Decision, at: datetime) -> None:
    """Puts the decision on the copy; days that were declined, or that are after the end of the series, go."""
    calendar = mailbox.calendar
    for event in (copies.cut(copy, decision.until), *calendar.departures(copy)[0]):
        calendar.put(copies.treated(copies.answered(event, decision.response, at), mailbox.processing))
    for day in _declined_days(calendar.departures(copy)[0], decision):
        _remove_day(calendar, copy, day)


def _declined_days(exceptions: list[Event], decision: Decision) -> set[str]:
    late = (event.day for event in exceptions if decision.until and event.day > f"{decision.until:%Y%m%d}")
    return {event.day for event in decision.declined} | set(late)


def _answers(mailbox: "Mailbox", request: Request, decision: Decision, at: datetime) -> Iterator[Response]:
    """The answer to the whole, then to exceptions, then to days that are declined."""
    address, meeting = mailbox.person.address, request.meeting
    yield Response(meeting.uid, meeting.sequence, address, decision.response, at)
    declined = _declined_days(list(request.exceptions), decision)
    for event in request.exceptions:
        response = "declined" if event.day in declined else decision.response
        yield Response(event.uid, event.sequence, address, response, at)
    for event in decision.declined:
        if event not in request.exceptions:
            yield Response(event.uid, event.sequence, address, "declined", at)
