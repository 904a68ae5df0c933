use std::collections::BTreeMap;

use serde::Deserialize;

/// A user pool. The default has verified e-mail addresses, the standard password policy and one client.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PoolConfig {
    /// `<region>_` and letters and digits; made up if unset.
    pub id: Option<String>,
    pub name: String,
    /// `email`, `phone_number`: these are the user names then.
    pub username_attributes: Vec<String>,
    /// `email`, `phone_number`, `preferred_username`: further names to sign in by.
    pub alias_attributes: Vec<String>,
    /// Which of `email` and `phone_number` get a code at sign-up. Default: `email`.
    pub auto_verified_attributes: Vec<String>,
    /// Standard attributes a sign-up must give.
    pub required_attributes: Vec<String>,
    pub custom_attributes: Vec<CustomAttribute>,
    /// Whether `Ann` and `ann` are two users. Default true.
    pub case_sensitive: bool,
    pub password_policy: PasswordPolicy,
    /// Whether people may sign up themselves. Default true.
    pub self_sign_up: bool,
    /// Whether people have to prove a second factor: `OFF`, `OPTIONAL` or `ON`. Default `OFF`.
    pub mfa: String,
    /// Which second factors there are: `SMS_MFA`, `SOFTWARE_TOKEN_MFA`, `EMAIL_OTP`. Empty: all, unless `mfa` is
    /// `OFF`.
    pub mfa_factors: Vec<String>,
    /// What a sign-in by choice may begin with (`AllowedFirstAuthFactors`): `PASSWORD`, `EMAIL_OTP`, `SMS_OTP`,
    /// `WEB_AUTHN`. Default: `PASSWORD`.
    pub first_factors: Vec<String>,
    /// The domain that passkeys belong to (`RelyingPartyId`).
    pub relying_party: Option<String>,
    /// The origins passkeys may be used from besides `https` ones within the domain, as
    /// `android:apk-key-hash:...` or `http://localhost:3000`.
    pub passkey_origins: Vec<String>,
    /// Whether passkeys ask who their user is: `preferred` or `required`. Default `preferred`.
    pub user_verification: String,
    /// Whether and how devices are remembered. Unset: they are not.
    pub devices: Option<DeviceConfig>,
    /// Where codes for a forgotten password go, the first that fits: `verified_email`, `verified_phone_number`,
    /// `admin_only`. Empty: no `AccountRecoverySetting`.
    pub account_recovery: Vec<String>,
    /// `email`, `phone_number`: these change only once the new value is verified.
    pub verify_before_update: Vec<String>,
    /// Whether failed passwords and codes of second factors lock the user out for a while. Default true.
    pub lock_out: bool,
    /// Whether codes and tries of codes are limited per hour. Default true.
    pub rate_limits: bool,
    /// The `iss` claim. Default: the endpoint, `/` and the pool's id, where the keys are.
    pub issuer: Option<String>,
    /// Lambda functions by trigger (`PreSignUp`, …): ARNs for the Lambda endpoint, or functions of the trigger folder.
    pub lambda: BTreeMap<String, String>,
    /// `V1_0`, `V2_0` or `V3_0`: the form of the pre token generation event. Default `V1_0`.
    pub pre_token_generation_version: String,
    /// Empty: one client that may use every flow and has no secret.
    pub clients: Vec<ClientConfig>,
    pub users: Vec<UserConfig>,
    pub groups: Vec<GroupConfig>,
    /// Names for the scopes of other services, which clients can have beside the standard ones.
    pub resource_servers: Vec<ResourceServerConfig>,
    /// Who else signs users in, at the hosted pages.
    pub identity_providers: Vec<IdentityProviderConfig>,
}

/// An app client. The default may use every flow and has no secret.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientConfig {
    /// Made up if unset.
    pub id: Option<String>,
    pub name: String,
    pub secret: Option<String>,
    /// Makes a secret up when none is given.
    pub generate_secret: bool,
    /// `ALLOW_USER_SRP_AUTH` and so on, as `ExplicitAuthFlows` has them. Default: all.
    pub auth_flows: Vec<String>,
    pub access_token_seconds: i64,
    pub id_token_seconds: i64,
    pub refresh_token_seconds: i64,
    /// Turns refresh token rotation on; how long the old token goes on working, 0 to 60.
    pub rotation_grace_seconds: Option<i64>,
    /// Whether answers hide who has an account. Default false, as `CreateUserPoolClient` has it.
    pub prevent_user_existence_errors: bool,
    pub enable_token_revocation: bool,
    /// How long a challenge can be answered, 3 to 15.
    pub auth_session_minutes: i64,
    /// Default: all.
    pub read_attributes: Option<Vec<String>>,
    /// Default: all.
    pub write_attributes: Option<Vec<String>>,
    /// Where the hosted pages may lead back to, byte for byte. Any turn OAuth on for the client.
    pub callback_urls: Vec<String>,
    /// Where a sign-out at the hosted pages may lead to.
    pub logout_urls: Vec<String>,
    /// One of `callback_urls`.
    pub default_redirect_uri: Option<String>,
    /// `code`, `implicit`, or `client_credentials` alone. Default: `code` where there are `callback_urls`.
    pub oauth_flows: Vec<String>,
    /// Default: `phone`, `email`, `openid`, `profile`, `aws.cognito.signin.user.admin`.
    pub oauth_scopes: Vec<String>,
    /// Who signs users in at the hosted pages: `COGNITO` for the pool itself, or identity providers by their names.
    /// Default: `COGNITO`.
    pub identity_providers: Vec<String>,
}

/// A user there is from the start.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserConfig {
    pub username: String,
    pub password: String,
    /// Whether the password has to be changed at the first sign-in (`FORCE_CHANGE_PASSWORD`).
    #[serde(default)]
    pub temporary_password: bool,
    /// By name; values are text, `"true"` for a verified e-mail address too.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// Groups to be in. Those that [`PoolConfig::groups`] does not have are made, without role and precedence.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// A group of users.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupConfig {
    pub name: String,
    pub description: Option<String>,
    /// The IAM role in `cognito:roles`.
    pub role_arn: Option<String>,
    /// 0 or more; the lowest among a user's groups decides on `cognito:preferred_role`.
    pub precedence: Option<i64>,
}

/// A resource server: another service with scopes of its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceServerConfig {
    /// What its scopes begin with, as `https://api.example.com`.
    pub identifier: String,
    /// Default: the identifier.
    pub name: Option<String>,
    /// Without the identifier.
    #[serde(default)]
    pub scopes: Vec<String>,
}

/// An identity provider of a user pool. Google, Facebook, Amazon and Apple are played by this server, and so is any other
/// unless it says `discover` or is on this machine.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdentityProviderConfig {
    /// `Google`, `Facebook`, `LoginWithAmazon`, `SignInWithApple`, or a name of its own.
    pub name: String,
    /// `OIDC` or `SAML`. Default: the name of one of the four, or else `OIDC`.
    #[serde(rename = "type")]
    pub provider_type: Option<String>,
    pub client_id: String,
    pub client_secret: Option<String>,
    /// Of OpenID Connect, as its tokens name it.
    pub issuer: Option<String>,
    pub scopes: String,
    /// Whether the provider is asked, by discovery; otherwise this server plays it.
    pub discover: bool,
    /// Claim by attribute of the pool. Default: `email`, `email_verified` and `name`.
    pub attribute_mapping: BTreeMap<String, String>,
    /// Other names that apps may call it by (`idp_identifier`).
    pub identifiers: Vec<String>,
}

/// How devices are remembered (`DeviceConfiguration`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeviceConfig {
    /// Whether the second factor is asked for on devices that are not remembered only.
    pub challenge_required_on_new_device: bool,
    /// Whether a device is remembered only once the user has said so.
    pub only_remembered_on_user_prompt: bool,
}

/// An attribute called `custom:` and its name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomAttribute {
    /// Without `custom:`.
    pub name: String,
    /// `String`, `Number`, `Boolean` or `DateTime`.
    #[serde(default = "string", rename = "type")]
    pub data_type: String,
    #[serde(default = "yes")]
    pub mutable: bool,
}

/// What passwords must be like; everything is required by default.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PasswordPolicy {
    /// 6 to 99.
    pub minimum_length: usize,
    pub require_uppercase: bool,
    pub require_lowercase: bool,
    pub require_numbers: bool,
    pub require_symbols: bool,
    /// How long a temporary password can be used.
    pub temporary_password_validity_days: i64,
}

pub(super) const ALL_FLOWS: [&str; 6] = [
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
];

const STANDARD_SCOPES: [&str; 5] = ["phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"];

impl Default for PoolConfig {
    fn default() -> Self {
        Self {
            id: None,
            name: "local".into(),
            username_attributes: Vec::new(),
            alias_attributes: Vec::new(),
            auto_verified_attributes: vec!["email".into()],
            required_attributes: Vec::new(),
            custom_attributes: Vec::new(),
            case_sensitive: true,
            password_policy: PasswordPolicy::default(),
            self_sign_up: true,
            mfa: "OFF".into(),
            mfa_factors: Vec::new(),
            first_factors: vec!["PASSWORD".into()],
            relying_party: None,
            passkey_origins: Vec::new(),
            user_verification: "preferred".into(),
            devices: None,
            account_recovery: Vec::new(),
            verify_before_update: Vec::new(),
            lock_out: true,
            rate_limits: true,
            issuer: None,
            lambda: BTreeMap::new(),
            pre_token_generation_version: "V1_0".into(),
            clients: Vec::new(),
            users: Vec::new(),
            groups: Vec::new(),
            resource_servers: Vec::new(),
            identity_providers: Vec::new(),
        }
    }
}

impl PoolConfig {
    /// The same pool with an identity provider. Clients offer it once their `identity_providers` name it.
    pub fn with_identity_provider(mut self, provider: IdentityProviderConfig) -> Self {
        self.identity_providers.push(provider);
        self
    }

    /// The same pool with this client in place of, or beside, others.
    pub fn with_client(mut self, client: ClientConfig) -> Self {
        self.clients.push(client);
        self
    }

    /// The same pool with a confirmed user.
    pub fn with_user(mut self, username: &str, password: &str, attributes: &[(&str, &str)]) -> Self {
        let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (username, password) = (username.into(), password.into());
        self.users.push(UserConfig { username, password, attributes, ..UserConfig::default() });
        self
    }
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            id: None,
            name: "local".into(),
            secret: None,
            generate_secret: false,
            auth_flows: ALL_FLOWS.map(str::to_owned).to_vec(),
            access_token_seconds: 3600,
            id_token_seconds: 3600,
            refresh_token_seconds: 30 * 86_400,
            rotation_grace_seconds: None,
            prevent_user_existence_errors: false,
            enable_token_revocation: true,
            auth_session_minutes: 3,
            read_attributes: None,
            write_attributes: None,
            callback_urls: Vec::new(),
            logout_urls: Vec::new(),
            default_redirect_uri: None,
            oauth_flows: Vec::new(),
            oauth_scopes: STANDARD_SCOPES.map(str::to_owned).to_vec(),
            identity_providers: vec!["COGNITO".into()],
        }
    }
}

impl Default for IdentityProviderConfig {
    fn default() -> Self {
        let mapping = ["email", "email_verified", "name"].map(|name| (name.to_owned(), name.to_owned()));
        Self {
            name: String::new(),
            provider_type: None,
            client_id: "local-app".into(),
            client_secret: None,
            issuer: None,
            scopes: "openid email profile".into(),
            discover: false,
            attribute_mapping: BTreeMap::from(mapping),
            identifiers: Vec::new(),
        }
    }
}

impl IdentityProviderConfig {
    /// One of the four, or one of OpenID Connect with that name; this server plays it.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }
}

impl ClientConfig {
    /// The same client, which the hosted pages sign users in for and lead back to one of `callback_urls`, or after a
    /// sign-out to one of `logout_urls`.
    pub fn with_hosted_ui(mut self, callback_urls: &[&str], logout_urls: &[&str]) -> Self {
        let text = |urls: &[&str]| urls.iter().map(|url| (*url).to_owned()).collect();
        (self.callback_urls, self.logout_urls) = (text(callback_urls), text(logout_urls));
        self
    }

    /// `oauth_flows`, or what follows from the rest.
    pub(super) fn flows(&self) -> Vec<String> {
        match self.oauth_flows.is_empty() && !self.callback_urls.is_empty() {
            true => vec!["code".into()],
            false => self.oauth_flows.clone(),
        }
    }
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            minimum_length: 8,
            require_uppercase: true,
            require_lowercase: true,
            require_numbers: true,
            require_symbols: true,
            temporary_password_validity_days: 7,
        }
    }
}

fn string() -> String {
    "String".into()
}

fn yes() -> bool {
    true
}
