import { describe, expect, test } from 'vitest';
import { Keys, uuid7 } from '../src/keys.ts';

describe('the key of a wish', () => {
  test('is a UUIDv7 that begins with the time', () => {
    const key = uuid7(0x0123456789ab, new Uint8Array(10).fill(255));
    expect(key).toBe('01234567-89ab-7fff-bfff-ffffffffffff');
    expect(uuid7(1)).toMatch(/^00000000-0001-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('is the same for the same wish until it is forgotten', () => {
    const keys = new Keys();
    const key = keys.keyFor('a', 1);
    expect(keys.keyFor('a', 2)).toBe(key);
    expect(keys.keyFor('b', 2)).not.toBe(key);
    keys.forget('a');
    expect(keys.keyFor('a', 3)).not.toBe(key);
  });
});
