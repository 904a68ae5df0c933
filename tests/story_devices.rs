//! Remembered devices: no second factor where the user has been before, and no session lost over a forgotten one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod test_pool;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use local_pool::{DeviceConfig, Fault, PoolConfig, totp_code};
use portcullis::{
    AuthClient, AuthFlow, AuthState, ClaimValue, Clock as _, ConfirmSignInOptions, FetchSessionOptions, FirstFactor,
    SecureStore as _, SignInOptions, SignInStep, SignOutOptions,
};
use serde_json::{Value, json};
use test_pool::tampering::TamperingTransport;
use test_pool::{KINDS, Kind, PASSWORD, TestPool, client_of};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mfa {
    None,
    Sms,
    Totp,
    Email,
}

/// The user signs in by this name.
#[derive(Clone, Copy, Debug)]
enum Name {
    Plain,
    Email,
    Phone,
    MixedCase,
}

impl Name {
    fn typed(self) -> &'static str {
        match self {
            Self::Plain => "ann",
            Self::Email => "ann@example.org",
            Self::Phone => "+15551234567",
            Self::MixedCase => "Ann@Example.ORG",
        }
    }
}

async fn pool(kind: Kind, name: Name, mfa: Mfa, opt_in: bool) -> TestPool {
    let mut config = PoolConfig {
        devices: Some(DeviceConfig { challenge_required_on_new_device: true, only_remembered_on_user_prompt: opt_in }),
        case_sensitive: false,
        mfa: if mfa == Mfa::None { "OFF".into() } else { "OPTIONAL".into() },
        ..PoolConfig::default()
    };
    match name {
        Name::Plain => {}
        Name::Email | Name::MixedCase => config.alias_attributes = vec!["email".into()],
        Name::Phone => config.alias_attributes = vec!["phone_number".into()],
    }
    let attributes = [
        ("email", "ann@example.org"),
        ("email_verified", "true"),
        ("phone_number", "+15551234567"),
        ("phone_number_verified", "true"),
    ];
    let pool = TestPool::with(config.with_client(client_of(kind)).with_user("ann", PASSWORD, &attributes)).await;
    let on = json!({ "Enabled": true, "PreferredMfa": true });
    match mfa {
        Mfa::None => return pool,
        Mfa::Sms => prefer(&pool, "SMSMfaSettings", on).await,
        Mfa::Email => prefer(&pool, "EmailMfaSettings", on).await,
        Mfa::Totp => {
            give_an_app(&pool).await;
            prefer(&pool, "SoftwareTokenMfaSettings", on).await;
        }
    }
    pool
}

async fn prefer(pool: &TestPool, setting: &str, value: Value) {
    pool.server.call("AdminSetUserMFAPreference", json!({ "Username": "ann", setting: value })).await.unwrap();
}

/// Ann has an authenticator app; its secret is noted in the clock's pool for the sign-ins to come.
async fn give_an_app(pool: &TestPool) {
    let client = pool.restarted();
    let options = SignInOptions::new().auth_flow(AuthFlow::UserPassword);
    client.sign_in("ann", Some(PASSWORD), options).await.unwrap();
    let session = client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap();
    let access_token = session.tokens().unwrap().access_token().to_owned();
    let answer = pool.server.call("AssociateSoftwareToken", json!({ "AccessToken": access_token })).await.unwrap();
    let secret = answer["SecretCode"].as_str().unwrap().to_owned();
    let code = totp_code(&secret, pool.clock.now());
    let verify = json!({ "AccessToken": access_token, "UserCode": code });
    pool.server.call("VerifySoftwareToken", verify).await.unwrap();
    client.sign_out(SignOutOptions::new()).await;
    pool.store.write("test/app", secret.as_bytes()).unwrap();
    for key in pool.store.keys("portcullis/").unwrap() {
        pool.store.remove(&key).unwrap();
    }
    for device in devices(pool).await {
        let forget = json!({ "Username": "ann", "DeviceKey": device["DeviceKey"] });
        pool.server.call("AdminForgetDevice", forget).await.unwrap();
    }
    pool.pass(Duration::from_secs(60));
}

fn app_code(pool: &TestPool) -> String {
    let portcullis::Stored::Found(secret) = pool.store.read("test/app").unwrap() else { panic!("no app") };
    totp_code(std::str::from_utf8(&secret).unwrap(), pool.clock.now())
}

async fn devices(pool: &TestPool) -> Vec<Value> {
    let answer = pool.server.call("AdminListDevices", json!({ "Username": "ann" })).await.unwrap();
    answer["Devices"].as_array().cloned().unwrap_or_default()
}

fn flows() -> Vec<AuthFlow> {
    vec![
        AuthFlow::UserSrp,
        AuthFlow::UserPassword,
        AuthFlow::CustomWithSrp,
        AuthFlow::CustomWithoutSrp,
        AuthFlow::UserAuth { preferred_first_factor: Some(FirstFactor::PasswordSrp) },
    ]
}

/// Signs in, answering what comes; tells whether a second factor was asked for.
async fn sign_in(pool: &TestPool, client: &AuthClient, name: Name, flow: &AuthFlow) -> bool {
    pool.ask_numbers(1);
    let options = SignInOptions::new().auth_flow(flow.clone());
    let mut result = client.sign_in(name.typed(), Some(PASSWORD), options).await.unwrap();
    let mut asked = false;
    for _ in 0..4 {
        let answer = match &result.next_step {
            SignInStep::Done => break,
            SignInStep::ConfirmSignInWithCustomChallenge { .. } => "1".to_owned(),
            SignInStep::ConfirmSignInWithTotpCode { .. } => {
                asked = true;
                app_code(pool)
            }
            SignInStep::ConfirmSignInWithSmsMfaCode { .. } | SignInStep::ConfirmSignInWithOtp { .. } => {
                asked = true;
                pool.code("ann")
            }
            other => panic!("{other:?}"),
        };
        result = client.confirm_sign_in(answer, ConfirmSignInOptions::new()).await.unwrap();
    }
    assert!(result.is_signed_in, "{flow:?} {name:?}: {result:?}");
    asked
}

async fn refreshes(client: &AuthClient) -> bool {
    let session = client.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)).await.unwrap();
    session.tokens().is_ok()
}

/// However one signs in and by whatever name: one device, no second factor the second time, and refreshes that work.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_device_however_one_signs_in() {
    let mut kinds = KINDS.iter().cycle();
    for flow in flows() {
        for mfa in [Mfa::None, Mfa::Sms, Mfa::Totp, Mfa::Email] {
            for name in [Name::Plain, Name::Email, Name::Phone, Name::MixedCase] {
                let kind = *kinds.next().unwrap();
                let row = format!("{flow:?} {mfa:?} {name:?} {kind:?}");
                let pool = pool(kind, name, mfa, false).await;
                let second_factor = mfa != Mfa::None && flow != AuthFlow::CustomWithoutSrp;
                assert_eq!(sign_in(&pool, &pool.client, name, &flow).await, second_factor, "{row}");
                let known = devices(&pool).await;
                assert_eq!(known.len(), 1, "{row}: {known:?}");
                assert!(refreshes(&pool.client).await, "{row}");
                let session = pool.client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap();
                let claims = session.tokens().unwrap().access_claims().clone();
                let device_key = ClaimValue::Text { value: known[0]["DeviceKey"].as_str().unwrap().to_owned() };
                assert_eq!(claims.get("device_key"), Some(&device_key), "{row}");

                // The process starts again, the tokens expire.
                let client = pool.restarted();
                pool.pass(Duration::from_secs(4000));
                assert!(refreshes(&client).await, "{row}");
                client.sign_out(SignOutOptions::new()).await;

                assert!(!sign_in(&pool, &client, name, &flow).await, "{row}: asked again");
                assert_eq!(devices(&pool).await.len(), 1, "{row}: a second device");
                assert!(refreshes(&client).await, "{row}");
            }
        }
    }
}

#[tokio::test]
async fn what_was_typed_is_only_an_index() {
    let pool = pool(Kind::Plain, Name::Email, Mfa::Sms, false).await;
    assert!(sign_in(&pool, &pool.client, Name::Plain, &AuthFlow::UserPassword).await);
    // The alias leads to the same device once the service has said whose it is.
    let result = pool.client.sign_in("ann@example.org", Some(PASSWORD), SignInOptions::new()).await.unwrap();
    assert!(result.is_signed_in, "{result:?}");
    assert!(!sign_in(&pool, &pool.client, Name::Email, &AuthFlow::UserPassword).await);
    assert!(!sign_in(&pool, &pool.client, Name::MixedCase, &AuthFlow::UserPassword).await);
    assert_eq!(devices(&pool).await.len(), 1);
}

#[tokio::test]
async fn a_pool_that_lets_the_user_decide() {
    for kind in KINDS {
        let pool = pool(kind, Name::Plain, Mfa::Sms, true).await;
        assert!(sign_in(&pool, &pool.client, Name::Plain, &AuthFlow::UserSrp).await);
        assert!(refreshes(&pool.client).await);
        // Known, not remembered: still asked.
        assert!(sign_in(&pool, &pool.client, Name::Plain, &AuthFlow::UserSrp).await);
        assert_eq!(devices(&pool).await.len(), 1);
        pool.client.remember_device().await.unwrap();
        assert!(!sign_in(&pool, &pool.client, Name::Plain, &AuthFlow::UserSrp).await, "{kind:?}");
    }
}

#[tokio::test]
async fn listing_and_forgetting() {
    let pool = pool(Kind::Plain, Name::Plain, Mfa::Sms, false).await;
    sign_in(&pool, &pool.client, Name::Plain, &AuthFlow::UserSrp).await;
    let elsewhere = pool.another_device();
    sign_in(&pool, &elsewhere, Name::Plain, &AuthFlow::UserSrp).await;

    let listed = pool.client.fetch_devices().await.unwrap();
    assert_eq!(listed.len(), 2);
    let (mine, others): (Vec<_>, Vec<_>) = listed.into_iter().partition(|device| device.is_current);
    assert_eq!((mine.len(), others.len()), (1, 1));
    assert!(mine[0].created_at.is_some() && mine[0].attributes.contains_key("device_status"));

    pool.client.forget_device(Some(others[0].id.clone())).await.unwrap();
    assert_eq!(pool.client.fetch_devices().await.unwrap().len(), 1);
    let again = pool.client.forget_device(Some(others[0].id.clone())).await.unwrap_err();
    assert_eq!(again.code(), "resource_not_found");
    pool.client.forget_device(None).await.unwrap();
    assert_eq!(devices(&pool).await.len(), 0);
    // It is no longer known here either: the next sign-in is one from a new device.
    assert!(sign_in(&pool, &pool.client, Name::Plain, &AuthFlow::UserSrp).await);
    assert_eq!(devices(&pool).await.len(), 1);
    assert!(refreshes(&pool.client).await);
}

#[tokio::test]
async fn without_a_tracked_device_there_is_none_to_remember() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    pool.sign_in(AuthFlow::UserSrp).await;
    assert_eq!(pool.client.remember_device().await.unwrap_err().code(), "device_not_tracked");
    assert_eq!(pool.client.forget_device(None).await.unwrap_err().code(), "device_not_tracked");
}

/// Forgotten elsewhere before each of the calls that can notice: one new device, signed in, and never two retries.
#[tokio::test]
async fn a_device_forgotten_before_each_call() {
    let before: [(&str, AuthFlow, usize); 5] = [
        // InitiateAuth twice, the proof, ConfirmDevice; the second factor in between.
        ("InitiateAuth", AuthFlow::UserSrp, 5),
        ("PASSWORD_VERIFIER", AuthFlow::UserSrp, 5),
        // From the beginning once more: as many as without a device, and those until then.
        ("DEVICE_SRP_AUTH", AuthFlow::UserSrp, 7),
        ("DEVICE_PASSWORD_VERIFIER", AuthFlow::UserSrp, 8),
        ("DEVICE_PASSWORD_VERIFIER", AuthFlow::UserPassword, 6),
    ];
    for (call, flow, requests) in before {
        let pool = pool(Kind::Plain, Name::Plain, Mfa::Sms, false).await;
        sign_in(&pool, &pool.client, Name::Plain, &flow).await;
        let known = devices(&pool).await[0]["DeviceKey"].clone();
        let pool_id = pool.client.configuration().user_pool_id().to_owned();
        let tampering = Arc::new(TamperingTransport::new(&pool_id, move |operation, body| {
            operation == call || body["ChallengeName"] == call
        }));
        let client = pool.restarted_with(tampering.clone());
        assert!(sign_in(&pool, &client, Name::Plain, &flow).await, "{call}: the second factor was not asked for");
        assert!(tampering.has_tampered(), "{call} was not made");
        assert_eq!(tampering.requests.load(Ordering::SeqCst), requests, "{call} {flow:?}");
        let after = devices(&pool).await;
        assert!(after.len() == 1 && after[0]["DeviceKey"] != known, "{call}: {after:?}");
        assert!(refreshes(&client).await, "{call}");
        // And from then on it is known again.
        assert!(!sign_in(&pool, &client, Name::Plain, &flow).await, "{call}");
    }
}

#[tokio::test]
async fn a_user_who_was_deleted_and_made_again() {
    let pool = pool(Kind::Plain, Name::Plain, Mfa::Sms, false).await;
    sign_in(&pool, &pool.client, Name::Plain, &AuthFlow::UserSrp).await;
    pool.server.call("AdminDeleteUser", json!({ "Username": "ann" })).await.unwrap();
    pool.server.create_user("ann", PASSWORD, &[("email", "ann@example.org")]).unwrap();
    let result = pool.client.sign_in("ann", Some(PASSWORD), SignInOptions::new()).await.unwrap();
    assert!(result.is_signed_in);
    assert!(refreshes(&pool.client).await);
    assert_eq!(devices(&pool).await.len(), 1);
}

fn server_error() -> Fault {
    Fault::exception("InternalErrorException", 500, "not now")
}

/// The session is not believed to be over while its device is not known to the service.
#[tokio::test]
async fn a_device_that_cannot_be_confirmed_at_once_costs_no_session() {
    let pool = pool(Kind::Plain, Name::Plain, Mfa::None, false).await;
    let events = pool.client.events();
    pool.server.faults().set("ConfirmDevice", server_error());
    assert!(pool.sign_in(AuthFlow::UserSrp).await.is_signed_in);
    let mut told = Vec::new();
    while !told.contains(&"device_failure") {
        told.push(events.next().await.unwrap().hub_name());
    }
    assert!(!refreshes(&pool.client).await);
    assert!(matches!(pool.client.state(), AuthState::SignedIn { .. }));

    // It is confirmed by the next process that reads the session.
    pool.server.faults().clear("ConfirmDevice");
    let client = pool.restarted();
    client.load().await.unwrap();
    for _ in 0..200 {
        if refreshes(&client).await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the device was never confirmed");
}

#[tokio::test]
async fn one_device_under_every_alias_without_a_challenge_that_says_whose_it_is() {
    let mut config = PoolConfig {
        devices: Some(DeviceConfig { challenge_required_on_new_device: true, only_remembered_on_user_prompt: false }),
        alias_attributes: vec!["email".into(), "phone_number".into()],
        ..PoolConfig::default()
    };
    let attributes = [
        ("email", "ann@example.org"),
        ("email_verified", "true"),
        ("phone_number", "+15551234567"),
        ("phone_number_verified", "true"),
    ];
    config = config.with_user("ann", PASSWORD, &attributes);
    let pool = TestPool::with(config).await;
    for name in [Name::Email, Name::Phone] {
        sign_in(&pool, &pool.client, name, &AuthFlow::UserPassword).await;
    }
    let known = devices(&pool).await.len();
    for name in [Name::Email, Name::Phone, Name::Email] {
        sign_in(&pool, &pool.client, name, &AuthFlow::UserPassword).await;
    }
    assert_eq!(devices(&pool).await.len(), known);
}

#[tokio::test]
async fn a_deleted_user_leaves_no_device_behind() {
    let pool = pool(Kind::Plain, Name::Plain, Mfa::None, false).await;
    pool.sign_in(AuthFlow::UserSrp).await;
    assert!(pool.store.keys("portcullis/").unwrap().iter().any(|key| key.contains("/device/")));
    pool.client.delete_user().await.unwrap();
    let left = pool.store.keys("portcullis/").unwrap();
    assert!(!left.iter().any(|key| key.contains("/device/") || key.contains("/session/")), "{left:?}");
}
