"""The pages and their files, as the build put them into static/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from litestar import Request, Response, Router, get
from litestar.datastructures import CacheControlHeader, Cookie, State
from litestar.static_files import create_static_files_router

from ledig.errors import NotFound
from ledig.web import edge
from ledig.web.house import House, TheHouse
from ledig.web.kiosk import cookie_name

STATIC = Path(__file__).parent.parent / "static"
NOT_BUILT = (
    "<!doctype html><title>ledig</title><p>The page is not built: ledig was installed with LEDIG_SKIP_CLIENT=1. "
    "The API works all the same. Install again without it to get the page."
)


@get("/", include_in_schema=False)
async def index(request: Request[object, object, State], house: TheHouse) -> Response[bytes]:
    return _page("index.html", cookies=_kiosk_cookie(house, request))


@get("/signin", include_in_schema=False)
async def sign_in(house: TheHouse) -> Response[bytes]:
    """The one page that asks somebody else than us: Microsoft, for tokens."""
    if house.sign_in is None:
        raise NotFound("Nobody signs in here.")
    login = urlsplit(house.sign_in.authority)
    csp = edge.CSP.replace("connect-src 'self'", f"connect-src 'self' {login.scheme}://{login.netloc}")
    return _page("signin.html", {"Content-Security-Policy": csp, "Referrer-Policy": "no-referrer"})


def _page(name: str, headers: Mapping[str, str] | None = None, *, cookies: Sequence[Cookie] = ()) -> Response[bytes]:
    page = STATIC / name
    content = page.read_bytes() if page.is_file() else NOT_BUILT.encode()
    return Response(
        content, media_type="text/html", headers={"Cache-Control": "no-cache", **(headers or {})}, cookies=[*cookies]
    )


def _kiosk_cookie(house: House, request: Request[object, object, State]) -> list[Cookie]:
    """In the demo every browser is the kiosk, but not under a name that somebody else gave this machine."""
    kiosk = house.settings.kiosk
    is_ours = f"http://{request.headers.get('host')}" == house.settings.origin
    if kiosk is None or not kiosk.hand_out or not is_ours:
        return []
    name = cookie_name(house.settings)
    return [Cookie(name, value=kiosk.secret, path="/api/v1/kiosk", httponly=True, samesite="strict", secure=False)]


def assets() -> list[Router]:
    """The built files; their names carry a hash of what is in them, so they never change."""
    folder = STATIC / "assets"
    if not folder.is_dir():
        return []
    forever = CacheControlHeader(public=True, max_age=31536000, immutable=True)
    return [create_static_files_router("/assets", [folder], cache_control=forever)]
