"""An administrator grants an app for a whole tenant."""

from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest

from graph_emulator.exchange.event import Person
from graph_emulator.registrations import App, Redirect, Secret
from graph_emulator.tenant import Profile, Tenant

from .visiting import Visit, visit

BACK = "https://planner.example/consented"
GRAPH = "https://graph.microsoft.com"
SCOPE = f"{GRAPH}/.default"

Asked = Callable[..., Visit]

pytestmark = pytest.mark.usefixtures("tenant")


@pytest.fixture
def app(tenant: Tenant) -> App:
    """An app from elsewhere, of which the tenant knows nothing."""
    app = App(
        str(uuid4()),
        "Planner",
        secrets=(Secret("planner's"),),
        redirects=(Redirect(BACK, "web"),),
        roles=frozenset({"Calendars.ReadWrite", "Place.Read.All"}),
        scopes=frozenset({"User.Read"}),
    )
    return tenant.cloud.register(app)


@pytest.fixture
def rita(tenant: Tenant) -> Person:
    """An administrator."""
    return tenant.add_person("Rita Ruler", f"rita.{uuid4().hex}@contoso.example", Profile(administrator=True))


@pytest.fixture
def asked(login: httpx.Client, app: App, tenant: Tenant) -> Asked:
    """Version 2; a parameter that is None is left out."""

    def asked(directory: str = tenant.id, endpoint: str = "v2.0/adminconsent", **changes: str | None) -> Visit:
        parameters = {"client_id": app.client_id, "redirect_uri": BACK, "scope": SCOPE, "state": "12345"} | changes
        wanted = {name: value for name, value in parameters.items() if value is not None}
        return visit(login, f"/{directory}/{endpoint}", wanted)

    return asked


@pytest.fixture
def legacy(asked: Asked, tenant: Tenant) -> Asked:
    """Version 1, which knows no scope."""

    def legacy(directory: str = tenant.id) -> Visit:
        return asked(directory, "adminconsent", scope=None)

    return legacy


def token(login: httpx.Client, tenant: Tenant, app: App) -> httpx.Response:
    form = {
        "grant_type": "client_credentials",
        "client_id": app.client_id,
        "client_secret": app.secrets[0].value,
        "scope": SCOPE,
    }
    return login.post(f"/{tenant.id}/oauth2/v2.0/token", data=form)


@pytest.mark.parametrize("directory", ["contoso.example", "organizations"])
def test_consent(asked: Asked, tenant: Tenant, app: App, rita: Person, directory: str) -> None:
    """The page says what is asked for, the redirect in which tenant what was granted."""
    page = asked(directory).press(rita.address)
    assert "In the name of everybody in contoso.example" in page.text
    assert "Read and change all calendars Calendars.ReadWrite" in page.text
    assert "Sign you in and read your profile User.Read" in page.text

    left = page.press("Accept")

    assert left.sent_to == BACK
    assert left.answer == {
        "admin_consent": "True",
        "tenant": tenant.id,
        "scope": f"{GRAPH}/User.Read {SCOPE}",
        "state": "12345",
    }
    principal = tenant.service_principals[app.client_id]
    assert (principal.roles, principal.scopes) == (set(app.roles), set(app.scopes))


def test_what_was_granted_matters(
    asked: Asked, login: httpx.Client, tenant: Tenant, app: App, rita: Person, room: str
) -> None:
    """Before, the app is unknown in the tenant (700016); afterwards its tokens open what was granted."""
    assert token(login, tenant, app).json()["error_codes"] == [700016]
    asked().press(rita.address).press("Accept")

    headers = {"Authorization": f"Bearer {token(login, tenant, app).json()['access_token']}"}

    assert login.get(f"/v1.0/users/{room}/events/none", headers=headers).status_code in (400, 404)
    assert login.get("/v1.0/places/microsoft.graph.room", headers=headers).status_code == 200


def test_only_default_grants_application_permissions(
    asked: Asked, login: httpx.Client, tenant: Tenant, app: App, rita: Person, room: str
) -> None:
    """Single permissions are delegated ones; the app by itself gets a token that opens nothing."""
    left = asked(scope=f"{GRAPH}/Calendars.Read {GRAPH}/Place.Read.All").press(rita.address).press("Accept")

    assert left.answer["scope"] == f"{GRAPH}/Calendars.Read {GRAPH}/Place.Read.All"
    principal = tenant.service_principals[app.client_id]
    assert (principal.roles, principal.scopes) == (set(), {"Calendars.Read", "Place.Read.All"})
    headers = {"Authorization": f"Bearer {token(login, tenant, app).json()['access_token']}"}
    assert login.get(f"/v1.0/users/{room}/events/none", headers=headers).status_code == 403


def test_consent_adds_to_what_there_is(asked: Asked, tenant: Tenant, app: App, rita: Person) -> None:
    tenant.install(app, {"User.Read.All"}, {"Mail.Read"})

    asked().press(rita.address).press("Accept")

    principal = tenant.service_principals[app.client_id]
    assert principal.roles == {"User.Read.All", "Calendars.ReadWrite", "Place.Read.All"}
    assert principal.scopes == {"Mail.Read", "User.Read"}


def test_a_refusal_says_admin_consent_too(asked: Asked, tenant: Tenant, app: App, rita: Person) -> None:
    """Trap 17: only `error` tells it from success, and nothing in it can be trusted."""
    left = asked().press(rita.address).press("Cancel")

    assert left.answer["admin_consent"] == "True"
    assert left.error == ("consent_required", 65004)
    assert left.answer["state"] == "12345"
    assert "tenant" not in left.answer
    assert app.client_id not in tenant.service_principals


def test_cancelling_before_anybody_is_picked(asked: Asked) -> None:
    left = asked().press("Cancel")

    assert left.answer["admin_consent"] == "True"
    assert left.error == ("consent_required", 65004)


def test_only_administrators_consent(asked: Asked, tenant: Tenant, app: App, ann: Person, rita: Person) -> None:
    """Even if the form is changed to accept."""
    page = asked().press(ann.address)
    assert "An administrator has to agree" in page.text

    forged = Visit(page.client, page.client.post(page.forms[0].action, data=page.forms[0].hidden))

    for left in (forged, page.press("Go back")):
        assert left.error == ("access_denied", 90094)
        assert left.answer["admin_consent"] == "True"
    assert app.client_id not in tenant.service_principals


@pytest.mark.parametrize(
    ("directory", "changes", "error"),
    [
        ("contoso.example", {"scope": None}, ("invalid_request", 900144)),
        ("contoso.example", {"scope": f"{SCOPE} {GRAPH}/User.Read"}, ("invalid_scope", 70011)),
        ("contoso.example", {"scope": "https://elsewhere.example/.default"}, ("invalid_resource", 500011)),
        ("common", {}, ("invalid_request", 50059)),
        ("consumers", {}, ("invalid_request", 50059)),
    ],
)
def test_it_refuses(asked: Asked, directory: str, changes: dict[str, str | None], error: tuple[str, int]) -> None:
    left = asked(directory, **changes)

    assert left.error == error
    assert left.answer["admin_consent"] == "True"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "99999999-0000-4000-8000-000000000000"}, 700016),
        ({"redirect_uri": "https://elsewhere.example/"}, 50011),
        ({"redirect_uri": None}, 900144),
    ],
)
def test_it_tells_only_the_person(asked: Asked, changes: dict[str, str | None], error: int) -> None:
    page = asked(**changes)

    assert page.response.status_code == 400
    assert f"AADSTS{error}:" in page.text


@pytest.mark.parametrize("directory", ["contoso.example", "common"])
def test_version_1_grants_all_that_is_declared(
    legacy: Asked, tenant: Tenant, app: App, rita: Person, directory: str
) -> None:
    """Without a scope, and at common as well."""
    left = legacy(directory).press(rita.address).press("Accept")

    assert left.answer == {"admin_consent": "True", "tenant": tenant.id, "state": "12345"}
    principal = tenant.service_principals[app.client_id]
    assert (principal.roles, principal.scopes) == (set(app.roles), set(app.scopes))


def test_version_1_has_one_error_for_all(legacy: Asked, ann: Person, rita: Person) -> None:
    """And does not call it consent."""
    for left in (
        legacy().press("Cancel"),
        legacy().press(rita.address).press("Cancel"),
        legacy().press(ann.address).press("Go back"),
    ):
        assert left.answer["error"] == "permission_denied"
        assert left.answer.keys() == {"error", "error_description", "error_uri", "state"}
