"""/me/session: what a browser keeps of a sign-in, and who may put it there."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from graph_emulator.identity.keys import signed
from graph_emulator.server import Running
from graph_emulator.tenant import Tenant
from ledig.settings import Settings
from lobby import ToldClock
from signing_in import ME, MEMBER, PARTS, SESSION, access_token, claims, forgotten, nonce, sent, served, sign_in

OTHER_TENANT = "11111111-1111-4111-8111-111111111111"


async def test_says_how_to_sign_in(visitor: httpx.AsyncClient, graph: Running) -> None:
    """The page knows where to send people, and whether it has to."""
    told = (await visitor.get(SESSION)).json()

    assert told == {
        "sign_in": {
            "client_id": "0b7e4c52-1f3d-4a68-8e95-7c2d9f10a4b6",
            "issuer": f"{graph.http}/{{tenantid}}/v2.0",
            "authorization_endpoint": f"{graph.http}/common/oauth2/v2.0/authorize",
            "token_endpoint": f"{graph.http}/common/oauth2/v2.0/token",
            "scope": "openid profile User.Read Calendars.ReadWrite",
        },
        "ends": None,
    }


async def test_a_session_ends_with_its_token(amara: httpx.AsyncClient, clock: ToldClock) -> None:
    """To the second; then the browser is told to forget it."""
    assert (await amara.get(SESSION)).json()["ends"] == "2026-11-23T10:16:40Z"
    await clock.move(timedelta(seconds=4000))

    answer = await amara.get(ME)

    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_again")
    assert forgotten(answer) >= {*PARTS, MEMBER}
    assert (await amara.get(SESSION)).json()["ends"] is None


async def test_signing_out_forgets_everything(amara: httpx.AsyncClient) -> None:
    answer = await amara.delete(SESSION)

    assert answer.status_code == 204
    assert forgotten(answer) == {*PARTS, MEMBER}
    assert (await amara.get(ME)).status_code == 401


# The cookies


async def test_the_cookies_are_for_us_alone(visitor: httpx.AsyncClient, tenant: Tenant, graph: Running) -> None:
    """No script reads them, no other page sends them; the token goes to /me alone. On loopback without Secure."""
    answer = await sign_in(visitor, tenant, graph.http)

    kept = {name: rest for name, rest in sent(answer).items() if name not in forgotten(answer)}
    assert list(kept) == ["ledig-session-8000-0", MEMBER]
    assert _flags(kept["ledig-session-8000-0"]) == {"HttpOnly", "SameSite=strict", "Path=/api/v1/me", "Max-Age=4000"}
    assert _flags(kept[MEMBER]) == {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=4000"}


async def test_on_the_network_browsers_are_made_to_keep_them_safe(
    settings: Settings, clock: ToldClock, tenant: Tenant, graph: Running
) -> None:
    """By the prefixes of their names: only we can set them, and only over https."""
    async with served(replace(settings, public_url="https://rooms.example.org"), clock) as browser:
        asked = await browser.post(f"{SESSION}/nonce")
        answer = await sign_in(browser, tenant, graph.http)
        assert (await browser.get(ME)).status_code == 200

    assert list(sent(asked)) == ["__Secure-ledig-nonce"]
    assert _flags(sent(asked)["__Secure-ledig-nonce"]) == {
        *("Secure", "HttpOnly", "SameSite=strict", "Path=/api/v1/me/session", "Max-Age=600")
    }
    kept = {name: rest for name, rest in sent(answer).items() if name not in forgotten(answer)}
    assert list(kept) == ["__Secure-ledig-session-0", "__Host-ledig-member"]
    assert {"Secure", "Path=/api/v1/me"} < _flags(kept["__Secure-ledig-session-0"])
    assert {"Secure", "Path=/"} < _flags(kept["__Host-ledig-member"])


async def test_a_large_token_takes_more_cookies_and_a_small_one_after_it_gives_them_back(
    visitor: httpx.AsyncClient, tenant: Tenant, graph: Running
) -> None:
    """People in many groups have large ones; no cookie is larger than browsers keep."""
    large = await sign_in(visitor, tenant, graph.http, "x" * 11_000)
    assert [len(f"{name}={visitor.cookies[name]}") <= 4096 for name in PARTS] == [True] * 4
    assert (await visitor.get(SESSION)).json()["ends"]

    small = await sign_in(visitor, tenant, graph.http)

    assert "ledig-session-8000-3" not in forgotten(large)
    assert forgotten(small) == {*PARTS[1:], "ledig-nonce-8000"}
    assert (await visitor.get(ME)).status_code == 200


async def test_a_token_that_fits_in_no_cookies_is_refused(
    amara: httpx.AsyncClient, tenant: Tenant, graph: Running
) -> None:
    """In a sentence: browsers would drop it and say nothing."""
    answer = await sign_in(amara, tenant, graph.http, "x" * 12_000)

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "organisation" in answer.json()["detail"]
    assert (await amara.get(ME)).status_code == 401


async def test_a_body_larger_than_any_tokens_is_not_read(visitor: httpx.AsyncClient) -> None:
    body = {"access_token": "x" * 40_000, "id_token": "x", "expires_in": 1}

    assert (await visitor.put(SESSION, json=body)).status_code == 413


@pytest.mark.parametrize("where", [0, 20, 600, -8])
async def test_a_cookie_that_was_tampered_with_is_refused_and_forgotten(amara: httpx.AsyncClient, where: int) -> None:
    was = amara.cookies[PARTS[0]]
    changed = "A" if was[where] != "A" else "B"
    cookie = {"Cookie": f"{PARTS[0]}={was[:where]}{changed}{was[where:][1:]}"}
    amara.cookies.clear()

    state, me = await amara.get(SESSION, headers=cookie), await amara.get(ME, headers=cookie)

    assert state.json()["ends"] is None
    assert me.status_code == 401
    assert forgotten(state) == forgotten(me) - {"ledig-nonce-8000"} == {*PARTS, MEMBER}


@pytest.mark.parametrize("value", ["", "x", "ä", "=", "AAAA", "A" * 3800, '"', "%00"])
async def test_what_is_no_cookie_of_ours_is_refused(visitor: httpx.AsyncClient, value: str) -> None:
    answer = await visitor.get(ME, headers={b"Cookie": f"{PARTS[0]}={value}".encode()})

    assert answer.status_code == 401


async def test_one_kind_of_cookie_does_not_do_for_another(amara: httpx.AsyncClient) -> None:
    """Sealed by the same key, but for another purpose."""
    member = amara.cookies[MEMBER]

    assert (await amara.get(ME, headers={"Cookie": f"{PARTS[0]}={member}"})).status_code == 401


async def test_sessions_of_another_deployment_are_refused(
    amara: httpx.AsyncClient, settings: Settings, clock: ToldClock, tmp_path: Path
) -> None:
    """Of one with another key, and of one with the same key under another address."""
    cookie = {"Cookie": f"{PARTS[0]}={amara.cookies[PARTS[0]]}"}
    others = [
        replace(settings, database=str(tmp_path / "other.db")),
        replace(settings, public_url="http://127.0.0.1:8000"),
    ]

    for other in others:
        async with served(other, clock) as browser:
            assert (await browser.get(ME, headers=cookie)).status_code == 401


async def test_keys_are_changed_without_anybody_signing_in_again(
    settings: Settings, clock: ToldClock, tenant: Tenant, graph: Running
) -> None:
    """A new one in front seals, the old one behind it opens; without it, its sessions are over."""
    old, new = (urlsafe_b64encode(bytes([number]) * 32).decode().rstrip("=") for number in (1, 2))
    assert settings.sign_in
    settings = replace(settings, public_url="http://localhost:8000")
    async with served(_with_keys(settings, old), clock) as browser:
        await sign_in(browser, tenant, graph.http)
        before = {"Cookie": f"{PARTS[0]}={browser.cookies[PARTS[0]]}"}
    async with served(_with_keys(settings, f"{new} {old}"), clock) as browser:
        assert (await browser.get(ME, headers=before)).status_code == 200
        await sign_in(browser, tenant, graph.http)
        after = {"Cookie": f"{PARTS[0]}={browser.cookies[PARTS[0]]}"}
    async with served(_with_keys(settings, new), clock) as browser:
        assert (await browser.get(ME, headers=after)).status_code == 200
        assert (await browser.get(ME, headers=before)).status_code == 401


# Signing in


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example/5f6c1d3e-8a0b-4c1e-9d7a-2b4e6f8091a3/v2.0"},
        {"tid": "11111111-1111-4111-8111-111111111111"},
        {"tid": "../common"},
        {"aud": "00000003-0000-0000-c000-000000000000"},
        {"exp": 1},
        {"nbf": 9_999_999_999},
        {"nonce": "of-another-browser"},
        {"nonce": None},
        {"oid": None},
    ],
    ids=lambda changed: "-".join(changed),
)
async def test_refuses_an_id_token_that_is_not_as_it_should_be(
    visitor: httpx.AsyncClient, tenant: Tenant, graph: Running, changed: dict[str, object]
) -> None:
    answer = await sign_in(visitor, tenant, graph.http, changed=changed)

    assert (answer.status_code, answer.json()["code"]) == (403, "sign_in_refused")
    assert forgotten(answer) == {*PARTS, MEMBER, "ledig-nonce-8000"}


@pytest.mark.parametrize(
    ("accounts", "status"),
    [
        ("organizations", 204),
        ("5F6C1D3E-8A0B-4C1E-9D7A-2B4E6F8091A3", 204),
        (OTHER_TENANT, 403),
    ],
)
async def test_where_one_tenants_accounts_sign_in_no_others_do(
    settings: Settings, clock: ToldClock, tenant: Tenant, graph: Running, accounts: str, status: int
) -> None:
    """Although Microsoft would sign them in under another address."""
    tenant.cloud.add_tenant(OTHER_TENANT, "other.example", tenant.zone)
    assert settings.sign_in
    async with served(replace(settings, sign_in=replace(settings.sign_in, tenant=accounts)), clock) as browser:
        assert (await sign_in(browser, tenant, graph.http)).status_code == status


async def test_refuses_an_id_token_that_microsoft_did_not_sign(
    visitor: httpx.AsyncClient, tenant: Tenant, graph: Running
) -> None:
    """Not signed at all, signed by nobody we know, changed afterwards."""
    good = signed(claims(tenant, graph.http, "nonce")).split(".")
    none = urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    symmetric = urlsafe_b64encode(b'{"alg":"HS256","kid":"x"}').decode().rstrip("=")
    for token in (
        "x",
        "a.b.c",
        f"{none}.{good[1]}.",
        f"{symmetric}.{good[1]}.{good[2]}",
        f"{good[0]}.{good[1]}.{'A' * 342}",
        f"{good[0]}.{good[1][:-4]}AAAA.{good[2]}",
    ):
        await nonce(visitor)
        answer = await visitor.put(SESSION, json={"access_token": "x", "id_token": token, "expires_in": 60})
        assert (answer.status_code, answer.json()["code"]) == (403, "sign_in_refused"), token


async def test_a_nonce_is_good_once(visitor: httpx.AsyncClient, tenant: Tenant, graph: Running) -> None:
    """Although its cookie was kept by somebody."""
    said = claims(tenant, graph.http, await nonce(visitor))
    body = {"access_token": access_token(tenant), "id_token": signed(said), "expires_in": 60}
    cookie = {"Cookie": f"ledig-nonce-8000={visitor.cookies['ledig-nonce-8000']}"}

    first = await visitor.put(SESSION, json=body)
    without = await visitor.put(SESSION, json=body)
    with_it = await visitor.put(SESSION, json=body, headers=cookie)

    assert [answer.status_code for answer in (first, without, with_it)] == [204, 403, 403]


async def test_a_nonce_is_good_for_ten_minutes(
    visitor: httpx.AsyncClient, tenant: Tenant, graph: Running, clock: ToldClock
) -> None:
    said = claims(tenant, graph.http, await nonce(visitor))
    await clock.move(timedelta(minutes=10))

    body = {"access_token": "x", "id_token": signed(said), "expires_in": 60}
    assert (await visitor.put(SESSION, json=body)).status_code == 403


async def test_a_nonce_is_good_in_its_own_browser(visitor: httpx.AsyncClient, tenant: Tenant, graph: Running) -> None:
    """Or somebody could be signed in as somebody else without noticing."""
    said = claims(tenant, graph.http, await nonce(visitor))
    visitor.cookies.clear()
    await nonce(visitor)

    body = {"access_token": "x", "id_token": signed(said), "expires_in": 60}
    assert (await visitor.put(SESSION, json=body)).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"access_token": "", "id_token": "x", "expires_in": 60},
        {"access_token": "a b", "id_token": "x", "expires_in": 60},
        {"access_token": "x\r\nX-Evil: 1", "id_token": "x", "expires_in": 60},
        {"access_token": "x", "id_token": "x", "expires_in": 0},
        {"access_token": "x", "id_token": "x", "expires_in": 60, "refresh_token": "x"},
    ],
)
async def test_refuses_a_body_that_makes_no_sense(visitor: httpx.AsyncClient, body: dict[str, object]) -> None:
    """A refresh token, too: nothing here may hold one."""
    answer = await visitor.put(SESSION, json=body)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


async def test_an_end_far_away_is_a_day_away(visitor: httpx.AsyncClient, tenant: Tenant, graph: Running) -> None:
    said = claims(tenant, graph.http, await nonce(visitor))
    body = {"access_token": "x", "id_token": signed(said), "expires_in": 10**12}

    answer = await visitor.put(SESSION, json=body)

    assert answer.status_code == 204
    assert "Max-Age=86400" in _flags(sent(answer)[PARTS[0]])


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": ""}, {"Sec-Fetch-Site": "same-site"}]
)
async def test_only_our_own_page_signs_in_and_out(amara: httpx.AsyncClient, headers: dict[str, str]) -> None:
    body = {"access_token": "x", "id_token": "x", "expires_in": 60}
    for method, path in (("POST", f"{SESSION}/nonce"), ("PUT", SESSION), ("DELETE", SESSION)):
        answer = await amara.request(method, path, headers=headers, json=body if method == "PUT" else None)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden_origin")
    assert (await amara.get(ME)).status_code == 200


async def test_a_form_of_another_page_signs_nobody_in(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.put(SESSION, content="{}", headers={"Content-Type": "text/plain"})

    assert answer.status_code == 400


async def test_without_the_setting_nobody_signs_in(settings: Settings, clock: ToldClock) -> None:
    """And the page does not offer it."""
    async with served(replace(settings, sign_in=None), clock) as browser:
        assert (await browser.get(SESSION)).json() == {"sign_in": None, "ends": None}
        for method, path in (("POST", f"{SESSION}/nonce"), ("DELETE", SESSION), ("GET", ME), ("GET", f"{ME}/picture")):
            answer = await browser.request(method, path)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def _with_keys(settings: Settings, keys: str) -> Settings:
    assert settings.sign_in
    return replace(settings, sign_in=replace(settings.sign_in, keys=keys))


def _flags(cookie: str) -> set[str]:
    return set(cookie.split("; ")[1:])
