/** A UUIDv7 (RFC 9562): 48 bits of time, then chance. */
export function uuid7(now: number, chance: Uint8Array = crypto.getRandomValues(new Uint8Array(10))): string {
  const random = Array.from(chance, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const time = Math.floor(now).toString(16).padStart(12, '0');
  const variant = (8 + (Number.parseInt(random.charAt(3), 16) & 3)).toString(16);
  return [
    time.slice(0, 8),
    time.slice(8),
    `7${random.slice(0, 3)}`,
    variant + random.slice(4, 7),
    random.slice(7, 19),
  ].join('-');
}

/** One key per wish, so that a retry after a lost answer finds the first booking and does not make a second. */
export class Keys {
  readonly #keys = new Map<string, string>();

  keyFor(wish: string, now: number): string {
    const key = this.#keys.get(wish) ?? uuid7(now);
    this.#keys.set(wish, key);
    return key;
  }

  forget(wish: string): void {
    this.#keys.delete(wish);
  }
}
