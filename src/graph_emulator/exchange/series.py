"""What changes of a series mean for its occurrences, and the other way round."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from graph_emulator.errors import bad_request
from graph_emulator.exchange.calendar import Calendar
from graph_emulator.exchange.event import Attendee, Event, has_moved
from graph_emulator.exchange.occurrences import key_on
from graph_emulator.exchange.recurrence import days_of
from graph_emulator.exchange.zones import wall

_OWN = ("categories", "reminder", "has_reminder")  # what the organizer keeps to itself
SENT = (
    "subject",
    "body",
    "show_as",
    "sensitivity",
    "importance",
    "locations",
    "asks_for_responses",
    "allows_proposals",
    "hides_attendees",
    "online",
)


def hand_down(calendar: Calendar, old: Event, new: Event) -> list[Event]:
    """
    Tells a series' exceptions of its change, and returns those that are no more.

    A series that recurs otherwise, or at another time, has none left.
    """
    exceptions, _ = calendar.departures(new)
    if has_moved(old, new):
        calendar.drop_exceptions(new)
        return exceptions
    for exception in exceptions:
        calendar.put(handed_down(exception, old, new))
    return []


def handed_down(exception: Event, old: Event, new: Event) -> Event:
    """An exception after a change of its series: it takes over what it had not made its own."""
    taken = {name: getattr(new, name) for name in SENT + _OWN if getattr(exception, name) == getattr(old, name)}
    return replace(exception, **taken, attendees=_attendees(exception, old, new), modified=new.modified)


def _attendees(exception: Event, old: Event, new: Event) -> tuple[Attendee, ...]:
    """Who joins or leaves the series joins or leaves its exceptions."""
    before, after, here = (_addresses(event) for event in (old, new, exception))
    stay = [one for one in exception.attendees if one.person.address.lower() not in before - after]
    join = [one for one in new.attendees if one.person.address.lower() not in before | here]
    return tuple(stay + join)


def _addresses(event: Event) -> set[str]:
    return {attendee.person.address.lower() for attendee in event.attendees}


def check_neighbours(calendar: Calendar, occurrence: Event) -> None:
    """
    400 ErrorOccurrenceCrossingBoundary if an occurrence moved to or over the day of the one before or after it.

    https://learn.microsoft.com/graph/api/event-update
    """
    master = calendar.find(occurrence.series or "")
    if master is None:
        return
    day, before, after = _day(occurrence.start, master), *_neighbours(calendar, master, occurrence)
    if (before and day <= _day(before.start, master)) or (after and day >= _day(after.start, master)):
        raise bad_request(
            "Modified occurrence is crossing or overlapping adjacent occurrence.", "ErrorOccurrenceCrossingBoundary"
        )


def _neighbours(calendar: Calendar, master: Event, occurrence: Event) -> tuple[Event | None, Event | None]:
    on = datetime.strptime(occurrence.day, "%Y%m%d").date()  # noqa: DTZ007 - a day
    before, after = _days(master, date.min, on), _days(master, on + timedelta(days=1), date.max)
    return _first(calendar, master, reversed(list(before))), _first(calendar, master, after)


def _days(master: Event, after: date, before: date) -> Iterator[date]:
    return days_of(master.recurrence, after, before) if master.recurrence else iter(())


def _first(calendar: Calendar, master: Event, days: Iterator[date]) -> Event | None:
    found = (calendar.find(key_on(master.key, day)) for day in days)
    return next((one for one in found if one), None)


def _day(at: datetime, master: Event) -> date:
    return wall(at, master.recurrence_zone or master.start_zone).date()


def next_instance(calendar: Calendar, meeting: Event, after: datetime) -> Event | None:
    """The first instance of a meeting that ends after an instant."""
    if meeting.recurrence is None:
        return meeting if meeting.end > after else None
    days = _days(meeting, _day(after - (meeting.end - meeting.start), meeting) - timedelta(days=1), date.max)
    found = (calendar.find(key_on(meeting.key, day)) for day in days)
    return next((one for one in found if one and one.end > after), None)
