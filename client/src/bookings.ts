import { type Ledig, Problem } from './api/ledig.ts';
import type { Booking, RoomWish } from './api/types.ts';
import { Keys } from './keys.ts';
import { isOpen, type Told, toldAfter } from './told.ts';

const LATER_LOOK = 35_000;

export interface Surroundings {
  changed(): void;
  now(): number;
  later(then: () => void, ms: number): void;
  /** What the card is about, if one is open. */
  onCard(): RoomWish | null;
}

/** The bookings of this kiosk, and what is to be told of the latest one it made or gave back. */
export class Bookings {
  /** Whether this browser is a kiosk and may book; null until we know. */
  isKiosk: boolean | null = null;
  /** A booking that the room took back later, while the card was about something else. */
  declined: Booking | null = null;
  /** Since when the latest thing is told. */
  toldAt = 0;
  #held: Booking[] = [];
  /** How often this page made or gave back a booking: a list that was asked for before is too old. */
  #done = 0;
  #latest: { wish: RoomWish; told: Told } | null = null;
  readonly #keys = new Keys();

  constructor(
    private readonly api: Ledig,
    private readonly around: Surroundings,
  ) {}

  of(room: string): Booking[] {
    return this.#held.filter((booking) => booking.room === room);
  }

  /** What there is to tell of this room and this time, and of no other. */
  told(wish: RoomWish): Told | null {
    return this.#latest && isSame(this.#latest.wish, wish) ? this.#latest.told : null;
  }

  async book(wish: RoomWish): Promise<void> {
    if (this.told(wish)?.state === 'asking') return;
    const name = `${wish.room} ${wish.start} ${wish.end}`;
    const key = this.#keys.keyFor(name, this.around.now());
    this.#tell(wish, { state: 'asking' });
    const told = await this.#ask(wish, key);
    if (!isOpen(told)) this.#keys.forget(name);
    // A room may still say no, and a booking whose answer was lost may be there.
    if (told.state === 'booked' || told.state === 'again') this.around.later(() => void this.read(), LATER_LOOK);
    this.#end(wish, told);
  }

  /** Gives a booking back; `wish` is what the card is about meanwhile. */
  async undo(booking: Booking, wish: RoomWish): Promise<void> {
    this.#tell(wish, { state: 'undoing' });
    try {
      await this.api.undo(booking.key);
      this.#done += 1;
      this.#held = this.#held.filter(({ key }) => key !== booking.key);
      this.#end(wish, { state: 'undone' });
    } catch {
      this.#end(wish, { state: 'not_undone' });
    }
  }

  async read(): Promise<void> {
    try {
      const done = this.#done;
      const before = new Set(this.#held.map(({ key }) => key));
      this.isKiosk = await this.api.isKiosk();
      const all = this.isKiosk ? await this.api.bookings() : [];
      if (done !== this.#done) return;
      this.#held = all.filter(isHeld);
      const lost = all.find(({ key, state }) => state === 'declined' && before.has(key));
      if (lost) this.#lose(lost);
      this.#settle();
    } catch {
      // Without an answer we keep what we knew.
    }
    this.around.changed();
  }

  /** What was given back is told once. */
  forget(): void {
    if (this.#latest?.told.state === 'undone') this.#latest = null;
  }

  dismiss(): void {
    this.declined = null;
    this.around.changed();
  }

  async #ask(wish: RoomWish, key: string): Promise<Told> {
    try {
      const booking = await this.api.book({ key, ...wish });
      if (!isHeld(booking)) return { state: 'declined' };
      this.#done += 1;
      this.#held = [...this.#held.filter((other) => other.key !== key), booking];
      return { state: 'booked' };
    } catch (error) {
      if (error instanceof Problem && error.status === 401) this.isKiosk = false;
      const told = toldAfter(error, this.around.now());
      if (told.state !== 'taken') return told;
      // Another page of this kiosk may have been quicker.
      await this.read();
      return this.of(wish.room).some((booking) => overlap(booking, wish)) ? { state: 'booked' } : told;
    }
  }

  #tell(wish: RoomWish, told: Told): void {
    this.#latest = { wish, told };
    this.toldAt = this.around.now();
    this.around.changed();
  }

  /** An answer that comes after something else was asked is not told any more. */
  #end(wish: RoomWish, told: Told): void {
    if (this.#latest?.wish === wish) this.#tell(wish, told);
    else this.around.changed();
  }

  /** Nobody has to try again what turns out to be booked. */
  #settle(): void {
    if (this.#latest?.told.state !== 'again') return;
    const { wish } = this.#latest;
    if (this.of(wish.room).some((booking) => isSame(booking, wish))) this.#tell(wish, { state: 'booked' });
  }

  #lose(booking: Booking): void {
    const wish = this.around.onCard();
    if (wish && isSame(wish, booking)) this.#tell(wish, { state: 'declined' });
    else this.declined = booking;
  }
}

function isHeld({ state }: Booking): boolean {
  return state === 'confirmed';
}

function overlap(a: RoomWish, b: RoomWish): boolean {
  return Date.parse(a.start) < Date.parse(b.end) && Date.parse(b.start) < Date.parse(a.end);
}

function isSame(a: RoomWish, b: RoomWish): boolean {
  return a.room === b.room && Date.parse(a.start) === Date.parse(b.start) && Date.parse(a.end) === Date.parse(b.end);
}
