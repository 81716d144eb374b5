"""/me and /me/picture"""

from __future__ import annotations

import json

import httpx
from starlette.responses import Response

from faults import answers
from graph_emulator.log import Answer, Call
from graph_emulator.portraits import portrait
from graph_emulator.server import Running
from graph_emulator.tenant import Tenant
from signing_in import AMARA, ME, MEMBER, PARTS, access_token, forgotten, sign_in


async def test_tells_people_their_own_name(amara: httpx.AsyncClient, tenant: Tenant) -> None:
    """Asked for with their token, and no more than is shown; nobody keeps the answer."""
    told: list[dict[str, object]] = []

    async def hear(call: Call, answer: Answer) -> Response:
        response = await answer()
        told.append(json.loads(bytes(response.body)))
        return response

    tenant.cloud.intercept = hear

    answer = await amara.get(ME)

    assert answer.json() == {"name": "Amara Okafor", "user_name": AMARA}
    assert answer.headers["Cache-Control"] == "no-store"
    assert [{*me} for me in told] == [{"@odata.context", "displayName", "userPrincipalName"}]


async def test_shows_people_their_own_picture(amara: httpx.AsyncClient) -> None:
    answer = await amara.get(f"{ME}/picture")

    assert answer.content == portrait("Amara Okafor")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_who_has_no_picture_gets_none(visitor: httpx.AsyncClient, tenant: Tenant, graph: Running) -> None:
    without = next(person for person in tenant.people() if not tenant.the_mailbox(person.address).photo)
    await sign_in(visitor, tenant, graph.http, access_token(tenant, without.address))

    answer = await visitor.get(f"{ME}/picture")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_picture_is_what_it_is_and_not_what_the_answer_says(amara: httpx.AsyncClient, tenant: Tenant) -> None:
    """A page of somebody else's must not be shown under our address."""

    async def page(call: Call, answer: Answer) -> Response:
        return Response("<script>alert(1)</script>", 200, {"Content-Type": "image/png"})

    tenant.cloud.intercept = page

    assert (await amara.get(f"{ME}/picture")).status_code == 404


async def test_a_token_that_microsoft_no_longer_takes_ends_the_session(
    visitor: httpx.AsyncClient, tenant: Tenant, graph: Running
) -> None:
    """Nothing is renewed behind anybody's back; they sign in again."""
    await sign_in(visitor, tenant, graph.http, "no-longer-good")

    answer = await visitor.get(ME)

    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_again")
    assert forgotten(answer) >= {*PARTS, MEMBER}
    assert [call.status for call in tenant.cloud.calls_to("GET /me")] == [401]


async def test_nobody_is_signed_in_without_cookies(visitor: httpx.AsyncClient) -> None:
    for path in ("", "/picture"):
        answer = await visitor.get(ME + path)
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_again")


async def test_a_days_trouble_of_microsoft_is_no_reason_to_sign_in_again(
    amara: httpx.AsyncClient, tenant: Tenant
) -> None:
    async def away(call: Call, answer: Answer) -> Response:
        return await answers(503, retry_after="60")(answer)

    tenant.cloud.intercept = away

    answer = await amara.get(ME)

    assert (answer.status_code, answer.json()["code"]) == (503, "calendar_unavailable")
    assert answer.headers["Retry-After"] == "60"
    assert "Set-Cookie" not in answer.headers
