//! What strangers can do to somebody they know the name of, and what names they type leave behind.

use std::sync::Arc;

use local_pool::{ClientConfig, PoolConfig, ServerConfig};
use serde_json::{Value, json};

use crate::client::mfa::{next_codes, other_than, prefer, set_up_token, totp};
use crate::client::srp::SrpClient;
use crate::client::{PASSWORD, TestPool};

const LOCKED: &str = "Password attempts exceeded";
const MANY: &str = "Attempt limit exceeded, please try after some time.";

fn hiding() -> ClientConfig {
    ClientConfig { prevent_user_existence_errors: true, ..ClientConfig::default() }
}

/// `ann` with an authenticator app, at a client that hides users; and the app's secret.
async fn with_app() -> (TestPool, Value) {
    let config = PoolConfig { mfa: "OPTIONAL".into(), ..PoolConfig::default() };
    let users = config.with_client(hiding()).with_user("ann", PASSWORD, &[("email", "ann@example.com")]);
    let api = TestPool::start(users).await;
    let secret = set_up_token(&api, &api.tokens("ann").await["AccessToken"]).await;
    prefer(&api, json!({ "SoftwareTokenMfaSettings": { "Enabled": true, "PreferredMfa": true } })).await;
    next_codes(&api);
    (api, secret)
}

async fn asked(api: &TestPool) -> Value {
    let answer = api.password("ann", PASSWORD).await.ok();
    assert_eq!(answer["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    answer["Session"].clone()
}

async fn check_app_works(api: &TestPool, secret: &Value) {
    let session = asked(api).await;
    let right = json!({ "USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": totp(api, secret, 0) });
    api.respond("SOFTWARE_TOKEN_MFA", Some(&session), right).await.ok();
    next_codes(api);
}

#[tokio::test]
async fn names_that_look_like_what_is_counted_lock_nobody() {
    let (api, secret) = with_app().await;
    for kind in ["mfa", "code", "password", "second_factor", "SecondFactor"] {
        for _ in 0..8 {
            api.password(&format!("{kind} ann"), "guess").await.refused_as("NotAuthorizedException");
        }
        check_app_works(&api, &secret).await;
    }
}

/// Nobody without a session can have guessed a code.
#[tokio::test]
async fn answers_without_a_session_lock_no_codes_however_many_come_at_once() {
    let (api, secret) = with_app().await;
    let api = Arc::new(api);
    let session = asked(&api).await;
    // Close to the limit by the owner's own slips.
    for _ in 0..4 {
        let wrong = json!({ "USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": other_than(&totp(&api, &secret, 0)) });
        api.respond("SOFTWARE_TOKEN_MFA", Some(&session), wrong).await.refused_as("CodeMismatchException");
    }
    for _ in 0..8 {
        let strangers: Vec<_> = (0..25)
            .map(|number| {
                let api = Arc::clone(&api);
                tokio::spawn(async move {
                    let session = json!(format!("AYABeThisIsNoSessionOfAnybody{number}"));
                    let (name, code) = [
                        ("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE"),
                        ("SMS_MFA", "SMS_MFA_CODE"),
                        ("EMAIL_OTP", "EMAIL_OTP_CODE"),
                    ][number % 3];
                    let responses = json!({ "USERNAME": "ann", code: "123456" });
                    api.respond(name, Some(&session), responses).await
                })
            })
            .collect();
        for stranger in strangers {
            let refused = stranger.await.unwrap();
            refused.refused("NotAuthorizedException", "Invalid session for the user.");
        }
    }
    let right = json!({ "USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": totp(&api, &secret, 0) });
    api.respond("SOFTWARE_TOKEN_MFA", Some(&session), right).await.ok();
}

/// What is no guess is not counted, and does not take back what was counted meanwhile.
#[tokio::test]
async fn answers_that_are_no_guesses_do_not_take_guesses_back() {
    let api = Arc::new(TestPool::with_ann().await);
    for round in 0..6 {
        let srp = SrpClient::new();
        let first = json!({ "USERNAME": "ann", "SRP_A": srp.public_hex() });
        let challenge = api.initiate("USER_SRP_AUTH", first).await.ok()["ChallengeParameters"].clone();
        // Signed at another time: it is not judged, and can be sent again.
        let mut untimely = srp.responses(&api, "guess", &challenge);
        untimely["TIMESTAMP"] = json!("Mon Jan 5 09:03:07 UTC 2026");
        let others: Vec<_> = (0..12)
            .map(|_| {
                let (api, untimely) = (Arc::clone(&api), untimely.clone());
                tokio::spawn(async move { api.respond("PASSWORD_VERIFIER", None, untimely).await })
            })
            .collect();
        let guess = api.password("ann", "guess").await;
        for other in others {
            other.await.unwrap().refused_as("NotAuthorizedException");
        }
        if guess.text.contains(LOCKED) {
            assert!(round >= 5, "locked after {round} guesses");
        }
    }
    api.password("ann", PASSWORD).await.refused("NotAuthorizedException", LOCKED);
}

#[tokio::test]
async fn messages_that_people_have_sent_to_themselves_are_limited() {
    let config = PoolConfig { first_factors: vec!["PASSWORD".into(), "EMAIL_OTP".into()], ..PoolConfig::default() };
    let api =
        TestPool::start(config.with_client(hiding()).with_user("ann", PASSWORD, &[("email", "a@example.com")])).await;
    let token = api.tokens("ann").await["AccessToken"].clone();
    let sent = |kind: &str| api.server.outbox(None, Some(kind)).len();
    let mut refused = 0;
    for number in 0..30 {
        let value = json!([{ "Name": "email", "Value": format!("a{number}@example.com") }]);
        let reply = api.call("UpdateUserAttributes", json!({ "AccessToken": token, "UserAttributes": value })).await;
        if reply.status == 400 {
            reply.refused("LimitExceededException", MANY);
            refused += 1;
        }
    }
    assert_eq!((sent("attr"), refused), (5, 25));
    // What was refused did not change anything.
    let user = api.call("GetUser", json!({ "AccessToken": token })).await.ok();
    assert!(user.to_string().contains("a4@example.com"), "{user}");
    let more = json!({ "AccessToken": token, "AttributeName": "email" });
    api.call("GetUserAttributeVerificationCode", more).await.refused("LimitExceededException", MANY);
}

/// Nobody signs in a hundred times an hour by code; and who is not known is limited alike.
#[tokio::test]
async fn codes_that_anybody_can_ask_for_are_limited_for_known_and_unknown_names_alike() {
    let config = PoolConfig { first_factors: vec!["PASSWORD".into(), "EMAIL_OTP".into()], ..PoolConfig::default() };
    let users = config.with_user("ann", PASSWORD, &[("email", "a@example.com")]).with_user("off", PASSWORD, &[]);
    let api = TestPool::start(users.with_client(hiding())).await;
    api.server.disable_user("off").unwrap();
    let ask = async |name: &str| {
        let parameters = json!({ "USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP" });
        let reply = api.initiate("USER_AUTH", parameters).await;
        if reply.status == 200 { "sent".to_owned() } else { reply.json()["__type"].as_str().unwrap().to_owned() }
    };
    for number in 0..130 {
        let (known, unknown, disabled) = (ask("ann").await, ask("nobody").await, ask("off").await);
        assert!(known == unknown && known == disabled, "{number}: {known} {unknown} {disabled}");
    }
    assert_eq!(ask("ann").await, "LimitExceededException");
    assert!(api.server.outbox(None, None).len() <= 100);
}

/// 400 KB of user name, thirty times in each flow, leave no trace of their size.
#[tokio::test]
async fn long_names_leave_nothing_of_their_size_behind() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pool.db");
    let config = PoolConfig { first_factors: vec!["PASSWORD".into(), "EMAIL_OTP".into()], ..PoolConfig::default() };
    let pools = vec![config.with_client(hiding()).with_user("ann", PASSWORD, &[])];
    let api = TestPool::start(ServerConfig { pools, data: Some(file.clone()), ..ServerConfig::default() }).await;
    let client = api.server.client_id().to_owned();
    for number in 0..10 {
        let long = format!("{number}{}", "x".repeat(400_000));
        let a = SrpClient::new().public_hex();
        api.initiate("USER_PASSWORD_AUTH", json!({ "USERNAME": long, "PASSWORD": "guess" })).await;
        api.initiate("USER_SRP_AUTH", json!({ "USERNAME": long, "SRP_A": a })).await;
        api.initiate("USER_AUTH", json!({ "USERNAME": long })).await;
        api.initiate("USER_AUTH", json!({ "USERNAME": long, "PREFERRED_CHALLENGE": "EMAIL_OTP" })).await;
        api.initiate("USER_SRP_AUTH", json!({ "USERNAME": "ann", "SRP_A": a, "DEVICE_KEY": long })).await;
        api.respond("PASSWORD_VERIFIER", None, json!({ "USERNAME": long })).await;
        for operation in ["ForgotPassword", "ResendConfirmationCode", "ConfirmForgotPassword", "ConfirmSignUp"] {
            let body = json!({ "ClientId": client, "Username": long, "ConfirmationCode": "1", "Password": PASSWORD });
            api.call(operation, body).await;
        }
    }
    drop(api);
    let size = std::fs::metadata(&file).unwrap().len();
    assert!(size < 400_000, "{size}");
}

/// By password and by SRP, in a pool whose store takes its time.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_tries_at_once_no_right_one_is_refused_and_no_wrong_one_is_a_guess_more() {
    let folder = tempfile::tempdir().unwrap();
    let pool = PoolConfig::default().with_user("ann", PASSWORD, &[]);
    let data = Some(folder.path().join("pool.sqlite"));
    let api = Arc::new(TestPool::start(ServerConfig { data, ..pool.into() }).await);
    let at_once = async |by_srp: bool, password: &'static str| {
        let tries = (0..24).map(|_| {
            let api = Arc::clone(&api);
            tokio::spawn(async move {
                if !by_srp {
                    return api.password("ann", password).await;
                }
                let srp = SrpClient::new();
                let first = json!({ "USERNAME": "ann", "SRP_A": srp.public_hex() });
                let challenge = api.initiate("USER_SRP_AUTH", first).await.ok();
                let responses = srp.responses(&api, password, &challenge["ChallengeParameters"]);
                api.respond("PASSWORD_VERIFIER", None, responses).await
            })
        });
        let mut replies = Vec::new();
        for reply in tries.collect::<Vec<_>>() {
            replies.push(reply.await.unwrap());
        }
        replies
    };
    for by_srp in [false, true] {
        for reply in at_once(by_srp, PASSWORD).await {
            assert_eq!(reply.status, 200, "{}", reply.text);
        }
        let wrong = at_once(by_srp, "Wrong-Horse-9").await;
        let judged = wrong.iter().filter(|reply| reply.json()["message"] == "Incorrect username or password.").count();
        assert_eq!(judged, 5);
        assert!(wrong.iter().all(|reply| reply.status == 400));
        api.server.clock().advance(std::time::Duration::from_secs(3_600));
    }
}
