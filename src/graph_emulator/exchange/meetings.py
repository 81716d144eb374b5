"""
Meetings: what an organizer's act on an event sends to those invited, and what their answers send back.

Messages take their time (`Behaviour.delivery`), and rooms theirs (`CalendarProcessing.answers_after`); both on the
cloud's clock, by way of its agenda.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from graph_emulator.exchange.calendar import Event

if TYPE_CHECKING:
    from graph_emulator.cloud import Cloud
    from graph_emulator.tenant import Mailbox


class Meetings:
    """Carries what is decided in one calendar to the others."""

    def __init__(self, cloud: "Cloud") -> None:
        self._cloud = cloud

    def organized(self, mailbox: "Mailbox", event: Event, before: Event | None = None) -> None:
        """Invites whoever is invited to a new event of this mailbox, or tells of what changed since `before`."""

    def cancel(self, mailbox: "Mailbox", event: Event, comment: str = "") -> None:
        """Takes the organizer's event, series or occurrence out of the calendar and tells everybody invited."""
        mailbox.calendar.remove(event)

    def drop(self, mailbox: "Mailbox", event: Event) -> None:
        """Takes an attendee's copy out of the calendar, silently unless a switch says otherwise."""
        mailbox.calendar.remove(event)

    def respond(
        self,
        mailbox: "Mailbox",
        event: Event,
        response: str,
        *,
        tell: bool = True,
        proposed: tuple[datetime, datetime] | None = None,
    ) -> None:
        """Answers somebody else's meeting ("accepted", "tentativelyAccepted", "declined") for the mailbox's owner."""
