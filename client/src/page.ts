import { instant, type Ledig } from './api/ledig.ts';
import type { Booking, Overview, Room, RoomWish, Venue } from './api/types.ts';
import { Bookings } from './bookings.ts';
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
import { meet, nextFree, type RoomState, type StateName, type Stretch, stateFor, type Wish } from './freebusy.ts';
import { afterwards, contentTag, type News } from './live.ts';
import { Me } from './me.ts';
import { isStale, Poll } from './poll.ts';
import { Say } from './say.ts';
import { type Bar, barsOf } from './strip.ts';
import { isOpen, type Told } from './told.ts';
import type { Address } from './url.ts';
import { type Door, doorsFrom, fitLength, fitStart, type Lengths, type Limits, lengthsFor } from './wish.ts';
import { type Key, LOCALE, Words } from './words.ts';

const MINUTE = 60_000;
const REFRESH = 30_000;
/** A stream that said nothing for so long is broken, though nobody noticed: it says something every 15 seconds. */
const SILENCE = 40_000;
const DAYS_KEPT = 8;
/** So long people can read what became of their booking before the wish follows the clock again. */
const TOLD = 2 * MINUTE;

/** A room together with what it is for the wish. */
export interface RoomNow {
  room: Room;
  state: RoomState;
  busy: readonly Stretch[] | null;
  mine: readonly Stretch[];
  /** Why its busy times are not known, unless nobody could tell us yet. */
  reason: string | undefined;
}

export interface Around {
  clock?: () => number;
  later?: (then: () => void, ms: number) => void;
}

/** What the page knows and what its controls do to it; the elements draw it. */
export class Page {
  /** Called whenever there is something new to draw. */
  changed: () => void = () => {};
  level = 0;
  /** The floor that "nearest" is measured from: the last one chosen as a floor. */
  home = 0;
  room: string | null = null;
  /** When the wish begins; null while it follows the clock. */
  at: number | null = null;
  length = 60;
  readonly words: Words;
  readonly bookings: Bookings;
  /** Who is signed in. */
  readonly me: Me;

  #mark: number;
  #rooms: RoomNow[] | null = null;
  #polls = new Map<string, Poll<Overview>>();
  #askedAt = Number.NEGATIVE_INFINITY;
  #heardAt = Number.NEGATIVE_INFINITY;
  #live: { stop(): void } | null = null;
  readonly #clock: () => number;

  /** The page of the first building, or null when there is none. */
  static async open(api: Ledig, around: Around = {}): Promise<Page | null> {
    const [first] = await api.venues();
    return first ? new Page(api, await api.venue(first.id), around) : null;
  }

  private constructor(
    readonly api: Ledig,
    readonly venue: Venue,
    { clock = Date.now, later = (then, ms) => void setTimeout(then, ms) }: Around,
  ) {
    this.#clock = clock;
    this.words = new Words(LOCALE, venue.zone);
    this.#mark = this.#lastMark;
    const around = { later, now: () => this.now, onCard: () => this.#onCard, changed: () => this.#tell() };
    this.bookings = new Bookings(api, around);
    void this.bookings.read();
    this.me = new Me(api, around);
    void this.me.read();
  }

  // What is shown

  get now(): number {
    return this.#clock() + this.api.offset;
  }

  get follows(): boolean {
    return this.at === null;
  }

  get day(): Day {
    return dayOf(dateAt(this.#begin, this.venue.zone), this.venue.zone);
  }

  get wish(): Wish {
    return { start: minuteAt(this.day, this.#begin), length: this.length };
  }

  get today(): string {
    return dateAt(this.now, this.venue.zone);
  }

  get firstDay(): string {
    return datePlus(this.today, -1);
  }

  get lastDay(): string {
    return datePlus(this.today, this.venue.policy.horizon_days);
  }

  /** The opening hours of the day that is shown. */
  get hours(): Stretch {
    const { opens, closes } = this.venue.policy;
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
    const { shortest_minutes: shortest, longest_minutes: longest } = this.venue.policy;
    return { shortest, longest };
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

  /** How many rooms, of all or of one floor, are so for the wish. */
  count(name: StateName, level?: number): number {
    const isMeant = ({ room, state }: RoomNow) => state.state === name && (level ?? room.level) === room.level;
    return this.rooms().filter(isMeant).length;
  }

  /** Whether we know of any room, of all or of one floor, if it can be had; our own bookings tell nothing of that. */
  isKnown(level?: number): boolean {
    return (['free', 'part', 'busy'] as const).some((name) => this.count(name, level) > 0);
  }

  #roomsNow(): RoomNow[] {
    const overview = this.#poll?.last?.value;
    const place = new Map(overview?.rooms.map((id, index) => [id, index]));
    const busyOf = (id: string) => overview?.busy[place.get(id) ?? -1] ?? null;
    const { day, wish, bookable, isStale, limits } = this;
    return this.venue.rooms.map((room) => {
      const busy = isStale ? null : busyOf(room.id);
      const mine = this.#mine(room.id, day);
      const reason = isStale ? 'stale' : overview && (overview.unknown[room.id] ?? 'unexpected');
      return { room, busy, mine, reason, state: stateFor(wish, busy, bookable, mine, limits.shortest) };
    });
  }

  /** For each quarter hour, how many rooms are free for the whole wish, or were when we last knew. */
  bars(): Bar[] {
    return barsOf(this.#poll?.last?.value.busy ?? [], this.hours, this.length);
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
    const { told } = this;
    const named = told?.state === 'taken' ? told.free : [];
    const rank = (other: Room) => (named.includes(other.id) ? 0 : 100) + Math.abs(other.level - room.level);
    return this.rooms()
      .filter((other) => other.room.id !== room.id && other.state.state === 'free' && !this.refusalFor(other.room))
      .sort((a, b) => rank(a.room) - rank(b.room))
      .slice(0, 3);
  }

  /** Why this browser cannot book a room for the wish, if so. */
  refusalFor(room: Room): Key | null {
    if (this.bookings.isKiosk === false) return 'at_kiosk';
    if (room.booking === 'approval') return 'not_here';
    return this.day.date === this.today ? null : 'today_only';
  }

  /** The booking of ours that makes a room `mine` for the wish. */
  bookingOf(room: string): Booking | undefined {
    const from = this.#begin;
    const to = from + this.length * MINUTE;
    return this.bookings.of(room).find(({ start, end }) => Date.parse(start) < to && from < Date.parse(end));
  }

  /** What became of booking the chosen room for the wish, or of giving it back. */
  get told(): Told | null {
    return this.#onCard && this.bookings.told(this.#onCard);
  }

  // What the address holds

  get address(): Address {
    const at = this.at === null ? null : wallAt(this.at, this.venue.zone);
    return { level: this.level, at, length: this.length, room: this.room };
  }

  show({ level, at, length, room }: Address): void {
    const found = this.venue.rooms.find(({ id }) => id === room);
    this.level = this.#levelOr(level ?? found?.level ?? null);
    this.home = this.level;
    this.room = found?.id ?? null;
    this.length = fitLength(length ?? 60, this.limits);
    const instant = at === null ? null : instantOf(at, this.venue.zone);
    this.#mark = this.#lastMark;
    this.#move(instant !== null && this.#isShown(dateAt(instant, this.venue.zone)) ? instant : null);
    this.tick();
  }

  // What people do

  follow(): void {
    this.#mark = this.#lastMark;
    this.#move(null);
  }

  beginAt(minute: number): void {
    const { day, hours, limits } = this;
    const from = day.date === this.today ? minuteAt(day, this.#lastMark) : hours[0];
    this.#move(instantAt(day, fitStart(minute, hours, limits.shortest, from)));
  }

  last(length: number): void {
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
    const opensThen = this.hours[0] <= start && start < this.hours[1];
    const wall = opensThen ? wallAt(this.#begin, this.venue.zone).slice(10, 16) : 'T00:00';
    this.#move(instantOf(date + wall, this.venue.zone));
    this.beginAt(this.wish.start);
  }

  chooseLevel(level: number): void {
    this.level = level;
    this.home = level;
    this.#tell();
  }

  choose(room: string | null): void {
    const found = this.venue.rooms.find(({ id }) => id === room);
    if (found?.id !== this.room) this.bookings.forget();
    this.room = found?.id ?? null;
    this.level = found?.level ?? this.level;
    this.tick();
  }

  async book(): Promise<void> {
    if (!this.#onCard) return;
    await this.bookings.book(this.#onCard);
    await this.refresh();
  }

  async undo(booking: Booking): Promise<void> {
    if (!this.#onCard) return;
    await this.bookings.undo(booking, this.#onCard);
    await this.refresh();
  }

  // The clock

  /** Called when somebody looks again: another page of this kiosk may have booked meanwhile. */
  look(): void {
    if (!this.#live) this.#follow(this.day.date);
    void this.bookings.read();
    void this.me.read();
    this.tick();
  }

  /** Called when nobody looks any more: then nothing is told either. */
  leave(): void {
    this.#live?.stop();
    this.#live = null;
    this.#heardAt = Number.NEGATIVE_INFINITY;
  }

  /** Called every few seconds while somebody looks: moves "now" along and asks for news when it is time. */
  tick(): void {
    this.#keepUp();
    const isTold = this.#clock() - this.#heardAt < SILENCE && !this.isFailing;
    if (!isTold && this.#clock() - this.#askedAt >= REFRESH) void this.refresh();
  }

  async refresh(): Promise<void> {
    this.#askedAt = this.#clock();
    const asking = this.#poll?.refresh();
    this.#tell();
    if (await asking) this.#keepUp();
    this.#tell();
  }

  /** A wish must not stay behind the clock: it follows, or begins to, unless somebody reads what became of it. */
  #keepUp(): void {
    if (!this.#isHeld) {
      this.#mark = this.#lastMark;
      if (this.at !== null && this.at < this.#mark && this.day.date === this.today) this.at = null;
    }
    // The day may have changed at midnight, or because the server's clock is not ours.
    this.#move(this.at);
  }

  /** A retry needs the very same wish, or people would hear that their own booking is somebody else's. */
  get #isHeld(): boolean {
    const { told } = this;
    if (!told || told.state === 'booked') return false;
    return isOpen(told) ? this.now < this.#begin + this.length * MINUTE : this.now < this.bookings.toldAt + TOLD;
  }

  #tell(): void {
    this.#rooms = null;
    this.changed();
  }

  get #lastMark(): number {
    return markBefore(this.now, this.venue.zone);
  }

  get #begin(): number {
    return this.at ?? this.#mark;
  }

  /** What the card is about. */
  get #onCard(): RoomWish | null {
    if (this.room === null) return null;
    const end = this.#begin + this.length * MINUTE;
    return { room: this.room, start: rfc3339(this.#begin), end: rfc3339(end) };
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
      this.#follow(date);
      void this.refresh();
    }
    this.#tell();
  }

  #follow(date: string): void {
    this.leave();
    this.#live = this.api.follow(this.venue.id, date, (news) => this.#hear(date, news));
  }

  /** What is missed between two streams shows in the tag; then the whole day is asked for. */
  #hear(date: string, news: News): void {
    if (date !== this.day.date) return;
    this.#heardAt = this.#clock();
    const poll = this.#polls.get(date);
    if (news.kind === 'beat' || !poll?.last) return;
    if (news.kind === 'rooms' && this.bookings.isKiosk) void this.bookings.read();
    const asOf = instant(news.as_of);
    const has = contentTag(poll.last.etag);
    if (has === news.etag) poll.take({ value: null, etag: poll.last.etag, asOf });
    else if (news.kind === 'rooms' && has === news.was) {
      poll.take({
        value: afterwards(poll.last.value, news),
        etag: poll.last.etag?.replace(has, news.etag) ?? null,
        asOf,
      });
    } else void this.refresh();
    this.#tell();
  }

  #isShown(date: string): boolean {
    return this.firstDay <= date && date <= this.lastDay;
  }

  #watch(date: string): void {
    const ask = (etag: string | null, signal: AbortSignal) => this.api.overview(this.venue.id, date, etag, signal);
    this.#polls.set(date, new Poll(ask));
    const [oldest] = this.#polls.keys();
    if (this.#polls.size > DAYS_KEPT && oldest) this.#polls.delete(oldest);
  }

  #mine(room: string, day: Day): Stretch[] {
    const minute = (at: string) => minuteAt(day, Date.parse(at));
    return this.bookings
      .of(room)
      .map(({ start, end }): Stretch => [minute(start), minute(end)])
      .filter((stretch) => meet(stretch, [0, day.minutes]));
  }

  /** The asked floor, else the bookable one nearest to the ground. */
  #levelOr(level: number | null): number {
    const levels = this.venue.levels.map(({ ordinal }) => ordinal);
    if (level !== null && levels.includes(level)) return level;
    const bookable = this.venue.rooms.map((room) => room.level);
    return bookable.sort((a, b) => Math.abs(a) - Math.abs(b) || b - a)[0] ?? 0;
  }
}

function rfc3339(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}
