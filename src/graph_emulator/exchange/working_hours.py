"""When somebody works. https://learn.microsoft.com/graph/api/resources/workinghours"""

from dataclasses import dataclass
from datetime import time

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Days, and wall times in the mailbox's zone; the end belongs to the day of the start."""

    days: tuple[str, ...] = WEEKDAYS
    start: time = time(8)
    end: time = time(17)


OFFICE_HOURS = WorkingHours()
