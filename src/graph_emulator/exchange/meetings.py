"""
Meetings: what an organizer's act on an event sends to those invited, and what their answers send back.

Messages take their time (`Behaviour.delivery`), and rooms theirs (`CalendarProcessing.answers_after`); both on the
cloud's clock, by way of its agenda. https://learn.microsoft.com/graph/outlook-calendar-concept-overview
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from graph_emulator.exchange import copies
from graph_emulator.exchange.attendant import Resource
from graph_emulator.exchange.calendar import Calendar
from graph_emulator.exchange.event import Event, has_moved
from graph_emulator.exchange.messages import Cancellation, Message, Request, Response, request_to
from graph_emulator.exchange.receiving import booked, noted, withdrawn
from graph_emulator.exchange.series import next_instance
from graph_emulator.exchange.tracking import addresses, asked_anew, is_news, tracked

if TYPE_CHECKING:
    from graph_emulator.cloud import Cloud
    from graph_emulator.tenant import Mailbox, Tenant


class Meetings:
    """Carries what is decided in one calendar to the others."""

    def __init__(self, cloud: "Cloud") -> None:
        self._cloud = cloud

    # what is done in a calendar

    def organized(
        self, mailbox: "Mailbox", event: Event, before: Event | None = None, lost: Sequence[Event] = ()
    ) -> None:
        """
        Invites whoever is invited to a new event of this mailbox, or tells of what changed since `before`.

        A series that moved has `lost` its exceptions; whoever was invited to these alone hears of that.
        """
        now = self._cloud.clock()
        if before and has_moved(before, event):
            sent = max((before.sequence, *(exception.sequence for exception in lost)))
            event = asked_anew(mailbox.calendar, event, sent + 1)
        if before:
            gone = set(addresses(before)) - set(addresses(event))
            self._send_all(sorted(gone), Cancellation(before), now)
            for exception in lost:
                self._send_all(_only_here(exception, before), Cancellation(exception), now)
        if before is None or is_news(before, event):
            self._invite(mailbox.calendar, event, now)

    def cancel(self, mailbox: "Mailbox", event: Event, comment: str = "") -> None:
        """Takes the organizer's event, series or occurrence out of the calendar and tells everybody invited."""
        now = self._cloud.clock()
        exceptions, _ = mailbox.calendar.departures(event)
        mailbox.calendar.remove(event)
        self._send_all(addresses(event), Cancellation(event, comment), now)
        for exception in exceptions:
            self._send_all(_only_here(exception, event), Cancellation(exception, comment), now)

    def drop(self, mailbox: "Mailbox", event: Event) -> None:
        """Takes an attendee's copy out of the calendar, silently unless a switch says otherwise."""
        tell = self._cloud.behaviour.deleting_a_copy_declines and not event.cancelled
        self._respond(mailbox, event, "declined", self._cloud.clock(), tell=tell)

    def respond(
        self,
        mailbox: "Mailbox",
        event: Event,
        response: str,
        *,
        tell: bool = True,
        proposed: tuple[datetime, datetime] | None = None,
    ) -> None:
        """
        Answers somebody else's meeting ("accepted", "tentativelyAccepted", "declined") for the mailbox's owner.

        In a room's calendar that is a delegate's decision on what waits for approval.
        """
        self._respond(mailbox, event, response, self._cloud.clock(), tell=tell, proposed=proposed)

    def _respond(
        self,
        mailbox: "Mailbox",
        event: Event,
        response: str,
        now: datetime,
        *,
        tell: bool,
        proposed: tuple[datetime, datetime] | None = None,
    ) -> None:
        calendar = mailbox.calendar
        alike = [one for one in calendar.departures(event)[0] if _goes_along(one, event, response)]
        if response == "declined":
            calendar.remove(event)
        else:
            for one in (event, *alike):
                calendar.put(copies.treated(copies.answered(one, response, now), mailbox.processing))
            self._watch(mailbox, event, now, now)
        for one in (event, *alike) if tell else ():
            self._answer(event, Response(one.uid, one.sequence, mailbox.person.address, response, now, proposed), now)

    # what is sent

    def _invite(self, calendar: Calendar, event: Event, now: datetime) -> None:
        exceptions, removed = calendar.departures(event)
        event, exceptions = self._as_sent(event), [self._as_sent(exception) for exception in exceptions]
        for address in addresses(event):
            self._send(address, request_to(address, event, exceptions, removed), now)
        for exception in exceptions:
            self._send_all(_only_here(exception, event), Request(exception), now)

    def _as_sent(self, event: Event) -> Event:
        return event if self._cloud.behaviour.tags_travel else replace(event, extensions=(), properties=())

    def _send_all(self, addresses: Iterable[str], message: Message, now: datetime) -> None:
        for address in addresses:
            self._send(address, message, now)

    def _send(self, address: str, message: Message, now: datetime) -> None:
        """Whoever has no mailbox here gets nothing."""
        if found := self._cloud.recipient(address):
            self._cloud.agenda.at(now + self._time_of(found[1]), partial(self._arrived, *found, message))

    def _time_of(self, mailbox: "Mailbox") -> timedelta:
        """How long until something arrives; at a room, until its attendant has dealt with it."""
        wait = mailbox.processing.answers_after if mailbox.processing and _decides(mailbox) else None
        return self._cloud.behaviour.delivery if wait is None else wait

    def _answer(self, meeting: Event, response: Response, now: datetime) -> None:
        if found := self._cloud.recipient(meeting.organizer.address):
            due = now + self._cloud.behaviour.delivery
            self._cloud.agenda.at(due, lambda _: tracked(found[1].calendar, response))

    # what arrives

    def _arrived(self, tenant: "Tenant", mailbox: "Mailbox", message: Message, at: datetime) -> None:
        if _leaves_lying(mailbox):
            mailbox.inbox.append(message)
        elif isinstance(message, Cancellation):
            withdrawn(mailbox, message, at)
        elif _decides(mailbox):
            self._book(tenant, mailbox, message, at)
        else:
            noted(mailbox, message, at)

    def _book(self, tenant: "Tenant", mailbox: "Mailbox", request: Request, at: datetime) -> None:
        place = tenant.rooms.get(mailbox.person.address.lower())
        room = Resource(mailbox.calendar, mailbox.zone, mailbox.working_hours, place.capacity if place else None)
        organizer = self._cloud.recipient(request.meeting.organizer.address)
        external = organizer is None or organizer[0] is not tenant
        responses = booked(mailbox, room, request, at, external=external)
        for response in responses:
            self._answer(request.meeting, response, at)
        booking = mailbox.calendar.meeting(request.meeting.uid)
        if responses and booking and booking.response == "accepted":
            self._watch(mailbox, booking, at, at)

    # who does not come

    def _watch(self, mailbox: "Mailbox", booking: Event, after: datetime, now: datetime) -> None:
        """EnableAutoRelease: looks at the next instance when PostReservationMaxClaimTimeInMinutes have passed."""
        settings, instance = mailbox.processing, next_instance(mailbox.calendar, booking, after)
        if settings and settings.enable_auto_release and instance:
            due = max(instance.start, now) + timedelta(minutes=settings.post_reservation_max_claim_time_in_minutes)
            self._cloud.agenda.at(due, partial(self._look, mailbox, booking, instance))

    def _look(self, mailbox: "Mailbox", booking: Event, instance: Event, at: datetime) -> None:
        """Gives the room free if nobody checked in, and waits for the next time of a series."""
        here = mailbox.calendar.find(instance.key)
        if here and here.start == instance.start and _is_unclaimed(mailbox, here):
            self._respond(mailbox, here, "declined", at, tell=True)
        series = mailbox.calendar.find(booking.key)
        if series and series.recurrence and series.sequence == booking.sequence:
            self._watch(mailbox, series, instance.end, at)


def _goes_along(exception: Event, series: Event, response: str) -> bool:
    """Whether an answer to a series is one to its exception, too, which may have an answer of its own."""
    return not exception.cancelled and (response == "declined" or exception.response == series.response)


def _only_here(exception: Event, series: Event) -> list[str]:
    """Who is invited to an occurrence and not to its series."""
    return [address for address in addresses(exception) if address not in addresses(series)]


def _decides(mailbox: "Mailbox") -> bool:
    """Whether a booking attendant looks after the calendar."""
    return mailbox.processing is not None and mailbox.processing.automate_processing == "AutoAccept"


def _is_unclaimed(mailbox: "Mailbox", instance: Event) -> bool:
    releases = mailbox.processing is not None and mailbox.processing.enable_auto_release
    return releases and instance.blocks and instance.key not in mailbox.checked_in


def _leaves_lying(mailbox: "Mailbox") -> bool:
    """Whether nobody deals with meeting messages: AutomateProcessing is None, or the room never answers."""
    settings = mailbox.processing
    if settings is None:
        return False
    return settings.automate_processing == "None" or (_decides(mailbox) and settings.answers_after is None)
