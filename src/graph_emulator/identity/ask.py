"""A request to the identity platform, and what all its endpoints make of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl
from uuid import UUID

from starlette.requests import Request

from graph_emulator.cloud import Cloud
from graph_emulator.errors import TokenError
from graph_emulator.registrations import App
from graph_emulator.tenant import Tenant

SHARED_NAMES = ("common", "organizations", "consumers")
LARGEST_FORM = 200_000


@dataclass(frozen=True, slots=True)
class Ask:
    """A request with its parameters, whether they came in the address or in a form."""

    cloud: Cloud
    request: Request
    parameters: Mapping[str, str]
    correlation_id: str

    @property
    def directory(self) -> str:
        """The tenant as the path names it."""
        return str(self.request.path_params["tenant"])

    @property
    def origin(self) -> str:
        return str(self.request.base_url).rstrip("/")

    @property
    def is_shared(self) -> bool:
        """Whether the path names no tenant, but everybody's."""
        return self.directory.lower() in SHARED_NAMES

    def issuer(self, tenant_id: str = "{tenantid}") -> str:
        """The issuer of a tenant's tokens; without a tenant, the template that is in documents of all."""
        return f"{self.cloud.behaviour.login_origin or self.origin}/{tenant_id}/v2.0"

    def endpoint(self, path: str) -> str:
        return f"{self.origin}/{self.directory}{path}"

    def get(self, name: str) -> str | None:
        """A parameter; an empty one is none."""
        return self.parameters.get(name) or None

    def required(self, name: str) -> str:
        if value := self.get(name):
            return value
        raise TokenError(
            400, "invalid_request", 900144, f"The request body must contain the following parameter: '{name}'."
        )

    def tenant(self, code: str = "invalid_request") -> Tenant | None:
        """The tenant the path names, or None if it means all; an unknown one is an error of that code."""
        tenant = self.cloud.tenant(self.directory)
        if tenant or self.is_shared:
            return tenant
        raise TokenError(
            400,
            code,
            90002,
            f"Tenant '{self.directory}' not found. Check to make sure you have the correct tenant ID and are signing "
            "into the correct cloud. Check with your subscription administrator, this may happen if there are no "
            "active subscriptions for the tenant.",
        )

    def admits(self, tenant: Tenant) -> bool:
        """Whether the path lets people of a tenant sign in; nobody has a personal account, as "consumers" wants."""
        return self.tenant() in (None, tenant) and self.directory.lower() != "consumers"

    def app(self) -> App:
        """The app that asks, which must be known, and to a tenant that the path names."""
        client_id = self.required("client_id")
        tenant = self.tenant()
        app = self.cloud.app(client_id)
        if app is None or (tenant and not may_be_used_in(app, tenant)):
            raise unknown_app(client_id, self.directory)
        return app

    def check_reach(self, app: App) -> None:
        """50194 for an app of one tenant where the path means all."""
        if self.is_shared and not app.multitenant:
            raise TokenError(
                400,
                "invalid_request",
                50194,
                f"Application '{app.client_id}'({app.name}) is not configured as a multi-tenant application. Usage of "
                f"the /{self.directory} endpoint is not supported for such applications created after '10/15/2018'. "
                "Use a tenant-specific endpoint or configure the application to be multi-tenant.",
            )


def may_be_used_in(app: App, tenant: Tenant) -> bool:
    at_home = app.home in (None, tenant.id)
    return app.multitenant or at_home or tenant.service_principal(app.client_id) is not None


def unknown_app(client_id: str, directory: str) -> TokenError:
    return TokenError(
        400,
        "unauthorized_client",
        700016,
        f"Application with identifier '{client_id}' was not found in the directory '{directory}'. This can happen if "
        "the application has not been installed by the administrator of the tenant or consented to by any user in the "
        "tenant. You may have sent your authentication request to the wrong tenant.",
    )


async def read(cloud: Cloud, request: Request) -> Ask:
    """
    A request with its parameters: those of a form if it has a body, else those in the address.

    A body that is no form has no parameters; a name that comes twice, or a body too large, is refused (90023).
    """
    pairs = parse_qsl(request.url.query)
    if request.method == "POST":
        pairs = await _form(request)
    parameters = dict(pairs)
    if len(parameters) < len(pairs):
        raise TokenError(400, "invalid_request", 90023, "A request parameter is given more than once.")
    return Ask(cloud, request, parameters, correlation_id(request))


async def _form(request: Request) -> list[tuple[str, str]]:
    if not request.headers.get("content-type", "").lower().startswith("application/x-www-form-urlencoded"):
        return []
    body = bytearray()
    async for chunk in request.stream():  # to its end, or whoever sends it would not hear of the refusal
        body += chunk[: LARGEST_FORM + 1 - len(body)]
    if len(body) > LARGEST_FORM:
        raise TokenError(400, "invalid_request", 90023, "The request is too large.")
    return parse_qsl(body.decode(errors="replace"))


def correlation_id(request: Request) -> str:
    """The id the client gave the request, if it is one; else an empty string."""
    given = request.headers.get("client-request-id") or request.query_params.get("client-request-id") or ""
    try:
        return str(UUID(given))
    except ValueError:
        return ""
