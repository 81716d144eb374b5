"""A request that Graph may answer, and what answers have in common."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from graph_emulator.cloud import Cloud
from graph_emulator.errors import GraphError, Json, bad_request
from graph_emulator.exchange.calendar import Calendar
from graph_emulator.graph.access import FULL_READ
from graph_emulator.graph.declared import parameters
from graph_emulator.graph.odata import Options, next_link
from graph_emulator.graph.preferences import Preferences
from graph_emulator.tenant import Mailbox, Tenant
from graph_emulator.tokens import Grant

LARGEST_BODY = 4_000_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """A request whose token was good and allows it; `permissions` are those that open the door."""

    cloud: Cloud
    tenant: Tenant
    request: Request
    path: Mapping[str, str]  # the values of the path's variable segments
    preferences: Preferences
    grant: Grant
    permissions: frozenset[str]
    named: Mailbox | None  # whose path it is

    @property
    def mailbox(self) -> Mailbox:
        """The mailbox the path names."""
        if self.named is None:
            raise GraphError(404, "ErrorInvalidUser", f"The requested user '{self.path['id']}' is invalid.")
        return self.named

    @property
    def calendar(self) -> Calendar:
        return self.mailbox.calendar

    @property
    def basic(self) -> bool:
        """Whether no more may be seen than Calendars.ReadBasic shows."""
        return not self.permissions & FULL_READ

    @property
    def address(self) -> str:
        """The address of what was asked for, without its query, still percent-encoded."""
        path = self.request.scope["raw_path"].decode().partition("?")[0]
        return f"{str(self.request.base_url).rstrip('/')}{path}"

    async def sent(self, kind: type[T]) -> T:
        """The body as a value of that type."""
        return self._read(await self._body(), kind)

    async def parameters(self, kind: type[T]) -> T:
        """The parameters of an action; without a body, none."""
        body = await self._body()
        return parameters(self._read(body, dict[str, object]) if body else {}, kind)

    async def _body(self) -> bytes:
        body = bytearray()
        async for chunk in self.request.stream():  # to its end, or whoever sends it would not hear of the refusal
            body += chunk[: LARGEST_BODY + 1 - len(body)]
        if len(body) > LARGEST_BODY:
            raise GraphError(413, "RequestEntityTooLarge", "The request body is too large.")
        return bytes(body)

    def _read(self, body: bytes, kind: type[T]) -> T:
        if "json" not in self.request.headers.get("content-type", ""):
            raise unreadable()
        try:
            return msgspec.json.decode(body, type=kind)
        except msgspec.ValidationError as error:
            raise bad_request(str(error), "RequestBodyRead") from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise unreadable() from None

    def page(
        self,
        what: str,
        among: Sequence[T],
        show: Callable[[T], Json],
        options: Options,
        size: int,
        judge: Callable[[T], Mapping[str, object]] | None = None,
    ) -> Response:
        """
        One page of what was asked for, and a link to the next; `size` is how many there are if nobody says.

        What passes the filter, and in which order, is decided by what `judge` shows, or `show` if it is the same.
        """
        found = options.found(among, judge or show)
        wanted = self.preferences.page or size if options.top is None else options.top
        size = min(wanted, self.cloud.behaviour.max_page)
        end = options.skip + size
        answer: Json = {"@odata.context": context(what + options.shape)}
        if options.count:
            answer["@odata.count"] = len(found)
        answer["value"] = [options.selected(show(one)) for one in found[options.skip : end]]
        if size and end < len(found):
            answer["@odata.nextLink"] = next_link(self.address, self.request.query_params, end)
        return json(answer)


def json(body: Json, status: int = 200) -> Response:
    media = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
    return Response(msgspec.json.encode(body), status, media_type=media)


def context(what: str) -> str:
    return f"https://graph.microsoft.com/v1.0/$metadata#{what}"


def unreadable() -> GraphError:
    return bad_request(
        "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON "
        "format."
    )
