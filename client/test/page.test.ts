import 'temporal-polyfill/global';
import { beforeEach, describe, expect, test } from 'vitest';
import { answerOf } from '../src/answer.ts';
import { Ledig, Problem, Unreachable } from '../src/api/ledig.ts';
import type { Booking, Overview, Room, Venue, WishBody } from '../src/api/types.ts';
import type { Stretch } from '../src/freebusy.ts';
import type { News } from '../src/live.ts';
import { Page } from '../src/page.ts';
import type { Answer } from '../src/poll.ts';

const NOW = Date.parse('2026-11-24T09:12:20Z');
const NOTHING = { level: null, at: null, length: null, room: null };

const room = (id: string, level: number, booking: Room['booking'] = 'auto'): Room => ({
  id,
  name: `Room ${id}`,
  number: id,
  level,
  capacity: 8,
  equipment: [],
  step_free: 'unknown',
  booking,
});

const VENUE: Venue = {
  id: 'house',
  name: 'House',
  zone: 'Europe/Berlin',
  attribution: { text: '', url: '' },
  licence: '',
  notice: null,
  plan: '1',
  bearing: 0,
  bounds: [0, 0, 1, 1],
  levels: [-1, 0, 1].map((ordinal) => ({ ordinal, name: `Floor ${ordinal}`, short_name: `${ordinal}` })),
  rooms: [room('a', 0), room('b', 1), room('c', 1), room('d', 1, 'approval')],
  policy: { opens: '07:00', closes: '20:00', shortest_minutes: 15, longest_minutes: 120, horizon_days: 14 },
};

/** A server in memory; tests change what it says. */
class Server extends Ledig {
  busy: Record<string, Stretch[] | null> = { a: [], b: [[600, 720]], c: null, d: [] };
  age = 20_000;
  now = NOW;
  days: string[] = [];
  wanted: WishBody[] = [];
  answer: Promise<void> = Promise.resolve();
  held: Booking[] = [];
  kiosk = true;
  bookError: Error | null = null;
  failing: Error | null = null;

  override async venues() {
    return [{ id: VENUE.id, name: VENUE.name }];
  }
  override async venue() {
    return VENUE;
  }
  override async overview(_: string, date: string): Promise<Answer<Overview>> {
    this.days.push(date);
    if (this.failing) throw this.failing;
    const rooms = Object.keys(this.busy);
    const busy = rooms.map((id) => this.busy[id] ?? null);
    const value = {
      venue: 'house',
      date,
      zone: '',
      start: '',
      minutes: 1440,
      rooms,
      busy,
      unknown: { c: 'no_access' },
    };
    return { value, etag: '"x"', asOf: this.now - this.age };
  }
  hear: (news: News) => void = () => {};
  followed: string[] = [];
  override follow(_: string, date: string, hear: (news: News) => void) {
    this.hear = hear;
    this.followed.push(date);
    return { stop: () => void this.followed.splice(this.followed.indexOf(date), 1) };
  }
  override async isKiosk() {
    return this.kiosk;
  }
  override async bookings() {
    return this.held;
  }
  override async book(wish: WishBody): Promise<Booking> {
    this.wanted.push(wish);
    await this.answer;
    if (this.bookError) throw this.bookError;
    const booking: Booking = { ...wish, state: 'confirmed' };
    this.held = [...this.held, booking];
    return booking;
  }
  override async undo(key: string) {
    await this.answer;
    this.held = this.held.filter((booking) => booking.key !== key);
  }
}

let server: Server;
let later: (() => void)[];
let page: Page;
const settled = () => new Promise((resolve) => setTimeout(resolve));
async function opened(server: Server): Promise<Page> {
  const page = await Page.open(server, { clock: () => server.now, later: (then) => later.push(then) });
  if (!page) throw new Error('there is no building');
  page.show(NOTHING);
  await settled();
  return page;
}
/** Holds the server's answers back until the returned function is called. */
function holdAnswers(): () => Promise<void> {
  let answer = () => {};
  server.answer = new Promise((resolve) => {
    answer = resolve;
  });
  return async () => {
    answer();
    await settled();
  };
}
const state = (id: string) => page.rooms().find((shown) => shown.room.id === id)?.state.state;

beforeEach(async () => {
  server = new Server();
  later = [];
  page = await opened(server);
});

describe('the page opens', () => {
  test('on the floor nearest to the ground, now, for an hour', () => {
    expect(page.address).toEqual({ level: 0, at: null, length: 60, room: null });
    expect(page.wish).toEqual({ start: 610, length: 60 });
    expect(page.rooms().map(({ state }) => state.state)).toEqual(['free', 'busy', 'unknown', 'free']);
  });

  test('on what its address asks for', async () => {
    page.show({ level: null, at: '2026-11-25T14:00', length: 30, room: 'b' });
    await settled();
    expect(page.address).toEqual({ level: 1, at: '2026-11-25T14:00', length: 30, room: 'b' });
    expect(server.days).toEqual(['2026-11-24', '2026-11-25']);
  });

  test.each(['2026-12-09T10:00', '2026-11-22T10:00', '2026-11-24T08:00'])('now, when asked for %s', (at) => {
    page.show({ ...NOTHING, at });
    expect(page.follows).toBe(true);
  });

  test("on the server's day, even where our own clock is wrong by weeks", async () => {
    const wrong = new Server();
    wrong.now = NOW - 20 * 86_400_000;
    wrong.offset = 20 * 86_400_000;
    page = await opened(wrong);
    expect(page.today).toBe('2026-11-24');
    expect(wrong.days).toEqual(['2026-11-24']);
  });
});

describe('time goes by', () => {
  test('and the wish follows it in steps of five minutes', () => {
    server.now += 3 * 60_000;
    page.tick();
    expect(page.wish.start).toBe(615);
  });

  test('and a wish that was moved stays until the clock catches up with it', () => {
    page.beginAt(630);
    server.now = Date.parse('2026-11-24T09:34:59Z');
    page.tick();
    expect([page.follows, page.wish.start]).toEqual([false, 630]);
    server.now = Date.parse('2026-11-24T09:35:00Z');
    page.tick();
    expect([page.follows, page.wish.start]).toEqual([true, 635]);
  });

  test('and the overview is asked for every 30 seconds, never for a move within the day', async () => {
    for (const minute of [630, 720, 900]) page.beginAt(minute);
    page.last(30);
    expect(server.days).toHaveLength(1);
    server.now += 29_000;
    page.tick();
    expect(server.days).toHaveLength(1);
    server.now += 1_000;
    page.tick();
    await settled();
    expect(server.days).toHaveLength(2);
  });

  test('and at midnight the page turns to the new day', async () => {
    server.now = Date.parse('2026-11-24T23:01:00Z');
    page.tick();
    await settled();
    expect(page.day.date).toBe('2026-11-25');
    expect(server.days.at(-1)).toBe('2026-11-25');
  });

  test('and without news for five minutes nothing is known any more', async () => {
    server.failing = new Unreachable();
    server.now += 200_000;
    page.tick();
    await settled();
    expect([page.isFailing, page.isStale, state('a')]).toEqual([true, false, 'free']);
    server.now += 100_000;
    page.tick();
    await settled();
    expect([page.isStale, state('a')]).toEqual([true, 'unknown']);
    expect(Math.max(...page.bars().map(({ free }) => free))).toBe(3);
  });
});

describe('what is not known', () => {
  const booked = { key: '1', room: 'a', start: '2026-11-24T09:10:00Z', end: '2026-11-24T10:10:00Z' };

  test('stays so with a booking of our own', async () => {
    server.held = [{ ...booked, state: 'confirmed' }];
    page = await opened(server);
    expect([page.isKnown(), page.isKnown(0), answerOf(page)]).toEqual([true, false, '1 room free for an hour']);
    server.now += 301_000;
    page.tick();
    server.failing = new Unreachable();
    expect([page.isStale, state('a'), page.isKnown()]).toEqual([true, 'mine', false]);
    expect(answerOf(page)).toBe('Not known right now');
  });

  test('has no reason when the server never told any', async () => {
    server.failing = new Unreachable();
    page = await opened(server);
    expect(page.rooms().map(({ reason }) => reason)).toEqual([undefined, undefined, undefined, undefined]);
    server.failing = null;
    await page.refresh();
    expect(page.rooms()[2]?.reason).toBe('no_access');
  });
});

test.each([
  ['2026-11-24T05:00:00Z', 'Opens 07:00'],
  ['2026-11-24T20:00:00Z', 'Opens tomorrow 07:00'],
])('at %s it says: %s', async (now, said) => {
  server.now = Date.parse(now);
  page = await opened(server);
  expect(answerOf(page)).toBe(said);
});

test('our bookings of one day are not shown on another', async () => {
  const booked = { key: '1', room: 'a', start: '2026-11-24T09:10:00Z', end: '2026-11-24T10:10:00Z' };
  server.held = [{ ...booked, state: 'confirmed' }];
  page = await opened(server);
  expect(page.rooms()[0]?.mine).toEqual([[610, 670]]);
  page.goTo('2026-11-25');
  expect(page.rooms()[0]?.mine).toEqual([]);
});

test('without a building there is no page', async () => {
  const empty = new Server();
  empty.venues = async () => [];
  expect(await Page.open(empty)).toBeNull();
});

test('rooms are counted by what they are, on all floors or on one', () => {
  expect([page.count('free'), page.count('free', 1), page.count('unknown'), page.count('mine')]).toEqual([2, 1, 1, 0]);
});

describe('another day', () => {
  test('is shown at the same time by the clock', () => {
    page.goTo('2026-11-30');
    expect(page.address.at).toBe('2026-11-30T10:10');
  });

  test('is shown from its opening when the building is closed at that time', () => {
    server.now = Date.parse('2026-11-24T21:00:00Z');
    page.tick();
    expect(state('a')).toBe('closed');
    page.goTo('2026-11-25');
    expect(page.address.at).toBe('2026-11-25T07:00');
  });

  test('that is over has nothing to book', async () => {
    page.goTo('2026-11-23');
    await settled();
    expect(page.rooms().every((shown) => shown.state.state === 'closed')).toBe(true);
  });

  test('out of reach is not shown', () => {
    page.goTo('2027-01-01');
    expect(page.day.date).toBe('2026-11-24');
  });
});

describe('booking', () => {
  beforeEach(() => page.choose('a'));

  test('asks for the wish and makes the room ours at once', async () => {
    await page.book();
    expect(server.wanted).toMatchObject([{ room: 'a', start: '2026-11-24T09:10:00Z', end: '2026-11-24T10:10:00Z' }]);
    expect([page.told?.state, state('a')]).toEqual(['booked', 'mine']);
  });

  test('again after a lost answer uses the same key, and after a booking a new one', async () => {
    server.bookError = new Unreachable();
    await page.book();
    expect(page.told).toMatchObject({ state: 'again', why: 'unreachable' });
    server.bookError = null;
    await page.book();
    const [booking] = server.held;
    if (booking) await page.undo(booking);
    await page.book();
    const [first, second, third] = server.wanted.map(({ key }) => key);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test('a room that somebody took offers others that can be had', async () => {
    server.busy = { a: [], b: [], c: [], d: [] };
    server.bookError = new Problem(409, 'room_taken', '', null, [{ id: 'c', until: null }]);
    await page.book();
    expect(page.others(room('a', 0)).map((other) => other.room.id)).toEqual(['c', 'b']);
  });

  test('a time that another page of this kiosk took is ours', async () => {
    const other = { key: '1', room: 'a', start: '2026-11-24T09:30:00Z', end: '2026-11-24T10:00:00Z' };
    server.held = [{ ...other, state: 'confirmed' }];
    server.bookError = new Problem(409, 'room_taken', '');
    await page.book();
    expect([page.told?.state, state('a'), page.bookingOf('a')?.key]).toEqual(['booked', 'mine', '1']);
  });

  test('of another page of this kiosk is seen when somebody looks again', async () => {
    const other = { key: '1', room: 'b', start: '2026-11-24T09:30:00Z', end: '2026-11-24T10:00:00Z' };
    server.held = [{ ...other, state: 'confirmed' }];
    page.look();
    await settled();
    expect(state('b')).toBe('mine');
  });

  test('is not lost to a list that was asked for before it', async () => {
    server.bookings = async () => {
      await page.book();
      return [];
    };
    await page.bookings.read();
    expect(state('a')).toBe('mine');
  });

  test('given back is told until the card closes', async () => {
    await page.book();
    const booking = page.bookingOf('a');
    if (booking) await page.undo(booking);
    page.choose('a');
    expect(page.told?.state).toBe('undone');
    page.choose(null);
    page.choose('a');
    expect(page.told).toBeNull();
  });

  test('gives the room back', async () => {
    await page.book();
    const booking = page.bookingOf('a');
    expect(booking).toBeDefined();
    if (booking) await page.undo(booking);
    expect([page.told?.state, state('a')]).toEqual(['undone', 'free']);
  });

  test('is looked at once more, and a late no is told on the card', async () => {
    await page.book();
    server.held = server.held.map((booking) => ({ ...booking, state: 'declined' }));
    for (const look of later) look();
    await settled();
    expect([page.told?.state, state('a')]).toEqual(['declined', 'free']);
  });

  test('a late no is also told when another room is on the card', async () => {
    await page.book();
    page.choose('b');
    server.held = server.held.map((booking) => ({ ...booking, state: 'declined' }));
    for (const look of later) look();
    await settled();
    expect(page.bookings.declined?.room).toBe('a');
    page.bookings.dismiss();
    expect(page.bookings.declined).toBeNull();
  });

  test('an answer that comes after another room was chosen does not land on its card', async () => {
    const asking = page.book();
    page.choose('b');
    await asking;
    expect([page.told, state('a')]).toEqual([null, 'mine']);
  });

  test('again after a five-minute mark still asks for the same time with the same key', async () => {
    server.bookError = new Unreachable();
    await page.book();
    server.now = Date.parse('2026-11-24T09:15:01Z');
    page.tick();
    expect([page.told?.state, page.wish.start]).toEqual(['again', 610]);
    server.bookError = null;
    await page.book();
    const [first, second] = server.wanted;
    expect(second).toEqual(first);
    page.tick();
    expect([page.follows, page.wish.start, state('a')]).toEqual([true, 615, 'mine']);
  });

  test('of a time that was chosen stays at it too, until it is settled', async () => {
    page.beginAt(615);
    server.bookError = new Unreachable();
    await page.book();
    server.now = Date.parse('2026-11-24T09:21:00Z');
    page.tick();
    expect([page.follows, page.wish.start]).toEqual([false, 615]);
    page.choose('b');
    expect([page.follows, page.wish.start]).toEqual([true, 620]);
  });

  test('that nobody tries again does not hold the clock for ever', async () => {
    server.bookError = new Unreachable();
    await page.book();
    server.now += 3 * 3_600_000;
    page.tick();
    expect([page.told, page.wish.start]).toEqual([null, 790]);
  });

  test('whose answer was lost turns out to be ours', async () => {
    server.bookError = new Unreachable();
    await page.book();
    const [wish] = server.wanted;
    if (wish) server.held = [{ ...wish, state: 'confirmed' }];
    for (const look of later) look();
    await settled();
    expect([page.told?.state, state('a')]).toEqual(['booked', 'mine']);
  });

  test('that ended in a no can be read for a while, whatever the clock does', async () => {
    server.now = Date.parse('2026-11-24T09:14:59Z');
    server.bookError = new Problem(409, 'room_taken', '');
    await page.book();
    server.now += 60_000;
    page.tick();
    expect([page.told?.state, page.wish.start]).toEqual(['taken', 610]);
    server.now += 61_000;
    page.tick();
    expect([page.told, page.wish.start]).toEqual([null, 615]);
  });

  test('undone is not told on the card of another room', async () => {
    await page.book();
    const booking = page.bookingOf('a');
    const answer = holdAnswers();
    if (booking) void page.undo(booking);
    page.choose('b');
    await answer();
    expect([page.told, state('a')]).toEqual([null, 'free']);
  });

  test('that was refused is not told of another time', async () => {
    server.bookError = new Problem(409, 'room_taken', '');
    const answer = holdAnswers();
    void page.book();
    page.beginAt(840);
    await answer();
    expect(page.told).toBeNull();
  });

  test('says what became of the latest try, not of the one before', async () => {
    await page.book();
    const booking = page.bookingOf('a');
    server.busy = { a: [], b: [] };
    const answer = holdAnswers();
    if (booking) void page.undo(booking);
    page.choose('b');
    void page.book();
    expect(page.told?.state).toBe('asking');
    await answer();
    expect(page.told?.state).toBe('booked');
  });

  test('is not offered without a kiosk, for another day, or where somebody decides', async () => {
    expect(page.refusalFor(room('a', 0))).toBeNull();
    expect(page.refusalFor(room('d', 0, 'approval'))).toBe('not_here');
    page.goTo('2026-11-25');
    expect(page.refusalFor(room('a', 0))).toBe('today_only');
    server.kiosk = false;
    page = await opened(server);
    expect(page.refusalFor(room('a', 0))).toBe('at_kiosk');
  });
});

describe('what changes is told', () => {
  const AS_OF = '2026-11-24T09:12:15Z';
  const asked = () => server.days.length;

  test('for the day that is shown', async () => {
    expect(server.followed).toEqual(['2026-11-24']);
    page.goTo('2026-11-25');
    expect(server.followed).toEqual(['2026-11-25']);
  });

  test('and put into what is known, without asking', async () => {
    const before = asked();
    const busy = { a: [[600, 660] as const], b: null };
    server.hear({ kind: 'rooms', was: 'x', etag: 'y', as_of: AS_OF, busy, unknown: { b: 'unavailable' } });
    server.hear({ kind: 'rooms', was: 'y', etag: 'z', as_of: AS_OF, busy: { c: [] }, unknown: {} });
    await settled();
    expect(['a', 'b', 'c', 'd'].map(state)).toEqual(['busy', 'unknown', 'free', 'free']);
    expect(
      page
        .rooms()
        .map(({ reason }) => reason)
        .slice(1, 3),
    ).toEqual(['unavailable', 'unexpected']);
    expect(page.asOf).toBe(Date.parse(AS_OF));
    expect(asked()).toBe(before);
  });

  test('and asked for as a whole when something was missed', async () => {
    const before = asked();
    server.hear({ kind: 'version', etag: 'x', as_of: AS_OF });
    expect(asked()).toBe(before);
    server.hear({ kind: 'version', etag: 'other', as_of: AS_OF });
    expect(asked()).toBe(before + 1);
    await settled();
    server.hear({ kind: 'rooms', was: 'other', etag: 'next', as_of: AS_OF, busy: { a: null }, unknown: {} });
    expect(asked()).toBe(before + 2);
  });

  test('so that nothing is asked for, until the stream falls silent', async () => {
    const before = asked();
    for (let beats = 0; beats < 10; beats++) {
      server.now += 15_000;
      server.hear({ kind: 'beat' });
      page.tick();
    }
    expect(asked()).toBe(before);
    server.now += 40_000;
    page.tick();
    expect(asked()).toBe(before + 1);
  });

  test('and not while nobody looks', async () => {
    page.leave();
    expect(server.followed).toEqual([]);
    page.look();
    expect(server.followed).toEqual(['2026-11-24']);
  });

  test('and what it is told of a day that is not shown any more counts for nothing', async () => {
    const { hear } = server;
    page.goTo('2026-11-25');
    await settled();
    const before = asked();
    hear({ kind: 'version', etag: 'other', as_of: AS_OF });
    expect(asked()).toBe(before);
  });
});
