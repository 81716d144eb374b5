"""
App registrations, and what an administrator granted them in a tenant.

An app is registered once, in its home tenant. In every tenant that uses it, it has a service principal, which is where
consent is kept. https://learn.microsoft.com/entra/identity-platform/app-objects-and-service-principals
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

BLOCKED = 53003  # by Conditional Access
LOCALHOST = re.compile(r"(https?://localhost)(?::[0-9]{1,5})?((?:[/?#].*)?)")  # what there is besides a port


@dataclass(frozen=True, slots=True)
class Secret:
    value: str
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class FederatedCredential:
    """An outside issuer whose tokens stand for a secret; all three are compared with regard to case."""

    issuer: str
    subject: str
    keys: str  # the issuer's JSON Web Key Set; the emulator fetches nothing
    audience: str = "api://AzureADTokenExchange"


@dataclass(frozen=True, slots=True)
class Redirect:
    """An address that answers may be sent to; of `kind` "spa", "web" or "public"."""

    uri: str
    kind: str = "spa"

    def is_the_same_but_for_the_port(self, uri: str) -> bool:
        """Whether both are on localhost; https://learn.microsoft.com/entra/identity-platform/reply-url says why."""
        mine, other = LOCALHOST.fullmatch(self.uri), LOCALHOST.fullmatch(uri)
        return mine is not None and other is not None and mine.groups() == other.groups()


@dataclass(frozen=True, slots=True)
class App:
    """An app registration."""

    client_id: str
    name: str = ""
    home: str | None = None  # id of the tenant it is registered in; None: some tenant elsewhere
    multitenant: bool = True
    secrets: tuple[Secret, ...] = ()
    certificates: tuple[str, ...] = ()  # PEM
    federated: tuple[FederatedCredential, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    roles: frozenset[str] = frozenset()  # the application permissions it declares: what /.default asks consent for
    scopes: frozenset[str] = frozenset()  # the delegated ones
    implicit: bool = False  # whether tokens may come straight from authorize

    def redirect(self, uri: str, *, any_port: bool = True) -> Redirect | None:
        """The registered redirect that an address means; on localhost its port may differ, for all or "public" only."""
        exact = (redirect for redirect in self.redirects if redirect.uri == uri)
        alike = (
            replace(redirect, uri=uri)
            for redirect in self.redirects
            if (any_port or redirect.kind == "public") and redirect.is_the_same_but_for_the_port(uri)
        )
        return next(chain(exact, alike), None)


@dataclass(slots=True)
class ServicePrincipal:
    """An app in a tenant. `roles` and `scopes` are what was granted; they may differ from what the app declares."""

    app: App
    roles: set[str] = field(default_factory=set)  # application permissions: tenant-wide
    scopes: set[str] = field(default_factory=set)  # delegated ones that an administrator granted for everybody
    scopes_of: dict[str, set[str]] = field(default_factory=dict)  # those that people granted, by their object id
    # AADSTS number by object id: 50076 a second factor, 50079 setting one up, 53003 blocked
    demands: dict[str, int] = field(default_factory=dict)
    assigned: set[str] | None = None  # object ids of those who may sign in, where assignment is required
