"""Events as tests wish for them, and as they were answered."""

import httpx

from .conftest import HOUR, TEN, at

WISH = {"subject": "Kiosk", "start": at(TEN), "end": at(TEN + HOUR)}


class Event(dict[str, object]):
    """An event as it was answered."""

    def inside(self, name: str) -> dict[str, object]:
        """One of its complex properties."""
        value = self[name]
        assert isinstance(value, dict)
        return value

    def each(self, name: str) -> list[dict[str, object]]:
        """One of its collections."""
        value = self[name]
        assert isinstance(value, list)
        return value


def made(graph: httpx.Client, mailbox: str, **change: object) -> Event:
    answer = graph.post(f"/users/{mailbox}/events", json=WISH | change)
    assert answer.status_code == 201, answer.text
    return Event(answer.json())


def read(graph: httpx.Client, mailbox: str, event: Event, **query: str) -> Event:
    """The event as it is now."""
    answer = graph.get(f"/users/{mailbox}/events/{event['id']}", params=query)
    assert answer.status_code == 200, answer.text
    return Event(answer.json())


def changed(graph: httpx.Client, mailbox: str, event: Event, **change: object) -> Event:
    answer = graph.patch(f"/users/{mailbox}/events/{event['id']}", json=change)
    assert answer.status_code == 200, answer.text
    return Event(answer.json())
