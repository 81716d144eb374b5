import type { Level, Room } from './api/types.ts';
import { type Day, instantAt } from './day.ts';
import type { RoomState, Stretch, Wish } from './freebusy.ts';
import type { Mark } from './map/types.ts';
import type { Key, Words } from './words.ts';

/** The states of rooms in words: on a row of the list, on the map, and on the card. */
export class Say {
  constructor(
    readonly words: Words,
    readonly day: Day,
    readonly wish: Wish,
    readonly now: number,
  ) {}

  time(minute: number): string {
    return this.words.time(instantAt(this.day, minute));
  }

  range([from, to]: Stretch): string {
    return this.words.range(instantAt(this.day, from), instantAt(this.day, to));
  }

  /** "Free until 13:00". */
  sentence(state: RoomState): string {
    const { words } = this;
    switch (state.state) {
      case 'free':
        return state.allDay ? words.say('free_day') : words.say('free_until', { t: this.time(state.until) });
      case 'part':
        if (this.#isWithin(state)) return words.say('free_between', { range: this.range([state.from, state.to]) });
        return this.#fromStart(state)
          ? words.say('free_until', { t: this.time(state.to) })
          : words.say('free_from', { t: this.time(state.from) });
      case 'busy':
        return state.until === null ? words.say('taken_day') : words.say('taken', { t: this.time(state.until) });
      case 'mine':
        return words.say('mine', { t: this.time(state.until) });
      default:
        return words.say(state.state);
    }
  }

  /** "until 13:00", as short as a room on the map allows. */
  line(state: RoomState): string {
    const { words } = this;
    switch (state.state) {
      case 'free':
        return state.allDay ? words.say('all_day') : words.say('until', { t: this.time(state.until) });
      case 'part':
        if (this.#isWithin(state)) return this.range([state.from, state.to]);
        return this.#fromStart(state)
          ? words.say('until', { t: this.time(state.to) })
          : words.say('from', { t: this.time(state.from) });
      case 'busy':
        return state.until === null ? words.say('taken_short') : words.say('to', { t: this.time(state.until) });
      case 'mine':
        return words.say('to', { t: this.time(state.until) });
      default:
        return words.say(`${state.state}_short`);
    }
  }

  /** "–13:00" means until, "10:30–" means from and on to the end of the wish. */
  short(state: RoomState): string {
    const { words } = this;
    if (state.state === 'part' && this.#isWithin(state)) return this.line(state);
    if (state.state === 'part' && !this.#fromStart(state)) return words.say('short_from', { t: this.time(state.from) });
    const until = state.state === 'part' ? state.to : 'until' in state ? state.until : null;
    const allDay = state.state === 'free' && state.allDay;
    return until === null || allDay ? '' : words.say('short_until', { t: this.time(until) });
  }

  mark(room: Room, state: RoomState): Mark {
    const share = state.state === 'part' ? { share: state.share } : {};
    return { state: state.state, name: room.name, line: this.line(state), short: this.short(state), ...share };
  }

  /** The two lines at the end of a row: "until 13:00" over "2 h 50". */
  rowEnd(state: RoomState): [line: string, below: string] {
    const { words } = this;
    switch (state.state) {
      case 'free':
        return [this.line(state), words.brief(state.until - this.wish.start)];
      case 'part':
        return [this.line(state), this.#part(state)];
      case 'busy':
        return [state.until === null ? '' : words.say('from', { t: this.time(state.until) }), words.say('taken_short')];
      case 'mine':
        return [this.line(state), words.say('mine_short')];
      default:
        return ['', words.say(`${state.state}_short`)];
    }
  }

  /** The line below the sentence on the card: "2 h 50 from now". */
  detail(state: RoomState): string {
    const { words, wish } = this;
    if (state.state === 'part') return this.#part(state);
    if (state.state !== 'free') return '';
    const duration = words.brief(state.until - wish.start);
    const begun = instantAt(this.day, wish.start) <= this.now;
    return begun ? words.say('from_now', { duration }) : words.say('from_then', { duration, t: this.time(wish.start) });
  }

  #part({ from, to }: { from: number; to: number }): string {
    return this.words.say('part', { a: to - from, b: this.wish.length });
  }

  #fromStart({ from }: { from: number }): boolean {
    return from === this.wish.start;
  }

  /** Free only between the wish's start and its end. */
  #isWithin({ from, to }: { from: number; to: number }): boolean {
    return from > this.wish.start && to < this.wish.start + this.wish.length;
  }
}

/** Why a room is not known, in words; codes we do not know yet are told as unexpected. */
export function reasonKey(reason: string): Key {
  switch (reason) {
    case 'not_found':
    case 'no_access':
    case 'too_many':
    case 'unavailable':
    case 'stale':
      return `unknown_${reason}`;
    default:
      return 'unknown_unexpected';
  }
}

/** "1072 · Floor 1 · 19 seats". */
export function placeOf(room: Room, levels: readonly Level[], words: Words): string {
  const floor = floorOf(room, levels, words);
  return words.say('place_seats', { number: room.number, floor, seats: words.say('seats', { n: room.capacity }) });
}

export function floorOf(room: Room, levels: readonly Level[], words: Words): string {
  const level = levels.find((other) => other.ordinal === room.level);
  return words.say('floor', { l: level?.short_name ?? room.level });
}
