import { afterEach, describe, expect, test, vi } from 'vitest';
import { begin, finish } from '../../src/sign-in/flow.ts';

const TENANT = '5f6c1d3e-8a0b-4c1e-9d7a-2b4e6f8091a3';
const LOGIN = 'https://login.microsoftonline.com';
const HOW = {
  client_id: 'ledig',
  issuer: `${LOGIN}/{tenantid}/v2.0`,
  authorization_endpoint: `${LOGIN}/common/oauth2/v2.0/authorize`,
  token_endpoint: `${LOGIN}/common/oauth2/v2.0/token`,
  scope: 'openid profile User.Read',
};
const REDIRECT = 'https://rooms.example.org/signin';
const BEGUN = { state: 'state', verifier: 'v'.repeat(43), nonce: 'nonce' };
const NOW = Date.parse('2026-11-24T09:10:00Z') / 1000;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const part = (value: object) =>
  btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const idToken = (changed: object = {}) => {
  const claims = { iss: `${LOGIN}/${TENANT}/v2.0`, aud: 'ledig', iat: NOW, exp: NOW + 3600, sub: 'x', tid: TENANT };
  return `${part({ alg: 'RS256' })}.${part({ ...claims, nonce: 'nonce', ...changed })}.${part({})}`;
};
const tokens = (changed: object = {}) => ({
  token_type: 'Bearer',
  access_token: 'opaque',
  expires_in: 4000,
  id_token: idToken(),
  ...changed,
});

/** What comes of it when Microsoft answers so. */
async function finished(answer: Record<string, string>, body: object = tokens(), status = 200, ahead = 0) {
  vi.useFakeTimers({ now: NOW * 1000, toFake: ['Date'] });
  const asked = vi.fn(async () => Response.json(body, { status }));
  vi.stubGlobal('fetch', asked);
  const outcome = await finish(HOW, new URLSearchParams(answer), BEGUN, REDIRECT, ahead).catch((error) => error);
  return { outcome, asked };
}

const GOOD = { code: 'code', state: 'state' };

describe('on the way to Microsoft', () => {
  test('asks for a code with a proof, for these rights, and for nothing that outlives the token', async () => {
    const { url, begun } = await begin(HOW, 'nonce', REDIRECT, null);

    const { state, code_challenge, ...asked } = Object.fromEntries(url.searchParams);
    expect(url.origin + url.pathname).toBe(HOW.authorization_endpoint);
    expect(asked).toEqual({
      client_id: 'ledig',
      response_type: 'code',
      response_mode: 'fragment',
      redirect_uri: REDIRECT,
      scope: 'openid profile User.Read',
      nonce: 'nonce',
      code_challenge_method: 'S256',
      prompt: 'select_account',
    });
    expect(state).toBe(begun.state);
    expect(code_challenge).not.toBe(begun.verifier);
  });

  test('is new each time', async () => {
    const [one, other] = await Promise.all([1, 2].map(() => begin(HOW, 'nonce', REDIRECT, null)));

    expect(one?.begun.state).not.toBe(other?.begun.state);
    expect(one?.begun.verifier).not.toBe(other?.begun.verifier);
  });

  test('asks nobody anything when a session is to be renewed', async () => {
    const { url } = await begin(HOW, 'nonce', REDIRECT, 'ann@example.org');

    expect(url.searchParams.get('prompt')).toBe('none');
    expect(url.searchParams.get('login_hint')).toBe('ann@example.org');
  });
});

describe('on the way back', () => {
  test('brings tokens for the code, and no other kind of them', async () => {
    const { outcome, asked } = await finished(GOOD, tokens({ refresh_token: 'never wanted' }));

    expect(outcome).toEqual({ access_token: 'opaque', id_token: idToken(), expires_in: 4000 });
    const [[, { body }]] = asked.mock.calls as unknown as [[string, { body: URLSearchParams }]];
    expect(Object.fromEntries(body)).toEqual({
      client_id: 'ledig',
      grant_type: 'authorization_code',
      code: 'code',
      redirect_uri: REDIRECT,
      code_verifier: BEGUN.verifier,
    });
  });

  test('goes by the clock of the server', async () => {
    const late = tokens({ id_token: idToken({ iat: NOW + 86_400, exp: NOW + 90_000 }) });

    expect((await finished(GOOD, late, 200, 86_400)).outcome).toHaveProperty('access_token');
  });

  test.each([
    [
      { error: 'access_denied', error_description: 'AADSTS65004: declined', state: 'state' },
      'cancelled',
      'AADSTS65004',
    ],
    [{ error: 'login_required', error_description: 'AADSTS50058: …', state: 'state' }, 'would_ask', 'AADSTS50058'],
    [{ error: 'server_error', state: 'state' }, 'refused', null],
    [{ error: 'access_denied', state: 'of another' }, 'stale', null],
    [{ code: 'code', state: 'of another' }, 'stale', null],
    [{ code: 'code' }, 'stale', null],
  ])('understands %o', async (answer, why, code) => {
    const { outcome, asked } = await finished(answer as Record<string, string>);

    expect(outcome).toMatchObject({ why, code });
    expect(asked).not.toHaveBeenCalled();
  });

  test.each([
    ['nonce', { nonce: 'of another' }],
    ['audience', { aud: 'another' }],
    ['issuer', { iss: 'https://evil.example/v2.0' }],
    ['end', { exp: NOW - 3600 }],
  ])('takes no id token with another %s', async (_, changed) => {
    const { outcome } = await finished(GOOD, tokens({ id_token: idToken(changed) }));

    expect(outcome).toMatchObject({ why: 'stale' });
  });

  test('takes no answer without an id token', async () => {
    expect((await finished(GOOD, tokens({ id_token: undefined }))).outcome).toMatchObject({ why: 'stale' });
  });

  test("tells Microsoft's reason when the code is refused", async () => {
    const body = { error: 'invalid_grant', error_description: 'AADSTS54005: already redeemed <script>' };

    expect((await finished(GOOD, body, 400)).outcome).toMatchObject({ why: 'refused', code: 'AADSTS54005' });
  });
});
