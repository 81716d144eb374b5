"""
Which mailboxes an app may open without a person, as Exchange Online keeps it beside what Entra granted.

RBAC for Applications grants: a management role over the mailboxes of a scope. What Entra grants is tenant-wide and
stays so: as long as that consent is there, a narrow scope narrows nothing.
https://learn.microsoft.com/exchange/permissions-exo/application-rbac

An application access policy, the older way, limits: it takes mailboxes away from what Entra granted.
https://learn.microsoft.com/powershell/module/exchange/new-applicationaccesspolicy

Changes of either take hold late: Exchange asks its directory again only after a while.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Generic, Protocol, TypeVar

# What the roles stand for in Graph's words. There is no role that shows free/busy only.
ROLES = {
    "Application Calendars.Read": frozenset({"Calendars.Read"}),
    "Application Calendars.ReadWrite": frozenset({"Calendars.ReadWrite"}),
    "Application Exchange Full Access": frozenset({"Calendars.ReadWrite"}),
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """A mailbox as scopes and groups see it; `kind` is its RecipientTypeDetails."""

    address: str
    kind: str = "UserMailbox"


@dataclass(frozen=True, slots=True)
class Scope:
    """A management scope: mailboxes by name, by kind, or by both; without either the whole organisation."""

    addresses: frozenset[str] | None = None
    kind: str | None = None  # "RoomMailbox", "UserMailbox"

    def covers(self, recipient: Recipient) -> bool:
        named = self.addresses is None or _is_in(recipient, self.addresses)
        return named and self.kind in (None, recipient.kind)


ORGANISATION = Scope()


@dataclass(frozen=True, slots=True)
class RoleAssignment:
    """New-ManagementRoleAssignment -App … -Role … -CustomResourceScope …"""

    client_id: str
    role: str
    scope: Scope = ORGANISATION

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"{self.role!r} is none of the application roles {', '.join(ROLES)}")


class Right(Enum):
    """What an application access policy does with the mailboxes of its group."""

    RESTRICT = "RestrictAccess"
    DENY = "DenyAccess"


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """New-ApplicationAccessPolicy -AppId … -AccessRight … -PolicyScopeGroupId …"""

    client_id: str
    right: Right
    group: frozenset[str]  # addresses


class _OfAnApp(Protocol):
    @property
    def client_id(self) -> str: ...


T = TypeVar("T", bound=_OfAnApp)


@dataclass(slots=True)
class _Entry(Generic[T]):
    what: T
    since: datetime
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return self.since <= now and (self.until is None or now < self.until)


class Scoping:
    """The role assignments and access policies of a tenant; `assigned` and `restricted` say when a change holds."""

    def __init__(self, assigned: Callable[[], datetime], restricted: Callable[[], datetime]) -> None:
        self._assigned = assigned
        self._restricted = restricted
        self._assignments: list[_Entry[RoleAssignment]] = []
        self._policies: list[_Entry[AccessPolicy]] = []

    def assign(self, assignment: RoleAssignment) -> None:
        self._assignments.append(_Entry(assignment, self._assigned()))

    def withdraw(self, assignment: RoleAssignment) -> None:
        _end(self._assignments, assignment, self._assigned())

    def add_policy(self, policy: AccessPolicy) -> None:
        self._policies.append(_Entry(policy, self._restricted()))

    def remove_policy(self, policy: AccessPolicy) -> None:
        _end(self._policies, policy, self._restricted())

    @property
    def assignments(self) -> list[RoleAssignment]:
        """Those that nobody withdrew, whether or not they hold already."""
        return [entry.what for entry in self._assignments if entry.until is None]

    @property
    def policies(self) -> list[AccessPolicy]:
        return [entry.what for entry in self._policies if entry.until is None]

    def granted(self, client_id: str, now: datetime, recipient: Recipient | None = None) -> frozenset[str]:
        """The permissions that role assignments give an app in a mailbox, or in any."""
        return frozenset(
            permission
            for assignment in _holding(self._assignments, client_id, now)
            if recipient is None or assignment.scope.covers(recipient)
            for permission in ROLES[assignment.role]
        )

    def permits(self, client_id: str, now: datetime, recipient: Recipient) -> bool:
        """
        Whether access policies leave a mailbox to an app: a denial wins; then one restriction that names the mailbox
        is enough; where there are restrictions and none names it, it is closed; without any it is open.
        """
        policies = list(_holding(self._policies, client_id, now))
        if any(policy.right is Right.DENY and _is_in(recipient, policy.group) for policy in policies):
            return False
        restrictions = [policy for policy in policies if policy.right is Right.RESTRICT]
        return not restrictions or any(_is_in(recipient, policy.group) for policy in restrictions)


def _holding(entries: list[_Entry[T]], client_id: str, now: datetime) -> Iterator[T]:
    for entry in entries:
        if entry.holds(now) and entry.what.client_id.lower() == client_id.lower():
            yield entry.what


def _end(entries: list[_Entry[T]], what: T, at: datetime) -> None:
    for entry in entries:
        if entry.what == what and entry.until is None:
            entry.until = at


def _is_in(recipient: Recipient, addresses: frozenset[str]) -> bool:
    return recipient.address.lower() in {address.lower() for address in addresses}
