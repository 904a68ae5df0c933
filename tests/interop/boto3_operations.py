"""boto3 drives every operation the server has, and botocore's service model judges every answer. Usage: ENDPOINT

The pool, its users and what they do are one story, so that each operation has something to work on.
"""

import base64
import hashlib
import hmac
import json
import struct
import sys
import time
import urllib.request

import boto3
from botocore.config import Config
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from judge import driven, judge, refused
from pycognito.aws_srp import AWSSRP, generate_hash_device

ENDPOINT = sys.argv[1]
PASSWORD = "Correct-Horse-9"
FLOWS = ["USER_SRP_AUTH", "USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "CUSTOM_AUTH", "USER_AUTH", "REFRESH_TOKEN_AUTH"]

cognito = boto3.client(
    "cognito-idp",
    endpoint_url=ENDPOINT,
    region_name="eu-west-1",
    aws_access_key_id="local",
    aws_secret_access_key="local",
    config=Config(retries={"max_attempts": 1}),
)
cognito.meta.events.register("before-parse.cognito-idp.*", judge)


def local(path):
    with urllib.request.urlopen(f"{ENDPOINT}/_local/{path}") as answer:
        return json.load(answer)


def code(user):
    return local(f"outbox?pool={pool}&user={user}")[-1]["code"]


def attributes(**values):
    return [{"Name": name, "Value": value} for name, value in values.items()]


def totp(secret, later=0):
    """RFC 6238 with SHA-1, six digits, 30 seconds."""
    padded = secret + "=" * (-len(secret) % 8)
    mac = hmac.new(base64.b32decode(padded), struct.pack(">Q", int(time.time()) // 30 + later), hashlib.sha1).digest()
    offset = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


OPERATIONS = [name for name in local("operations") if name in cognito.meta.service_model.operation_names]

# A pool, its clients, groups and resource servers.

user_pool = cognito.create_user_pool(
    PoolName="every operation",
    AutoVerifiedAttributes=["email"],
    DeviceConfiguration={"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False},
    Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}},
    AccountRecoverySetting={"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
    UserPoolTags={"purpose": "test"},
)["UserPool"]
pool = user_pool["Id"]
cognito.describe_user_pool(UserPoolId=pool)
cognito.update_user_pool(
    UserPoolId=pool,
    AutoVerifiedAttributes=["email"],
    DeviceConfiguration={"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False},
    Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}},
)
assert cognito.list_user_pools(MaxResults=1)["UserPools"]
cognito.add_custom_attributes(UserPoolId=pool, CustomAttributes=[{"Name": "team", "AttributeDataType": "String", "Mutable": True}])
cognito.add_custom_attributes(
    UserPoolId=pool,
    CustomAttributes=[
        {"Name": "age", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "0"}},
        {"Name": "note", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
    ],
)
client = cognito.create_user_pool_client(
    UserPoolId=pool,
    ClientName="app",
    ExplicitAuthFlows=[f"ALLOW_{flow}" for flow in FLOWS],
    TokenValidityUnits={"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"},
    SupportedIdentityProviders=["COGNITO"],
)["UserPoolClient"]["ClientId"]
cognito.describe_user_pool_client(UserPoolId=pool, ClientId=client)
spare = cognito.create_user_pool_client(UserPoolId=pool, ClientName="spare", GenerateSecret=True)["UserPoolClient"]["ClientId"]
cognito.update_user_pool_client(UserPoolId=pool, ClientId=spare, ClientName="renamed", RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 5})
page = cognito.list_user_pool_clients(UserPoolId=pool, MaxResults=1)
assert len(page["UserPoolClients"]) == 1 and page["NextToken"]
cognito.delete_user_pool_client(UserPoolId=pool, ClientId=spare)
cognito.create_group(UserPoolId=pool, GroupName="staff", Precedence=1, RoleArn="arn:aws:iam::123456789012:role/staff", Description="us")
cognito.update_group(UserPoolId=pool, GroupName="staff", Precedence=0)
cognito.get_group(UserPoolId=pool, GroupName="staff")
cognito.create_group(UserPoolId=pool, GroupName="gone")
assert cognito.list_groups(UserPoolId=pool, Limit=1)["NextToken"]
cognito.delete_group(UserPoolId=pool, GroupName="gone")
refused("ResourceNotFoundException", cognito.get_group, UserPoolId=pool, GroupName="gone")
refused("GroupExistsException", cognito.create_group, UserPoolId=pool, GroupName="staff")
server = dict(UserPoolId=pool, Identifier="shop")
cognito.create_resource_server(Name="Shop", Scopes=[{"ScopeName": "read", "ScopeDescription": "Read"}], **server)
cognito.describe_resource_server(**server)
cognito.update_resource_server(Name="Store", **server)
assert cognito.list_resource_servers(UserPoolId=pool, MaxResults=1)["ResourceServers"]
cognito.delete_resource_server(**server)

# Domains and identity providers.

domain = dict(UserPoolId=pool, Domain="every-operation")
cognito.create_user_pool_domain(ManagedLoginVersion=1, **domain)
refused("InvalidParameterException", cognito.create_user_pool_domain, **domain)
assert cognito.describe_user_pool_domain(Domain="every-operation")["DomainDescription"]["UserPoolId"] == pool
cognito.update_user_pool_domain(ManagedLoginVersion=2, **domain)
refused("InvalidParameterException", cognito.delete_user_pool, UserPoolId=pool)
cognito.delete_user_pool_domain(**domain)
google = dict(UserPoolId=pool, ProviderName="Google")
provider = dict(ProviderType="Google", ProviderDetails={"client_id": "app", "client_secret": "s", "authorize_scopes": "openid email"})
cognito.create_identity_provider(AttributeMapping={"email": "email"}, IdpIdentifiers=["example.org"], **provider, **google)
refused("DuplicateProviderException", cognito.create_identity_provider, **provider, **google)
assert cognito.describe_identity_provider(**google)["IdentityProvider"]["ProviderType"] == "Google"
assert cognito.get_identity_provider_by_identifier(UserPoolId=pool, IdpIdentifier="example.org")["IdentityProvider"]
cognito.update_identity_provider(AttributeMapping={"email": "email", "name": "name"}, **google)
assert cognito.list_identity_providers(UserPoolId=pool, MaxResults=1)["Providers"]

# Signing up, codes, passwords.

bob = dict(ClientId=client, Username="bob")
cognito.sign_up(Password=PASSWORD, UserAttributes=attributes(email="bob@example.org"), **bob)
refused("UsernameExistsException", cognito.sign_up, Password=PASSWORD, **bob)
refused("UserNotConfirmedException", cognito.initiate_auth, AuthFlow="USER_PASSWORD_AUTH", ClientId=client, AuthParameters={"USERNAME": "bob", "PASSWORD": PASSWORD})
cognito.resend_confirmation_code(**bob)
refused("CodeMismatchException", cognito.confirm_sign_up, ConfirmationCode="none", **bob)
cognito.confirm_sign_up(ConfirmationCode=code("bob"), **bob)
cognito.sign_up(ClientId=client, Username="carl", Password=PASSWORD)
cognito.admin_confirm_sign_up(UserPoolId=pool, Username="carl")
cognito.forgot_password(**bob)
refused("CodeMismatchException", cognito.confirm_forgot_password, ConfirmationCode="none", Password=PASSWORD, **bob)
cognito.confirm_forgot_password(ConfirmationCode=code("bob"), Password=PASSWORD, **bob)

# What administrators do.

ann = dict(UserPoolId=pool, Username="ann")
cognito.admin_create_user(MessageAction="SUPPRESS", TemporaryPassword="Temporary-1!", UserAttributes=attributes(email="ann@example.org", email_verified="true"), **ann)
refused("UsernameExistsException", cognito.admin_create_user, **ann)
at_google = {"ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "117"}
linked = {"ProviderName": "Cognito", "ProviderAttributeValue": "ann"}
cognito.admin_link_provider_for_user(UserPoolId=pool, DestinationUser=linked, SourceUser=at_google)
refused("InvalidParameterException", cognito.admin_link_provider_for_user, UserPoolId=pool, DestinationUser=linked, SourceUser=at_google)
cognito.admin_disable_provider_for_user(UserPoolId=pool, User=at_google)
cognito.delete_identity_provider(**google)
refused("ResourceNotFoundException", cognito.describe_identity_provider, **google)


def sign_in(name, password=PASSWORD):
    parameters = {"USERNAME": name, "PASSWORD": password}
    return cognito.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", ClientId=client, AuthParameters=parameters)


first = sign_in("ann", "Temporary-1!")
assert first["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
cognito.respond_to_auth_challenge(
    ClientId=client,
    ChallengeName="NEW_PASSWORD_REQUIRED",
    Session=first["Session"],
    ChallengeResponses={"USERNAME": "ann", "NEW_PASSWORD": PASSWORD, "userAttributes.name": "Ann"},
)
cognito.admin_set_user_password(Password=PASSWORD, Permanent=True, **ann)
cognito.admin_update_user_attributes(UserAttributes=attributes(phone_number="+15555551234", phone_number_verified="true"), **ann)
cognito.admin_delete_user_attributes(UserAttributeNames=["name"], **ann)
cognito.admin_add_user_to_group(GroupName="staff", **ann)
assert cognito.admin_list_groups_for_user(**ann)["Groups"][0]["GroupName"] == "staff"
assert cognito.list_users_in_group(UserPoolId=pool, GroupName="staff")["Users"][0]["Username"] == "ann"
cognito.admin_remove_user_from_group(GroupName="staff", **ann)
cognito.admin_get_user(**ann)
assert cognito.list_users(UserPoolId=pool, Limit=1)["PaginationToken"]
refused("InvalidParameterException", cognito.list_users, UserPoolId=pool, Filter="nonsense")
cognito.admin_disable_user(**ann)
refused("NotAuthorizedException", sign_in, name="ann")
cognito.admin_enable_user(**ann)
cognito.admin_reset_user_password(**ann)
refused("PasswordResetRequiredException", sign_in, name="ann")
cognito.confirm_forgot_password(ClientId=client, Username="ann", ConfirmationCode=code("ann"), Password=PASSWORD)
administrator = dict(UserPoolId=pool, ClientId=client)
parameters = {"USERNAME": "ann", "PASSWORD": PASSWORD}
tokens = cognito.admin_initiate_auth(AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=parameters, **administrator)
assert tokens["AuthenticationResult"]["AccessToken"]
cognito.admin_set_user_password(Password=PASSWORD, Permanent=False, **ann)
first = cognito.admin_initiate_auth(AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=parameters, **administrator)
cognito.admin_respond_to_auth_challenge(
    ChallengeName="NEW_PASSWORD_REQUIRED",
    Session=first["Session"],
    ChallengeResponses={"USERNAME": "ann", "NEW_PASSWORD": PASSWORD},
    **administrator,
)
cognito.admin_user_global_sign_out(**ann)

# What users do once they are signed in.

tokens = sign_in("ann")["AuthenticationResult"]
token = dict(AccessToken=tokens["AccessToken"])
cognito.get_user(**token)
sent = cognito.update_user_attributes(UserAttributes=attributes(email="ann2@example.org", name="Ann"), **token)
assert sent["CodeDeliveryDetailsList"][0]["AttributeName"] == "email"
refused("CodeMismatchException", cognito.verify_user_attribute, AttributeName="email", Code="none", **token)
cognito.get_user_attribute_verification_code(AttributeName="email", **token)
cognito.verify_user_attribute(AttributeName="email", Code=code("ann"), **token)
cognito.delete_user_attributes(UserAttributeNames=["name"], **token)
refused("NotAuthorizedException", cognito.update_user_attributes, UserAttributes=attributes(email_verified="true"), **token)
refused("NotAuthorizedException", cognito.change_password, PreviousPassword="Wrong-Horse-9", ProposedPassword=PASSWORD, **token)
cognito.change_password(PreviousPassword=PASSWORD, ProposedPassword=PASSWORD, **token)

# Devices: the tokens of a sign-in name one, which signs in by a secret of its own from then on.

key, group = (tokens["NewDeviceMetadata"][name] for name in ("DeviceKey", "DeviceGroupKey"))
device = dict(DeviceKey=key, **token)
device_password, verifier = generate_hash_device(group, key)
refused("InvalidParameterException", cognito.confirm_device, DeviceKey="eu-west-1_0-0", DeviceSecretVerifierConfig=verifier, **token)
cognito.confirm_device(DeviceName="phone", DeviceSecretVerifierConfig=verifier, **device)
cognito.get_device(**device)
cognito.update_device_status(DeviceRememberedStatus="remembered", **device)
assert cognito.list_devices(Limit=10, **token)["Devices"][0]["DeviceKey"] == key
again = AWSSRP("ann", PASSWORD, pool, client, client=cognito, device_key=key, device_group_key=group, device_password=device_password)
assert again.authenticate_user()["AuthenticationResult"]["AccessToken"]
cognito.get_tokens_from_refresh_token(RefreshToken=tokens["RefreshToken"], ClientId=client, DeviceKey=key)
administered = dict(DeviceKey=key, **ann)
cognito.admin_get_device(**administered)
cognito.admin_list_devices(**ann)
cognito.admin_update_device_status(DeviceRememberedStatus="not_remembered", **administered)
cognito.admin_forget_device(**administered)
refused("ResourceNotFoundException", cognito.get_device, **device)
tokens = sign_in("ann")["AuthenticationResult"]
token = dict(AccessToken=tokens["AccessToken"])
key, group = (tokens["NewDeviceMetadata"][name] for name in ("DeviceKey", "DeviceGroupKey"))
cognito.confirm_device(DeviceKey=key, DeviceSecretVerifierConfig=generate_hash_device(group, key)[1], **token)
cognito.forget_device(DeviceKey=key, **token)
# Passkeys (Web Authentication, level 2), with an authenticator of our own.


def unpadded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def cbor(value):
    """RFC 8949, as far as attestation objects need it."""

    def head(major, number):
        if number < 24:
            return bytes([major << 5 | number])
        if number < 256:
            return bytes([major << 5 | 24, number])
        return bytes([major << 5 | 25]) + struct.pack(">H", number)

    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    return head(5, len(value)) + b"".join(cbor(name) + cbor(member) for name, member in value.items())


RELYING_PARTY = "app.example.org"


class Passkey:
    def __init__(self):
        self.id, self.key, self.uses = b"a passkey of ann's", ec.generate_private_key(ec.SECP256R1()), 0

    def data(self, flags, attested=b""):
        self.uses += 1
        return hashlib.sha256(RELYING_PARTY.encode()).digest() + bytes([flags]) + struct.pack(">I", self.uses) + attested

    def client_data(self, kind, challenge):
        return json.dumps({"type": kind, "challenge": challenge, "origin": f"https://{RELYING_PARTY}"}).encode()

    def credential(self, response):
        name = unpadded(self.id)
        return {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}, "response": response}

    def create(self, options):
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor(cose)
        attestation = cbor({"fmt": "none", "attStmt": {}, "authData": self.data(0x45, attested)})
        client_data = self.client_data("webauthn.create", options["challenge"])
        response = {"clientDataJSON": unpadded(client_data), "attestationObject": unpadded(attestation), "transports": ["internal"]}
        return self.credential(response) | {"authenticatorAttachment": "platform"}

    def sign(self, options):
        client_data, data = self.client_data("webauthn.get", options["challenge"]), self.data(0x05)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": unpadded(client_data), "authenticatorData": unpadded(data), "signature": unpadded(signature)}
        return self.credential(response)


passkeys = {"RelyingPartyId": RELYING_PARTY, "UserVerification": "preferred"}
cognito.set_user_pool_mfa_config(UserPoolId=pool, WebAuthnConfiguration=passkeys, MfaConfiguration="OFF")
passkey = Passkey()
options = cognito.start_web_authn_registration(**token)["CredentialCreationOptions"]
assert options["rp"]["id"] == RELYING_PARTY
cognito.complete_web_authn_registration(Credential=passkey.create(options), **token)
listed = cognito.list_web_authn_credentials(**token)["Credentials"]
assert [credential["RelyingPartyId"] for credential in listed] == [RELYING_PARTY]
start = dict(AuthFlow="USER_AUTH", ClientId=client)
choice = cognito.initiate_auth(AuthParameters={"USERNAME": "ann"}, **start)
assert choice["ChallengeName"] == "SELECT_CHALLENGE" and "WEB_AUTHN" in choice["AvailableChallenges"]
asked = cognito.initiate_auth(AuthParameters={"USERNAME": "ann", "PREFERRED_CHALLENGE": "WEB_AUTHN"}, **start)
signed = passkey.sign(json.loads(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"]))
cognito.respond_to_auth_challenge(
    ClientId=client,
    ChallengeName="WEB_AUTHN",
    Session=asked["Session"],
    ChallengeResponses={"USERNAME": "ann", "CREDENTIAL": json.dumps(signed)},
)
assert "WEB_AUTHN" in cognito.get_user_auth_factors(**token)["ConfiguredUserAuthFactors"]
cognito.delete_web_authn_credential(CredentialId=listed[0]["CredentialId"], **token)
refused("ResourceNotFoundException", cognito.delete_web_authn_credential, CredentialId=listed[0]["CredentialId"], **token)

# Second factors.

software_token = {"Enabled": True}
cognito.set_user_pool_mfa_config(UserPoolId=pool, SoftwareTokenMfaConfiguration=software_token, MfaConfiguration="OPTIONAL")
assert cognito.get_user_pool_mfa_config(UserPoolId=pool)["MfaConfiguration"] == "OPTIONAL"
secret = cognito.associate_software_token(**token)["SecretCode"]
wrong = "000000" if totp(secret) != "000000" else "111111"
refused("EnableSoftwareTokenMFAException", cognito.verify_software_token, UserCode=wrong, **token)
assert cognito.verify_software_token(UserCode=totp(secret), FriendlyDeviceName="phone", **token)["Status"] == "SUCCESS"
cognito.set_user_mfa_preference(SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}, **token)
assert cognito.get_user(**token)["PreferredMfaSetting"] == "SOFTWARE_TOKEN_MFA"
cognito.admin_get_user(**ann)
asked = sign_in("ann")
assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
respond = dict(ClientId=client, ChallengeName="SOFTWARE_TOKEN_MFA", Session=asked["Session"])
refused("CodeMismatchException", cognito.respond_to_auth_challenge, ChallengeResponses={"USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": wrong}, **respond)
# The step before has been used up.
answer = {"USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": totp(secret, later=1)}
tokens = cognito.respond_to_auth_challenge(ChallengeResponses=answer, **respond)["AuthenticationResult"]
token = dict(AccessToken=tokens["AccessToken"])
cognito.admin_set_user_mfa_preference(SoftwareTokenMfaSettings={"Enabled": False}, **ann)
cognito.set_user_settings(MFAOptions=[], **token)
cognito.admin_set_user_settings(MFAOptions=[], **ann)

# The end of sessions, users and the pool.

cognito.revoke_token(Token=tokens["RefreshToken"], ClientId=client)
refused("NotAuthorizedException", cognito.get_user, **token)
tokens = sign_in("ann")["AuthenticationResult"]
cognito.global_sign_out(AccessToken=tokens["AccessToken"])
refused("NotAuthorizedException", cognito.get_tokens_from_refresh_token, RefreshToken=tokens["RefreshToken"], ClientId=client)
cognito.delete_user(AccessToken=sign_in("ann")["AuthenticationResult"]["AccessToken"])
refused("UserNotFoundException", cognito.admin_get_user, **ann)
cognito.admin_delete_user(UserPoolId=pool, Username="bob")
cognito.delete_user_pool(UserPoolId=pool)

missing = set(OPERATIONS) - driven
assert not missing, f"nobody drives {sorted(missing)}"
print(f"{len(driven)} operations\nall done")
