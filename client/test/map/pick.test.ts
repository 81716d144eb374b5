import { describe, expect, it } from 'vitest';
import { type Pixel, pick } from '../../src/map/pick.ts';

const box = (left: number, top: number, width: number, height: number): Pixel[] => [
  [left, top],
  [left + width, top],
  [left + width, top + height],
  [left, top + height],
  [left, top],
];
const large = { room: 'large', ring: box(0, 0, 100, 100) };
const small = { room: 'small', ring: box(110, 40, 10, 10) };

describe('a touch', () => {
  it('means the room it lies in', () => {
    expect(pick([99, 45], [large, small], 44)).toBe('large');
  });

  it('means a small room within 22 px of its middle', () => {
    expect(pick([135, 60], [large, small], 44)).toBe('small');
    expect(pick([140, 60], [large, small], 44)).toBeNull();
  });

  it('beside a large room means none', () => {
    expect(pick([50, 110], [large], 44)).toBeNull();
  });

  it('between two small rooms means the nearer one', () => {
    const next = { room: 'next', ring: box(130, 40, 10, 10) };
    expect(pick([123, 45], [small, next], 44)).toBe('small');
    expect(pick([127, 45], [small, next], 44)).toBe('next');
  });
});
