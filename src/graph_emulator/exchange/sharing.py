"""How far a calendar is shared with somebody. https://learn.microsoft.com/graph/api/resources/calendarpermission"""

from enum import IntEnum


class Role(IntEnum):
    """The roles of a calendarPermission, under their own names; a higher one allows all that a lower one does."""

    none = 0
    freeBusyRead = 1  # when, and how busy
    limitedRead = 2  # subject and location too
    read = 3
    write = 4
    delegateWithoutPrivateEventAccess = 5
    delegateWithPrivateEventAccess = 6
