use serde_json::json;

use super::*;
use crate::model::pool::LocalSettings;
use crate::model::pool_mfa::{EmailMfaConfiguration, MfaConfig, SmsMfaConfiguration, SoftwareTokenMfaConfiguration};
use crate::model::software_token::SoftwareToken;
use crate::pools::PoolSettings;
use crate::users::{Attributes, UserStatus};

/// One row of the developer guide's table. Factors are `s` (SMS), `t` (software token), `e` (e-mail).
struct Row {
    mfa: &'static str,
    /// The factors of the pool.
    pool: &'static str,
    recovery: &'static [&'static str],
    /// What the user has: `p` a phone number, `t` a registered token, `e` an e-mail address.
    has: &'static str,
    active: &'static str,
    preferred: &'static str,
    decision: &'static str,
}

const RECOVERY_OFF: &[&str] = &[];
const BY_EMAIL: &[&str] = &["verified_email", "verified_phone_number"];
const BY_PHONE: &[&str] = &["verified_phone_number", "verified_email"];
const ADMIN: &[&str] = &["admin_only"];

#[rustfmt::skip]
const TABLE: &[Row] = &[
    row("OFF", "ste", RECOVERY_OFF, "pte", "ste", "t", "none"),
    row("OPTIONAL", "ste", RECOVERY_OFF, "pe", "", "", "none"),
    // A registered token alone does not prompt.
    row("OPTIONAL", "ste", RECOVERY_OFF, "pte", "", "", "none"),
    row("OPTIONAL", "ste", RECOVERY_OFF, "pte", "t", "", "ask t"),
    row("OPTIONAL", "ste", RECOVERY_OFF, "pte", "e", "", "ask e"),
    row("OPTIONAL", "ste", RECOVERY_OFF, "pte", "ste", "s", "ask s"),
    row("OPTIONAL", "ste", RECOVERY_OFF, "pte", "st", "", "choose st"),
    row("OPTIONAL", "ste", RECOVERY_OFF, "pte", "ste", "", "choose ste"),
    // The phone number is gone, or the pool has taken the factor away.
    row("OPTIONAL", "ste", RECOVERY_OFF, "te", "st", "s", "ask t"),
    row("OPTIONAL", "te", RECOVERY_OFF, "pe", "s", "s", "none"),
    row("OPTIONAL", "se", RECOVERY_OFF, "t", "t", "", "ask t"),
    row("ON", "ste", RECOVERY_OFF, "pte", "ste", "e", "ask e"),
    row("ON", "ste", RECOVERY_OFF, "t", "", "", "ask t"),
    row("ON", "ste", RECOVERY_OFF, "pt", "", "", "choose st"),
    row("ON", "ste", BY_PHONE, "pte", "", "", "choose te"),
    row("ON", "st", RECOVERY_OFF, "te", "", "", "ask t"),
    row("ON", "ste", RECOVERY_OFF, "p", "", "", "ask s"),
    row("ON", "ste", RECOVERY_OFF, "e", "", "", "ask e"),
    row("ON", "ste", BY_EMAIL, "pe", "", "", "ask s"),
    row("ON", "ste", BY_PHONE, "pe", "", "", "ask e"),
    row("ON", "ste", RECOVERY_OFF, "pe", "", "", "choose se"),
    row("ON", "ste", ADMIN, "pe", "", "", "choose se"),
    row("ON", "e", BY_EMAIL, "e", "", "", "impossible"),
    row("ON", "se", BY_EMAIL, "e", "", "", "impossible"),
    row("ON", "te", BY_EMAIL, "e", "", "", "set up t"),
    row("ON", "t", RECOVERY_OFF, "pe", "", "", "set up t"),
    row("ON", "te", RECOVERY_OFF, "p", "", "", "set up te"),
    row("ON", "st", RECOVERY_OFF, "", "", "", "set up st"),
    row("ON", "ste", BY_PHONE, "", "", "", "set up te"),
    row("ON", "se", BY_EMAIL, "", "", "", "set up s"),
    row("ON", "s", BY_PHONE, "", "", "", "impossible"),
];

const fn row(
    mfa: &'static str,
    pool: &'static str,
    recovery: &'static [&'static str],
    has: &'static str,
    active: &'static str,
    preferred: &'static str,
    decision: &'static str,
) -> Row {
    Row { mfa, pool, recovery, has, active, preferred, decision }
}

fn factors(letters: &str) -> Vec<Factor> {
    let all = [('s', Factor::SmsMfa), ('t', Factor::SoftwareTokenMfa), ('e', Factor::EmailOtp)];
    all.into_iter().filter(|(letter, _)| letters.contains(*letter)).map(|(_, factor)| factor).collect()
}

fn pool(row: &Row) -> Pool {
    let mut settings = PoolSettings { mfa_configuration: row.mfa.into(), ..PoolSettings::default() };
    if !row.recovery.is_empty() {
        let ranked = row.recovery.iter().zip(1..);
        let mut list: Vec<_> = ranked.map(|(name, priority)| json!({ "Name": name, "Priority": priority })).collect();
        // The order in the list means nothing.
        list.reverse();
        settings.account_recovery_setting = Some(json!({ "RecoveryMechanisms": list }));
    }
    let on = |letter: char| row.pool.contains(letter);
    let mfa = MfaConfig {
        sms_mfa_configuration: on('s').then(SmsMfaConfiguration::default),
        software_token_mfa_configuration: Some(SoftwareTokenMfaConfiguration { enabled: on('t') }),
        email_mfa_configuration: on('e').then(EmailMfaConfiguration::default),
        web_authn_configuration: None,
    };
    Pool {
        id: "us-east-1_Table0001".into(),
        name: "table".into(),
        settings,
        mfa,
        local: LocalSettings::default(),
        secret: Vec::new(),
        created_ms: 0,
        modified_ms: 0,
    }
}

fn user(row: &Row) -> User {
    let mut attributes = Attributes::new();
    for (letter, name, value) in [('p', "phone_number", "+15555551234"), ('e', "email", "ann@example.com")] {
        if row.has.contains(letter) {
            attributes.insert(name.into(), value.into());
        }
    }
    let mut user = User::new("ann".into(), "sub".into(), UserStatus::Confirmed, attributes, 0);
    user.mfa.active = factors(row.active);
    user.mfa.preferred = factors(row.preferred).first().copied();
    user.mfa.software_token = row.has.contains('t').then(|| SoftwareToken {
        secret: "GEZDGNBV".into(),
        friendly_device_name: None,
        used_steps: Vec::new(),
    });
    user
}

#[test]
fn the_table_of_the_guide_holds() {
    for (index, row) in TABLE.iter().enumerate() {
        let expected = match row.decision.rsplit_once(' ') {
            Some(("ask", letters)) => Decision::Ask(factors(letters)[0]),
            Some(("choose", letters)) => Decision::Choose(factors(letters)),
            Some((_, letters)) => Decision::SetUp(factors(letters)),
            None if row.decision == "none" => Decision::NotAsked,
            None => Decision::Impossible,
        };
        assert_eq!(decide(&pool(row), &user(row)), expected, "row {index}");
    }
}
