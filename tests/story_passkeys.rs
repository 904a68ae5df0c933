//! A signed-in person registers a passkey, signs in with it, and looks after the list.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod authenticator;
mod test_pool;

use std::time::{Duration, UNIX_EPOCH};

use authenticator::SoftwareAuthenticator;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use local_pool::{Fault, PoolConfig};
use portcullis::{
    AuthError, AuthFlow, ConfirmSignInOptions, FirstFactor, ListPasskeysOptions, PasskeyFailure, SignInOptions,
    SignInStep,
};
use serde_json::Value;
use test_pool::{KINDS, Kind, PASSWORD, TestPool, client_of};

const ORIGIN: &str = "https://login.example.org";

fn pool(kind: Kind) -> PoolConfig {
    PoolConfig {
        first_factors: vec!["PASSWORD".into(), "WEB_AUTHN".into()],
        relying_party: Some("example.org".into()),
        ..PoolConfig::default()
    }
    .with_client(client_of(kind))
    .with_user("ann", PASSWORD, &[("email", "ann@example.org")])
}

async fn signed_in(config: PoolConfig) -> TestPool {
    let pool = TestPool::with(config).await;
    pool.sign_in(AuthFlow::UserSrp).await;
    pool
}

/// What the platform's dialog makes of a registration that has just begun.
async fn made(pool: &TestPool, device: &mut SoftwareAuthenticator) -> String {
    let options = pool.client.begin_passkey_registration().await.unwrap();
    device.create(ORIGIN, &options).await.unwrap()
}

async fn register(pool: &TestPool, device: &mut SoftwareAuthenticator) {
    let passkey = made(pool, device).await;
    pool.client.complete_passkey_registration(&passkey).await.unwrap();
}

async fn completed(pool: &TestPool, passkey: &str) -> String {
    pool.client.complete_passkey_registration(passkey).await.unwrap_err().code().to_owned()
}

#[tokio::test]
async fn a_passkey_from_its_registration_to_its_end() {
    for kind in KINDS {
        let pool = signed_in(pool(kind)).await;
        let mut phone = SoftwareAuthenticator::default();
        let options = pool.client.begin_passkey_registration().await.unwrap();
        let parsed: Value = serde_json::from_str(&options).unwrap();
        assert_eq!((&parsed["rp"]["id"], &parsed["user"]["name"]), (&"example.org".into(), &"ann".into()));
        let passkey = phone.create(ORIGIN, &options).await.unwrap();
        pool.client.complete_passkey_registration(&passkey).await.unwrap();

        let page = pool.client.list_passkeys(ListPasskeysOptions::new()).await.unwrap();
        let [listed] = page.passkeys.as_slice() else { panic!("{page:?}") };
        let made: Value = serde_json::from_str(&passkey).unwrap();
        assert_eq!(made["id"], listed.credential_id.as_str());
        assert_eq!(listed.relying_party_id.as_deref(), Some("example.org"));
        assert_eq!(listed.authenticator_attachment.as_deref(), Some("platform"));
        assert!(listed.transports.contains(&"internal".to_owned()), "{listed:?}");
        assert!(listed.created_at.unwrap() > UNIX_EPOCH + Duration::from_secs(1_700_000_000));
        assert_eq!(page.next_token, None);

        let flow = AuthFlow::UserAuth { preferred_first_factor: Some(FirstFactor::WebAuthn) };
        let options = SignInOptions::new().auth_flow(flow);
        let asked = pool.client.sign_in("ann", None, options).await.unwrap();
        let SignInStep::ConfirmSignInWithPasskey { request } = asked.next_step else { panic!("{asked:?}") };
        let signed = phone.get(ORIGIN, &request).await.unwrap();
        let done = pool.client.confirm_sign_in(signed, ConfirmSignInOptions::new()).await.unwrap();
        assert!(done.is_signed_in);

        pool.client.delete_passkey(listed.credential_id.as_str()).await.unwrap();
        let again = pool.client.delete_passkey(listed.credential_id.as_str()).await.unwrap_err();
        assert_eq!(again.code(), "resource_not_found");
        assert!(pool.client.list_passkeys(ListPasskeysOptions::new()).await.unwrap().passkeys.is_empty());
    }
}

#[tokio::test]
async fn a_device_is_registered_once_and_others_beside_it() {
    let pool = signed_in(pool(Kind::Plain)).await;
    let (mut phone, mut tablet) = (SoftwareAuthenticator::default(), SoftwareAuthenticator::default());
    register(&pool, &mut phone).await;
    register(&pool, &mut tablet).await;
    let options = pool.client.begin_passkey_registration().await.unwrap();
    assert!(phone.create(ORIGIN, &options).await.is_err(), "the platform sees it in excludeCredentials");
    let error = AuthError::passkey(PasskeyFailure::AlreadyRegistered, "InvalidStateError");
    assert_eq!(error.code(), "passkey_already_registered");

    let page = |options| pool.client.list_passkeys(options);
    let first = page(ListPasskeysOptions::new().page_size(1)).await.unwrap();
    let second = page(ListPasskeysOptions::new().page_size(1).next_token(first.next_token.unwrap())).await.unwrap();
    assert_ne!(first.passkeys, second.passkeys);
    assert_eq!((first.passkeys.len(), second.passkeys.len()), (1, 1));
}

#[tokio::test]
async fn a_registration_is_completed_once_and_in_time() {
    let pool = signed_in(pool(Kind::Plain)).await;
    let passkey = made(&pool, &mut SoftwareAuthenticator::default()).await;
    pool.client.complete_passkey_registration(&passkey).await.unwrap();
    assert_eq!(completed(&pool, &passkey).await, "passkey_challenge_not_found");
    let late = made(&pool, &mut SoftwareAuthenticator::default()).await;
    pool.pass(Duration::from_secs(600));
    assert_eq!(completed(&pool, &late).await, "passkey_challenge_not_found");
}

#[tokio::test]
async fn a_passkey_for_another_origin() {
    let pool = signed_in(pool(Kind::Plain)).await;
    let mut passkey: Value = serde_json::from_str(&made(&pool, &mut SoftwareAuthenticator::default()).await).unwrap();
    let data = URL_SAFE_NO_PAD.decode(passkey["response"]["clientDataJSON"].as_str().unwrap()).unwrap();
    let mut data: Value = serde_json::from_slice(&data).unwrap();
    data["origin"] = "https://example.org.evil.test".into();
    passkey["response"]["clientDataJSON"] = URL_SAFE_NO_PAD.encode(data.to_string()).into();
    assert_eq!(completed(&pool, &passkey.to_string()).await, "passkey_origin_not_allowed");
}

#[tokio::test]
async fn a_pool_without_passkeys() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    pool.sign_in(AuthFlow::UserSrp).await;
    let error = pool.client.begin_passkey_registration().await.unwrap_err();
    assert!(matches!(error, AuthError::Passkey { .. }), "{error}");
    assert_eq!(error.code(), "passkey_not_enabled");
}

#[tokio::test]
async fn each_refusal_has_its_code() {
    let pool = signed_in(pool(Kind::Plain)).await;
    let passkey = r#"{"id":"a","rawId":"a","type":"public-key","response":{}}"#;
    for (exception, code) in [
        ("WebAuthnRelyingPartyMismatchException", "passkey_relying_party_mismatch"),
        ("WebAuthnOriginNotAllowedException", "passkey_origin_not_allowed"),
        ("WebAuthnChallengeNotFoundException", "passkey_challenge_not_found"),
        ("WebAuthnClientMismatchException", "passkey_client_mismatch"),
        ("WebAuthnCredentialNotSupportedException", "passkey_not_supported"),
        ("WebAuthnNotEnabledException", "passkey_not_enabled"),
        ("WebAuthnConfigurationMissingException", "passkey_configuration_missing"),
    ] {
        pool.server.faults().set("CompleteWebAuthnRegistration", Fault::exception(exception, 400, "x"));
        let error = pool.client.complete_passkey_registration(passkey).await.unwrap_err();
        assert_eq!(error.code(), code);
        assert!(matches!(error, AuthError::Passkey { .. }), "{error}");
    }
}

#[tokio::test]
async fn what_is_certainly_wrong_is_not_sent() {
    let pool = signed_in(pool(Kind::Plain)).await;
    pool.server.reset_counters();
    let field = |error: AuthError| error.info().field.clone().unwrap();
    for text in ["", "{}", "[]", r#"{"id":"a","rawId":"a","type":"public-key","response":"{}"}"#] {
        let error = pool.client.complete_passkey_registration(text).await.unwrap_err();
        assert_eq!(field(error), "credentialJson", "{text}");
    }
    for size in [0, 21] {
        let error = pool.client.list_passkeys(ListPasskeysOptions::new().page_size(size)).await.unwrap_err();
        assert_eq!(field(error), "pageSize");
    }
    assert_eq!(field(pool.client.delete_passkey("").await.unwrap_err()), "credentialId");
    assert_eq!(pool.server.all_requests().values().sum::<u64>(), 0);
    let nobody = TestPool::new(Kind::Plain).await;
    let error = nobody.client.begin_passkey_registration().await.unwrap_err();
    assert!(matches!(error, AuthError::NotSignedIn { .. }), "{error}");
}
