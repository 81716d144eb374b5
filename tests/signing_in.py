"""A person who signs in: what Microsoft would give their browser, and what the page does with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

from graph_emulator import demo as tenants
from graph_emulator.identity.keys import signed
from graph_emulator.tenant import Tenant
from ledig.settings import Settings
from ledig.web.app import create
from ledig.web.house import opened_house
from ledig.web.sign_in import SCOPES
from lobby import ToldClock

AMARA = "amara.okafor@example.org"  # who has a picture
ME = "/api/v1/me"
SESSION = f"{ME}/session"
PARTS = [f"ledig-session-8000-{number}" for number in range(4)]
MEMBER = "ledig-member-8000"


def claims(tenant: Tenant, login: str, nonce: str) -> dict[str, object]:
    """What Microsoft says of Amara, just now."""
    now = int(tenant.cloud.clock().timestamp())
    return {
        "iss": f"{login}/{tenant.id}/v2.0",
        "aud": tenants.CLIENT_ID,
        "iat": now,
        "nbf": now,
        "exp": now + 3600,
        "nonce": nonce,
        "tid": tenant.id,
        "oid": tenant.object_id(AMARA),
        "name": "Amara Okafor",
    }


def access_token(tenant: Tenant, address: str = AMARA) -> str:
    return tenant.person_token(tenant.cloud.apps[tenants.CLIENT_ID], address, SCOPES)


async def nonce(browser: httpx.AsyncClient) -> str:
    answer = await browser.post(f"{SESSION}/nonce")
    assert answer.status_code == 201, answer.text
    told: str = answer.json()["nonce"]
    return told


async def sign_in(
    browser: httpx.AsyncClient,
    tenant: Tenant,
    login: str,
    token: str | None = None,
    *,
    changed: Mapping[str, object] | None = None,
) -> httpx.Response:
    """What the page does when Microsoft has sent somebody back; `changed` are claims that are not as they should be."""
    said = claims(tenant, login, await nonce(browser)) | {**(changed or {})}
    body = {"access_token": token or access_token(tenant), "id_token": signed(said), "expires_in": 4000}
    return await browser.put(SESSION, json=body)


def sent(answer: httpx.Response) -> dict[str, str]:
    """The cookies that an answer sets, by their names."""
    return {cookie.partition("=")[0]: cookie for cookie in answer.headers.get_list("set-cookie")}


def forgotten(answer: httpx.Response) -> set[str]:
    """Those that a browser forgets then."""
    return {name for name, cookie in sent(answer).items() if "Max-Age=0" in cookie.split("; ")}


@asynccontextmanager
async def served(settings: Settings, clock: ToldClock) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at another deployment."""
    async with opened_house(settings, clock) as house:
        transport = httpx.ASGITransport(create(house))  # type: ignore[arg-type]  # says less than ASGI
        async with httpx.AsyncClient(
            transport=transport, base_url=settings.public_url, headers={"Origin": settings.public_url}
        ) as client:
            yield client
