"""
How authorize answers an app: by sending the browser to its redirect address, with the answer in the place that
`response_mode` chose.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
https://learn.microsoft.com/entra/identity-platform/reply-url
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from starlette.responses import RedirectResponse, Response

from graph_emulator.errors import TokenError
from graph_emulator.identity import pages
from graph_emulator.identity.ask import Ask

MODES = ("query", "fragment", "form_post")
SEPARATOR = {"query": "?", "fragment": "#"}


@dataclass(frozen=True, slots=True)
class Reply:
    """Where answers to a request go."""

    uri: str
    mode: str
    state: str | None

    def send(self, answer: Mapping[str, str]) -> Response:
        parameters = {**answer, **({"state": self.state} if self.state else {})}
        if self.mode == "form_post":
            return pages.form_post(self.uri, parameters)
        return RedirectResponse(added(self.uri, parameters, SEPARATOR[self.mode]), 302)

    def refuse(self, ask: Ask, error: TokenError, subcode: str | None = None) -> Response:
        """Sends the error; `subcode` tells that a person, not the service, refused."""
        return self.send(refusal(ask, error) | ({"error_subcode": subcode} if subcode else {}))


def refusal(ask: Ask, error: TokenError) -> dict[str, str]:
    """The parameters of an error on a redirect."""
    correlation_id = ask.correlation_id or ask.cloud.new_id()
    description = error.description(ask.cloud.clock(), ask.cloud.new_id(), correlation_id)
    told = {"error": error.code, "error_description": description, "error_uri": error.help_page}
    return told | ({"suberror": error.suberror} if error.suberror else {})


def added(uri: str, parameters: Mapping[str, str], separator: str = "?") -> str:
    """An address with parameters; one on the web without a path gets one."""
    parts = urlsplit(uri)
    if parts.scheme in ("http", "https") and not parts.path:
        uri = parts._replace(path="/").geturl()
    if separator == "?" and parts.query:
        separator = "&"
    return f"{uri}{separator}{urlencode(parameters)}"
