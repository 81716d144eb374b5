"""Booking without a person: whatever happens, a booking is confirmed only where nobody else is."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from exchange import Act, Exchange, Step, fail, nothing, refuse
from ledig.booking import Attempt, Bookings, Lease, Outcome, Target, Wish
from ledig.errors import CalendarUnavailable, Invalid, KeyReused, LedigError, NotFound, PolicyBroken, RoomTaken
from ledig.intervals import Interval
from ledig.settings import BookingSettings
from ledig.store.attempts import StoredAttempts
from ledig.store.database import opened
from lobby import ToldClock

BERLIN = ZoneInfo("Europe/Berlin")
EGG = Target("egg@rooms.example.org", BERLIN)
HALF = timedelta(minutes=30)
TIMES = BookingSettings()
SECOND = timedelta(seconds=1)
Booking = Awaitable[tuple[Attempt, bool]]
TEN, HALF_PAST_TEN = (datetime(2026, 11, 24, 10, minute, tzinfo=BERLIN) for minute in (0, 30))


def wish(key: str = "mine", start: datetime = TEN, room: str = "egg", kiosk: str = "lobby") -> Wish:
    return Wish(key=key, tenant="t", venue="apb", room=room, kiosk=kiosk, during=Interval(start, start + HALF))


def target_of(wished: Wish) -> Target:
    return Target(f"{wished.room}@rooms.example.org", BERLIN)


class Office:
    """Workers that share one database and one calendar, and what they told of."""

    def __init__(self, exchange: Exchange, clock: ToldClock, database: str, stack: AsyncExitStack) -> None:
        self.exchange = exchange
        self.clock = clock
        self.changes: asyncio.Queue[Attempt] = asyncio.Queue()
        self._database = database
        self._stack = stack

    async def worker(self) -> Bookings:
        """As another process would be: with connections of its own."""
        engine = await self._stack.enter_async_context(opened(self._database))
        self.attempts = StoredAttempts(engine, TIMES.settle)
        bookings = Bookings(self.exchange, self.attempts, self.clock, TIMES, self.changes.put_nowait)
        self._stack.push_async_callback(bookings.close)
        return bookings

    async def recover(self, after: timedelta = timedelta(0)) -> None:
        """A round of another worker's, when that time has passed."""
        await self.clock.move(after)

        async def target(wished: Wish) -> Target:
            return target_of(wished)

        await (await self.worker()).recover("t", target)


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


@pytest.fixture
async def office(exchange: Exchange, clock: ToldClock, database: str) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        yield Office(exchange, clock, database, stack)


@pytest.fixture
async def bookings(office: Office) -> Bookings:
    return await office.worker()


@pytest.fixture
async def attempts(office: Office, bookings: Bookings) -> StoredAttempts:
    """What is stored of the attempts."""
    return office.attempts


async def blocks(office: Office) -> bool:
    """Whether nobody else can claim the room."""
    key = f"{office.clock.now()}"
    lease = Lease("somebody", office.clock.now(), office.clock.now() + SECOND)
    try:
        await office.attempts.claim(wish(key, kiosk="attic"), lease, office.clock.now())
    except RoomTaken:
        return True
    await office.attempts.settle(Attempt(wish(key), Outcome.ROOM_TAKEN), lease, office.clock.now())
    return False


async def outcome(attempts: StoredAttempts, wished: Wish) -> Outcome | None:
    """What is stored of an attempt; fails where nothing is."""
    found = await attempts.get(wished.tenant, wished.kiosk, wished.key)
    assert found is not None
    return found.outcome


async def race(*books: Booking) -> list[Outcome | type[LedigError] | None]:
    """How each of them ended."""
    ends: list[Outcome | type[LedigError] | None] = []
    for end in await asyncio.gather(*books, return_exceptions=True):
        if isinstance(end, LedigError):
            ends.append(type(end))
        else:
            assert not isinstance(end, BaseException), end
            ends.append(end[0].outcome)
    return ends


async def contend(exchange: Exchange, *books: Booking) -> list[Outcome | type[LedigError] | None]:
    """The tightest race: all write, look and withdraw in step, but for those who have given up."""
    tasks = [asyncio.ensure_future(book) for book in books]

    def together() -> Step:
        ready = 0

        async def wait_for_the_others() -> None:
            nonlocal ready
            ready += 1
            await until(lambda: ready + sum(task.done() for task in tasks) >= len(tasks))

        return wait_for_the_others

    for steps in (exchange.before["write"], exchange.after["write"], exchange.before["remove"]):
        steps.extend([together()] * len(tasks))
    return await race(*tasks)


async def until(is_so: Callable[[], bool]) -> None:
    """Waits for a state."""
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 (what is waited for tells nobody)
            await asyncio.sleep(0.001)


async def test_books_a_free_room(
    bookings: Bookings, exchange: Exchange, attempts: StoredAttempts, office: Office
) -> None:
    attempt, is_new = await bookings.book(wish(), EGG)

    assert (attempt.outcome, is_new) == (Outcome.CONFIRMED, True)
    assert exchange.events[attempt.event_id or ""] == (EGG.mailbox, wish().during, "mine")
    assert await outcome(attempts, wish()) is Outcome.CONFIRMED
    assert office.changes.get_nowait() == attempt


async def test_refuses_a_taken_room_and_writes_nothing(
    bookings: Bookings, exchange: Exchange, attempts: StoredAttempts
) -> None:
    exchange.put(EGG.mailbox, Interval(TEN - HALF, TEN + HALF / 2))

    with pytest.raises(RoomTaken):
        await bookings.book(wish(), EGG)

    assert exchange.acts["write"] == 0
    assert await outcome(attempts, wish()) is Outcome.ROOM_TAKEN


async def test_bookings_that_touch_both_succeed(bookings: Bookings) -> None:
    ends = await race(
        bookings.book(wish("one"), EGG),
        bookings.book(wish("before", TEN - HALF), EGG),
        bookings.book(wish("after", TEN + HALF), EGG),
    )

    assert ends == [Outcome.CONFIRMED] * 3


class TestOneSlotWantedByMany:
    async def test_of_two_wishes_exactly_one_gets_it(self, bookings: Bookings, exchange: Exchange) -> None:
        ends = await contend(exchange, bookings.book(wish("ann"), EGG), bookings.book(wish("bob"), EGG))

        assert sorted(map(str, ends)) == sorted(map(str, [Outcome.CONFIRMED, RoomTaken]))
        assert len(exchange.keys(EGG.mailbox)) == 1

    @pytest.mark.parametrize("workers", [1, 2, 4], ids="{} workers".format)
    async def test_of_eight_at_once_exactly_one_gets_it(self, office: Office, exchange: Exchange, workers: int) -> None:
        """From one process or from several on one database; their times need only overlap."""
        staff = [await office.worker() for _ in range(workers)]
        wishes = [wish(f"key {n}", TEN + timedelta(minutes=n), kiosk=f"kiosk {n}") for n in range(8)]

        ends = await contend(exchange, *(staff[n % workers].book(each, EGG) for n, each in enumerate(wishes)))

        assert ends.count(Outcome.CONFIRMED) == 1
        assert ends.count(RoomTaken) == 7
        assert exchange.keys(EGG.mailbox) == [wishes[ends.index(Outcome.CONFIRMED)].key]

    async def test_other_rooms_and_other_times_are_not_in_the_way(self, bookings: Bookings) -> None:
        cave = wish("three", room="cave", kiosk="attic")

        ends = await race(
            bookings.book(wish("one"), EGG),
            bookings.book(wish("two", TEN + HALF), EGG),
            bookings.book(cave, target_of(cave)),
        )

        assert ends == [Outcome.CONFIRMED] * 3

    @pytest.mark.parametrize("seed", range(4))
    async def test_never_are_two_confirmed_that_overlap(self, office: Office, exchange: Exchange, seed: int) -> None:
        """Twenty wishes of two workers, outsiders who write just before us, and answers that get lost."""
        random = Random(seed)
        staff = [await office.worker(), await office.worker()]
        wishes = [
            wish(f"key {n}", TEN + timedelta(minutes=random.randrange(0, 120, 15)), random.choice("ab"), f"kiosk {n}")
            for n in range(20)
        ]

        async def outsider() -> None:
            room = random.choice("ab")
            exchange.put(f"{room}@rooms.example.org", random.choice(wishes).during)

        exchange.before["write"].extend(random.choice((nothing, nothing, outsider, fail)) for _ in range(10))
        exchange.after["write"].extend(random.choice((nothing, nothing, fail)) for _ in range(10))
        exchange.before["read"].extend(random.choice((nothing,) * 9 + (fail,)) for _ in range(30))

        await race(*(random.choice(staff).book(each, target_of(each)) for each in wishes))
        exchange.before.clear()
        exchange.after.clear()
        ends = await race(*(random.choice(staff).book(each, target_of(each)) for each in wishes))  # everybody insists

        assert set(ends) <= {Outcome.CONFIRMED, RoomTaken}
        confirmed = {each.key: each for each, end in zip(wishes, ends, strict=True) if end is Outcome.CONFIRMED}
        ours = [(mailbox, time, key) for mailbox, time, key in exchange.events.values() if key]
        assert {key for _, _, key in ours} == set(confirmed)
        for mailbox, time, key in ours:
            assert not any(m == mailbox and t.overlaps(time) and k != key for m, t, k in ours)


class TestTheKeyOfAWish:
    async def test_sent_again_it_finds_the_same_booking(self, bookings: Bookings, exchange: Exchange) -> None:
        first, _ = await bookings.book(wish(), EGG)

        assert await bookings.book(wish(), EGG) == (first, False)
        assert exchange.acts["write"] == 1

    async def test_the_same_wish_may_be_said_in_another_zone(self, bookings: Bookings) -> None:
        first, _ = await bookings.book(wish(), EGG)

        assert await bookings.book(wish(start=TEN.astimezone(ZoneInfo("UTC"))), EGG) == (first, False)

    async def test_sent_twice_at_once_it_makes_one_booking(self, bookings: Bookings, exchange: Exchange) -> None:
        (first, is_new), (second, is_new_too) = await asyncio.gather(
            bookings.book(wish(), EGG), bookings.book(wish(), EGG)
        )

        assert first == second
        assert (is_new, is_new_too) == (True, False)
        assert exchange.keys(EGG.mailbox) == ["mine"]

    async def test_sent_to_two_workers_at_once_it_makes_one_booking(self, office: Office, exchange: Exchange) -> None:
        """Whoever comes second waits for the first, and writes nothing."""
        staff = [await office.worker() for _ in range(2)]

        books = await asyncio.gather(*(worker.book(wish(), EGG) for worker in staff))

        assert books[0][0] == books[1][0]
        assert {is_new for _, is_new in books} == {True, False}
        assert (exchange.keys(EGG.mailbox), exchange.acts["write"]) == (["mine"], 1)

    async def test_sent_to_another_worker_while_the_first_is_slow_it_is_told_to_come_back(
        self, office: Office, exchange: Exchange
    ) -> None:
        """Nobody else acts for it as long as the first one may."""
        first, second = [await office.worker() for _ in range(2)]
        may_write = asyncio.Event()

        async def wait() -> None:
            await may_write.wait()

        exchange.before["write"].append(wait)
        slow = asyncio.create_task(first.book(wish(), EGG))
        await until(lambda: exchange.acts["write"] == 1)

        with pytest.raises(CalendarUnavailable, match="still under way"):
            await second.book(wish(), EGG)
        may_write.set()

        assert (await slow)[0].outcome is Outcome.CONFIRMED
        assert (await second.book(wish(), EGG))[0].outcome is Outcome.CONFIRMED
        assert exchange.acts["write"] == 1

    @pytest.mark.parametrize("other", [wish(start=TEN + HALF), wish(room="cave"), wish(kiosk="attic")])
    async def test_it_stands_for_one_wish(self, bookings: Bookings, exchange: Exchange, other: Wish) -> None:
        """Afterwards too, and for other kiosks."""
        await bookings.book(wish(), EGG)

        with pytest.raises(KeyReused):
            await bookings.book(other, target_of(other))
        assert exchange.acts["write"] == 1

    async def test_it_stands_for_one_wish_while_that_is_under_way(self, bookings: Bookings) -> None:
        ends = await race(bookings.book(wish(), EGG), bookings.book(wish(start=TEN + HALF), EGG))

        assert ends == [Outcome.CONFIRMED, KeyReused]

    async def test_it_stands_for_one_wish_after_a_failure(self, bookings: Bookings, exchange: Exchange) -> None:
        exchange.before["read"].append(fail)

        with pytest.raises(CalendarUnavailable):
            await bookings.book(wish(), EGG)
        with pytest.raises(KeyReused):
            await bookings.book(wish(start=TEN + HALF), EGG)

    async def test_a_loser_stays_a_loser(self, bookings: Bookings, exchange: Exchange) -> None:
        """Whoever wants to try once more makes a new key."""
        foreign = exchange.put(EGG.mailbox, wish().during)
        with pytest.raises(RoomTaken):
            await bookings.book(wish(), EGG)
        del exchange.events[foreign]

        with pytest.raises(RoomTaken):
            await bookings.book(wish(), EGG)
        assert (await bookings.book(wish("new key"), EGG))[1]


class TestSomebodyElseWasThereWhenWeWrote:
    async def test_we_withdraw(self, bookings: Bookings, exchange: Exchange, attempts: StoredAttempts) -> None:
        """Exchange accepts overlaps, so the calendar is read again after writing."""

        async def slip_in() -> None:
            exchange.put(EGG.mailbox, Interval(TEN + HALF / 2, TEN + 2 * HALF))

        exchange.before["write"].append(slip_in)

        with pytest.raises(RoomTaken):
            await bookings.book(wish(), EGG)

        assert exchange.keys(EGG.mailbox) == [None]
        assert await outcome(attempts, wish()) is Outcome.ROOM_TAKEN

    @pytest.mark.parametrize("re_reads", [1, 2])
    async def test_we_stay_if_they_leave_at_once(self, bookings: Bookings, exchange: Exchange, re_reads: int) -> None:
        """As another writer does who withdraws too."""
        foreign: list[str] = []

        async def slip_in() -> None:
            foreign.append(exchange.put(EGG.mailbox, wish().during))

        async def leave() -> None:
            del exchange.events[foreign.pop()]

        exchange.before["write"].append(slip_in)
        exchange.after["read"].extend([nothing] * re_reads + [leave])

        attempt, _ = await bookings.book(wish(), EGG)

        assert attempt.outcome is Outcome.CONFIRMED
        assert exchange.keys(EGG.mailbox) == ["mine"]
        assert exchange.acts["read"] == 2 + re_reads

    async def test_who_cannot_withdraw_at_once_does_so_later(
        self, bookings: Bookings, exchange: Exchange, attempts: StoredAttempts, office: Office
    ) -> None:
        """Recorded before it is sent, so it is sent until there is an answer; the answer to the kiosk stands."""

        async def slip_in() -> None:
            exchange.put(EGG.mailbox, wish().during)

        exchange.before["write"].append(slip_in)
        exchange.before["remove"].extend([fail, fail])

        for _ in range(2):
            with pytest.raises(RoomTaken):
                await bookings.book(wish(), EGG)
        assert sorted(map(str, exchange.keys(EGG.mailbox))) == ["None", "mine"]
        for _ in range(2):
            assert await blocks(office)
            await office.recover(after=TIMES.lease + SECOND)

        assert exchange.keys(EGG.mailbox) == [None]
        assert await outcome(attempts, wish()) is Outcome.ROOM_TAKEN
        assert not await blocks(office)


class TestALaterLook:
    """A booking attendant may have accepted somebody else while we wrote; the calendar tells only later."""

    async def test_finds_them_and_gives_the_room_up(
        self, bookings: Bookings, exchange: Exchange, attempts: StoredAttempts, office: Office
    ) -> None:
        booked, _ = await bookings.book(wish(), EGG)
        office.changes.get_nowait()
        exchange.put(EGG.mailbox, wish().during)

        await office.clock.move(TIMES.later_look)
        declined = await asyncio.wait_for(office.changes.get(), 5)

        assert (declined.wish, declined.outcome) == (booked.wish, Outcome.DECLINED)
        assert exchange.keys(EGG.mailbox) == [None]
        assert [held.outcome for held in await attempts.held("t", "lobby", office.clock.now())] == [Outcome.DECLINED]
        with pytest.raises(RoomTaken):
            await bookings.book(wish(), EGG)

    async def test_does_not_happen_at_once(self, bookings: Bookings, exchange: Exchange, office: Office) -> None:
        await bookings.book(wish(), EGG)
        exchange.put(EGG.mailbox, wish().during)

        await office.clock.move(TIMES.later_look - SECOND)

        assert exchange.acts["read"] == 2

    async def test_finds_nobody_and_changes_nothing(
        self, bookings: Bookings, exchange: Exchange, attempts: StoredAttempts, office: Office
    ) -> None:
        await bookings.book(wish(), EGG)
        exchange.put(EGG.mailbox, Interval(TEN + HALF, TEN + 2 * HALF))

        await office.clock.move(TIMES.later_look)
        await until(lambda: exchange.acts["read"] == 3)

        assert await outcome(attempts, wish()) is Outcome.CONFIRMED
        assert exchange.acts["remove"] == 0

    async def test_leaves_alone_what_was_undone(self, bookings: Bookings, exchange: Exchange, office: Office) -> None:
        """The time may be somebody else's by then."""
        await bookings.book(wish(), EGG)
        await bookings.undo("t", "lobby", "mine", target_of)
        await bookings.book(wish("next"), EGG)
        office.changes = asyncio.Queue()

        await office.clock.move(TIMES.later_look)
        await until(lambda: exchange.acts["read"] == 5)

        assert exchange.keys(EGG.mailbox) == ["next"]

    async def test_without_an_answer_the_booking_stands(
        self, bookings: Bookings, exchange: Exchange, attempts: StoredAttempts, office: Office
    ) -> None:
        await bookings.book(wish(), EGG)
        exchange.before["read"].append(fail)

        await office.clock.move(TIMES.later_look)
        await until(lambda: exchange.acts["read"] == 3)

        assert await outcome(attempts, wish()) is Outcome.CONFIRMED


class TestTheCalendarDoesNotAnswer:
    async def test_before_we_wrote_nobody_is_blocked(
        self, bookings: Bookings, exchange: Exchange, attempts: StoredAttempts
    ) -> None:
        exchange.before["read"].append(fail)

        with pytest.raises(CalendarUnavailable):
            await bookings.book(wish(), EGG)

        assert await outcome(attempts, wish()) is Outcome.UNAVAILABLE
        assert (await bookings.book(wish("other"), EGG))[0].outcome is Outcome.CONFIRMED

    async def test_before_we_wrote_the_key_may_try_again(self, bookings: Bookings, exchange: Exchange) -> None:
        exchange.before["read"].append(fail)
        with pytest.raises(CalendarUnavailable):
            await bookings.book(wish(), EGG)

        attempt, is_new = await bookings.book(wish(), EGG)

        assert (attempt.outcome, is_new) == (Outcome.CONFIRMED, True)

    @pytest.mark.parametrize("side", ["before", "after"])
    async def test_when_we_wrote_the_claim_stays_and_the_key_completes_it(
        self, bookings: Bookings, exchange: Exchange, attempts: StoredAttempts, side: str
    ) -> None:
        """Whether the event was written or not, nobody knows; so nobody else gets in."""
        getattr(exchange, side)["write"].append(fail)

        with pytest.raises(CalendarUnavailable):
            await bookings.book(wish(), EGG)
        assert await outcome(attempts, wish()) is None
        with pytest.raises(RoomTaken):
            await bookings.book(wish("other", kiosk="attic"), EGG)

        assert (await bookings.book(wish(), EGG))[0].outcome is Outcome.CONFIRMED
        assert exchange.keys(EGG.mailbox) == ["mine"]

    async def test_when_the_repeated_key_gets_no_answer_either_the_claim_still_stays(
        self, bookings: Bookings, exchange: Exchange, attempts: StoredAttempts
    ) -> None:
        exchange.after["write"].append(fail)
        with pytest.raises(CalendarUnavailable):
            await bookings.book(wish(), EGG)

        exchange.before["read"].append(fail)
        with pytest.raises(CalendarUnavailable):
            await bookings.book(wish(), EGG)

        assert exchange.keys(EGG.mailbox) == ["mine"]
        assert await outcome(attempts, wish()) is None

    async def test_when_we_read_again_the_claim_stays_and_the_key_completes_it(
        self, bookings: Bookings, exchange: Exchange, attempts: StoredAttempts
    ) -> None:
        exchange.before["read"].extend([nothing, fail])

        with pytest.raises(CalendarUnavailable):
            await bookings.book(wish(), EGG)
        assert await outcome(attempts, wish()) is None

        assert (await bookings.book(wish(), EGG))[0].outcome is Outcome.CONFIRMED
        assert exchange.keys(EGG.mailbox) == ["mine"]

    async def test_the_repeated_key_finds_somebody_else_and_tidies_up(
        self, bookings: Bookings, exchange: Exchange, attempts: StoredAttempts
    ) -> None:
        exchange.after["write"].append(fail)
        with pytest.raises(CalendarUnavailable):
            await bookings.book(wish(), EGG)
        exchange.put(EGG.mailbox, wish().during)

        with pytest.raises(RoomTaken):
            await bookings.book(wish(), EGG)

        assert exchange.keys(EGG.mailbox) == [None]
        assert await outcome(attempts, wish()) is Outcome.ROOM_TAKEN

    async def test_a_refused_write_leaves_no_claim(
        self, bookings: Bookings, exchange: Exchange, attempts: StoredAttempts
    ) -> None:
        """No is an answer: the next one may try at once, and the kiosk is not stuck with it."""
        exchange.before["write"].extend([refuse] * 4)
        for n in range(4):
            with pytest.raises(CalendarUnavailable):
                await bookings.book(wish(f"key {n}"), EGG)
            assert await outcome(attempts, wish(f"key {n}")) is Outcome.UNAVAILABLE

        assert (await bookings.book(wish(), EGG))[0].outcome is Outcome.CONFIRMED


class TestTheCallerLeaves:
    async def test_the_booking_comes_to_an_honest_end(
        self, bookings: Bookings, exchange: Exchange, attempts: StoredAttempts, office: Office
    ) -> None:
        """It goes on without them, and their key finds it."""
        caller = asyncio.create_task(bookings.book(wish(), EGG))

        async def leave() -> None:
            caller.cancel()

        exchange.before["write"].append(leave)

        await asyncio.wait([caller])
        booked = await asyncio.wait_for(office.changes.get(), 5)

        assert caller.cancelled()
        assert booked.outcome is Outcome.CONFIRMED
        assert (await bookings.book(wish(), EGG))[0].outcome is Outcome.CONFIRMED
        assert exchange.keys(EGG.mailbox) == ["mine"]

    async def test_a_failure_that_nobody_waits_for_is_no_alarm(
        self, bookings: Bookings, exchange: Exchange, attempts: StoredAttempts
    ) -> None:
        alarms: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: alarms.append(context))

        await self._leave_and_fail(bookings, exchange)
        await bookings.close()
        gc.collect()

        assert alarms == []
        assert await outcome(attempts, wish()) is None

    async def _leave_and_fail(self, bookings: Bookings, exchange: Exchange) -> None:
        caller = asyncio.create_task(bookings.book(wish(), EGG))

        async def leave() -> None:
            caller.cancel()
            await asyncio.wait([caller])
            await fail()

        exchange.before["write"].append(leave)
        await asyncio.wait([caller])

    async def test_closing_waits_for_what_is_under_way(
        self, bookings: Bookings, exchange: Exchange, attempts: StoredAttempts
    ) -> None:
        reading = asyncio.Event()

        async def tell() -> None:
            reading.set()

        exchange.before["read"].append(tell)
        caller = asyncio.create_task(bookings.book(wish(), EGG))
        await reading.wait()

        await bookings.close()

        assert (await caller)[0].outcome is Outcome.CONFIRMED
        assert await outcome(attempts, wish()) is Outcome.CONFIRMED


class TestUndoing:
    async def test_before_it_begins_the_event_is_removed(
        self, bookings: Bookings, exchange: Exchange, attempts: StoredAttempts, office: Office
    ) -> None:
        await bookings.book(wish(), EGG)

        await bookings.undo("t", "lobby", "mine", target_of)

        assert exchange.events == {}
        assert await outcome(attempts, wish()) is Outcome.CANCELLED
        assert [office.changes.get_nowait().outcome for _ in range(2)] == [Outcome.CONFIRMED, Outcome.CANCELLED]

    @pytest.mark.parametrize(("minutes", "stays"), [(0, False), (4, False), (5, True), (29, True)])
    async def test_while_it_runs_it_ends_now(
        self,
        bookings: Bookings,
        exchange: Exchange,
        attempts: StoredAttempts,
        office: Office,
        minutes: int,
        stays: bool,
    ) -> None:
        """What has only just begun was never used and is removed."""
        await bookings.book(wish(), EGG)
        now = TEN + timedelta(minutes=minutes)
        await office.clock.move(now - office.clock.now())

        await bookings.undo("t", "lobby", "mine", target_of)

        assert [time for _, time, _ in exchange.events.values()] == ([Interval(TEN, now)] if stays else [])
        assert await outcome(attempts, wish()) is Outcome.CANCELLED

    async def test_when_it_is_over_it_is_over(self, bookings: Bookings, exchange: Exchange, office: Office) -> None:
        await bookings.book(wish(), EGG)
        await office.clock.move(TEN + HALF - office.clock.now())

        with pytest.raises(Invalid, match="over already"):
            await bookings.undo("t", "lobby", "mine", target_of)
        assert exchange.keys(EGG.mailbox) == ["mine"]

    async def test_twice_is_as_good_as_once(self, bookings: Bookings, exchange: Exchange) -> None:
        await bookings.book(wish(), EGG)

        await bookings.undo("t", "lobby", "mine", target_of)
        await bookings.undo("t", "lobby", "mine", target_of)

        assert exchange.acts["remove"] == 1

    async def test_the_room_is_free_for_the_next_at_once(self, bookings: Bookings) -> None:
        await bookings.book(wish(), EGG)
        await bookings.undo("t", "lobby", "mine", target_of)

        assert (await bookings.book(wish("next"), EGG))[1]

    async def test_the_undone_key_does_not_book_again(self, bookings: Bookings, exchange: Exchange) -> None:
        """A late repeat of the request finds what became of it."""
        await bookings.book(wish(), EGG)
        await bookings.undo("t", "lobby", "mine", target_of)

        attempt, is_new = await bookings.book(wish(), EGG)

        assert (attempt.outcome, is_new) == (Outcome.CANCELLED, False)
        assert exchange.events == {}

    @pytest.mark.parametrize(
        ("tenant", "kiosk", "key"), [("t", "lobby", "no"), ("t", "attic", "mine"), ("u", "lobby", "mine")]
    )
    async def test_only_what_is_ones_own(
        self, bookings: Bookings, exchange: Exchange, tenant: str, kiosk: str, key: str
    ) -> None:
        await bookings.book(wish(), EGG)

        with pytest.raises(NotFound):
            await bookings.undo(tenant, kiosk, key, target_of)
        assert exchange.keys(EGG.mailbox) == ["mine"]

    async def test_without_an_answer_it_can_be_undone_again(
        self, bookings: Bookings, exchange: Exchange, attempts: StoredAttempts
    ) -> None:
        await bookings.book(wish(), EGG)
        exchange.before["remove"].append(fail)

        with pytest.raises(CalendarUnavailable):
            await bookings.undo("t", "lobby", "mine", target_of)
        await bookings.undo("t", "lobby", "mine", target_of)

        assert exchange.events == {}
        assert await outcome(attempts, wish()) is Outcome.CANCELLED

    async def test_without_an_answer_it_is_undone_all_the_same(
        self, bookings: Bookings, exchange: Exchange, attempts: StoredAttempts, office: Office
    ) -> None:
        """It was recorded; nobody has to ask again."""
        await bookings.book(wish(), EGG)
        exchange.before["remove"].append(fail)
        with pytest.raises(CalendarUnavailable):
            await bookings.undo("t", "lobby", "mine", target_of)

        await office.recover(after=TIMES.lease)

        assert exchange.events == {}
        assert await outcome(attempts, wish()) is Outcome.CANCELLED


class Dead(BaseException):
    """The worker is gone, and so is whatever it would have done."""


async def die() -> None:
    raise Dead


MOMENTS: list[tuple[str, Act, int]] = [
    ("before", "read", 1),
    ("before", "write", 1),
    ("after", "write", 1),
    ("after", "read", 2),
]


class TestAWorkerDies:
    """While it makes a booking: wherever that is, its claim holds until another worker has tidied up."""

    @pytest.mark.parametrize(("side", "act", "n"), MOMENTS, ids=str)
    async def test_and_the_room_is_free_again(
        self, office: Office, exchange: Exchange, side: str, act: Act, n: int
    ) -> None:
        await self._killed(office, exchange, side, act, n)
        assert await blocks(office)

        await office.recover(after=TIMES.lease - SECOND)
        assert await blocks(office), "its holder may still send"
        await office.recover(after=SECOND)

        assert exchange.events == {}
        assert await outcome(office.attempts, wish()) is Outcome.UNAVAILABLE
        assert not await blocks(office)

    @pytest.mark.parametrize(("side", "act", "n"), MOMENTS, ids=str)
    async def test_and_the_key_that_comes_again_completes_the_booking(
        self, office: Office, exchange: Exchange, side: str, act: Act, n: int
    ) -> None:
        """As soon as the dead one would not have sent anything any more."""
        await self._killed(office, exchange, side, act, n)
        other = await office.worker()

        with pytest.raises(CalendarUnavailable, match="still under way"):
            await other.book(wish(), EGG)
        await office.clock.move(TIMES.lease)
        attempt, _ = await other.book(wish(), EGG)
        await office.recover(after=TIMES.lease)

        assert attempt.outcome is Outcome.CONFIRMED
        assert exchange.keys(EGG.mailbox) == ["mine"]

    @pytest.mark.parametrize(("side", "act", "n"), MOMENTS, ids=str)
    async def test_and_after_the_room_was_let_go_the_key_is_a_wish_like_any_other(
        self, office: Office, exchange: Exchange, side: str, act: Act, n: int
    ) -> None:
        await self._killed(office, exchange, side, act, n)
        await office.recover(after=TIMES.lease)

        attempt, is_new = await (await office.worker()).book(wish(), EGG)

        assert (attempt.outcome, is_new) == (Outcome.CONFIRMED, True)
        assert exchange.keys(EGG.mailbox) == ["mine"]

    async def test_and_who_tidies_up_dies_too(self, office: Office, exchange: Exchange) -> None:
        """Between recording it and being answered."""
        await self._killed(office, exchange, "after", "write", 1)
        exchange.after["remove"].append(die)
        await office.clock.move(TIMES.lease)
        with pytest.raises(Dead):
            await office.recover()
        assert await outcome(office.attempts, wish()) is Outcome.UNAVAILABLE
        assert await blocks(office)

        await office.recover(after=TIMES.lease)

        assert exchange.events == {}
        assert not await blocks(office)

    async def test_and_others_tidy_up_at_the_same_time(self, office: Office, exchange: Exchange) -> None:
        """One of them does."""
        await self._killed(office, exchange, "after", "write", 1)
        await office.clock.move(TIMES.lease)

        await asyncio.gather(*(office.recover() for _ in range(3)))

        assert (exchange.events, exchange.acts["remove"]) == ({}, 1)

    async def test_and_the_key_comes_again_just_then(self, office: Office, exchange: Exchange) -> None:
        """Either the key wins or the room is let go, never half of each."""
        await self._killed(office, exchange, "after", "write", 1)
        await office.clock.move(TIMES.lease)
        other = await office.worker()

        _, (end,) = await asyncio.gather(office.recover(), race(other.book(wish(), EGG)))

        assert end is Outcome.CONFIRMED
        assert exchange.keys(EGG.mailbox) == ["mine"]

    async def test_and_its_later_look_is_done_by_another(self, office: Office, exchange: Exchange) -> None:
        worker = await office.worker()
        await worker.book(wish(), EGG)
        await worker.close()
        exchange.put(EGG.mailbox, wish().during)

        await office.recover(after=TIMES.later_look)
        assert await outcome(office.attempts, wish()) is Outcome.CONFIRMED, "it may be alive"
        await office.recover(after=TIMES.lease)

        assert await outcome(office.attempts, wish()) is Outcome.DECLINED
        assert exchange.keys(EGG.mailbox) == [None]
        reads = exchange.acts["read"]
        await office.recover(after=TIMES.lease)
        assert exchange.acts["read"] == reads

    async def test_a_room_that_is_no_longer_on_the_map_is_left_alone(self, office: Office, exchange: Exchange) -> None:
        await self._killed(office, exchange, "after", "write", 1)
        await office.clock.move(TIMES.lease)

        async def nowhere(_: Wish) -> None:
            return None

        await (await office.worker()).recover("t", nowhere)
        assert exchange.keys(EGG.mailbox) == ["mine"]
        await office.recover()
        assert exchange.events == {}

    async def _killed(self, office: Office, exchange: Exchange, side: str, act: Act, n: int) -> None:
        getattr(exchange, side)[act].extend([*[nothing] * (n - 1), die])
        with pytest.raises(Dead):
            await (await office.worker()).book(wish(), EGG)


class TestAWorkerSleeps:
    """As a virtual machine does that is moved: it wakes up when its lease is over, and finds that it may not go on."""

    async def test_before_it_writes(self, office: Office, exchange: Exchange) -> None:
        async def sleep() -> None:
            await office.recover(after=TIMES.lease)

        exchange.after["read"].append(sleep)

        with pytest.raises(CalendarUnavailable, match="still under way"):
            await (await office.worker()).book(wish(), EGG)

        assert exchange.acts["write"] == 0
        assert await outcome(office.attempts, wish()) is Outcome.UNAVAILABLE

    async def test_after_it_wrote(self, office: Office, exchange: Exchange) -> None:
        """Its event is gone by then, so it does not say that it has booked."""

        async def sleep() -> None:
            await office.recover(after=TIMES.lease)

        exchange.after["write"].append(sleep)

        with pytest.raises(CalendarUnavailable, match="still under way"):
            await (await office.worker()).book(wish(), EGG)

        assert exchange.events == {}
        assert await outcome(office.attempts, wish()) is Outcome.UNAVAILABLE

    async def test_with_the_last_third_of_its_lease_left_it_sends_nothing(
        self, office: Office, exchange: Exchange
    ) -> None:
        """What it sends then might arrive when somebody else has tidied up."""

        async def sleep() -> None:
            await office.clock.move(TIMES.lease * 2 / 3)

        exchange.after["read"].append(sleep)

        with pytest.raises(CalendarUnavailable, match="still under way"):
            await (await office.worker()).book(wish(), EGG)

        assert exchange.acts["write"] == 0


async def test_a_kiosk_holds_three_rooms_at_most(bookings: Bookings, exchange: Exchange) -> None:
    """Even when it asks for all of them at once; the fourth is refused before the calendar is asked."""
    wishes = [wish(f"key {n}", room=f"room {n}") for n in range(5)]

    ends = await race(*(bookings.book(each, target_of(each)) for each in wishes))

    assert ends.count(Outcome.CONFIRMED) == 3
    assert ends.count(PolicyBroken) == 2
    assert exchange.acts["write"] == 3
