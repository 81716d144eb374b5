import { Problem, Unreachable } from './api/ledig.ts';
import type { Key } from './words.ts';

/** What the card tells of booking a room, or of giving it back, in place of its button. */
export type Told =
  | { state: 'asking' }
  | { state: 'booked' }
  | { state: 'undoing' }
  | { state: 'undone' }
  | { state: 'not_undone' }
  | { state: 'declined' }
  | { state: 'taken'; free: string[] }
  | { state: 'refused'; detail: string }
  | { state: 'again'; why: Key; at: number };

/** Whether it is still to be seen what becomes of it; until then a retry needs the same wish and the same key. */
export function isOpen({ state }: Told): boolean {
  return state === 'asking' || state === 'undoing' || state === 'again';
}

/** `now` counts the seconds until another try makes sense. */
export function toldAfter(error: unknown, now: number): Told {
  if (error instanceof Unreachable) return { state: 'again', why: 'unreachable', at: now };
  if (!(error instanceof Problem)) return { state: 'again', why: 'failed', at: now };
  if (error.code === 'room_taken') return { state: 'taken', free: error.free.map((room) => room.id) };
  if (error.status === 503 || error.status === 429) {
    return { state: 'again', why: 'calendar_away', at: now + (error.retryAfter ?? 5) * 1000 };
  }
  if (error.status >= 500) return { state: 'again', why: 'failed', at: now };
  return { state: 'refused', detail: error.detail };
}
