"""An occurrence of a series on a day: its times, its key and its iCalUId."""

import re
from datetime import date, datetime

from msgspec.structs import replace

from graph_emulator.exchange.event import DAY_MARK, Event
from graph_emulator.exchange.zones import instant, wall


def occurrence(master: Event, day: date) -> Event:
    """The occurrence of a series on a day, at the wall times of its master."""
    zone = master.start_zone if master.all_day else master.recurrence_zone or master.start_zone
    begin, finish = master.floating() if master.all_day else (wall(master.start, zone), wall(master.end, zone))
    start = instant(datetime.combine(day, begin.time()), zone)
    end = instant(datetime.combine(day, begin.time()) + (finish - begin), zone)
    if end < start or (end == start and master.end > master.start):  # the clocks went forward in between
        end = start + (master.end - master.start)
    return replace(
        master,
        key=key_on(master.key, day),
        uid=_uid_on(master.uid, day),
        start=start,
        end=end,
        recurrence=None,
        transaction_id=None,
        series=master.key,
        original_start=start,
    )


def key_on(series: str, day: date) -> str:
    return f"{series}{DAY_MARK}{day:%Y%m%d}"


def series_of_key(key: str) -> tuple[str, date] | None:
    """The series' key and the day in an occurrence's key."""
    series, _, day = key.rpartition(DAY_MARK)
    if not series or not re.fullmatch("[0-9]{8}", day):
        return None
    return _with_day(series, int(day[:4]), int(day[4:6]), int(day[6:]))


def _uid_on(uid: str, day: date) -> str:
    """The iCalUId of an occurrence: after 32 digits that of the series has eight zeros, its own has the day."""
    return f"{uid[:32]}{day.year:04X}{day.month:02X}{day.day:02X}{uid[40:]}"


def series_of_uid(uid: str) -> tuple[str, date] | None:
    """The series' iCalUId and the day in an occurrence's."""
    digits = uid[32:40]
    if not re.fullmatch("[0-9A-F]{8}", digits) or digits == "00000000":
        return None
    return _with_day(f"{uid[:32]}00000000{uid[40:]}", int(digits[:4], 16), int(digits[4:6], 16), int(digits[6:], 16))


def is_day_of(uid: str, series: str) -> bool:
    """Whether an iCalUId is that of an occurrence of a series."""
    return uid[40:] == series[40:] and (series_of_uid(uid) or ("",))[0] == series


def _with_day(series: str, year: int, month: int, day: int) -> tuple[str, date] | None:
    try:
        return series, date(year, month, day)
    except ValueError:
        return None
