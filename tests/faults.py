"""Bad days of Microsoft 365: what the emulator is made to answer instead of the truth."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from graph_emulator.faults import NoAnswer
from graph_emulator.log import Answer, Call, Intercept

Fault = Callable[[Answer], Awaitable[Response]]


class Silence(Response):
    """Nothing is sent until who asked has gone; the service itself is done with it, so the mailbox is not kept busy."""

    def __init__(self) -> None:
        super().__init__(status_code=0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass


class Cut(Response):
    """The connection breaks in the middle of the answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"value": [', "more_body": True})


def answers(status: int, body: str = "", **headers: str) -> Fault:
    """That answer; `retry_after="1"` becomes the header Retry-After."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def fault(_: Answer) -> Response:
        return Response(body, status, named)

    return fault


def says(status: int, code: str) -> Fault:
    """An error in Graph's shape."""
    return answers(status, f'{{"error": {{"code": "{code}", "message": "secret words of Microsoft"}}}}')


async def truly(answer: Answer) -> Response:
    """No fault at all."""
    return await answer()


async def cut(_: Answer) -> Response:
    """Nothing is done and the connection breaks."""
    return Cut()


async def hung_up(_: Answer) -> Response:
    """Nothing is done, and nothing answered."""
    return NoAnswer()


async def done_but_cut(answer: Answer) -> Response:
    """It is done, but the answer is lost."""
    await answer()
    return Cut()


async def never(_: Answer) -> Response:
    """No answer comes at all."""
    return Silence()


def on(route: str, *faults: Fault, then: Fault = truly) -> Intercept:
    """One fault after another on a route such as "POST /users/{id}/events"; all else is as it should be."""
    coming = iter(faults)

    async def intercept(call: Call, answer: Answer) -> Response:
        return await (next(coming, then) if call.route == route else truly)(answer)

    return intercept
