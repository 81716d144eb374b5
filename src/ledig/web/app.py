"""The application: every resource under one roof."""

from __future__ import annotations

from importlib.metadata import version

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from ledig.web import availability, days, edge, following, health, kiosk, me, pages, problems, rooms, venues
from ledig.web.caller import provide_caller
from ledig.web.house import House


def create(house: House) -> days.InFront:
    """The ASGI application over an opened house; it has no start or end of its own."""
    return days.InFront(_framework(house), house)


def _framework(house: House) -> Litestar:
    api = Router(
        "/api/v1",
        route_handlers=[
            venues.list_venues,
            venues.show_venue,
            venues.show_plan,
            days.show_day,
            following.follow_day,
            availability.show_availability,
            rooms.show_schedule,
            kiosk.routes,
            me.routes,
        ],
    )
    return Litestar(
        route_handlers=[api, health.health, health.ready, pages.index, pages.sign_in, *pages.assets()],
        dependencies={"house": Provide(_provide_house), "caller": Provide(provide_caller)},
        exception_handlers=problems.HANDLERS,
        state=State({"house": house}),
        before_send=[edge.add_headers],
        request_max_body_size=edge.LARGEST_BODY,
        compression_config=CompressionConfig(backend="gzip", minimum_size=1000, exclude_opt_key=edge.NO_COMPRESSION),
        openapi_config=OpenAPIConfig(
            title="ledig",
            version=version("ledig"),
            summary="Which meeting rooms are free, on a map, and booking them",
            path="/schema",
            render_plugins=[JsonRenderPlugin(path="/")],
        ),
        logging_config=None,
    )


async def _provide_house(state: State) -> House:
    house: House = state.house
    return house
