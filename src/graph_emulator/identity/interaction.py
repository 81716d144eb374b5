"""
What is asked of people in between: who they are, and whether they consent.

A request that waits for somebody is known by a key nobody can guess, and only to the browser it was begun in, so that
no page of somebody else can finish it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Protocol
from urllib.parse import quote

from starlette.responses import Response

from graph_emulator.errors import TokenError
from graph_emulator.identity import pages, sessions
from graph_emulator.identity.ask import Ask
from graph_emulator.identity.people import Human, human, humans, signed_in
from graph_emulator.identity.reply import Reply
from graph_emulator.registrations import App
from graph_emulator.sign_ins import Account, Unfinished

DECLINED = 65004
MANY = 8  # people; more than so many can be searched
MOST = 200  # that are shown at once


class Errand(Protocol):
    """What an app sent somebody here for."""

    @property
    def ask(self) -> Ask: ...

    @property
    def app(self) -> App: ...

    @property
    def reply(self) -> Reply: ...

    @property
    def endpoint(self) -> str: ...

    @property
    def question(self) -> str: ...

    @property
    def is_for_one(self) -> bool: ...  # and not for the whole organisation from the start

    def begun(self) -> Response: ...

    def signed_in(self, human: Human) -> Response: ...

    def accepted(self, human: Human, *, for_everybody: bool) -> Response: ...

    def declined(self, human: Human) -> TokenError: ...

    def refused(self, error: TokenError) -> Response: ...


Errands = Mapping[str, Callable[[Ask], Errand]]  # by endpoint: how to take one up again


def carried_out(errand: Errand, act: Callable[[], Response]) -> Response:
    """What an act gives, or its error sent to the app."""
    try:
        return act()
    except TokenError as error:
        return errand.refused(error)


def declined() -> TokenError:
    return TokenError(400, "access_denied", DECLINED, "User declined to consent to access the app.")


# the pages


def sign_in_page(errand: Errand, key: str | None = None, find: str = "") -> Response:
    """People to pick: those of this browser, whom the app means, and all others by tenant."""
    browser, _ = sessions.begun(errand.ask)
    form = _form(errand, "sign-in", key or _wait(errand, browser))
    everybody = list(humans(errand.ask))
    found = [human for human in everybody if _is_found(human, find)]
    page = pages.sign_in(
        form,
        app_name(errand.app),
        errand.question,
        list(_groups(errand, found)),
        find=find if len(everybody) > MANY else None,
        more=max(0, len(found) - MOST),
    )
    return sessions.kept(errand.ask, browser, page)


def consent_page(errand: Errand, human: Human, asked: Sequence[pages.Asked]) -> Response:
    """What an app asks for; an administrator may grant to everybody what is asked of one person."""

    def page(form: pages.Form) -> Response:
        return pages.consent(
            form,
            app_name(errand.app),
            face(human),
            asked,
            domain=human.tenant.domain,
            may_choose=human.is_administrator and errand.is_for_one,
            for_everybody=not errand.is_for_one,
        )

    return _asking(errand, human, page)


def administrator_page(errand: Errand, human: Human, asked: Sequence[pages.Asked]) -> Response:
    """Tells a person that what an app asks for is not theirs to grant."""
    domain = human.tenant.domain
    return _asking(
        errand, human, lambda form: pages.administrator(form, app_name(errand.app), face(human), asked, domain)
    )


def _asking(errand: Errand, human: Human, page: Callable[[pages.Form], Response]) -> Response:
    browser, _ = sessions.begun(errand.ask)
    form = _form(errand, "consent", _wait(errand, browser, human.account))
    return sessions.kept(errand.ask, browser, page(form))


def _wait(errand: Errand, browser: str, account: Account | None = None) -> str:
    ask = errand.ask
    unfinished = Unfinished(errand.endpoint, ask.directory, ask.parameters, browser, account)
    return ask.cloud.sign_ins.begin(unfinished, ask.cloud.clock())


def _form(errand: Errand, name: str, key: str) -> pages.Form:
    directory = quote(errand.ask.directory, safe="")
    return pages.Form(f"/{directory}/{name}", f"/{directory}/sign-in", key, errand.reply.uri)


def _groups(errand: Errand, found: list[Human]) -> Iterable[pages.Group]:
    here, hint = [one for one in signed_in(errand.ask) if one in found], errand.ask.get("login_hint")
    meant = [one for one in found if hint and one.is_meant_by(hint) and one not in here]
    others = [one for one in found if one not in here and one not in meant]
    if here:
        yield pages.Group("Signed in in this browser", [face(one) for one in here])
    if meant:
        yield pages.Group(f"Suggested by {app_name(errand.app)}", [face(one) for one in meant])
    for domain, people in groupby(others[:MOST], key=lambda one: one.tenant.domain):
        yield pages.Group(f"People of {domain}", [face(one) for one in people])


def face(human: Human) -> pages.Face:
    value = f"{human.account.tenant_id}/{human.account.person}"
    return pages.Face(value, human.name, human.user_name, human.mailbox.photo, human.is_administrator)


def app_name(app: App) -> str:
    return app.name or app.client_id


def _is_found(human: Human, find: str) -> bool:
    text = f"{human.name} {human.user_name} {human.mailbox.person.address}".casefold()
    return all(word in text for word in find.casefold().split())


# what people answer


def sign_in(ask: Ask, errands: Errands) -> Response:
    """Whom somebody picked, cancelled, or searched for."""
    errand, _ = _resumed(ask, errands)
    if ask.request.method != "POST":
        return sign_in_page(errand, ask.required("request"), ask.get("find") or "")
    if ask.get("cancel"):
        return errand.refused(declined())
    tenant_id, _, person = ask.required("account").partition("/")
    picked = human(errand.ask, Account(tenant_id, person))
    if picked is None:
        raise TokenError(400, "invalid_request", 50020, f"The user account does not exist in '{ask.directory}'.")
    browser, session = sessions.begun(ask)
    session.add(picked.account)
    return sessions.kept(ask, browser, carried_out(errand, lambda: errand.signed_in(picked)))


def consent(ask: Ask, errands: Errands) -> Response:
    """Whether somebody consented."""
    errand, unfinished = _resumed(ask, errands)
    answering = human(errand.ask, unfinished.account) if unfinished.account else None
    if answering is None or answering not in signed_in(ask):
        raise _ended()
    if ask.get("cancel"):
        return errand.refused(errand.declined(answering))
    for_everybody = ask.get("everybody") is not None
    return carried_out(errand, lambda: errand.accepted(answering, for_everybody=for_everybody))


def _resumed(ask: Ask, errands: Errands) -> tuple[Errand, Unfinished]:
    unfinished = ask.cloud.sign_ins.unfinished(ask.required("request"), ask.cloud.clock())
    if unfinished is None or (unfinished.browser, unfinished.directory) != (sessions.browser(ask), ask.directory):
        raise _ended()
    return errands[unfinished.endpoint](replace(ask, parameters=unfinished.parameters)), unfinished


def _ended() -> TokenError:
    return TokenError(
        400,
        "invalid_request",
        165000,
        "This sign-in is over, or was begun in another browser, or the browser keeps no cookies. Go back to the app "
        "and sign in from there.",
    )
