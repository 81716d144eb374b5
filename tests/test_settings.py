"""Settings: from a TOML document and the environment, checked once at start."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from msgspec import Struct

from ledig.errors import Invalid
from ledig.settings import (
    BookingSettings,
    GraphSettings,
    KioskSettings,
    MetricsSettings,
    Settings,
    SignInSettings,
    TenantSettings,
    parse,
)

SECRET = "hunter2-is-what-nobody-may-ever-read"
GOOD = """
public_url = "https://rooms.example.org"
[tenant]
id = "5f6c1d3e-8a0b-4c1e-9d7a-2b4e6f8091a3"
client_id = "0b7e4c52-1f3d-4a68-8e95-7c2d9f10a4b6"
client_secret = "a secret"
"""
KIOSK = {"id": "lobby", "venue": "apb", "secret": "a-secret-of-32-characters-or-more"}

GROUPS: dict[str, type[Struct]] = {
    "tenant": TenantSettings,
    "graph": GraphSettings,
    "sign_in": SignInSettings,
    "metrics": MetricsSettings,
    "kiosk": KioskSettings,
    "booking": BookingSettings,
}


def read(toml: str = GOOD, **environ: str) -> Settings:
    return parse(tomllib.loads(toml), environ)


def test_few_settings_are_enough() -> None:
    """Microsoft's own cloud, a database beside us, no kiosk."""
    settings = read()

    assert settings.graph.root == "https://graph.microsoft.com/v1.0"
    assert settings.graph.login == "https://login.microsoftonline.com"
    assert settings.kiosk is None
    assert settings.tenant.client_secret == "a secret"


def test_the_environment_wins_over_the_file() -> None:
    """So that a secret need not be in a file; the rest of its group stays."""
    settings = read(LEDIG_TENANT__CLIENT_SECRET="another", LEDIG_GRAPH__CHUNK="10", HOME="/root")

    assert settings.tenant.client_secret == "another"
    assert settings.tenant.client_id == "0b7e4c52-1f3d-4a68-8e95-7c2d9f10a4b6"
    assert settings.graph.chunk == 10


def test_the_environment_alone_is_enough() -> None:
    settings = read(
        "",
        LEDIG_PUBLIC_URL="https://rooms.example.org",
        LEDIG_TENANT__ID="contoso.onmicrosoft.com",
        LEDIG_TENANT__CLIENT_ID="ledig",
        LEDIG_TENANT__CLIENT_SECRET="a secret",
    )

    assert settings.tenant.id == "contoso.onmicrosoft.com"


def test_where_the_settings_are_is_not_itself_one() -> None:
    """LEDIG_SETTINGS names the file for the command; two more are for building and testing ledig."""
    assert read(LEDIG_SETTINGS="/etc/ledig.toml", LEDIG_SKIP_CLIENT="1", LEDIG_CHROMIUM="/usr/bin/chromium") == read()


def test_a_name_that_is_no_setting_is_told() -> None:
    """It is most likely a slip of the pen."""
    with pytest.raises(Invalid, match="publc_url"):
        read(LEDIG_PUBLC_URL="https://rooms.example.org")


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("", ["public_url"]),
        (GOOD + "colour = 'green'", ["colour", "tenant"]),
        ("colour = 'green'\n" + GOOD, ["colour"]),
        (GOOD + "[graph]\nchunk = 0", ["graph.chunk", ">= 1"]),
        (GOOD + "[graph]\nchunk = 'many'", ["graph.chunk", "int", "str"]),
        ("keep_outcomes_days = 0\n" + GOOD, ["keep_outcomes_days", ">= 1"]),
        (GOOD + "[kiosk]\nid = 'lobby'\nvenue = 'apb'\nsecret = 'short'", ["kiosk.secret", "32"]),
    ],
    ids=["nothing", "unknown in a group", "unknown", "out of range", "of another kind", "no days", "short secret"],
)
def test_a_bad_setting_is_named_with_what_was_expected(toml: str, words: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        read(toml)

    assert all(word in str(refusal.value) for word in words), str(refusal.value)


@pytest.mark.parametrize(
    "url",
    [
        "rooms.example.org",
        "https://",
        "ftp://rooms.example.org",
        "https://rooms.example.org/map",
        "https://me@rooms.example.org",
        "https://rooms.example.org:https",
        "https://rooms.example.org:99999",
        "https://[::1",
    ],
)
def test_public_url_is_the_address_people_open(url: str) -> None:
    with pytest.raises(Invalid, match="public_url"):
        read(LEDIG_PUBLIC_URL=url)


@pytest.mark.parametrize(
    ("url", "origin", "port"),
    [
        ("https://rooms.example.org", "https://rooms.example.org", 443),
        ("HTTPS://Rooms.Example.org:443/", "https://rooms.example.org", 443),
        ("https://rooms.example.org:8443", "https://rooms.example.org:8443", 8443),
        ("http://localhost", "http://localhost", 80),
        ("http://localhost:8000/", "http://localhost:8000", 8000),
        ("http://[::1]:80", "http://[::1]", 80),
        ("http://[::1]:8000", "http://[::1]:8000", 8000),
        ("https://rooms.example.org:", "https://rooms.example.org", 443),
    ],
)
def test_the_origin_is_written_as_browsers_write_it(url: str, origin: str, port: int) -> None:
    settings = read(LEDIG_PUBLIC_URL=url)

    assert (settings.origin, settings.port) == (origin, port)


@pytest.mark.parametrize(
    "proofs",
    [
        {},
        {"client_secret": "a secret", "certificate": "app.pem"},
        {"certificate": "app.pem", "federated_token": "token"},
        {"client_secret": ""},
    ],
    ids=["none", "two", "two others", "empty"],
)
def test_the_app_proves_itself_in_one_way(proofs: dict[str, str]) -> None:
    named = {f"LEDIG_TENANT__{name.upper()}": value for name, value in proofs.items()}

    with pytest.raises(Invalid, match=r"tenant\.client_secret"):
        read(GOOD.replace('client_secret = "a secret"', ""), **named)


def test_a_certificate_or_a_workloads_token_stands_for_a_secret() -> None:
    without = GOOD.replace('client_secret = "a secret"', "")

    assert read(without, LEDIG_TENANT__CERTIFICATE="app.pem").tenant.certificate == "app.pem"
    assert read(without, LEDIG_TENANT__FEDERATED_TOKEN="token").tenant.federated_token == "token"


def test_without_encryption_only_on_this_machine() -> None:
    assert read(LEDIG_PUBLIC_URL="http://localhost:8000").is_loopback
    assert not read(LEDIG_PUBLIC_URL="https://localhost.example.org").is_loopback
    with pytest.raises(Invalid, match="https"):
        read(LEDIG_PUBLIC_URL="http://rooms.example.org")


@pytest.mark.parametrize("tenant", ["common", "organizations", "consumers", "", "a/b.org", "5f6c1d3e-8a0b"])
def test_a_tenant_is_a_guid_or_a_domain_and_never_everybody(tenant: str) -> None:
    with pytest.raises(Invalid, match=r"tenant\.id"):
        read(LEDIG_TENANT__ID=tenant)


@pytest.mark.parametrize("name", ["root", "login"])
@pytest.mark.parametrize(
    "url",
    [
        "https://graph.evil.example/v1.0",
        "https://graph.microsoft.com.evil.example/v1.0",
        "http://graph.microsoft.com/v1.0",
        "https://[::1",
        "",
    ],
)
def test_tokens_go_to_microsoft_or_this_machine_only(name: str, url: str) -> None:
    with pytest.raises(Invalid, match=rf"graph\.{name}"):
        read(**{f"LEDIG_GRAPH__{name.upper()}": url})


@pytest.mark.parametrize(
    ("root", "login"),
    [
        ("https://graph.microsoft.us/v1.0", "https://login.microsoftonline.us"),
        ("https://microsoftgraph.chinacloudapi.cn/v1.0", "https://login.partner.microsoftonline.cn"),
        ("https://127.0.0.1:4433/v1.0", "https://127.0.0.1:4433"),
    ],
)
def test_knows_the_clouds_of_governments_and_china_and_this_machine(root: str, login: str) -> None:
    assert read(LEDIG_GRAPH__ROOT=root, LEDIG_GRAPH__LOGIN=login).graph.root == root


def test_people_sign_in_at_microsoft_unless_the_settings_say_otherwise() -> None:
    """On this machine without encryption, too: a browser trusts no certificate of ours there."""
    assert read().sign_in is None
    usual = read(LEDIG_SIGN_IN__CLIENT_ID="ledig").sign_in
    assert usual == SignInSettings(client_id="ledig", tenant="common", login=None, keys=None)
    plain = read(LEDIG_SIGN_IN__CLIENT_ID="ledig", LEDIG_SIGN_IN__LOGIN="http://127.0.0.1:8980").sign_in
    assert plain is not None
    assert plain.login == "http://127.0.0.1:8980"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOGIN", "https://login.evil.example"),
        ("LOGIN", "http://login.microsoftonline.com"),
        ("LOGIN", "ftp://127.0.0.1"),
        ("TENANT", "consumers"),
        ("TENANT", "contoso.onmicrosoft.com"),
        ("TENANT", "common/evil"),
        ("KEYS", SECRET),
        ("KEYS", "A" * 42),
        ("KEYS", "A" * 43 + "," + "B" * 43),
    ],
)
def test_how_people_sign_in_is_checked(name: str, value: str) -> None:
    """And a key that is none is not told."""
    with pytest.raises(Invalid, match=rf"sign_in\.{name.lower()}") as refusal:
        read(LEDIG_SIGN_IN__CLIENT_ID="ledig", **{f"LEDIG_SIGN_IN__{name}": value})
    assert SECRET not in str(refusal.value)


def test_a_certificate_authority_of_ones_own_is_for_this_machine_only() -> None:
    with pytest.raises(Invalid, match=r"graph\.ca"):
        read(LEDIG_GRAPH__CA="/tmp/ca.pem")


def test_a_kiosks_secret_is_handed_out_on_this_machine_only() -> None:
    kiosk = {f"LEDIG_KIOSK__{name.upper()}": value for name, value in KIOSK.items()}
    demo = read(LEDIG_PUBLIC_URL="http://localhost:8000", LEDIG_KIOSK__HAND_OUT="true", **kiosk)

    assert demo.kiosk is not None
    assert demo.kiosk.hand_out
    with pytest.raises(Invalid, match=r"kiosk\.hand_out"):
        read(LEDIG_KIOSK__HAND_OUT="true", **kiosk)


def test_every_setting_has_a_heading_in_the_docs_and_no_heading_is_without_one() -> None:
    """And the docs' example is right."""
    page = (Path(__file__).parents[1] / "docs" / "settings.md").read_text()

    assert re.findall(r"^### (.+)$", page, re.MULTILINE) == [
        *["public_url", "database", "notice", "keep_outcomes_days"],
        *(f"{group}.{name}" for group, kind in GROUPS.items() for name in kind.__struct_fields__),
    ]
    assert {*Settings.__struct_fields__} == {"public_url", "database", "notice", "keep_outcomes_days", *GROUPS}
    assert read(re.findall(r"```toml\n(.+?)```", page, re.DOTALL)[0]).database == "/var/lib/ledig/ledig.db"


@pytest.mark.parametrize(
    "environ",
    [
        {"LEDIG_KIOSK__SECRET": SECRET[:20]},
        {"LEDIG_TENANT__CLIENT_SECRET": SECRET, "LEDIG_GRAPH__CHUNK": "0"},
        {"LEDIG_TENANT": SECRET},
    ],
)
def test_a_refusal_never_repeats_a_secret(environ: dict[str, str]) -> None:
    """It may end up in a terminal that others see."""
    with pytest.raises(Invalid) as refusal:
        read(**environ)

    assert SECRET[:20] not in str(refusal.value)
