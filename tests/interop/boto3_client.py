"""boto3 sets a pool up and signs in, with pycognito for SRP. Usage: boto3_client.py ENDPOINT"""

import json
import sys
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from pycognito.aws_srp import AWSSRP

ENDPOINT = sys.argv[1]
PASSWORD = "Correct-Horse-9"
FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]

cognito = boto3.client(
    "cognito-idp",
    endpoint_url=ENDPOINT,
    region_name="eu-west-1",
    aws_access_key_id="local",
    aws_secret_access_key="local",
    config=Config(retries={"max_attempts": 1}),
)


def refused(exception, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == exception, error
        return error.response["Error"]["Message"]
    raise AssertionError(f"{exception} was expected")


def srp(pool, client, username, password, secret=None):
    helper = AWSSRP(username=username, password=password, pool_id=pool, client_id=client, client=cognito, client_secret=secret)
    return helper.authenticate_user()["AuthenticationResult"]


def claims(token):
    import jwt

    keys = jwt.PyJWKClient(f"{ENDPOINT}/{pool}/.well-known/jwks.json")
    key = keys.get_signing_key_from_jwt(token)
    return jwt.decode(token, key.key, algorithms=["RS256"], options={"verify_aud": False})


pool = cognito.create_user_pool(PoolName="from boto3", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="plain", ExplicitAuthFlows=FLOWS)["UserPoolClient"]["ClientId"]
made = cognito.create_user_pool_client(UserPoolId=pool, ClientName="secret", GenerateSecret=True, ExplicitAuthFlows=FLOWS)
secret_client, secret = made["UserPoolClient"]["ClientId"], made["UserPoolClient"]["ClientSecret"]
assert cognito.describe_user_pool(UserPoolId=pool)["UserPool"]["Name"] == "from boto3"
assert {c["ClientName"] for c in cognito.list_user_pool_clients(UserPoolId=pool, MaxResults=10)["UserPoolClients"]} == {"plain", "secret"}
assert pool in [p["Id"] for p in cognito.list_user_pools(MaxResults=60)["UserPools"]]

# An administrator makes a user; SRP with and without a client secret.
cognito.admin_create_user(UserPoolId=pool, Username="ann", MessageAction="SUPPRESS", UserAttributes=[{"Name": "email", "Value": "ann@example.org"}])
cognito.admin_set_user_password(UserPoolId=pool, Username="ann", Password=PASSWORD, Permanent=True)
assert cognito.admin_get_user(UserPoolId=pool, Username="ann")["UserStatus"] == "CONFIRMED"
assert [u["Username"] for u in cognito.list_users(UserPoolId=pool, Filter='email = "ann@example.org"')["Users"]] == ["ann"]
tokens = srp(pool, client, "ann", PASSWORD)
assert claims(tokens["IdToken"])["email"] == "ann@example.org"
assert claims(tokens["AccessToken"])["client_id"] == client
assert srp(pool, secret_client, "ann", PASSWORD, secret)["TokenType"] == "Bearer"
refused("NotAuthorizedException", lambda: srp(pool, client, "ann", "Wrong-Horse-9"))
refused("NotAuthorizedException", lambda: srp(pool, secret_client, "ann", PASSWORD, "x" * 30))

# The user's own calls.
assert cognito.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ann"
renewed = cognito.get_tokens_from_refresh_token(RefreshToken=tokens["RefreshToken"], ClientId=client)["AuthenticationResult"]
assert "RefreshToken" not in renewed and renewed["AccessToken"] != tokens["AccessToken"]
older = cognito.initiate_auth(AuthFlow="REFRESH_TOKEN_AUTH", ClientId=client, AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]})
assert older["AuthenticationResult"]["IdToken"]
cognito.revoke_token(Token=tokens["RefreshToken"], ClientId=client)
message = refused("NotAuthorizedException", cognito.get_tokens_from_refresh_token, RefreshToken=tokens["RefreshToken"], ClientId=client)
assert message == "Refresh Token has been revoked", message

# Sign-up with a code from the outbox, then a plain password.
sign_up = cognito.sign_up(ClientId=client, Username="bob", Password=PASSWORD, UserAttributes=[{"Name": "email", "Value": "bob@example.org"}])
assert sign_up["UserConfirmed"] is False and sign_up["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
plain = dict(AuthFlow="USER_PASSWORD_AUTH", ClientId=client, AuthParameters={"USERNAME": "bob", "PASSWORD": PASSWORD})
refused("UserNotConfirmedException", cognito.initiate_auth, **plain)
refused("CodeMismatchException", cognito.confirm_sign_up, ClientId=client, Username="bob", ConfirmationCode="wrong!")
with urllib.request.urlopen(f"{ENDPOINT}/_local/outbox?pool={pool}&user=bob&kind=signup") as answer:
    code = json.load(answer)[-1]["code"]
cognito.confirm_sign_up(ClientId=client, Username="bob", ConfirmationCode=code)
tokens = cognito.initiate_auth(**plain)["AuthenticationResult"]
cognito.global_sign_out(AccessToken=tokens["AccessToken"])
refused("NotAuthorizedException", cognito.get_user, AccessToken=tokens["AccessToken"])

# CUSTOM_AUTH: the server's triggers ask for the word in capitals.
answer = cognito.initiate_auth(AuthFlow="CUSTOM_AUTH", ClientId=client, AuthParameters={"USERNAME": "ann"})
assert answer["ChallengeName"] == "CUSTOM_CHALLENGE", answer
respond = dict(ClientId=client, ChallengeName="CUSTOM_CHALLENGE")
wrong = cognito.respond_to_auth_challenge(Session=answer["Session"], ChallengeResponses={"USERNAME": "ann", "ANSWER": "no"}, **respond)
assert wrong["ChallengeName"] == "CUSTOM_CHALLENGE"
word = wrong["ChallengeParameters"]["word"].upper()
right = cognito.respond_to_auth_challenge(Session=wrong["Session"], ChallengeResponses={"USERNAME": "ann", "ANSWER": word}, **respond)
assert right["AuthenticationResult"]["AccessToken"]

cognito.delete_user_pool_client(UserPoolId=pool, ClientId=client)
cognito.delete_user_pool(UserPoolId=pool)
refused("ResourceNotFoundException", cognito.describe_user_pool, UserPoolId=pool)
print("all done")
