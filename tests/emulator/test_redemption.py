"""What codes and refresh tokens are good for, and for whom."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from graph_emulator.behaviour import Behaviour
from graph_emulator.clock import StandingClock
from graph_emulator.exchange.event import Person
from graph_emulator.exchange.zones import zone
from graph_emulator.registrations import App, Redirect, Secret
from graph_emulator.sign_ins import CODE_LIFE, Account, Challenge, Code, SignIn
from graph_emulator.tenant import Tenant

BACKS = {"spa": "https://planner.example/back", "web": "https://planner.example/callback", "public": "msal.x://auth"}
VERIFIER = "a-verifier-of-at-least-forty-three-characters-in-all"
ORIGIN = {"Origin": "https://planner.example"}
DAY = timedelta(hours=24)

Posted = Callable[..., httpx.Response]


@pytest.fixture
def app(tenant: Tenant) -> App:
    redirects = tuple(Redirect(uri, kind) for kind, uri in BACKS.items())
    app = App(str(uuid4()), "Planner", secrets=(Secret("s"),), redirects=redirects, scopes=frozenset({"User.Read"}))
    tenant.add_app(app)
    return app


@pytest.fixture
def code(tenant: Tenant, app: App, ann: Person) -> Callable[..., str]:
    """A code as authorize gives it to an app of a kind."""

    def code(kind: str = "spa", scope: str = "openid offline_access User.Read") -> str:
        sign_in = SignIn(Account(tenant.id, tenant.object_id(ann.address)), app.client_id, tuple(scope.split()))
        now = tenant.cloud.clock()
        given = Code(sign_in, BACKS[kind], kind, now + CODE_LIFE, challenge=Challenge(VERIFIER))
        return tenant.cloud.sign_ins.new_code(given, now)

    return code


@pytest.fixture
def posted(login: httpx.Client, tenant: Tenant, app: App) -> Posted:
    """Posts a form to the token endpoint; as a page does, unless told otherwise."""

    def posted(form: dict[str, str], directory: str = tenant.id, headers: dict[str, str] = ORIGIN) -> httpx.Response:
        form = {"client_id": app.client_id} | form
        return login.post(f"/{directory}/oauth2/v2.0/token", data=form, headers=headers)

    return posted


def redemption(code: str, kind: str = "spa") -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACKS[kind],
        "code_verifier": VERIFIER,
    }


def refreshing(token: str, **more: str) -> dict[str, str]:
    return {"grant_type": "refresh_token", "refresh_token": token} | more


def refused(answer: httpx.Response) -> tuple[int, str, int]:
    """Status, error and AADSTS number."""
    assert answer.json().keys() >= {"error_description", "timestamp", "trace_id", "correlation_id"}
    (number,) = answer.json()["error_codes"]
    return answer.status_code, answer.json()["error"], number


# codes


@pytest.mark.parametrize(
    ("kind", "more", "headers"),
    [("spa", {}, ORIGIN), ("web", {"client_secret": "s"}, {}), ("public", {}, {})],
)
def test_each_kind_of_app_has_its_way(
    posted: Posted, code: Callable[..., str], kind: str, more: dict[str, str], headers: dict[str, str]
) -> None:
    """A page without a secret, a server with one, a device with neither page nor secret."""
    answer = posted(redemption(code(kind), kind) | more, headers=headers)

    assert answer.status_code == 200
    tokens = answer.json()
    assert tokens.keys() >= {"access_token", "refresh_token", "id_token", "expires_in", "ext_expires_in", "scope"}
    assert ("refresh_token_expires_in" in tokens) is (kind == "spa")
    assert tokens["scope"] == "openid User.Read"


@pytest.mark.parametrize(
    ("kind", "more", "headers", "error"),
    [
        ("spa", {"client_secret": "s"}, ORIGIN, (401, "invalid_client", 700025)),
        ("spa", {}, {}, (400, "invalid_request", 9002327)),
        ("web", {"client_secret": "s"}, ORIGIN, (400, "invalid_request", 9002326)),
        ("web", {}, {}, (401, "invalid_client", 7000218)),
        ("public", {"client_secret": "s"}, {}, (401, "invalid_client", 700025)),
        ("public", {}, ORIGIN, (400, "invalid_request", 9002326)),
    ],
)
def test_no_kind_has_anothers(
    posted: Posted,
    code: Callable[..., str],
    kind: str,
    more: dict[str, str],
    headers: dict[str, str],
    error: tuple[int, str, int],
) -> None:
    """Trap 19: a page's code comes with an Origin and without a secret, a server's the other way round."""
    assert refused(posted(redemption(code(kind), kind) | more, headers=headers)) == error


def test_a_code_is_good_once(posted: Posted, code: Callable[..., str]) -> None:
    form = redemption(code())
    posted(form)

    assert refused(posted(form)) == (400, "invalid_grant", 54005)


def test_a_code_is_good_for_ten_minutes(posted: Posted, code: Callable[..., str], clock: StandingClock) -> None:
    first, second = code(), code()

    clock.move(timedelta(minutes=10, seconds=-1))
    assert posted(redemption(first)).status_code == 200
    clock.move(timedelta(seconds=1))
    assert refused(posted(redemption(second))) == (400, "invalid_grant", 70008)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code": "made-up"}, (400, "invalid_grant", 70000)),
        ({"code": ""}, (400, "invalid_request", 900144)),
        ({"redirect_uri": BACKS["web"]}, (400, "invalid_client", 500112)),
        ({"code_verifier": "wrong"}, (400, "invalid_grant", 501481)),
        ({"code_verifier": ""}, (400, "invalid_grant", 501481)),
        ({"client_id": "99999999-0000-4000-8000-000000000000"}, (400, "unauthorized_client", 700016)),
    ],
)
def test_a_code_is_not_good_for(
    posted: Posted, code: Callable[..., str], change: dict[str, str], error: tuple[int, str, int]
) -> None:
    assert refused(posted(redemption(code()) | change)) == error


def test_a_code_is_good_in_its_tenant(posted: Posted, code: Callable[..., str], tenant: Tenant) -> None:
    """By whatever name, and on common; not in another."""
    elsewhere = tenant.cloud.tenant("northwind.example") or tenant.cloud.add_tenant(
        "88888888-aaaa-4aaa-8aaa-888888888888", "northwind.example", zone("Europe/Paris")
    )

    for name in (tenant.domain, "common", "organizations"):
        assert posted(redemption(code()), name).status_code == 200
    for name in (elsewhere.id, "consumers"):
        assert refused(posted(redemption(code()), name)) == (400, "invalid_grant", 700005)


def test_an_app_of_one_tenant_redeems_there(posted: Posted, code: Callable[..., str], tenant: Tenant, app: App) -> None:
    form, token = redemption(code()), str(posted(redemption(code())).json()["refresh_token"])
    tenant.cloud.register(replace(app, home=tenant.id, multitenant=False))

    for one in (form, refreshing(token)):
        assert refused(posted(one, "common")) == (400, "invalid_request", 50194)
        assert posted(one).status_code == 200


def test_without_offline_access_there_is_no_refresh_token(posted: Posted, code: Callable[..., str]) -> None:
    tokens = posted(redemption(code(scope="User.Read"))).json()

    assert tokens.keys().isdisjoint({"refresh_token", "id_token"})


# refresh tokens


@pytest.fixture
def fresh(posted: Posted, code: Callable[..., str]) -> str:
    """A refresh token of a page."""
    return str(posted(redemption(code())).json()["refresh_token"])


def test_a_pages_refresh_tokens_end_a_day_after_the_first(posted: Posted, fresh: str, clock: StandingClock) -> None:
    """Trap 19: 24 hours, also for those got in between; then a person has to sign in."""
    clock.move(DAY - timedelta(minutes=1))
    later = posted(refreshing(fresh)).json()
    assert later["refresh_token_expires_in"] == 60

    clock.move(timedelta(minutes=1))

    for token in (fresh, later["refresh_token"]):
        assert refused(posted(refreshing(token))) == (400, "invalid_grant", 700084)


def test_a_used_refresh_token_stays_good(posted: Posted, fresh: str) -> None:
    assert [posted(refreshing(fresh)).status_code for _ in range(2)] == [200, 200]


def test_a_servers_refresh_tokens_last_as_long_as_they_are_used(
    posted: Posted, code: Callable[..., str], clock: StandingClock
) -> None:
    """90 days from each to the next."""
    secret: dict[str, dict[str, str]] = {"headers": {}}
    token = posted(redemption(code("web"), "web") | {"client_secret": "s"}, **secret).json()["refresh_token"]
    clock.move(timedelta(days=89))
    later = posted(refreshing(token, client_secret="s"), **secret).json()["refresh_token"]

    clock.move(timedelta(days=1, hours=1))

    assert posted(refreshing(later, client_secret="s"), **secret).status_code == 200
    assert refused(posted(refreshing(token, client_secret="s"), **secret)) == (400, "invalid_grant", 70008)


def test_a_page_refreshes_from_a_page(posted: Posted, fresh: str) -> None:
    """Trap 19: not without an Origin, not with a secret."""
    assert refused(posted(refreshing(fresh), headers={})) == (400, "invalid_request", 9002327)
    assert refused(posted(refreshing(fresh, client_secret="s"))) == (401, "invalid_client", 700025)


def test_scopes_nobody_consented_to(posted: Posted, fresh: str) -> None:
    """65001, with the hint that MSAL reads."""
    answer = posted(refreshing(fresh, scope="Mail.Send"))

    assert refused(answer) == (400, "invalid_grant", 65001)
    assert answer.json()["suberror"] == "consent_required"


@pytest.mark.parametrize(
    ("demand", "suberror"), [(50076, "basic_action"), (50079, "basic_action"), (53003, "message_only")]
)
def test_what_conditional_access_demands(
    posted: Posted, fresh: str, app: App, tenant: Tenant, ann: Person, demand: int, suberror: str
) -> None:
    """A second factor, setting one up, or being blocked: refreshing does not do."""
    tenant.service_principals[app.client_id].demands[tenant.object_id(ann.address)] = demand

    answer = posted(refreshing(fresh))

    assert refused(answer) == (400, "invalid_grant", demand)
    assert answer.json()["suberror"] == suberror


@pytest.mark.parametrize("every", [True, False])
def test_whether_a_token_holds_more_than_was_asked_for_is_a_switch(
    posted: Posted, fresh: str, tenant: Tenant, app: App, every: bool
) -> None:
    tenant.install(app, scopes={"Calendars.Read"})
    tenant.cloud.behaviour = Behaviour(every_granted_scope=every)
    token = posted(refreshing(fresh, scope="User.Read")).json()["access_token"]

    grant = tenant.cloud.tokens.grant(f"Bearer {token}", tenant.cloud.clock())

    assert ("Calendars.Read" in grant.scopes) is every


def test_another_app_cannot_use_it(posted: Posted, fresh: str, tenant: Tenant, app: App) -> None:
    other = replace(app, client_id=str(uuid4()))
    tenant.add_app(other)

    assert refused(posted(refreshing(fresh, client_id=other.client_id))) == (400, "invalid_grant", 70000)


# pages of other origins


def test_pages_of_single_page_apps_read_the_answers(posted: Posted, code: Callable[..., str], fresh: str) -> None:
    """Refusals too; nobody else's pages do."""
    for form in (redemption(code()), refreshing("made-up")):
        assert posted(form).headers["access-control-allow-origin"] == ORIGIN["Origin"]
    elsewhere = posted(refreshing(fresh), headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in elsewhere.headers


@pytest.mark.usefixtures("app")
def test_preflight(login: httpx.Client, tenant: Tenant) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-client-sku"}
    url = f"/{tenant.id}/oauth2/v2.0/token"

    let_in = login.options(url, headers=asked | ORIGIN)
    sent_away = login.options(url, headers=asked | {"Origin": "https://elsewhere.example"})

    assert let_in.headers["access-control-allow-origin"] == ORIGIN["Origin"]
    assert let_in.headers["access-control-allow-headers"] == "x-client-sku"
    assert "POST" in let_in.headers["access-control-allow-methods"]
    assert not [name for name in sent_away.headers if name.startswith("access-control")]
