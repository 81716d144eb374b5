/** An answer together with what its headers said about it. */
export interface Read<T> {
  value: T;
  etag: string | null;
  /** When the oldest part of it was true; null when nothing in it is known. */
  asOf: number | null;
}

/** What a server says to a conditional request; `value` is null when nothing changed. */
export interface Answer<T> extends Omit<Read<T>, 'value'> {
  value: T | null;
}

export type Ask<T> = (etag: string | null, signal: AbortSignal) => Promise<Answer<T>>;

/** Asks for the same thing again and again. A newer request aborts the older; a failed one keeps the last answer. */
export class Poll<T> {
  last: Read<T> | null = null;
  failure: unknown = null;
  #asking: AbortController | null = null;

  constructor(private readonly ask: Ask<T>) {}

  /** True when this request brought an answer, changed or not. */
  async refresh(): Promise<boolean> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const answer = await this.ask(this.last?.etag ?? null, asking.signal);
      if (asking.signal.aborted) return false;
      this.#keep(answer);
      return true;
    } catch (failure) {
      if (!asking.signal.aborted) this.failure = failure;
      return false;
    } finally {
      if (this.#asking === asking) this.#asking = null;
    }
  }

  /** Takes in what was told without being asked for; a request under way counts for nothing any more. */
  take(answer: Answer<T>): void {
    this.stop();
    this.#keep(answer);
  }

  stop(): void {
    this.#asking?.abort();
    this.#asking = null;
  }

  #keep({ value, etag, asOf }: Answer<T>): void {
    this.failure = null;
    if (value !== null) this.last = { value, etag, asOf };
    else if (this.last) this.last = { ...this.last, asOf: asOf ?? this.last.asOf };
  }
}

/** Older than this, what we know of a room is no longer shown as known. */
export const STALE = 5 * 60_000;

export function isStale(asOf: number | null, now: number): boolean {
  return asOf !== null && now - asOf > STALE;
}
