use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::password_policy::PasswordPolicy;
use super::pool_mfa::MfaConfig;
use super::schema::{self, SchemaAttribute};
use super::trigger_kind::TriggerKind;

/// The account all resources belong to.
pub(crate) const ACCOUNT_ID: &str = "000000000000";

/// A user pool as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    pub id: String,
    pub name: String,
    pub settings: PoolSettings,
    pub mfa: MfaConfig,
    pub local: LocalSettings,
    /// Keys what must be stable and unguessable: pretended salts and ids of unknown users.
    pub secret: Vec<u8>,
    pub created_ms: i64,
    pub modified_ms: i64,
}

/// What this server adds to a pool; the API knows nothing of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LocalSettings {
    /// Whether failed sign-ins lock the user out for a while.
    pub lock_out: bool,
    /// Whether requests for codes and tries of codes are counted per hour.
    pub rate_limits: bool,
    /// The `iss` claim; unset, the endpoint followed by the pool's id.
    pub issuer: Option<String>,
    /// The origins passkeys may be used from besides `https` ones within the relying party's domain.
    pub passkey_origins: Vec<String>,
}

impl Default for LocalSettings {
    fn default() -> Self {
        Self { lock_out: true, rate_limits: true, issuer: None, passkey_origins: Vec::new() }
    }
}

/// The members of `UserPoolType` that this server acts on, and all others as they came.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PoolSettings {
    pub policies: Policies,
    pub lambda_config: Map<String, Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub auto_verified_attributes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alias_attributes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub username_attributes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username_configuration: Option<UsernameConfiguration>,
    pub admin_create_user_config: AdminCreateUserConfig,
    pub schema_attributes: Vec<SchemaAttribute>,
    pub mfa_configuration: String,
    pub deletion_protection: String,
    pub user_pool_tier: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_recovery_setting: Option<Value>,
    /// Devices are remembered when this is set, whatever is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_configuration: Option<DeviceConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_attribute_update_settings: Option<UserAttributeUpdateSettings>,
    pub verification_message_template: VerificationMessageTemplate,
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Policies {
    pub password_policy: PasswordPolicy,
    pub sign_in_policy: SignInPolicy,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SignInPolicy {
    pub allowed_first_auth_factors: Vec<String>,
}

impl Default for SignInPolicy {
    fn default() -> Self {
        Self { allowed_first_auth_factors: vec!["PASSWORD".into()] }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct DeviceConfiguration {
    /// Whether a remembered device stands for the second factor.
    pub challenge_required_on_new_device: bool,
    /// Whether a confirmed device is remembered only after `UpdateDeviceStatus`.
    pub device_only_remembered_on_user_prompt: bool,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct UserAttributeUpdateSettings {
    pub attributes_require_verification_before_update: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct UsernameConfiguration {
    pub case_sensitive: bool,
}

impl Default for UsernameConfiguration {
    fn default() -> Self {
        Self { case_sensitive: true }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AdminCreateUserConfig {
    pub allow_admin_create_user_only: bool,
    pub unused_account_validity_days: i64,
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Default for AdminCreateUserConfig {
    fn default() -> Self {
        Self { allow_admin_create_user_only: false, unused_account_validity_days: 7, other: Map::new() }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct VerificationMessageTemplate {
    pub default_email_option: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_subject: Option<String>,
    /// With `{##…##}` for the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_message_by_link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_subject_by_link: Option<String>,
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Default for VerificationMessageTemplate {
    fn default() -> Self {
        Self {
            default_email_option: "CONFIRM_WITH_CODE".into(),
            sms_message: None,
            email_message: None,
            email_subject: None,
            email_message_by_link: None,
            email_subject_by_link: None,
            other: Map::new(),
        }
    }
}

impl Default for PoolSettings {
    fn default() -> Self {
        let other = Map::from_iter([
            ("EmailConfiguration".to_owned(), json!({ "EmailSendingAccount": "COGNITO_DEFAULT" })),
            ("EstimatedNumberOfUsers".to_owned(), json!(0)),
        ]);
        Self {
            policies: Policies::default(),
            lambda_config: Map::new(),
            auto_verified_attributes: Vec::new(),
            alias_attributes: Vec::new(),
            username_attributes: Vec::new(),
            username_configuration: None,
            admin_create_user_config: AdminCreateUserConfig::default(),
            schema_attributes: schema::standard(),
            mfa_configuration: "OFF".into(),
            deletion_protection: "INACTIVE".into(),
            user_pool_tier: "ESSENTIALS".into(),
            account_recovery_setting: None,
            device_configuration: None,
            user_attribute_update_settings: None,
            verification_message_template: VerificationMessageTemplate::default(),
            other,
        }
    }
}

impl Pool {
    /// The part of the id that SRP and signatures use.
    pub fn short_name(&self) -> &str {
        self.id.split_once('_').map_or(self.id.as_str(), |(_, name)| name)
    }

    pub fn region(&self) -> &str {
        self.id.split_once('_').map_or("us-east-1", |(region, _)| region)
    }

    /// Whether e-mail addresses or phone numbers are the user names.
    pub fn names_are_attributes(&self) -> bool {
        !self.settings.username_attributes.is_empty()
    }

    pub fn remembers_devices(&self) -> bool {
        self.settings.device_configuration.is_some()
    }

    pub fn case_sensitive(&self) -> bool {
        self.settings.username_configuration.as_ref().is_none_or(|names| names.case_sensitive)
    }

    pub fn schema(&self, attribute: &str) -> Option<&SchemaAttribute> {
        self.settings.schema_attributes.iter().find(|known| known.name == attribute)
    }

    /// Whether passkeys can stand for both factors (`MULTI_FACTOR_WITH_USER_VERIFICATION`).
    pub fn passkeys_are_two_factors(&self) -> bool {
        let configuration = self.mfa.web_authn_configuration.as_ref();
        let configured = configuration.and_then(|configuration| configuration.factor_configuration.as_deref());
        configured == Some("MULTI_FACTOR_WITH_USER_VERIFICATION")
    }

    /// Whether a new value of `email` or `phone_number` has to be verified before it replaces the old one.
    pub fn verifies_before_update(&self, attribute: &str) -> bool {
        let setting = self.settings.user_attribute_update_settings.as_ref();
        let mut listed = setting.into_iter().flat_map(|s| &s.attributes_require_verification_before_update);
        listed.any(|name| name == attribute)
    }

    /// A member of the pool that nothing here has a type for, where it is text.
    pub fn text(&self, member: &str) -> Option<String> {
        self.settings.other.get(member)?.as_str().map(str::to_owned)
    }

    /// A member of the `InviteMessageTemplate`.
    pub fn invitation(&self, member: &str) -> Option<String> {
        let template = self.settings.admin_create_user_config.other.get("InviteMessageTemplate");
        template?.get(member)?.as_str().map(str::to_owned)
    }

    /// The function the pool's `LambdaConfig` names for a trigger.
    pub fn lambda_arn(&self, kind: TriggerKind) -> Option<&str> {
        let config = &self.settings.lambda_config;
        let newer = (kind == TriggerKind::PreTokenGeneration)
            .then(|| config.get("PreTokenGenerationConfig")?.get("LambdaArn")?.as_str())
            .flatten();
        newer.or_else(|| config.get(kind.lambda_config_key())?.as_str())
    }

    /// `1`, `2` or `3`: the form of event that pre token generation gets.
    pub fn pre_token_version(&self) -> &str {
        let config = self.settings.lambda_config.get("PreTokenGenerationConfig");
        match config.and_then(|config| config.get("LambdaVersion")).and_then(Value::as_str) {
            Some("V2_0") => "2",
            Some("V3_0") => "3",
            _ => "1",
        }
    }
}
