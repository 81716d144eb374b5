import { Live, type News } from '../live.ts';
import type { Answer } from '../poll.ts';
import type { Booking, FreeRoom, Overview, Person, SessionState, Tokens, Venue, VenueName, WishBody } from './types.ts';

const ROOT = '/api/v1';
const JSON_BODY = { 'Content-Type': 'application/json' };

/** The server refused or could not answer; `detail` is a sentence for people. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly retryAfter: number | null = null,
    readonly free: FreeRoom[] = [],
  ) {
    super(detail);
  }
}

/** No answer came at all: what was asked may or may not have happened. */
export class Unreachable extends Error {}

/** ledig's HTTP API, as much of it as the page needs. */
export class Ledig {
  /** The server's clock minus this one's, in milliseconds. */
  offset = 0;

  async venues(): Promise<VenueName[]> {
    const response = await this.#send('/venues');
    return ((await response.json()) as { venues: VenueName[] }).venues;
  }

  async venue(id: string): Promise<Venue> {
    return (await this.#send(`/venues/${encodeURIComponent(id)}`)).json();
  }

  planUrl(venue: Venue): string {
    return `${ROOT}/venues/${encodeURIComponent(venue.id)}/plans/${encodeURIComponent(venue.plan)}.geojson`;
  }

  async overview(venue: string, date: string, etag: string | null, signal: AbortSignal): Promise<Answer<Overview>> {
    const headers = etag ? { 'If-None-Match': etag } : undefined;
    // We keep the last answer ourselves; the browser's cache would turn a 304 into a 200 and parse it again.
    const response = await this.#send(`/venues/${encodeURIComponent(venue)}/days/${date}`, {
      headers,
      signal,
      cache: 'no-store',
    });
    const value = response.status === 304 ? null : ((await response.json()) as Overview);
    return { value, etag: response.headers.get('ETag'), asOf: instant(response.headers.get('Ledig-As-Of')) };
  }

  /** Tells what changes on a day until it is stopped. */
  follow(venue: string, date: string, hear: (news: News) => void): { stop(): void } {
    return new Live(`${ROOT}/venues/${encodeURIComponent(venue)}/days/${date}/live`, hear);
  }

  async book(wish: WishBody): Promise<Booking> {
    const init = { method: 'POST', headers: JSON_BODY, body: JSON.stringify(wish) };
    return (await this.#send('/kiosk/bookings', init)).json();
  }

  /** Whether this browser is a kiosk, which alone may book without signing in. */
  async isKiosk(): Promise<boolean> {
    const response = await this.#send('/kiosk/session');
    return ((await response.json()) as { kiosk: object | null }).kiosk !== null;
  }

  async bookings(): Promise<Booking[]> {
    const response = await this.#send('/kiosk/bookings');
    return ((await response.json()) as { bookings: Booking[] }).bookings;
  }

  async undo(key: string): Promise<void> {
    await this.#send(`/kiosk/bookings/${encodeURIComponent(key)}`, { method: 'DELETE' });
  }

  /** Whether somebody is signed in in this browser, and how that is done. */
  async session(): Promise<SessionState> {
    return (await this.#send('/me/session')).json();
  }

  /** What Microsoft has to name in the id token, so that it answers what this browser asked for. */
  async nonce(): Promise<string> {
    const response = await this.#send('/me/session/nonce', { method: 'POST' });
    return ((await response.json()) as { nonce: string }).nonce;
  }

  /** Hands the tokens over; from then on they are in cookies that no script can read. */
  async keep(tokens: Tokens): Promise<void> {
    await this.#send('/me/session', { method: 'PUT', headers: JSON_BODY, body: JSON.stringify(tokens) });
  }

  async signOut(): Promise<void> {
    await this.#send('/me/session', { method: 'DELETE' });
  }

  async me(): Promise<Person> {
    return (await this.#send('/me')).json();
  }

  /** Where the picture of a session is; another session has another. */
  pictureUrl(ends: string): string {
    return `${ROOT}/me/picture#${ends}`;
  }

  async #send(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(ROOT + path, init).catch((error: unknown) => {
      throw init.signal?.aborted ? error : new Unreachable(String(error));
    });
    this.#follow(response.headers.get('Ledig-Now'));
    if (response.ok || response.status === 304) return response;
    throw await problemOf(response);
  }

  #follow(serverNow: string | null): void {
    const now = instant(serverNow);
    if (now !== null) this.offset = now - Date.now();
  }
}

export function instant(text: string | null): number | null {
  const at = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as { code?: string; detail?: string; free?: FreeRoom[] };
  const seconds = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  const retryAfter = Number.isNaN(seconds) ? null : seconds;
  return new Problem(response.status, body.code ?? 'internal', body.detail ?? '', retryAfter, body.free);
}
