"""A contest for rooms: workers, an Exchange that accepts overlaps, outsiders, kills; and who has which in the end."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from random import Random

import httpx
import msgspec
import sqlalchemy as sa
from msgspec import Struct
from starlette.responses import Response

from contestant import HURRIED, Order, Process, Slot, Told, recovered, worker
from graph_emulator.cloud import Cloud
from graph_emulator.exchange.event import Event
from graph_emulator.exchange.processing import CalendarProcessing
from graph_emulator.exchange.zones import zone
from graph_emulator.faults import NoAnswer
from graph_emulator.log import Answer, Call, Intercept
from graph_emulator.registrations import App
from graph_emulator.server import Running, running
from graph_emulator.tenant import Room, Tenant
from ledig.booking import Outcome
from ledig.clock import RunningClock
from ledig.intervals import Interval
from ledig.store.attempts import attempts as rows
from ledig.store.database import opened

APP = App("11111111-aaaa-4aaa-8aaa-111111111111", roles=frozenset({"Calendars.ReadWrite"}))
ANN = "ann@contoso.example"
PER_ROOM = 2  # of an app, Exchange takes four requests at once for a room, from all workers together
LOST = 0.1
LONGEST = 100  # seconds
HOUR = timedelta(hours=1)
ROOM_ANSWERS_AFTER = timedelta(seconds=0.3)


class Kept(Struct, frozen=True):
    """What is stored of an attempt in the end."""

    key: str
    room: str
    during: Interval
    outcome: Outcome | None
    settled_at: datetime


class Verdict(Struct, frozen=True):
    """Counts; those called wrong have to be 0."""

    slots: int
    won: int
    held_by_others: int
    late_losses: int
    direct_writes_after: int
    wrong_two_confirmed: int
    wrong_overlaps: int
    wrong_events_without_claim: int
    wrong_confirmed_without_event: int
    wrong_left_open: int
    wrong_told: int

    @property
    def is_right(self) -> bool:
        return not any(getattr(self, name) for name in self.__struct_fields__ if name.startswith("wrong_"))


@contextmanager
def exchange() -> Iterator[Running]:
    """A tenant whose clock is the real one."""
    tenant = Cloud(lambda: datetime.now(UTC)).add_tenant("t" * 8, "contoso.example", zone("Europe/Berlin"))
    tenant.add_app(APP)
    tenant.add_person("Ann Example", ANN)
    with running(tenant.cloud) as served:
        yield served


def slots(tenant: Tenant, count: int) -> list[Slot]:
    """Tomorrow, an hour each, a few to a room."""
    first = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1)
    processing = CalendarProcessing(answers_after=ROOM_ANSWERS_AFTER)
    made: list[Slot] = []
    for number in range(count):
        if number % PER_ROOM == 0:
            name = f"room-{len(tenant.rooms)}"
            room = tenant.add_room(Room(name, f"{name}@contoso.example"), processing).address
        made.append(Slot(room, first + number % PER_ROOM * HOUR))
    return made


def orders(served: Running, database: str, slots: Sequence[Slot], workers: int, writers: int) -> list[Order]:
    token = served.tenant.app_token(APP)
    return [
        Order(name=f"w{n}", database=database, root=f"{served.http}/v1.0", token=token, slots=slots, writers=writers)
        for n in range(workers)
    ]


def run(served: Running, orders: Sequence[Order], *, outsiders: int = 0, kills: int = 0, seed: int = 0) -> list[Told]:
    """What the workers told. Outsiders write, answers get lost, and workers are killed, which then come again."""
    random = Random(seed)
    served.cloud.intercept = weather(random, is_bad=outsiders > 0)
    outside = [random.choice(orders[0].slots) for _ in range(outsiders)]
    workers = {order.name: Process(order) for order in orders}
    told: list[bytes] = []
    try:
        while not all(each.is_ready for each in workers.values()):
            time.sleep(0.02)
        for each in workers.values():
            each.begin()
        deadline = time.monotonic() + LONGEST
        while any(each.is_running for each in workers.values()) and time.monotonic() < deadline:
            time.sleep(random.uniform(0, 0.1))
            if outside:
                _write(served, orders[0].token, outside.pop(), random)
            if kills and random.random() < 0.2:
                order, kills = random.choice(orders), kills - 1
                workers[order.name].kill()
                told += workers[order.name].said()
                workers[order.name] = Process(order)
                workers[order.name].begin()
    finally:
        served.cloud.intercept = None
        for each in workers.values():
            each.kill()
    told += [line for each in workers.values() for line in each.said()]
    return [msgspec.json.decode(line, type=Told) for line in told]


def weather(random: Random, *, is_bad: bool) -> Intercept:
    """Every call takes its time; when it is bad, some answers of writes get lost."""

    async def intercept(call: Call, answer: Answer) -> Response:
        await asyncio.sleep(random.uniform(0, 0.04))
        answered = await answer()
        await asyncio.sleep(random.uniform(0, 0.04))
        is_ours = call.method in ("POST", "DELETE") and call.mailbox != ANN
        return NoAnswer() if is_bad and is_ours and random.random() < LOST else answered

    return intercept


async def judge(tenant: Tenant, order: Order, told: Sequence[Told]) -> Verdict:
    """When all is settled, what is stored is held against the calendars."""
    await _settled(order)
    kept = {each.key: each for each in await _kept(order)}
    confirmed = [each for each in kept.values() if each.outcome is Outcome.CONFIRMED]
    events = [
        (slot.room, event) for slot in order.slots for event in tenant.events(slot.room, slot.start, slot.start + HOUR)
    ]
    ours = Counter(event.transaction_id for _, event in events if event.transaction_id)
    foreign = [(room, event) for room, event in events if not event.transaction_id and event.blocks]
    pairs = [
        (each, event) for each in confirmed for room, event in foreign if room == each.room and _overlap(each, event)
    ]
    after = [
        event for each, event in pairs if event.is_organizer and event.created >= each.settled_at + HURRIED.later_look
    ]
    return Verdict(
        slots=len(order.slots),
        won=sum(any(_is_in(each, slot) for each in confirmed) for slot in order.slots),
        held_by_others=sum(
            any(r == slot.room and _touches(event, slot) for r, event in foreign) for slot in order.slots
        ),
        late_losses=sum(each.outcome is Outcome.DECLINED for each in kept.values()),
        direct_writes_after=len(after),
        wrong_two_confirmed=sum(sum(_is_in(each, slot) for each in confirmed) > 1 for slot in order.slots),
        wrong_overlaps=len(pairs) - len(after),
        wrong_events_without_claim=sum(
            times != 1 or key not in kept or kept[key].outcome is not Outcome.CONFIRMED for key, times in ours.items()
        ),
        wrong_confirmed_without_event=sum(each.key not in ours for each in confirmed),
        wrong_left_open=sum(each.outcome is None for each in kept.values()),
        wrong_told=sum(not _agree(last, kept.get(key)) for key, last in {one.wish.key: one for one in told}.items()),
    )


async def _settled(order: Order) -> None:
    """Nobody works any more, so all leases may be over: recovery goes on until it has nothing left to do."""
    clock = RunningClock(datetime.now(UTC) + 2 * HURRIED.lease)
    async with opened(order.database) as engine, worker(order, clock) as (bookings, _):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            await bookings.recover("t", recovered)
            async with engine.begin() as connection:
                if not await connection.scalar(sa.select(sa.func.count()).where(rows.c.due_at.is_not(None))):
                    return
            await asyncio.sleep(0.2)
    raise AssertionError("some attempts are never settled")


async def _kept(order: Order) -> list[Kept]:
    async with opened(order.database) as engine, engine.begin() as connection:
        return [
            Kept(
                row.key,
                row.room,
                Interval(datetime.fromtimestamp(row.starts_at, UTC), datetime.fromtimestamp(row.ends_at, UTC)),
                row.outcome and Outcome(row.outcome),
                datetime.fromtimestamp(row.settled_at or 0, UTC),
            )
            for row in await connection.execute(sa.select(rows))
        ]


def _write(served: Running, token: str, slot: Slot, random: Random) -> None:
    """Somebody in Outlook: invites the room, whose attendant decides, or writes into its calendar."""
    start = slot.start + timedelta(minutes=random.choice((0, 15, 30)))
    times = {
        name: {"dateTime": f"{moment:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}
        for name, moment in (("start", start), ("end", start + HOUR / 4))
    }
    room = {"emailAddress": {"address": slot.room}, "type": "resource"}
    who, what = random.choice([(ANN, {**times, "attendees": [room]}), (slot.room, times)])
    headers = {"Authorization": f"Bearer {token}"}
    with suppress(httpx.TransportError):  # that answer was lost
        answer = httpx.post(f"{served.http}/v1.0/users/{who}/events", json=what, headers=headers)
        assert answer.status_code in (201, 429), answer.text  # a mailbox with much to do refuses anybody


def _is_in(each: Kept, slot: Slot) -> bool:
    return each.room == slot.room and slot.start <= each.during.start < slot.start + HOUR


def _overlap(each: Kept, event: Event) -> bool:
    return event.start < each.during.end and each.during.start < event.end


def _touches(event: Event, slot: Slot) -> bool:
    return event.start < slot.start + HOUR and slot.start < event.end


def _agree(told: Told, kept: Kept | None) -> bool:
    """A booking that was told last stands, but for one that was lost later; and none stands that was refused last."""
    if told.outcome is Outcome.CONFIRMED:
        return kept is not None and kept.outcome in (Outcome.CONFIRMED, Outcome.DECLINED)
    return told.outcome is Outcome.UNAVAILABLE or kept is None or kept.outcome is not Outcome.CONFIRMED
