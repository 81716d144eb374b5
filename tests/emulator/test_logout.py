"""Signing out."""

from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest

from graph_emulator.exchange.event import Person
from graph_emulator.registrations import App, Redirect
from graph_emulator.tenant import Tenant

from .visiting import Visit, visit

BACK = "https://planner.example/back"

SignIn = Callable[..., Visit]
SignOut = Callable[..., Visit]


@pytest.fixture
def sign_in(login: httpx.Client, tenant: Tenant) -> SignIn:
    """Signs a person in, and gets an id token about them."""
    app = App(str(uuid4()), redirects=(Redirect(BACK, "web"),), scopes=frozenset({"User.Read"}), implicit=True)
    tenant.add_app(app)

    def sign_in(person: Person | None = None, prompt: str = "login") -> Visit:
        parameters = {
            "client_id": app.client_id,
            "redirect_uri": BACK,
            "response_type": "id_token",
            "scope": "openid",
            "nonce": "n",
            "prompt": prompt,
        }
        page = visit(login, f"/{tenant.id}/oauth2/v2.0/authorize", parameters)
        return page.press(person.address) if person else page

    return sign_in


@pytest.fixture
def sign_out(login: httpx.Client, tenant: Tenant, sign_in: SignIn) -> SignOut:
    def sign_out(**parameters: str) -> Visit:
        return visit(login, f"/{tenant.id}/oauth2/v2.0/logout", parameters)

    return sign_out


def test_the_session_ends_and_the_app_has_its_state_back(sign_in: SignIn, sign_out: SignOut, ann: Person) -> None:
    sign_in(ann)
    assert "id_token" in sign_in(prompt="none").answer

    left = sign_out(post_logout_redirect_uri=BACK, state="a state")

    assert (left.sent_to, left.answer) == (BACK, {"state": "a state"})
    assert sign_in(prompt="none").error == ("login_required", 50058)


def test_without_an_address_a_page_says_so(sign_in: SignIn, sign_out: SignOut, ann: Person) -> None:
    sign_in(ann)

    assert f"{ann.name} signed out" in sign_out().text
    assert "Nobody was signed in" in sign_out().text


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_an_address_of_no_app(sign_in: SignIn, sign_out: SignOut, ann: Person, address: str) -> None:
    sign_in(ann)

    assert "signed out" in sign_out(post_logout_redirect_uri=address).text


def test_of_several_one_is_picked(sign_in: SignIn, sign_out: SignOut, ann: Person, tenant: Tenant) -> None:
    bob = tenant.add_person("Bob Example", f"bob.{uuid4().hex}@contoso.example")
    sign_in(ann)
    sign_in(bob)
    page = sign_out(post_logout_redirect_uri=BACK, state="s")
    assert "Who is signing out?" in page.text

    left = page.press(bob.address)

    assert (left.sent_to, left.answer) == (BACK, {"state": "s"})
    assert ann.name in sign_out().text


@pytest.mark.parametrize("hint", ["id_token_hint", "logout_hint"])
def test_a_hint_saves_the_question(sign_in: SignIn, sign_out: SignOut, ann: Person, tenant: Tenant, hint: str) -> None:
    """An id token, or the name of somebody."""
    bob = tenant.add_person("Bob Example", f"bob.{uuid4().hex}@contoso.example")
    sign_in(ann)
    hints = {"id_token_hint": sign_in(bob).answer["id_token"], "logout_hint": bob.address}

    left = sign_out(post_logout_redirect_uri=BACK, **{hint: hints[hint]})

    assert left.sent_to == BACK
    assert f"{ann.name} signed out" in sign_out().text


def test_a_hint_that_fits_nobody_leaves_the_question(
    sign_in: SignIn, sign_out: SignOut, ann: Person, tenant: Tenant
) -> None:
    bob = tenant.add_person("Bob Example", f"bob.{uuid4().hex}@contoso.example")
    sign_in(ann)
    sign_in(bob)

    assert "Bob Example signed out" in sign_out(logout_hint="nobody@contoso.example").press(bob.address).text


@pytest.mark.parametrize("address", ["http://[", "https://elsewhere.example", "http://localhost:1;script-src *"])
def test_the_question_leads_to_no_address_of_no_app(
    sign_in: SignIn, sign_out: SignOut, ann: Person, tenant: Tenant, address: str
) -> None:
    """What is sent along gets into no policy before it is known as an app's."""
    sign_in(ann)
    sign_in(tenant.add_person("Bob Example", f"bob.{uuid4().hex}@contoso.example"))

    page = sign_out(post_logout_redirect_uri=address)

    assert "Who is signing out?" in page.text
    assert "form-action 'self';" in page.response.headers["content-security-policy"]


def test_a_hint_that_makes_no_sense_is_none(sign_in: SignIn, sign_out: SignOut, ann: Person) -> None:
    sign_in(ann)

    assert f"{ann.name} signed out" in sign_out(id_token_hint="a.b.c").text
