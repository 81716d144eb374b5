"""What a room is."""

import subprocess
import sys

import msgspec

from ledig.venue import Binding, Room


def test_a_room_on_the_wire_has_no_mailbox() -> None:
    """What is sent of a room has exactly these fields; a binding survives being written down."""
    room = Room("1096", "The Egg", "1096", 1, 21, ("display",), "unknown", "auto")
    binding = Binding(room, "egg@example.org", ("way/1",))

    sent = msgspec.to_builtins(room)
    assert list(sent) == ["id", "name", "number", "level", "capacity", "equipment", "step_free", "booking"]
    assert msgspec.json.decode(msgspec.json.encode(binding), type=Binding) == binding


def test_what_the_product_decides_needs_no_geometry() -> None:
    """Nor a web, a calendar or a database."""
    told = "import ledig.availability, ledig.booking, ledig.venue, sys; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.split()

    assert "ledig.booking" in loaded
    assert not {"shapely", "numpy", "aiohttp", "litestar", "sqlalchemy"}.intersection(loaded)
