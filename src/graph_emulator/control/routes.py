"""Which routes the control API has. Whatever else is asked below /emulator is answered with their list."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Served

from graph_emulator.control import behaviour, calls, clock, faults, guard, scenario, tenants
from graph_emulator.control.ask import Ask, Refused
from graph_emulator.errors import Json
from graph_emulator.rest import REST
from graph_emulator.scenario.reading import BadScenario

if TYPE_CHECKING:
    from graph_emulator.world import World

Handler = Callable[[Ask], Awaitable[object]]

ROOT = "/emulator"
CREATED = (faults.add, tenants.meet)
ROUTES: dict[str, dict[str, Handler]] = {
    "/scenario": {"GET": scenario.show, "PUT": scenario.replace},
    "/clock": {"GET": clock.show, "PATCH": clock.change},
    "/faults": {"GET": faults.show_all, "POST": faults.add, "DELETE": faults.remove_all},
    "/faults/{number:int}": {"GET": faults.show, "DELETE": faults.remove},
    "/calls": {"GET": calls.show, "DELETE": calls.clear},
    "/counters": {"GET": calls.counters},
    "/behaviour": {"GET": behaviour.show, "PATCH": behaviour.change},
    "/revoke": {"POST": behaviour.revoke},
    "/sign-out": {"POST": behaviour.sign_out},
    "/tenants": {"GET": tenants.show_all},
    "/tenants/{tenant}/meetings": {"POST": tenants.meet},
    "/tenants/{tenant}/mailboxes/{address}/busy": {"GET": tenants.busy},
    "/tenants/{tenant}/rooms/{address}/processing": {"GET": tenants.processing, "PATCH": tenants.change_processing},
    "/tenants/{tenant}/rooms/{address}/decision": {"POST": tenants.decide},
    "/tenants/{tenant}/rooms/{address}/check-in": {"POST": tenants.check_in},
}
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def routes(world: "World") -> list[Served]:
    def endpoint(handlers: dict[str, Handler]) -> Callable[[Request], Awaitable[Response]]:
        return partial(_answer, world, handlers)

    known = [Served(ROOT + path, endpoint(handlers), methods=METHODS) for path, handlers in ROUTES.items()]
    return [*known, *(Served(path, endpoint({}), methods=METHODS) for path in (ROOT, ROOT + REST))]


async def _answer(world: "World", handlers: dict[str, Handler], request: Request) -> Response:
    if reason := guard.refusal(request):
        return _json({"error": reason}, 403)
    handler = handlers.get("GET" if request.method == "HEAD" else request.method)
    if handler is None:
        return _unknown(handlers)
    try:
        told = await handler(Ask(world, request))
    except Refused as refused:
        return _json({"error": str(refused)}, refused.status)
    except BadScenario as bad:
        return _json({"error": str(bad)}, 400)
    return told if isinstance(told, Response) else _json(told, 201 if handler in CREATED else 200)


def _unknown(handlers: dict[str, Handler]) -> Response:
    if handlers:
        return _json({"error": f"Expected {' or '.join(handlers)}."}, 405)
    known: Json = {ROOT + path: list(handlers) for path, handlers in ROUTES.items()}
    return _json({"error": "There is nothing of that name.", "routes": known}, 404)


def _json(body: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")
