/// <reference lib="esnext.temporal" />

/** One day of the building, midnight to midnight by its own clock: 23, 24 or 25 hours. */
export interface Day {
  date: string;
  zone: string;
  start: number;
  minutes: number;
}

const MINUTE = 60_000;
const WALL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}([+-]\d{2}:\d{2})?$/;

export function dayOf(date: string, zone: string): Day {
  const start = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone });
  const end = start.add({ days: 1 }).startOfDay();
  const minutes = (end.epochMilliseconds - start.epochMilliseconds) / MINUTE;
  return { date, zone, start: start.epochMilliseconds, minutes };
}

export function dateAt(instant: number, zone: string): string {
  return zoned(instant, zone).toPlainDate().toString();
}

export function datePlus(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** Minutes gone by since the day began; below 0 or above `day.minutes` outside of it. */
export function minuteAt(day: Day, instant: number): number {
  return (instant - day.start) / MINUTE;
}

export function instantAt(day: Day, minute: number): number {
  return day.start + minute * MINUTE;
}

/** Minutes from the day's start until the building's clock first shows `time` ("07:00"). */
export function minuteOf(day: Day, time: string): number {
  const at = Temporal.PlainDate.from(day.date).toZonedDateTime({ timeZone: day.zone, plainTime: time });
  return minuteAt(day, at.epochMilliseconds);
}

/** What the building's clock shows: "2026-11-24T10:30", with an offset only where that would name an earlier hour. */
export function wallAt(instant: number, zone: string): string {
  const at = zoned(instant, zone);
  const plain = at.toPlainDateTime();
  const wall = plain.toString({ smallestUnit: 'minute' });
  const first = plain.toZonedDateTime(zone, { disambiguation: 'earlier' });
  return first.epochMilliseconds === at.epochMilliseconds ? wall : wall + at.offset;
}

/** The instant a wall time names, or null when it names none. */
export function instantOf(wall: string, zone: string): number | null {
  if (!WALL.test(wall)) return null;
  try {
    return Temporal.ZonedDateTime.from(`${wall}[${zone}]`, { offset: 'prefer', disambiguation: 'compatible' })
      .epochMilliseconds;
  } catch {
    return null;
  }
}

/** The last five-minute mark of the building's clock. */
export function markBefore(instant: number, zone: string): number {
  return zoned(instant, zone).round({ smallestUnit: 'minute', roundingIncrement: 5, roundingMode: 'floor' })
    .epochMilliseconds;
}

/** The full hours by the building's clock within a stretch of the day, every third one for `every` = 3. */
export function fullHours(day: Day, [from, to]: readonly [number, number], every = 1): number[] {
  const hours = [];
  for (let hour = 0; hour < 24; hour += every) hours.push(minuteOf(day, `${String(hour).padStart(2, '0')}:00`));
  hours.push(day.minutes);
  return hours.filter((minute) => from <= minute && minute <= to);
}

function zoned(instant: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
}
