import { describe, expect, test } from 'vitest';
import { type Address, readAddress, writeAddress } from '../src/url.ts';

const NOTHING: Address = { level: null, at: null, length: null, room: null };

describe('what the address holds', () => {
  const levels = [null, -1, 0, 0.5, 3];
  const times = [null, '2026-11-24T10:30', '2026-10-25T02:30+01:00'];
  const lengths = [null, 15, 120];
  const rooms = [null, '1096', 'e001', 'größe_1', 'a&b=c+d'];

  test('is read back as it was written, in every combination', () => {
    for (const level of levels)
      for (const at of times)
        for (const length of lengths)
          for (const room of rooms) {
            const address = { level, at, length, room };
            expect(readAddress(writeAddress(address))).toEqual(address);
          }
  });

  test('reads like what it says', () => {
    const address = { level: 1, at: '2026-11-24T10:30', length: 60, room: '1096' };
    expect(writeAddress(address)).toBe('?level=1&at=2026-11-24T10:30&for=60&room=1096');
    expect(writeAddress(NOTHING)).toBe('?');
  });

  test('counts what is malformed as left out, and ignores the rest', () => {
    expect(readAddress('')).toEqual(NOTHING);
    expect(readAddress('?level=one&at=now&for=-5&room=')).toEqual(NOTHING);
    expect(readAddress('?level=1.5.1&at=2026-11-24&for=1e9&room=a/b')).toEqual(NOTHING);
    expect(readAddress(`?room=${'x'.repeat(65)}&utm_source=mail&level=2`)).toEqual({ ...NOTHING, level: 2 });
  });
});
