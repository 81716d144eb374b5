"""
The booking attendant: how a room with AutoAccept decides on a meeting request. Pure; one function for each rule.

Rules that a delegate may waive are the room's policy; a conflict, a stranger or a room nobody can book is not waived.
https://learn.microsoft.com/powershell/module/exchange/set-calendarprocessing
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from graph_emulator.exchange.calendar import Calendar
from graph_emulator.exchange.event import Event
from graph_emulator.exchange.processing import CalendarProcessing
from graph_emulator.exchange.recurrence import DAYS, Recurrence, days_of
from graph_emulator.exchange.working_hours import OFFICE_HOURS, WorkingHours
from graph_emulator.exchange.zones import UTC_ZONE, Zone, instant, wall


@dataclass(frozen=True, slots=True)
class Resource:
    """What the attendant knows of its room besides its settings."""

    calendar: Calendar
    zone: Zone = UTC_ZONE
    hours: WorkingHours = OFFICE_HOURS
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A meeting request: what is asked for, and which of the room's own entries it would replace."""

    meeting: Event
    exceptions: tuple[Event, ...] = ()  # of a series: occurrences that are not as the pattern says
    removed: frozenset[str] = frozenset()  # of a series: days without an occurrence
    replaces: str | None = None
    external: bool = False  # the organizer is of another organisation


@dataclass(frozen=True, slots=True)
class Decision:
    """What the room answers; of an accepted series single days may be declined, and its end may come sooner."""

    response: str  # "accepted", "tentativelyAccepted" until a delegate decides, or "declined"
    reason: str = ""
    declined: tuple[Event, ...] = ()
    until: date | None = None


ACCEPTED = Decision("accepted")
PENDING = Decision("tentativelyAccepted", "A delegate decides.")


def decide(settings: CalendarProcessing, room: Resource, wish: Wish, now: datetime) -> Decision:
    """The room's answer to a request."""
    if reason := _not_bookable(settings) or _from_outside(settings, wish):
        return Decision("declined", reason)
    instances = _instances(settings, room, wish, now)
    conflicts = [] if settings.allow_conflicts else _conflicts(room.calendar, instances, wish)
    if reason := _too_many_conflicts(settings, wish, len(conflicts), len(instances)):
        return Decision("declined", reason)
    decision = _approval(settings, wish, _breaches(settings, room, wish, instances, now))
    if decision.response == "declined":
        return decision
    return replace(decision, declined=tuple(conflicts), until=_cut(settings, room, wish, now))


def _not_bookable(settings: CalendarProcessing) -> str:
    """BookingType"""
    return "This room cannot be reserved." if settings.booking_type == "Reserved" else ""


def _from_outside(settings: CalendarProcessing, wish: Wish) -> str:
    """ProcessExternalMeetingMessages"""
    outside = wish.external and not settings.process_external_meeting_messages
    return "The organizer is not of this organisation." if outside else ""


# conflicts


def _instances(settings: CalendarProcessing, room: Resource, wish: Wish, now: datetime) -> list[Event]:
    """What would take the room's time: a single meeting, or a series from now to the end of the booking window."""
    if wish.meeting.recurrence is None:
        return [wish.meeting]
    end = instant(datetime.combine(_horizon(settings, room, now) + timedelta(days=1), time()), room.zone)
    changed = {exception.day for exception in wish.exceptions} | wish.removed
    pattern = [event for event in _alone(wish.meeting).view(now, end) if event.day not in changed]
    return pattern + [event for event in wish.exceptions if event.end > now and event.start < end]


def _alone(series: Event) -> Calendar:
    calendar = Calendar(series.organizer)
    calendar.add(series)
    return calendar


def _conflicts(calendar: Calendar, instances: Sequence[Event], wish: Wish) -> list[Event]:
    """AllowConflicts: the instances whose time is taken already, by anything but the meeting itself."""
    if not instances:
        return []
    begin, end = min(event.start for event in instances), max(event.end for event in instances)
    taken = [
        event
        for event in calendar.view(begin, end)
        if event.blocks and wish.replaces not in (event.key, event.series or event.key)
    ]
    return [one for one in instances if any(one.start < other.end and other.start < one.end for other in taken)]


def _too_many_conflicts(settings: CalendarProcessing, wish: Wish, conflicts: int, instances: int) -> str:
    """ConflictPercentageAllowed and MaximumConflictInstances: for a series neither may be exceeded."""
    if not conflicts:
        return ""
    bearable = (
        wish.meeting.recurrence is not None
        and conflicts < instances
        and conflicts * 100 <= instances * settings.conflict_percentage_allowed
        and conflicts <= settings.maximum_conflict_instances
    )
    return "" if bearable else "The room is taken."


# the room's policy


def _breaches(
    settings: CalendarProcessing, room: Resource, wish: Wish, instances: Sequence[Event], now: datetime
) -> list[str]:
    """Which rules of the policy the request breaks."""
    reasons = (
        _recurs(settings, wish),
        _too_long(settings, wish),
        _too_far_ahead(settings, room, wish, now),
        _goes_on_too_long(settings, room, wish, now),
        _outside_work_hours(settings, room, instances),
        _too_many_people(settings, room, wish),
    )
    return [reason for reason in reasons if reason]


def _recurs(settings: CalendarProcessing, wish: Wish) -> str:
    """AllowRecurringMeetings"""
    recurs = wish.meeting.recurrence is not None
    return "This room takes no recurring meetings." if recurs and not settings.allow_recurring_meetings else ""


def _too_long(settings: CalendarProcessing, wish: Wish) -> str:
    """MaximumDurationInMinutes: of each instance"""
    longest = max(event.end - event.start for event in (wish.meeting, *wish.exceptions))
    limit = settings.maximum_duration_in_minutes
    return f"Longer than {limit} minutes." if limit and longest > timedelta(minutes=limit) else ""


def _too_far_ahead(settings: CalendarProcessing, room: Resource, wish: Wish, now: datetime) -> str:
    """BookingWindowInDays: the day it starts, on the room's calendar"""
    late = wall(wish.meeting.start, room.zone).date() > _horizon(settings, room, now)
    return f"More than {settings.booking_window_in_days} days ahead." if late else ""


def _goes_on_too_long(settings: CalendarProcessing, room: Resource, wish: Wish, now: datetime) -> str:
    """EnforceSchedulingHorizon: a series that goes on after the booking window"""
    beyond = settings.enforce_scheduling_horizon and _beyond(wish, _horizon(settings, room, now))
    return f"Goes on for more than {settings.booking_window_in_days} days." if beyond else ""


def _cut(settings: CalendarProcessing, room: Resource, wish: Wish, now: datetime) -> date | None:
    """The last day of a series that is cut to the booking window."""
    horizon = _horizon(settings, room, now)
    return horizon if not settings.enforce_scheduling_horizon and _beyond(wish, horizon) else None


def _beyond(wish: Wish, horizon: date) -> bool:
    recurrence = wish.meeting.recurrence
    return recurrence is not None and next(_days_after(recurrence, horizon), None) is not None


def _days_after(recurrence: Recurrence, day: date) -> Iterator[date]:
    return days_of(recurrence, day + timedelta(days=1), date.max)


def _horizon(settings: CalendarProcessing, room: Resource, now: datetime) -> date:
    """The last day that can be booked."""
    return wall(now, room.zone).date() + timedelta(days=settings.booking_window_in_days)


def _outside_work_hours(settings: CalendarProcessing, room: Resource, instances: Sequence[Event]) -> str:
    """ScheduleOnlyDuringWorkHours"""
    if not settings.schedule_only_during_work_hours or all(_in_hours(event, room) for event in instances):
        return ""
    return "Outside the room's working hours."


def _in_hours(event: Event, room: Resource) -> bool:
    begin, finish = wall(event.start, room.zone), wall(event.end, room.zone)
    return (
        begin.date() == finish.date()
        and DAYS[begin.weekday()] in room.hours.days
        and room.hours.start <= begin.time()
        and finish.time() <= room.hours.end
    )


def _too_many_people(settings: CalendarProcessing, room: Resource, wish: Wish) -> str:
    """EnforceCapacity: the organizer and everybody invited who is no resource"""
    if not settings.enforce_capacity or room.capacity is None:
        return ""
    people = 1 + sum(attendee.kind != "resource" for attendee in wish.meeting.attendees)
    return f"More than {room.capacity} people." if people > room.capacity else ""


def _approval(settings: CalendarProcessing, wish: Wish, breaches: Sequence[str]) -> Decision:
    """Who may book: at once, with a delegate's approval, or not at all."""
    organizer = wish.meeting.organizer.address
    if breaches:
        may_ask = settings.all_request_out_of_policy or _listed(organizer, settings.request_out_of_policy)
        return PENDING if may_ask else Decision("declined", breaches[0])
    if settings.all_book_in_policy or _listed(organizer, settings.book_in_policy):
        return ACCEPTED
    if settings.all_request_in_policy or _listed(organizer, settings.request_in_policy):
        return PENDING
    return Decision("declined", "The organizer may not book this room.")


def _listed(address: str, addresses: Sequence[str]) -> bool:
    return address.lower() in (one.lower() for one in addresses)
