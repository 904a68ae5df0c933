//! What a person would have in hand, by HTTP: an authenticator app, and a phone that keeps passkeys.

use local_pool::{Authenticator, AuthenticatorError, PoolConfig};
use serde_json::{Value, json};

use crate::client::mfa::{enabled, next_codes, pool, prefer, set_up_token, totp};
use crate::client::{PASSWORD, Reply, TestPool};

async fn get(api: &TestPool, path: &str) -> Reply {
    let response = api.http.get(format!("{}{path}", api.server.endpoint())).send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Reply { status, headers, text: response.text().await.unwrap() }
}

/// What the authenticator says to options, by `create` or `get`.
async fn ask(api: &TestPool, what: &str, options: &Value) -> Reply {
    let url = format!("{}/_local/authenticator/{what}", api.server.endpoint());
    let response = api.http.post(url).json(options).send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Reply { status, headers, text: response.text().await.unwrap() }
}

fn origin_in(credential: &Value) -> Value {
    use base64::Engine as _;
    let text = credential["response"]["clientDataJSON"].as_str().unwrap();
    let data = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap();
    serde_json::from_slice::<Value>(&data).unwrap()["origin"].clone()
}

async fn passkey_pool() -> TestPool {
    let first_factors = vec!["PASSWORD".into(), "WEB_AUTHN".into()];
    let config = PoolConfig { first_factors, relying_party: Some("example.com".into()), ..PoolConfig::default() };
    TestPool::start(config.with_user("ann", PASSWORD, &[])).await
}

async fn creation_options(api: &TestPool, token: &Value) -> Value {
    let started = api.call("StartWebAuthnRegistration", json!({ "AccessToken": token })).await.ok();
    started["CredentialCreationOptions"].clone()
}

/// A session and what is to be signed in it.
async fn challenge(api: &TestPool) -> (Value, Value) {
    let parameters = json!({ "USERNAME": "ann", "PREFERRED_CHALLENGE": "WEB_AUTHN" });
    let asked = api.initiate("USER_AUTH", parameters).await.ok();
    let options = asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"].as_str().unwrap();
    (asked["Session"].clone(), serde_json::from_str(options).unwrap())
}

async fn answer(api: &TestPool, session: &Value, credential: &Value) -> Reply {
    let responses = json!({ "USERNAME": "ann", "CREDENTIAL": credential.to_string() });
    api.respond("WEB_AUTHN", Some(session), responses).await
}

#[tokio::test]
async fn a_simulator_without_passkeys_lets_the_server_hold_them() {
    let api = passkey_pool().await;
    let token = api.tokens("ann").await["AccessToken"].clone();
    let options = creation_options(&api, &token).await;
    let request = json!({ "challenge": "EBESExQVFhcYGRobHB0eHw", "rpId": "example.com", "allowCredentials": [] });
    let nothing = ask(&api, "get", &request).await;
    assert_eq!((nothing.status, &nothing.json()["error"]), (404, &json!("no_credential")));

    let created = ask(&api, "create", &options).await.ok();
    let complete = json!({ "AccessToken": token, "Credential": created });
    api.call("CompleteWebAuthnRegistration", complete).await.ok();
    let (session, options) = challenge(&api).await;
    let signed = ask(&api, "get", &options).await.ok();
    assert_eq!((&signed["id"], origin_in(&signed)), (&created["id"], json!("https://example.com")));
    answer(&api, &session, &signed).await.ok();

    // The options exclude it now.
    let again = ask(&api, "create", &creation_options(&api, &token).await).await;
    assert_eq!((again.status, &again.json()["error"]), (409, &json!("already_registered")));
    let senseless = ask(&api, "create", &json!({ "rp": {} })).await;
    assert_eq!((senseless.status, &senseless.json()["error"]), (400, &json!("invalid_options")));
}

#[tokio::test]
async fn a_test_in_this_process_has_authenticators_of_its_own() {
    let api = passkey_pool().await;
    let token = api.tokens("ann").await["AccessToken"].clone();
    let phone = Authenticator::new();
    let created = phone.create(&creation_options(&api, &token).await).unwrap();
    let complete = json!({ "AccessToken": token, "Credential": created });
    api.call("CompleteWebAuthnRegistration", complete).await.ok();

    let (session, options) = challenge(&api).await;
    assert_eq!(api.server.authenticator().get(&options), Err(AuthenticatorError::NoCredential));
    let elsewhere = phone.at_origin("https://example.com.evil.test").get(&options).unwrap();
    answer(&api, &session, &elsewhere).await.refused_as("NotAuthorizedException");
    let app = ask(&api, "get?origin=https%3A%2F%2Fapp.example.com", &options).await;
    assert_eq!(app.json()["error"], "no_credential");
    let signed = phone.at_origin("https://app.example.com").get(&options).unwrap();
    answer(&api, &session, &signed).await.ok();
}

#[tokio::test]
async fn a_script_without_an_authenticator_app_asks_for_its_code() {
    let api = pool("OPTIONAL", &["SOFTWARE_TOKEN_MFA"]).await;
    let secret = set_up_token(&api, &api.tokens("ann").await["AccessToken"]).await;
    prefer(&api, json!({ "SoftwareTokenMfaSettings": enabled() })).await;
    // The clock of the pool is the app's too: it was moved, so that the code before would be too old.
    next_codes(&api);
    api.server.clock().freeze_at(api.server.clock().now_ms());

    let asked = api.password("ann", PASSWORD).await.ok();
    let path = format!("/_local/totp?secret={}&pool={}", secret.as_str().unwrap(), api.server.pool_id());
    let shown = get(&api, &path).await;
    assert_eq!((shown.status, &shown.text), (200, &totp(&api, &secret, 0)));
    assert!(shown.headers["content-type"].to_str().unwrap().starts_with("text/plain"));
    let responses = json!({ "USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": shown.text });
    api.respond("SOFTWARE_TOKEN_MFA", Some(&asked["Session"]), responses).await.ok();
}

#[tokio::test]
async fn a_mistaken_script_is_told() {
    let api = TestPool::with_ann().await;
    let refused = get(&api, "/_local/totp?secret=not-base32").await;
    refused.refused("InvalidParameterException", "The secret is not base32.");
    get(&api, "/_local/totp?secret=JBSWY3DP&pool=us-east-1_Nowhere00").await.refused_as("ResourceNotFoundException");
    assert_eq!(get(&api, "/_local/totp").await.status, 400);
}
