import { Problem, Unreachable } from './api/ledig.ts';
import type { Booking } from './api/types.ts';
import type { Key } from './words.ts';

/** What became of one try to book; what the card shows in place of its button. */
export type Attempt =
  | { state: 'asking' }
  | { state: 'booked'; booking: Booking }
  | { state: 'undoing'; booking: Booking }
  | { state: 'undone' }
  | { state: 'not_undone'; booking: Booking }
  | { state: 'declined' }
  | { state: 'taken'; free: string[] }
  | { state: 'refused'; detail: string }
  | { state: 'again'; why: Key; at: number };

/** After an attempt that ended so, the same wish may be tried once more with the same key. */
export function keepsKey(attempt: Attempt): boolean {
  return attempt.state === 'again';
}

/** `now` counts the seconds until another try makes sense. */
export function attemptAfter(error: unknown, now: number): Attempt {
  if (error instanceof Unreachable) return { state: 'again', why: 'unreachable', at: now };
  if (!(error instanceof Problem)) return { state: 'again', why: 'failed', at: now };
  if (error.code === 'room_taken') return { state: 'taken', free: error.free.map((room) => room.id) };
  if (error.status === 503 || error.status === 429) {
    return { state: 'again', why: 'calendar_away', at: now + (error.retryAfter ?? 5) * 1000 };
  }
  if (error.status >= 500) return { state: 'again', why: 'failed', at: now };
  return { state: 'refused', detail: error.detail };
}

/** A UUIDv7 (RFC 9562): 48 bits of time, then chance. */
export function uuid7(now: number, chance: Uint8Array = crypto.getRandomValues(new Uint8Array(10))): string {
  const random = Array.from(chance, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const time = Math.floor(now).toString(16).padStart(12, '0');
  const variant = (8 + (Number.parseInt(random.charAt(3), 16) & 3)).toString(16);
  return [
    time.slice(0, 8),
    time.slice(8),
    `7${random.slice(0, 3)}`,
    variant + random.slice(4, 7),
    random.slice(7, 19),
  ].join('-');
}

/** One key per wish, so that a retry after a lost answer finds the first booking and does not make a second. */
export class Keys {
  readonly #keys = new Map<string, string>();

  keyFor(wish: string, now: number): string {
    const key = this.#keys.get(wish) ?? uuid7(now);
    this.#keys.set(wish, key);
    return key;
  }

  forget(wish: string): void {
    this.#keys.delete(wish);
  }
}
