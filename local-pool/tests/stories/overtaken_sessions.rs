//! Sessions that were overtaken: what they were opened with is not so any more when they are answered. None of them
//! signs anybody in, and none changes a user.

use std::time::Duration;

use local_pool::{PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::mfa::{self, next_codes, set_up_token, totp};
use crate::client::srp::SrpClient;
use crate::client::{PASSWORD, Reply, TestPool};

const TEMPORARY: &str = "Temporary-1!";
const GUESSED: &str = "Attacker-Pw-9";

#[track_caller]
fn check_refused(reply: &Reply) {
    assert!(reply.status == 400 && reply.json()["__type"].is_string(), "{} {}", reply.status, reply.text);
}

async fn temporary() -> TestPool {
    let api = TestPool::start(PoolConfig::default()).await;
    api.server.create_user_with_temporary_password("ann", TEMPORARY, &[]).unwrap();
    api
}

async fn session(api: &TestPool, password: &str) -> Value {
    api.password("ann", password).await.ok()["Session"].clone()
}

async fn new_password(api: &TestPool, session: &Value, password: &str) -> Reply {
    let responses = json!({ "USERNAME": "ann", "NEW_PASSWORD": password });
    api.respond("NEW_PASSWORD_REQUIRED", Some(session), responses).await
}

async fn admin(api: &TestPool, operation: &str, mut body: Value) {
    body["Username"] = json!("ann");
    api.server.call(operation, body).await.unwrap();
}

#[tokio::test]
async fn a_temporary_password_is_replaced_once() {
    let api = temporary().await;
    let (own, other) = (session(&api, TEMPORARY).await, session(&api, TEMPORARY).await);
    new_password(&api, &own, PASSWORD).await.ok();
    check_refused(&new_password(&api, &other, GUESSED).await);
    api.tokens("ann").await;
    api.password("ann", GUESSED).await.refused_as("NotAuthorizedException");
}

#[tokio::test]
async fn a_session_of_a_replaced_temporary_password_sets_none() {
    let set = |password: &str, permanent: bool| json!({ "Password": password, "Permanent": permanent });
    let renewed = "Temporary-2!";
    let changes = [
        ("AdminSetUserPassword", set(PASSWORD, true), PASSWORD),
        ("AdminSetUserPassword", set(renewed, false), renewed),
        // The same text, given anew, is another password.
        ("AdminSetUserPassword", set(TEMPORARY, false), TEMPORARY),
        ("AdminCreateUser", json!({ "MessageAction": "RESEND", "TemporaryPassword": renewed }), renewed),
    ];
    for (operation, change, current) in changes {
        let api = temporary().await;
        let overtaken = session(&api, TEMPORARY).await;
        admin(&api, operation, change).await;
        check_refused(&new_password(&api, &overtaken, GUESSED).await);
        api.password("ann", current).await.ok();
        api.password("ann", GUESSED).await.refused_as("NotAuthorizedException");
    }
}

#[tokio::test]
async fn a_session_is_none_of_whoever_takes_the_name() {
    let api = temporary().await;
    let overtaken = session(&api, TEMPORARY).await;
    api.server.delete_user("ann").unwrap();
    api.server.create_user_with_temporary_password("ann", TEMPORARY, &[]).unwrap();
    check_refused(&new_password(&api, &overtaken, GUESSED).await);
    api.password("ann", TEMPORARY).await.ok();
}

#[tokio::test]
async fn a_challenge_for_a_password_that_was_replaced_is_void() {
    let api = TestPool::with_ann().await;
    let srp = SrpClient::new();
    let first = json!({ "USERNAME": "ann", "SRP_A": srp.public_hex() });
    let challenge = api.initiate("USER_SRP_AUTH", first).await.ok()["ChallengeParameters"].clone();
    admin(&api, "AdminSetUserPassword", json!({ "Password": "Other-Horse-9", "Permanent": true })).await;
    for password in [PASSWORD, "Other-Horse-9"] {
        let proof = srp.responses(&api, password, &challenge);
        api.respond("PASSWORD_VERIFIER", None, proof).await.refused_as("NotAuthorizedException");
    }
}

/// A pool that requires MFA; `ann` has nothing for it yet.
async fn bare(factors: &[&str]) -> TestPool {
    let mfa_factors = factors.iter().map(|factor| (*factor).to_owned()).collect();
    let config = PoolConfig { mfa: "ON".into(), mfa_factors, ..PoolConfig::default() };
    TestPool::start(config.with_user("ann", PASSWORD, &[])).await
}

async fn associate(api: &TestPool, session: &Value) -> Reply {
    api.call("AssociateSoftwareToken", json!({ "Session": session })).await
}

async fn verify(api: &TestPool, session: &Value, secret: &Value) -> Reply {
    let body = json!({ "Session": session, "UserCode": totp(api, secret, 0) });
    api.call("VerifySoftwareToken", body).await
}

async fn finish(api: &TestPool, session: &Value) -> Reply {
    api.respond("MFA_SETUP", Some(session), json!({ "USERNAME": "ann" })).await
}

/// Sets an app up on the way in, as its owner would. Returns its secret.
async fn set_up(api: &TestPool) -> Value {
    let handed_out = associate(api, &session(api, PASSWORD).await).await.ok();
    let secret = handed_out["SecretCode"].clone();
    let verified = verify(api, &handed_out["Session"], &secret).await.ok();
    finish(api, &verified["Session"]).await.ok();
    secret
}

/// Checks that the app with this secret is the second factor, and signs in with it.
async fn check_app(api: &TestPool, secret: &Value) {
    next_codes(api);
    let asked = api.password("ann", PASSWORD).await.ok();
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let responses = json!({ "USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": totp(api, secret, 0) });
    api.respond("SOFTWARE_TOKEN_MFA", Some(&asked["Session"]), responses).await.ok();
}

#[tokio::test]
async fn a_setup_does_not_replace_a_factor_that_was_set_up_meanwhile() {
    let api = bare(&["SOFTWARE_TOKEN_MFA"]).await;
    let at_the_start = session(&api, PASSWORD).await;
    let with_secret = associate(&api, &session(&api, PASSWORD).await).await.ok();
    let owner = set_up(&api).await;
    check_refused(&associate(&api, &at_the_start).await);
    check_refused(&finish(&api, &at_the_start).await);
    check_refused(&verify(&api, &with_secret["Session"], &with_secret["SecretCode"]).await);
    check_refused(&finish(&api, &with_secret["Session"]).await);
    check_app(&api, &owner).await;
}

#[tokio::test]
async fn of_two_setups_at_once_one_counts() {
    let api = bare(&["SOFTWARE_TOKEN_MFA"]).await;
    let one = associate(&api, &session(&api, PASSWORD).await).await.ok();
    let two = associate(&api, &session(&api, PASSWORD).await).await.ok();
    let (first, second) = tokio::join!(
        verify(&api, &one["Session"], &one["SecretCode"]),
        verify(&api, &two["Session"], &two["SecretCode"])
    );
    let winners: Vec<_> =
        [(&first, &one), (&second, &two)].into_iter().filter(|(reply, _)| reply.status == 200).collect();
    assert_eq!(winners.len(), 1, "{} {}", first.text, second.text);
    finish(&api, &winners[0].0.json()["Session"]).await.ok();
    check_app(&api, &winners[0].1["SecretCode"]).await;
}

#[tokio::test]
async fn an_address_is_not_set_up_beside_a_factor_that_is_there() {
    let api = bare(&["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]).await;
    let responses = json!({ "USERNAME": "ann", "EMAIL": "attacker@example.com" });
    let waiting = session(&api, PASSWORD).await;
    let sent = api.respond("MFA_SETUP", Some(&session(&api, PASSWORD).await), responses.clone()).await.ok();
    assert_eq!(sent["ChallengeName"], "EMAIL_OTP");
    let code = api.server.last_code("attacker@example.com").unwrap();
    let owner = set_up(&api).await;
    check_refused(&api.respond("MFA_SETUP", Some(&waiting), responses).await);
    let answer = json!({ "USERNAME": "ann", "EMAIL_OTP_CODE": code });
    check_refused(&api.respond("EMAIL_OTP", Some(&sent["Session"]), answer).await);
    let user = api.server.call("AdminGetUser", json!({ "Username": "ann" })).await.unwrap();
    assert!(!user.to_string().contains("attacker@example.com"), "{user}");
    check_app(&api, &owner).await;
}

#[tokio::test]
async fn renewals_do_not_outlive_the_session_they_began_with() {
    let api = bare(&["SOFTWARE_TOKEN_MFA"]).await;
    let mut renewed = session(&api, PASSWORD).await;
    for _ in 0..3 {
        api.server.clock().advance(Duration::from_secs(50));
        renewed = associate(&api, &renewed).await.ok()["Session"].clone();
    }
    api.server.clock().advance(Duration::from_secs(31));
    let expired = "Invalid session for the user, session is expired.";
    associate(&api, &renewed).await.refused("NotAuthorizedException", expired);
    finish(&api, &renewed).await.refused("NotAuthorizedException", expired);
}

#[tokio::test]
async fn a_secret_belongs_to_the_session_it_was_handed_out_to() {
    let api = bare(&["SOFTWARE_TOKEN_MFA"]).await;
    let mine = associate(&api, &session(&api, PASSWORD).await).await.ok();
    let other = associate(&api, &session(&api, PASSWORD).await).await.ok();
    let bare_session = session(&api, PASSWORD).await;
    verify(&api, &other["Session"], &mine["SecretCode"]).await.refused_as("EnableSoftwareTokenMFAException");
    verify(&api, &bare_session, &mine["SecretCode"]).await.refused_as("SoftwareTokenMFANotFoundException");
    // One that was handed out later takes the place of an earlier one.
    let later = associate(&api, &mine["Session"]).await.ok();
    verify(&api, &later["Session"], &mine["SecretCode"]).await.refused_as("EnableSoftwareTokenMFAException");
    verify(&api, &later["Session"], &later["SecretCode"]).await.ok();
}

#[tokio::test]
async fn a_secret_of_a_session_is_none_of_an_access_token() {
    let factors = vec!["SOFTWARE_TOKEN_MFA".to_owned()];
    let config = PoolConfig { mfa: "OPTIONAL".into(), mfa_factors: factors, ..PoolConfig::default() };
    let api = TestPool::start(config.with_user("ann", PASSWORD, &[])).await;
    let token = api.tokens("ann").await["AccessToken"].clone();
    let by_token = api.call("AssociateSoftwareToken", json!({ "AccessToken": token })).await.ok();
    let mode = |mode: &str| json!({ "MfaConfiguration": mode, "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    api.server.call("SetUserPoolMfaConfig", mode("ON")).await.unwrap();
    let by_session = associate(&api, &session(&api, PASSWORD).await).await.ok();
    let with_token = |secret: &Value| json!({ "AccessToken": token, "UserCode": totp(&api, secret, 0) });
    let refused = api.call("VerifySoftwareToken", with_token(&by_session["SecretCode"])).await;
    refused.refused_as("EnableSoftwareTokenMFAException");
    let refused = verify(&api, &by_session["Session"], &by_token["SecretCode"]).await;
    refused.refused_as("EnableSoftwareTokenMFAException");
    api.call("VerifySoftwareToken", with_token(&by_token["SecretCode"])).await.ok();
    // Now there is a factor.
    check_refused(&verify(&api, &by_session["Session"], &by_session["SecretCode"]).await);
    check_app(&api, &by_token["SecretCode"]).await;
}

#[tokio::test]
async fn a_session_that_waits_for_a_second_factor_ends_with_its_password() {
    let bare = bare(&["SOFTWARE_TOKEN_MFA"]).await;
    let sms = mfa::pool("ON", &["SMS_MFA"]).await;
    let app = mfa::pool("OPTIONAL", &["SOFTWARE_TOKEN_MFA"]).await;
    let secret = set_up_token(&app, &app.tokens("ann").await["AccessToken"]).await;
    let preference = json!({ "Enabled": true, "PreferredMfa": true });
    mfa::prefer(&app, json!({ "SoftwareTokenMfaSettings": preference })).await;
    next_codes(&app);
    for api in [&bare, &sms, &app] {
        let waiting = api.password("ann", PASSWORD).await.ok();
        admin(api, "AdminSetUserPassword", json!({ "Password": "Other-Horse-9", "Permanent": true })).await;
        admin(api, "AdminUserGlobalSignOut", json!({})).await;
        let name = waiting["ChallengeName"].as_str().unwrap();
        let answer = match name {
            "SMS_MFA" => json!({ "USERNAME": "ann", "SMS_MFA_CODE": mfa::sent(api, "sms") }),
            "SOFTWARE_TOKEN_MFA" => json!({ "USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": totp(api, &secret, 0) }),
            _ => json!({ "USERNAME": "ann" }),
        };
        check_refused(&associate(api, &waiting["Session"]).await);
        let refused = api.respond(name, Some(&waiting["Session"]), answer).await;
        refused.refused("NotAuthorizedException", "Invalid session for the user.");
    }
}

/// What changes while the last trigger runs counts as well: pool, user and secrets.
#[tokio::test]
async fn what_changes_while_a_trigger_runs_counts_at_once() {
    let mfa = json!({ "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    let password = json!({ "Username": "ann", "Password": GUESSED, "Permanent": true });
    let changes = [
        ("SetUserPoolMfaConfig", mfa),
        ("AdminDisableUser", json!({ "Username": "ann" })),
        ("AdminSetUserPassword", password),
        ("AdminDeleteUser", json!({ "Username": "ann" })),
    ];
    for (operation, mut body) in changes {
        let api = TestPool::with_ann().await;
        body["UserPoolId"] = json!(api.server.pool_id());
        let endpoint = api.server.endpoint().to_owned();
        api.server.set_trigger(TriggerKind::PostAuthentication, move |event| {
            let (endpoint, body) = (endpoint.clone(), body.to_string());
            let change = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let target = format!("AWSCognitoIdentityProviderService.{operation}");
                    let request = crate::client::http().post(endpoint).header("x-amz-target", target).body(body);
                    request.send().await.unwrap().status().as_u16()
                })
            });
            assert_eq!(change.join().unwrap(), 200, "{operation}");
            Ok(event)
        });
        check_refused(&api.password("ann", PASSWORD).await);
    }
}

#[tokio::test]
async fn a_code_counts_for_the_factor_that_would_be_asked_for_now() {
    let api = mfa::pool("OPTIONAL", &["SMS_MFA", "EMAIL_OTP"]).await;
    let preferred = json!({ "Enabled": true, "PreferredMfa": true });
    mfa::prefer(&api, json!({ "SMSMfaSettings": preferred, "EmailMfaSettings": mfa::enabled() })).await;
    let waiting = api.password("ann", PASSWORD).await.ok();
    assert_eq!(waiting["ChallengeName"], "SMS_MFA");
    let answer = json!({ "USERNAME": "ann", "SMS_MFA_CODE": mfa::sent(&api, "sms") });
    mfa::prefer(&api, json!({ "EmailMfaSettings": preferred })).await;
    let refused = api.respond("SMS_MFA", Some(&waiting["Session"]), answer).await;
    refused.refused("NotAuthorizedException", "Invalid session for the user.");
}
