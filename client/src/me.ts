import { type Ledig, Problem } from './api/ledig.ts';
import type { Person } from './api/types.ts';
import { errandUrl } from './sign-in/errand.ts';
import { SessionNews } from './sign-in/news.ts';

/** `over`: somebody was signed in on this page, and their session ended; `off`: nobody can sign in. */
export type Standing = 'unknown' | 'off' | 'out' | 'in' | 'over';

export interface Around {
  changed(): void;
  now(): number;
  later(then: () => void, ms: number): void;
}

const WINDOW = 'popup,width=480,height=680';

/** Who is signed in in this browser; all its pages say the same. */
export class Me {
  standing: Standing = 'unknown';
  person: Person | null = null;
  /** When the session ends, as the server said it; it names the session, too. */
  ends: string | null = null;
  /** Signing out failed: who was signed in still is. */
  isStuck = false;
  readonly #news = new SessionNews((news) => (news === 'out' ? this.#forget() : void this.read()));
  /** How often we asked: an answer that was overtaken is not believed. */
  #asked = 0;

  constructor(
    private readonly api: Ledig,
    private readonly around: Around,
  ) {}

  get picture(): string | null {
    return this.ends && this.api.pictureUrl(this.ends);
  }

  async read(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const { sign_in, ends } = await this.api.session();
      const person = ends === null || ends === this.ends ? this.person : await this.api.me();
      if (asked !== this.#asked) return;
      if (ends !== null && ends !== this.ends) this.#lookAt(ends);
      this.ends = ends;
      this.person = person;
      this.standing = ends ? 'in' : sign_in ? this.#without : 'off';
    } catch (error) {
      if (asked !== this.#asked) return;
      // Without an answer we keep what we knew.
      if (error instanceof Problem && error.status === 401) this.#end();
    }
    this.around.changed();
  }

  /** In a small window, or where those are blocked on a page that comes back here. Only when somebody pressed a button. */
  signIn({ another = false } = {}): void {
    const again = !another && this.standing === 'over' ? (this.person?.user_name ?? null) : null;
    const place = `left=${screenX + (outerWidth - 480) / 2},top=${screenY + (outerHeight - 680) / 2}`;
    if (open(errandUrl({ back: null, again }), '_blank', `${WINDOW},${place}`)) return;
    location.assign(errandUrl({ back: location.pathname + location.search, again }));
  }

  /** Here and on all pages of this browser. */
  async signOut(): Promise<void> {
    try {
      await this.api.signOut();
      this.#news.tell('out');
      this.#forget();
    } catch {
      this.isStuck = true;
      this.around.changed();
    }
  }

  #forget(): void {
    this.#asked += 1;
    this.standing = 'out';
    this.person = null;
    this.ends = null;
    this.isStuck = false;
    this.around.changed();
  }

  /** What somebody without a session is: they may have had one until now. */
  get #without(): Standing {
    return this.standing === 'in' || this.standing === 'over' ? 'over' : 'out';
  }

  #end(): void {
    this.standing = this.#without;
    this.ends = null;
  }

  /** Nobody has to press a button to hear that their session is over. */
  #lookAt(ends: string): void {
    this.around.later(() => void this.read(), Math.max(0, Date.parse(ends) - this.around.now()));
  }
}
