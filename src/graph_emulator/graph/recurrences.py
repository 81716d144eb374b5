"""How series recur, as it is sent and shown. https://learn.microsoft.com/graph/api/resources/patternedrecurrence"""

from datetime import date

from graph_emulator.errors import Json
from graph_emulator.exchange.event import Event
from graph_emulator.exchange.recurrence import DAYS, KINDS, WEEKS, Recurrence
from graph_emulator.exchange.zones import Zone, zone
from graph_emulator.graph.declared import Sent, invalid_property, member

_RANGES = ("endDate", "noEnd", "numbered")
_NEVER = "0001-01-01"


class SentPattern(Sent, frozen=True):
    type: str
    interval: int = 1
    days_of_week: tuple[str, ...] | None = ()
    first_day_of_week: str | None = None
    day_of_month: int = 0
    month: int = 0
    index: str | None = None


class SentRange(Sent, frozen=True):
    type: str
    start_date: str
    end_date: str | None = None
    number_of_occurrences: int = 0
    recurrence_time_zone: str | None = None


class SentRecurrence(Sent, frozen=True):
    pattern: SentPattern
    range: SentRange

    def read(self) -> tuple[Recurrence, Zone | None]:
        """The recurrence, and where it keeps its wall time if that was said."""
        named = self.range.recurrence_time_zone
        return _recurrence(self.pattern, self.range), zone(named) if named else None


def _recurrence(pattern: SentPattern, span: SentRange) -> Recurrence:
    ending = member(_RANGES, span.type)
    recurrence = Recurrence(
        member(KINDS, pattern.type),
        _day(span.start_date),
        pattern.interval,
        tuple(member(DAYS, day) for day in pattern.days_of_week or ()),
        member(DAYS, pattern.first_day_of_week or "sunday"),
        pattern.day_of_month,
        pattern.month,
        member(WEEKS, pattern.index or "first"),
        _day(span.end_date) if ending == "endDate" else None,
        span.number_of_occurrences if ending == "numbered" else None,
    )
    if not _makes_sense(recurrence):
        raise invalid_property()
    return recurrence


def _makes_sense(recurrence: Recurrence) -> bool:
    return (
        1 <= recurrence.interval <= 999
        and (bool(recurrence.days) or recurrence.kind not in ("weekly", "relativeMonthly", "relativeYearly"))
        and (1 <= recurrence.day_of_month <= 31 or not recurrence.kind.startswith("absolute"))
        and (1 <= recurrence.month <= 12 or not recurrence.kind.endswith("Yearly"))
        and (recurrence.until is None or recurrence.until >= recurrence.start)
        and (recurrence.times is None or 1 <= recurrence.times <= 999)
    )


def _day(text: str | None) -> date:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        raise invalid_property() from None
    if not 1602 <= day.year < 4500:
        raise invalid_property()
    return day


def recurrence_json(event: Event) -> Json | None:
    recurrence = event.recurrence
    if recurrence is None:
        return None
    return {
        "pattern": {
            "type": recurrence.kind,
            "interval": recurrence.interval,
            "month": recurrence.month,
            "dayOfMonth": recurrence.day_of_month,
            "daysOfWeek": list(recurrence.days),
            "firstDayOfWeek": recurrence.first_day_of_week,
            "index": recurrence.index,
        },
        "range": {
            "type": "numbered" if recurrence.times else "endDate" if recurrence.until else "noEnd",
            "startDate": recurrence.start.isoformat(),
            "endDate": recurrence.until.isoformat() if recurrence.until else _NEVER,
            "recurrenceTimeZone": (event.recurrence_zone or event.start_zone).name,
            "numberOfOccurrences": recurrence.times or 0,
        },
    }
