"""What is served: a cloud, until a scenario puts another one in its place."""

from email.utils import format_datetime

from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send

from graph_emulator.cloud import Cloud
from graph_emulator.control import routes as control
from graph_emulator.graph import routes as graph
from graph_emulator.identity import routes as identity


class World:
    """The ASGI application: sign-in, Graph and the control API on the same origin; answers are dated by its clock."""

    def __init__(self, cloud: Cloud) -> None:
        self.show(cloud)

    def show(self, cloud: Cloud) -> None:
        """Serves another cloud from the next request on."""
        self.cloud = cloud
        self._app = Starlette(routes=[*graph.routes(cloud), *control.routes(self), *identity.routes(cloud)])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(self.cloud.clock(), usegmt=True)
                message = {**message, "headers": [*message["headers"], (b"date", date.encode())]}
            await send(message)

        await self._app(scope, receive, dated)
