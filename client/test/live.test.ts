import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { contentTag, Live, type News } from '../src/live.ts';

test.each([
  ['"abc"', 'abc'],
  ['"abc-br"', 'abc'],
  ['W/"abc-gzip"', 'abc'],
  [null, ''],
])('the tag %s is about %s', (etag, about) => {
  expect(contentTag(etag)).toBe(about);
});

/** A browser's EventSource; tests say what it hears. */
class Source extends EventTarget {
  static readonly CLOSED = 2;
  static opened: Source[] = [];
  readyState = 1;
  onerror: (() => void) | null = null;
  constructor(readonly url: string) {
    super();
    Source.opened.push(this);
  }
  say(kind: string, data: object): void {
    this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data) }));
  }
  close(): void {
    this.readyState = Source.CLOSED;
  }
}

/** The locks that the pages of a browser share: one holds, the others wait. */
class Locks {
  #last: Promise<unknown> = Promise.resolve();
  request(_: string, { signal }: { signal: AbortSignal }, held: () => Promise<unknown>): Promise<unknown> {
    const turn = this.#last.then(() => (signal.aborted ? undefined : held()));
    this.#last = turn;
    return turn;
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('one stream for all pages of a browser', () => {
  const heard: News[][] = [[], []];
  const open = (page: number) => new Live('/live', (news) => heard[page]?.push(news));
  const opened = () => Source.opened.filter((source) => source.readyState !== Source.CLOSED);

  beforeEach(() => {
    Source.opened = [];
    heard[0] = [];
    heard[1] = [];
    vi.stubGlobal('EventSource', Source);
    vi.stubGlobal('navigator', { locks: new Locks() });
  });
  afterEach(() => vi.unstubAllGlobals());

  test('one holds it and the others hear of it', async () => {
    const pages = [open(0), open(1)];
    await settled();
    expect(Source.opened).toHaveLength(1);
    Source.opened[0]?.say('version', { etag: 'x', as_of: null });
    await settled();
    const news = [{ kind: 'version', etag: 'x', as_of: null }];
    expect(heard).toEqual([news, news]);
    for (const page of pages) page.stop();
  });

  test('when it leaves, another takes over', async () => {
    const pages = [open(0), open(1)];
    await settled();
    pages[0]?.stop();
    await settled();
    expect(opened()).toHaveLength(1);
    opened()[0]?.say('beat', {});
    expect(heard).toEqual([[], [{ kind: 'beat' }]]);
    pages[1]?.stop();
    await settled();
    expect(opened()).toHaveLength(0);
  });

  test('without locks each has its own', async () => {
    vi.stubGlobal('navigator', {});
    const pages = [open(0), open(1)];
    await settled();
    expect(opened()).toHaveLength(2);
    Source.opened[0]?.say('beat', {});
    await settled();
    expect(heard).toEqual([[{ kind: 'beat' }], []]);
    for (const page of pages) page.stop();
  });

  test('one that was refused is opened again after a while', async () => {
    vi.useFakeTimers();
    const page = open(0);
    await vi.advanceTimersByTimeAsync(0);
    const [first] = Source.opened;
    first?.close();
    first?.onerror?.();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(Source.opened).toHaveLength(2);
    page.stop();
    vi.useRealTimers();
  });
});
