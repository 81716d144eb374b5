"""
Events as clients send them: what may be set, how it is read, what is refused.

https://learn.microsoft.com/graph/api/user-post-events and https://learn.microsoft.com/graph/api/event-update
"""

from datetime import date, datetime, timedelta
from html import escape
from typing import TypeAlias, TypeVar

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from graph_emulator.errors import GraphError, bad_request
from graph_emulator.exchange.calendar import Attendee, Event, Location, Person
from graph_emulator.exchange.recurrence import DAYS, KINDS, WEEKS, Recurrence
from graph_emulator.exchange.zones import Zone, midnight, read, zone

T = TypeVar("T")
Maybe: TypeAlias = T | UnsetType | None

LONGEST = timedelta(days=1825)
_SHOW_AS = ("unknown", "free", "tentative", "busy", "oof", "workingElsewhere")
_SENSITIVITY = ("normal", "personal", "private", "confidential")
_IMPORTANCE = ("low", "normal", "high")
_ATTENDEES = ("required", "optional", "resource")
_RANGES = ("endDate", "noEnd", "numbered")


class SentTime(Struct, frozen=True, rename="camel"):
    date_time: str
    time_zone: str = ""


class SentAddress(Struct, frozen=True, rename="camel"):
    address: str | None = None
    name: str | None = None


class SentAttendee(Struct, frozen=True, rename="camel"):
    email_address: SentAddress
    type: str = "required"


class SentLocation(Struct, frozen=True, rename="camel"):
    display_name: str | None = None
    location_email_address: str | None = None


class SentBody(Struct, frozen=True, rename="camel"):
    content: str | None = None
    content_type: str | None = None


class SentPattern(Struct, frozen=True, rename="camel"):
    type: str
    interval: int = 1
    days_of_week: tuple[str, ...] = ()
    first_day_of_week: str | None = None
    day_of_month: int = 0
    month: int = 0
    index: str | None = None


class SentRange(Struct, frozen=True, rename="camel"):
    type: str
    start_date: str
    end_date: str | None = None
    number_of_occurrences: int = 0


class SentRecurrence(Struct, frozen=True, rename="camel"):
    pattern: SentPattern
    range: SentRange


class SentEvent(Struct, frozen=True, rename="camel"):
    """What a client may set; all else it sends (its idea of an organizer, read-only properties) is ignored."""

    subject: Maybe[str] = UNSET
    start: Maybe[SentTime] = UNSET
    end: Maybe[SentTime] = UNSET
    body: Maybe[SentBody] = UNSET
    show_as: Maybe[str] = UNSET
    sensitivity: Maybe[str] = UNSET
    importance: Maybe[str] = UNSET
    is_all_day: Maybe[bool] = UNSET
    location: Maybe[SentLocation] = UNSET
    locations: Maybe[tuple[SentLocation, ...]] = UNSET
    attendees: Maybe[tuple[SentAttendee, ...]] = UNSET
    categories: Maybe[tuple[str, ...]] = UNSET
    recurrence: Maybe[SentRecurrence] = UNSET
    reminder_minutes_before_start: Maybe[int] = UNSET
    transaction_id: Maybe[str] = UNSET


def applied(sent: SentEvent, event: Event) -> Event:
    """The event with what was sent, checked as a whole."""
    start, start_zone = _time(sent.start, event.start, event.start_zone)
    end, end_zone = _time(sent.end, event.end, event.end_zone)
    changed = replace(
        event,
        start=start,
        start_zone=start_zone,
        end=end,
        end_zone=end_zone,
        subject=_given(sent.subject, event.subject, ""),
        body=_body(sent.body, event.body),
        show_as=_one_of(_SHOW_AS, _given(sent.show_as, event.show_as, "busy")),
        sensitivity=_one_of(_SENSITIVITY, _given(sent.sensitivity, event.sensitivity, "normal")),
        importance=_one_of(_IMPORTANCE, _given(sent.importance, event.importance, "normal")),
        all_day=_given(sent.is_all_day, event.all_day, False),
        locations=_locations(sent, event.locations),
        attendees=_attendees(sent.attendees, event.attendees),
        categories=_given(sent.categories, event.categories, ()),
        reminder=_given(sent.reminder_minutes_before_start, event.reminder, 15),
        recurrence=_recurrence(sent.recurrence, event.recurrence),
    )
    _check_times(changed)
    return changed


def _given(sent: Maybe[T], otherwise: T, nothing: T) -> T:
    if isinstance(sent, UnsetType):
        return otherwise
    return nothing if sent is None else sent


def _time(sent: Maybe[SentTime], at: datetime, there: Zone) -> tuple[datetime, Zone]:
    if isinstance(sent, UnsetType):
        return at, there
    if sent is None:
        raise invalid_property()
    named = zone(sent.time_zone)
    return read(sent.date_time, named), named


def _one_of(names: tuple[str, ...], sent: str) -> str:
    """The member of an enumeration, whatever the case it was sent in."""
    for name in names:
        if name.lower() == sent.lower():
            return name
    raise bad_request(f"Requested value '{sent}' was not found.", "RequestBodyRead")


def _body(sent: Maybe[SentBody], otherwise: str) -> str:
    if isinstance(sent, UnsetType):
        return otherwise
    content = (sent and sent.content) or ""
    if not content or content.startswith("<html"):
        return content
    is_html = sent is not None and (sent.content_type or "").lower() == "html"
    return f"<html><head></head><body>{content if is_html else escape(content)}</body></html>"


def _locations(sent: SentEvent, otherwise: tuple[Location, ...]) -> tuple[Location, ...]:
    """`location` and `locations` mirror each other, and setting the one replaces the other."""
    if sent.location is not UNSET:
        places: tuple[SentLocation, ...] = (sent.location,) if sent.location else ()
    elif sent.locations is not UNSET:
        places = sent.locations or ()
    else:
        return otherwise
    return tuple(Location(place.display_name or "", place.location_email_address or "") for place in places)


def _attendees(sent: Maybe[tuple[SentAttendee, ...]], otherwise: tuple[Attendee, ...]) -> tuple[Attendee, ...]:
    if isinstance(sent, UnsetType):
        return otherwise
    if sent and len(sent) > 500:
        raise bad_request("The number of attendees exceeds the limit of 500.", "ErrorInvalidRequest")
    return tuple(
        Attendee(
            Person(one.email_address.name or one.email_address.address or "", one.email_address.address or ""),
            _one_of(_ATTENDEES, one.type),
        )
        for one in sent or ()
    )


def _recurrence(sent: Maybe[SentRecurrence], otherwise: Recurrence | None) -> Recurrence | None:
    if isinstance(sent, UnsetType):
        return otherwise
    if sent is None:
        return None
    pattern, span = sent.pattern, sent.range
    kind, ending = _one_of(KINDS, pattern.type), _one_of(_RANGES, span.type)
    start, until = _day(span.start_date), _day(span.end_date) if ending == "endDate" else None
    recurrence = Recurrence(
        kind,
        start,
        pattern.interval,
        tuple(_one_of(DAYS, day) for day in pattern.days_of_week),
        _one_of(DAYS, pattern.first_day_of_week or "sunday"),
        pattern.day_of_month,
        pattern.month,
        _one_of(WEEKS, pattern.index or "first"),
        until,
        span.number_of_occurrences if ending == "numbered" else None,
    )
    if not _makes_sense(recurrence):
        raise invalid_property()
    return recurrence


def _makes_sense(recurrence: Recurrence) -> bool:
    return (
        1 <= recurrence.interval <= 999
        and (bool(recurrence.days) or recurrence.kind not in ("weekly", "relativeMonthly", "relativeYearly"))
        and (1 <= recurrence.day_of_month <= 31 or not recurrence.kind.startswith("absolute"))
        and (1 <= recurrence.month <= 12 or not recurrence.kind.endswith("Yearly"))
        and (recurrence.until is None or recurrence.until >= recurrence.start)
        and (recurrence.times is None or 1 <= recurrence.times <= 999)
    )


def _day(text: str | None) -> date:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        raise invalid_property() from None
    if not 1602 <= day.year < 4500:
        raise invalid_property()
    return day


def _check_times(event: Event) -> None:
    if not timedelta(0) <= event.end - event.start <= LONGEST:
        raise invalid_property()
    if event.series and event.recurrence:  # an occurrence does not recur
        raise invalid_property()
    days_only = midnight(event.start, event.start_zone) and midnight(event.end, event.end_zone)
    if event.all_day and (not days_only or event.end == event.start or event.start_zone != event.end_zone):
        raise invalid_property()


def invalid_property() -> GraphError:
    return bad_request("At least one property failed validation.", "ErrorPropertyValidationFailure")
