"""GET and PUT /emulator/scenario: the whole world, in JSON or TOML."""

from starlette.responses import Response

from graph_emulator.control.ask import Ask
from graph_emulator.scenario.dumping import dump
from graph_emulator.scenario.loading import load
from graph_emulator.scenario.reading import from_json, from_toml, to_json, to_toml

TOML = "application/toml"


async def show(ask: Ask) -> Response:
    scenario = dump(ask.cloud)
    if "toml" in ask.request.headers.get("accept", ""):
        return Response(to_toml(scenario), media_type=TOML)
    return Response(to_json(scenario), media_type="application/json")


async def replace(ask: Ask) -> object:
    """Puts the world of a scenario in the place of the one there is; a bad scenario changes nothing."""
    text = await ask.text()
    is_toml = "toml" in ask.request.headers.get("content-type", "")
    ask.world.show(load(from_toml(text) if is_toml else from_json(text), ask.cloud.clock))
    return {"tenants": [tenant.id for tenant in ask.cloud.tenants.values()]}
