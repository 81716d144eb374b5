"""
Microsoft's cloud as far as it is emulated: tenants, app registrations, one clock, and what was asked of it.

All state is in memory. The same seed, clock and requests give the same answers, but for the keys that sign tokens.
"""

from collections import deque
from dataclasses import dataclass, field, replace
from random import Random
from uuid import UUID

from starlette.responses import Response

from graph_emulator.agenda import Agenda
from graph_emulator.behaviour import Behaviour
from graph_emulator.clock import Clock
from graph_emulator.exchange.zones import Zone
from graph_emulator.log import Answer, Call, Intercept
from graph_emulator.registrations import App
from graph_emulator.tenant import Tenant
from graph_emulator.tokens import Tokens

CALLS_KEPT = 100_000


@dataclass
class Cloud:
    clock: Clock
    seed: int = 0
    behaviour: Behaviour = field(default_factory=Behaviour)
    intercept: Intercept | None = None

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311 - reproducible, no secret
        self.agenda = Agenda()
        self.tokens = Tokens(self.seed)
        self.apps: dict[str, App] = {}  # by client id
        self.tenants: dict[str, Tenant] = {}  # by id
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)

    def add_tenant(self, id: str, domain: str, zone: Zone) -> Tenant:
        tenant = self.tenants[id] = Tenant(self, id, domain, zone)
        return tenant

    def tenant(self, name: str) -> Tenant | None:
        """The tenant that a name in a path means: its id or its domain."""
        return next((tenant for tenant in self.tenants.values() if tenant.is_called(name)), None)

    def app(self, client_id: str) -> App | None:
        return self.apps.get(client_id.lower())

    def register(self, app: App) -> App:
        """Registers an app; without a service principal it may do nothing in any tenant yet."""
        self.apps[app.client_id.lower()] = app
        return app

    def catch_up(self) -> None:
        """Lets happen what is due by now: whoever looks at a calendar calls this first."""
        self.agenda.catch_up(self.clock())

    def new_id(self) -> str:
        return str(UUID(bytes=self.random.randbytes(16), version=4))

    async def answered(self, call: Call, answer: Answer) -> Response:
        """The answer to a call, or what the intercept makes of it."""
        response = await (self.intercept(call, answer) if self.intercept else answer())
        self.calls.append(replace(call, status=response.status_code))
        return response

    def calls_to(self, route: str) -> list[Call]:
        """The calls of one route, such as "POST /users/{id}/events"."""
        return [call for call in self.calls if call.route == route]
