"""boto3 drives every operation of identity pools and of STS, and botocore's models judge every answer. Usage: ENDPOINT

The server has one user pool with the user ann, and no identity pool: the script makes its own."""

import json
import sys
import urllib.request

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from judge import driven, judge, refused

ENDPOINT, USER_POOL, CLIENT = sys.argv[1:4]
PASSWORD = "Correct-Horse-9"
ACCOUNT = "000000000000"
ROLES = {kind: f"arn:aws:iam::{ACCOUNT}:role/{kind}" for kind in ("authenticated", "unauthenticated", "admin")}
OWN = "cognito-identity.amazonaws.com"


def client(service, **more):
    more.setdefault("config", Config(retries={"max_attempts": 1}))
    return boto3.client(service, endpoint_url=ENDPOINT, region_name="us-east-1", **more)


keys = dict(aws_access_key_id="local", aws_secret_access_key="local")
admin = client("cognito-identity", **keys)
unsigned = Config(signature_version=UNSIGNED, retries={"max_attempts": 1})
app = client("cognito-identity", config=unsigned)
idp = client("cognito-idp", **keys)
for caller in (admin, app):
    caller.meta.events.register("before-parse.cognito-identity.*", judge)


def provider_token(provider, **order):
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{ENDPOINT}/_local/idp/{provider}/token", json.dumps(order).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["token"]


def caller_of(credentials):
    secret = credentials.get("SecretKey") or credentials["SecretAccessKey"]
    session = dict(aws_access_key_id=credentials["AccessKeyId"], aws_secret_access_key=secret, aws_session_token=credentials["SessionToken"])
    return session, client("sts", **session)


settings = dict(
    IdentityPoolName="from boto3",
    AllowUnauthenticatedIdentities=True,
    SupportedLoginProviders={"accounts.google.com": "app-1", "graph.facebook.com": "app-1"},
    DeveloperProviderName="login.example",
    OpenIdConnectProviderARNs=[f"arn:aws:iam::{ACCOUNT}:oidc-provider/tenant.eu.auth0.com"],
    CognitoIdentityProviders=[{"ProviderName": f"cognito-idp.us-east-1.amazonaws.com/{USER_POOL}", "ClientId": CLIENT, "ServerSideTokenCheck": True}],
    IdentityPoolTags={"team": "blue"},
)
pool = admin.create_identity_pool(**settings)["IdentityPoolId"]
described = admin.describe_identity_pool(IdentityPoolId=pool)
assert all(described[name] == value for name, value in settings.items()), described
assert admin.update_identity_pool(IdentityPoolId=pool, AllowClassicFlow=True, **settings)["AllowClassicFlow"] is True
assert pool in [one["IdentityPoolId"] for one in admin.list_identity_pools(MaxResults=60)["IdentityPools"]]

# Guests, without a role and then with one.
guest = app.get_id(AccountId=ACCOUNT, IdentityPoolId=pool)["IdentityId"]
refused("InvalidIdentityPoolConfigurationException", app.get_credentials_for_identity, IdentityId=guest)
roles = {kind: ROLES[kind] for kind in ("authenticated", "unauthenticated")}
admin.set_identity_pool_roles(IdentityPoolId=pool, Roles=roles)
credentials = app.get_credentials_for_identity(IdentityId=guest)["Credentials"]
session, sts = caller_of(credentials)
identity = sts.get_caller_identity()
driven.add("GetCallerIdentity")
assert identity["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/unauthenticated/CognitoIdentityCredentials", identity
assert identity["Account"] == ACCOUNT and identity["UserId"].startswith("AROA"), identity
refused("InvalidClientTokenId", client("sts", **keys).get_caller_identity)
forged = dict(session, aws_secret_access_key="x" * 40)
refused("SignatureDoesNotMatch", client("sts", **forged).get_caller_identity)

# The object store takes them as well.
path_style = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
s3 = boto3.client("s3", endpoint_url=f"{ENDPOINT}/_local/s3", region_name="us-east-1", config=path_style, **session)
s3.put_object(Bucket="bucket", Key="a folder/ä.txt", Body=b"hello", ContentType="text/plain")
got = s3.get_object(Bucket="bucket", Key="a folder/ä.txt")
assert got["Body"].read() == b"hello" and got["ContentType"] == "text/plain"
assert s3.head_object(Bucket="bucket", Key="a folder/ä.txt")["ContentLength"] == 5
s3.delete_object(Bucket="bucket", Key="a folder/ä.txt")
refused("NoSuchKey", s3.get_object, Bucket="bucket", Key="a folder/ä.txt")

# A user of the user pool, a role by rule, then by the token.
tokens = idp.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", ClientId=CLIENT, AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD})["AuthenticationResult"]
name = f"cognito-idp.us-east-1.amazonaws.com/{USER_POOL}"
ann = {name: tokens["IdToken"]}
refused("NotAuthorizedException", app.get_id, IdentityPoolId=pool, Logins={name: tokens["AccessToken"]})
identity_id = app.get_id(IdentityPoolId=pool, Logins=ann)["IdentityId"]
rule = {"Claim": "cognito:username", "MatchType": "Equals", "Value": "ann", "RoleARN": ROLES["admin"]}
mapping = {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [rule]}}
mappings = {f"{name}:{CLIENT}": mapping}
admin.set_identity_pool_roles(IdentityPoolId=pool, Roles=roles, RoleMappings=mappings)
assert admin.get_identity_pool_roles(IdentityPoolId=pool)["RoleMappings"] == mappings
credentials = app.get_credentials_for_identity(IdentityId=identity_id, Logins=ann)["Credentials"]
assert "assumed-role/admin/" in caller_of(credentials)[1].get_caller_identity()["Arn"]
message = refused("InvalidParameterException", app.get_open_id_token, IdentityId=identity_id, Logins=ann)
assert message == "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.", message
admin.set_identity_pool_roles(IdentityPoolId=pool, Roles=roles)

# Principal tags, and the classic flow.
tags = admin.set_principal_tag_attribute_map(IdentityPoolId=pool, IdentityProviderName=name, PrincipalTags={"mail": "email"})
assert admin.get_principal_tag_attribute_map(IdentityPoolId=pool, IdentityProviderName=name)["PrincipalTags"] == tags["PrincipalTags"]
token = app.get_open_id_token(IdentityId=identity_id, Logins=ann)["Token"]
web = client("sts", config=unsigned)
assumed = web.assume_role_with_web_identity(RoleArn=ROLES["authenticated"], RoleSessionName="me", WebIdentityToken=token, DurationSeconds=900)
driven.add("AssumeRoleWithWebIdentity")
assert assumed["SubjectFromWebIdentityToken"] == identity_id and assumed["Audience"] == pool and assumed["Provider"] == OWN
assert caller_of(assumed["Credentials"])[1].get_caller_identity()["Arn"].endswith(":assumed-role/authenticated/me")
refused("AccessDenied", web.assume_role_with_web_identity, RoleArn=ROLES["admin"], RoleSessionName="me", WebIdentityToken=token)
refused("InvalidIdentityToken", web.assume_role_with_web_identity, RoleArn=ROLES["authenticated"], RoleSessionName="me", WebIdentityToken=tokens["AccessToken"][:-8])

# Linking, describing, unlinking.
google = {"accounts.google.com": provider_token("google", subject="1")}
assert app.get_credentials_for_identity(IdentityId=identity_id, Logins=ann | google)["IdentityId"] == identity_id
assert admin.describe_identity(IdentityId=identity_id)["Logins"] == ["accounts.google.com", name]
app.unlink_identity(IdentityId=identity_id, Logins=ann, LoginsToRemove=["accounts.google.com"])
assert admin.describe_identity(IdentityId=identity_id)["Logins"] == [name]
facebook = {"graph.facebook.com": provider_token("facebook", subject="1")}
oidc = {"tenant.eu.auth0.com": provider_token("tenant.eu.auth0.com", subject="1")}
assert app.get_id(IdentityPoolId=pool, Logins=facebook | oidc)["IdentityId"] != identity_id
bad = {"accounts.google.com": provider_token("google", subject="1", wrong="key")}
assert refused("NotAuthorizedException", app.get_id, IdentityPoolId=pool, Logins=bad) == "Invalid login token. Couldn't verify signed token."

# The developer's own users.
one = admin.get_open_id_token_for_developer_identity(IdentityPoolId=pool, Logins={"login.example": "user-1"}, TokenDuration=60)
assert app.get_credentials_for_identity(IdentityId=one["IdentityId"], Logins={OWN: one["Token"]})["IdentityId"] == one["IdentityId"]
two = admin.get_open_id_token_for_developer_identity(IdentityPoolId=pool, Logins={"login.example": "user-2"}, PrincipalTags={"team": "blue"})
assert admin.lookup_developer_identity(IdentityPoolId=pool, DeveloperUserIdentifier="user-1")["IdentityId"] == one["IdentityId"]
merged = admin.merge_developer_identities(SourceUserIdentifier="user-1", DestinationUserIdentifier="user-2", DeveloperProviderName="login.example", IdentityPoolId=pool)
assert merged["IdentityId"] == two["IdentityId"]
found = admin.lookup_developer_identity(IdentityPoolId=pool, IdentityId=two["IdentityId"], MaxResults=1)
rest = admin.lookup_developer_identity(IdentityPoolId=pool, IdentityId=two["IdentityId"], MaxResults=1, NextToken=found["NextToken"])
assert found["DeveloperUserIdentifierList"] + rest["DeveloperUserIdentifierList"] == ["user-1", "user-2"]
admin.unlink_developer_identity(IdentityId=two["IdentityId"], IdentityPoolId=pool, DeveloperProviderName="login.example", DeveloperUserIdentifier="user-1")
refused("ResourceNotFoundException", admin.lookup_developer_identity, IdentityPoolId=pool, DeveloperUserIdentifier="user-1")

shown = admin.list_identities(IdentityPoolId=pool, MaxResults=60, HideDisabled=True)["Identities"]
assert guest in [one["IdentityId"] for one in shown] and one["IdentityId"] not in [two["IdentityId"] for two in shown]
assert admin.delete_identities(IdentityIdsToDelete=[guest])["UnprocessedIdentityIds"] == []
refused("ResourceNotFoundException", admin.describe_identity, IdentityId=guest)
admin.delete_identity_pool(IdentityPoolId=pool)
refused("ResourceNotFoundException", app.get_id, IdentityPoolId=pool)

with urllib.request.urlopen(f"{ENDPOINT}/_local/operations") as answer:
    operations = [name for name in json.load(answer) if name not in idp.meta.service_model.operation_names]
missing = set(operations) - driven
assert not missing, f"nobody drives {sorted(missing)}"
print(f"{len(operations)} operations\nall done")
