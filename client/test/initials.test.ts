import { expect, test } from 'vitest';
import { initialsOf } from '../src/initials.ts';

test.each([
  ['Amara Okafor', 'AO'],
  ['Anneke de Vries', 'AV'],
  ['Yıldız', 'Y'],
  ['ann@example.org', 'A'],
  ['Østergaard, Lars (Facilities)', 'ØL'],
  ["Maeve O'Connor [external]", 'MO'],
  ['𝒜da Lovelace', '𝒜L'],
  ['  ', ''],
  ['', ''],
])('the initials of %s are %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});
