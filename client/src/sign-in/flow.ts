import * as oauth from 'oauth4webapi';
import type { HowToSignIn, Tokens } from '../api/types.ts';

/** What Microsoft says when it would have to ask, and was told not to. */
const WOULD_ASK = ['login_required', 'interaction_required', 'consent_required', 'account_selection_required'];
const TOLERANCE = 300;

/** What has to be known again when Microsoft sends somebody back. */
export interface Begun {
  state: string;
  verifier: string;
  nonce: string;
}

/** Microsoft did not sign somebody in. */
export class NotSignedIn extends Error {
  constructor(
    readonly why: 'cancelled' | 'would_ask' | 'stale' | 'refused',
    /** Microsoft's own number of the reason, for whoever has to find out. */
    readonly code: string | null = null,
  ) {
    super(why);
  }
}

/** The address at Microsoft where somebody signs in: by code and proof, for these rights and no longer than they last. */
export async function begin(
  how: HowToSignIn,
  nonce: string,
  redirect: string,
  again: string | null,
): Promise<{ url: URL; begun: Begun }> {
  const begun = { state: oauth.generateRandomState(), verifier: oauth.generateRandomCodeVerifier(), nonce };
  const url = new URL(how.authorization_endpoint);
  const asked = {
    client_id: how.client_id,
    response_type: 'code',
    response_mode: 'fragment', // which no server sees, ours neither
    redirect_uri: redirect,
    scope: how.scope,
    state: begun.state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: 'S256',
    ...(again === null ? { prompt: 'select_account' } : { prompt: 'none', login_hint: again }),
  };
  url.search = String(new URLSearchParams(asked));
  return { url, begun };
}

/** The tokens for what Microsoft sent somebody back with. Throws NotSignedIn, or TypeError where no answer comes. */
export async function finish(
  how: HowToSignIn,
  answer: URLSearchParams,
  begun: Begun,
  redirect: string,
  /** By how many seconds the server's clock is ahead of ours. */
  ahead: number,
): Promise<Tokens> {
  const client = { client_id: how.client_id, [oauth.clockSkew]: ahead, [oauth.clockTolerance]: TOLERANCE };
  const server = { issuer: how.issuer, token_endpoint: how.token_endpoint };
  const insecure = { [oauth.allowInsecureRequests]: how.token_endpoint.startsWith('http:') };
  try {
    const good = oauth.validateAuthResponse(server, client, answer, begun.state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      good,
      redirect,
      begun.verifier,
      insecure,
    );
    const issuer = how.issuer.replace('{tenantid}', await tenantIn(response.clone()));
    const { access_token, id_token, expires_in } = await oauth.processAuthorizationCodeResponse(
      { ...server, issuer },
      client,
      response,
      { expectedNonce: begun.nonce, requireIdToken: true },
    );
    if (!id_token || !expires_in) throw new NotSignedIn('refused');
    return { access_token, id_token, expires_in };
  } catch (error) {
    throw reasonOf(error);
  }
}

/** Microsoft's issuer names the tenant, which only the token tells. Whether that is true the server finds out. */
async function tenantIn(response: Response): Promise<string> {
  const { id_token } = (await response.json().catch(() => ({}))) as { id_token?: string };
  const payload = id_token?.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
  try {
    return String((JSON.parse(atob(payload)) as { tid?: string }).tid);
  } catch {
    return '';
  }
}

function reasonOf(error: unknown): unknown {
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError) {
    const code = error.error_description?.match(/AADSTS\d+/)?.[0] ?? null;
    if (error.error === 'access_denied') return new NotSignedIn('cancelled', code);
    return new NotSignedIn(WOULD_ASK.includes(error.error) ? 'would_ask' : 'refused', code);
  }
  if (error instanceof oauth.OperationProcessingError) return new NotSignedIn('stale');
  return error;
}
