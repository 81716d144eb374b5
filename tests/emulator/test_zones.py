"""Names of time zones, and times as Graph writes and reads them"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from graph_emulator.errors import GraphError
from graph_emulator.exchange.zones import (
    UTC_ZONE,
    Zone,
    known,
    names,
    read,
    windows_name,
    written,
    written_instant,
    zone,
)

BERLIN = zone("W. Europe Standard Time")

zones = some.sampled_from(sorted(known())).map(zone)
instants = some.integers(-11_600_000_000, 79_800_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("w. europe standard time", "Europe/Berlin"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("Pacific Standard Time", "America/Los_Angeles"),
        ("UTC", "Etc/UTC"),
        ("tzone://Microsoft/Utc", None),
        ("Europe/Entenhausen", None),
        ("Greenwich Mean Time", None),
        ("CET", None),
        ("to\u212ayo standard time", None),
        ("", None),
    ],
)
def test_names(name: str, rules: str | None) -> None:
    """Windows names and those of a fixed list; the name comes back as it was sent."""
    if rules is None:
        with pytest.raises(GraphError, match="TimeZoneNotSupportedException"):
            zone(name)
    else:
        assert (zone(name).name, zone(name).rules.key) == (name, rules)


def test_every_windows_name_leads_back_to_itself() -> None:
    for windows, _ in names():
        if windows and windows != "UTC":
            assert zone(windows_name(zone(windows).rules)).rules == zone(windows).rules


def test_times_have_seven_decimals_and_no_offset() -> None:
    at = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)

    assert written(at, BERLIN) == {"dateTime": "2026-07-01T10:30:00.0000000", "timeZone": "W. Europe Standard Time"}
    assert written_instant(at) == "2026-07-01T08:30:00.0000000Z"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-24", "2026-11-23T23:00"),
        ("2026-11-24T10:00", "2026-11-24T09:00"),
        ("2026-11-24T10:00:00.1234567", "2026-11-24T09:00:00.123456"),
        ("2026-11-24T10:00:00Z", "2026-11-24T10:00"),
        ("2026-11-24T10:00:00-05:00", "2026-11-24T15:00"),
        ("2026-03-29T02:30:00", "2026-03-29T01:30"),
        ("2026-10-25T02:30:00", "2026-10-25T00:30"),
    ],
)
def test_wall_times_are_read_in_their_zone(text: str, expected: str) -> None:
    """An offset wins over the zone; a time the clocks skip is after the gap, of one they show twice it is the first."""
    assert read(text, BERLIN) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "2026-02-30", "2026-11-24T25:00", "2026-11-24 10:00:00", "0001-01-01T00:00:00", "24.11.2026",
        "2026-11-24T10", "20261124T100000", "4500-01-01T00:00:00", "2026-11-24T10:00:00+99:00", "\u0662026-11-24",
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(GraphError) as refused:
        read(text, BERLIN)

    assert (refused.value.status, refused.value.code) == (400, "ErrorInvalidParameter")


@given(instants, zones)
def test_what_is_written_is_read_back(at: datetime, there: Zone) -> None:
    """In every zone; of a time that clocks show twice it may be the other one."""
    for one in (there, UTC_ZONE):
        back = read(str(written(at, one)["dateTime"]), one)
        assert abs(back - at) <= timedelta(days=1)
        assert written(back, one) == written(at, one)


def test_names_are_kept_apart_though_rules_are_the_same() -> None:
    """Whatever was written before in a zone of another name."""
    at = datetime(2026, 7, 1, tzinfo=UTC)

    assert written(at, zone("Europe/Berlin"))["timeZone"] == "Europe/Berlin"
    assert written(at, BERLIN)["timeZone"] == "W. Europe Standard Time"
    assert zone("Europe/Berlin").rules is ZoneInfo("Europe/Berlin")
