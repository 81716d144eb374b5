"""From a map file and a list of rooms to a venue in the store; shared by the command and the demo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from ledig.errors import Invalid
from ledig.plans import drawing, geojson, osm
from ledig.plans.binding import bind, read_rows, rebind
from ledig.plans.progress import Progress, silent
from ledig.plans.remarks import Remark
from ledig.venue import Binding, Venue


class Import(Struct, frozen=True):
    """A venue ready to be stored, what was odd about its file, and the rooms of before that are not in it."""

    venue: Venue
    plan: bytes
    bound: Sequence[Binding]
    lost: Sequence[Binding]
    remarks: Sequence[Remark]


def prepare(
    map_file: Path,
    rooms_file: Path | None,
    existing: Sequence[Binding],
    *,
    venue: str,
    zone: str,
    progress: Progress = silent,
) -> Import:
    """Reads, binds and draws; stores nothing. Without a list the rooms of before are bound again.

    Raises PlanError for a file that cannot be used, Invalid where there is no room to bind.
    """
    reading = osm.read(map_file, progress)
    plan = reading.plan
    bound = bind(plan, read_rows(rooms_file), existing) if rooms_file else rebind(plan, existing)
    if not bound.bindings:
        raise Invalid("A venue needs bookable rooms: name them with --rooms FILE.csv.")
    progress(0, 1, "drawing")
    content = geojson.encode(drawing.draw(plan, bound.bindings))
    made = Venue(
        id=venue,
        name=plan.name or venue,
        zone=zone,
        attribution=plan.attribution,
        licence=plan.licence,
        plan=geojson.version(content),
        bearing=drawing.bearing(plan),
        bounds=plan.bounds,
        levels=plan.levels,
        rooms=tuple(binding.room for binding in bound.bindings),
    )
    progress(1, 1, "drawing")
    return Import(made, content, bound.bindings, bound.lost, reading.remarks)
