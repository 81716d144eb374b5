"""
When somebody works, and in which zone.

A zone that Windows knows is named; any other is described, by its bias and the days on which its clocks change.
https://learn.microsoft.com/graph/api/resources/workinghours and …/resources/customtimezone
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from graph_emulator.errors import Json
from graph_emulator.exchange.recurrence import DAYS
from graph_emulator.exchange.zones import Zone, windows_name

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
NEVER: Json = {"time": "00:00:00.0000000", "dayOccurrence": 0, "dayOfWeek": "sunday", "month": 0, "year": 0}


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Days, and wall times in the mailbox's zone; the end belongs to the day of the start."""

    days: tuple[str, ...] = WEEKDAYS
    start: time = time(8)
    end: time = time(17)


OFFICE_HOURS = WorkingHours()


@cache
def shown(hours: WorkingHours, zone: Zone, year: int) -> Json:
    """The workingHours of somebody in that zone, with the changes of its clocks as they are in that year."""
    windows = windows_name(zone.rules)
    return {
        "daysOfWeek": list(hours.days),
        "startTime": _time(hours.start),
        "endTime": _time(hours.end),
        "timeZone": {"name": windows} if windows != zone.rules.key else _custom(zone.rules, year),
    }


def _custom(rules: ZoneInfo, year: int) -> Json:
    changes = _changes(rules, year)
    winter = datetime(year, 1, 1, tzinfo=rules)
    standard = (winter.utcoffset() or timedelta(0)) - (winter.dst() or timedelta(0))
    to_standard = [change for change in changes if not _saving(change, rules)]
    to_daylight = [change for change in changes if _saving(change, rules)]
    told: Json = {
        "@odata.type": "#microsoft.graph.customTimeZone",
        "bias": -_minutes(standard),
        "name": "Customized Time Zone",
    }
    if len(to_standard) != 1 or len(to_daylight) != 1:  # clocks that do not change, or not by such a rule
        return told | {"standardOffset": NEVER, "daylightOffset": {"daylightBias": 0} | NEVER}
    saved = -_minutes(_saving(to_daylight[0], rules))
    return told | {
        "standardOffset": _change(to_standard[0], rules),
        "daylightOffset": {"daylightBias": saved} | _change(to_daylight[0], rules),
    }


def _changes(rules: ZoneInfo, year: int) -> list[datetime]:
    """The instants of a year at which the zone's clocks change; all zones change them on a quarter of an hour."""
    quarter, day = timedelta(minutes=15), timedelta(days=1)
    days = (datetime(year, 1, 1, tzinfo=UTC) + day * n for n in range(366))
    restless = [start for start in days if _offset(start, rules) != _offset(start + day, rules)]
    return [
        next(at for n in range(96) if _offset(at := start + quarter * (n + 1), rules) != _offset(start, rules))
        for start in restless
    ]


def _change(at: datetime, rules: ZoneInfo) -> Json:
    """The rule behind one change, told in the wall time that held until then."""
    before = (at + _offset(at - timedelta(seconds=1), rules)).replace(tzinfo=None)
    is_last = (before + timedelta(days=7)).month != before.month
    return {
        "time": _time(before.time()),
        "dayOccurrence": 5 if is_last else (before.day - 1) // 7 + 1,
        "dayOfWeek": DAYS[date.weekday(before)],
        "month": before.month,
        "year": 0,
    }


def _offset(at: datetime, rules: ZoneInfo) -> timedelta:
    return at.astimezone(rules).utcoffset() or timedelta(0)


def _saving(at: datetime, rules: ZoneInfo) -> timedelta:
    return at.astimezone(rules).dst() or timedelta(0)


def _minutes(span: timedelta) -> int:
    return span // timedelta(minutes=1)


def _time(at: time) -> str:
    return f"{at:%H:%M:%S}.0000000"
