import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Ledig, Problem, Unreachable } from '../src/api/ledig.ts';
import type { Person, SessionState } from '../src/api/types.ts';
import { Me } from '../src/me.ts';
import { type News, SessionNews } from '../src/sign-in/news.ts';

const NOW = Date.parse('2026-11-24T09:10:00Z');
const ENDS = '2026-11-24T10:10:00Z';
const HOW = { client_id: 'x', issuer: 'x', authorization_endpoint: 'x', token_endpoint: 'x', scope: 'x' };
const AMARA = { name: 'Amara Okafor', user_name: 'amara@example.org' };

class Server extends Ledig {
  state: SessionState | Error = { sign_in: HOW, ends: null };
  person: Person | Error = AMARA;
  asked: string[] = [];

  override async session(): Promise<SessionState> {
    this.asked.push('session');
    if (this.state instanceof Error) throw this.state;
    return this.state;
  }

  override async me(): Promise<Person> {
    this.asked.push('me');
    if (this.person instanceof Error) throw this.person;
    return this.person;
  }

  override async signOut(): Promise<void> {
    if (this.state instanceof Error) throw this.state;
    this.state = { sign_in: HOW, ends: null };
  }
}

let server: Server;
let later: [() => void, number][];
let me: Me;

beforeEach(() => {
  server = new Server();
  later = [];
  const around = {
    changed: () => {},
    now: () => NOW,
    later: (then: () => void, ms: number) => void later.push([then, ms]),
  };
  me = new Me(server, around);
});

const signIn = () => {
  server.state = { sign_in: HOW, ends: ENDS };
  return me.read();
};

describe('who is signed in', () => {
  test('is not known before the server said so', () => {
    expect(me.standing).toBe('unknown');
  });

  test('is nobody, and nobody is asked about themselves', async () => {
    await me.read();

    expect([me.standing, me.person, server.asked]).toEqual(['out', null, ['session']]);
  });

  test('is nobody anywhere where signing in is not set up', async () => {
    server.state = { sign_in: null, ends: null };
    await me.read();

    expect(me.standing).toBe('off');
  });

  test('is told with a name, and asked once for each session', async () => {
    await signIn();
    await me.read();

    expect([me.standing, me.person]).toEqual(['in', AMARA]);
    expect(server.asked).toEqual(['session', 'me', 'session']);
    expect(me.picture).toBe(`/api/v1/me/picture#${ENDS}`);
  });

  test('is told anew when somebody else signs in', async () => {
    await signIn();
    server.person = { name: 'Benedikt Hofer', user_name: 'benedikt@example.org' };
    server.state = { sign_in: HOW, ends: '2026-11-24T10:20:00Z' };
    await me.read();

    expect(me.person?.name).toBe('Benedikt Hofer');
  });

  test('is looked at again when the session ends; then it is over, and still known whose it was', async () => {
    await signIn();
    const [[look, ms]] = later as [[() => void, number]];
    expect(ms).toBe(3_600_000);
    server.state = { sign_in: HOW, ends: null };
    look();
    await Promise.resolve().then(() => me.read());

    expect([me.standing, me.person, me.picture]).toEqual(['over', AMARA, null]);
  });

  test('is over when Microsoft takes the token no longer', async () => {
    await signIn();
    server.state = { sign_in: HOW, ends: '2026-11-24T10:20:00Z' };
    server.person = new Problem(401, 'sign_in_again', 'Sign in.');
    await me.read();

    expect(me.standing).toBe('over');
  });

  test('stays what it was when no answer comes', async () => {
    await signIn();
    server.state = new Unreachable('away');
    await me.read();

    expect([me.standing, me.person]).toEqual(['in', AMARA]);
  });

  test('is nobody after signing out', async () => {
    await signIn();
    await me.signOut();

    expect([me.standing, me.person, me.picture]).toEqual(['out', null, null]);
  });
});

test('signing out without an answer changes nothing, and that is told', async () => {
  await signIn();
  server.state = new Unreachable('away');
  await me.signOut();

  expect([me.standing, me.isStuck]).toEqual(['in', true]);
});

describe('another page of this browser', () => {
  let other: SessionNews;
  let heard: (news: News) => void = () => {};

  beforeEach(() => {
    other = new SessionNews((news) => heard(news));
  });

  afterEach(() => other.stop());

  test('hears of it when somebody signs out here', async () => {
    const news = new Promise((hear) => {
      heard = hear;
    });
    await signIn();
    await me.signOut();

    expect(await news).toBe('out');
  });

  test('tells that somebody signed out there, which is no end of a session', async () => {
    await signIn();
    other.tell('out');

    await vi.waitFor(() => expect([me.standing, me.person]).toEqual(['out', null]));
  });
});
