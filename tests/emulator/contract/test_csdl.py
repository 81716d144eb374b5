"""The judge itself: what the published metadata allows, and that it sees what it must not let pass."""

import pytest

from .csdl import Metadata

METADATA = Metadata()
PLACE = {"displayName": "Lobby", "tags": []}


def test_every_type_it_names_is_there() -> None:
    """So that no answer meets a type that cannot be judged."""
    for name in METADATA.structures:
        if name in ("graph.calendarPermission", "graph.event"):  # attachments are not part of the slice
            continue
        assert list(METADATA.ancestry(name))


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("graph.room", {"@odata.type": "#microsoft.graph.room", "id": "1", "nickname": "A", "capacity": 8} | PLACE),
        ("graph.place", {"@odata.type": "#microsoft.graph.room", "id": "1", "capacity": None} | PLACE),
        ("graph.event", {"@odata.etag": 'W/"1"', "start": {"dateTime": "2026-11-24T10:00:00", "timeZone": None}}),
        ("graph.event", {"extensions@odata.context": "…", "extensions": [{"id": "x", "anything": {"at": "all"}}]}),
        ("graph.responseStatus", {"response": "none", "time": "0001-01-01T00:00:00Z"}),
        ("graph.workingHours", {"startTime": "08:00:00.0000000", "timeZone": {"name": "UTC"}}),
        ("graph.timeZoneBase", {"@odata.type": "#microsoft.graph.customTimeZone", "bias": -60}),
    ],
)
def test_lets_pass_what_is_valid(type: str, value: object) -> None:
    assert list(METADATA.complaints(value, type)) == []


@pytest.mark.parametrize(
    ("type", "value", "complaint"),
    [
        ("graph.room", {"capacity": "50"}, "capacity: '50' is no Edm.Int32"),
        ("graph.room", {"capacity": 2**31}, "capacity: 2147483648 is no Edm.Int32"),
        ("graph.room", {"capacity": True}, "capacity: True is no Edm.Int32"),
        ("graph.room", {"nickname": None}, "nickname: None is no Edm.String"),
        ("graph.room", {"tags": None}, "tags: None is no collection"),
        ("graph.room", {"displayDevice": "hub"}, "displayDevice: graph.room has no such property"),
        ("graph.room", {"@odata.type": "#microsoft.graph.floor"}, ": graph.floor is no graph.room"),
        ("graph.place", PLACE, ": graph.place is abstract, so it needs an @odata.type"),
        ("graph.event", {"attendees": [{"type": "Required"}]}, "attendees[].type: 'Required' is no graph.attendeeType"),
        ("graph.event", {"createdDateTime": "2026-11-24"}, "createdDateTime: '2026-11-24' is no Edm.DateTimeOffset"),
        ("graph.event", {"originalStart": "2026-02-30T00:00:00Z"}, None),
        ("graph.event", {"@odata.secret": 1}, "@odata.secret: no such annotation"),
        ("graph.event", {"invented": 1}, "invented: graph.event has no such property"),
        ("graph.workingHours", {"startTime": "24:00:00"}, "startTime: '24:00:00' is no Edm.TimeOfDay"),
        ("Collection(graph.event)", {}, ": {} is no collection"),
    ],
)
def test_sees_what_is_not(type: str, value: object, complaint: str | None) -> None:
    complaints = list(METADATA.complaints(value, type))

    assert len(complaints) == 1
    assert complaint in (complaints[0], None)
