"""A request of the control API, and how it is refused: {"error": a sentence} that names the place in what was sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from starlette.requests import Request

from graph_emulator.cloud import Cloud
from graph_emulator.scenario.meetings import YEARS
from graph_emulator.scenario.reading import converted, parsed
from graph_emulator.tenant import Mailbox, Tenant

if TYPE_CHECKING:
    from graph_emulator.world import World

LARGEST_BODY = 64_000_000

T = TypeVar("T")


class Refused(Exception):
    """A request that gets an error answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Ask:
    world: "World"
    request: Request

    @property
    def cloud(self) -> Cloud:
        return self.world.cloud

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    async def text(self) -> str:
        body = bytearray()
        async for part in self.request.stream():
            body += part
            if len(body) > LARGEST_BODY:
                raise Refused(413, f"Expected no more than {LARGEST_BODY} bytes.")
        try:
            return body.decode()
        except UnicodeDecodeError:
            raise Refused(400, "Expected UTF-8.") from None

    async def sent(self, kind: type[T]) -> T:
        """The body, which is JSON, as a value of that type."""
        return converted(parsed(await self.text()), kind)

    def tenant(self) -> Tenant:
        """The tenant the path names, by id or domain."""
        name = str(self.request.path_params["tenant"])
        if tenant := self.cloud.tenant(name):
            return tenant
        raise Refused(404, f"There is no tenant {name!r}.")

    def mailbox(self) -> Mailbox:
        """The mailbox the path names, by address or object id; calendars are as of now."""
        self.cloud.catch_up()
        name = str(self.request.path_params["address"])
        if mailbox := self.tenant().mailbox(name):
            return mailbox
        raise Refused(404, f"There is no mailbox {name!r} in {self.tenant().domain}.")

    def instant(self, name: str) -> datetime:
        """An instant in the address."""
        text = self.query.get(name, "").replace(" ", "+")  # as which a + arrives that nobody encoded
        return instant(text, name)

    def number(self, name: str, default: int) -> int:
        text = self.query.get(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > 15:
            raise Refused(400, f"Expected a number for {name}, not {text!r}.")
        return int(text)


def instant(text: str, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    return sensible(moment, name)


def sensible(moment: datetime | None, name: str) -> datetime:
    """An instant that calendars and clients can do something with."""
    if moment is None or moment.tzinfo is None or moment.year not in YEARS:
        raise Refused(
            400, f"Expected an instant from {YEARS[0]} to {YEARS[-1]} for {name}, such as 2026-11-24T09:10:00Z."
        )
    return moment.astimezone(UTC)
