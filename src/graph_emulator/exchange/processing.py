"""
How a room's mailbox treats meeting requests: the settings of Set-CalendarProcessing, under their own names.

https://learn.microsoft.com/powershell/module/exchange/set-calendarprocessing
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class CalendarProcessing:
    """The defaults are those of a room in Exchange Online; `answers_after` is ours: how long its attendant takes."""

    automate_processing: str = "AutoAccept"  # AutoUpdate leaves requests tentative, None does nothing
    answers_after: timedelta | None = timedelta(seconds=5)  # None: never
