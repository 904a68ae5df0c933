"""The hosted pages as others use them: Authlib is the OpenID Connect client, PyJWT verifies the tokens, and local-pool's
browser is the person's. Discovery, code with PKCE, userInfo, refresh, revocation."""

import json
import os
import sys
import urllib.request

import jwt
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

ENDPOINT, POOL, CLIENT, CALLBACK = sys.argv[1:]
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # plain http, to this machine
ISSUER = f"{ENDPOINT}/{POOL}"
NONCE = generate_token()

discovered = requests.get(f"{ISSUER}/.well-known/openid-configuration").json()
assert discovered["issuer"] == ISSUER, discovered
client = OAuth2Session(
    CLIENT, redirect_uri=CALLBACK, scope="openid email", code_challenge_method="S256", token_endpoint_auth_method="none"
)


def person(url):
    """Signs in on the page, and gives the URL that the browser comes back with."""
    body = json.dumps({"url": url, "username": "ann", "password": "Correct-Horse-9"}).encode()
    request = urllib.request.Request(f"{ENDPOINT}/_local/authorize", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["callback"]


def refused(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except OAuthError as error:
        return error.error
    raise AssertionError("was taken")


def sign_in(verifier):
    url, state = client.create_authorization_url(
        discovered["authorization_endpoint"], code_verifier=verifier, nonce=NONCE
    )
    return person(url), state


def exchange(callback, state, verifier):
    return client.fetch_token(
        discovered["token_endpoint"], authorization_response=callback, state=state, code_verifier=verifier
    )


keys = jwt.PyJWKClient(discovered["jwks_uri"])


def verified(token, **options):
    return jwt.decode(token, keys.get_signing_key_from_jwt(token).key, algorithms=["RS256"], issuer=ISSUER, **options)


verifier = generate_token(48)
callback, state = sign_in(verifier)
tokens = exchange(callback, state, verifier)
claims = verified(tokens["id_token"], audience=CLIENT)
assert claims["nonce"] == NONCE and claims["email"] == "ann@example.com", claims
access = verified(tokens["access_token"], options={"verify_aud": False})
assert access["client_id"] == CLIENT and set(access["scope"].split()) == {"openid", "email"}, access
assert refused(exchange, callback, state, verifier) == "invalid_grant", "a code counts once"
other, state = sign_in(generate_token(48))
assert refused(exchange, other, state, generate_token(48)) == "invalid_grant", "another's verifier"

client.token = tokens
info = client.get(discovered["userinfo_endpoint"]).json()
assert info["sub"] == claims["sub"] and info["email"] == "ann@example.com", info
renewed = client.refresh_token(discovered["token_endpoint"], refresh_token=tokens["refresh_token"])
assert verified(renewed["id_token"], audience=CLIENT)["sub"] == claims["sub"]
answer = client.revoke_token(
    discovered["revocation_endpoint"], token=tokens["refresh_token"], token_type_hint="refresh_token"
)
assert answer.status_code == 200, answer.text
gone = refused(client.refresh_token, discovered["token_endpoint"], refresh_token=tokens["refresh_token"])
assert gone == "invalid_grant", gone
print("all done")
