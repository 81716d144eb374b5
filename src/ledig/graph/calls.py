"""Every call ledig can make to Microsoft Graph, with the right it needs, what it reads and why it is made.

Each may be sent twice without harm: reads, changes to a fixed state, and a write that carries a transactionId.
Rights are those of https://learn.microsoft.com/graph/permissions-reference, the least that do. A right more than
before, or for another purpose, takes a new CONSENT_VERSION: organisations that granted an older one are asked again.
`python -m ledig.graph.calls > docs/data-access.md` tells administrators the same.
"""

from __future__ import annotations

import sys
from typing import Literal

from msgspec import Struct

CONSENT_VERSION = 2


class Call(Struct, frozen=True, kw_only=True):
    """`path` is a template under the root; `reads` names the fields that are taken from the answer, and no others are.

    `kind` is whose right it is: the app's own, or one that a signed-in person lends it. A call that gives way leaves
    room for those that people wait for.
    """

    method: Literal["GET", "POST", "PATCH", "DELETE"]
    path: str
    permission: str
    purpose: str
    kind: Literal["application", "delegated"] = "application"
    reads: tuple[str, ...] = ()
    gives_way: bool = False


BUSY_TIMES = Call(
    method="POST",
    path="/users/{mailbox}/calendar/getSchedule",
    permission="Calendars.ReadBasic",
    purpose="see when rooms are taken",
    reads=(
        "scheduleId",
        "availabilityView",
        "scheduleItems.status",
        "scheduleItems.start",
        "scheduleItems.end",
        "error.responseCode",
    ),
    gives_way=True,
)
ONE_ROOM = Call(
    method="GET",
    path="/users/{mailbox}/calendarView",
    permission="Calendars.ReadBasic",
    purpose="see when rooms are taken",
    reads=("start", "end", "isAllDay", "showAs", "isCancelled"),
    gives_way=True,
)
ENTRIES = Call(
    method="GET",
    path="/users/{mailbox}/calendarView",
    permission="Calendars.ReadBasic",
    purpose="look at one room afresh before and after booking it",
    reads=("id", "start", "end", "isAllDay", "showAs", "isCancelled", "transactionId"),
)
WRITE = Call(
    method="POST",
    path="/users/{mailbox}/events",
    permission="Calendars.ReadWrite",
    purpose="book a room for a kiosk; carries a transactionId, so that a repeat finds the same event",
    reads=("id",),
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

ME = Call(
    method="GET",
    path="/me",
    permission="User.Read",
    kind="delegated",
    purpose="show people who signed in their own name, and nobody else's",
    reads=("displayName", "userPrincipalName"),
)
PICTURE = Call(
    method="GET",
    path="/me/photos/96x96/$value",
    permission="User.Read",
    kind="delegated",
    purpose="show people who signed in their own picture, and nobody else's",
    reads=("the picture",),
)

CALLS = (BUSY_TIMES, ONE_ROOM, ENTRIES, WRITE, END, REMOVE, ME, PICTURE)

_DOCUMENT = """\
# What ledig reads and writes in Microsoft 365

These are all the calls that ledig can make to Microsoft Graph; it refuses to send any other. Those with an application
permission act on the mailboxes of rooms, and no person signs in. Those with a delegated one act for somebody who signed
in, with a token that this person's browser keeps and sends along; ledig keeps none. Of an answer the named fields are
read, of a refusal its code, of a long list the link to its next page. All else is dropped, so nobody's subject, name or
text becomes a part of ledig's memory. What it writes is an event with a fixed subject, a start, an end and a key. Calls
may change in later versions; what they are for and the rights they need do not.

| call | permission | kind | reads | what for |
|---|---|---|---|---|
{rows}

One room is looked at with `calendarView` where `getSchedule` does not tell of it. This is version {version} of the
rights that an organisation is asked for.

The app's own token comes from `POST /{{tenant}}/oauth2/v2.0/token` of Microsoft's sign-in service. A person's comes
from there too, but to the browser; ledig reads `GET /{{tenant}}/discovery/v2.0/keys` to check who signed in. This page
is made from `src/ledig/graph/calls.py`.
"""


def document() -> str:
    """The table for administrators, in Markdown."""
    rows = (
        f"| `{call.method} {call.path}` | {call.permission} | {call.kind} | {_names(call.reads)} | {call.purpose} |"
        for call in CALLS
    )
    return _DOCUMENT.format(rows="\n".join(rows), version=CONSENT_VERSION)


def _names(fields: tuple[str, ...]) -> str:
    return ", ".join(f"`{field}`" for field in fields) or "nothing"


if __name__ == "__main__":
    sys.stdout.write(document())
