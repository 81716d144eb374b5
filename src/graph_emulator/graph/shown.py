"""
Events as Graph shows them: ids, entity tags, and all properties. https://learn.microsoft.com/graph/api/resources/event
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from graph_emulator.errors import Json, bad_request
from graph_emulator.exchange.calendar import Calendar
from graph_emulator.exchange.event import Attendee, Event, Person, day_in
from graph_emulator.exchange.zones import UTC_ZONE, Zone, written, written_instant, written_wall
from graph_emulator.graph.ask import Ask
from graph_emulator.graph.ids import event_id
from graph_emulator.graph.item_body import body_json, preview
from graph_emulator.graph.locations import joined_json, location_json
from graph_emulator.graph.odata import Options
from graph_emulator.graph.online_meetings import online_json
from graph_emulator.graph.preferences import Preferences
from graph_emulator.graph.recurrences import recurrence_json
from graph_emulator.graph.tags import extension_json, property_json

Show = Callable[[Event, Preferences], object]

_NEVER = "0001-01-01T00:00:00Z"

PROPERTIES: Mapping[str, Show] = {
    "createdDateTime": lambda event, _: written_instant(event.created),
    "lastModifiedDateTime": lambda event, _: written_instant(event.modified),
    "changeKey": lambda event, _: _change_key(event),
    "categories": lambda event, _: list(event.categories),
    "transactionId": lambda event, _: event.transaction_id,
    "originalStartTimeZone": lambda event, _: event.start_zone.name,
    "originalEndTimeZone": lambda event, _: event.end_zone.name,
    "originalStart": lambda event, _: written_instant(event.original_start) if event.original_start else None,
    "iCalUId": lambda event, _: event.uid,
    "reminderMinutesBeforeStart": lambda event, _: event.reminder,
    "isReminderOn": lambda event, _: event.has_reminder,
    "hasAttachments": lambda event, _: event.has_attachments,
    "subject": lambda event, _: event.subject,
    "bodyPreview": lambda event, _: preview(event.body),
    "importance": lambda event, _: event.importance,
    "sensitivity": lambda event, _: event.sensitivity,
    "isAllDay": lambda event, _: event.all_day,
    "isCancelled": lambda event, _: event.cancelled,
    "isDraft": lambda event, _: False,
    "isOrganizer": lambda event, _: event.is_organizer,
    "responseRequested": lambda event, _: event.asks_for_responses,
    "seriesMasterId": lambda event, as_: event_id(event.series, immutable=as_.immutable_ids) if event.series else None,
    "showAs": lambda event, _: event.show_as,
    "type": lambda event, _: event.kind,
    "webLink": lambda event, as_: _web_link(event_id(event.key, immutable=as_.immutable_ids)),
    "onlineMeetingUrl": lambda event, _: None,
    "isOnlineMeeting": lambda event, _: event.online is not None,
    "onlineMeetingProvider": lambda event, _: event.online.provider if event.online else "unknown",
    "allowNewTimeProposals": lambda event, _: event.allows_proposals,
    "hideAttendees": lambda event, _: event.hides_attendees,
    "responseStatus": lambda event, _: _response(event),
    "body": lambda event, as_: body_json(event.body, text=as_.text),
    "start": lambda event, as_: _time(event, event.floating()[0], as_.zone),
    "end": lambda event, as_: _time(event, event.floating()[1], as_.zone),
    "location": lambda event, _: joined_json(event.locations),
    "locations": lambda event, _: [location_json(place) for place in event.locations],
    "recurrence": lambda event, _: recurrence_json(event),
    "attendees": lambda event, as_: [_attendee(attendee, as_) for attendee in event.attendees],
    "organizer": lambda event, _: _recipient(event.organizer),
    "onlineMeeting": lambda event, _: online_json(event.online),
}
ATTACHED: Mapping[str, Callable[[Event], list[Json]]] = {
    "attachments": lambda event: [],
    "extensions": lambda event: [extension_json(one) for one in event.extensions],
    "singleValueExtendedProperties": lambda event: [
        property_json(one) for one in event.properties if isinstance(one.value, str)
    ],
    "multiValueExtendedProperties": lambda event: [
        property_json(one) for one in event.properties if not isinstance(one.value, str)
    ],
}
# What Calendars.ReadBasic does not show.
_DETAILS = frozenset({"body", "bodyPreview", *ATTACHED})


@dataclass(frozen=True, slots=True)
class Showing:
    """How one answer shows the events of a calendar: what of them, in whose zone, under which ids."""

    calendar: Calendar
    preferences: Preferences
    in_utc: Preferences
    options: Options
    hidden: frozenset[str]
    properties: tuple[tuple[str, Show], ...]

    @classmethod
    def of(cls, ask: Ask, options: Options) -> "Showing":
        hidden = _DETAILS if ask.basic else frozenset[str]()
        chosen = [name for name in options.select or PROPERTIES if name in PROPERTIES and name not in hidden]
        properties = tuple((name, PROPERTIES[name]) for name in chosen)
        in_utc = replace(ask.preferences, zone=UTC_ZONE)
        return cls(ask.calendar, ask.preferences, in_utc, options, hidden, properties)

    def event(self, event: Event) -> Json:
        """The event as it is answered."""
        shown: Json = {"@odata.etag": etag(event), "id": self.id(event)}
        for name, show in self.properties:
            shown[name] = show(event, self.preferences)
        if event.transaction_id is None:  # is told only of events that were given one
            shown.pop("transactionId", None)
        if "cancelledOccurrences" in self.options.select:
            shown["cancelledOccurrences"] = self._cancelled(event)
        for expansion in self.options.expand:
            if expansion.name not in self.hidden:
                shown[expansion.name] = expansion.chosen(self._attached(expansion.name, event))
        return shown

    def judged(self, event: Event) -> "Judged":
        """The event as filters and orders look at it: with all there is to see, in UTC."""
        return Judged(event, self.in_utc, self.hidden)

    def id(self, event: Event) -> str:
        return event_id(event.key, immutable=self.preferences.immutable_ids)

    def _attached(self, name: str, event: Event) -> list[Json]:
        if name in ATTACHED:
            return ATTACHED[name](event)
        if name == "exceptionOccurrences":
            plainly = replace(self, options=Options())
            return [plainly.event(one) for one in self.calendar.departures(event)[0]]
        raise bad_request(f"'{name}' cannot be expanded here.", "ErrorInvalidRequest")

    def _cancelled(self, event: Event) -> list[str]:
        """The occurrences of a series that were removed, each by an id of its own kind."""
        days = sorted(day_in(key) for key in self.calendar.departures(event)[1])
        return [f"OID.{self.id(event)}.{day[:4]}-{day[4:6]}-{day[6:]}" for day in days]


class Judged(Mapping[str, object]):
    """An event by its properties, each of them made only when it is looked at."""

    def __init__(self, event: Event, preferences: Preferences, hidden: frozenset[str]) -> None:
        self._event, self._preferences, self._hidden = event, preferences, hidden

    def __getitem__(self, name: str) -> object:
        if name in self._hidden:
            raise KeyError(name)
        if name in ATTACHED:
            return ATTACHED[name](self._event)
        if name == "id":
            return event_id(self._event.key, immutable=self._preferences.immutable_ids)
        return PROPERTIES[name](self._event, self._preferences)

    def __iter__(self) -> Iterator[str]:
        return iter(PROPERTIES)

    def __len__(self) -> int:
        return len(PROPERTIES)


def etag(event: Event) -> str:
    return f'W/"{_change_key(event)}"'


def _change_key(event: Event) -> str:
    return f"{event.key[:20]}{event.version:06}=="


def _web_link(own_id: str) -> str:
    itemid = own_id.replace("=", "%3D")  # quote() would take longer than all else about an event
    return f"https://outlook.office365.com/owa/?itemid={itemid}&exvsurl=1&path=/calendar/item"


def _time(event: Event, at: datetime, zone: Zone) -> Json:
    """The wall time in a zone; of an all-day event, its own midnight whatever the zone."""
    return written_wall(at.replace(tzinfo=None), zone) if event.all_day else written(at, zone)


def _response(event: Event) -> Json:
    if event.is_organizer:
        return {"response": "organizer", "time": _NEVER}
    return {"response": event.response, "time": written_instant(event.responded) if event.responded else _NEVER}


def _attendee(attendee: Attendee, preferences: Preferences) -> Json:
    time = written_instant(attendee.answered) if attendee.answered else _NEVER
    shown: Json = {"type": attendee.kind, "status": {"response": attendee.response, "time": time}}
    if attendee.proposed:
        start, end = attendee.proposed
        zone = preferences.zone
        shown["proposedNewTime"] = {"start": written(start, zone), "end": written(end, zone)}
    return shown | _recipient(attendee.person)


def _recipient(person: Person) -> Json:
    return {"emailAddress": {"name": person.name, "address": person.address}}
