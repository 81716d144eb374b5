"""
What getSchedule answers about one calendar: its items, the view of slots, or an error of its own.

Items that began before the window come unclipped, and free ones come too. In the view any overlap marks a slot and the
stronger status wins. https://learn.microsoft.com/graph/outlook-get-free-busy-schedule
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from graph_emulator.errors import Json
from graph_emulator.exchange.calendar import Calendar, Event
from graph_emulator.exchange.zones import Zone, windows_name, written

# In the order of the view's digits; a stronger status has the higher one.
STATUSES = ("free", "tentative", "busy", "oof", "workingElsewhere")
ENTRIES_PER_SLOT = 1000


@dataclass(frozen=True, slots=True)
class Question:
    """A window, cut into slots from its start on, and the zone the answer is written in."""

    start: datetime
    end: datetime
    slot: timedelta
    zone: Zone

    def slots(self) -> int:
        return -(-(self.end - self.start) // self.slot)


@dataclass(frozen=True, slots=True)
class FreeBusyError:
    """Why a schedule could not be read."""

    code: str
    message: str

    def answer(self, address: str) -> Json:
        return {"scheduleId": address, "error": {"message": self.message, "responseCode": self.code}}


def unresolvable(address: str) -> FreeBusyError:
    return FreeBusyError("5009", f"Unable to resolve e-mail address {address} to an Active Directory object.")


def answer(address: str, calendar: Calendar, question: Question, home: Zone, *, details: bool, floating: bool) -> Json:
    """The scheduleInformation of a calendar; `home` is its owner's zone."""
    found = calendar.view(question.start, question.end, floating=floating)
    if floating:
        found = [replace(event, start=event.floating()[0], end=event.floating()[1]) for event in found]
    items = sorted(found, key=lambda event: (event.start, event.end))
    if error := _too_many(items, question):
        return error.answer(address)
    return {
        "scheduleId": address,
        "availabilityView": view(items, question),
        "scheduleItems": [_item(event, question.zone, details=details) for event in items],
        "workingHours": _working_hours(home),
    }


def status(event: Event) -> str:
    return "free" if event.cancelled else event.show_as


def view(items: Sequence[Event], question: Question) -> str:
    """One digit for every slot; the last slot may be cut short by the window."""
    digits = [0] * question.slots()
    for event in items:
        strength = STATUSES.index(status(event)) if status(event) in STATUSES else 0
        for slot in _slots_of(event, question):
            digits[slot] = max(digits[slot], strength)
    return "".join(map(str, digits))


def _slots_of(event: Event, question: Question) -> range:
    first = (max(event.start, question.start) - question.start) // question.slot
    behind = -(-(min(event.end, question.end) - question.start) // question.slot)
    return range(first, behind)


def _too_many(items: Sequence[Event], question: Question) -> FreeBusyError | None:
    if len(items) <= ENTRIES_PER_SLOT:
        return None
    entries = [0] * question.slots()
    for event in items:
        for slot in _slots_of(event, question):
            entries[slot] += 1
    if max(entries) <= ENTRIES_PER_SLOT:
        return None
    return FreeBusyError(
        "5006",
        "The result set contains too many calendar entries. "
        f"The allowed size = {ENTRIES_PER_SLOT}; the actual size = {max(entries)}.",
    )


def _item(event: Event, zone: Zone, *, details: bool) -> Json:
    times: Json = {"status": status(event), "start": written(event.start, zone), "end": written(event.end, zone)}
    if not details:
        return times
    if event.sensitivity not in ("normal", "personal"):
        return {"isPrivate": True} | times
    location = "; ".join(location.name for location in event.locations)
    return {"isPrivate": False, "subject": event.subject, "location": location} | times


def _working_hours(zone: Zone) -> Json:
    return {
        "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "startTime": "08:00:00.0000000",
        "endTime": "17:00:00.0000000",
        "timeZone": {"name": windows_name(zone.rules)},
    }
