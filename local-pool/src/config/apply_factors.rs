//! The part of a configured pool that is about factors, devices and recovery.

use serde_json::{Value, json};

use super::pool::PoolConfig;
use crate::model::pool::{DeviceConfiguration, UserAttributeUpdateSettings};
use crate::model::pool_mfa::{
    EmailMfaConfiguration, MfaConfig, SmsMfaConfiguration, SoftwareTokenMfaConfiguration, WebAuthnConfiguration,
};
use crate::pools::PoolSettings;

/// The members that `UpdateUserPool` sets.
pub(super) fn settings(config: &PoolConfig, settings: &mut PoolSettings) {
    settings.mfa_configuration.clone_from(&config.mfa);
    settings.policies.sign_in_policy.allowed_first_auth_factors.clone_from(&config.first_factors);
    settings.device_configuration = config.devices.map(|devices| DeviceConfiguration {
        challenge_required_on_new_device: devices.challenge_required_on_new_device,
        device_only_remembered_on_user_prompt: devices.only_remembered_on_user_prompt,
    });
    if !config.account_recovery.is_empty() {
        let ranked = config.account_recovery.iter().zip(1..);
        let mechanisms: Vec<Value> =
            ranked.map(|(name, priority)| json!({ "Name": name, "Priority": priority })).collect();
        settings.account_recovery_setting = Some(json!({ "RecoveryMechanisms": mechanisms }));
    }
    if !config.verify_before_update.is_empty() {
        settings.user_attribute_update_settings = Some(UserAttributeUpdateSettings {
            attributes_require_verification_before_update: config.verify_before_update.clone(),
        });
    }
}

/// The members that `SetUserPoolMfaConfig` sets.
pub(super) fn mfa_config(config: &PoolConfig) -> MfaConfig {
    let listed = |factor: &str| match config.mfa_factors.as_slice() {
        [] => config.mfa != "OFF",
        factors => factors.iter().any(|name| name == factor),
    };
    let passkeys = config.relying_party.is_some() || config.first_factors.iter().any(|name| name == "WEB_AUTHN");
    MfaConfig {
        sms_mfa_configuration: listed("SMS_MFA").then(SmsMfaConfiguration::default),
        software_token_mfa_configuration: listed("SOFTWARE_TOKEN_MFA")
            .then_some(SoftwareTokenMfaConfiguration { enabled: true }),
        email_mfa_configuration: listed("EMAIL_OTP").then(EmailMfaConfiguration::default),
        web_authn_configuration: passkeys.then(|| WebAuthnConfiguration {
            relying_party_id: config.relying_party.clone(),
            user_verification: config.user_verification.clone(),
            factor_configuration: None,
        }),
    }
}
