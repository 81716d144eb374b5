"""
The documents by which clients find their way: OpenID configuration and keys.

https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
"""

import re
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, Response

from graph_emulator.errors import TokenError
from graph_emulator.identity.ask import Ask
from graph_emulator.identity.keys import key_set

CLAIMS = (
    "sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name", "msgraph_host", "aud",
    "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name", "tid", "ver", "at_hash", "c_hash", "email",
)  # fmt: skip


def configuration(ask: Ask) -> Response:
    """The OpenID configuration of a tenant or of all; the issuer of all is a template. 90002 as invalid_tenant."""
    tenant = ask.tenant("invalid_tenant")
    return JSONResponse(
        {
            "token_endpoint": ask.endpoint("/oauth2/v2.0/token"),
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "jwks_uri": ask.endpoint("/discovery/v2.0/keys"),
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": ask.issuer(tenant.id) if tenant else ask.issuer(),
            "request_uri_parameter_supported": False,
            "userinfo_endpoint": f"{ask.origin}/oidc/userinfo",
            "authorization_endpoint": ask.endpoint("/oauth2/v2.0/authorize"),
            "http_logout_supported": True,
            "frontchannel_logout_supported": False,
            "end_session_endpoint": ask.endpoint("/oauth2/v2.0/logout"),
            "code_challenge_methods_supported": ["plain", "S256"],
            "claims_supported": CLAIMS,
            "tenant_region_scope": "EU" if tenant else None,
            "cloud_instance_name": "microsoftonline.com",
            "cloud_graph_host_name": "graph.windows.net",
            "msgraph_host": "graph.microsoft.com",
        }
    )


def keys(ask: Ask) -> Response:
    tenant = ask.tenant("invalid_tenant")
    return JSONResponse(key_set(ask.issuer(tenant.id) if tenant else ask.issuer()))


def instance(ask: Ask) -> Response:
    """Whether an authority is one of this cloud, and where its configuration is; 50049 for any other."""
    for origin in (ask.origin, ask.cloud.behaviour.login_origin):
        if origin and (found := re.match(f"{re.escape(origin)}/([^/]+)/", ask.required("authorization_endpoint"))):
            return _instance(ask, urlsplit(origin).netloc, found[1])
    raise TokenError(400, "invalid_instance", 50049, "Unknown or invalid instance.")


def _instance(ask: Ask, name: str, directory: str) -> Response:
    host = {"preferred_network": name, "preferred_cache": name, "aliases": [name]}
    return JSONResponse(
        {
            "tenant_discovery_endpoint": f"{ask.origin}/{directory}/v2.0/.well-known/openid-configuration",
            "api-version": "1.1",
            "metadata": [host],
        }
    )
