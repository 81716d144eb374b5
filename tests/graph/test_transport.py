"""One call to Microsoft Graph, on good days and on bad ones."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email.utils import format_datetime

import aiohttp
import pytest
from azure.core.exceptions import ClientAuthenticationError
from starlette.responses import Response
from structlog.typing import EventDict

from faults import Fault, answers, cut, hung_up, never, on, says
from graph.conftest import AT_ONCE, HOUR, NOW, TEN, HastyClock, ToldTokens, add_room
from graph_emulator.log import Answer, Call
from graph_emulator.server import Running
from graph_emulator.tenant import Room, Tenant
from ledig.graph import calls
from ledig.graph.errors import (
    BadCredentials,
    GraphError,
    NoAccess,
    NotThere,
    Refused,
    Surprise,
    Throttled,
    TooBig,
    Unavailable,
)
from ledig.graph.errors import refusal as refused
from ledig.graph.limits import KEPT_FREE
from ledig.graph.transport import Transport

SECOND = timedelta(seconds=1)
LOOK = "GET /users/{id}/calendarView"
WINDOW = {"startDateTime": "2026-11-24T00:00:00Z", "endDateTime": "2026-11-25T00:00:00Z"}
HTML = "<html><body><h1>Service Unavailable</h1></body></html>"


async def look(transport: Transport, room: str) -> bytes:
    return await transport.send(calls.ENTRIES, query=WINDOW, mailbox=room)


async def refusal(transport: Transport, room: str) -> GraphError:
    with pytest.raises(GraphError) as refused:
        await look(transport, room)
    return refused.value


async def test_brings_the_answers_body(transport: Transport, tenant: Tenant, room: str) -> None:
    tenant.add_event(room, TEN, TEN + HOUR)

    assert b"2026-11-24T09:00:00" in await look(transport, room)


async def test_a_mailbox_is_one_segment_of_the_path_whatever_is_in_it(transport: Transport, tenant: Tenant) -> None:
    """It comes from a file that somebody wrote."""
    odd = tenant.add_room(Room("Odd", "o'brien+50%25?$top=1#egg&co@contoso.example")).address

    await look(transport, odd)

    assert [(call.mailbox, call.status) for call in tenant.cloud.calls] == [(odd, 200)]


async def test_waits_as_long_as_it_is_told(transport: Transport, tenant: Tenant, room: str, hasty: HastyClock) -> None:
    """With a fraction, if need be."""
    tenant.cloud.intercept = on(LOOK, answers(429, retry_after="1.5"))

    await look(transport, room)

    assert hasty.waits == [timedelta(seconds=1.5)]


@pytest.mark.parametrize("off", [timedelta(0), timedelta(minutes=10), -timedelta(minutes=10)])
def test_a_date_to_wait_for_is_one_on_the_services_clock(off: timedelta) -> None:
    """Ours may be wrong."""
    told = {"Date": format_datetime(NOW, usegmt=True), "Retry-After": format_datetime(NOW + 3 * SECOND, usegmt=True)}

    error = refused(calls.ENTRIES, 429, told, b"", NOW + off)

    assert isinstance(error, Throttled)
    assert error.retry_after == 3 * SECOND


async def test_a_mailbox_that_is_throttled_is_left_alone_as_long_as_told(
    transport: Transport, tenant: Tenant, hasty: HastyClock
) -> None:
    """By every call: what is asked meanwhile counts, and makes the wait longer. Other mailboxes go on."""
    throttled, other = add_room(tenant), add_room(tenant)
    tenant.cloud.intercept = on(LOOK, answers(429, retry_after="60"))
    await refusal(transport, throttled)

    error = await refusal(transport, throttled)
    assert isinstance(error, Throttled)
    assert error.retry_after == 60 * SECOND
    await look(transport, other)
    assert [call.mailbox for call in tenant.cloud.calls] == [throttled, other]

    await hasty.sleep(55 * SECOND)
    await look(transport, throttled)
    assert hasty.waits[-1] == 5 * SECOND


@pytest.mark.parametrize("told", [None, "0", "-5", "soon", "nan", "", "Mon, 23 Nov 2026 08:00:00 GMT"])
async def test_backs_off_a_little_where_no_wait_is_named(
    transport: Transport, tenant: Tenant, room: str, hasty: HastyClock, told: str | None
) -> None:
    """Or where it makes no sense, or has passed."""
    tenant.cloud.intercept = on(LOOK, answers(503, HTML, **({} if told is None else {"retry_after": told})))

    await look(transport, room)

    (wait,) = hasty.waits
    assert timedelta(seconds=0.1) <= wait <= timedelta(seconds=0.2)


@pytest.mark.parametrize(("told", "seconds"), [("60", 60), ("1e9", 86400), ("inf", 86400)])
async def test_does_not_wait_long_but_says_how_long_it_would_be(
    transport: Transport, tenant: Tenant, room: str, hasty: HastyClock, told: str, seconds: int
) -> None:
    """Whoever asked can come back then."""
    tenant.cloud.intercept = on(LOOK, answers(429, retry_after=told))

    error = await refusal(transport, room)

    assert isinstance(error, Unavailable)
    assert error.retry_after == timedelta(seconds=seconds)
    assert hasty.waits == []


@pytest.mark.parametrize(
    "fault",
    [answers(429), answers(503, HTML), answers(504), cut, hung_up],
    ids=["429", "503", "504", "cut", "hung up"],
)
async def test_gives_up_after_four_tries_further_and_further_apart(
    transport: Transport, tenant: Tenant, room: str, hasty: HastyClock, fault: Fault
) -> None:
    tenant.cloud.intercept = on(LOOK, then=fault)

    assert isinstance(await refusal(transport, room), Unavailable)
    assert len(tenant.cloud.calls) == 4
    assert hasty.waits == sorted(hasty.waits)
    assert len(hasty.waits) == 3


async def test_nothing_is_sent_once_it_is_too_late(
    transport: Transport, tenant: Tenant, room: str, hasty: HastyClock
) -> None:
    """Not even what is tried again."""
    tenant.cloud.intercept = on(LOOK, then=answers(503, retry_after="2"))

    with pytest.raises(Unavailable, match="too late"):
        await transport.send(calls.ENTRIES, query=WINDOW, mailbox=room, until=hasty.now() + 3 * SECOND)
    assert len(tenant.cloud.calls) == 2
    with pytest.raises(Unavailable, match="too late"):
        await transport.send(calls.ENTRIES, query=WINDOW, mailbox=room, until=hasty.now())
    assert len(tenant.cloud.calls) == 2


async def test_a_broken_connection_is_tried_again(transport: Transport, tenant: Tenant, room: str) -> None:
    tenant.cloud.intercept = on(LOOK, cut, cut)

    assert await look(transport, room)


async def test_nobody_listens(session: aiohttp.ClientSession, tokens: ToldTokens, hasty: HastyClock, room: str) -> None:
    transport = Transport(session, "https://127.0.0.1:1/v1.0", tokens, hasty, AT_ONCE)

    assert isinstance(await refusal(transport, room), Unavailable)


@pytest.mark.parametrize("before", [(), (answers(503),)], ids=["at once", "after a retry"])
async def test_no_answer_within_the_deadline(
    session: aiohttp.ClientSession,
    graph: Running,
    tenant: Tenant,
    tokens: ToldTokens,
    hasty: HastyClock,
    room: str,
    before: tuple[Fault, ...],
) -> None:
    hurried = Transport(session, f"{graph.http}/v1.0", tokens, hasty, AT_ONCE, deadline=timedelta(seconds=0.3))
    tenant.cloud.intercept = on(LOOK, *before, then=never)

    assert isinstance(await refusal(hurried, room), Unavailable)


async def test_waiting_for_a_place_is_not_waiting_for_an_answer(
    session: aiohttp.ClientSession, graph: Running, tenant: Tenant, tokens: ToldTokens, hasty: HastyClock, room: str
) -> None:
    """Whoever stands behind a call that is never answered has all the time of its own."""
    narrow = Transport(session, f"{graph.http}/v1.0", tokens, hasty, 1, deadline=timedelta(seconds=0.5))
    tenant.cloud.intercept = on(LOOK, never)

    first, second = await asyncio.gather(look(narrow, room), look(narrow, room), return_exceptions=True)

    assert isinstance(first, Unavailable)
    assert isinstance(second, bytes)


async def test_a_booking_does_not_queue_behind_refreshes(plain: Transport, tenant: Tenant, room: str) -> None:
    """However many rooms are being read, and however slowly."""
    held: asyncio.Queue[None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    async def holding(answer: Answer) -> Response:
        loop.call_soon_threadsafe(held.put_nowait, None)
        return await never(answer)

    tenant.cloud.intercept = on("POST /users/{id}/calendar/getSchedule", then=holding)
    refreshes = [
        asyncio.create_task(plain.send(calls.BUSY_TIMES, mailbox=room, body=b"{}")) for _ in range(5 * AT_ONCE)
    ]
    for _ in range(AT_ONCE - KEPT_FREE):
        await held.get()

    assert await look(plain, room)
    assert held.empty(), "the other refreshes wait their turn"
    for task in refreshes:
        task.cancel()
    await asyncio.wait(refreshes)


async def test_a_refused_token_is_renewed_once(
    transport: Transport, tenant: Tenant, tokens: ToldTokens, room: str
) -> None:
    """It may have been revoked before its time."""
    tenant.cloud.tokens.revoke_all()

    await look(transport, room)

    assert tokens.renewed == 1
    assert [call.status for call in tenant.cloud.calls] == [401, 200]


async def test_refused_for_ever_is_a_matter_of_permission(
    transport: Transport, tenant: Tenant, tokens: ToldTokens, room: str
) -> None:
    tenant.cloud.intercept = on(LOOK, then=says(401, "InvalidAuthenticationToken"))

    error = await refusal(transport, room)

    assert isinstance(error, NoAccess)
    assert tokens.renewed == 1
    assert len(tenant.cloud.calls) == 2


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (says(403, "ErrorAccessDenied"), NoAccess, "Calendars.ReadBasic"),
        (answers(403, HTML), NoAccess, "Calendars.ReadBasic"),
        (says(404, "ErrorInvalidUser"), NotThere, "nothing there"),
        (answers(404, HTML), NotThere, "nothing there"),
        (says(400, "ErrorMailboxDataArrayTooBig"), TooBig, "TooBig"),
        (says(400, "ErrorTimeIntervalTooBig"), TooBig, "TooBig"),
        (says(400, ""), Refused, "400"),
        (answers(400, HTML), Refused, "400"),
        (answers(400, '{"error": null}'), Refused, "400"),
        (answers(408, ""), Surprise, "408"),
        (answers(418, "[]"), Refused, "418"),
        (answers(400, '{"error": {"code": "", "innerError": {"code": "ErrorTimeIntervalTooBig"}}}'), TooBig, "TooBig"),
        (answers(400, '{"error": {"code": "", "innererror": {"code": "5006"}}}'), TooBig, "5006"),
    ],
)
async def test_a_refusal_is_told_by_status_and_code_and_not_repeated(
    transport: Transport, tenant: Tenant, room: str, fault: Fault, kind: type[GraphError], words: str
) -> None:
    """Whatever its body is; Microsoft's own words are not passed on."""
    tenant.cloud.intercept = on(LOOK, then=fault)

    error = await refusal(transport, room)

    assert type(error) is kind
    assert words in str(error)
    assert "secret words" not in str(error)
    assert len(tenant.cloud.calls) == 1


async def test_an_error_carries_the_id_that_microsofts_support_asks_for(
    transport: Transport, tenant: Tenant, room: str
) -> None:
    tenant.cloud.intercept = on(LOOK, answers(404, request_id="what-support-asks-for"))

    assert (await refusal(transport, room)).request_id == "what-support-asks-for"


async def test_an_answer_that_never_ends_is_given_up(
    transport: Transport, tenant: Tenant, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledig.graph.transport.LARGEST_ANSWER", 2**20)
    tenant.cloud.intercept = on(LOOK, answers(200, "x" * (2**20 + 1)))

    assert isinstance(await refusal(transport, room), Surprise)


async def test_the_log_says_once_that_calls_fail_and_once_that_they_work_again(
    transport: Transport, tenant: Tenant, room: str, hasty: HastyClock, log: list[EventDict]
) -> None:
    """Not a thousand times; and it has the id that we sent along."""
    sent = []

    async def refusing(call: Call, answer: Answer) -> Response:
        response = await answer()
        sent.append(response.headers["client-request-id"])
        return Response(status_code=403)

    tenant.cloud.intercept = refusing
    for _ in range(3):
        await refusal(transport, room)
    tenant.cloud.intercept = None
    await look(transport, room)
    await hasty.sleep(timedelta(minutes=2))
    await look(transport, room)
    await look(transport, room)

    assert [line["event"] for line in log] == ["graph_fails", "graph_recovered"]
    assert log[0]["client_request"] == sent[0]
    assert log[1]["failures"] == 3
    assert room not in str(log)


async def test_never_follows_a_redirect(transport: Transport, tenant: Tenant, room: str, graph: Running) -> None:
    """The token would go along."""
    tenant.cloud.intercept = on(LOOK, answers(302, location=f"{graph.https}/v1.0/users/{room}/calendar/calendarView"))

    assert isinstance(await refusal(transport, room), Surprise)
    assert len(tenant.cloud.calls) == 1


async def test_follows_a_next_page_only_at_home(transport: Transport, tenant: Tenant, graph: Running) -> None:
    """A link to another origin gets no token, not even one that begins like ours."""
    room = add_room(tenant)
    home = f"{graph.https}/v1.0/users/{room}/calendarView?startDateTime=2026-11-24T00:00Z&endDateTime=2026-11-25T00:00Z"

    assert await transport.send(calls.ENTRIES, link=home, mailbox=room)
    for elsewhere in (graph.http, f"{graph.https}.evil.example", f"{graph.https}/v1.0@evil.example"):
        with pytest.raises(Surprise):
            await transport.send(calls.ENTRIES, link=f"{elsewhere}/v1.0/users", mailbox=room)
    assert len(tenant.cloud.calls) == 1


async def test_makes_no_call_that_is_not_in_the_table(transport: Transport, tenant: Tenant, room: str) -> None:
    """The table is what an administrator consents to."""
    stranger = calls.Call(method="GET", path="/users/{mailbox}/messages", permission="Mail.Read", purpose="none")

    with pytest.raises(Surprise):
        await transport.send(stranger, mailbox=room)
    assert not tenant.cloud.calls


async def test_a_bounded_number_of_calls_is_under_way(transport: Transport, tenant: Tenant, room: str) -> None:
    """The others wait their turn."""
    under_way = most = 0

    async def counting(answer: Answer) -> Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        response = await answer()
        under_way -= 1
        return response

    tenant.cloud.intercept = on(LOOK, then=counting)

    await asyncio.gather(*(look(transport, room) for _ in range(5 * AT_ONCE)))

    assert most <= AT_ONCE
    assert len(tenant.cloud.calls) == 5 * AT_ONCE


async def test_a_caller_who_leaves_gives_the_place_free(plain: Transport, tenant: Tenant, room: str) -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def silent(call: Call, answer: Answer) -> Response:
        loop.call_soon_threadsafe(asked.set)
        return await never(answer)

    tenant.cloud.intercept = silent
    impatient = [asyncio.create_task(look(plain, room)) for _ in range(AT_ONCE)]
    await asked.wait()
    for task in impatient:
        task.cancel()
    await asyncio.wait(impatient)
    tenant.cloud.intercept = None

    assert await look(plain, room)


async def test_without_a_token_there_is_no_answer(
    session: aiohttp.ClientSession, graph: Running, tenant: Tenant, hasty: HastyClock, room: str
) -> None:
    class NoTokens:
        async def token(self, *, refused: str | None = None) -> str:
            raise ClientAuthenticationError("AADSTS7000215: Invalid client secret provided")

    transport = Transport(session, f"{graph.https}/v1.0", NoTokens(), hasty, AT_ONCE)

    error = await refusal(transport, room)

    assert isinstance(error, BadCredentials)
    assert "AADSTS" not in str(error)
    assert not tenant.cloud.calls
