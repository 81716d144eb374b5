/**
 * What the address holds, so that a link shows the same page to somebody else:
 *
 *   ?level=1               the floor: its ordinal, 0 at the ground, 0.5 between the ground and the first
 *   &at=2026-11-24T10:30   when the wish begins, by the building's clock; left out while it follows "now".
 *                          An hour that a clock change repeats carries its offset the second time: T02:30+01:00
 *   &for=60                how long, in minutes
 *   &room=1096             the chosen room
 *
 * Each part may be left out; one that is malformed counts as left out, and other parameters are ignored.
 */
export interface Address {
  level: number | null;
  at: string | null;
  length: number | null;
  room: string | null;
}

const LEVEL = /^-?\d{1,3}(\.\d{1,2})?$/;
const AT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}([+-]\d{2}:\d{2})?$/;
const LENGTH = /^[1-9]\d{0,3}$/;
const ROOM = /^[^\s/?#]{1,64}$/;

export function readAddress(search: string): Address {
  const query = new URLSearchParams(search);
  const part = (name: string, pattern: RegExp) => {
    const value = query.get(name);
    return value !== null && pattern.test(value) ? value : null;
  };
  const number = (value: string | null) => (value === null ? null : Number(value));
  return {
    level: number(part('level', LEVEL)),
    at: part('at', AT),
    length: number(part('for', LENGTH)),
    room: part('room', ROOM),
  };
}

export function writeAddress({ level, at, length, room }: Address): string {
  const query = new URLSearchParams();
  if (level !== null) query.set('level', String(level));
  if (at !== null) query.set('at', at);
  if (length !== null) query.set('for', String(length));
  if (room !== null) query.set('room', room);
  // A colon needs no escape in a query, and people read these links.
  return `?${query.toString().replaceAll('%3A', ':')}`;
}
