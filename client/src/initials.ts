/** One letter of the first and one of the last part of a name; what stands in brackets is no part of it. */
export function initialsOf(name: string): string {
  const parts = name.replace(/[([].*$/, '').match(/[\p{L}\p{N}]\S*/gu) ?? [];
  const ends = parts.length > 1 ? [parts[0], parts.at(-1)] : parts;
  return ends.map((part) => [...(part ?? '')][0]?.toLocaleUpperCase() ?? '').join('');
}
