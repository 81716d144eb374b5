// The authorization code flow in the order of oauth4webapi's own example, for a public client.
import * as oauth from "./oauth4webapi.js";

const { issuer, client_id, scope } = CONFIG.oauth;
const redirect_uri = location.origin + location.pathname;
const client = { client_id };
const authentication = oauth.None();
const options = { [oauth.allowInsecureRequests]: issuer.startsWith("http:") };

async function discover() {
  const url = new URL(issuer);
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, options));
}

/** Goes to the sign-in page. */
async function signIn() {
  const server = await discover();
  const flow = {
    verifier: oauth.generateRandomCodeVerifier(),
    nonce: oauth.generateRandomNonce(),
    state: oauth.generateRandomState(),
  };
  sessionStorage.setItem("flow", JSON.stringify(flow));
  const to = new URL(server.authorization_endpoint);
  to.search = new URLSearchParams({
    client_id,
    redirect_uri,
    response_type: "code",
    scope,
    code_challenge: await oauth.calculatePKCECodeChallenge(flow.verifier),
    code_challenge_method: "S256",
    nonce: flow.nonce,
    state: flow.state,
  });
  location.assign(to);
}

/** Takes what the sign-in page sent back, with the signature of the id token checked: tokens and claims. */
async function signedIn() {
  const server = await discover();
  const flow = JSON.parse(sessionStorage.getItem("flow"));
  const answer = oauth.validateAuthResponse(server, client, new URL(location.href), flow.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    answer,
    redirect_uri,
    flow.verifier,
    options,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: flow.nonce,
    requireIdToken: true,
  });
  await oauth.validateApplicationLevelSignature(server, response, options);
  return { ...tokens, claims: oauth.getValidatedIdTokenClaims(tokens) };
}

/** New tokens for a refresh token; the cloud's clock may be some seconds ahead of ours. */
async function refreshed(token, ahead = 0) {
  const server = await discover();
  const response = await oauth.refreshTokenGrantRequest(server, client, authentication, token, options);
  const tokens = await oauth.processRefreshTokenResponse(server, { ...client, [oauth.clockSkew]: ahead }, response);
  if (tokens.id_token) await oauth.validateApplicationLevelSignature(server, response, options);
  return tokens;
}

async function me(token) {
  const url = new URL(`${CONFIG.graph}/v1.0/me`);
  return (await oauth.protectedResourceRequest(token, "GET", url, undefined, undefined, options)).json();
}

window.app = { signIn, signedIn, refreshed, me };
