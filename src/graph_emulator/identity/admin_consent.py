"""
Admin consent: an administrator grants an app for a whole tenant what it asks for (v2), or all it declares (v1).

Refusals of version 2 say `admin_consent=True` as well: only the absence of `error` means success.
https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

from dataclasses import dataclass

from starlette.responses import Response

from graph_emulator.errors import TokenError
from graph_emulator.identity import interaction
from graph_emulator.identity.ask import Ask
from graph_emulator.identity.pages import Asked
from graph_emulator.identity.people import Human
from graph_emulator.identity.reply import Reply, refusal
from graph_emulator.identity.scopes import Scopes, granted, scopes_of
from graph_emulator.identity.wish import redirect_of
from graph_emulator.permissions import APPLICATION, in_words
from graph_emulator.registrations import App

SAID = {"admin_consent": "True"}  # of success, and in version 2 of failure


@dataclass(frozen=True, slots=True)
class AdminConsent:
    """An app that sent an administrator here."""

    ask: Ask
    app: App
    reply: Reply
    version: int

    question = "Who consents for the organisation?"
    is_for_one = False

    @property
    def endpoint(self) -> str:
        return "adminconsent" if self.version == 1 else "v2.0/adminconsent"

    def begun(self) -> Response:
        """The page for picking an administrator; 900144 without a scope, 50194 and 50059 where no tenant is meant."""
        self._permissions()
        self.ask.check_reach(self.app)
        if self.version == 2 and self.ask.directory.lower() in ("common", "consumers"):
            raise TokenError(
                400,
                "invalid_request",
                50059,
                "No tenant-identifying information found in either the request or implied by any provided credentials. "
                "Use the tenant's id or 'organizations'.",
            )
        return interaction.sign_in_page(self)

    def signed_in(self, human: Human) -> Response:
        """The page that asks for consent, or says that this takes an administrator."""
        roles, scopes = self._permissions()
        asked = (
            Asked("By itself, with nobody signed in:", in_words(roles, APPLICATION)),
            Asked("For everybody who signs in to it:", in_words(scopes)),
        )
        page = interaction.consent_page if human.is_administrator else interaction.administrator_page
        return page(self, human, [one for one in asked if one.permissions])

    def accepted(self, human: Human, *, for_everybody: bool) -> Response:
        """Grants it in the administrator's tenant, where the app now has a service principal."""
        if not human.is_administrator:
            raise _no_administrator(human)
        roles, scopes = self._permissions()
        human.tenant.install(self.app, roles, scopes)
        told = {"tenant": human.tenant.id}
        if self.version == 2:
            told["scope"] = " ".join(granted(self._scopes(), scopes))
        return self.reply.send(SAID | told)

    def declined(self, human: Human) -> TokenError:
        return interaction.declined() if human.is_administrator else _no_administrator(human)

    def refused(self, error: TokenError) -> Response:
        """The error, which in version 1 is always permission_denied; what a person declined is consent_required."""
        told = refusal(self.ask, error)
        if self.version == 1:
            return self.reply.send(told | {"error": "permission_denied"})
        if error.number == interaction.DECLINED:
            told["error"] = "consent_required"
        return self.reply.send(SAID | told)

    def _permissions(self) -> tuple[frozenset[str], frozenset[str]]:
        """Application permissions, which only /.default asks for, and delegated ones."""
        if self.version == 1:
            return self.app.roles, self.app.scopes
        asked = self._scopes()
        return (self.app.roles if asked.by_default else frozenset()), asked.permissions

    def _scopes(self) -> Scopes:
        return scopes_of(self.ask.required("scope"), self.app, self.ask.directory)


def _no_administrator(human: Human) -> TokenError:
    return TokenError(
        400,
        "access_denied",
        90094,
        f"Admin consent is required: '{human.user_name}' is not an administrator of '{human.tenant.domain}'.",
    )


def _opened(ask: Ask, version: int) -> AdminConsent:
    app = ask.app()
    uri = redirect_of(ask, app).uri
    return AdminConsent(ask, app, Reply(uri, "query", ask.get("state")), version)


def version_1(ask: Ask) -> AdminConsent:
    """Who asks; 700016, 50011 and 900144 here are for the person to see."""
    return _opened(ask, 1)


def version_2(ask: Ask) -> AdminConsent:
    """Who asks; 700016, 50011 and 900144 here are for the person to see."""
    return _opened(ask, 2)
