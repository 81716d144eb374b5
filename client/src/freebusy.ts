/**
 * The state of a room for a wish. All times are minutes since the building's day began; every stretch includes its
 * start and not its end, so bookings that touch do not clash.
 */

export type Stretch = readonly [from: number, to: number];

export interface Wish {
  start: number;
  length: number;
}

export type RoomState =
  | { state: 'free'; until: number; allDay: boolean }
  | { state: 'part'; from: number; to: number; share: Stretch }
  | { state: 'busy'; until: number | null }
  | { state: 'mine'; until: number }
  | { state: 'unknown' }
  | { state: 'closed' };

export type StateName = RoomState['state'];

/**
 * `busy` is null where the room could not be read; `open` is when the building may be used that day, null when not
 * at all; `mine` are this page's own bookings of the room. A free part shorter than `shortest` could not be booked.
 */
export function stateFor(
  wish: Wish,
  busy: readonly Stretch[] | null,
  open: Stretch | null,
  mine: readonly Stretch[] = [],
  shortest = 15,
): RoomState {
  const during: Stretch = [wish.start, wish.start + wish.length];
  const own = mine.find((stretch) => meet(stretch, during));
  if (own) return { state: 'mine', until: own[1] };
  if (open === null || !meet(open, during)) return { state: 'closed' };
  if (busy === null) return { state: 'unknown' };
  const gaps = gapsIn(busy, open);
  const whole = gaps.find((gap) => gap[0] <= during[0] && during[1] <= gap[1]);
  if (whole) return { state: 'free', until: whole[1], allDay: whole[0] === open[0] && whole[1] === open[1] };
  return (
    partOf(during, gaps, shortest) ?? { state: 'busy', until: gaps.find((gap) => gap[0] > during[0])?.[0] ?? null }
  );
}

/** The stretches of `open` in which nothing is booked. */
export function gapsIn(busy: readonly Stretch[], open: Stretch): Stretch[] {
  const gaps: Stretch[] = [];
  let from = open[0];
  for (const [start, end] of [...busy].sort((a, b) => a[0] - b[0])) {
    if (start > from) gaps.push([from, Math.min(start, open[1])]);
    from = Math.max(from, end);
    if (from >= open[1]) break;
  }
  if (from < open[1]) gaps.push([from, open[1]]);
  return gaps.filter(([start, end]) => start < end);
}

/** The first time after `wish` begins that has room for all of it, on five-minute marks. */
export function nextFree(wish: Wish, busy: readonly Stretch[], open: Stretch): Wish | null {
  for (const [from, to] of gapsIn(busy, open)) {
    const start = Math.ceil(Math.max(from, wish.start) / 5) * 5;
    if (start + wish.length <= to) return { start, length: wish.length };
  }
  return null;
}

/** What is left of `stretches` where none of `others` is. */
export function without(stretches: readonly Stretch[], others: readonly Stretch[]): Stretch[] {
  return stretches.flatMap((stretch) => gapsIn(others, stretch));
}

export function meet(a: Stretch, b: Stretch): boolean {
  return a[0] < b[1] && b[0] < a[1];
}

function partOf(during: Stretch, gaps: readonly Stretch[], shortest: number): RoomState | null {
  let best: Stretch | null = null;
  for (const gap of gaps) {
    const from = Math.max(gap[0], during[0]);
    const to = Math.min(gap[1], during[1]);
    if (to - from >= shortest && (best === null || to - from > best[1] - best[0])) best = [from, to];
  }
  if (best === null) return null;
  const length = during[1] - during[0];
  const share: Stretch = [(best[0] - during[0]) / length, (best[1] - during[0]) / length];
  return { state: 'part', from: best[0], to: best[1], share };
}
