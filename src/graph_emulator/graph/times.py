"""Times as clients send them. https://learn.microsoft.com/graph/api/resources/datetimetimezone"""

from datetime import datetime

from graph_emulator.exchange.zones import Zone, read, zone
from graph_emulator.graph.declared import Sent


class SentTime(Sent, frozen=True):
    """A dateTimeTimeZone."""

    date_time: str
    time_zone: str = ""

    def read(self) -> tuple[datetime, Zone]:
        """The instant, and the zone it was told in."""
        named = zone(self.time_zone)
        return read(self.date_time, named), named


class SentSlot(Sent, frozen=True):
    """A timeSlot."""

    start: SentTime
    end: SentTime
