"""
Events as JSON: reading what is sent, writing what is answered.

https://learn.microsoft.com/graph/api/resources/event and https://learn.microsoft.com/graph/api/user-post-events
"""

from dataclasses import replace
from datetime import date, datetime
from html import escape
from typing import TypeAlias, TypeVar
from urllib.parse import quote

from msgspec import UNSET, Struct, UnsetType

from graph_emulator.calendar import Attendee, Event, Location, Person
from graph_emulator.errors import GraphError, Json, bad_request
from graph_emulator.odata import Preferences
from graph_emulator.recurrence import DAYS, KINDS, WEEKS, Recurrence
from graph_emulator.zones import Zone, midnight, read, written, written_instant, written_wall, zone

T = TypeVar("T")
Maybe: TypeAlias = T | UnsetType | None

_NEVER = "0001-01-01T00:00:00Z"
_SHOW_AS = ("unknown", "free", "tentative", "busy", "oof", "workingElsewhere")
_SENSITIVITY = ("normal", "personal", "private", "confidential")
_IMPORTANCE = ("low", "normal", "high")
_ATTENDEES = ("required", "optional", "resource")
_RANGES = ("endDate", "noEnd", "numbered")


class WireTime(Struct, frozen=True, rename="camel"):
    date_time: str
    time_zone: str = ""


class WireAddress(Struct, frozen=True, rename="camel"):
    address: str | None = None
    name: str | None = None


class WireAttendee(Struct, frozen=True, rename="camel"):
    email_address: WireAddress
    type: str = "required"


class WireLocation(Struct, frozen=True, rename="camel"):
    display_name: str | None = None
    location_email_address: str | None = None


class WireBody(Struct, frozen=True, rename="camel"):
    content: str | None = None
    content_type: str | None = None


class WirePattern(Struct, frozen=True, rename="camel"):
    type: str
    interval: int = 1
    days_of_week: tuple[str, ...] = ()
    first_day_of_week: str | None = None
    day_of_month: int = 0
    month: int = 0
    index: str | None = None


class WireRange(Struct, frozen=True, rename="camel"):
    type: str
    start_date: str
    end_date: str | None = None
    number_of_occurrences: int = 0
    recurrence_time_zone: str | None = None


class WireRecurrence(Struct, frozen=True, rename="camel"):
    pattern: WirePattern
    range: WireRange


class WireEvent(Struct, frozen=True, rename="camel"):
    """What a client may set; all else it sends (its idea of an organizer, read-only properties) is ignored."""

    subject: Maybe[str] = UNSET
    start: Maybe[WireTime] = UNSET
    end: Maybe[WireTime] = UNSET
    body: Maybe[WireBody] = UNSET
    show_as: Maybe[str] = UNSET
    sensitivity: Maybe[str] = UNSET
    importance: Maybe[str] = UNSET
    is_all_day: Maybe[bool] = UNSET
    location: Maybe[WireLocation] = UNSET
    locations: Maybe[tuple[WireLocation, ...]] = UNSET
    attendees: Maybe[tuple[WireAttendee, ...]] = UNSET
    categories: Maybe[tuple[str, ...]] = UNSET
    recurrence: Maybe[WireRecurrence] = UNSET
    reminder_minutes_before_start: Maybe[int] = UNSET
    transaction_id: Maybe[str] = UNSET


# reading


def applied(sent: WireEvent, event: Event) -> Event:
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


def _time(sent: Maybe[WireTime], at: datetime, there: Zone) -> tuple[datetime, Zone]:
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


def _body(sent: Maybe[WireBody], otherwise: str) -> str:
    if isinstance(sent, UnsetType):
        return otherwise
    content = (sent and sent.content) or ""
    if not content or content.startswith("<html"):
        return content
    is_html = sent is not None and (sent.content_type or "").lower() == "html"
    return f"<html><head></head><body>{content if is_html else escape(content)}</body></html>"


def _locations(sent: WireEvent, otherwise: tuple[Location, ...]) -> tuple[Location, ...]:
    """`location` and `locations` mirror each other, and setting the one replaces the other."""
    if sent.location is not UNSET:
        places: tuple[WireLocation, ...] = (sent.location,) if sent.location else ()
    elif sent.locations is not UNSET:
        places = sent.locations or ()
    else:
        return otherwise
    return tuple(Location(place.display_name or "", place.location_email_address or "") for place in places)


def _attendees(sent: Maybe[tuple[WireAttendee, ...]], otherwise: tuple[Attendee, ...]) -> tuple[Attendee, ...]:
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


def _recurrence(sent: Maybe[WireRecurrence], otherwise: Recurrence | None) -> Recurrence | None:
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
    if event.end < event.start:
        raise invalid_property()
    days_only = midnight(event.start, event.start_zone) and midnight(event.end, event.end_zone)
    if event.all_day and (not days_only or event.end == event.start or event.start_zone != event.end_zone):
        raise invalid_property()


def invalid_property() -> GraphError:
    return bad_request("At least one property failed validation.", "ErrorPropertyValidationFailure")


# writing


_ID = ("AAMkAGI2TG93AAA-", "AAA=")
_IMMUTABLE_ID = ("AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A", "AAA=")


def event_id(key: str, *, immutable: bool) -> str:
    """The id of an event in one of its two forms; valid in its own mailbox only, and case matters."""
    before, after = _IMMUTABLE_ID if immutable else _ID
    return f"{before}{key}{after}"


def event_key(event_id: str) -> str:
    """The key in an id of either form; empty if it is no id."""
    for before, after in (_ID, _IMMUTABLE_ID):
        if event_id.startswith(before) and event_id.endswith(after):
            return event_id.removeprefix(before).removesuffix(after)
    return ""


def event_json(event: Event, preferences: Preferences, *, basic: bool) -> Json:
    """An event as Graph answers it; `basic` leaves out what Calendars.ReadBasic does not show."""
    own_id = event_id(event.key, immutable=preferences.immutable_ids)
    change_key = _change_key(event)
    master = event_id(event.series, immutable=preferences.immutable_ids) if event.series else None
    entity: Json = {
        "@odata.etag": etag(event),
        "id": own_id,
        "createdDateTime": written_instant(event.created),
        "lastModifiedDateTime": written_instant(event.modified),
        "changeKey": change_key,
        "categories": list(event.categories),
        "transactionId": event.transaction_id,
        "originalStartTimeZone": event.start_zone.name,
        "originalEndTimeZone": event.end_zone.name,
        "originalStart": written_instant(event.original_start) if event.original_start else None,
        "iCalUId": event.uid,
        "reminderMinutesBeforeStart": event.reminder,
        "isReminderOn": True,
        "hasAttachments": False,
        "subject": event.subject,
        "importance": event.importance,
        "sensitivity": event.sensitivity,
        "isAllDay": event.all_day,
        "isCancelled": event.cancelled,
        "isDraft": False,
        "isOrganizer": event.is_organizer,
        "responseRequested": True,
        "seriesMasterId": master,
        "showAs": event.show_as,
        "type": event.kind,
        "webLink": f"https://outlook.office365.com/owa/?itemid={quote(own_id)}&exvsurl=1&path=/calendar/item",
        "onlineMeetingUrl": None,
        "isOnlineMeeting": False,
        "onlineMeetingProvider": "unknown",
        "allowNewTimeProposals": True,
        "hideAttendees": False,
        "responseStatus": _response(event),
        "start": _shown(event, preferences.zone)[0],
        "end": _shown(event, preferences.zone)[1],
        "location": _location(Location("; ".join(place.name for place in event.locations), _address_of(event))),
        "locations": [_location(place) for place in event.locations],
        "recurrence": _recurrence_json(event),
        "attendees": [_attendee(attendee) for attendee in event.attendees],
        "organizer": _recipient(event.organizer),
        "onlineMeeting": None,
    }
    if not basic:
        entity["bodyPreview"] = _text(event.body)[:255]
        entity["body"] = {"contentType": "html", "content": event.body}
    return entity


def etag(event: Event) -> str:
    return f'W/"{_change_key(event)}"'


def _change_key(event: Event) -> str:
    return f"{event.key[:20]}{event.version:06}=="


def _shown(event: Event, zone: Zone) -> tuple[Json, Json]:
    if event.all_day:
        start, end = event.floating()
        return written_wall(start, zone), written_wall(end, zone)
    return written(event.start, zone), written(event.end, zone)


def _response(event: Event) -> Json:
    if event.is_organizer:
        return {"response": "organizer", "time": _NEVER}
    return {"response": "accepted", "time": written_instant(event.created)}


def _location(location: Location) -> Json:
    shown: Json = {"displayName": location.name, "locationType": "default", "uniqueIdType": "unknown"}
    if location.name:
        shown |= {"uniqueId": location.address or location.name, "uniqueIdType": "private"}
    if location.address:
        shown |= {"locationEmailAddress": location.address, "locationType": "conferenceRoom"}
    return shown


def _address_of(event: Event) -> str:
    return event.locations[0].address if len(event.locations) == 1 else ""


def _attendee(attendee: Attendee) -> Json:
    time = written_instant(attendee.answered) if attendee.answered else _NEVER
    return {"type": attendee.kind, "status": {"response": attendee.response, "time": time}} | _recipient(
        attendee.person
    )


def _recipient(person: Person) -> Json:
    return {"emailAddress": {"name": person.name, "address": person.address}}


def _recurrence_json(event: Event) -> Json | None:
    recurrence = event.recurrence
    if recurrence is None:
        return None
    until = recurrence.until.isoformat() if recurrence.until else "0001-01-01"
    kind = "numbered" if recurrence.times else "endDate" if recurrence.until else "noEnd"
    return {
        "pattern": {
            "type": recurrence.kind,
            "interval": recurrence.interval,
            "month": recurrence.month,
            "dayOfMonth": recurrence.day_of_month,
            "daysOfWeek": list(recurrence.days),
            "firstDayOfWeek": recurrence.first_day_of_week,
            "index": recurrence.index,
        },
        "range": {
            "type": kind,
            "startDate": recurrence.start.isoformat(),
            "endDate": until,
            "recurrenceTimeZone": event.start_zone.name,
            "numberOfOccurrences": recurrence.times or 0,
        },
    }


def _text(html: str) -> str:
    return html.removeprefix("<html><head></head><body>").removesuffix("</body></html>").strip()
