"""/emulator/behaviour: the switches; and what makes tokens and sign-ins bad."""

from starlette.responses import Response

from graph_emulator.control.ask import Ask
from graph_emulator.errors import Json
from graph_emulator.scenario.settings import BehaviourSettings, changed, shown


async def show(ask: Ask) -> Json:
    return shown(ask.cloud.behaviour, BehaviourSettings)


async def change(ask: Ask) -> Json:
    ask.cloud.behaviour = changed(ask.cloud.behaviour, await ask.sent(BehaviourSettings))
    return await show(ask)


async def revoke(ask: Ask) -> Response:
    """From now on all access tokens given out so far are refused."""
    ask.cloud.tokens.revoke_all()
    return Response(status_code=204)


async def sign_out(ask: Ask) -> Response:
    """Nobody is signed in any more; codes and refresh tokens are bad, access tokens are not."""
    ask.cloud.sign_ins.revoke_all()
    return Response(status_code=204)
