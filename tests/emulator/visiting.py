"""A person's browser at the pages of the identity platform, without scripts: it sees buttons and presses them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import httpx

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Shown:
    """A form: where it goes, what it holds unseen, and its buttons by what is written on them."""

    action: str
    method: str
    hidden: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Shown] = []
        self.text = ""
        self._button: tuple[str, str] | None = None
        self._written = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Shown(found["action"], found.get("method", "get")))
        elif tag == "input" and found.get("type") == "hidden":
            self.forms[-1].hidden[found["name"]] = found["value"]
        elif tag == "button":
            self._button, self._written = (found.get("name", ""), found.get("value", "")), ""

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "
        self._written += f"{data} "

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._button:
            self.forms[-1].buttons[" ".join(self._written.split())] = self._button
            self._button = None


@dataclass(frozen=True)
class Visit:
    """What the browser shows now: a page, or the redirect that leads away from the pages."""

    client: httpx.Client
    response: httpx.Response

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return " ".join(self._read().text.split())

    @property
    def buttons(self) -> list[str]:
        return [text for form in self.forms for text in form.buttons]

    @property
    def forms(self) -> list[Shown]:
        return self._read().forms

    def _read(self) -> _Reader:
        assert self.response.headers["content-type"].startswith("text/html")
        reader = _Reader()
        reader.feed(self.response.text)
        return reader

    def press(self, label: str, **more: str) -> "Visit":
        """Presses the button on which that is written, first of all."""
        form, name = next((form, text) for form in self.forms for text in form.buttons if label in text)
        sent = [form.buttons[name], *form.hidden.items()]
        said = urlencode([pair for pair in sent if pair[0] and pair[0] not in more] + list(more.items()))
        url = urljoin(str(self.response.url), form.action)
        if form.method == "post":
            return Visit(self.client, self.client.post(url, content=said, headers=FORM))
        return Visit(self.client, self.client.get(url, params=said))

    @property
    def sent_to(self) -> str:
        """Where the browser is sent, without what it takes along."""
        assert self.response.status_code == 302, self.response.text
        return self.response.headers["location"].partition("?")[0].partition("#")[0]

    @property
    def mode(self) -> str:
        return "fragment" if "#" in self.response.headers["location"] else "query"

    @property
    def answer(self) -> Mapping[str, str]:
        """What the app is told."""
        assert self.response.status_code == 302, self.response.text
        to = urlsplit(self.response.headers["location"])
        return dict(parse_qsl(to.fragment or to.query))

    @property
    def error(self) -> tuple[str, int]:
        """The error on the redirect, with its AADSTS number."""
        return self.answer["error"], number(self.answer["error_description"])


def number(description: str) -> int:
    """The number in a text that begins with AADSTS."""
    return int(description.removeprefix("AADSTS").partition(":")[0])


def visit(client: httpx.Client, path: str, parameters: Mapping[str, str]) -> Visit:
    return Visit(client, client.get(path, params=dict(parameters)))
