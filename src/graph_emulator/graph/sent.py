"""
Events as clients send them: what may be set, how it is read, what is refused.

https://learn.microsoft.com/graph/api/user-post-events and https://learn.microsoft.com/graph/api/event-update
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, TypeAlias, TypeVar

from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import replace

from graph_emulator.errors import bad_request
from graph_emulator.exchange.event import Attendee, Event, Location, Person, Tag
from graph_emulator.exchange.recurrence import Recurrence
from graph_emulator.exchange.zones import Zone, midnight
from graph_emulator.graph.declared import Sent, declared, invalid_property, member
from graph_emulator.graph.entities import ATTENDEE_TYPES, FREE_BUSY, IMPORTANCE, SENSITIVITY
from graph_emulator.graph.item_body import SentBody, kept
from graph_emulator.graph.locations import SentLocation, location
from graph_emulator.graph.recurrences import SentRecurrence
from graph_emulator.graph.tags import SentProperties, SentProperty, extended, extension, merged
from graph_emulator.graph.times import SentTime

T = TypeVar("T")
Maybe: TypeAlias = T | UnsetType | None
Int32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]

LONGEST = timedelta(days=1825)
MOST_ATTENDEES = 500

# Clients send back what they were given; it is passed over.
READ_ONLY = frozenset({
    "id", "createdDateTime", "lastModifiedDateTime", "changeKey", "originalStartTimeZone", "originalEndTimeZone",
    "originalStart", "iCalUId", "hasAttachments", "bodyPreview", "isCancelled", "isDraft", "isOrganizer", "organizer",
    "seriesMasterId", "type", "webLink", "onlineMeetingUrl", "onlineMeeting", "responseStatus", "cancelledOccurrences",
    "attachments", "calendar", "exceptionOccurrences", "instances",
})  # fmt: skip


class SentAddress(Sent, frozen=True):
    address: str | None = None
    name: str | None = None


class SentAttendee(Sent, frozen=True):
    email_address: SentAddress
    type: str | None = None
    # Only the attendee decides these.
    status: object = None
    proposed_new_time: object = None


class SentEvent(Sent, frozen=True):
    """What a client may set."""

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
    reminder_minutes_before_start: Maybe[Int32] = UNSET
    is_reminder_on: Maybe[bool] = UNSET
    response_requested: Maybe[bool] = UNSET
    allow_new_time_proposals: Maybe[bool] = UNSET
    hide_attendees: Maybe[bool] = UNSET
    is_online_meeting: Maybe[bool] = UNSET
    online_meeting_provider: Maybe[str] = UNSET
    transaction_id: Maybe[str] = UNSET
    extensions: Maybe[tuple[dict[str, object], ...]] = UNSET
    single_value_extended_properties: Maybe[tuple[SentProperty, ...]] = UNSET
    multi_value_extended_properties: Maybe[tuple[SentProperties, ...]] = UNSET

    @classmethod
    def of(cls, sent: Mapping[str, object]) -> "SentEvent":
        return declared({name: value for name, value in sent.items() if name not in READ_ONLY}, cls)


def applied(sent: SentEvent, event: Event) -> Event:
    """The event with what was sent, checked as a whole; an online meeting apart."""
    start, start_zone = _time(sent.start, event.start, event.start_zone)
    end, end_zone = _time(sent.end, event.end, event.end_zone)
    recurrence, recurrence_zone = _recurrence(sent.recurrence, event)
    changed = replace(
        event,
        start=start,
        start_zone=start_zone,
        end=end,
        end_zone=end_zone,
        subject=_given(sent.subject, event.subject, ""),
        body=event.body if isinstance(sent.body, UnsetType) else kept(sent.body),
        show_as=member(FREE_BUSY, _given(sent.show_as, event.show_as, "busy")),
        sensitivity=member(SENSITIVITY, _given(sent.sensitivity, event.sensitivity, "normal")),
        importance=member(IMPORTANCE, _given(sent.importance, event.importance, "normal")),
        all_day=_given(sent.is_all_day, event.all_day, False),
        locations=_locations(sent, event.locations),
        attendees=_attendees(sent.attendees, event.attendees),
        categories=_given(sent.categories, event.categories, ()),
        reminder=_given(sent.reminder_minutes_before_start, event.reminder, 15),
        has_reminder=_given(sent.is_reminder_on, event.has_reminder, True),
        asks_for_responses=_given(sent.response_requested, event.asks_for_responses, True),
        allows_proposals=_given(sent.allow_new_time_proposals, event.allows_proposals, True),
        hides_attendees=_given(sent.hide_attendees, event.hides_attendees, False),
        extensions=merged(event.extensions, map(extension, sent.extensions or ())),
        properties=merged(event.properties, _properties(sent)),
        recurrence=recurrence,
        recurrence_zone=recurrence_zone,
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
    return sent.read()


def _recurrence(sent: Maybe[SentRecurrence], event: Event) -> tuple[Recurrence | None, Zone | None]:
    if isinstance(sent, UnsetType):
        return event.recurrence, event.recurrence_zone
    return sent.read() if sent else (None, None)


def _locations(sent: SentEvent, otherwise: tuple[Location, ...]) -> tuple[Location, ...]:
    """`location` and `locations` mirror each other; setting the one replaces the other, and all go before one."""
    if isinstance(sent.location, UnsetType) and isinstance(sent.locations, UnsetType):
        return otherwise
    places = sent.locations or ((sent.location,) if sent.location else ())
    return tuple(place for place in map(location, places) if place != Location(""))


def _attendees(sent: Maybe[tuple[SentAttendee, ...]], before: tuple[Attendee, ...]) -> tuple[Attendee, ...]:
    """Those sent take the place of those before; who was invited already keeps the answer."""
    if isinstance(sent, UnsetType):
        return before
    if sent and len(sent) > MOST_ATTENDEES:
        raise bad_request(f"The number of attendees exceeds the limit of {MOST_ATTENDEES}.", "ErrorInvalidRequest")
    known = {attendee.person.address.lower(): attendee for attendee in before}
    return tuple(_attendee(one, known) for one in sent or ())


def _attendee(sent: SentAttendee, known: Mapping[str, Attendee]) -> Attendee:
    address = sent.email_address.address
    if not address:
        raise bad_request("At least one recipient isn't valid.", "ErrorInvalidRecipients")
    person = Person(sent.email_address.name or address, address)
    kind = member(ATTENDEE_TYPES, sent.type or "required")
    if before := known.get(address.lower()):
        return Attendee(person, kind, before.response, before.answered, before.proposed)
    return Attendee(person, kind)


def _properties(sent: SentEvent) -> list[Tag]:
    singles = [extended(one) for one in sent.single_value_extended_properties or ()]
    return singles + [extended(one) for one in sent.multi_value_extended_properties or ()]


def _check_times(event: Event) -> None:
    if not timedelta(0) <= event.end - event.start <= LONGEST:
        raise invalid_property()
    if event.series and event.recurrence:  # an occurrence does not recur
        raise invalid_property()
    days_only = midnight(event.start, event.start_zone) and midnight(event.end, event.end_zone)
    if event.all_day and (not days_only or event.end == event.start or event.start_zone != event.end_zone):
        raise invalid_property()
