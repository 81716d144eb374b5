"""Sending people to sign in, and what the app gets."""

import json
import ssl
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import httpx
import pytest

from graph_emulator.behaviour import Behaviour
from graph_emulator.clock import StandingClock
from graph_emulator.exchange.event import Person
from graph_emulator.exchange.zones import zone
from graph_emulator.registrations import App, Redirect
from graph_emulator.server import Running
from graph_emulator.sign_ins import Account, Code, SignIn, SignIns, Unfinished
from graph_emulator.tenant import Profile, Tenant

from .conftest import TEN
from .visiting import Visit, number, visit

SPA, WEB, PHONE = "https://planner.example/back", "https://planner.example/callback", "msal.planner://auth"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-in-all"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ORIGIN = {"Origin": "https://planner.example"}

Ask = Callable[..., Visit]


@pytest.fixture
def app(tenant: Tenant) -> App:
    """An app of this test's own, that the tenant knows and that everybody consented to."""
    redirects = (Redirect(SPA), Redirect(WEB, "web"), Redirect(PHONE, "public"), Redirect("http://localhost:3000/"))
    app = App(str(uuid4()), "Planner", redirects=redirects, scopes=frozenset({"User.Read"}), implicit=True)
    tenant.add_app(app)
    return app


@pytest.fixture
def rita(tenant: Tenant) -> Person:
    """An administrator."""
    return tenant.add_person("Rita Ruler", f"rita.{uuid4().hex}@contoso.example", Profile(administrator=True))


@pytest.fixture
def other(served: Running, tenant: Tenant) -> Tenant:
    """Another tenant of the same cloud."""
    found = served.cloud.tenant("fabrikam.example")
    return found or served.cloud.add_tenant(
        "77777777-aaaa-4aaa-8aaa-777777777777", "fabrikam.example", zone("Europe/Paris")
    )


@pytest.fixture
def asked(login: httpx.Client, app: App, tenant: Tenant) -> Ask:
    """Goes to authorize as a single-page app sends people there; a parameter that is None is left out."""

    def asked(directory: str = tenant.id, client: httpx.Client = login, **changes: str | None) -> Visit:
        parameters: dict[str, str | None] = {
            "client_id": app.client_id,
            "redirect_uri": SPA,
            "response_type": "code",
            "scope": "openid profile offline_access User.Read",
            "state": "some state & more",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        wanted = {name: value for name, value in (parameters | changes).items() if value is not None}
        return visit(client, f"/{directory}/oauth2/v2.0/authorize", wanted)

    return asked


@pytest.fixture
def redeemed(login: httpx.Client, app: App, tenant: Tenant) -> Callable[..., httpx.Response]:
    def redeemed(code: str, verifier: str = VERIFIER) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "client_id": app.client_id,
            "code": code,
            "redirect_uri": SPA,
            "code_verifier": verifier,
        }
        return login.post(f"/{tenant.id}/oauth2/v2.0/token", data=form, headers=ORIGIN)

    return redeemed


@pytest.fixture
def stranger(served: Running, trust: ssl.SSLContext) -> Iterator[httpx.Client]:
    """Another browser."""
    with httpx.Client(base_url=served.https, verify=trust, trust_env=False) as client:
        yield client


def claims(token: str) -> dict[str, object]:
    payload = token.split(".")[1]
    read: dict[str, object] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return read


# it works


def test_somebody_picked_gets_the_app_a_code(
    asked: Ask, ann: Person, redeemed: Callable[..., httpx.Response], tenant: Tenant
) -> None:
    """With its state; the code brings tokens and says who it was, with the nonce."""
    left = asked(nonce="n-1", client_info="1").press(ann.address)

    assert (left.sent_to, left.mode) == (SPA, "query")
    assert left.answer.keys() == {"code", "state", "client_info", "session_state"}
    assert left.answer["state"] == "some state & more"
    tokens = redeemed(left.answer["code"]).json()
    assert tokens.keys() >= {"access_token", "refresh_token", "id_token", "scope"}
    assert claims(tokens["id_token"]).items() >= {
        ("oid", tenant.object_id(ann.address)),
        ("tid", tenant.id),
        ("nonce", "n-1"),
        ("preferred_username", ann.address),
    }


def test_the_request_may_be_posted(login: httpx.Client, app: App, tenant: Tenant) -> None:
    """As OpenID Connect lets clients do."""
    form = {"client_id": app.client_id, "redirect_uri": WEB, "response_type": "code", "scope": "openid"}
    page = login.post(f"/{tenant.id}/oauth2/v2.0/authorize", data=form)

    assert "Who is signing in?" in Visit(login, page).text


def test_a_challenge_without_a_method_is_plain(
    asked: Ask, ann: Person, redeemed: Callable[..., httpx.Response]
) -> None:
    code = asked(code_challenge=VERIFIER, code_challenge_method=None).press(ann.address).answer["code"]

    assert redeemed(code).status_code == 200


def test_who_is_signed_in_is_not_asked_again(asked: Ask, ann: Person) -> None:
    asked().press(ann.address)

    assert "code" in asked().answer
    assert "code" in asked("common").answer


@pytest.mark.parametrize("prompt", ["login", "select_account"])
def test_the_app_may_have_them_asked_again(asked: Ask, ann: Person, prompt: str) -> None:
    asked().press(ann.address)

    again = asked(prompt=prompt)

    assert "Signed in in this browser" in again.text
    assert again.buttons[0].startswith("Find") or ann.name in again.buttons[0]
    assert "code" in again.press(ann.address).answer


def test_of_two_who_are_signed_in_one_is_picked(asked: Ask, ann: Person, rita: Person) -> None:
    """Unless the app names one of them."""
    asked().press(ann.address)
    asked(prompt="select_account").press(rita.address)

    assert "Who is signing in?" in asked().text
    assert "code" in asked(login_hint=ann.address).answer


def test_silence(asked: Ask, ann: Person, rita: Person) -> None:
    """With prompt=none the answer comes at once, whatever it is."""
    assert asked(prompt="none").error == ("login_required", 50058)
    asked().press(ann.address)
    assert "code" in asked(prompt="none").answer
    assert asked(prompt="none", login_hint=rita.address).error == ("login_required", 50058)
    asked(prompt="select_account").press(rita.address)
    assert asked(prompt="none").error == ("interaction_required", 16000)
    assert "code" in asked(prompt="none", login_hint=rita.address).answer


def test_hints(asked: Ask, ann: Person, redeemed: Callable[..., httpx.Response]) -> None:
    """Apps name people by user name, or by the opaque claim of an earlier id token; domain_hint changes nothing."""
    page = asked(login_hint=ann.address.upper(), domain_hint="elsewhere.example")
    assert "Suggested by Planner" in page.text

    tokens = redeemed(page.press(ann.address).answer["code"]).json()
    opaque = str(claims(tokens["id_token"])["login_hint"])

    assert ann.address not in opaque
    assert "code" in asked(prompt="none", login_hint=opaque).answer


def test_who_can_be_found(asked: Ask, tenant: Tenant, ann: Person) -> None:
    """Where there are many, they are searched by words of their names and addresses."""
    for count in range(10):
        tenant.add_person(f"Xaver Zehetmair {count}", f"{uuid4().hex}@contoso.example")
    page = asked()

    found = page.press("Find", find=f"exam {ann.address}")

    assert [button for button in found.buttons if "@" in button] == [f"{_initials(ann)} {ann.name} {ann.address}"]
    assert "Nobody here is called “Nemo”" in page.press("Find", find="Nemo").text
    assert "code" in found.press(ann.address).answer


@pytest.fixture
def large(tenant: Tenant) -> Iterator[Tenant]:
    large = tenant.cloud.add_tenant(str(uuid4()), "large.example", zone("Europe/Paris"))
    for count in range(300):
        large.add_person(f"Clerk Number{count}", f"clerk.{count}@large.example")
    yield large
    del tenant.cloud.tenants[large.id]


def test_a_large_organisation(asked: Ask, large: Tenant) -> None:
    """The page shows 200 of its people; the rest are found."""
    page = asked(large.id)
    assert len([button for button in page.buttons if "Clerk" in button]) == 200
    assert "100 more can be found by name" in page.text

    found = page.press("Find", find="number299")

    assert "Clerk Number299" in found.text
    assert "more can be found" not in found.text


def _initials(person: Person) -> str:
    return "".join(word[0] for word in person.name.split())


# where and how the answer comes


@pytest.mark.parametrize(
    ("types", "mode"),
    [("code", "query"), ("id_token", "fragment"), ("code id_token", "fragment"), ("id_token token", "fragment")],
)
def test_the_mode_follows_from_what_is_asked(asked: Ask, ann: Person, types: str, mode: str) -> None:
    left = asked(response_type=types, nonce="n").press(ann.address)

    assert left.mode == mode
    assert left.answer.keys() >= {"access_token" if kind == "token" else kind for kind in types.split()}


@pytest.mark.parametrize("mode", ["query", "fragment"])
def test_the_mode_of_a_token_alone_is_a_switch(asked: Ask, ann: Person, tenant: Tenant, mode: str) -> None:
    """The page's table says query, its samples fragment."""
    tenant.cloud.behaviour = Behaviour(token_response_mode=mode)

    assert asked(response_type="token").press(ann.address).mode == mode


def test_tokens_at_once(asked: Ask, ann: Person, login: httpx.Client) -> None:
    """The implicit flow: an access token and an id token bound to it by its hash, and no refresh token."""
    answer = asked(response_type="id_token token", nonce="n").press(ann.address).answer

    assert answer.keys() == {
        *("access_token", "token_type", "expires_in", "scope", "id_token", "state", "session_state"),
    }
    digest = sha256(answer["access_token"].encode()).digest()[:16]
    assert claims(answer["id_token"])["at_hash"] == urlsafe_b64encode(digest).decode().rstrip("=")
    assert 3600 <= int(answer["expires_in"]) < 5400
    told = login.get("/oidc/userinfo", headers={"Authorization": f"Bearer {answer['access_token']}"}).json()
    assert (told["name"], told["sub"]) == (ann.name, claims(answer["id_token"])["sub"])


def test_a_code_beside_an_id_token_is_bound_to_it(asked: Ask, ann: Person) -> None:
    answer = asked(response_type="code id_token", nonce="n").press(ann.address).answer

    digest = sha256(answer["code"].encode()).digest()[:16]
    assert claims(answer["id_token"])["c_hash"] == urlsafe_b64encode(digest).decode().rstrip("=")


def test_an_answer_that_is_posted(asked: Ask, ann: Person) -> None:
    """form_post: a page whose form posts itself by a script that its policy knows by hash."""
    page = asked(redirect_uri=WEB, response_mode="form_post").press(ann.address)

    (form,) = page.forms
    assert (form.action, form.method) == (WEB, "post")
    assert form.hidden.keys() == {"code", "state", "session_state"}
    script = page.response.text.partition("<script>")[2].partition("</script>")[0]
    assert f"script-src 'sha256-{_digest(script)}'" in page.response.headers["content-security-policy"]


def _digest(text: str) -> str:
    return urlsafe_b64encode(sha256(text.encode()).digest()).decode().replace("-", "+").replace("_", "/")


@pytest.mark.parametrize("uri", [PHONE, "http://localhost:3000/", "http://localhost:49152/"])
def test_addresses_on_devices(asked: Ask, ann: Person, uri: str) -> None:
    """A scheme of an app's own; localhost at whatever port."""
    assert asked(redirect_uri=uri).press(ann.address).sent_to == uri


def test_whether_all_apps_may_use_any_port_is_a_switch(asked: Ask, tenant: Tenant) -> None:
    tenant.cloud.behaviour = Behaviour(localhost_any_port=False)

    assert "AADSTS50011" in asked(redirect_uri="http://localhost:49152/").text


# it refuses


@pytest.mark.parametrize(
    ("directory", "changes", "error"),
    [
        (None, {"redirect_uri": "https://elsewhere.example/"}, 50011),
        (None, {"redirect_uri": SPA.upper()}, 50011),
        (None, {"redirect_uri": f"{SPA}#"}, 50011),
        (None, {"redirect_uri": "http://localhost:3000@elsewhere.example/"}, 50011),
        (None, {"redirect_uri": "http://localhost\\@elsewhere.example/"}, 50011),
        (None, {"redirect_uri": "http://localhost:\u0663\u0663/"}, 50011),  # digits, but not of a port
        (None, {"redirect_uri": None}, 900144),
        (None, {"client_id": None}, 900144),
        (None, {"client_id": "99999999-0000-4000-8000-000000000000"}, 700016),
        ("no-such.example", {}, 90002),
    ],
)
def test_it_tells_only_the_person(
    asked: Ask, directory: str | None, changes: dict[str, str | None], error: int
) -> None:
    """An app or an address that is not known gets nothing: the error is on the page."""
    page = asked(directory, **changes) if directory else asked(**changes)

    assert page.response.status_code == 400
    assert f"AADSTS{error}:" in page.text
    assert "location" not in page.response.headers


@pytest.mark.parametrize(
    ("changes", "error", "aadsts"),
    [
        ({"response_type": None}, "invalid_request", 900144),
        ({"response_type": "device"}, "unsupported_response_type", 70005),
        ({"response_type": "id_token"}, "invalid_request", 900144),  # no nonce
        ({"response_type": "id_token", "nonce": "n", "scope": "User.Read"}, "invalid_request", 70005),
        ({"response_type": "id_token", "nonce": "n", "response_mode": "query"}, "invalid_request", 70007),
        ({"response_mode": "pigeon"}, "invalid_request", 70007),
        ({"prompt": "please"}, "invalid_request", 90023),
        ({"scope": None}, "invalid_request", 900144),
        ({"scope": "User.Read https://graph.microsoft.com/.default"}, "invalid_scope", 70011),
        ({"scope": "https://elsewhere.example/Thing.Read"}, "invalid_resource", 500011),
        ({"scope": "Fish.Catch"}, "invalid_client", 650053),
        ({"code_challenge": None}, "invalid_request", 9002325),
        ({"code_challenge": "short"}, "invalid_request", 501491),
        ({"code_challenge_method": "S512"}, "invalid_request", 90023),
    ],
)
def test_it_tells_the_app(asked: Ask, changes: dict[str, str | None], error: str, aadsts: int) -> None:
    """All else that is wrong goes to the redirect, with the state."""
    left = asked(**changes)

    assert left.error == (error, aadsts)
    assert left.answer["state"] == "some state & more"
    assert {"Trace ID", "Correlation ID", "Timestamp"} <= {
        line.partition(":")[0] for line in left.answer["error_description"].splitlines()
    }


def test_a_parameter_given_twice(login: httpx.Client, tenant: Tenant) -> None:
    page = login.get(f"/{tenant.id}/oauth2/v2.0/authorize?client_id=a&client_id=b")

    assert "AADSTS90023" in page.text


def test_tokens_at_once_take_the_registrations_switch(login: httpx.Client, asked: Ask, tenant: Tenant) -> None:
    """How that is called differs between the page and what clients have seen."""
    app = App(str(uuid4()), redirects=(Redirect(SPA),))
    tenant.add_app(app)
    ask = {"client_id": app.client_id, "nonce": "n"}

    assert asked(**ask, response_type="id_token").error == ("unsupported_response", 700054)
    tenant.cloud.behaviour = Behaviour(implicit_off_error="unsupported_response_type")
    assert asked(**ask, response_type="token").error == ("unsupported_response_type", 700051)


@pytest.mark.parametrize("response_mode", ["query", "fragment"])
def test_cancelling(asked: Ask, response_mode: str) -> None:
    left = asked(response_mode=response_mode).press("Cancel")

    assert left.error == ("access_denied", 65004)
    assert (left.mode, left.answer["error_subcode"]) == (response_mode, "cancel")


def test_somebody_who_is_not_assigned(asked: Ask, ann: Person, rita: Person, app: App, tenant: Tenant) -> None:
    """50105 where an app is for chosen people."""
    principal = tenant.service_principals[app.client_id]
    principal.assigned = {tenant.object_id(rita.address)}

    assert asked().press(ann.address).error == ("access_denied", 50105)
    assert asked(prompt="none").error == ("interaction_required", 50105)
    assert "code" in asked(prompt="login").press(rita.address).answer


@pytest.mark.parametrize("demand", [50076, 50079])
def test_a_second_factor(asked: Ask, ann: Person, app: App, tenant: Tenant, demand: int) -> None:
    """It takes the person: silence does not do."""
    asked().press(ann.address)
    tenant.service_principals[app.client_id].demands[tenant.object_id(ann.address)] = demand

    assert asked(prompt="none").error == ("interaction_required", demand)
    assert "code" in asked(prompt="login").press(ann.address).answer
    assert "code" in asked(prompt="none").answer


def test_somebody_who_is_blocked(asked: Ask, ann: Person, app: App, tenant: Tenant) -> None:
    tenant.service_principals[app.client_id].demands[tenant.object_id(ann.address)] = 53003

    assert asked().press(ann.address).error == ("access_denied", 53003)
    assert asked(prompt="none").error == ("interaction_required", 53003)


# consent


def test_a_refusal_that_is_posted_does_not_say_signed_in(asked: Ask) -> None:
    page = asked(response_mode="form_post").press("Cancel")

    assert page.forms[0].hidden["error"] == "access_denied"
    assert "Signed in" not in page.text


def test_consent_is_asked_in_words_and_once(
    asked: Ask, ann: Person, rita: Person, redeemed: Callable[..., httpx.Response]
) -> None:
    """What a person grants holds for that person alone."""
    scope = "openid User.Read Calendars.Read"
    page = asked(scope=scope).press(ann.address)
    assert "Planner asks for permission" in page.text
    assert "Read your calendars Calendars.Read" in page.text
    assert "Agree for everybody" not in page.text

    tokens = redeemed(page.press("Accept").answer["code"]).json()

    assert set(tokens["scope"].split()) == {"openid", "User.Read", "Calendars.Read"}
    assert "code" in asked(scope=scope).answer
    assert "asks for permission" in asked(scope=scope, prompt="login").press(rita.address).text


def test_consent_for_everybody(asked: Ask, ann: Person, rita: Person) -> None:
    """An administrator may grant for the whole organisation."""
    scope = "openid User.Read Mail.Read"
    page = asked(scope=scope).press(rita.address)

    assert "Agree for everybody in contoso.example" in page.text
    page.press("Accept", everybody="yes")
    assert "code" in asked(scope=scope, prompt="login").press(ann.address).answer


def test_nobody_else_consents_for_everybody(asked: Ask, ann: Person, rita: Person) -> None:
    """Even if the form is changed to say so."""
    scope = "openid User.Read Contacts.Read"
    asked(scope=scope).press(ann.address).press("Accept", everybody="yes")

    assert "asks for permission" in asked(scope=scope, prompt="login").press(rita.address).text


def test_consent_may_be_declined(asked: Ask, ann: Person) -> None:
    left = asked(scope="openid Calendars.Read").press(ann.address).press("Cancel")

    assert left.error == ("access_denied", 65004)
    assert asked(scope="openid Calendars.Read", prompt="none").error == ("consent_required", 65001)


def test_the_app_may_have_consent_asked_again(asked: Ask, ann: Person) -> None:
    page = asked(prompt="consent").press(ann.address)

    assert "asks for permission" in page.text
    assert "code" in page.press("Accept").answer
    assert "asks for permission" in asked(prompt="consent").text


def test_default_asks_for_all_that_is_declared_until_anything_is_granted(
    asked: Ask, ann: Person, tenant: Tenant, login: httpx.Client
) -> None:
    """From then on it means what was granted, unless the app has consent asked again."""
    declared = frozenset({"User.Read", "Calendars.Read"})
    app = App(str(uuid4()), redirects=(Redirect(SPA),), scopes=declared, implicit=True)
    tenant.cloud.register(app)
    wanted = {"client_id": app.client_id, "scope": "https://graph.microsoft.com/.default", "response_type": "token"}
    page = asked(**wanted).press(ann.address)
    assert all(name in page.text for name in declared)

    tenant.install(app, scopes={"User.Read"})

    told = asked(**wanted, prompt="none").answer
    assert "https://graph.microsoft.com/User.Read" in told["scope"].split()
    assert "Calendars.Read" not in told["scope"]
    grant = tenant.cloud.tokens.grant(f"Bearer {told['access_token']}", tenant.cloud.clock())
    assert grant.scopes & declared == {"User.Read"}
    assert "Calendars.Read" in asked(**wanted, prompt="consent").text


def test_default_grants_nobody_what_only_an_administrator_may(asked: Ask, ann: Person, tenant: Tenant) -> None:
    """Also where something else was granted before."""
    app = App(str(uuid4()), redirects=(Redirect(SPA),), scopes=frozenset({"User.Read", "Place.Read.All"}))
    tenant.cloud.register(app)
    tenant.install(app, scopes={"User.Read"})

    page = asked(client_id=app.client_id, scope="https://graph.microsoft.com/.default", prompt="consent")

    assert "An administrator has to agree" in page.press(ann.address).text


@pytest.mark.parametrize("error", ["consent_required", "interaction_required"])
def test_consent_cannot_be_given_in_silence(asked: Ask, ann: Person, tenant: Tenant, error: str) -> None:
    """Under which name that is told is a switch."""
    tenant.cloud.behaviour = Behaviour(silent_consent_error=error)
    asked().press(ann.address)

    left = asked(prompt="none", scope="openid Mail.Send")

    assert left.error == (error, 65001)
    assert left.answer["suberror"] == "consent_required"


def test_what_only_an_administrator_may_grant(asked: Ask, ann: Person, rita: Person) -> None:
    """90094; the person may go back, or become an administrator."""
    scope = "openid Place.Read.All Calendars.Read"
    page = asked(scope=scope).press(ann.address)
    assert "An administrator has to agree" in page.text
    assert "Read all places of the organisation Place.Read.All" in page.text
    assert "Calendars.Read" not in page.text

    assert page.press("Go back to the app").error == ("access_denied", 90094)
    forged = page.client.post(page.forms[0].action, data=page.forms[0].hidden)
    assert Visit(page.client, forged).error == ("access_denied", 90094)
    assert "code" in asked(scope=scope, prompt="login").press(rita.address).press("Accept").answer


# tenants


def test_everybody_is_at_common(asked: Ask, ann: Person, other: Tenant) -> None:
    """Of all tenants, under their names; whom somebody picks decides the tenant, which knows the app from then on."""
    eve = other.add_person("Eve Elsewhere", f"eve.{uuid4().hex}@fabrikam.example")
    page = asked("common")
    assert "People of contoso.example" in page.text
    assert "People of fabrikam.example" in page.text

    left = page.press(eve.address).press("Accept")

    assert left.sent_to == SPA
    assert "code" in asked("organizations").answer
    assert eve.address not in " ".join(asked(prompt="login").buttons)
    assert asked(prompt="none").error == ("login_required", 50058)


def test_nobody_has_a_personal_account(asked: Ask) -> None:
    page = asked("consumers")

    assert "There is nobody here" in page.text
    assert page.press("Cancel").error == ("access_denied", 65004)


def test_an_app_of_one_tenant_is_not_for_all(asked: Ask, tenant: Tenant, other: Tenant, ann: Person) -> None:
    """50194 on common; unknown in another tenant."""
    app = App(str(uuid4()), "At home", home=tenant.id, multitenant=False, redirects=(Redirect(SPA),))
    tenant.add_app(app)

    assert asked("common", client_id=app.client_id).error == ("invalid_request", 50194)
    assert "AADSTS700016" in asked(other.id, client_id=app.client_id).text
    assert ann.name in asked(client_id=app.client_id).text


def test_somebody_of_another_tenant(asked: Ask, other: Tenant) -> None:
    """Cannot be picked, even if a form is changed to do so."""
    eve = other.add_person("Eve Elsewhere", f"eve.{uuid4().hex}@fabrikam.example")
    page = asked()

    refused = page.press("Cancel", cancel="", account=f"{other.id}/{other.object_id(eve.address)}")

    assert "AADSTS50020" in refused.text


# nobody else can finish it


def test_another_browser_cannot_finish_it(asked: Ask, ann: Person, stranger: httpx.Client) -> None:
    """Else a page could sign somebody in as whom it likes."""
    page = asked()

    assert "AADSTS165000" in Visit(stranger, page.response).press(ann.address).text
    asked(client=stranger)
    assert "AADSTS165000" in Visit(stranger, page.response).press(ann.address).text


def test_it_is_over_after_an_hour(asked: Ask, ann: Person, clock: StandingClock) -> None:
    page = asked()
    clock.move(timedelta(hours=1))

    assert "AADSTS165000" in page.press(ann.address).text


def test_a_session_is_over_after_ninety_days(asked: Ask, ann: Person, clock: StandingClock) -> None:
    asked().press(ann.address)
    clock.move(timedelta(days=90))

    assert asked(prompt="none").error == ("login_required", 50058)


def test_nobody_consents_who_has_signed_out(asked: Ask, ann: Person, login: httpx.Client, tenant: Tenant) -> None:
    page = asked(scope="openid Mail.Send").press(ann.address)
    login.get(f"/{tenant.id}/oauth2/v2.0/logout")

    assert "AADSTS165000" in page.press("Accept").text


def test_a_made_up_key(login: httpx.Client, tenant: Tenant) -> None:
    for path in ("sign-in", "consent"):
        answer = login.post(f"/{tenant.id}/{path}", data={"request": "made-up", "account": "a/b"})
        assert (answer.status_code, "AADSTS165000" in answer.text) == (400, True)


def test_keys_cannot_be_guessed_but_codes_follow_from_the_seed() -> None:
    code = Code(SignIn(Account("t", "p"), "c", ()), SPA, "spa", TEN)
    unfinished = Unfinished("authorize", "t", {}, "b")
    one, same, another = SignIns(1), SignIns(1), SignIns(2)

    assert one.new_code(code, TEN) == same.new_code(code, TEN) != another.new_code(code, TEN)
    assert one.begin(unfinished, TEN) != same.begin(unfinished, TEN)


def test_pages_are_closed(asked: Ask) -> None:
    """No script, no frame, nothing kept; the app's own origin is where the form may end."""
    headers = asked().response.headers
    policy = headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' https://planner.example;" in policy
    assert headers["cache-control"] == "no-store, no-cache"
    cookie = headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "secure", "samesite=none"))


def test_without_tls_the_cookie_stays_on_the_site(served: Running, app: App, tenant: Tenant) -> None:
    """Some browsers keep no Secure cookie that came over http, even from loopback."""
    parameters = {"client_id": app.client_id, "redirect_uri": WEB, "response_type": "code", "scope": "openid"}
    with httpx.Client(base_url=served.http, trust_env=False) as client:
        page = visit(client, f"/{tenant.id}/oauth2/v2.0/authorize", parameters)
        cookie = page.response.headers["set-cookie"].lower()
        again = page.press("Cancel")

    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    assert number(again.answer["error_description"]) == 65004


@pytest.mark.parametrize(
    "value", ["http://[", "http://localhost:80;script-src */", "\r\nX: y", "\x00", "é" * 1500, "%", "["]
)
def test_odd_values_are_refused_like_all_others(asked: Ask, login: httpx.Client, tenant: Tenant, value: str) -> None:
    """In whichever parameter of whichever endpoint; and none gets into a header."""
    names = ("client_id", "redirect_uri", "response_type", "response_mode", "scope", "prompt", "login_hint")
    answers = [asked(**{name: value}).response for name in (*names, "code_challenge", "nonce", "state")]
    for path in ("oauth2/v2.0/logout", "discovery/instance", "sign-in"):
        wanted = ("authorization_endpoint", "post_logout_redirect_uri", "id_token_hint", "logout_hint", "request")
        answers.append(login.get(f"/{tenant.id}/{path}", params=dict.fromkeys(wanted, value)))

    assert {answer.status_code for answer in answers} <= {200, 302, 400}
    assert all("x" not in answer.headers for answer in answers)
    assert all("script-src *" not in answer.headers.get("content-security-policy", "") for answer in answers)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("origin", ["null", "http://[", "*", "http://localhost:1;"])
def test_odd_origins_are_let_in_nowhere(login: httpx.Client, tenant: Tenant, origin: str) -> None:
    answer = login.post(f"/{tenant.id}/oauth2/v2.0/token", headers={"Origin": origin})

    assert answer.status_code == 400
    assert "access-control-allow-origin" not in answer.headers
