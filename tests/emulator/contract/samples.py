"""The published requests and answers, and in what an answer differs from a published one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct

from .csdl import PUBLISHED

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

FILES = sorted((PUBLISHED / "samples").glob("*.json"))
_ERRORS = (
    "error.code",
    "error.message",
    "error",
    "error_codes[]",
    "redirect_error.error",
)  # texts that clients act on or show


@dataclass(frozen=True, slots=True)
class Sample:
    """A published request, and what is printed of its answer."""

    name: str
    method: str
    url: str
    headers: dict[str, str]
    body: Json
    form: dict[str, str]
    response: dict[str, Json]

    @property
    def status(self) -> Json:
        return self.response.get("status")

    @property
    def answer(self) -> Json:
        return self.response.get("body", self.response.get("body_partial"))

    @property
    def told(self) -> dict[str, str]:
        """The headers of the answer that say something about it."""
        headers = self.response.get("headers")
        given = {name.lower(): str(value) for name, value in headers.items()} if isinstance(headers, dict) else {}
        return {name: value for name, value in given.items() if name in ("content-type", "preference-applied")}


def request(name: str) -> dict[str, dict[str, object]]:
    """All that is printed of a request."""
    read: dict[str, dict[str, object]] = json.loads(_file(name).read_text(encoding="utf-8"))["request"]
    return read


def _file(name: str) -> Path:
    return PUBLISHED / "samples" / f"{name}.json"


def sample(name: str) -> Sample:
    read = json.loads(_file(name).read_text(encoding="utf-8"))
    request = read["request"]
    return Sample(
        read["name"],
        request.get("method", ""),
        request.get("url", ""),
        {key: value for key, value in request.get("headers", {}).items() if key.lower() != "content-length"},
        request.get("body"),
        request.get("form", {}),
        read["response"] or {},
    )


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """That at some place of an answer something is not as published."""

    at: str
    how: str


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """A difference as the list has it, with the reason."""

    samples: tuple[str, ...]
    at: str
    how: str
    why: Annotated[str, Meta(min_length=10)]


class Differences(Struct, frozen=True, forbid_unknown_fields=True):
    """The list: what the emulator has no route for, by sample, and where its answers are not as published."""

    out_of_scope: dict[str, Annotated[str, Meta(min_length=10)]]
    differs: tuple[Entry, ...]

    def of(self, name: str) -> set[Difference]:
        return {Difference(one.at, one.how) for one in self.differs if name in one.samples}


def differences() -> Differences:
    return msgspec.toml.decode(Path(__file__).with_name("differences.toml").read_bytes(), type=Differences)


def in_shape(published: Json, answered: Json, at: str = "") -> Iterator[Difference]:
    """What is published and is not in an answer, or is of another JSON type, or an error that says otherwise."""
    if _kind(published) != _kind(answered):
        yield Difference(at, f"{_kind(answered)} for {_kind(published)}")
    elif isinstance(published, dict) and isinstance(answered, dict):
        for key, value in published.items():
            here = f"{at}.{key}".lstrip(".")
            if key in answered:
                yield from in_shape(value, answered[key], here)
            else:
                yield Difference(here, "missing")
    elif isinstance(published, list) and isinstance(answered, list):
        if published and not answered:
            yield Difference(at, "empty")
        for one, other in _pairs(published, answered):
            yield from in_shape(one, other, f"{at}[]")
    elif at in _ERRORS and published != answered:
        yield Difference(at, f"{answered} for {published}")


def beyond(published: Json, answered: Json, at: str = "") -> Iterator[Difference]:
    """What is in an answer and is not published."""
    if isinstance(published, dict) and isinstance(answered, dict):
        for key, value in answered.items():
            here = f"{at}.{key}".lstrip(".")
            if key in published:
                yield from beyond(published[key], value, here)
            else:
                yield Difference(here, "not published")
    elif isinstance(published, list) and isinstance(answered, list):
        for one, other in _pairs(published, answered):
            yield from beyond(one, other, f"{at}[]")


def _pairs(published: list[Json], answered: list[Json]) -> Iterator[tuple[Json, Json]]:
    """What is compared with what: the parts of a batch by their id, other items in order, the last one many times."""
    known = {one["id"]: one for one in published if isinstance(one, dict) and "id" in one and "status" in one}
    for number, value in enumerate(answered if published else ()):
        if not known:
            yield published[min(number, len(published) - 1)], value
        elif isinstance(value, dict) and value["id"] in known:
            yield known[value["id"]], value


def _kind(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "an object"
