"""
Who may do what: whether a token's permissions, or what Exchange granted the app, open a mailbox or the directory.

https://learn.microsoft.com/graph/permissions-reference
"""

from dataclasses import dataclass

from graph_emulator.cloud import Cloud
from graph_emulator.errors import access_denied, bad_request
from graph_emulator.tenant import Mailbox
from graph_emulator.tokens import Grant


@dataclass(frozen=True, slots=True)
class Needs:
    """The permissions one of which is needed: by an app on its own, and by an app on a person's behalf."""

    application: frozenset[str]
    delegated: frozenset[str]


CALENDARS_WRITE = Needs(frozenset({"Calendars.ReadWrite"}), frozenset({"Calendars.ReadWrite"}))
CALENDARS_READ = Needs(
    frozenset({"Calendars.ReadWrite", "Calendars.Read", "Calendars.ReadBasic"}),
    frozenset({"Calendars.ReadWrite", "Calendars.Read", "Calendars.ReadBasic"}),
)
PLACES_READ = Needs(
    frozenset({"Place.Read.All", "Place.ReadWrite.All"}), frozenset({"Place.Read.All", "Place.ReadWrite.All"})
)
ANY = Needs(frozenset(), frozenset())


def permissions(cloud: Cloud, grant: Grant, needs: Needs, mailbox: Mailbox | None) -> frozenset[str]:
    """What of the needed permissions is there; 403 if nothing is."""
    if needs is ANY:
        return frozenset()
    if grant.person is None:
        found = grant.roles & needs.application
    else:
        found = grant.scopes & needs.delegated
        if mailbox is not None and mailbox.id != grant.person:
            raise access_denied()
    if not found:
        raise access_denied()
    return found


def own_mailbox(cloud: Cloud, grant: Grant) -> Mailbox:
    """The mailbox that /me means; 400 for an app on its own."""
    if grant.person is None:
        raise bad_request("/me request is only valid with delegated authentication flow.")
    mailbox = cloud.tenants[grant.tenant_id].mailbox(grant.person)
    if mailbox is None:
        raise access_denied()
    return mailbox
