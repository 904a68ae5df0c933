//! Which second factors sign-in asks for, and which first.

use super::SecondFactors;
use crate::error::{InputError, Result};
use crate::factors::MfaType;
use crate::protocol::user_pool::{GetUser, MfaSettings, SetUserMfaPreference};
use crate::support::secret::Secret;

/// The second factors of the signed-in user.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct MfaPreference {
    /// The factors that sign-in asks for: with several and none preferred, the user chooses.
    pub enabled: Vec<MfaType>,
    /// The factor that sign-in asks for first.
    pub preferred: Option<MfaType>,
}

/// What is to become of a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum MfaSetting {
    /// Sign-in may ask for it. It stays the preferred one if it is, unless the same call makes another one that.
    Enabled,
    /// Sign-in asks for it first.
    Preferred,
    /// Sign-in may ask for it, but not first.
    NotPreferred,
    /// Sign-in does not ask for it.
    Disabled,
}

impl MfaSetting {
    fn into_wire(self, is_preferred_now: bool) -> MfaSettings {
        match self {
            Self::Enabled => MfaSettings { enabled: true, preferred_mfa: is_preferred_now },
            Self::Preferred => MfaSettings { enabled: true, preferred_mfa: true },
            Self::NotPreferred => MfaSettings { enabled: true, preferred_mfa: false },
            Self::Disabled => MfaSettings { enabled: false, preferred_mfa: false },
        }
    }
}

/// A change that is worth sending; what is absent stays as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PreferenceUpdate {
    sms: Option<MfaSetting>,
    totp: Option<MfaSetting>,
    email: Option<MfaSetting>,
}

impl PreferenceUpdate {
    pub fn new(
        sms: Option<MfaSetting>,
        totp: Option<MfaSetting>,
        email: Option<MfaSetting>,
    ) -> Result<Self, InputError> {
        let update = Self { sms, totp, email };
        match (update.count(None), update.count(Some(MfaSetting::Preferred))) {
            (3, _) => Err(InputError::new("mfaPreference", "there is no second factor to change")),
            (_, 2..) => Err(InputError::new("mfaPreference", "only one second factor can be the preferred one")),
            _ => Ok(update),
        }
    }

    fn count(&self, setting: Option<MfaSetting>) -> usize {
        [self.sms, self.totp, self.email].iter().filter(|given| **given == setting).count()
    }

    /// Whether it depends on which factor is the preferred one now.
    fn keeps_the_preferred_one(&self) -> bool {
        self.count(Some(MfaSetting::Enabled)) > 0 && self.count(Some(MfaSetting::Preferred)) == 0
    }

    fn into_wire(self, access_token: Secret, preferred_now: Option<&MfaType>) -> SetUserMfaPreference {
        let settings = |given: Option<MfaSetting>, kind: MfaType| {
            given.map(|setting| setting.into_wire(preferred_now == Some(&kind)))
        };
        SetUserMfaPreference {
            access_token,
            sms_mfa_settings: settings(self.sms, MfaType::Sms),
            software_token_mfa_settings: settings(self.totp, MfaType::Totp),
            email_mfa_settings: settings(self.email, MfaType::Email),
        }
    }
}

impl SecondFactors {
    pub async fn preference(&self, access_token: Secret) -> Result<MfaPreference> {
        let user = self.pool.call(&GetUser { access_token }).await?;
        let preferred = user.preferred_mfa_setting.filter(|name| !name.is_empty());
        Ok(MfaPreference {
            enabled: user.user_mfa_setting_list.iter().map(|name| MfaType::from_name(name)).collect(),
            preferred: preferred.map(|name| MfaType::from_name(&name)),
        })
    }

    /// The service changes only the factors that are sent, and forgets the preferred one among them unless it is told
    /// again; so that is read before, where it matters.
    pub async fn update_preference(&self, access_token: Secret, update: PreferenceUpdate) -> Result<()> {
        let preferred_now = if update.keeps_the_preferred_one() {
            self.preference(access_token.clone()).await?.preferred
        } else {
            None
        };
        self.pool.call(&update.into_wire(access_token, preferred_now.as_ref())).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use MfaSetting::{Disabled, Enabled, NotPreferred, Preferred};

    #[test]
    fn nothing_and_two_preferred_ones_are_refused() {
        for (sms, totp, email) in [
            (None, None, None),
            (Some(Preferred), Some(Preferred), None),
            (Some(Preferred), Some(Preferred), Some(Preferred)),
        ] {
            assert_eq!(PreferenceUpdate::new(sms, totp, email).unwrap_err().field, "mfaPreference");
        }
        assert!(PreferenceUpdate::new(Some(Disabled), Some(Disabled), Some(Disabled)).is_ok());
    }

    #[test]
    fn the_preferred_one_stays_unless_another_one_becomes_it() {
        let sent = |sms, totp, email| {
            let update = PreferenceUpdate::new(sms, totp, email).unwrap();
            let now = update.keeps_the_preferred_one().then_some(MfaType::Totp);
            let call = update.into_wire("token".into(), now.as_ref());
            let pair = |settings: Option<MfaSettings>| settings.map(|sent| (sent.enabled, sent.preferred_mfa));
            (pair(call.sms_mfa_settings), pair(call.software_token_mfa_settings), pair(call.email_mfa_settings))
        };
        assert_eq!(sent(Some(Enabled), Some(Enabled), None), (Some((true, false)), Some((true, true)), None));
        assert_eq!(sent(Some(Preferred), Some(Enabled), None), (Some((true, true)), Some((true, false)), None));
        assert_eq!(sent(None, Some(NotPreferred), None), (None, Some((true, false)), None));
        assert_eq!(sent(None, None, Some(Disabled)), (None, None, Some((false, false))));
    }
}
