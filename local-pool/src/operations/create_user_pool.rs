use serde_json::{Map, Value, json};

use crate::error::{Outcome, ServiceError};
use crate::model::pool::LocalSettings;
use crate::model::pool_mfa::{MfaConfig, SmsMfaConfiguration};
use crate::model::schema::{self, SchemaAttribute};
use crate::pools::{self, Pool, PoolSettings};
use crate::service::Call;
use crate::users::mfa::Factor;
use crate::wire::answer::Answer;
use crate::wire::constraint::wrong_type;

pub(super) type Request = Map<String, Value>;

pub(super) async fn run(call: &Call, mut request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let name = request.remove("PoolName").and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
    let additions = request.remove("Schema").unwrap_or_else(|| json!([]));
    let additions: Vec<SchemaAttribute> = serde_json::from_value(additions).map_err(|_| wrong_type())?;
    let mut settings: PoolSettings = serde_json::from_value(Value::Object(request)).map_err(|_| wrong_type())?;
    let mut mfa = MfaConfig::default();
    take_sms(&settings, &mut mfa);
    check(&settings, &mfa)?;
    settings.schema_attributes = schema::with_additions(additions);
    let now = service.now_ms();
    let pool = Pool {
        id: pools::new_pool_id(&service.region, &service.random),
        name,
        settings,
        mfa,
        local: LocalSettings::default(),
        secret: service.random.bytes::<32>().to_vec(),
        created_ms: now,
        modified_ms: now,
    };
    service.store.put_pool(&pool)?;
    Ok(Answer::Json(json!({ "UserPool": super::describe_user_pool::describe(&pool, 0)? })))
}

/// With MFA, a pool's `SmsConfiguration` makes SMS one of the factors; the others only SetUserPoolMfaConfig can add.
pub(super) fn take_sms(settings: &PoolSettings, mfa: &mut MfaConfig) {
    if settings.mfa_configuration == "OFF" {
        return;
    }
    let Some(configuration) = settings.other.get("SmsConfiguration") else { return };
    let message = settings.other.get("SmsAuthenticationMessage").and_then(Value::as_str).map(str::to_owned);
    mfa.sms_mfa_configuration = Some(SmsMfaConfiguration {
        sms_authentication_message: message,
        sms_configuration: Some(configuration.clone()),
    });
}

pub(super) fn check(settings: &PoolSettings, mfa: &MfaConfig) -> Outcome<()> {
    let refuse = |text: &str| Err(ServiceError::invalid_parameter(text));
    if !settings.alias_attributes.is_empty() && !settings.username_attributes.is_empty() {
        return refuse("Only one of the aliasAttributes or usernameAttributes can be set in a user pool.");
    }
    if settings.mfa_configuration != "OFF" && !Factor::ALL.into_iter().any(|factor| mfa.enables(factor)) {
        return refuse(
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
        );
    }
    let mut first_factors = settings.policies.sign_in_policy.allowed_first_auth_factors.iter();
    if settings.mfa_configuration == "ON" && first_factors.any(|factor| factor.ends_with("_OTP")) {
        return refuse("EMAIL_OTP and SMS_OTP cannot be first factors when MFA is required.");
    }
    Ok(())
}
