"""Every setting, read once at start: from a TOML file, then from LEDIG_* in the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

import msgspec
from msgspec import Meta, Struct

from ledig.errors import Invalid

# Microsoft's clouds: global, US government, China. Roots come from here, or from this machine in the demo.
LOGIN_HOSTS = {"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"}
GRAPH_HOSTS = {"graph.microsoft.com", "graph.microsoft.us", "dod-graph.microsoft.us", "microsoftgraph.chinacloudapi.cn"}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
TENANT = re.compile(rf"{GUID}|([a-z0-9-]+\.)+[a-z]{{2,}}")
# Where the file is, and what building and testing ledig listen to: no settings, though they are named like some.
NOT_SETTINGS = {"LEDIG_SETTINGS", "LEDIG_SKIP_CLIENT", "LEDIG_CHROMIUM"}
USUAL_PORTS = {"http": 80, "https": 443}


class GraphSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where Microsoft is. `ca` is a PEM file to trust instead of the machine's, for a server on loopback only."""

    root: str = "https://graph.microsoft.com/v1.0"
    login: str = "https://login.microsoftonline.com"
    ca: str | None = None
    chunk: Annotated[int, Meta(ge=1, le=100)] = 20
    at_once: Annotated[int, Meta(ge=3, le=50)] = 16
    back_off_seconds: Annotated[float, Meta(gt=0, le=10)] = 0.2


class TenantSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The one organisation ledig serves, and ledig's app there; `id` is the organisation's GUID or verified domain.

    The app proves itself in one of three ways: a secret, a certificate (a PEM file that holds its key too), or the
    token that a workload's platform keeps in a file.
    """

    id: str
    client_id: str
    client_secret: Annotated[str, Meta(min_length=1)] | None = None
    client_secret_ends: date | None = None
    certificate: str | None = None
    federated_token: str | None = None


class KioskSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The one kiosk. With `hand_out` the page gives its secret to every browser: on loopback only, for the demo."""

    id: str
    venue: str
    secret: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{32,}$")]
    hand_out: bool = False


class SignInSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How people sign in: with an app registration that lets single-page apps of `public_url`/signin in.

    `login` is where their browsers go, if not where ledig's own tokens come from; `tenant` is whose accounts may come.
    """

    client_id: str
    tenant: Annotated[str, Meta(pattern=rf"^(common|organizations|{GUID})$")] = "common"
    login: str | None = None
    keys: Annotated[str, Meta(pattern=r"^\s*[A-Za-z0-9_-]{43}(\s+[A-Za-z0-9_-]{43})*\s*$")] | None = None


class BookingSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how long a claim is its maker's, for how long it blocks once it is settled, and when is looked once more."""

    lease_seconds: Annotated[int, Meta(ge=3, le=3600)] = 90
    settle_seconds: Annotated[int, Meta(ge=0, le=3600)] = 60
    later_look_seconds: Annotated[int, Meta(ge=1, le=3600)] = 30

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.lease_seconds)

    @property
    def settle(self) -> timedelta:
        return timedelta(seconds=self.settle_seconds)

    @property
    def later_look(self) -> timedelta:
        return timedelta(seconds=self.later_look_seconds)


class MetricsSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where /metrics is: a listener of its own, which is not for everybody."""

    port: Annotated[int, Meta(ge=1, le=65535)]
    host: str = "127.0.0.1"


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of it. `public_url` judges origins and cookies; `notice` is shown on every page."""

    public_url: str
    database: str = "ledig.db"
    tenant: TenantSettings
    graph: GraphSettings = GraphSettings()
    kiosk: KioskSettings | None = None
    booking: BookingSettings = BookingSettings()
    sign_in: SignInSettings | None = None
    metrics: MetricsSettings | None = None
    notice: str | None = None
    keep_outcomes_days: Annotated[int, Meta(ge=1, le=3650)] = 90

    @property
    def is_loopback(self) -> bool:
        return urlsplit(self.public_url).hostname in LOOPBACK

    @property
    def port(self) -> int:
        """The port in the address people open, or the usual one of its scheme."""
        public = urlsplit(self.public_url)
        return USUAL_PORTS[public.scheme] if public.port is None else public.port

    @property
    def origin(self) -> str:
        """What a browser sends as Origin: in lower case, with the port only where it is not the usual one."""
        public = urlsplit(self.public_url)
        host = f"[{public.hostname}]" if ":" in (public.hostname or "") else public.hostname
        return f"{public.scheme}://{host}" + ("" if self.port == USUAL_PORTS[public.scheme] else f":{self.port}")


def parse(document: Mapping[str, object], environ: Mapping[str, str]) -> Settings:
    """Settings from a parsed TOML document and the environment (LEDIG_TENANT__CLIENT_SECRET is tenant.client_secret).

    Raises Invalid, naming the setting and what was expected.
    """
    merged = {**document}
    for name, value in environ.items():
        if name.startswith("LEDIG_") and name not in NOT_SETTINGS:
            _put(merged, name.removeprefix("LEDIG_").lower().split("__"), value)
    try:
        settings = msgspec.convert(merged, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(f"The settings are not right: {error}.") from None
    _check(settings)
    return settings


def _put(document: dict[str, object], path: list[str], value: str) -> None:
    *groups, name = path
    for group in groups:
        inner = document.get(group)
        document[group] = inner = {**inner} if isinstance(inner, dict) else {}
        document = inner
    document[name] = value


def _check(settings: Settings) -> None:
    public = _parts("public_url", settings.public_url)
    if public.scheme not in USUAL_PORTS or not public.hostname or "@" in public.netloc or public.path not in ("", "/"):
        raise Invalid("public_url has to be the address people open, such as https://rooms.example.org.")
    if public.scheme == "http" and not settings.is_loopback:
        raise Invalid("public_url has to be https, unless it is on this machine.")
    if not TENANT.fullmatch(settings.tenant.id):
        raise Invalid("tenant.id has to be the tenant's GUID or its domain, never 'common'.")
    proofs = (settings.tenant.client_secret, settings.tenant.certificate, settings.tenant.federated_token)
    if sum(proof is not None for proof in proofs) != 1:
        raise Invalid("Give one of tenant.client_secret, tenant.certificate and tenant.federated_token.")
    _check_root("graph.root", settings.graph.root, GRAPH_HOSTS)
    if not settings.graph.root.endswith("/v1.0"):
        raise Invalid("graph.root has to end with /v1.0, the version ledig is made for.")
    _check_root("graph.login", settings.graph.login, LOGIN_HOSTS)
    if settings.graph.ca and urlsplit(settings.graph.root).hostname not in LOOPBACK:
        raise Invalid("graph.ca is only for a server on this machine.")
    if settings.sign_in and settings.sign_in.login:
        _check_root("sign_in.login", settings.sign_in.login, LOGIN_HOSTS, may_be_plain=True)
    if settings.kiosk and settings.kiosk.hand_out and not settings.is_loopback:
        raise Invalid("kiosk.hand_out would give the kiosk's secret to everybody; it works on this machine only.")


def _check_root(name: str, url: str, hosts: set[str], *, may_be_plain: bool = False) -> None:
    """A browser on this machine may do without https there, where no certificate of ours is trusted."""
    parts = _parts(name, url)
    is_here = parts.hostname in LOOPBACK
    is_safe = parts.scheme == "https" or (may_be_plain and is_here and parts.scheme == "http")
    if not is_safe or not (is_here or parts.hostname in hosts):
        raise Invalid(f"{name} has to be https and one of {', '.join(sorted(hosts))}, or on this machine.")


def _parts(name: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # looked at only when it is asked for
        return parts
    except ValueError as error:
        raise Invalid(f"{name} is not an address: {error}.") from None
