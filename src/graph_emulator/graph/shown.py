"""
Events as Graph shows them: ids, entity tags, and all properties. https://learn.microsoft.com/graph/api/resources/event
"""

from urllib.parse import quote

from graph_emulator.errors import Json
from graph_emulator.exchange.calendar import Attendee, Event, Location, Person
from graph_emulator.exchange.zones import Zone, written, written_instant, written_wall
from graph_emulator.graph.ids import event_id
from graph_emulator.graph.preferences import Preferences

_NEVER = "0001-01-01T00:00:00Z"


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
        start, end = (time.replace(tzinfo=None) for time in event.floating())
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
