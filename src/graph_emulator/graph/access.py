"""
Who may do what: whether a token's permissions, or what Exchange granted the app, open a mailbox or the directory.

An app on its own has what Entra granted it, tenant-wide, and what Exchange's role assignments add for some mailboxes;
application access policies take mailboxes away. An app on a person's behalf has its scopes, and never more than the
person: other people's calendars must be shared with them.
https://learn.microsoft.com/graph/permissions-reference
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from graph_emulator.cloud import Cloud
from graph_emulator.errors import GraphError, access_denied, bad_request, not_found
from graph_emulator.exchange.sharing import Role
from graph_emulator.tenant import Mailbox, Tenant
from graph_emulator.tokens import Grant

NOTHING: frozenset[str] = frozenset()


class Service(Enum):
    """Who answers behind Graph: each refuses in its own words, and only Exchange knows scopes and policies."""

    EXCHANGE = "Exchange"
    DIRECTORY = "directory"
    PLACES = "places"


@dataclass(frozen=True, slots=True)
class Needs:
    """
    The permissions one of which is needed: by an app on its own, and by an app on a person's behalf.

    For what is another person's it takes one of `others` and, in Exchange, at least `role` in that calendar.
    """

    application: frozenset[str]
    delegated: frozenset[str]
    others: frozenset[str] = NOTHING
    service: Service = Service.EXCHANGE
    role: Role = Role.read


_READ = frozenset({"Calendars.Read", "Calendars.ReadWrite"})
_READ_SHARED = frozenset({"Calendars.Read.Shared", "Calendars.ReadWrite.Shared"})
_WRITE = frozenset({"Calendars.ReadWrite"})
_WRITE_SHARED = frozenset({"Calendars.ReadWrite.Shared"})
_PLACES_WRITE = frozenset({"Place.ReadWrite.All"})
_PLACES = _PLACES_WRITE | {"Place.Read.All"}

USERS_IN_FULL = frozenset({"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"})
FULL_READ = _READ | _READ_SHARED  # what shows bodies and extensions too

# The .Shared permissions are for all calendars a person can open, their own among them.
FREE_BUSY = Needs(
    _READ | {"Calendars.ReadBasic"}, FULL_READ | {"Calendars.ReadBasic"}, _READ_SHARED, role=Role.freeBusyRead
)
CALENDARS_READ = Needs(_READ | {"Calendars.ReadBasic"}, FULL_READ | {"Calendars.ReadBasic"}, _READ_SHARED)
CALENDARS_WRITE = Needs(_WRITE, _WRITE | _WRITE_SHARED, _WRITE_SHARED, role=Role.write)
PLACES_READ = Needs(_PLACES, _PLACES, service=Service.PLACES)
PLACES_WRITE = Needs(_PLACES_WRITE, _PLACES_WRITE, service=Service.PLACES)
_OTHERS = USERS_IN_FULL | {"User.ReadBasic.All"}
USERS_READ = Needs(USERS_IN_FULL, _OTHERS | {"User.Read", "User.ReadWrite"}, _OTHERS, Service.DIRECTORY)
USERS_LIST = Needs(USERS_IN_FULL, _OTHERS, service=Service.DIRECTORY)
IDS_TRANSLATE = Needs(NOTHING, USERS_READ.delegated, USERS_READ.others, Service.DIRECTORY)  # for people only
ANY = Needs(NOTHING, NOTHING)


def opened(
    cloud: Cloud, grant: Grant, needs: Needs, path: str, values: Mapping[str, str]
) -> tuple[Mailbox | None, frozenset[str]]:
    """
    The mailbox a path names, if it names one, and which of the needed permissions the caller has there.

    400 for an app on its own at /me; 403 without any of the permissions; 404 for a name that nobody has, and for
    somebody without a mailbox.
    """
    tenant = cloud.tenants[grant.tenant_id]
    name = _owner(grant, path, values)
    mailbox = tenant.mailbox(name) if name else None
    if needs is ANY:
        return mailbox, NOTHING
    held = _held(tenant, grant, needs)
    if not held:
        raise _refused(needs)
    if name:
        if mailbox is None:
            raise _nobody(needs, name)
        if needs.service is Service.EXCHANGE and not mailbox.is_enabled:
            raise _no_mailbox()
        held = (
            _of_app(tenant, grant, needs, mailbox)
            if grant.person is None
            else _of_person(tenant, grant, needs, mailbox)
        )
    return mailbox, held


def may_open(tenant: Tenant, grant: Grant, needs: Needs, mailbox: Mailbox) -> bool:
    """Whether an app on its own could name that mailbox in a path."""
    try:
        return bool(_of_app(tenant, grant, needs, mailbox))
    except GraphError:
        return False


def _owner(grant: Grant, path: str, values: Mapping[str, str]) -> str | None:
    if not path.startswith("/me"):
        return values.get("id")
    if grant.person is None:
        raise bad_request("/me request is only valid with delegated authentication flow.")
    return grant.person


def _held(tenant: Tenant, grant: Grant, needs: Needs) -> frozenset[str]:
    """Which of the needed permissions the caller has anywhere."""
    if grant.person is not None:
        return grant.scopes & (needs.delegated | needs.others)
    assigned = tenant.scoping.granted(grant.client_id, tenant.cloud.clock())
    return (grant.roles | (assigned if needs.service is Service.EXCHANGE else NOTHING)) & needs.application


def _of_app(tenant: Tenant, grant: Grant, needs: Needs, mailbox: Mailbox) -> frozenset[str]:
    """What Entra granted unless a policy takes the mailbox away, and beside it what is assigned for this mailbox."""
    if needs.service is not Service.EXCHANGE:
        return grant.roles & needs.application
    now, recipient = tenant.cloud.clock(), mailbox.recipient
    permitted = tenant.scoping.permits(grant.client_id, now, recipient)
    assigned = tenant.scoping.granted(grant.client_id, now, recipient) & needs.application
    if not permitted and (not assigned or tenant.cloud.behaviour.access_policies_bind_role_assignments):
        raise GraphError(403, "ErrorAccessDenied", "Access to OData is disabled.")
    held = assigned | (grant.roles & needs.application if permitted else NOTHING)
    if not held:
        raise access_denied()
    return held


def _of_person(tenant: Tenant, grant: Grant, needs: Needs, mailbox: Mailbox) -> frozenset[str]:
    is_own = mailbox.id == grant.person
    held = grant.scopes & (needs.delegated if is_own else needs.others)
    if not held:
        raise _refused(needs)
    if needs.service is Service.EXCHANGE and not is_own:
        _check_shared(tenant, grant.person, needs, mailbox)
    return held


def _check_shared(tenant: Tenant, person: str | None, needs: Needs, mailbox: Mailbox) -> None:
    caller = tenant.mailbox(person or "")
    role = mailbox.granted_role(caller.person.address) if caller else Role.none
    if role < needs.role:
        raise access_denied() if tenant.cloud.behaviour.unshared_calendar_status == 403 else not_found()


def _refused(needs: Needs) -> GraphError:
    if needs.service is Service.DIRECTORY:
        return GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    return access_denied()


def _nobody(needs: Needs, name: str) -> GraphError:
    if needs.service is Service.DIRECTORY:
        return GraphError(
            404,
            "Request_ResourceNotFound",
            f"Resource '{name}' does not exist or one of its queried reference-property objects are not present.",
        )
    return GraphError(404, "ErrorInvalidUser", f"The requested user '{name}' is invalid.")


def _no_mailbox() -> GraphError:
    return GraphError(
        404,
        "MailboxNotEnabledForRESTAPI",
        "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
    )
