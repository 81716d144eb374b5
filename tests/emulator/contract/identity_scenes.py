"""The worlds in which the published requests to the identity platform make sense, and what they are answered there."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import Certificate, CertificateBuilder, Name, NameAttribute
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import RSAKey

from graph_emulator.behaviour import Behaviour
from graph_emulator.clock import StandingClock
from graph_emulator.registrations import App, Redirect, Secret
from graph_emulator.tenant import Profile

from .samples import Json, Sample, request, sample
from .stage import Stage
from .visitor import FORM, Visitor

LOGIN = "https://login.microsoftonline.com"
ADMIN = "admin@contoso.onmicrosoft.com"
VERIFIER = "ThisIsntRandomButItNeedsToBe43CharactersLong"

Scene = Callable[[Stage], Json]
SCENES: dict[str, Scene] = {}


def plays(*names: str) -> Callable[[Scene], Scene]:
    def noted(scene: Scene) -> Scene:
        SCENES.update(dict.fromkeys(names, scene))
        return scene

    return noted


def published(of: Sample) -> Json:
    """What is printed of an answer: its body, or the parameters of redirects."""
    if of.answer is not None:
        return of.answer
    redirects = {key: told(str(value)) for key, value in of.response.items() if key.startswith("redirect")}
    return redirects.get("redirect", redirects)


def told(address: str) -> Json:
    """The parameters of an address, in its query or its fragment."""
    parts = urlsplit(address.removeprefix("GET "))
    return dict(parse_qsl(parts.query or parts.fragment))


def _target(stage: Stage, instead: dict[str, str] | None = None, of: Sample | None = None) -> str:
    url = (of or stage.sample).url.removeprefix(LOGIN)
    for name, real in ({"{tenant}": stage.tenant.id} | (instead or {})).items():
        url = url.replace(name, real)
    return quote(url, safe="/:?&=%")


def _client_id(of: Sample) -> str:
    return dict(parse_qsl(urlsplit(of.url).query))["client_id"]


def _registered(stage: Stage, app: App) -> None:
    stage.tenant.add_person("Ad Min", ADMIN, Profile(administrator=True))
    stage.tenant.add_app(app)


def _redirected(answer: httpx.Response) -> Json:
    assert answer.status_code == 302, answer.text
    return told(answer.headers["location"])


def _received(answer: httpx.Response, status: int = 200) -> Json:
    assert answer.status_code == status, answer.text
    body: Json = json.loads(answer.content)
    return body


# signing in


@plays("authorize-code-request")
def signs_in(stage: Stage) -> Json:
    _registered(stage, _page(_client_id(stage.sample)))
    visitor = Visitor(stage.service)
    return _redirected(visitor.pick(visitor.open(_target(stage)), ADMIN))


@plays("authorize-error-redirect")
def refuses_to_sign_in(stage: Stage) -> Json:
    """The page prints no request for it; this is that of the code, without the state, which is echoed."""
    asked = sample("authorize-code-request")
    _registered(stage, _page(_client_id(asked)))
    visitor = Visitor(stage.service)
    return _redirected(visitor.press(visitor.open(_target(stage, {"&state=12345": ""}, asked)), cancel="yes"))


@plays("authorize-implicit-token-redirect")
def gets_a_token_at_once(stage: Stage) -> Json:
    """With somebody signed in already."""
    app = replace(_page("6731de76-14a6-49ae-97bc-6eba6914391e"), implicit=True)
    _registered(stage, app)
    stage.tenant.add_person("My User", "myuser@mycompany.com")
    visitor = Visitor(stage.service)
    target = _target(stage, {"client_id=...": f"client_id={app.client_id}"})
    visitor.pick(visitor.open(target.replace("&prompt=none", "")), "myuser@mycompany.com")
    return _redirected(visitor.open(target))


@plays("adminconsent-v1", "adminconsent-v2")
def consents_and_refuses(stage: Stage) -> Json:
    app = App(
        _client_id(stage.sample),
        redirects=(Redirect("http://localhost/myapp/permissions", "web"),),
        roles=frozenset({"Calendars.Read"}),
        scopes=frozenset({"Calendars.Read", "Mail.Send"}),
    )
    _registered(stage, app)
    answers = []
    for button in ({}, {"cancel": "yes"}):
        visitor = Visitor(stage.service)
        page = visitor.pick(visitor.open(_target(stage)), ADMIN)
        answers.append(_redirected(visitor.press(page, **button)))
    return {"redirect_success": answers[0], "redirect_error": answers[1]}


def _page(client_id: str) -> App:
    return App(
        client_id,
        redirects=(Redirect("http://localhost/myapp/"),),
        scopes=frozenset({"openid", "offline_access", "Mail.Read", "User.Read"}),
    )


# tokens


@plays("token-client-credentials-secret")
def shows_a_secret(stage: Stage) -> Json:
    form = stage.sample.form
    _registered(stage, App(form["client_id"], secrets=(Secret(form["client_secret"]),)))
    return _received(_posted(stage, form))


@plays("observed-token-error-wrong-secret")
def shows_a_wrong_secret(stage: Stage) -> Json:
    app = App("832d86c8-cd9b-43a5-b165-ab40fb49770b", secrets=(Secret("right"),))
    _registered(stage, app)
    return _received(_posted(stage, _credentials(app, client_secret="wrong")), 401)


@plays("token-error-invalid-scope")
def asks_for_an_invalid_scope(stage: Stage) -> Json:
    app = App("535fb089-9ff3-47b6-9bfb-4f1264799865", secrets=(Secret("right"),))
    _registered(stage, app)
    form = _credentials(app, client_secret="right", scope="https://example.contoso.com/activity.read")
    return _received(_posted(stage, form), 400)


@plays("token-client-credentials-assertion")
def shows_an_assertion(stage: Stage) -> Json:
    form = stage.sample.form
    app = _certified(stage, form["client_id"])
    header = {"alg": "RS256", "typ": "JWT", "x5t": _letters(_certificate()[1].fingerprint(SHA1()))}
    claims = _decoded() | {"iss": app.client_id, "sub": app.client_id}
    return _received(_posted(stage, form | {"client_assertion": _signed(header, claims)}))


@plays("client-assertion-decoded")
def shows_the_decoded_assertion(stage: Stage) -> Json:
    """Its header and claims as they are printed, but for the thumbprint, and both of the client ids being one."""
    app = _certified(stage, str(_decoded()["iss"]))
    header = {"alg": "PS256", "typ": "JWT", "x5t#S256": _letters(_certificate()[1].fingerprint(SHA256()))}
    assertion = _signed(header, _decoded() | {"sub": app.client_id})
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    form = _credentials(app, client_assertion_type=kind, client_assertion=assertion)
    return _received(_posted(stage, form))


@plays("token-authorization-code")
def redeems_a_code(stage: Stage) -> Json:
    form = stage.sample.form
    return _received(_posted(stage, form | {"code": _code(stage, form["client_id"])}, origin="http://localhost"))


@plays("token-refresh")
def refreshes(stage: Stage) -> Json:
    form, redeemed = stage.sample.form, sample("token-authorization-code").form
    first = redeemed | {"client_id": form["client_id"], "code": _code(stage, form["client_id"])}
    tokens = _received(_posted(stage, first, origin="http://localhost"))
    assert isinstance(tokens, dict)
    return _received(_posted(stage, form | {"refresh_token": str(tokens["refresh_token"])}, origin="http://localhost"))


def _code(stage: Stage, client_id: str) -> str:
    """A code of the single-page app, whose verifier is the printed one."""
    _registered(stage, _page(client_id))
    visitor = Visitor(stage.service)
    asked = {
        "client_id": client_id,
        "response_type": "code",
        "redirect_uri": "http://localhost/myapp/",
        "scope": "openid offline_access https://graph.microsoft.com/mail.read",
        "code_challenge": _letters(sha256(VERIFIER.encode()).digest()),
        "code_challenge_method": "S256",
    }
    page = visitor.open(f"/{stage.tenant.id}/oauth2/v2.0/authorize?{urlencode(asked)}")
    answer = _redirected(visitor.pick(page, ADMIN))
    assert isinstance(answer, dict)
    return str(answer["code"])


def _posted(stage: Stage, form: dict[str, str], origin: str | None = None) -> httpx.Response:
    headers = FORM | ({"Origin": origin} if origin else {})
    return stage.service.ask("POST", f"/{stage.tenant.id}/oauth2/v2.0/token", headers, urlencode(form).encode())


def _credentials(app: App, **more: str) -> dict[str, str]:
    common = {"grant_type": "client_credentials", "client_id": app.client_id}
    return common | {"scope": "https://graph.microsoft.com/.default"} | more


# assertions


def _decoded() -> dict[str, object]:
    claims: dict[str, object] = request("client-assertion-decoded")["jwt_claims"]
    return claims


def _certified(stage: Stage, client_id: str) -> App:
    """An app with a certificate, in the minute the printed assertion is good for."""
    app = App(client_id, certificates=(_certificate()[1].public_bytes(Encoding.PEM).decode(),))
    _registered(stage, app)
    stage.cloud.clock = StandingClock(datetime.fromtimestamp(int(str(_decoded()["nbf"])), UTC) + timedelta(minutes=1))
    stage.cloud.behaviour = Behaviour(login_origin=LOGIN)
    return app


@cache
def _certificate() -> tuple[RSAKey, Certificate]:
    key = rsa.generate_private_key(65537, 2048)
    name = Name([NameAttribute(NameOID.COMMON_NAME, "rooms.example")])
    began = datetime(2017, 1, 1, tzinfo=UTC)
    certificate = (
        CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=365))
        .sign(key, SHA256())
    )
    return RSAKey.import_key(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())), certificate


def _signed(header: dict[str, str], claims: dict[str, object]) -> str:
    return jwt.encode(header, claims, _certificate()[0], algorithms=["RS256", "PS256"])


def _letters(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")


# documents


@plays("openid-configuration", "jwks-common")
def reads_a_document(stage: Stage) -> Json:
    return _received(stage.service.ask("GET", _target(stage)))
