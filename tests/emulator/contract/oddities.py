"""Requests as nobody should send them: paths, headers, query options and bodies that are almost right, or not."""

import copy
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast
from urllib.parse import quote

from hypothesis import strategies as some
from hypothesis.strategies import DrawFn, SearchStrategy

from .samples import Json

Place: TypeAlias = "tuple[str | int, ...]"


odd_text = some.sampled_from(
    (
        "", " ", "\0", "\x1f", "'", "''", "a'b", "(", ")", "/", "//", "..", "%", "%2F", "\u202e", "\ufeff", "ﬃ", "İ",
        "١٢", "\U0001f600", "\ud800", "-1", "1e400", "9" * 40, "0x10", "null", "true", "NaN", "$", "@", "a" * 5000,
    )
) | some.text(max_size=8)  # fmt: skip
odd_number = some.sampled_from((-1, 0, 2**31, 2**63, 2**64, -(2**63) - 1, 10**400, 0.5, -0.0, 1e308)) | some.integers()
odd_json: SearchStrategy[Json] = some.recursive(
    some.none() | some.booleans() | odd_number | odd_text,
    lambda inner: some.lists(inner, max_size=2) | some.dictionaries(odd_text, inner, max_size=2),
    max_leaves=4,
)
odd_bytes = some.sampled_from(
    (
        b"", b"{", b"}", b"null", b"[]", b'""', b"0", b"\xff\xfe{\0}\0", b"\xef\xbb\xbf{}", b"{} {}", b"{'a':1}",
        b'{"a":1,"a":2}', b'{"subject":"\xff"}', b'{"subject":"\xed\xa0\x80"}', b'{"a":1e999}', b'{"a":NaN}',
        b"[" * 100_000, b'{"a":' * 50_000, b'{"requests":' + b"[" * 5_000, b"grant_type=", b"&&==%%", b"\0",
    )
) | some.binary(max_size=20)  # fmt: skip
odd_types = some.sampled_from(
    ("", "application/json", "application/json;charset=latin-1", "text/plain", "application/xml", "json", "\xff")
)
odd_headers = some.dictionaries(
    some.sampled_from(
        ("Prefer", "If-Match", "client-request-id", "Origin", "Accept", "Cookie", "ConsistencyLevel", "Content-Length")
    ),
    some.sampled_from(
        (
            "", "*", "=", ",", "\xff", 'outlook.timezone="Mars"', 'outlook.timezone="\xff"', "outlook.timezone=",
            'IdType="ImmutableId"', "odata.maxpagesize=0", f"odata.maxpagesize={'9' * 30}", 'W/"', "null", "a=b; c=d",
            'outlook.body-content-type="rtf"', "https://page.example", "0", "99999999999999999999", "-1", "x" * 9000,
        )
    ),
    max_size=2,
)  # fmt: skip

# What filters are made of, put together without regard to sense.
_PIECES = (
    "start/dateTime", "end/dateTime", "subject", "categories", "attendees", "isAllDay", "id", "body/content", "?",
    "singleValueExtendedProperties/any(ep: ep/id eq 'String {00020329-0000-0000-C000-000000000046} Name x')", "size",
    "categories/any(c:c eq 'Red')", "attendees/any(a:a/emailAddress/address eq 'x')", "contains(subject,'x')", "tags",
    "startswith(displayName,'R')", "tolower(subject)", "any(", "c:", "eq", "ne", "ge", "lt", "and", "or", "not", "in",
    "(", ")", ",", "'text'", "''''", "'", "null", "true", "1", "-1.5e9", "2026-11-24T10:00:00Z", "2026-11-24", "/", "*",
    "cast(start/dateTime,Edm.DateTimeOffset)", "length(", "now()", "duration'P1D'", "microsoft.graph.freeBusyStatus'a'",
)  # fmt: skip
_pieces = some.lists(some.sampled_from(_PIECES), min_size=1, max_size=6).map(" ".join)
_likely = {
    "$filter": _pieces,
    "$orderby": _pieces | some.sampled_from(("start/dateTime desc", "subject asc,id", "subject down")),
    "$select": some.sampled_from(("subject", "id,,start", "nothing", "start/dateTime", "*", "SUBJECT,subject")),
    "$expand": some.sampled_from(
        ("extensions", "extensions($filter=id eq 'x')", "extensions(", "instances", "calendar($select=x;$top=1)", "a;b")
    )
    | _pieces.map("singleValueExtendedProperties($filter={})".format),
    "$top": some.sampled_from(("0", "1", "1000", "-1", "1.0", "")),
    "$skip": some.sampled_from(("0", "5", "999999999", "9999999999", "x")),
    "$count": some.sampled_from(("true", "FALSE", "1")),
    "$search": some.just('"x"'),
    "$format": some.sampled_from(("json", "xml", "application/json;odata.metadata=full")),
    "startDateTime": some.sampled_from(
        ("2026-11-23T00:00:00Z", "2026-11-24", "1602-01-01T00:00:00", "0001-01-01T00:00:00-14:00", "2026-02-30")
    ),
    "endDateTime": some.sampled_from(
        ("2026-11-30T00:00:00Z", "2026-11-30T00:00:00+99:99", "9999-12-31T23:59:59.9999999Z", "4499-12-31T23:59:59Z")
    ),
}


@some.composite
def odd_query(draw: DrawFn) -> str:
    """A query string whose options are likely ones with odd values, or odd altogether."""
    names = draw(some.lists(some.sampled_from(sorted(_likely)), max_size=4))
    pairs = [(name, draw(_likely[name] | odd_text)) for name in names]
    if draw(some.integers(0, 4)) == 0:
        pairs.append((draw(odd_text), draw(odd_text)))
    return "&".join(f"{on_the_wire(name)}={on_the_wire(value)}" for name, value in pairs)


@some.composite
def odd_path(draw: DrawFn, template: str, values: Mapping[str, Sequence[str]]) -> str:
    """A path of a template with likely values, and at times with an odd segment, one too many or one too few."""
    segments: list[str] = [
        draw(some.sampled_from(values[segment.strip("{}")])) if segment.startswith("{") else segment
        for segment in template.strip("/").split("/")
    ]
    match draw(some.integers(0, 9)):
        case 0:
            segments[draw(some.integers(0, len(segments) - 1))] = draw(odd_text)
        case 1:
            segments.append(draw(odd_text))
        case 2:
            segments.pop()
        case 3:
            segments = [segment.upper() for segment in segments]
    broken: str = draw(some.sampled_from(("",) * 8 + ("%", "%zz", "%00", "%ed%a0%80", "%ff", "/", ";a=b")))
    return "/" + "/".join(on_the_wire(segment, safe="@'()!$&*+,;=:") for segment in segments) + broken


def on_the_wire(text: str, safe: str = "$:,'()/") -> str:
    return quote(text, safe=safe, errors="surrogatepass")


@some.composite
def odd_body(draw: DrawFn, right: Json) -> bytes:
    """The right body with some of it replaced, renamed or gone; at times no JSON at all."""
    if draw(some.integers(0, 9)) == 0:
        return draw(odd_bytes)
    body = copy.deepcopy(right)
    for _ in range(draw(some.integers(0, 2))):
        places = list(_places(body))
        if not places:
            break
        change = draw(some.sampled_from((_replaced, _removed, _renamed)))
        body = change(body, draw(some.sampled_from(places)), draw(odd_json))
    return json.dumps(body).encode()


def _places(value: Json, at: Place = ()) -> "list[Place]":
    inside: list[Place] = [at]
    if isinstance(value, dict):
        for key, item in value.items():
            inside += _places(item, (*at, key))
    if isinstance(value, list):
        for number, item in enumerate(value):
            inside += _places(item, (*at, number))
    return inside


def _replaced(whole: Json, at: Place, new: Json) -> Json:
    if not at:
        return new
    _parent(whole, at)[at[-1]] = new
    return whole


def _removed(whole: Json, at: Place, new: Json) -> Json:
    if not at:
        return {}
    del _parent(whole, at)[at[-1]]
    return whole


def _renamed(whole: Json, at: Place, new: Json) -> Json:
    if not at or isinstance(at[-1], int):
        return _replaced(whole, at, new)
    parent = _parent(whole, at)
    parent[at[-1].upper()] = parent.pop(at[-1])
    return whole


def _parent(whole: Json, at: Place) -> "dict[str | int, Json]":
    """What holds the value at a place: an object, or a list that is changed in the same way."""
    for step in at[:-1]:
        whole = cast("dict[str | int, Json]", whole)[step]
    return cast("dict[str | int, Json]", whole)
