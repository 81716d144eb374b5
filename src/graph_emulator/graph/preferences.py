"""
The Prefer header: in which zone times come, which form ids have, how long a page is, and text or HTML.

https://learn.microsoft.com/graph/outlook-immutable-id and https://learn.microsoft.com/graph/api/event-get
"""

import re
from dataclasses import dataclass

from starlette.datastructures import Headers

from graph_emulator.exchange.zones import UTC_ZONE, Zone, zone

_PREFERENCE = re.compile(r"([\w.\-]+)\s*(?:=\s*(?:\"([^\"]*)\"|([^\",;\s]+)))?")


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the Prefer header asks for, as far as it is known; the rest of it is ignored, as preferences are."""

    zone: Zone = UTC_ZONE
    immutable_ids: bool = False
    text: bool = False
    page: int | None = None
    applied: str = ""  # what the answer says was honoured


def preferences(headers: Headers) -> Preferences:
    """The Prefer headers of a request; an unknown zone in them is a 400, as in the service."""
    given = {
        name.lower(): quoted or bare
        for header in headers.getlist("prefer")
        for name, quoted, bare in _PREFERENCE.findall(header)
    }
    chosen = zone(given["outlook.timezone"]) if "outlook.timezone" in given else UTC_ZONE
    immutable = given.get("idtype", "").lower() == "immutableid"
    body = given.get("outlook.body-content-type", "").lower()
    page = given.get("odata.maxpagesize", "")
    size = int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 10 and int(page) else None
    applied = [f'outlook.timezone="{chosen.name}"'] if "outlook.timezone" in given else []
    applied += ['IdType="ImmutableId"'] if immutable else []
    applied += [f'outlook.body-content-type="{body}"'] if body in ("text", "html") else []
    applied += [f"odata.maxpagesize={size}"] if size else []
    return Preferences(chosen, immutable, body == "text", size, ", ".join(applied))
