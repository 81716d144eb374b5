"""The ways there are to sign in to the emulator: for each, a folder of the site whose pages go that way."""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from emulator.browser.site import Site
from graph_emulator.registrations import App, Redirect
from graph_emulator.server import Running

SECURE = ("https", "common")  # folders of pages over https; those of the others come over http
PLAIN = ("http", "http-one-site")
NOMINAL = "login.emulator.invalid"  # a host that nobody asks for anything
SCOPES = ("User.Read", "Calendars.ReadWrite")


def folder(site: Site, way: str) -> str:
    return f"{site.https if way in SECURE else site.http}/{way}"


def redirects(site: Site) -> tuple[Redirect, ...]:
    """What the app's registration has to name."""
    pages = ("bridge.html", "msal.html", "oauth.html")
    return tuple(Redirect(f"{folder(site, way)}/{page}") for way in (*SECURE, *PLAIN) for page in pages)


def configurations(served: Running, app: App) -> dict[str, Mapping[str, object]]:
    """For each folder, what its pages are told about the cloud."""
    tenant = served.tenant.id
    secure, plain = (f"localhost:{urlsplit(origin).port}" for origin in (served.https, served.http))
    return {
        "https": _discovered("https", app, f"https://{secure}", tenant),
        "common": _discovered("common", app, f"https://{secure}", "common"),
        "http": _nominal("http", app, served.http, tenant),
        "http-one-site": _nominal("http-one-site", app, f"http://{plain}", tenant),
    }


def _discovered(way: str, app: App, origin: str, tenant: str) -> Mapping[str, object]:
    """An authority that MSAL asks for its endpoints."""
    authority = {"authority": f"{origin}/{tenant}", "knownAuthorities": [urlsplit(origin).netloc]}
    return _told(way, app, origin, tenant, authority)


def _nominal(way: str, app: App, origin: str, tenant: str) -> Mapping[str, object]:
    """An authority in name only, as MSAL refuses any over http, with endpoints that are."""
    endpoints = {
        "issuer": f"https://{NOMINAL}/{tenant}/v2.0",
        "authorization_endpoint": f"{origin}/{tenant}/oauth2/v2.0/authorize",
        "token_endpoint": f"{origin}/{tenant}/oauth2/v2.0/token",
        "end_session_endpoint": f"{origin}/{tenant}/oauth2/v2.0/logout",
        "jwks_uri": f"{origin}/{tenant}/discovery/v2.0/keys",
    }
    authority = {
        "authority": f"https://{NOMINAL}/{tenant}",
        "knownAuthorities": [NOMINAL],
        "authorityMetadata": json.dumps(endpoints),
    }
    return _told(way, app, origin, tenant, authority)


def _told(way: str, app: App, origin: str, tenant: str, authority: Mapping[str, object]) -> Mapping[str, object]:
    bridge = f"/{way}/bridge.html"
    auth = {"clientId": app.client_id, "redirectUri": bridge, "postLogoutRedirectUri": bridge, **authority}
    return {
        "graph": origin,
        "msal": {"auth": auth},
        "oauth": {
            "issuer": f"{origin}/{tenant}/v2.0",
            "client_id": app.client_id,
            "scope": " ".join(("openid", "profile", "offline_access", *SCOPES)),
        },
    }
