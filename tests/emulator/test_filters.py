"""$filter, $orderby, $select and $expand: what is read, what is refused, and that nothing is ignored"""

import json
from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as some
from starlette.datastructures import QueryParams

from graph_emulator.errors import GraphError, Json
from graph_emulator.graph.entities import EVENT, PLACES, ROOM, USER
from graph_emulator.graph.filters import parsed
from graph_emulator.graph.odata import OF_MANY, Options
from graph_emulator.graph.operands import DEEPEST
from graph_emulator.graph.types import Type
from graph_emulator.tenant import Tenant

from .conftest import HOUR, TEN
from .test_graph import WINDOW

RITZ: Json = {
    "id": "AbC",
    "displayName": "Ritz",
    "building": "O'Hara's",
    "label": None,
    "capacity": 12,
    "floorNumber": -1,
    "isWheelChairAccessible": True,
    "bookingType": "standard",
    "tags": ["whiteboard", "Quiet"],
    "address": {"city": "Dresden"},
}
PROPERTY = "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name Wish"
MEETING: Json = {
    "subject": "Budget",
    "start": {"dateTime": "2026-11-24T10:00:00.0000000", "timeZone": "UTC"},
    "createdDateTime": "2026-11-01T10:00:00Z",
    "showAs": "workingElsewhere",
    "isCancelled": False,
    "seriesMasterId": None,
    "categories": ["Red"],
    "attendees": [
        {"type": "resource", "status": {"response": "accepted"}, "emailAddress": {"address": "ritz@contoso.example"}},
        {"type": "required", "status": {"response": "none"}, "emailAddress": {"address": "ann@contoso.example"}},
    ],
    "singleValueExtendedProperties": [{"id": PROPERTY, "value": "42"}],
    "extensions": [{"id": "microsoft.graph.openTypeExtension.Com.Contoso.Deal", "dealValue": 1}],
}


def is_among(filter: str, entity: Json, kind: Type) -> bool:
    return parsed(filter, kind)({"": entity})


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ("capacity ge 12", True),
        ("capacity gt 12", False),
        ("12 lt capacity", False),
        ("capacity in (8, 12)", True),
        ("capacity eq 1.2e1", True),
        ("floorNumber eq -1", True),
        ("displayName eq 'RITZ'", True),
        ("id eq 'abc'", False),
        ("building eq 'O''Hara''s'", True),
        ("isWheelChairAccessible", True),
        ("isWheelChairAccessible eq false", False),
        ("not isWheelChairAccessible", False),
        ("not not isWheelChairAccessible", True),
        ("label eq null", True),
        ("label ne null", False),
        ("label ne 'x'", True),
        ("label lt 'x'", False),
        ("bookingType eq 'standard'", True),
        ("bookingType eq microsoft.graph.bookingType'reserved'", False),
        ("tags/any(t: t eq 'quiet')", True),
        ("tags/all(t: startswith(t,'w'))", False),
        ("tags/any()", True),
        ("address/city eq 'Dresden'", True),
        ("address/street eq null", True),
        ("contains(displayName,'IT') and capacity gt 5", True),
        ("capacity lt 5 or endswith(displayName,'z')", True),
        ("capacity lt 5 or capacity gt 5 and displayName eq 'x'", False),
        ("(capacity lt 5 or capacity gt 5) and displayName eq 'Ritz'", True),
        ("tolower(displayName) eq 'ritz'", True),
        ("toupper(trim(displayName)) eq 'RITZ'", True),
        ("DisplayName EQ 'Ritz'", True),
        ("startswith(label,'x')", False),
    ],
)
def test_rooms(filter: str, expected: bool) -> None:
    assert is_among(filter, RITZ, ROOM) is expected


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ("start/dateTime ge '2026-11-24T10:00'", True),
        ("start/dateTime gt '2026-11-24T10:00:00Z'", False),
        ("start/dateTime lt '2026-11-24T12:00:00+01:00'", True),
        ("createdDateTime lt 2026-11-02", True),
        ("createdDateTime ge 2026-11-01T10:00:00.0000001Z", True),
        ("showAs eq 'workingElsewhere'", True),
        ("isCancelled ne true", True),
        ("categories/any(c:c eq 'Red')", True),
        ("attendees/any(a: a/emailAddress/address eq 'RITZ@contoso.example' and a/type eq 'resource')", True),
        ("attendees/all(a: a/type eq 'resource')", False),
        (f"singleValueExtendedProperties/any(p: p/id eq '{PROPERTY}' and p/value eq '42')", True),
        (f"singleValueExtendedProperties/any(p: p/id eq '{PROPERTY}' and p/value ne '42')", False),
        (f"singleValueExtendedProperties/any(p: p/id eq '{PROPERTY.replace('66f5', '66F5')}')", True),
        (f"singleValueExtendedProperties/any(p: p/id eq '{PROPERTY}' and cast(p/value,Edm.Int32) gt 5)", True),
        ("extensions/any(e: e/id eq 'Com.Contoso.Deal')", True),
        ("seriesMasterId eq null", True),
        ("contains(subject,'dge')", True),
    ],
)  # fmt: skip
def test_events(filter: str, expected: bool) -> None:
    assert is_among(filter, MEETING, EVENT) is expected


@pytest.mark.parametrize(
    ("filter", "code", "message"),
    [
        ("", "BadRequest", "Expression expected at position 0"),
        ("capacity", "BadRequest", "Expression of type Edm.Boolean expected"),
        ("capacity ge", "BadRequest", "Expression expected at position 11"),
        ("capacity ge 'many'", "BadRequest", "A value of type Edm.Double expected"),
        ("displayName eq 5", "BadRequest", "A value of type Edm.String expected"),
        ("bookingType eq 'maybe'", "BadRequest", "A value of type enumeration expected"),
        ("capacity eq displayName", "BadRequest", "incompatible types"),
        ("5 eq 5", "BadRequest", "A property is expected"),
        ("tags eq 'x'", "BadRequest", "'tags' cannot be compared"),
        ("address eq 'x'", "BadRequest", "'address' cannot be compared"),
        ("address/planet eq 'x'", "RequestBroker--ParseUri", "'planet' on type 'microsoft.graph.physicalAddress'"),
        ("isManaged eq true", "RequestBroker--ParseUri", "named 'isManaged' on type 'microsoft.graph.room'"),
        ("capacity/x eq 5", "BadRequest", "'capacity' cannot be compared"),
        ("substringof('x',displayName)", "BadRequest", "Unknown function 'substringof'"),
        ("contains(capacity,'1')", "BadRequest", "A value of type Edm.String expected"),
        ("contains(displayName)", "BadRequest", "',' expected"),
        ("displayName eq 'Ritz", "BadRequest", "Syntax error at position 14"),
        ("(capacity gt 5", "BadRequest", "')' expected"),
        ("capacity gt 5)", "BadRequest", "Syntax error at position 13"),
        ("capacity gt 5 and", "BadRequest", "Expression expected"),
        ("capacity gt 5 capacity lt 7", "BadRequest", "Syntax error"),
        ("tags/any(t: x eq 'y')", "RequestBroker--ParseUri", "named 'x'"),
        ("tags/any(t: tags/any(t: t eq 'y'))", "BadRequest", "already in use"),
        ("tags/some(t: t eq 'y')", "BadRequest", "'tags' cannot be compared"),
        ("capacity in ()", "BadRequest", "Expression expected"),
        ("cast(displayName,Edm.Teapot) eq 5", "BadRequest", "Unknown type"),
        ("capacity gt 5; drop", "BadRequest", "Syntax error at position 13"),
        ("displayName eq 2026-02-28", "BadRequest", "incompatible types"),
        ("displayName eq 2026-02-30", "BadRequest", "A value of type Edm.DateTimeOffset expected"),
    ],
)  # fmt: skip
def test_what_is_no_filter_is_refused(filter: str, code: str, message: str) -> None:
    with pytest.raises(GraphError) as refused:
        is_among(filter, RITZ, ROOM)

    assert (refused.value.status, refused.value.code) == (400, code)
    assert message in refused.value.message


def test_what_cannot_be_filtered_by_says_so() -> None:
    with pytest.raises(GraphError) as refused:
        is_among("body/content eq 'x'", MEETING, EVENT)

    assert refused.value.code == "ErrorInvalidProperty"


@pytest.mark.parametrize(
    "nested",
    [
        lambda depth: "(" * depth + "capacity gt 5" + ")" * depth,
        lambda depth: "tolower(" * depth + "displayName" + ")" * depth + " eq 'ritz'",
        lambda depth: "not (" * depth + "capacity gt 5" + ")" * depth,
        lambda depth: "".join(f"tags/any(t{n}: " for n in range(depth)) + "capacity gt 5" + ")" * depth,
    ],
)
def test_filters_are_not_endlessly_deep(nested: Callable[[int], str]) -> None:
    """But endlessly long ones work."""
    assert is_among(nested(DEEPEST // 2 - 1), RITZ, ROOM)
    for depth in (DEEPEST, 5000):
        with pytest.raises(GraphError, match="recursion limit"):
            is_among(nested(depth), RITZ, ROOM)
    assert is_among(" or ".join(["capacity eq 12"] * 5000), RITZ, ROOM)


WORDS = (
    "capacity", "displayName", "tags", "address", "city", "label", "start", "dateTime", "attendees", "extensions",
    "any", "all", "t", "eq", "ne", "gt", "in", "and", "or", "not", "contains", "cast", "Edm.Int32", "null", "true",
    "5", "-1e9", "'x'", "''", "'", "2026-11-24", "2026-13-99T25:00Z", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "(", ")", ",", "/", ":", "$it", "@x",
)  # fmt: skip


@given(some.lists(some.sampled_from(WORDS)).map(" ".join) | some.lists(some.sampled_from(WORDS)).map("".join))
def test_any_words_are_a_filter_or_refused(words: str) -> None:
    for kind, entity in ((ROOM, RITZ), (EVENT, MEETING)):
        with suppress(GraphError):
            assert parsed(words, kind)({"": entity}) in (True, False)


@given(some.sampled_from(sorted(USER.properties)), some.sampled_from(("eq", "ne", "lt", "ge")), some.text())
def test_any_literal_is_read_back(name: str, comparison: str, text: str) -> None:
    """Quotes are doubled in a literal, everything else stands for itself."""
    literal = text.replace("'", "''")
    try:
        test = parsed(f"{name} {comparison} '{literal}'", USER)
    except GraphError:
        assert name in ("accountEnabled", "businessPhones")
        return
    assert test({"": {name: text}}) is (comparison in ("eq", "ge"))


# the other options


def options(**given: str) -> Options:
    return Options.of(QueryParams({f"${name}": text for name, text in given.items()}), EVENT, OF_MANY)


@pytest.mark.parametrize(
    "given",
    [
        {"select": "subject,shoeSize"},
        {"select": "*"},
        {"expand": "organizer"},
        {"expand": "extensions($filter=id eq)"},
        {"expand": "extensions($levels=2)"},
        {"expand": "extensions("},
        {"orderby": "subject sideways"},
        {"orderby": "attendees"},
        {"orderby": "sub'ject"},
        {"top": "-1"},
        {"top": "1.5"},
        {"top": "\u0661"},
        {"skip": "x"},
        {"count": "yes"},
        {"format": "xml"},
        {"search": "x"},
        {"apply": "x"},
    ],
    ids=json.dumps,
)
def test_other_options_are_read_as_strictly(given: dict[str, str]) -> None:
    with pytest.raises(GraphError) as refused:
        options(**given)

    assert refused.value.status == 400


def test_an_option_comes_once() -> None:
    with pytest.raises(GraphError, match="more than once"):
        Options.of(QueryParams([("$top", "1"), ("$TOP", "2")]), EVENT, OF_MANY)


def test_names_have_no_case_and_blanks_do_not_count() -> None:
    read = options(select="Subject, START ,", orderby="Start/DateTime desc, subject", count="True", format="JSON")

    assert (read.select, read.count, len(read.order)) == (("subject", "start"), True, 2)


def test_an_expansion_may_be_narrowed() -> None:
    """What is in its brackets is split at semicolons, but not within quotes."""
    (expansion,) = options(
        expand=f"singleValueExtendedProperties($filter=id eq '{PROPERTY}' or id eq ';,';$select=value)"
    ).expand

    assert expansion.name == "singleValueExtendedProperties"
    assert expansion.chosen([{"id": PROPERTY, "value": "42"}, {"id": "other", "value": "1"}]) == [
        {"id": PROPERTY, "value": "42"}
    ]


def test_every_property_that_is_shown_can_be_chosen(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """And the id and annotations come along."""
    tenant.add_event(room, TEN, TEN + HOUR)
    for path, kind, query in (
        (f"/users/{room}/calendarView", EVENT, WINDOW),
        ("/places/microsoft.graph.room", PLACES["room"], {"$top": "1"}),
    ):
        (whole,) = graph.get(path, params=query).json()["value"]
        for name in kind.properties:
            answer = graph.get(path, params={**query, "$select": name})
            if "cannot be selected here" in answer.text:
                continue
            (one,) = answer.json()["value"]
            assert {key for key in one if not key.startswith("@")} <= {"id", name}
            if name in whole:
                assert one[name] == whole[name]


def test_lists_are_put_in_order(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    """By all that is asked for, from the first on; nothing comes before something."""
    for subject, hour in (("b", 0), ("a", 1), ("b", 2), ("", 3)):
        tenant.add_event(room, TEN + hour * HOUR, TEN + (hour + 1) * HOUR, subject=subject)

    def ordered(by: str) -> list[tuple[str, str]]:
        answer = graph.get(f"/users/{room}/calendarView", params=WINDOW | {"$orderby": by})
        return [(event["subject"], event["start"]["dateTime"][11:13]) for event in answer.json()["value"]]

    assert ordered("subject,start/dateTime desc") == [("", "13"), ("a", "11"), ("b", "12"), ("b", "10")]
    assert ordered("start/dateTime") == [("b", "10"), ("a", "11"), ("b", "12"), ("", "13")]


def test_no_entries_are_a_page_of_their_own(graph: httpx.Client, room: str) -> None:
    """$top=0 asks for none, and has no next page."""
    answer = graph.get("/places/microsoft.graph.room", params={"$top": "0", "$count": "true"}).json()

    assert answer["value"] == []
    assert answer["@odata.count"] >= 1
    assert "@odata.nextLink" not in answer


def test_the_next_page_asks_the_same_question(graph: httpx.Client, tenant: Tenant, room: str) -> None:
    for hour in range(5):
        tenant.add_event(room, TEN + hour * HOUR, TEN + (hour + 1) * HOUR, subject=f"{hour} a+b&c")
    query = WINDOW | {"$top": "2", "$filter": "contains(subject,'a+b&c')", "$orderby": "start/dateTime desc"}

    pages = [graph.get(f"/users/{room}/calendarView", params=query).json()]
    while link := pages[-1].get("@odata.nextLink"):
        pages.append(graph.get(link).json())

    assert [[event["subject"][0] for event in page["value"]] for page in pages] == [["4", "3"], ["2", "1"], ["0"]]
