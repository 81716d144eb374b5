import type { Overview } from './api/types.ts';
import type { Stretch } from './freebusy.ts';

/** What the server tells of a day while somebody listens; `as_of` is when the oldest of the known rooms was read. */
export type News =
  | { kind: 'version'; etag: string; as_of: string | null }
  | {
      kind: 'rooms';
      was: string;
      etag: string;
      as_of: string | null;
      busy: Record<string, Stretch[] | null>;
      unknown: Record<string, string>;
    }
  | { kind: 'beat' };

export type Rooms = Extract<News, { kind: 'rooms' }>;

const KINDS = ['version', 'rooms', 'beat'] as const;
/** When a stream was refused; a broken one the browser opens again itself. */
const AGAIN = 30_000;

/** The overview as it is after a change. */
export function afterwards(overview: Overview, { busy, unknown }: Rooms): Overview {
  const kept = Object.entries(overview.unknown).filter(([room]) => !(room in busy));
  return {
    ...overview,
    busy: overview.rooms.map((room, index) => busy[room] ?? (room in busy ? null : (overview.busy[index] ?? null))),
    unknown: { ...Object.fromEntries(kept), ...unknown },
  };
}

/** What an ETag says of the content alone: without quotes and the coding it travelled in. */
export function contentTag(etag: string | null): string {
  return etag?.replace(/^(W\/)?"|(-br|-gzip)?"$/g, '') ?? '';
}

/** One stream for all pages of this browser that show the same day: one page holds it and tells the others. */
export class Live {
  readonly #leaving = new AbortController();
  readonly #others: BroadcastChannel;
  #source: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly url: string,
    private readonly hear: (news: News) => void,
  ) {
    this.#others = new BroadcastChannel(`ledig ${url}`);
    this.#others.onmessage = ({ data }: MessageEvent<News>) => this.hear(data);
    void this.#hold();
  }

  stop(): void {
    this.#leaving.abort();
    this.#others.close();
    this.#source?.close();
    clearTimeout(this.#retry);
  }

  /** Waits until no other page holds the stream, and holds it until this one leaves. */
  async #hold(): Promise<void> {
    const { signal } = this.#leaving;
    const held = () => {
      this.#open();
      return new Promise((leave) => signal.addEventListener('abort', leave));
    };
    // Locks are for secure contexts only; without them every page has a stream of its own.
    if (!navigator.locks) await held();
    else await navigator.locks.request(`ledig ${this.url}`, { signal }, held).catch(() => {});
  }

  #open(): void {
    if (this.#leaving.signal.aborted) return;
    const source = new EventSource(this.url);
    this.#source = source;
    for (const kind of KINDS) {
      source.addEventListener(kind, ({ data }: MessageEvent<string>) => {
        const news = { kind, ...JSON.parse(data) } as News;
        if (navigator.locks) this.#others.postMessage(news);
        this.hear(news);
      });
    }
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) this.#retry = setTimeout(() => this.#open(), AGAIN);
    };
  }
}
