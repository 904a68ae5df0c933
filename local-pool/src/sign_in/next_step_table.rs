//! What comes next, over the settings of the pool, the user's factors, the device, the flow and the user's state; and that
//! nothing stale ever leads to tokens.

use proptest::prelude::*;

use super::attempt::{DeviceProof, Fingerprint, FirstProof, Learned};
use super::next_step::{Next, Refusal, next_step};
use super::next_step_world::{World, attempt, user};
use crate::users::UserStatus;
use crate::users::mfa;

/// A world in a few words: see [`World::of`].
struct Row(&'static str, &'static str, &'static str, &'static str);

/// Pool and device; user; what was proven or chosen; what comes next.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    // The first factor of each flow.
    Row("", "", "srp", "PASSWORD_VERIFIER"),
    Row("", "unknown", "srp", "PASSWORD_VERIFIER"),
    Row("", "disabled", "srp", "PASSWORD_VERIFIER"),
    Row("", "", "choice", "SELECT_CHALLENGE"),
    Row("", "unknown", "choice", "wrong"),
    Row("hides", "unknown", "choice", "SELECT_CHALLENGE"),
    Row("otp", "", "choice email", "EMAIL_OTP first"),
    Row("otp", "no-email", "choice email", "stale"),
    Row("otp", "disabled", "choice email", "disabled"),
    Row("otp hides", "disabled", "choice email", "EMAIL_OTP first"),
    Row("otp", "unknown", "choice email", "stale"),
    Row("otp hides", "unknown", "choice email", "EMAIL_OTP first"),
    Row("", "", "choice email", "stale"),
    Row("otp", "temporary", "choice email", "stale"),
    Row("otp on", "", "choice email", "stale"),
    Row("otp optional", "sms-active", "choice email", "stale"),
    Row("otp optional", "", "choice email", "EMAIL_OTP first"),
    Row("passkeys", "passkey", "choice passkey", "WEB_AUTHN"),
    Row("passkeys hides", "passkey", "choice passkey", "WEB_AUTHN"),
    Row("passkeys", "", "choice passkey", "stale"),
    Row("passkeys", "passkey disabled", "choice passkey", "disabled"),
    Row("passkeys hides", "passkey disabled", "choice passkey", "stale"),
    Row("passkeys", "unknown", "choice passkey", "stale"),
    Row("passkeys on", "passkey", "choice passkey", "stale"),
    Row("", "", "choice srp", "PASSWORD_VERIFIER"),
    Row("", "", "choice password", "wrong"),

    // What a password is worth in each state.
    Row("", "", "srp password", "tokens"),
    Row("", "", "choice password proven", "tokens"),
    Row("", "disabled", "srp password", "disabled"),
    Row("", "unconfirmed", "srp password", "not confirmed"),
    Row("", "reset", "srp password", "reset"),
    Row("", "temporary", "srp password", "NEW_PASSWORD_REQUIRED"),
    Row("", "temporary expired", "srp password", "expired"),
    Row("on", "temporary", "srp password", "NEW_PASSWORD_REQUIRED"),
    Row("", "other-password", "srp password", "stale"),
    Row("", "temporary other-password", "srp password", "stale"),
    Row("", "deleted", "srp password", "gone"),
    Row("hides", "deleted", "srp password", "gone hidden"),
    Row("", "other-sub", "srp password", "gone"),
    Row("", "temporary", "choice email-proven", "stale"),
    Row("otp", "", "choice email-proven", "tokens"),
    Row("otp", "other-email", "choice email-proven", "stale"),
    Row("", "", "choice email-proven", "stale"),
    Row("otp", "unconfirmed", "choice email-proven", "not confirmed"),
    Row("passkeys", "passkey", "choice passkey-proven", "tokens"),
    Row("passkeys", "", "choice passkey-proven", "stale"),
    Row("", "passkey", "choice passkey-proven", "stale"),
    Row("passkeys on", "passkey token", "choice passkey-proven", "SELECT_MFA_TYPE"),
    Row("both-factors on", "passkey token", "choice passkey-proven", "SELECT_MFA_TYPE"),
    Row("both-factors on", "passkey token passkey-mfa", "choice passkey-proven", "tokens"),
    Row("both-factors on", "token passkey-mfa", "srp password", "SELECT_MFA_TYPE"),

    // The second factor.
    Row("off", "token token-active", "srp password", "tokens"),
    Row("optional", "token token-active", "srp password", "SOFTWARE_TOKEN_MFA"),
    Row("optional", "token", "srp password", "tokens"),
    Row("optional", "sms-active", "srp password", "SMS_MFA"),
    Row("optional", "email-active", "srp password", "EMAIL_OTP second"),
    Row("optional", "token token-active sms-active", "srp password", "SELECT_MFA_TYPE"),
    Row("optional", "token token-active sms-active", "srp password choose-sms", "SMS_MFA"),
    Row("optional", "token token-active email-active", "srp password choose-sms", "SELECT_MFA_TYPE"),
    Row("optional", "token token-active sms-active", "srp password sms-proven", "tokens"),
    Row("optional", "token token-active sms-active prefers-token", "srp password sms-proven", "SOFTWARE_TOKEN_MFA"),
    Row("optional", "sms-active other-phone", "srp password sms-proven", "SMS_MFA"),
    Row("optional", "token token-active", "srp password token-proven", "tokens"),
    Row("optional", "other-token token-active", "srp password token-proven", "SOFTWARE_TOKEN_MFA"),
    Row("optional", "token token-active other-password", "srp password token-proven", "stale"),
    Row("on", "bare", "srp password", "MFA_SETUP"),
    Row("on", "bare", "srp password set-up-email", "EMAIL_OTP set up new@example.com"),
    Row("on", "bare token", "srp password", "SOFTWARE_TOKEN_MFA"),
    Row("on", "bare token", "srp password set-up-email", "SOFTWARE_TOKEN_MFA"),
    Row("on", "bare token", "srp password verified-token", "MFA_SETUP"),
    Row("on", "bare other-token", "srp password verified-token", "SOFTWARE_TOKEN_MFA"),
    Row("on", "bare token", "srp password token-proven", "tokens"),
    Row("on sms-only", "bare", "srp password", "MFA_SETUP"),
    Row("on sms-only", "bare", "srp password set-up-email", "MFA_SETUP"),
    Row("on sms-only", "phone-recovers", "srp password", "no factor"),

    // Remembered devices.
    Row("device", "", "srp password", "DEVICE_SRP_AUTH dev"),
    Row("device", "", "srp password device-begun", "DEVICE_PASSWORD_VERIFIER dev"),
    Row("device", "", "srp password device-proven", "tokens"),
    Row("device known", "", "srp password", "tokens"),
    Row("device other-device", "", "srp password device-proven", "DEVICE_SRP_AUTH dev"),
    Row("device", "temporary", "srp password", "NEW_PASSWORD_REQUIRED"),
    Row("device optional", "sms-active", "srp password", "SMS_MFA"),
    Row("device optional", "sms-active", "srp password device-proven", "SMS_MFA"),
    Row("device optional", "sms-active", "srp password sms-proven", "tokens"),
    Row("device stands-in optional", "sms-active", "srp password", "DEVICE_SRP_AUTH dev"),
    Row("device stands-in optional", "sms-active", "srp password device-proven", "tokens"),
    Row("device known stands-in optional", "sms-active", "srp password", "SMS_MFA"),
    Row("device stands-in on", "bare", "srp password", "MFA_SETUP"),

    // The custom flow.
    Row("", "", "custom", "define"),
    Row("", "unknown", "custom", "define"),
    Row("", "disabled", "custom", "disabled"),
    Row("hides", "disabled", "custom", "define"),
    Row("hides", "disabled", "custom says-tokens", "wrong"),
    Row("", "", "custom says-tokens", "tokens"),
    Row("hides", "", "custom says-tokens", "tokens"),
    Row("", "unknown", "custom says-tokens", "wrong"),
    Row("", "unconfirmed", "custom says-tokens", "not confirmed"),
    Row("", "", "custom says-fail", "wrong"),
    Row("", "", "custom says-custom", "CUSTOM_CHALLENGE"),
    Row("", "", "custom says-nonsense", "unrecognizable"),
    Row("", "", "custom says-password", "unrecognizable"),
    Row("", "", "custom with-srp says-password", "PASSWORD_VERIFIER"),
    Row("", "", "custom with-srp password says-password", "unrecognizable"),
    Row("", "", "custom answered says-password", "unrecognizable"),
    Row("", "", "custom with-srp answered says-password", "unrecognizable"),
    Row("", "", "custom says-new-password", "unrecognizable"),
    Row("", "temporary", "custom says-new-password", "unrecognizable"),
    Row("", "temporary", "custom with-srp password says-new-password", "NEW_PASSWORD_REQUIRED"),
    Row("", "reset", "custom with-srp password says-new-password", "NEW_PASSWORD_REQUIRED"),
    Row("", "temporary other-password", "custom with-srp password says-new-password", "stale"),
    Row("optional", "sms-active", "custom", "define"),
    Row("optional", "sms-active", "custom says-tokens", "tokens"),
    Row("optional", "sms-active", "custom with-srp password", "SMS_MFA"),
    Row("optional", "sms-active", "custom with-srp password says-tokens", "SMS_MFA"),
    Row("optional", "sms-active", "custom with-srp password sms-proven", "define"),
    Row("optional", "sms-active", "custom with-srp password sms-proven says-tokens", "tokens"),
    Row("optional", "sms-active temporary", "custom with-srp password", "define"),
    Row("device", "", "custom says-tokens", "DEVICE_SRP_AUTH dev"),
    Row("device", "", "custom says-tokens device-proven", "tokens"),
    Row("device optional", "sms-active", "custom with-srp password sms-proven says-tokens", "tokens"),
    Row("device", "", "custom says-custom", "CUSTOM_CHALLENGE"),
    Row("device stands-in optional", "sms-active", "custom with-srp password", "define"),
    Row("device stands-in optional", "sms-active", "custom with-srp password says-tokens", "DEVICE_SRP_AUTH dev"),
];

#[test]
fn the_table_holds() {
    let mut wrong = Vec::new();
    for Row(pool, user, attempt, expected) in TABLE {
        let world = World::of(pool, user);
        let said = said(next_step(&super::next_step_world::attempt(attempt, user), &world.facts()));
        if said != *expected {
            wrong.push(format!("{pool} | {user} | {attempt}: {said}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn said(step: Result<Next, Refusal>) -> String {
    match step {
        Ok(Next::Ask(question)) => question.key(),
        Ok(Next::Define) => "define".into(),
        Ok(Next::Tokens) => "tokens".into(),
        Err(refusal) => match refusal {
            Refusal::Stale => "stale",
            Refusal::Gone { hidden: false } => "gone",
            Refusal::Gone { hidden: true } => "gone hidden",
            Refusal::WrongCredentials => "wrong",
            Refusal::Disabled => "disabled",
            Refusal::NotConfirmed => "not confirmed",
            Refusal::ResetRequired => "reset",
            Refusal::TemporaryPasswordExpired => "expired",
            Refusal::NoFactor => "no factor",
            Refusal::Unrecognizable => "unrecognizable",
        }
        .into(),
    }
}

fn some_of(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::subsequence(words, 0..=words.len()).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// Whatever the world, the user and the attempt have become: tokens mean that all that is required now was proven
    /// with what the user has now.
    #[test]
    fn tokens_take_all_that_is_required_now(
        pool in some_of(&["on", "optional", "otp", "passkeys", "both-factors", "hides", "device", "known", "other-device",
                          "stands-in", "sms-only"]),
        user in some_of(&["disabled", "temporary", "unconfirmed", "reset", "other-password", "other-email", "other-phone",
                          "bare", "token", "other-token", "sms-active", "token-active", "email-active", "prefers-token",
                          "passkey", "passkey-mfa", "unknown", "deleted"]),
        flow in prop::sample::select(vec!["srp", "choice"]),
        proofs in some_of(&["password", "email-proven", "passkey-proven", "choose-sms", "sms-proven", "token-proven",
                            "set-up-email", "verified-token", "device-begun", "device-proven"]),
    ) {
        let world = World::of(&pool, &user);
        let mut attempt = attempt(&format!("{flow} {proofs}"), &user);
        if flow == "choice" && proofs.contains("password") {
            let owner = self::user("").unwrap();
            attempt.learn("PASSWORD", Learned::First(FirstProof::password(&owner, false)));
        }
        let facts = world.facts();
        if next_step(&attempt, &facts) != Ok(Next::Tokens) {
            return Ok(());
        }
        let user = facts.user.as_ref().unwrap();
        prop_assert!(user.enabled && user.status == UserStatus::Confirmed);
        let by_passkey = match attempt.proven.first.as_ref().unwrap() {
            FirstProof::Password { verifier, .. } => {
                prop_assert_eq!(verifier, &Fingerprint::of(&user.verifier));
                false
            }
            FirstProof::Code { address, .. } => {
                prop_assert!(pool.contains("otp"));
                prop_assert_eq!(user.attribute("email"), Some(address.as_str()));
                false
            }
            FirstProof::Passkey { .. } => {
                prop_assert!(!facts.passkeys.is_empty());
                true
            }
            FirstProof::SignUp { .. } => unreachable!(),
        };
        let mfa = world.pool.settings.mfa_configuration.as_str();
        let is_asked = mfa == "ON" || mfa == "OPTIONAL" && !user.mfa.active.is_empty()
            && user.mfa.active.iter().any(|factor| mfa::is_usable(&world.pool, user, *factor));
        let stands_for_both = by_passkey && pool.contains("both-factors") && user.mfa.web_authn;
        let by_device = facts.device.as_ref().is_some_and(|device| {
            device.remembered && attempt.proven.device.as_ref() == Some(&DeviceProof::of(device))
        });
        let by_factor = attempt.proven.second.as_ref().is_some_and(|proof| proof.holds(user));
        let remembered = facts.device.as_ref().is_some_and(|device| device.remembered);
        if is_asked && !stands_for_both {
            prop_assert!(by_factor || by_device && pool.contains("stands-in"), "{} | {} | {}", pool, user.username, proofs);
        } else if remembered && !stands_for_both && !by_factor {
            prop_assert!(by_device);
        }
    }
}
