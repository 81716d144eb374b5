"""/emulator/faults: what goes wrong from now on, until it is taken away."""

import msgspec
from starlette.responses import Response

from graph_emulator.control.ask import Ask, Refused
from graph_emulator.errors import Json
from graph_emulator.faults import Active, AnyFault


async def show_all(ask: Ask) -> list[Json]:
    return [_shown(active) for active in ask.cloud.faults.active]


async def show(ask: Ask) -> Json:
    return _shown(_found(ask))


async def add(ask: Ask) -> Json:
    return _shown(ask.cloud.faults.add(await ask.sent(AnyFault)))  # type: ignore[arg-type]


async def remove(ask: Ask) -> Response:
    ask.cloud.faults.remove([_found(ask)])
    return Response(status_code=204)


async def remove_all(ask: Ask) -> Response:
    ask.cloud.faults.remove(ask.cloud.faults.active)
    return Response(status_code=204)


def _shown(active: Active) -> Json:
    """The fault with its number, and how many calls it has met."""
    fault: Json = msgspec.to_builtins(active.fault)
    return {"number": active.number, "met": active.met} | fault


def _found(ask: Ask) -> Active:
    number = ask.request.path_params["number"]
    if active := ask.cloud.faults.find(number):
        return active
    raise Refused(404, f"There is no fault {number}.")
