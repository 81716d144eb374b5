import { describe, expect, test } from 'vitest';
import { type Answer, isStale, Poll } from '../src/poll.ts';

const answer = (value: string | null, asOf: number | null = 1): Answer<string> => ({ value, etag: `"${value}"`, asOf });

/** A server whose answers come when the test says so. */
function server() {
  const asked: { etag: string | null; signal: AbortSignal; say: (answer: Answer<string>) => void; fail: () => void }[] =
    [];
  const poll = new Poll<string>(
    (etag, signal) =>
      new Promise((say, reject) => {
        asked.push({ etag, signal, say, fail: () => reject(new Error('no answer')) });
      }),
  );
  const request = (n: number) => {
    const found = asked[n];
    if (!found) throw new Error(`request ${n} was not made`);
    return found;
  };
  return { poll, request };
}

describe('asking again and again', () => {
  test('sends the tag of the last answer', async () => {
    const { poll, request } = server();
    const first = poll.refresh();
    request(0).say(answer('a'));
    expect(await first).toBe(true);
    poll.refresh();
    expect([request(0).etag, request(1).etag]).toEqual([null, '"a"']);
  });

  test('keeps the value and takes the new age when nothing changed', async () => {
    const { poll, request } = server();
    const first = poll.refresh();
    request(0).say(answer('a', 1));
    await first;
    const second = poll.refresh();
    request(1).say({ value: null, etag: '"a"', asOf: 2 });
    await second;
    expect(poll.last).toEqual({ value: 'a', etag: '"a"', asOf: 2 });
  });

  test('keeps the last good answer and its age when a request fails', async () => {
    const { poll, request } = server();
    const first = poll.refresh();
    request(0).say(answer('a'));
    await first;
    const second = poll.refresh();
    request(1).fail();
    expect(await second).toBe(false);
    expect(poll.last?.value).toBe('a');
    expect(poll.failure).toBeInstanceOf(Error);
    const third = poll.refresh();
    request(2).say(answer('b'));
    await third;
    expect(poll.failure).toBeNull();
  });

  test('aborts the older request, whose late answer counts for nothing', async () => {
    const { poll, request } = server();
    const older = poll.refresh();
    const newer = poll.refresh();
    expect(request(0).signal.aborted).toBe(true);
    request(1).say(answer('new'));
    request(0).say(answer('old'));
    expect([await older, await newer]).toEqual([false, true]);
    expect(poll.last?.value).toBe('new');
    expect(poll.failure).toBeNull();
  });

  test('does not take being stopped for a failure', async () => {
    const { poll, request } = server();
    const asking = poll.refresh();
    poll.stop();
    request(0).fail();
    expect(await asking).toBe(false);
    expect(poll.failure).toBeNull();
  });
});

test('what is known goes stale after five minutes', () => {
  expect(isStale(0, 300_000)).toBe(false);
  expect(isStale(0, 300_001)).toBe(true);
  expect(isStale(null, 1e12)).toBe(false);
});
