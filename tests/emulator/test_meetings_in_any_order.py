"""Whatever organizers and guests do, and whenever: calendars agree in the end"""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from graph_emulator.exchange.event import Event
from graph_emulator.exchange.recurrence import Recurrence

from .meeting import ANN, BOB, DAY, HOUR, OTHER, RESOURCES, ROOM, TEN, World

PEOPLE = (ANN, BOB)
WHAT = (
    "invite",
    "invite to a series",
    "move",
    "rename",
    "ask others",
    "move and ask others",
    "cancel",
    "respond",
    "drop",
)

acts = some.tuples(
    some.sampled_from(WHAT),
    some.sampled_from(PEOPLE),
    some.lists(some.sampled_from((ROOM, OTHER, *PEOPLE)), unique=True),
    some.integers(0, 30),  # which of the events there are, and how far it moves
    some.sampled_from([timedelta(seconds=seconds) for seconds in (0, 1, 3, 10)]),
)


def do(world: World, what: str, person: str, others: list[str], number: int, pause: timedelta) -> None:
    guests = [guest for guest in others if guest != person]
    start = TEN + (1 + number % 5) * DAY + number // 7 * HOUR
    if what == "invite":
        world.invites(person, *guests, start=start)
    elif what == "invite to a series":
        world.invites(person, *guests, start=start, recurrence=Recurrence("daily", start.date(), times=1 + number % 4))
    elif events := everything(world, person, own=what not in ("respond", "drop")):
        event = events[number % len(events)]
        moved = event.start + (number % 5 - 2) * HOUR
        match what:
            case "move":
                world.changes(event, start=moved)
            case "rename":
                world.changes(event, subject=f"{event.subject}!")
            case "ask others":
                world.changes(event, guests=guests)
            case "move and ask others":
                world.changes(event, start=moved, guests=guests)
            case "cancel":
                world.cancels(event)
            case "respond":
                world.responds(person, event, ("accepted", "tentativelyAccepted", "declined")[number % 3])
            case "drop":
                world.drops(person, event)
    world.later(pause)


def everything(world: World, person: str, *, own: bool) -> list[Event]:
    """Series, occurrences and single events of somebody's own, or those of others, that are to take place."""
    calendar = world.mailbox(person).calendar
    found = [*(event for event in calendar.events() if event.recurrence), *world.holds(person)]
    return [event for event in found if event.is_organizer is own and not event.cancelled]


@given(some.lists(acts, max_size=12))
def test_rooms_hold_what_organizers_were_told(done: list[tuple[str, str, list[str], int, timedelta]]) -> None:
    """Just what was accepted, at the same times, and nothing twice."""
    world = World()
    for act in done:
        do(world, *act)
    world.later(timedelta(minutes=1))

    organized = [event for person in PEOPLE for event in everything(world, person, own=True) if not event.recurrence]
    for room in RESOURCES:
        held = [event for event in world.holds(room) if event.blocks]
        told = {(event.uid, event.start) for event in organized if answer(event, room) == "accepted"}
        assert {(event.uid, event.start) for event in held} == told
        assert all(one.end <= other.start for one, other in pairwise(held))


def answer(event: Event, guest: str) -> str | None:
    return next((one.response for one in event.attendees if one.person.address == guest), None)
