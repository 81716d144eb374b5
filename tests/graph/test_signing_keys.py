"""The keys that Microsoft signs id tokens with: read seldom, found when they are new."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import aiohttp
import pytest

from graph.conftest import HastyClock
from graph_emulator.identity.keys import key_set
from ledig.graph.errors import Unavailable
from ledig.graph.signing_keys import SigningKeys

ANYBODY = "https://login.microsoftonline.com/{tenantid}/v2.0"


class KeyServer:
    """Serves a key set; it counts how often, and what it serves can be changed."""

    def __init__(self) -> None:
        self.asked = 0
        self.status = 200
        self._key = json.loads(json.dumps(key_set(ANYBODY)))["keys"][0]
        self.body = b""
        self.has("first")

    def has(self, *names: str) -> None:
        self.body = json.dumps({"keys": [{**self._key, "kid": name} for name in names]}).encode()


@contextmanager
def _listening(server: KeyServer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked += 1
            self.send_response(server.status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(server.body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}/keys"
        listening.shutdown()


@pytest.fixture
def server() -> KeyServer:
    return KeyServer()


@pytest.fixture
def time() -> HastyClock:
    return HastyClock()


@pytest.fixture
async def keys(server: KeyServer, time: HastyClock) -> AsyncIterator[SigningKeys]:
    with _listening(server) as url:
        async with aiohttp.ClientSession() as session:
            yield SigningKeys(session, url, time)


async def test_are_read_once_for_all(keys: SigningKeys, server: KeyServer) -> None:
    """However many sign in at the same time."""
    found = await asyncio.gather(*(keys.named("first") for _ in range(20)))

    assert {key.issuer for key in found if key} == {ANYBODY}
    assert server.asked == 1


async def test_a_new_one_is_found(keys: SigningKeys, server: KeyServer, time: HastyClock) -> None:
    """By the first token that names it; those of before may go."""
    await keys.named("first")
    server.has("second")
    await time.sleep(timedelta(seconds=30))

    assert await keys.named("second")
    assert await keys.named("first") is None


async def test_invented_names_do_not_make_us_ask_and_ask(keys: SigningKeys, server: KeyServer) -> None:
    for number in range(20):
        assert await keys.named(f"invented-{number}") is None

    assert server.asked == 1


async def test_are_read_again_after_a_day(keys: SigningKeys, server: KeyServer, time: HastyClock) -> None:
    """One that was withdrawn is not believed for ever."""
    await keys.named("first")
    server.has("second")
    await time.sleep(timedelta(hours=25))

    assert await keys.named("first") is None


@pytest.mark.parametrize(("status", "body"), [(503, b""), (302, b""), (200, b"<html>"), (200, b'{"keys": 1}')])
async def test_when_they_cannot_be_read_those_we_have_do(
    keys: SigningKeys, server: KeyServer, time: HastyClock, status: int, body: bytes
) -> None:
    """And without any it is said; the next one who asks tries again."""
    good, server.status, server.body = server.body, status, body
    with pytest.raises(Unavailable):
        await keys.named("first")
    server.status, server.body = 200, good
    assert await keys.named("first")

    server.status, server.body = status, body
    await time.sleep(timedelta(hours=25))

    assert await keys.named("first")


async def test_what_is_no_key_is_passed_over(keys: SigningKeys, server: KeyServer) -> None:
    """Of another kind, for another use, or not to be read."""
    [good] = json.loads(server.body)["keys"]
    odd = [{**good, "kid": "ec", "kty": "EC"}, {**good, "kid": "enc", "use": "enc"}, {**good, "kid": "n", "n": "*"}]
    server.body = json.dumps({"keys": [*odd, good]}).encode()

    assert [bool(await keys.named(kid)) for kid in ("ec", "enc", "n", "first")] == [False, False, False, True]
