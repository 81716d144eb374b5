"""
Microsoft's cloud as far as it is emulated: tenants, app registrations, one clock, and what was asked of it.

All state is in memory. The same seed, clock and requests give the same answers, but for the keys that sign
tokens and what guards the sign-in pages.
"""

from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from starlette.responses import Response

from graph_emulator.agenda import Agenda
from graph_emulator.behaviour import Behaviour
from graph_emulator.clock import Clock
from graph_emulator.exchange.meetings import Meetings
from graph_emulator.exchange.throttling import Throttling
from graph_emulator.exchange.zones import Zone
from graph_emulator.faults import Faults
from graph_emulator.log import Answer, Call, Intercept, Log
from graph_emulator.registrations import App
from graph_emulator.sign_ins import SignIns
from graph_emulator.tenant import Mailbox, Tenant
from graph_emulator.tokens import Grant, Tokens


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
        self.sign_ins = SignIns(self.seed)
        self.apps: dict[str, App] = {}  # by client id
        self.tenants: dict[str, Tenant] = {}  # by id
        self.meetings = Meetings(self)
        self.throttling = Throttling(self.seed)
        self.faults = Faults(self.seed)
        self.calls = Log()

    def add_tenant(self, id: str, domain: str, zone: Zone) -> Tenant:
        tenant = Tenant(self, id.lower(), domain, zone)
        self.tenants[tenant.id] = tenant
        return tenant

    def tenant(self, name: str) -> Tenant | None:
        """The tenant that a name in a path means: its id or its domain."""
        return next((tenant for tenant in self.tenants.values() if tenant.is_called(name)), None)

    def recipient(self, address: str) -> tuple[Tenant, Mailbox] | None:
        """Who gets mail that is sent to an address, in whichever tenant."""
        for tenant in self.tenants.values():
            if mailbox := tenant.addressed(address):
                return tenant, mailbox
        return None

    def app(self, client_id: str) -> App | None:
        return self.apps.get(client_id.lower())

    def register(self, app: App) -> App:
        """Registers an app; without a service principal it may do nothing in any tenant yet."""
        self.apps[app.client_id.lower()] = app
        return app

    def catch_up(self) -> None:
        """Lets happen what is due by now: whoever looks at a calendar calls this first."""
        self.agenda.catch_up(self.clock())

    def issue(self, grant: Grant) -> str:
        """An access token that stands for a grant."""
        return self.tokens.issue(grant, self.clock(), self.behaviour.access_tokens)

    def new_id(self) -> str:
        return str(UUID(bytes=self.random.randbytes(16), version=4))

    async def answered(self, call: Call, answer: Answer) -> Response:
        """The answer to a call, or what faults and then the intercept make of it."""
        asked = self.clock()
        if self.faults.active:
            answer = self.faults.around(self, call, answer)
        response = await (self.intercept(call, answer) if self.intercept else answer())
        self.calls.add(call, asked, response.status_code)
        return response

    def calls_to(self, route: str) -> list[Call]:
        """The calls of one route, such as "POST /users/{id}/events"."""
        return [call for call in self.calls if call.route == route]
