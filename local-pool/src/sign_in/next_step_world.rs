//! Pools, users and attempts in a few words, for the table of what comes next.

use serde_json::json;

use super::attempt::{Attempt, ChallengeResult, Choice, DeviceProof, FirstProof, Flow, Learned, Said, SecondProof};
use super::facts::Facts;
use crate::model::device::{Device, Seen};
use crate::model::passkey::Passkey;
use crate::model::pool::{DeviceConfiguration, LocalSettings};
use crate::model::pool_mfa::{EmailMfaConfiguration, MfaConfig, SmsMfaConfiguration, SoftwareTokenMfaConfiguration};
use crate::model::software_token::SoftwareToken;
use crate::pools::{Pool, PoolSettings};
use crate::users::first_factors::FirstFactor;
use crate::users::mfa::Factor;
use crate::users::{Attributes, User, UserStatus};

pub(super) struct World {
    pub pool: Pool,
    hides: bool,
    user: Option<User>,
    passkeys: Vec<Passkey>,
    device: Option<Device>,
}

const NOW_MS: i64 = 1_000_000;

impl World {
    /// Pool: `off` (default), `optional`, `on`; `sms-only`; `otp`, `passkeys`, `both-factors` (first factors); `hides`;
    /// `device` (a remembered one), `known` (not remembered), `other-device`, `stands-in`.
    pub fn of(pool: &str, user: &str) -> Self {
        let has = |word: &str| pool.split(' ').any(|found| found == word);
        let mfa_configuration = ["on", "optional"].into_iter().find(|word| has(word)).unwrap_or("off").to_uppercase();
        let mut settings = PoolSettings { mfa_configuration, ..PoolSettings::default() };
        let mut first_factors = vec!["PASSWORD".to_owned()];
        first_factors.extend(has("otp").then(|| "EMAIL_OTP".into()));
        first_factors.extend((has("passkeys") || has("both-factors")).then(|| "WEB_AUTHN".into()));
        settings.policies.sign_in_policy.allowed_first_auth_factors = first_factors;
        if user.contains("phone-recovers") {
            settings.account_recovery_setting =
                Some(json!({ "RecoveryMechanisms": [{ "Name": "verified_phone_number", "Priority": 1 }] }));
        }
        settings.device_configuration = has("device").then(|| DeviceConfiguration {
            challenge_required_on_new_device: has("stands-in"),
            ..DeviceConfiguration::default()
        });
        let all = !has("sms-only");
        let mfa = MfaConfig {
            sms_mfa_configuration: Some(SmsMfaConfiguration::default()),
            software_token_mfa_configuration: Some(SoftwareTokenMfaConfiguration { enabled: all }),
            email_mfa_configuration: all.then(EmailMfaConfiguration::default),
            web_authn_configuration: has("both-factors").then(|| {
                serde_json::from_value(json!({ "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION" })).unwrap()
            }),
        };
        let pool = Pool {
            id: "us-east-1_Table0001".into(),
            name: "table".into(),
            settings,
            mfa,
            local: LocalSettings::default(),
            secret: Vec::new(),
            created_ms: 0,
            modified_ms: 0,
        };
        let has_passkey = user.split(' ').any(|word| word == "passkey");
        Self {
            pool,
            hides: has("hides"),
            user: self::user(user),
            passkeys: has_passkey.then(passkey).into_iter().collect(),
            device: has("device").then(|| device(!has("known"), has("other-device"))),
        }
    }

    pub fn facts(&self) -> Facts<'_> {
        Facts {
            pool: &self.pool,
            hides: self.hides,
            user: self.user.clone(),
            passkeys: self.passkeys.clone(),
            device: self.device.as_ref().map(|device| self::device(device.remembered, device.verifier != [7])),
            now_ms: NOW_MS,
        }
    }
}

/// `unknown`, `deleted`, `other-sub`, `disabled`; `temporary` (`expired`), `unconfirmed`, `reset`; `other-password`,
/// `no-email`, `other-email`, `other-phone`, `bare` (neither address); `token`, `other-token`; `token-active`, `sms-active`,
/// `email-active`, `prefers-token`, `passkey-mfa`.
pub(super) fn user(words: &str) -> Option<User> {
    let has = |word: &str| words.split(' ').any(|found| found == word);
    if has("unknown") || has("deleted") || has("other-sub") {
        return None;
    }
    let mut attributes = Attributes::new();
    if !has("bare") {
        let email = if has("other-email") { "other@example.com" } else { "ann@example.com" };
        let phone = if has("other-phone") { "+15555559999" } else { "+15555551234" };
        attributes.extend((!has("no-email")).then(|| ("email".into(), email.into())));
        attributes.insert("phone_number".into(), phone.into());
    }
    let status = match () {
        () if has("temporary") => UserStatus::ForceChangePassword,
        () if has("unconfirmed") => UserStatus::Unconfirmed,
        () if has("reset") => UserStatus::ResetRequired,
        () => UserStatus::Confirmed,
    };
    let mut user = User::new("ann".into(), "sub".into(), status, attributes, 0);
    user.enabled = !has("disabled");
    user.verifier = if has("other-password") { vec![2] } else { vec![1] };
    user.temporary_until_ms = has("temporary").then_some(if has("expired") { NOW_MS } else { NOW_MS + 1 });
    let secret = if has("other-token") { "OTHER" } else { "SECRET" };
    user.mfa.software_token = (has("token") || has("other-token")).then(|| SoftwareToken {
        secret: secret.into(),
        friendly_device_name: None,
        used_steps: Vec::new(),
    });
    for (word, factor) in
        [("sms-active", Factor::SmsMfa), ("token-active", Factor::SoftwareTokenMfa), ("email-active", Factor::EmailOtp)]
    {
        if has(word) {
            user.mfa.activate(factor);
        }
    }
    user.mfa.preferred = has("prefers-token").then_some(Factor::SoftwareTokenMfa);
    user.mfa.web_authn = has("passkey-mfa");
    Some(user)
}

fn passkey() -> Passkey {
    Passkey {
        credential_id: vec![9],
        relying_party: "localhost".into(),
        public_key: Vec::new(),
        sign_count: 0,
        aaguid: [0; 16],
        attachment: None,
        transports: Vec::new(),
        created_ms: 0,
    }
}

fn device(remembered: bool, other: bool) -> Device {
    Device {
        key: "dev".into(),
        name: None,
        salt: Vec::new(),
        verifier: if other { vec![8] } else { vec![7] },
        remembered,
        seen: Seen { ip: String::new(), sdk: String::new(), at_ms: 0 },
        created_ms: 0,
        modified_ms: 0,
    }
}

/// Flow: `srp`, `choice`, `custom` (`with-srp`; `answered`: one custom challenge). Proofs are those of [`user`] with no further word.
pub(super) fn attempt(words: &str, user: &str) -> Attempt {
    let known = self::user("token").filter(|_| !user.contains("unknown"));
    let flow = match words.split(' ').next() {
        Some("srp") => Flow::UserSrp,
        Some("choice") => Flow::Choice,
        _ => Flow::Custom,
    };
    let mut attempt = Attempt::new(flow, "ann", "ann", known.as_ref());
    let owner = self::user("token").unwrap();
    let second = |factor| Learned::Second(SecondProof::of(factor, &owner).unwrap());
    let address = "ann@example.com".to_owned();
    for word in words.split_whitespace().skip(1) {
        let choice_flow = flow == Flow::Choice;
        match word {
            "email" => attempt.choice = Some(Choice::First(FirstFactor::EmailOtp)),
            "passkey" => attempt.choice = Some(Choice::First(FirstFactor::WebAuthn)),
            "srp" => attempt.learn("SELECT_CHALLENGE", Learned::SrpBegun(FirstFactor::PasswordSrp, "a".into())),
            "password" if choice_flow => attempt.choice = Some(Choice::First(FirstFactor::Password)),
            "password" | "proven" => {
                attempt.learn("PASSWORD_VERIFIER", Learned::First(FirstProof::password(&owner, false)))
            }
            "email-proven" => {
                let proof = FirstProof::Code { factor: FirstFactor::EmailOtp, address: address.clone() };
                attempt.learn("EMAIL_OTP", Learned::First(proof));
            }
            "passkey-proven" => {
                attempt.learn("WEB_AUTHN", Learned::First(FirstProof::Passkey { credential_id: vec![9] }));
            }
            "choose-sms" => attempt.choice = Some(Choice::Second(Factor::SmsMfa)),
            "sms-proven" => attempt.learn("SMS_MFA", second(Factor::SmsMfa)),
            "token-proven" => attempt.learn("SOFTWARE_TOKEN_MFA", second(Factor::SoftwareTokenMfa)),
            "set-up-email" => attempt.choice = Some(Choice::SetUp { email: "new@example.com".into() }),
            "verified-token" => {
                attempt.asked = Some("MFA_SETUP".into());
                attempt.state = json!({ "secret": null, "proof": SecondProof::of(Factor::SoftwareTokenMfa, &owner) });
            }
            "device-begun" => attempt.choice = Some(Choice::Device { srp_a: "a".into() }),
            "device-proven" => attempt.proven.device = Some(DeviceProof::of(&device(true, false))),
            "with-srp" => {
                attempt.srp_a = Some("a".into());
                attempt.custom.as_mut().unwrap().history.push(ChallengeResult::built_in("SRP_A"));
            }
            "answered" => {
                attempt.learn("CUSTOM_CHALLENGE", Learned::Custom(ChallengeResult::built_in("CUSTOM_CHALLENGE")));
            }
            says => {
                let said = match says.strip_prefix("says-").unwrap() {
                    "tokens" => Said::Tokens,
                    "fail" => Said::Fail,
                    "custom" => Said::Challenge("CUSTOM_CHALLENGE".into()),
                    "password" => Said::Challenge("PASSWORD_VERIFIER".into()),
                    "new-password" => Said::Challenge("NEW_PASSWORD_REQUIRED".into()),
                    _ => Said::Challenge("NONSENSE".into()),
                };
                attempt.custom.as_mut().unwrap().said = Some(said);
            }
        }
    }
    attempt
}
