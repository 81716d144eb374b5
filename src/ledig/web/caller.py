"""Who asks, as far as budgets need to know: the address the connection comes from. It is kept nowhere else."""

from __future__ import annotations

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency

Caller = NamedDependency[str]
"""How a handler asks for it, as `caller`."""


async def provide_caller(request: Request[object, object, State]) -> str:
    return request.client.host if request.client else ""
