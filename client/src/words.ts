/** A text, or one text per plural form of `{n}`. */
type Text = string | { one: string; other: string };

/** Every text of the page. Sentences end with a full stop, labels and buttons do not. */
const en = {
  skip_map: 'Skip the map',
  panel: 'Rooms',
  map: 'Map',
  plan: 'Floor plan',
  zoom_in: 'Zoom in',
  zoom_out: 'Zoom out',
  turn_north: 'Turn north up',
  turn_back: 'Turn the plan level',
  show_map: 'Show map',
  show_list: 'Show list',
  sheet_more: 'Show more of the list',
  sheet_less: 'Show more of the map',
  no_map: 'The map needs WebGL, which this browser does not offer. The list has everything.',
  no_plan: 'The floor plan could not be loaded. The list has everything.',
  theme: 'Colours',
  theme_system: 'System',
  theme_light: 'Light',
  theme_dark: 'Dark',
  theme_contrast: 'High contrast',

  answer: { one: '{n} room free for {length}', other: '{n} rooms free for {length}' },
  none_now: 'No room fits {length} now.',
  none_then: 'No room fits {length} at {t}.',
  looking: 'Looking for free rooms …',
  opens: 'Opens {t}',
  opens_tomorrow: 'Opens tomorrow {t}',
  opens_day: 'Opens {day}, {t}',
  day_over: 'This day is over',
  show_time: 'Show {t}',
  show_tomorrow: 'Show tomorrow',
  show_day: 'Show {day}',
  show_now: 'Show now',
  door_later: 'From {t}',
  door: { one: '{what}: {n} room', other: '{what}: {n} rooms' },
  order: 'Nearest floor first',
  today_at: 'Today {range}',
  day_at: '{day}, {range}',

  group_free: 'Free the whole time',
  group_free_hour: 'Free the whole hour',
  group_part: 'Free for part of it',
  group_mine: 'Yours',
  group_busy: 'Taken',
  group_unknown: 'Not known',
  group_closed: 'Not to be booked',
  counted: '{what} · {n}',

  free_until: 'Free until {t}',
  free_from: 'Free from {t}',
  free_between: 'Free {range}',
  free_day: 'Free all day',
  all_day: 'all day',
  until: 'until {t}',
  from: 'from {t}',
  to: 'to {t}',
  short_until: '–{t}',
  short_from: '{t}–',
  part: '{a} of {b} min',
  taken: 'Taken until {t}',
  taken_day: 'Taken for the rest of the day',
  taken_short: 'taken',
  mine: 'Yours until {t}',
  mine_short: 'yours',
  unknown: 'Not known right now',
  unknown_short: 'not known',
  closed: 'Not to be booked',
  closed_short: 'closed',
  unknown_not_found: 'Its calendar was not found',
  unknown_no_access: 'Its calendar may not be read',
  unknown_too_many: 'Too many rooms to read at once',
  unknown_unavailable: 'Its calendar does not answer',
  unknown_unexpected: 'Its calendar gave an answer we do not understand',
  unknown_stale: 'What we know is too old',

  legend_free: '{n} free for {length}',
  legend_part: '{n} in part',
  legend_busy: '{n} taken',
  legend_mine: '{n} yours',
  legend_unknown: '{n} not known',
  legend_closed: '{n} closed',

  when: 'When',
  today: 'Today',
  now: 'Now',
  now_at: 'Now, {t}',
  then_at: '{day}, {t}',
  how_long: 'How long',
  strip: 'When the wish begins',
  strip_value: { one: '{a} to {b}, {n} room free', other: '{a} to {b}, {n} rooms free' },
  strip_closed: '{a} to {b}, closed',
  strip_unknown: '{a} to {b}, not known',
  day_before: 'Day before',
  day_after: 'Day after',
  choose_day: 'Choose a day',
  range: '{a}–{b}',

  an_hour: { one: 'an hour', other: '{n} hours' },
  hours: { one: '{n} hour', other: '{n} hours' },
  minutes: { one: '{n} minute', other: '{n} minutes' },
  h: '{h} h',
  h_min: '{h} h {m}',
  min: '{m} min',

  floors: 'Floor',
  floor: 'Floor {l}',
  floor_free: '{n} free',
  floor_none: 'No rooms to book here',
  seats: { one: '{n} seat', other: '{n} seats' },
  place: '{number} · {floor}',
  place_seats: '{number} · {floor} · {seats}',
  display: 'Screen',
  video: 'Video',
  whiteboard: 'Whiteboard',
  hearing_loop: 'Hearing loop',
  step_free_yes: 'Step-free: yes',
  step_free_no: 'Step-free: no',
  step_free_unknown: 'Step-free: unknown',

  close: 'Close',
  from_now: '{duration} from now',
  from_then: '{duration} from {t}',
  checked_now: 'checked just now',
  checked_s: 'checked {n} s ago',
  checked_min: 'checked {n} min ago',
  joined: '{a} · {b}',
  day_bar_taken: 'Taken {ranges}',
  day_bar_free: 'Nothing is booked that day',
  day_bar_mine: 'Yours {ranges}',
  day_bar_unknown: 'What is booked is not known',

  book: 'Book {a}–{b}',
  next_free: 'Next free: {a}–{b}',
  asking: 'Asking the room …',
  booked: 'Booked until {t}',
  undo: 'Cancel',
  undoing: 'Giving the room back …',
  undone: 'Cancelled. The room is free for others again.',
  not_undone: 'The booking could not be cancelled. Try again.',
  lost: 'Just taken by someone else.',
  declined: 'The room said no. These are free:',
  declined_none: 'The room said no.',
  at_kiosk: 'Book at a kiosk in the building.',
  today_only: 'Rooms are booked here for today only.',
  not_here: 'This room cannot be booked here: somebody decides on each booking.',
  retry: 'Try again in {n} s',
  again: 'Try again',
  calendar_away: 'The room’s calendar does not answer. Nothing was booked.',
  unreachable: 'No answer came. Trying again is safe: nothing is booked twice.',
  refused: 'This cannot be booked.',
  failed: 'Something went wrong on our side. Try again in a moment.',

  sign_in: 'Sign in',
  sign_in_again: 'Sign in again',
  sign_out: 'Sign out',
  not_signed_out: 'You are still signed in: no answer came. Try again.',
  another_account: 'Use another account',
  account_of: 'Account of {name}',
  going: 'Taking you to Microsoft …',
  signing_in: 'Signing you in …',
  signed_in: 'You are signed in.',
  close_window: 'You can close this window.',
  to_map: 'Back to the map',
  sign_in_off: 'Nobody needs to sign in here.',
  sign_in_cancelled: 'You did not sign in.',
  sign_in_stale: 'This sign-in was begun some time ago or in another window.',
  sign_in_refused: 'You could not be signed in.',
  sign_in_unreachable: 'The sign-in could not be finished: no answer came.',
  microsoft_says: 'Microsoft’s reason: {code}',

  not_live: 'Not live since {t}',
  offline: 'You are offline.',
  trouble: 'ledig does not answer. We keep trying.',
  no_venue: 'No building has been set up yet.',
} as const satisfies Record<string, Text>;

export type Key = keyof typeof en;

export const LOCALE = 'en-GB';

/** The page's texts, numbers and times, by the building's clock. */
export class Words {
  readonly #plural: Intl.PluralRules;
  readonly #time: Intl.DateTimeFormat;
  readonly #hour: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #shortDay: Intl.DateTimeFormat;

  constructor(
    readonly locale: string,
    readonly zone: string,
  ) {
    this.#plural = new Intl.PluralRules(locale);
    this.#time = new Intl.DateTimeFormat(locale, { timeZone: zone, hour: '2-digit', minute: '2-digit' });
    this.#hour = new Intl.DateTimeFormat(locale, { timeZone: zone, hour: '2-digit' });
    this.#day = new Intl.DateTimeFormat(locale, { timeZone: zone, weekday: 'long', day: 'numeric', month: 'long' });
    this.#shortDay = new Intl.DateTimeFormat(locale, {
      timeZone: zone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
    });
  }

  say(key: Key, values: Record<string, string | number> = {}): string {
    const text: Text = en[key];
    const form =
      typeof text === 'string' ? text : this.#plural.select(Number(values.n)) === 'one' ? text.one : text.other;
    return form.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
  }

  time(instant: number): string {
    return this.#time.format(instant);
  }

  hour(instant: number): string {
    return this.#hour.format(instant);
  }

  day(instant: number): string {
    return this.#day.format(instant);
  }

  shortDay(instant: number): string {
    return this.#shortDay.format(instant);
  }

  range(from: number, to: number): string {
    return this.say('range', { a: this.time(from), b: this.time(to) });
  }

  /** "2 h 50", "50 min". */
  brief(minutes: number): string {
    const h = Math.floor(minutes / 60);
    const m = minutes % 60;
    if (h === 0) return this.say('min', { m });
    return m === 0 ? this.say('h', { h }) : this.say('h_min', { h, m: String(m).padStart(2, '0') });
  }

  /** "an hour", "30 minutes": within a sentence. */
  spelled(minutes: number): string {
    if (minutes % 60 === 0) return this.say('an_hour', { n: minutes / 60 });
    return minutes < 60 ? this.say('minutes', { n: minutes }) : this.brief(minutes);
  }

  /** "1 hour", "30 min": on its own. */
  length(minutes: number): string {
    return minutes % 60 === 0 ? this.say('hours', { n: minutes / 60 }) : this.brief(minutes);
  }

  /** "checked 20 s ago". */
  checked(age: number): string {
    const seconds = Math.floor(age / 10_000) * 10;
    if (seconds < 10) return this.say('checked_now');
    return seconds < 60
      ? this.say('checked_s', { n: seconds })
      : this.say('checked_min', { n: Math.floor(seconds / 60) });
  }
}
