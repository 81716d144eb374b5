import { type Ledig, Problem } from './api/ledig.ts';
import type { Booking, Overview, Room, Venue } from './api/types.ts';
import { type Attempt, attemptAfter, Keys, keepsKey } from './attempt.ts';
import {
  type Day,
  dateAt,
  datePlus,
  dayOf,
  instantAt,
  instantOf,
  markBefore,
  minuteAt,
  minuteOf,
  wallAt,
} from './day.ts';
import { nextFree, type RoomState, type Stretch, stateFor, type Wish } from './freebusy.ts';
import { isStale, Poll } from './poll.ts';
import { Say } from './say.ts';
import { type Bar, barsOf } from './strip.ts';
import type { Address } from './url.ts';
import { type Door, doorsFrom, fitLength, fitStart, type Lengths, type Limits, lengthsFor } from './wish.ts';
import { type Key, Words } from './words.ts';

const REFRESH = 30_000;
const LATER_LOOK = 35_000;
const DAYS_KEPT = 8;

/** A room together with what it is for the wish. */
export interface RoomNow {
  room: Room;
  state: RoomState;
  busy: readonly Stretch[] | null;
  mine: readonly Stretch[];
  reason: string | undefined;
}

export interface Around {
  changed: () => void;
  clock?: () => number;
  later?: (then: () => void, ms: number) => void;
}

/** What the page knows and what its controls do to it; the elements draw it. */
export class Page {
  venue: Venue | null = null;
  /** Why there is no building to show. */
  trouble: 'trouble' | 'no_venue' | null = null;
  level = 0;
  /** The floor that "nearest" is measured from: the last one chosen as a floor. */
  home = 0;
  room: string | null = null;
  /** When the wish begins; null while it follows the clock. */
  at: number | null = null;
  length = 60;
  /** Whether this browser is a kiosk and may book; null until we know. */
  isKiosk: boolean | null = null;
  attempt: Attempt | null = null;
  /** A booking that the room took back later. */
  declined: Booking | null = null;
  words = new Words('en-GB', 'UTC');

  #bookings: Booking[] = [];
  #rooms: RoomNow[] | null = null;
  #polls = new Map<string, Poll<Overview>>();
  #askedAt = Number.NEGATIVE_INFINITY;
  #keys = new Keys();
  readonly #changed: () => void;
  readonly #clock: () => number;
  readonly #later: (then: () => void, ms: number) => void;

  constructor(
    readonly api: Ledig,
    around: Around,
  ) {
    this.#changed = around.changed;
    this.#clock = around.clock ?? Date.now;
    this.#later = around.later ?? ((then, ms) => void setTimeout(then, ms));
  }

  /** Loads the building, then shows what `address` asks for. */
  async open(address: Address): Promise<void> {
    try {
      const [first] = await this.api.venues();
      this.venue = first ? await this.api.venue(first.id) : null;
      this.trouble = first ? null : 'no_venue';
    } catch {
      this.trouble = 'trouble';
    }
    if (!this.venue) return this.#tell();
    this.words = new Words('en-GB', this.venue.zone);
    this.show(address);
    await this.#readBookings();
  }

  // What is shown

  get now(): number {
    return this.#clock() + this.api.offset;
  }

  get follows(): boolean {
    return this.at === null;
  }

  get day(): Day {
    return dayOf(dateAt(this.#begin, this.#zone), this.#zone);
  }

  get wish(): Wish {
    return { start: minuteAt(this.day, this.#begin), length: this.length };
  }

  get today(): string {
    return dateAt(this.now, this.#zone);
  }

  get firstDay(): string {
    return datePlus(this.today, -1);
  }

  get lastDay(): string {
    return datePlus(this.today, this.venue?.policy.horizon_days ?? 0);
  }

  /** The opening hours of the day that is shown. */
  get hours(): Stretch {
    const { opens, closes } = this.venue?.policy ?? { opens: '00:00', closes: '23:59' };
    return [minuteOf(this.day, opens), minuteOf(this.day, closes)];
  }

  /** The opening hours in which something may still be booked. */
  get bookable(): Stretch | null {
    return this.day.date < this.today ? null : this.hours;
  }

  /** This minute, as minutes of the day that is shown. */
  get minuteNow(): number {
    return minuteAt(this.day, this.now);
  }

  get limits(): Limits {
    const policy = this.venue?.policy;
    return { shortest: policy?.shortest_minutes ?? 15, longest: policy?.longest_minutes ?? 120 };
  }

  get say(): Say {
    return new Say(this.words, this.day, this.wish, this.now);
  }

  get asOf(): number | null {
    return this.#poll?.last?.asOf ?? null;
  }

  get isLoading(): boolean {
    return !this.#poll?.last && !this.#poll?.failure;
  }

  get isStale(): boolean {
    return isStale(this.asOf, this.now);
  }

  /** The last request failed, though an older answer may still be shown. */
  get isFailing(): boolean {
    return Boolean(this.#poll?.failure);
  }

  /** All rooms and what they are for the wish, in the venue's order. */
  rooms(): readonly RoomNow[] {
    this.#rooms ??= this.#roomsNow();
    return this.#rooms;
  }

  #roomsNow(): RoomNow[] {
    const overview = this.#poll?.last?.value;
    const place = new Map(overview?.rooms.map((id, index) => [id, index]));
    const busyOf = (id: string) => overview?.busy[place.get(id) ?? -1] ?? null;
    const { day, wish, bookable, isStale } = this;
    return (this.venue?.rooms ?? []).map((room) => {
      const busy = isStale ? null : busyOf(room.id);
      const mine = this.#mine(room.id, day);
      const reason = isStale ? 'stale' : overview?.unknown[room.id];
      return { room, busy, mine, reason, state: stateFor(wish, busy, bookable, mine) };
    });
  }

  /** For each quarter hour, how many rooms are free for the whole wish. */
  bars(length = this.length): Bar[] {
    return barsOf(
      this.rooms().map(({ busy }) => busy),
      this.hours,
      length,
    );
  }

  doors(): Door[] {
    const { bookable } = this;
    if (!bookable) return [];
    const rooms = this.rooms();
    const freeFor = (wish: Wish) =>
      rooms.filter(({ busy, mine }) => stateFor(wish, busy, bookable, mine).state === 'free').length;
    return doorsFrom(this.wish, bookable, this.limits, freeFor);
  }

  lengthsFor({ busy }: RoomNow): Lengths {
    if (!busy || !this.bookable) return { usual: [], until: null };
    return lengthsFor(this.wish.start, busy, this.bookable, this.limits);
  }

  nextFree({ busy }: RoomNow): Wish | null {
    return busy && this.bookable ? nextFree(this.wish, busy, this.bookable) : null;
  }

  /** Three rooms to take instead, the nearest floors first; those the server named come before ours. */
  others(room: Room): RoomNow[] {
    const named = this.attempt?.state === 'taken' ? this.attempt.free : [];
    const rank = (other: Room) => (named.includes(other.id) ? 0 : 100) + Math.abs(other.level - room.level);
    return this.rooms()
      .filter((other) => other.room.id !== room.id && other.state.state === 'free' && !this.refusalFor(other.room))
      .sort((a, b) => rank(a.room) - rank(b.room))
      .slice(0, 3);
  }

  /** Why this browser cannot book a room for the wish, if so. */
  refusalFor(room: Room): Key | null {
    if (this.isKiosk === false) return 'at_kiosk';
    if (room.booking === 'approval') return 'not_here';
    return this.day.date === this.today ? null : 'today_only';
  }

  /** The booking of ours that makes a room `mine` for the wish. */
  bookingOf(room: string): Booking | undefined {
    const from = this.#begin;
    const to = from + this.length * 60_000;
    return this.#held(room).find(({ start, end }) => Date.parse(start) < to && from < Date.parse(end));
  }

  // What the address holds

  get address(): Address {
    const at = this.at === null ? null : wallAt(this.at, this.#zone);
    return { level: this.level, at, length: this.length, room: this.room };
  }

  show({ level, at, length, room }: Address): void {
    const found = this.venue?.rooms.find(({ id }) => id === room);
    this.level = this.#levelOr(level ?? found?.level ?? null);
    this.home = this.level;
    this.room = found?.id ?? null;
    this.attempt = null;
    this.length = fitLength(length ?? 60, this.limits);
    const instant = at === null ? null : instantOf(at, this.#zone);
    this.#move(instant !== null && this.#isShown(dateAt(instant, this.#zone)) ? instant : null);
    this.tick();
  }

  // What people do

  follow(): void {
    this.attempt = null;
    this.#move(null);
  }

  beginAt(minute: number): void {
    this.attempt = null;
    const { day, hours, limits } = this;
    const from = day.date === this.today ? minuteAt(day, markBefore(this.now, this.#zone)) : hours[0];
    this.#move(instantAt(day, fitStart(minute, hours, limits.shortest, from)));
  }

  last(length: number): void {
    this.attempt = null;
    this.length = fitLength(length, this.limits);
    this.#tell();
  }

  take(wish: Wish): void {
    this.length = wish.length;
    this.beginAt(wish.start);
  }

  /** The same time of another day; its opening when the building is closed at that time. */
  goTo(date: string): void {
    if (!this.#isShown(date)) return;
    const { start } = this.wish;
    const isOpen = this.hours[0] <= start && start < this.hours[1];
    const wall = isOpen ? wallAt(this.#begin, this.#zone).slice(10, 16) : 'T00:00';
    this.#move(instantOf(date + wall, this.#zone));
    this.beginAt(this.wish.start);
  }

  chooseLevel(level: number): void {
    this.level = level;
    this.home = level;
    this.#tell();
  }

  choose(room: string | null): void {
    const found = this.venue?.rooms.find(({ id }) => id === room);
    this.room = found?.id ?? null;
    this.level = found?.level ?? this.level;
    this.attempt = null;
    this.#tell();
  }

  async book(): Promise<void> {
    const { room, wish, day } = this;
    if (room === null || this.attempt?.state === 'asking') return;
    const start = rfc3339(instantAt(day, wish.start));
    const end = rfc3339(instantAt(day, wish.start + wish.length));
    const name = `${room} ${start} ${end}`;
    const key = this.#keys.keyFor(name, this.now);
    this.#try({ state: 'asking' });
    try {
      this.#keep(await this.api.book({ key, room, start, end }), room);
      this.#keys.forget(name);
      this.#later(() => void this.#readBookings(), LATER_LOOK);
    } catch (error) {
      const attempt = attemptAfter(error, this.now);
      if (!keepsKey(attempt)) this.#keys.forget(name);
      if (error instanceof Problem && error.status === 401) this.isKiosk = false;
      if (this.room === room) this.#try(attempt);
    }
    await this.refresh();
  }

  async undo(booking: Booking): Promise<void> {
    this.#try({ state: 'undoing', booking });
    try {
      await this.api.undo(booking.key);
      this.#bookings = this.#bookings.filter(({ key }) => key !== booking.key);
      this.#try({ state: 'undone' });
    } catch {
      this.#try({ state: 'not_undone', booking });
    }
    await this.refresh();
  }

  dismiss(): void {
    this.declined = null;
    this.#tell();
  }

  // The clock

  /** Called every few seconds while somebody looks: moves "now" along and asks for news when it is time. */
  tick(): void {
    // A wish must not stay behind the clock, so it follows it from here on.
    if (this.at !== null && this.at < markBefore(this.now, this.#zone) && this.day.date === this.today) this.at = null;
    // The day may have changed at midnight, or because the server's clock is not ours.
    this.#move(this.at);
    if (this.venue && this.#clock() - this.#askedAt >= REFRESH) void this.refresh();
  }

  async refresh(): Promise<void> {
    this.#askedAt = this.#clock();
    const asking = this.#poll?.refresh();
    this.#tell();
    if (await asking) this.#move(this.at);
    this.#tell();
  }

  #tell(): void {
    this.#rooms = null;
    this.#changed();
  }

  get #zone(): string {
    return this.venue?.zone ?? 'UTC';
  }

  get #begin(): number {
    return this.at ?? markBefore(this.now, this.#zone);
  }

  get #poll(): Poll<Overview> | undefined {
    return this.#polls.get(this.day.date);
  }

  #move(at: number | null): void {
    const before = this.#polls.get(this.day.date);
    this.at = at;
    const { date } = this.day;
    if (!this.#polls.has(date)) this.#watch(date);
    if (this.#poll !== before) {
      before?.stop();
      void this.refresh();
    }
    this.#tell();
  }

  #isShown(date: string): boolean {
    return this.firstDay <= date && date <= this.lastDay;
  }

  #watch(date: string): void {
    const { venue } = this;
    if (!venue) return;
    this.#polls.set(date, new Poll((etag, signal) => this.api.overview(venue.id, date, etag, signal)));
    const [oldest] = this.#polls.keys();
    if (this.#polls.size > DAYS_KEPT && oldest) this.#polls.delete(oldest);
  }

  #try(attempt: Attempt): void {
    this.attempt = attempt;
    this.#tell();
  }

  #keep(booking: Booking, room: string): void {
    this.#bookings = [...this.#bookings.filter(({ key }) => key !== booking.key), booking];
    if (this.room !== room) return;
    this.#try(booking.state === 'declined' ? { state: 'declined' } : { state: 'booked', booking });
  }

  async #readBookings(): Promise<void> {
    try {
      const before = this.#bookings;
      this.isKiosk = await this.api.isKiosk();
      this.#bookings = this.isKiosk ? await this.api.bookings() : [];
      const lost = this.#bookings.find(
        ({ key, state }) => state === 'declined' && before.some((other) => other.key === key && isHeld(other)),
      );
      if (lost) this.#lose(lost);
    } catch {
      // Without an answer we keep what we knew.
    }
    this.#tell();
  }

  #lose(booking: Booking): void {
    if (this.room === booking.room) this.attempt = { state: 'declined' };
    else this.declined = booking;
  }

  #held(room: string): Booking[] {
    return this.#bookings.filter((booking) => booking.room === room && isHeld(booking));
  }

  #mine(room: string, day: Day): Stretch[] {
    return this.#held(room).map(({ start, end }) => [minuteAt(day, Date.parse(start)), minuteAt(day, Date.parse(end))]);
  }

  /** The asked floor, else the bookable one nearest to the ground. */
  #levelOr(level: number | null): number {
    const levels = this.venue?.levels.map(({ ordinal }) => ordinal) ?? [];
    if (level !== null && levels.includes(level)) return level;
    const bookable = this.venue?.rooms.map((room) => room.level) ?? [];
    return bookable.sort((a, b) => Math.abs(a) - Math.abs(b) || b - a)[0] ?? 0;
  }
}

function isHeld({ state }: Booking): boolean {
  return state === 'confirmed' || state === 'requested';
}

function rfc3339(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}
