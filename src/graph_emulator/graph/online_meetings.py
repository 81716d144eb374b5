"""
Meetings held online, by a provider that the calendar allows; any other wish is passed over without a word.

Once online, a meeting stays so. https://learn.microsoft.com/graph/api/resources/onlinemeetinginfo
"""

from collections.abc import Callable
from urllib.parse import quote

from graph_emulator.errors import Json
from graph_emulator.exchange.calendar import Calendar
from graph_emulator.exchange.event import OnlineMeeting
from graph_emulator.graph.declared import member
from graph_emulator.graph.entities import PROVIDERS


def opened(provider: str | None, calendar: Calendar, new_id: Callable[[], str]) -> OnlineMeeting | None:
    """A meeting at the provider asked for, or the calendar's own, unless it is not allowed."""
    asked = member(PROVIDERS, provider or "unknown")
    if asked == "unknown":
        asked = next(iter(calendar.online_providers), "unknown")
    if asked not in calendar.online_providers:
        return None
    thread = new_id().replace("-", "")
    number = int(thread[:12], 16) % 10**9
    url = f"https://teams.microsoft.com/l/meetup-join/{quote(f'19:meeting_{thread}@thread.v2', safe='')}/0"
    return OnlineMeeting(asked, url, f"{number:09}")


def online_json(meeting: OnlineMeeting | None) -> Json | None:
    if meeting is None:
        return None
    toll: Json = {"tollNumber": meeting.toll_number} if meeting.toll_number else {}
    return {"joinUrl": meeting.join_url, "conferenceId": meeting.conference} | toll
