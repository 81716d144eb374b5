"""
The permissions of Microsoft Graph that apps may ask for, in words, and who may consent to them.

Only those near calendars, rooms and people are known here; asking for another is an error, as for one that does not
exist. https://learn.microsoft.com/graph/permissions-reference
"""

from collections.abc import Mapping, Set

GRAPH = "https://graph.microsoft.com"
GRAPH_ID = "00000003-0000-0000-c000-000000000000"
OPENID = ("openid", "profile", "email", "offline_access")

# What each of them lets an app do, in a few words for the page that asks for consent.
BY_ANYBODY = {
    "openid": "Sign you in",
    "profile": "See your name and user name",
    "email": "See your e-mail address",
    "offline_access": "Keep the access you give it",
    "User.Read": "Sign you in and read your profile",
    "User.ReadBasic.All": "Read everybody's basic profile",
    "User.ReadWrite": "Read and change your profile",
    "Calendars.Read": "Read your calendars",
    "Calendars.Read.Shared": "Read calendars shared with you",
    "Calendars.ReadWrite": "Read and change your calendars",
    "Calendars.ReadWrite.Shared": "Read and change calendars shared with you",
    "Contacts.Read": "Read your contacts",
    "Mail.Read": "Read your mail",
    "Mail.ReadBasic": "Read your mail without its text",
    "Mail.ReadWrite": "Read and change your mail",
    "Mail.Send": "Send mail as you",
    "MailboxSettings.Read": "Read your mailbox settings",
    "MailboxSettings.ReadWrite": "Read and change your mailbox settings",
    "People.Read": "Read the list of people near you",
    "Presence.Read": "See whether you are there",
}
BY_ADMINISTRATORS = {
    "Calendars.ReadBasic": "Read times of your calendars, without details",
    "Directory.Read.All": "Read the directory",
    "Group.Read.All": "Read all groups",
    "People.Read.All": "Read everybody's list of people",
    "Place.Read.All": "Read all places of the organisation",
    "Place.ReadWrite.All": "Read and change all places of the organisation",
    "User.Read.All": "Read everybody's full profile",
    "User.ReadWrite.All": "Read and change everybody's full profile",
}
DELEGATED = BY_ANYBODY | BY_ADMINISTRATORS
# What an app may do by itself, with nobody signed in.
APPLICATION = {
    "Calendars.Read": "Read all calendars",
    "Calendars.ReadBasic": "Read times of all calendars, without details",
    "Calendars.ReadWrite": "Read and change all calendars",
    "Directory.Read.All": "Read the directory",
    "Mail.Send": "Send mail as anybody",
    "MailboxSettings.Read": "Read all mailbox settings",
    "MailboxSettings.ReadWrite": "Read and change all mailbox settings",
    "Place.Read.All": "Read all places of the organisation",
    "Place.ReadWrite.All": "Read and change all places of the organisation",
    "User.Read.All": "Read everybody's full profile",
    "User.ReadWrite.All": "Read and change everybody's full profile",
}

_BY_LOWER = {name.lower(): name for name in DELEGATED}


def delegated(name: str) -> str | None:
    """The permission of that name, which is told without regard to case."""
    return _BY_LOWER.get(name.lower())


def in_words(names: Set[str], words: Mapping[str, str] = DELEGATED) -> tuple[tuple[str, str], ...]:
    """What permissions let an app do, each with its name, in the order of the list; unknown ones come last."""
    known = (name for name in words if name in names)
    return tuple((words.get(name, name), name) for name in (*known, *sorted(names - words.keys())))
