"""Two organisations on a clock that stands, without a server: what tests of meetings are told with."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from graph_emulator.clock import StandingClock
from graph_emulator.cloud import Cloud
from graph_emulator.exchange.event import Attendee, Event, Person
from graph_emulator.exchange.processing import CalendarProcessing
from graph_emulator.exchange.recurrence import Recurrence
from graph_emulator.exchange.series import hand_down
from graph_emulator.exchange.zones import zone
from graph_emulator.tenant import STANDARD_ROOM, Mailbox, Room

TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)  # a Tuesday
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SOON = timedelta(seconds=10)  # enough for an invitation and the answer

ANN, BOB, EVE = "ann@contoso.example", "bob@contoso.example", "eve@fabrikam.example"
ROOM, OTHER = "room@contoso.example", "other@contoso.example"
RESOURCES = (ROOM, OTHER)

FIVE_DAYS = Recurrence("daily", TEN.date() + DAY, times=5)


class World:
    """Ann, Bob and two rooms at contoso, Eve at fabrikam; it is Tuesday, ten o'clock."""

    def __init__(self, processing: CalendarProcessing = STANDARD_ROOM) -> None:
        self.clock = StandingClock(TEN)
        self.cloud = Cloud(self.clock)
        contoso = self.cloud.add_tenant("66666666-ffff-4fff-8fff-666666666666", "contoso.example", zone("UTC"))
        fabrikam = self.cloud.add_tenant("77777777-ffff-4fff-8fff-777777777777", "fabrikam.example", zone("UTC"))
        contoso.add_person("Ann Example", ANN)
        contoso.add_person("Bob Example", BOB)
        fabrikam.add_person("Eve Example", EVE)
        contoso.add_room(Room("Room", ROOM, capacity=3), processing)
        contoso.add_room(Room("Other", OTHER))

    def mailbox(self, address: str) -> Mailbox:
        found = self.cloud.recipient(address)
        assert found is not None
        return found[1]

    def later(self, by: timedelta = SOON) -> None:
        self.clock.move(by)
        self.cloud.catch_up()

    def holds(self, address: str, start: datetime = TEN + DAY, days: int = 30) -> list[Event]:
        """What lies in somebody's calendar from tomorrow on, in order."""
        self.cloud.catch_up()
        found = self.mailbox(address).calendar.view(start - 10 * HOUR, start + days * DAY)
        return sorted(found, key=lambda event: (event.start, event.subject))

    # what an organizer does

    def invites(
        self,
        organizer: str,
        *guests: str,
        start: datetime = TEN + DAY,
        length: timedelta = HOUR,
        subject: str = "Budget",
        recurrence: Recurrence | None = None,
        show_as: str = "busy",
        sensitivity: str = "normal",
    ) -> Event:
        mailbox = self.mailbox(organizer)
        tenant, _ = self.cloud.recipient(organizer) or (None, None)
        assert tenant is not None
        event = replace(
            tenant.draft(mailbox.calendar, start, start + length),
            subject=subject,
            body="Secret",
            attendees=attendees(guests),
            recurrence=recurrence,
            show_as=show_as,
            sensitivity=sensitivity,
            has_attachments=True,
        )
        mailbox.calendar.add(event)
        self.cloud.meetings.organized(mailbox, event)
        return event

    def changes(
        self,
        before: Event,
        *,
        start: datetime | None = None,
        subject: str | None = None,
        guests: Sequence[str] | None = None,
        recurrence: Recurrence | None = None,
    ) -> Event:
        """Puts a new version of the organizer's event; an hour's meeting stays one."""
        mailbox = self.mailbox(before.organizer.address)
        before = mailbox.calendar.find(before.key) or before
        known = {attendee.person.address: attendee for attendee in before.attendees}
        event = replace(
            before,
            start=start or before.start,
            end=start + HOUR if start else before.end,
            subject=before.subject if subject is None else subject,
            attendees=before.attendees
            if guests is None
            else tuple(known.get(one.person.address, one) for one in attendees(guests)),
            recurrence=recurrence or before.recurrence,
        )
        event = mailbox.calendar.put(event)
        lost = hand_down(mailbox.calendar, before, event) if before.recurrence else []
        self.cloud.meetings.organized(mailbox, event, before, lost)
        return event

    def cancels(self, event: Event) -> None:
        self.cloud.meetings.cancel(self.mailbox(event.organizer.address), event)

    # what a guest does

    def copy(self, guest: str, event: Event) -> Event:
        found = self.mailbox(guest).calendar.meeting(event.uid)
        assert found is not None
        return found

    def responds(self, guest: str, event: Event, response: str, *, tell: bool = True) -> None:
        self.cloud.meetings.respond(self.mailbox(guest), self.copy(guest, event), response, tell=tell)

    def drops(self, guest: str, event: Event) -> None:
        self.cloud.meetings.drop(self.mailbox(guest), self.copy(guest, event))

    # what the organizer sees

    def answer(self, event: Event, guest: str) -> str:
        """A guest's answer as the organizer's event shows it."""
        self.cloud.catch_up()
        now = self.mailbox(event.organizer.address).calendar.find(event.key)
        assert now is not None
        return next(one.response for one in now.attendees if one.person.address == guest)


def attendees(addresses: Sequence[str]) -> tuple[Attendee, ...]:
    return tuple(
        Attendee(Person(address.partition("@")[0].title(), address), "resource" if address in RESOURCES else "required")
        for address in addresses
    )
