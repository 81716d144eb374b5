"""/emulator/calls and /emulator/counters: what was asked, and how it was answered."""

from fnmatch import fnmatchcase
from itertools import islice

import msgspec
from starlette.responses import Response

from graph_emulator.control.ask import Ask
from graph_emulator.errors import Json
from graph_emulator.log import Call

PAGE = 1000


async def show(ask: Ask) -> Json:
    """The calls after number `since` that everything given in the address is true of, and the number to go on from."""
    since, limit = ask.number("since", 0), ask.number("limit", PAGE)
    wanted = (call for call in ask.cloud.calls if call.number > since and _is_wanted(call, ask))
    found = list(islice(wanted, limit))
    last = found[-1].number if limit and len(found) == limit else ask.cloud.calls.last
    return {"last": last, "calls": [msgspec.to_builtins(call, builtin_types=(type(call.at),)) for call in found]}


def _is_wanted(call: Call, ask: Ask) -> bool:
    path = ask.query.get("path")
    fields = {
        "method": call.method,
        "mailbox": call.mailbox,
        "app": call.app,
        "tenant": call.tenant,
        "status": str(call.status),
    }
    return (path is None or fnmatchcase(call.path.lower(), path.lower())) and all(
        (found or "").lower() == ask.query.get(name, found or "").lower() for name, found in fields.items()
    )


async def clear(ask: Ask) -> Response:
    """Forgets calls and counters; numbers go on."""
    ask.cloud.calls.clear()
    return Response(status_code=204)


async def counters(ask: Ask) -> Json:
    calls = ask.cloud.calls
    return {
        "answers": [
            {"method": method, "path": path, "status": status, "count": count}
            for (method, path, status), count in sorted(calls.answers.items())
        ],
        "most_at_once": [
            {"tenant": tenant, "app": app, "mailbox": mailbox, "calls": most}
            for (tenant, app, mailbox), most in sorted(calls.most_at_once.items())
        ],
    }
