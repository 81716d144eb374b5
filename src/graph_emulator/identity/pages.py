"""The pages people see here: plain HTML, into which whatever comes from outside is put escaped."""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from starlette.responses import Response

from graph_emulator.identity.layout import hidden, page

SUBMIT = "document.forms[0].submit()"
TINTS = 6


@dataclass(frozen=True, slots=True)
class Form:
    """Where a page's answer goes, where people are picked, which request it is about, and where it may end."""

    action: str
    picking: str
    key: str
    target: str


@dataclass(frozen=True, slots=True)
class Face:
    """A person as a page shows one; `value` is what picking them sends."""

    value: str
    name: str
    user_name: str
    photo: bytes | None = None
    is_administrator: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    faces: Sequence[Face]


@dataclass(frozen=True, slots=True)
class Asked:
    """Permissions in words, each with its name."""

    title: str
    permissions: Sequence[tuple[str, str]]


def sign_in(
    form: Form, app: str, question: str, groups: Sequence[Group], *, find: str | None, more: int = 0
) -> Response:
    """People to pick; with a field to search them if `find` is not None, and how many `more` there are."""
    people = "".join(_group(group) for group in groups) or _nobody(find)
    rest = f'<p class="none">{more} more can be found by name.</p>' if more else ""
    return page(
        f"Sign in to {app}",
        f'<header><h1>{escape(question)}</h1><p class="to">For <strong>{escape(app)}</strong></p></header>'
        '<a class="skip" href="#end">Past the list of people</a>'
        f"{'' if find is None else _search(form, find)}"
        f'<form class="people" method="post" action="{escape(form.action)}">{_key(form)}'
        f'<div class="list">{people}{rest}</div>'
        '<div class="foot" id="end" tabindex="-1"><button class="plain" name="cancel" value="yes">Cancel</button></div>'
        "</form>",
        leads_to=form.target,
        tall=True,
    )


def _search(form: Form, find: str) -> str:
    return (
        f'<form class="search" role="search" action="{escape(form.action)}">{_key(form)}'
        '<label for="find">Find somebody</label>'
        f'<div class="row"><input id="find" name="find" type="search" value="{escape(find)}" autocomplete="off" '
        'spellcheck="false"><button class="plain">Find</button></div></form>'
    )


def _group(group: Group) -> str:
    rows = "".join(
        f'<li><button class="face" name="account" value="{escape(face.value)}">{_face(face)}</button></li>'
        for face in group.faces
    )
    return f"<section><h2>{escape(group.title)}</h2><ul>{rows}</ul></section>"


def _nobody(find: str | None) -> str:
    if find:
        return f'<p class="none" role="status">Nobody here is called “{escape(find)}”.</p>'
    return '<p class="none">There is nobody here who could sign in.</p>'


def _face(face: Face) -> str:
    role = ' <span class="role">Administrator</span>' if face.is_administrator else ""
    return (
        f'{_picture(face)}<span class="who"><span class="name">{escape(face.name)}</span>{role}'
        f'<span class="user">{escape(face.user_name)}</span></span>'
    )


def _picture(face: Face) -> str:
    """The photo, or the initials on a disc whose tint follows from the name."""
    if face.photo:
        kind = "png" if face.photo.startswith(b"\x89PNG") else "jpeg"
        return f'<img class="disc" alt="" src="data:image/{kind};base64,{b64encode(face.photo).decode()}">'
    tint = sha256(face.name.encode()).digest()[0] % TINTS
    return f'<span class="disc tint-{tint}" aria-hidden="true">{escape(initials(face.name))}</span>'


def initials(name: str) -> str:
    """The first letters of the first and the last word."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


def consent(
    form: Form, app: str, face: Face, asked: Sequence[Asked], *, domain: str, may_choose: bool, for_everybody: bool
) -> Response:
    """What an app asks of a person or, `for_everybody`, of a domain; who `may_choose` decides which."""
    choice = (
        '<label class="everybody"><input type="checkbox" name="everybody" value="yes">'
        f"<span>Agree for everybody in {escape(domain)}</span></label>"
        if may_choose
        else ""
    )
    whose = f'<p class="to">In the name of everybody in <strong>{escape(domain)}</strong></p>' if for_everybody else ""
    return page(
        f"{app} asks for permission",
        f"<header><h1>{escape(app)} asks for permission</h1>{whose}</header>{_person(form, face)}"
        f'<div class="list">{_asked(asked)}</div>'
        f'<form class="foot" method="post" action="{escape(form.action)}">{_key(form)}{choice}'
        '<button class="main">Accept</button><button class="plain" name="cancel" value="yes">Cancel</button></form>',
        leads_to=form.target,
    )


def administrator(form: Form, app: str, face: Face, asked: Sequence[Asked], domain: str) -> Response:
    """Says that an administrator is needed, and offers to become one or to go back."""
    return page(
        "An administrator has to agree",
        "<header><h1>An administrator has to agree</h1>"
        f'<p class="to">Only an administrator of {escape(domain)} can grant what <strong>{escape(app)}</strong> asks '
        f'for.</p></header>{_person(form, face)}<div class="list">{_asked(asked)}</div>'
        f'<form class="foot" method="post" action="{escape(form.action)}">{_key(form)}'
        '<button class="plain" name="cancel" value="yes">Go back to the app without it</button></form>',
        leads_to=form.target,
    )


def _person(form: Form, face: Face) -> str:
    other = f'<a href="{escape(form.picking)}?request={escape(form.key)}">Not you?</a>'
    return f'<div class="person">{_face(face)}{other}</div>'


def _asked(asked: Sequence[Asked]) -> str:
    return "".join(_permissions(one) for one in asked)


def _permissions(asked: Asked) -> str:
    title = f"<h2>{escape(asked.title)}</h2>" if asked.title else ""
    rows = "".join(f"<li>{escape(words)} <code>{escape(name)}</code></li>" for words, name in asked.permissions)
    return f'{title}<ul class="asked">{rows}</ul>'


def error(title: str, message: str, facts: Mapping[str, str], status: int = 400) -> Response:
    """What went wrong, for the person and for whoever looks after the app."""
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts.items())
    return page(
        title,
        f'<header><h1>{escape(title)}</h1></header><p class="told">{escape(message)}</p>'
        f'<dl aria-label="For whoever looks after the app">{rows}</dl>',
        status=status,
    )


def signed_out(names: Sequence[str]) -> Response:
    who = f"{' and '.join(names)} signed out." if names else "Nobody was signed in in this browser."
    return page(
        "Signed out", f'<header><h1>Signed out</h1></header><p class="told">{escape(who)} You can close this page.</p>'
    )


def sign_out(action: str, parameters: Mapping[str, str], faces: Iterable[Face], target: str | None) -> Response:
    """Asks which of those who are signed in leaves; picking sends a logout_hint."""
    rows = "".join(
        f'<li><button class="face" name="logout_hint" value="{escape(face.value)}">{_face(face)}</button></li>'
        for face in faces
    )
    return page(
        "Sign out",
        "<header><h1>Who is signing out?</h1></header>"
        f'<form class="people" method="post" action="{escape(action)}">{hidden(parameters)}'
        f'<div class="list"><section><ul>{rows}</ul></section></div></form>',
        leads_to=target,
        tall=True,
    )


def form_post(uri: str, parameters: Mapping[str, str]) -> Response:
    """Posts parameters to an address by itself, or by its button where scripts are off."""
    return page(
        "Back to the app",
        "<header><h1>Back to the app</h1></header>"
        f'<form class="foot" method="post" action="{escape(uri)}">{hidden(parameters)}'
        f'<button class="main">Go on to the app</button></form><script>{SUBMIT}</script>',
        leads_to=uri,
        script=SUBMIT,
    )


def _key(form: Form) -> str:
    return hidden({"request": form.key})
