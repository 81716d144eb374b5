"""What the organizer's calendar knows of the answers to its meetings, and what makes them void."""

from dataclasses import replace as answered
from datetime import datetime

from msgspec.structs import replace

from graph_emulator.exchange.calendar import Calendar
from graph_emulator.exchange.event import Attendee, Event, has_moved
from graph_emulator.exchange.messages import Response
from graph_emulator.exchange.series import SENT


def is_news(before: Event, event: Event) -> bool:
    """Whether a change is one that others see."""
    seen = any(getattr(before, name) != getattr(event, name) for name in SENT)
    return seen or has_moved(before, event) or addresses(before) != addresses(event)


def addresses(event: Event) -> list[str]:
    """Who is invited, in lower case and each once; the organizer needs no invitation."""
    invited = dict.fromkeys(attendee.person.address.lower() for attendee in event.attendees)
    return [address for address in invited if address != event.organizer.address.lower()]


def asked_anew(calendar: Calendar, event: Event, sequence: int) -> Event:
    """The event under a sequence to which nobody has answered yet."""
    unanswered = tuple(Attendee(attendee.person, attendee.kind) for attendee in event.attendees)
    return calendar.put(replace(event, sequence=sequence, attendees=unanswered))


def tracked(calendar: Calendar, response: Response) -> None:
    """Writes an answer down, unless the meeting is gone or has moved since."""
    event = calendar.meeting(response.uid)
    if event is None or not event.is_organizer or event.sequence != response.sequence:
        return
    before = _of(event, response.attendee)
    for exception in calendar.departures(event)[0]:  # what was answered for the one day alone stays
        if exception.sequence == event.sequence and _of(exception, response.attendee) == before:
            _write(calendar, exception, response)
    _write(calendar, event, response)


def _write(calendar: Calendar, event: Event, response: Response) -> None:
    attendees = tuple(
        answered(one, response=response.response, answered=response.at, proposed=response.proposed)
        if one.person.address.lower() == response.attendee.lower()
        else one
        for one in event.attendees
    )
    if attendees != event.attendees:
        calendar.put(replace(event, attendees=attendees, modified=response.at))


def _of(event: Event, address: str) -> tuple[str, datetime | None] | None:
    found = (one for one in event.attendees if one.person.address.lower() == address.lower())
    return next(((one.response, one.answered) for one in found), None)
