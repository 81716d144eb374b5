"""
What `scope` means: names of permissions, bare or with their resource, and OpenID's own.

https://learn.microsoft.com/entra/identity-platform/scopes-oidc
"""

from dataclasses import dataclass

from graph_emulator.errors import TokenError
from graph_emulator.permissions import GRAPH, GRAPH_ID, OPENID, delegated
from graph_emulator.registrations import App, ServicePrincipal

DEFAULT = "/.default"


@dataclass(frozen=True, slots=True)
class Scopes:
    """Scopes as an app asked for them, in its spelling, and the permissions they stand for."""

    asked: tuple[str, ...]
    permissions: frozenset[str]
    by_default: bool  # whether /.default is among them, by which an app asks for all it declares

    @property
    def openid(self) -> bool:
        return "openid" in self.permissions

    def missing(self, allowed: frozenset[str]) -> frozenset[str]:
        """What is still to be consented to; /.default is content with whatever was granted before."""
        if self.by_default and allowed.difference(OPENID):
            return frozenset()
        return self.permissions - allowed


def scopes_of(text: str, app: App, directory: str) -> Scopes:
    """
    What a `scope` asks for on a person's behalf.

    70011 if it is empty or mixes /.default with others; 500011 for a resource that is not there; 650053 for a
    permission that the resource does not have.
    """
    asked = tuple(dict.fromkeys(text.split()))
    if not asked:
        raise invalid_scope(text)
    names = [_name(scope, app, directory) for scope in asked]
    plain = frozenset(name for name in names if name != ".default")
    if ".default" not in names:
        return Scopes(asked, plain, by_default=False)
    if plain.difference(OPENID):
        raise invalid_scope(text, " .default scope can't be combined with resource-specific scopes.")
    return Scopes(asked, plain | app.scopes, by_default=True)


def _name(scope: str, app: App, directory: str) -> str:
    if scope.lower() in OPENID:
        return scope.lower()
    resource, _, name = scope.rpartition("/")
    _check_resource(resource.rstrip("/"), scope, directory)
    if name.lower() == ".default" and resource:
        return ".default"
    if found := delegated(name):
        return found
    raise TokenError(
        400,
        "invalid_client",
        650053,
        f"The application '{app.name or app.client_id}' asked for scope '{name}' that doesn't exist on the resource "
        f"'{GRAPH_ID}'. Contact the app vendor.",
    )


def _check_resource(resource: str, scope: str, directory: str) -> None:
    """Graph is the only resource there is; a scope without one means Graph."""
    if resource and resource.lower() not in (GRAPH, GRAPH_ID):
        raise unknown_resource(resource, directory)


def graph_default(text: str, directory: str) -> None:
    """Checks the scope of an app by itself, which is one resource with /.default; else 70011, 700022, 500011."""
    asked = text.split()
    resources = {scope.removesuffix(DEFAULT).rstrip("/") for scope in asked if scope.endswith(DEFAULT)}
    if len(resources) > 1:
        raise TokenError(
            400,
            "invalid_scope",
            700022,
            f"The provided value for the input parameter 'scope' isn't valid because it contains more than one "
            f"resource. Scope {text} isn't valid.",
        )
    if len(asked) != 1 or not resources:
        raise invalid_scope(text)
    if (resource := resources.pop()).lower() not in (GRAPH, GRAPH_ID):
        raise unknown_resource(resource, directory)


def granted(scopes: Scopes, allowed: frozenset[str]) -> tuple[str, ...]:
    """Scopes as they are told to the app: in its spelling, without offline_access, /.default written out."""
    told: list[str] = []
    for scope in scopes.asked:
        if scope.lower().endswith(DEFAULT):
            told += [f"{GRAPH}/{name}" for name in sorted(allowed.difference(OPENID))]
        if scope.lower() != "offline_access":
            told.append(scope)
    return tuple(dict.fromkeys(told))


def consented(principal: ServicePrincipal | None, person: str) -> frozenset[str]:
    """The delegated permissions an app has for a person: by an administrator, and by the person."""
    if principal is None:
        return frozenset()
    found = principal.scopes | principal.scopes_of.get(person, set())
    # Whoever consented to anything is known to the app, so signing in needs no consent of its own.
    return frozenset(found | set(OPENID)) if found else frozenset()


def not_consented(app: App, code: str) -> TokenError:
    return TokenError(
        400,
        code,
        65001,
        f"The user or administrator has not consented to use the application with ID '{app.client_id}' named "
        f"'{app.name}'. Send an interactive authorization request for this user and resource.",
        "consent_required",
    )


def invalid_scope(text: str, reason: str = "") -> TokenError:
    return TokenError(
        400,
        "invalid_scope",
        70011,
        f"The provided value for the input parameter 'scope' isn't valid. The scope {text} isn't valid.{reason}",
    )


def unknown_resource(resource: str, directory: str) -> TokenError:
    return TokenError(
        400,
        "invalid_resource",
        500011,
        f"The resource principal named {resource} was not found in the tenant named {directory}. This can happen if "
        "the application has not been installed by the administrator of the tenant or consented to by any user in the "
        "tenant. You might have sent your authentication request to the wrong tenant.",
    )
