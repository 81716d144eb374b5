import { gapsIn, type Stretch } from './freebusy.ts';

/** A quarter of an hour of the day and how many rooms are free for the whole wish if it begins there. */
export interface Bar {
  start: number;
  free: number;
}

export const QUARTER = 15;

/** One bar per quarter hour of the opening hours; rooms that are not known count as not free. */
export function barsOf(rooms: readonly (readonly Stretch[] | null)[], open: Stretch, length: number): Bar[] {
  const bars: Bar[] = [];
  for (let start = open[0]; start < open[1]; start += QUARTER) bars.push({ start, free: 0 });
  for (const busy of rooms) {
    if (busy === null) continue;
    for (const [from, to] of gapsIn(busy, open)) {
      const first = Math.ceil((from - open[0]) / QUARTER);
      const last = Math.floor((to - length - open[0]) / QUARTER);
      for (const bar of bars.slice(first, Math.max(0, last + 1))) bar.free += 1;
    }
  }
  return bars;
}

/** The next quarter-hour mark in a direction; `steps` below 0 goes back. */
export function stepped(start: number, steps: number): number {
  const mark = steps > 0 ? Math.floor(start / QUARTER) : Math.ceil(start / QUARTER);
  return (mark + steps) * QUARTER;
}

export function quarterBefore(minute: number): number {
  return Math.floor(minute / QUARTER) * QUARTER;
}

export function nearestQuarter(minute: number): number {
  return Math.round(minute / QUARTER) * QUARTER;
}
