"""What seals sessions, by the settings."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest
from msgspec.structs import replace

from ledig.errors import Invalid
from ledig.settings import Settings, SignInSettings
from ledig.web.sign_in import SignIn
from lobby import ToldClock

KEY = "A" * 43


async def make(settings: Settings, sign_in: SignInSettings, clock: ToldClock) -> SignIn:
    async with aiohttp.ClientSession() as session:
        return SignIn(settings, sign_in, session, clock)


async def test_without_keys_one_of_our_own_lies_beside_the_database(
    settings: Settings, clock: ToldClock, tmp_path: Path
) -> None:
    await make(settings, SignInSettings(client_id="ledig"), clock)

    assert (tmp_path / "ledig.db.key").stat().st_mode & 0o777 == 0o600


async def test_with_keys_none_is_made(settings: Settings, clock: ToldClock, tmp_path: Path) -> None:
    await make(settings, SignInSettings(client_id="ledig", keys=KEY), clock)

    assert not (tmp_path / "ledig.db.key").exists()


async def test_servers_that_share_a_database_need_keys_in_common(settings: Settings, clock: ToldClock) -> None:
    """Or who signed in at one would be nobody at the next."""
    shared = replace(settings, database="postgresql://rooms@db.example.org/ledig")

    with pytest.raises(Invalid, match=r"sign_in\.keys"):
        await make(shared, SignInSettings(client_id="ledig"), clock)
    assert await make(shared, SignInSettings(client_id="ledig", keys=KEY), clock)


@pytest.mark.parametrize(
    ("accounts", "issuer"),
    [
        ("common", "https://login.microsoftonline.com/{tenantid}/v2.0"),
        ("organizations", "https://login.microsoftonline.com/{tenantid}/v2.0"),
        (
            "5F6C1D3E-8a0b-4c1e-9d7a-2b4e6f8091a3",
            "https://login.microsoftonline.com/5f6c1d3e-8a0b-4c1e-9d7a-2b4e6f8091a3/v2.0",
        ),
    ],
)
async def test_microsofts_cloud_needs_a_client_id_and_no_more(
    settings: Settings, clock: ToldClock, accounts: str, issuer: str
) -> None:
    """Its addresses follow from `graph.login`; who has one tenant only says so."""
    cloud = replace(settings, graph=replace(settings.graph, login="https://login.microsoftonline.com/"))

    sign_in = await make(cloud, SignInSettings(client_id="ledig", tenant=accounts), clock)

    assert sign_in.authority == f"https://login.microsoftonline.com/{accounts.lower()}"
    assert sign_in.issuer == issuer
