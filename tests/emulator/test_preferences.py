"""The Prefer header"""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as some
from starlette.datastructures import Headers

from graph_emulator.errors import GraphError
from graph_emulator.exchange.zones import known
from graph_emulator.graph.preferences import Preferences, preferences


def preferred(*headers: str) -> Preferences:
    return preferences(Headers(raw=[(b"prefer", header.encode("latin-1")) for header in headers]))


def test_without_the_header_times_are_utc() -> None:
    assert preferred() == Preferences()
    assert preferred().zone.name == "UTC"


def test_several_in_one_header_or_in_several() -> None:
    together = preferred('outlook.timezone="Tokyo Standard Time", IdType="ImmutableId",odata.maxpagesize=5')
    apart = preferred('outlook.timezone="Tokyo Standard Time"', "idtype=immutableid", "odata.maxpagesize = 5")

    assert together == apart
    assert (together.zone.rules.key, together.immutable_ids, together.page) == ("Asia/Tokyo", True, 5)


def test_what_was_honoured_is_told() -> None:
    header = 'outlook.body-content-type="text", outlook.timezone="UTC", IdType="ImmutableId", odata.maxpagesize=7'

    assert set(preferred(header).applied.split(", ")) == set(header.split(", "))
    assert preferred("respond-async, wait=10").applied == ""


@pytest.mark.parametrize(("wish", "text"), [("text", True), ("TEXT", True), ("html", False), ("pdf", False)])
def test_bodies_come_as_text_or_html(wish: str, text: bool) -> None:
    assert preferred(f'outlook.body-content-type="{wish}"').text is text


@pytest.mark.parametrize("size", ["0", "-1", "x", "1.5", "99999999999999", ""])
def test_an_odd_page_size_is_ignored(size: str) -> None:
    """As preferences are."""
    assert preferred(f"odata.maxpagesize={size}").page is None


@pytest.mark.parametrize("zone", ["Mars", "", "Greenwich Mean Time"])
def test_an_unknown_zone_is_an_error(zone: str) -> None:
    """And no fallback."""
    with pytest.raises(GraphError) as refused:
        preferred(f'outlook.timezone="{zone}"')

    assert (refused.value.status, refused.value.code) == (400, "TimeZoneNotSupportedException")


@given(some.sampled_from(sorted(known())))
def test_every_zone_can_be_preferred(name: str) -> None:
    assert preferred(f'outlook.timezone="{name}"').zone.rules.key == known()[name]


@given(some.text(some.characters(max_codepoint=255)))
def test_odd_headers_break_nothing(header: str) -> None:
    with suppress(GraphError):
        assert preferred(header).applied.isascii()
