"""A storm: Microsoft 365 at its worst, while rooms are taken and released and people look at the map.

What is shown is held against what was really done to each calendar, and when; not against another answer of anybody.
"""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random

import httpx
from litestar.types import ASGIApp

from graph_emulator.cloud import Cloud
from graph_emulator.exchange.event import Event
from graph_emulator.faults import AnyFault, Cut, Latency, Page, Schedules, Status
from graph_emulator.tenant import Tenant
from ledig.web.house import House

GRAPH = "/users/*"
SIGN_IN = "*/token"
DAYS = 6
DAY = 24 * 60
MINUTE = timedelta(minutes=1)
# What is shown was read no longer ago: five minutes, and a second's patience, which is a minute or two in a hurry.
OLDEST = timedelta(minutes=7)

Taken = int
"""A bit for each minute of the days from the first one on, set where a room is taken."""


class HurriedClock:
    """Runs so many times as fast as the machine's; ledig and the emulator share it."""

    def __init__(self, start: datetime, speed: int) -> None:
        self._start = start
        self._began = time.monotonic()
        self._speed = speed

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self._speed)

    async def sleep(self, duration: timedelta) -> None:
        await asyncio.sleep(duration.total_seconds() / self._speed)


def taken(spans: Iterable[Sequence[int]]) -> Taken:
    bits = 0
    for start, end in spans:
        bits |= (1 << end) - (1 << start)
    return bits


class Past:
    """When each room was taken, as of every moment."""

    def __init__(self) -> None:
        self._versions: dict[str, list[tuple[datetime, Taken]]] = defaultdict(list)

    def put(self, mailbox: str, at: datetime, bits: Taken) -> None:
        self._versions[mailbox].append((at, bits))

    def between(self, mailbox: str, since: datetime, until: datetime) -> set[Taken]:
        """Everything that was true at some moment from `since` to `until`."""
        versions = self._versions[mailbox]
        first, last = (bisect_right(versions, moment, key=lambda version: version[0]) for moment in (since, until))
        before = versions[first - 1][1] if first else 0
        return {before, *(bits for _, bits in versions[first:last])}


def plan(tenant: Tenant, midnight: datetime, lasts: timedelta, every: timedelta, random: Random) -> Past:
    """Empties all rooms and puts on the tenant's agenda how meetings come and go; what will have been true when."""
    for room in tenant.rooms:
        for event in tenant.calendar(room).events():
            tenant.remove_event(room, event)
    past = Past()
    meetings: dict[str, list[_Meeting]] = {room: [] for room in tenant.rooms}
    at = tenant.cloud.clock()
    ends = at + lasts
    while at < ends:
        room = random.choice(list(meetings))
        held = meetings[room]
        if len(held) > DAYS and random.random() < 0.6:
            tenant.cloud.agenda.at(at, held.pop(random.randrange(len(held))).release)
        else:
            start = random.randrange(0, DAYS * DAY - 120, 5)
            held.append(_Meeting(tenant, room, midnight, (start, start + random.randrange(5, 120, 5))))
            tenant.cloud.agenda.at(at, held[-1].take)
        past.put(room, at, taken(meeting.span for meeting in held))
        at += every * random.uniform(0.2, 1.8)
    return past


class _Meeting:
    def __init__(self, tenant: Tenant, room: str, midnight: datetime, span: tuple[int, int]) -> None:
        self._tenant = tenant
        self._room = room
        self._start, self._end = (midnight + minute * MINUTE for minute in span)
        self._event: Event | None = None
        self.span = span

    def take(self, _due: datetime) -> None:
        self._event = self._tenant.add_event(self._room, self._start, self._end)

    def release(self, _due: datetime) -> None:
        assert self._event
        self._tenant.remove_event(self._room, self._event)


def weather(cloud: Cloud, random: Random) -> list[AnyFault]:
    """What goes wrong next: nothing, or one to three kinds of it."""
    kinds: list[Callable[[], AnyFault]] = [
        lambda: Status(status=429, retry_after=round(random.uniform(0.3, 5), 2), path=GRAPH, share=0.4),
        lambda: Status(status=429, retry_after=3, as_date=True, path=GRAPH, share=0.3),
        lambda: Status(status=503, path=GRAPH, share=0.5),
        lambda: Status(status=503, retry_after=20, path=GRAPH, share=0.3),
        lambda: Status(status=500, code="", after=True, path=GRAPH, share=0.3),
        lambda: Page(status=502, path=GRAPH, share=0.3),
        lambda: Latency(seconds=0.02, distribution="exponential", longest=0.3, path=GRAPH),
        lambda: Cut(when="before", path=GRAPH, share=0.3),
        lambda: Cut(when="after", path=GRAPH, share=0.3),
        lambda: Schedules(part=0.5, path="*"),
        lambda: Schedules(part=0.5, code="ErrorNoFreeBusyAccess", path="*"),
        lambda: Schedules(part=0.2, code="5006", path="*"),
        lambda: Status(status=503, path=SIGN_IN, count=1),
    ]
    if random.random() < 0.2:
        cloud.tokens.revoke_all()
    return [random.choice(kinds)() for _ in range(random.randrange(4))]


class Storm:
    """Some minutes of it on the clock of `house`; what is seen meanwhile is counted."""

    def __init__(self, house: House, app: ASGIApp, tenant: Tenant, past: Past, midnight: datetime, seed: int) -> None:
        self._house = house
        self._rooms = {address.removeprefix("room-").partition("@")[0]: address for address in tenant.rooms}
        self._cloud = tenant.cloud
        self._past = past
        self._midnight = midnight
        self._random = Random(seed)
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app),  # type: ignore[arg-type]  # says less than ASGI
            base_url=house.settings.public_url,
        )
        self.seen: Counter[str] = Counter()
        self.oldest = timedelta(0)

    async def rage(self, lasts: timedelta, *, change: timedelta, away: timedelta, viewers: int = 3) -> None:
        """All days are opened at once; ever other weather; then Microsoft 365 is away. Leaves a clear sky."""
        over = asyncio.Event()
        self._turn([Latency(seconds=0.05, path=GRAPH)])
        await asyncio.gather(*map(self.look_at_day, range(DAYS)))
        async with asyncio.TaskGroup() as group:
            for _ in range(viewers):
                group.create_task(self._look_on(over))
            until = self._house.clock.now() + lasts
            while self._house.clock.now() < until:
                self._turn(weather(self._cloud, self._random))
                await self._house.clock.sleep(change)
            self._turn([Status(status=503, path=GRAPH)])
            await self._house.clock.sleep(away)
            self._turn([])
            over.set()

    async def clear(self, limit: float) -> None:
        """Returns once every day is known and true again, which has to be within `limit` seconds."""
        async with asyncio.timeout(limit):
            for number in range(DAYS):
                while not await self._is_true(number):
                    await self._house.clock.sleep(timedelta(seconds=5))

    def _turn(self, faults: Sequence[AnyFault]) -> None:
        self._cloud.faults.remove(self._cloud.faults.active)
        for fault in faults:
            self._cloud.faults.add(fault)

    async def _look_on(self, over: asyncio.Event) -> None:
        looks = (self.look_at_day, self.look_at_moment, self.look_at_room)
        while not over.is_set():
            await self._random.choice(looks)(self._random.randrange(DAYS))
            await self._house.clock.sleep(timedelta(seconds=self._random.uniform(0, 20)))

    async def look_at_day(self, number: int) -> Mapping[str, Taken | None]:
        """What is shown of each room on that day, every minute of which has to be true."""
        answer = await self._get(f"days/{self._day(number)}")
        if answer is None:
            return {}
        told = answer.json()
        shown: dict[str, Taken | None] = {}
        since = datetime.fromisoformat(answer.headers["Ledig-As-Of"]) if "Ledig-As-Of" in answer.headers else None
        now = self._house.clock.now()
        for room, busy in zip(told["rooms"], told["busy"], strict=True):
            shown[room] = None if busy is None else taken(busy)
            self.seen["rooms unknown" if busy is None else "rooms known"] += 1
            if busy is None:
                assert room in told["unknown"]
                continue
            assert since is not None, "known, and of no age"
            self._check(room, number, shown[room], since, now)
        if since:
            self.oldest = max(self.oldest, now - since)
        return shown

    async def look_at_moment(self, number: int) -> None:
        """A room is told to be free only if it was, lately."""
        asked = self._house.clock.now()
        begin = self._random.randrange(0, DAY - 60)
        at = self._midnight + (number * DAY + begin) * MINUTE
        answer = await self._get("availability", at=at.isoformat(), minutes="45")
        wish = ((1 << begin + 45) - (1 << begin)) << number * DAY
        for room in answer.json()["rooms"] if answer else ():
            self.seen[f"told {room['state']}"] += 1
            if room["state"] == "free":
                possible = self._past.between(self._rooms[room["id"]], asked - OLDEST, self._house.clock.now())
                assert any(not bits & wish for bits in possible), (room, at)

    async def look_at_room(self, number: int) -> None:
        """One room from that day on."""
        asked = self._house.clock.now()
        room = self._random.choice(list(self._rooms))
        start, end = self._midnight + number * DAY * MINUTE, self._midnight + DAYS * DAY * MINUTE
        answer = await self._get(f"rooms/{room}/schedule", **{"from": start.isoformat(), "to": end.isoformat()})
        if answer is None or (busy := answer.json()["busy"]) is None:
            return
        self.seen["schedules"] += 1
        shown = taken(
            [(datetime.fromisoformat(one[edge]) - self._midnight) // MINUTE for edge in ("start", "end")]
            for one in busy
        )
        possible = self._past.between(self._rooms[room], asked - OLDEST, self._house.clock.now())
        for day in range(number, DAYS):  # each may have been read at another time
            assert _of_day(shown, day) in {_of_day(bits, day) for bits in possible}, (room, day)

    def _check(self, room: str, number: int, shown: Taken | None, since: datetime, now: datetime) -> None:
        possible = {_of_day(bits, number) for bits in self._past.between(self._rooms[room], since, now)}
        assert shown in possible, f"room {room} on day {number} was never so from {since} to {now}"

    async def _is_true(self, number: int) -> bool:
        before = self._house.clock.now()
        shown = await self.look_at_day(number)
        return bool(shown) and all(
            bits in {_of_day(b, number) for b in self._past.between(self._rooms[room], before, before)}
            for room, bits in shown.items()
        )

    async def _get(self, path: str, **query: str) -> httpx.Response | None:
        """The answer, or None for whoever has asked too much."""
        answer = await self._client.get(f"/api/v1/venues/apb/{path}", params=query)
        self.seen[f"answers {answer.status_code}"] += 1
        assert answer.status_code in (200, 429), answer.text
        return answer if answer.status_code == 200 else None

    def _day(self, number: int) -> date:
        return self._midnight.date() + timedelta(days=number)


def _of_day(bits: Taken, number: int) -> Taken:
    return bits >> number * DAY & (1 << DAY) - 1
