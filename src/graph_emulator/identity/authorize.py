"""
The authorize endpoint: what an app gets when it sends somebody here.

An unknown app or redirect address is told to the person, since nobody else can be trusted with it; all other errors
go to the redirect. https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow,
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-implicit-grant-flow
"""

from dataclasses import dataclass

from starlette.responses import Response

from graph_emulator.errors import TokenError
from graph_emulator.identity import interaction
from graph_emulator.identity.access_tokens import on_behalf
from graph_emulator.identity.ask import Ask
from graph_emulator.identity.conditional_access import check_demands, met
from graph_emulator.identity.id_tokens import client_info, id_token
from graph_emulator.identity.pages import Asked
from graph_emulator.identity.people import Human, signed_in
from graph_emulator.identity.reply import Reply
from graph_emulator.identity.scopes import consented, not_consented
from graph_emulator.identity.wish import Wish, redirect_of, reply_to, wish
from graph_emulator.permissions import BY_ADMINISTRATORS, in_words
from graph_emulator.registrations import App, Redirect
from graph_emulator.sign_ins import CODE_LIFE, Code, SignIn


@dataclass(frozen=True, slots=True)
class Authorization:
    """An app that sent somebody here to sign in, and where it wants to be told."""

    ask: Ask
    app: App
    redirect: Redirect
    reply: Reply

    endpoint = "authorize"
    question = "Who is signing in?"
    is_for_one = True

    @property
    def wish(self) -> Wish:
        return wish(self.ask, self.app, self.redirect, self.reply)

    def begun(self) -> Response:
        """The answer, if it is clear who is meant and nothing is to be asked; else the page for picking somebody."""
        wish, hint = self.wish, self.ask.get("login_hint")
        present = [human for human in signed_in(self.ask) if hint is None or human.is_meant_by(hint)]
        if wish.is_silent:
            return self.signed_in(_only(present))
        if len(present) == 1 and wish.prompt in (None, "consent"):
            return self.signed_in(present[0])
        return interaction.sign_in_page(self)

    def signed_in(self, human: Human) -> Response:
        """The answer, or the page that asks for consent."""
        wish = self.wish
        self._check_access(human, wish)
        if not wish.scopes.missing(self._allowed(human)) and wish.prompt != "consent":
            return self._answer(human, wish)
        if wish.is_silent:
            raise not_consented(self.app, self.ask.cloud.behaviour.silent_consent_error)
        if beyond := self._beyond(human, wish):
            return interaction.administrator_page(self, human, [Asked("", in_words(beyond))])
        return interaction.consent_page(self, human, [Asked("", in_words(wish.scopes.permissions))])

    def accepted(self, human: Human, *, for_everybody: bool) -> Response:
        """Keeps what was consented to, for this person or for everybody in the tenant, and answers."""
        wish = self.wish
        self._check_access(human, wish)
        if self._beyond(human, wish):
            raise _administrator_needed(self.app)
        principal = human.tenant.install(self.app)
        if for_everybody and human.is_administrator:
            principal.scopes |= wish.scopes.permissions
        else:
            principal.scopes_of.setdefault(human.mailbox.id, set()).update(wish.scopes.permissions)
        return self._answer(human, wish)

    def declined(self, human: Human) -> TokenError:
        """65004 for what the person would not grant, 90094 for what the person could not."""
        if self._beyond(human, self.wish):
            return _administrator_needed(self.app)
        return interaction.declined()

    def refused(self, error: TokenError) -> Response:
        return self.reply.refuse(self.ask, error, "cancel" if error.number == interaction.DECLINED else None)

    def _allowed(self, human: Human) -> frozenset[str]:
        return consented(human.tenant.service_principal(self.app.client_id), human.mailbox.id)

    def _beyond(self, human: Human, wish: Wish) -> frozenset[str]:
        """What is asked for that nobody granted yet and that is not this person's to grant."""
        if human.is_administrator:
            return frozenset()
        return (wish.scopes.permissions - self._allowed(human)).intersection(BY_ADMINISTRATORS)

    def _check_access(self, human: Human, wish: Wish) -> None:
        """50105 for who is not assigned; what Conditional Access demands is done by whoever is present."""
        principal = human.tenant.service_principal(self.app.client_id)
        if principal and principal.assigned is not None and human.mailbox.id not in principal.assigned:
            raise TokenError(
                400,
                "interaction_required" if wish.is_silent else "access_denied",
                50105,
                f"The signed in user '{human.user_name}' is not assigned to a role for the application "
                f"'{self.app.client_id}'({self.app.name}).",
            )
        if wish.is_silent:
            check_demands(principal, human.mailbox.id, "interaction_required")
        else:
            met(human, self.app.client_id)

    def _answer(self, human: Human, wish: Wish) -> Response:
        """What was asked for: a code, tokens, or both."""
        answer: dict[str, str] = {}
        if "code" in wish.types:
            answer["code"] = self._code(human, wish)
        if "token" in wish.types:
            token = on_behalf(self.ask, self.app, human.account, wish.scopes, self._allowed(human))
            answer |= {name: str(value) for name, value in token.items() if name != "ext_expires_in"}
        if "id_token" in wish.types:
            sent = {"code": answer.get("code"), "access_token": answer.get("access_token")}
            answer["id_token"] = id_token(
                self.ask, human.account, self.app.client_id, wish.scopes, nonce=wish.nonce, **sent
            )
        if self.ask.get("client_info") == "1":
            answer["client_info"] = client_info(human.account)
        return self.reply.send(answer | {"session_state": self.ask.cloud.new_id()})

    def _code(self, human: Human, wish: Wish) -> str:
        now = self.ask.cloud.clock()
        sign_in = SignIn(human.account, self.app.client_id, wish.scopes.asked)
        kind, ends = self.redirect.kind, now + CODE_LIFE
        code = Code(sign_in, self.redirect.uri, kind, ends, wish.nonce, wish.challenge)
        return self.ask.cloud.sign_ins.new_code(code, now)


def authorization(ask: Ask) -> Authorization:
    """Who asks; 700016, 50011 and 900144 here are for the person to see."""
    app = ask.app()
    redirect = redirect_of(ask, app)
    return Authorization(ask, app, redirect, reply_to(ask, redirect))


def _only(present: list[Human]) -> Human:
    if not present:
        raise TokenError(
            400,
            "login_required",
            50058,
            "Session information is not sufficient for single-sign-on. A silent sign-in request was sent but no user "
            "is signed in.",
        )
    if len(present) > 1:
        raise TokenError(
            400,
            "interaction_required",
            16000,
            "Either multiple user identities are available for the current request or selected account is not "
            "supported for the scenario.",
        )
    return present[0]


def _administrator_needed(app: App) -> TokenError:
    return TokenError(
        400,
        "access_denied",
        90094,
        f"Admin consent is required for the permissions requested by this application ({app.name}).",
    )
