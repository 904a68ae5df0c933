use serde::Deserialize;
use serde_json::json;

use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;
use crate::service::Call;
use crate::store::users;
use crate::tokens::verify;
use crate::users::User;
use crate::users::mfa::{self, Factor, Preference, is_usable};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    access_token: String,
    #[serde(flatten)]
    preferences: Preferences,
}

/// The members for the factors; one that is absent leaves its factor as it is.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Preferences {
    #[serde(rename = "SMSMfaSettings")]
    sms_mfa_settings: Option<Preference>,
    software_token_mfa_settings: Option<Preference>,
    email_mfa_settings: Option<Preference>,
    web_authn_mfa_settings: Option<PasskeyPreference>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct PasskeyPreference {
    enabled: bool,
}

impl Preferences {
    fn listed(&self) -> Vec<(Factor, Preference)> {
        let members = [
            (Factor::SmsMfa, self.sms_mfa_settings),
            (Factor::SoftwareTokenMfa, self.software_token_mfa_settings),
            (Factor::EmailOtp, self.email_mfa_settings),
        ];
        members.into_iter().filter_map(|(factor, preference)| Some((factor, preference?))).collect()
    }
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let bearer = verify::access_token(call, &request.access_token).await?;
    set(call, &bearer.pool, &bearer.user.username, &request.preferences, |before, after| {
        let pool = &bearer.pool;
        let active = |user: &User| user.mfa.active.iter().any(|factor| is_usable(pool, user, *factor));
        if pool.settings.mfa_configuration == "ON" && active(before) && !active(after) {
            return Err(ServiceError::invalid_parameter("MFA is required in this user pool and cannot be disabled."));
        }
        Ok(())
    })
}

/// Writes the preferences, if `check` has nothing against the change.
pub(super) fn set(
    call: &Call,
    pool: &Pool,
    username: &str,
    preferences: &Preferences,
    check: impl FnOnce(&User, &User) -> Outcome<()>,
) -> Outcome<Answer> {
    let service = &call.service;
    service.store.write(|db| {
        let before = users::named(db, pool, username)?;
        let mut user = before.clone();
        let listed = preferences.listed();
        mfa::prefer(pool, &mut user, &listed)?;
        if let Some(passkeys) = preferences.web_authn_mfa_settings {
            mfa::prefer_passkeys(pool, &mut user, passkeys.enabled, &listed)?;
        }
        // They stand in for a factor, and do not stand alone.
        user.mfa.web_authn &= !user.mfa.active.is_empty();
        check(&before, &user)?;
        user.modified_ms = service.now_ms();
        users::update(db, pool, &user)
    })?;
    Ok(Answer::Json(json!({})))
}
