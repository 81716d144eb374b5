"""Meetings of a scenario: in the organizer's calendar, and as copies in everybody else's, as if held long ago."""

from datetime import UTC, datetime

from msgspec.structs import replace

from graph_emulator.exchange.copies import answered, cancelled, copied, treated
from graph_emulator.exchange.event import Attendee, Event, Location, Person
from graph_emulator.exchange.recurrence import Recurrence
from graph_emulator.exchange.zones import Zone, instant, midnight, wall
from graph_emulator.scenario import types
from graph_emulator.scenario.reading import BadScenario
from graph_emulator.tenant import Mailbox, Tenant

YEARS = range(1970, 2200)


def hold(tenant: Tenant, said: types.Meeting, path: str) -> Event:
    """Writes a meeting into the calendars of all who are in the tenant; the organizer's event."""
    organizer = tenant.mailbox(said.organizer)
    if organizer is None:
        raise BadScenario(f"There is nobody of the address {said.organizer!r} - at `{path}.organizer`")
    rooms = [_room(tenant, address, f"{path}.rooms") for address in said.rooms]
    invited = (*(_person(tenant, one) for one in said.attendees), *(_accepted(room) for room in rooms))
    event = _event(tenant, organizer, said, path)
    places = [Location(room.person.name, room.person.address) for room in rooms]
    meeting = replace(event, attendees=invited, locations=_places(said, places))
    if not said.cancelled:
        organizer.calendar.add(meeting)
    for one in invited:
        if (mailbox := tenant.mailbox(one.person.address)) and mailbox is not organizer:
            _invite(tenant, mailbox, meeting, one, is_cancelled=said.cancelled)
    return meeting


def _event(tenant: Tenant, organizer: Mailbox, said: types.Meeting, path: str) -> Event:
    start, end = _instant(said.start, tenant.zone, f"{path}.start"), _instant(said.end, tenant.zone, f"{path}.end")
    if end < start:
        raise BadScenario(f"Expected an end after the start - at `{path}.end`")
    if said.all_day and not (midnight(start, tenant.zone) and midnight(end, tenant.zone)):
        raise BadScenario(f"Expected midnights of {tenant.zone.name} for whole days - at `{path}.start`")
    return replace(
        tenant.draft(organizer.calendar, start, end),
        subject=said.subject,
        body=said.body,
        all_day=said.all_day,
        show_as=said.show_as,
        intended=said.show_as,
        sensitivity=said.sensitivity,
        recurrence=_recurrence(said, start, tenant.zone, path),
    )


def _instant(moment: datetime, zone: Zone, path: str) -> datetime:
    if moment.year not in YEARS:
        raise BadScenario(f"Expected a time from {YEARS[0]} to {YEARS[-1]} - at `{path}`")
    return instant(moment, zone) if moment.tzinfo is None else moment.astimezone(UTC)


def _recurrence(said: types.Meeting, start: datetime, zone: Zone, path: str) -> Recurrence | None:
    if (repeats := said.repeats) is None:
        return None
    if repeats.kind in ("weekly", "relativeMonthly", "relativeYearly") and not repeats.days:
        raise BadScenario(f"{repeats.kind} needs days - at `{path}.repeats`")
    first = wall(start, zone).date()
    return Recurrence(
        repeats.kind,
        first,
        repeats.interval,
        repeats.days,
        repeats.first_day_of_week,
        first.day if repeats.kind.startswith("absolute") else 0,
        first.month if repeats.kind.endswith("Yearly") else 0,
        repeats.index,
        repeats.until,
        repeats.times,
    )


def _room(tenant: Tenant, address: str, path: str) -> Mailbox:
    mailbox = tenant.mailbox(address)
    if mailbox is None or mailbox.processing is None:
        raise BadScenario(f"There is no room {address!r} - at `{path}`")
    return mailbox


def _accepted(room: Mailbox) -> Attendee:
    return Attendee(room.person, "resource", "accepted")


def _person(tenant: Tenant, said: types.Attendee) -> Attendee:
    mailbox = tenant.mailbox(said.address)
    return Attendee(mailbox.person if mailbox else Person(said.name, said.address), said.kind, said.response)


def _places(said: types.Meeting, rooms: list[Location]) -> tuple[Location, ...]:
    return (Location(said.location),) if said.location else tuple(rooms)


def _invite(tenant: Tenant, mailbox: Mailbox, meeting: Event, attendee: Attendee, *, is_cancelled: bool) -> None:
    calendar, now = mailbox.calendar, tenant.cloud.clock()
    copy = copied(meeting, None, calendar.new_key(), mailbox.person.address, now)
    if attendee.response != "none":
        copy = answered(copy, attendee.response, now)
    if mailbox.processing:
        copy = treated(copy, mailbox.processing)
    calendar.add(cancelled(copy, now) if is_cancelled else copy)
