import { describe, expect, test } from 'vitest';
import { errandUrl, readErrand } from '../../src/sign-in/errand.ts';

const ORIGIN = 'https://rooms.example.org';
const read = (url: string) => readErrand(new URLSearchParams(new URL(url, ORIGIN).hash.slice(1)), ORIGIN);

describe('the errand of the sign-in page', () => {
  test.each([
    { back: null, again: null },
    { back: null, again: 'ann+x@example.org' },
    { back: '/?level=1&room=1096', again: null },
    { back: '/r/1096', again: 'ann@example.org' },
  ])('travels in the address: %o', (errand) => {
    expect(read(errandUrl(errand))).toEqual(errand);
  });

  test('travels where no server sees it', () => {
    expect(new URL(errandUrl({ back: null, again: 'ann@example.org' }), ORIGIN).search).toBe('');
  });

  test('is the map, where nothing is said', () => {
    expect(read('/signin')).toEqual({ back: '/', again: null });
  });

  test.each([
    'https://evil.example/',
    '//evil.example/',
    '\\\\evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'http://rooms.example.org/',
    'https://rooms.example.org@evil.example/',
    'https://[',
  ])('never leads elsewhere: %s', (back) => {
    expect(read(`/signin#${new URLSearchParams({ back })}`).back).toBe('/');
  });
});
