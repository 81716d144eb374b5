"""Every call ledig can make to Microsoft Graph, with the right it needs and why it is made.

Each may be sent twice without harm: reads, changes to a fixed state, and a write that carries a transactionId.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Call(Struct, frozen=True, kw_only=True):
    """`path` is a template under the root."""

    method: Literal["GET", "POST", "PATCH", "DELETE"]
    path: str
    permission: str
    purpose: str


BUSY_TIMES = Call(
    method="POST",
    path="/users/{mailbox}/calendar/getSchedule",
    permission="Calendars.ReadBasic",
    purpose="see when rooms are taken; only start, end and status are read",
)
ENTRIES = Call(
    method="GET",
    path="/users/{mailbox}/calendarView",
    permission="Calendars.ReadBasic",
    purpose="look at one room afresh before and after booking it",
)
WRITE = Call(
    method="POST",
    path="/users/{mailbox}/events",
    permission="Calendars.ReadWrite",
    purpose="book a room for a kiosk; carries a transactionId, so that a repeat finds the same event",
)
END = Call(
    method="PATCH",
    path="/users/{mailbox}/events/{event}",
    permission="Calendars.ReadWrite",
    purpose="let a kiosk's running booking end now",
)
REMOVE = Call(
    method="DELETE",
    path="/users/{mailbox}/events/{event}",
    permission="Calendars.ReadWrite",
    purpose="undo a kiosk's booking, or withdraw it where somebody else was there",
)

CALLS = (BUSY_TIMES, ENTRIES, WRITE, END, REMOVE)
