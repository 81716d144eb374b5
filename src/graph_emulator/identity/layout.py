"""
What all pages have in common: one document, one style sheet, and a policy that lets nothing else in.

No page has a script but for the form that posts itself, which the policy knows by its hash.
"""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from importlib.resources import files
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse, Response

STYLE = files(__package__).joinpath("pages.css").read_text(encoding="utf-8")


def page(
    title: str,
    content: str,
    *,
    status: int = 200,
    leads_to: str | None = None,
    script: str | None = None,
    tall: bool = False,
) -> Response:
    """A page; `leads_to` is the address of an app where its forms may end up."""
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<title>{escape(title)} – emulator</title><style>{STYLE}</style></head>"
        f'<body><main class="{"card tall" if tall else "card"}">{content}</main>'
        "<footer><p><strong>graph-emulator</strong>, not Microsoft. "
        "The people are invented and have no passwords.</p></footer></body></html>"
    )
    headers = {"Content-Security-Policy": _policy(leads_to, script), "Referrer-Policy": "strict-origin"}
    return HTMLResponse(html, status, headers | {"X-Content-Type-Options": "nosniff"})


def _policy(leads_to: str | None, script: str | None) -> str:
    # Chromium holds form-action against where a form's answer redirects to, so the app's origin is named.
    target = f" {_source(leads_to)}" if leads_to else ""
    # What asks nobody anything may post itself from an app's hidden frame.
    rest = f"script-src {_hash(script)}" if script else "frame-ancestors 'none'"
    return (
        f"default-src 'none'; style-src {_hash(STYLE)}; img-src data:; form-action 'self'{target}; base-uri 'none'; "
        f"{rest}"
    )


def _source(uri: str) -> str:
    """An address as a policy names it: by origin, or by scheme for those of apps on a device."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else f"{parts.scheme}:"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def hidden(parameters: Mapping[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in parameters.items()
    )
