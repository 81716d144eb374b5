import { gapsIn, type Stretch, type Wish } from './freebusy.ts';
import { stepped } from './strip.ts';

/** How long people usually want a room, in minutes. */
const USUAL = [15, 30, 60, 90, 120];

export interface Limits {
  shortest: number;
  longest: number;
}

/** The usual lengths that the house allows. */
export function lengthsWithin({ shortest, longest }: Limits): number[] {
  return USUAL.filter((length) => shortest <= length && length <= longest);
}

export function fitLength(length: number, { shortest, longest }: Limits): number {
  return Math.min(Math.max(length, shortest), longest);
}

/** The nearest start the building allows: not before `from` (now, or the day's start) and inside the opening hours. */
export function fitStart(start: number, open: Stretch, shortest: number, from: number): number {
  const latest = open[1] - shortest;
  return Math.max(Math.min(Math.max(start, open[0]), latest), from);
}

/** Lengths to offer for a room at a start: the usual ones that fit, and all of the time up to its next booking. */
export function lengthsFor(start: number, busy: readonly Stretch[], open: Stretch, limits: Limits): Lengths {
  const gap = gapsIn(busy, open).find(([from, to]) => from <= start && start < to);
  const space = gap ? gap[1] - start : 0;
  const usual = lengthsWithin(limits).filter((length) => length <= space);
  const rest = space >= limits.shortest && space <= limits.longest && !usual.includes(space);
  return { usual, until: rest ? space : null };
}

export interface Lengths {
  usual: number[];
  until: number | null;
}

export interface Door {
  kind: 'shorter' | 'later';
  wish: Wish;
  free: number;
}

/** Ways out when no room fits: the longest shorter wish that fits, and the next start that fits this one. */
export function doorsFrom(wish: Wish, open: Stretch, limits: Limits, freeFor: (wish: Wish) => number): Door[] {
  const doors: Door[] = [];
  const shorter = lengthsWithin(limits)
    .reverse()
    .filter((length) => length < wish.length)
    .map((length) => ({ start: wish.start, length }));
  const later = [];
  for (let start = stepped(wish.start, 1); start < open[1]; start = stepped(start, 1)) {
    later.push({ start, length: wish.length });
  }
  const tries = [
    ['shorter', shorter],
    ['later', later],
  ] as const;
  for (const [kind, wishes] of tries) {
    const fit = wishes.find((other) => freeFor(other) > 0);
    if (fit) doors.push({ kind, wish: fit, free: freeFor(fit) });
  }
  return doors;
}
