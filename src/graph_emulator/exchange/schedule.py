"""
What getSchedule answers about one calendar: its items, the view of slots, or an error of its own.

Items that began before the window come unclipped, and free ones come too. In the view any overlap marks a slot and the
stronger status wins. https://learn.microsoft.com/graph/outlook-get-free-busy-schedule
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from graph_emulator.behaviour import Behaviour
from graph_emulator.errors import Json
from graph_emulator.exchange.calendar import Calendar
from graph_emulator.exchange.event import Event
from graph_emulator.exchange.sharing import Role
from graph_emulator.exchange.working_hours import WorkingHours, shown
from graph_emulator.exchange.zones import Zone, written

# In the order of the view's digits; a stronger status has the higher one.
STATUSES = ("free", "tentative", "busy", "oof", "workingElsewhere")
ENTRIES_PER_SLOT = 1000
USUAL = Behaviour()


@dataclass(frozen=True, slots=True)
class Question:
    """A window, cut into slots from its start on, and the zone the answer is written in."""

    start: datetime
    end: datetime
    slot: timedelta
    zone: Zone
    behaviour: Behaviour = USUAL

    def slots(self) -> int:
        window = self.end - self.start
        return -(-window // self.slot) if self.behaviour.partial_last_slot else window // self.slot


@dataclass(frozen=True, slots=True)
class FreeBusyError:
    """Why a schedule could not be read."""

    code: str
    message: str

    def answer(self, address: str) -> Json:
        told: Json = {"scheduleId": address, "error": {"message": self.message, "responseCode": self.code}}
        return told | {"scheduleItems": None} if self.code == "5016" else told


def unresolvable(address: str, code: str = "5009") -> FreeBusyError:
    return FreeBusyError(code, f"Unable to resolve e-mail address {address} to an Active Directory object.")


def no_access(code: str) -> FreeBusyError:
    return FreeBusyError(code, "The caller does not have access to free/busy data.")


class TooManyEntries(Exception):
    """More in one slot than the service counts; `error` is what a schedule says of it."""

    def __init__(self, found: int) -> None:
        super().__init__(found)
        self.error = FreeBusyError(
            "5006",
            "The result set contains too many calendar entries. "
            f"The allowed size = {ENTRIES_PER_SLOT}; the actual size = {found}.",
        )


def answer(address: str, calendar: Calendar, question: Question, role: Role, hours: WorkingHours, home: Zone) -> Json:
    """The scheduleInformation of a calendar as somebody in that role sees it; `hours` are in its owner's zone."""
    items = entries(calendar, question)
    return {
        "scheduleId": address,
        "availabilityView": view(items, question),
        "scheduleItems": [_item(event, question, details=role >= Role.limitedRead) for event in items],
        "workingHours": shown(hours, home, question.start.year),
    }


def answer_of_list(address: str, calendars: Iterable[Calendar], question: Question) -> Json:
    """The scheduleInformation of a distribution list: its members' times taken together."""
    items = sorted((event for calendar in calendars for event in entries(calendar, question)), key=_times)
    return {
        "scheduleId": address,
        "availabilityView": view(items, question),
        "scheduleItems": [_item(event, question, details=False) for event in items],
    }


def entries(calendar: Calendar, question: Question) -> list[Event]:
    """What lies in the window, in order; raises TooManyEntries."""
    floating = question.behaviour.all_day_floats_in_schedule
    found = calendar.view(question.start, question.end, floating=floating)
    if floating:
        found = [replace(event, start=event.floating()[0], end=event.floating()[1]) for event in found]
    _check_entries(found, question)
    return sorted(found, key=_times)


def _times(event: Event) -> tuple[datetime, datetime]:
    return event.start, event.end


def status(event: Event) -> str:
    return "free" if event.cancelled else event.show_as


def view(items: Sequence[Event], question: Question) -> str:
    """One digit for every slot; the last slot may be cut short by the window."""
    digits = [0] * question.slots()
    for event in items:
        strength = _digit(event, question.behaviour)
        for slot in _slots_of(event, question) if strength else ():
            digits[slot] = max(digits[slot], strength)
    return "".join(map(str, digits))


def _digit(event: Event, behaviour: Behaviour) -> int:
    shown = status(event)
    if shown == "workingElsewhere":
        return behaviour.working_elsewhere_digit
    return STATUSES.index(shown) if shown in STATUSES else 0


def _slots_of(event: Event, question: Question) -> range:
    first = (max(event.start, question.start) - question.start) // question.slot
    behind = -(-(min(event.end, question.end) - question.start) // question.slot)
    return range(first, min(behind, question.slots()))


def _check_entries(items: Sequence[Event], question: Question) -> None:
    if len(items) <= ENTRIES_PER_SLOT:
        return
    found = [0] * question.slots()
    for event in items:
        for slot in _slots_of(event, question):
            found[slot] += 1
    if max(found) > ENTRIES_PER_SLOT:
        raise TooManyEntries(max(found))


def _item(event: Event, question: Question, *, details: bool) -> Json:
    name = status(event)
    times: Json = {
        "status": name[:1].upper() + name[1:] if question.behaviour.capital_statuses else name,
        "start": written(event.start, question.zone),
        "end": written(event.end, question.zone),
    }
    if not details:
        return times
    if event.sensitivity not in ("normal", "personal"):
        return {"isPrivate": True} | times
    location = "; ".join(location.name for location in event.locations)
    return {"isPrivate": False, "subject": event.subject, "location": location} | times
