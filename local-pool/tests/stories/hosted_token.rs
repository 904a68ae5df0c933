//! `/oauth2/token` for codes and refresh tokens: every row of the reference, and what attackers try with codes.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use local_pool::{ClientConfig, PoolConfig, TriggerKind};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::client::hosted::{
    self, CALLBACK, VERIFIER, code, exchange, post, refresh, refused, tokens, two_clients, with_secret,
};
use crate::client::{PASSWORD, TestPool, claims};

#[tokio::test]
async fn a_code_becomes_tokens() {
    let api = hosted::start().await;
    let reply = tokens(&api, &[("nonce", "n1")]).await;
    assert_eq!((&reply["token_type"], &reply["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert!(reply["refresh_token"].is_string());
    let (id, access) = (claims(&reply["id_token"]), claims(&reply["access_token"]));
    assert_eq!((&id["nonce"], &id["email"], &id["aud"]), (&json!("n1"), &json!("ann@example.com"), &json!("app1")));
    assert!(id.get("phone_number").is_none(), "{id}");
    let hash = Sha256::digest(reply["access_token"].as_str().unwrap());
    assert_eq!(id["at_hash"], json!(URL_SAFE_NO_PAD.encode(&hash[..16])));
    assert_eq!((&access["scope"], &access["version"]), (&json!("openid email"), &json!(2)));
    assert_eq!((&access["username"], &access["client_id"]), (&json!("ann"), &json!("app1")));
    assert_eq!(access["sub"], id["sub"]);
    // Such an access token is for no operation of self-service.
    let user = api.call("GetUser", json!({ "AccessToken": reply["access_token"] })).await;
    user.refused("NotAuthorizedException", "Access Token does not have required scopes");
}

#[tokio::test]
async fn with_the_scope_of_self_service_the_api_takes_the_token() {
    let api = hosted::start().await;
    let reply = tokens(&api, &[("scope", "openid aws.cognito.signin.user.admin")]).await;
    let user = api.call("GetUser", json!({ "AccessToken": reply["access_token"] })).await.ok();
    assert_eq!(user["Username"], "ann");
}

#[tokio::test]
async fn without_openid_there_is_no_id_token() {
    let api = hosted::start().await;
    let reply = tokens(&api, &[("scope", "aws.cognito.signin.user.admin")]).await;
    assert!(reply.get("id_token").is_none() && reply["access_token"].is_string(), "{reply}");
}

#[tokio::test]
async fn a_code_is_good_once() {
    let api = hosted::start().await;
    let code = code(&api, &[]).await;
    exchange(&api, &code, &[]).await.ok();
    refused(&exchange(&api, &code, &[]).await, "invalid_grant");
}

#[tokio::test]
async fn of_two_exchanges_at_once_one_gets_tokens() {
    let api = hosted::start().await;
    let code = code(&api, &[]).await;
    let (one, other) = tokio::join!(exchange(&api, &code, &[]), exchange(&api, &code, &[]));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
}

#[tokio::test]
async fn a_code_lives_five_minutes() {
    let api = hosted::start().await;
    let (early, late) = (code(&api, &[]).await, code(&api, &[]).await);
    api.server.clock().advance(Duration::from_secs(299));
    exchange(&api, &early, &[]).await.ok();
    api.server.clock().advance(Duration::from_secs(2));
    refused(&exchange(&api, &late, &[]).await, "invalid_grant");
}

#[tokio::test]
async fn a_code_of_another_client_is_refused_and_left_to_its_own() {
    let api = two_clients().await;
    let code = code(&api, &[]).await;
    refused(&exchange(&api, &code, &[("client_id", "app2")]).await, "invalid_grant");
    exchange(&api, &code, &[]).await.ok();
}

#[tokio::test]
async fn a_wrong_verifier_a_missing_one_and_a_plain_one_are_refused() {
    let api = hosted::start().await;
    for verifier in ["", "wrong", &"a".repeat(43), &hosted::challenge(), &VERIFIER.to_lowercase()] {
        let code = code(&api, &[]).await;
        refused(&exchange(&api, &code, &[("code_verifier", verifier)]).await, "invalid_grant");
        // One try: the right verifier comes too late.
        refused(&exchange(&api, &code, &[]).await, "invalid_grant");
    }
}

#[tokio::test]
async fn a_verifier_without_a_challenge_is_refused() {
    let api = hosted::start().await;
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let first = code(&api, &without).await;
    refused(&exchange(&api, &first, &[]).await, "invalid_grant");
    let second = code(&api, &without).await;
    exchange(&api, &second, &[("code_verifier", "")]).await.ok();
}

#[tokio::test]
async fn the_redirect_uri_is_the_same() {
    let api = hosted::start().await;
    for uri in ["myapp://other", "myapp://callback/", "MYAPP://callback"] {
        let code = code(&api, &[]).await;
        refused(&exchange(&api, &code, &[("redirect_uri", uri)]).await, "invalid_grant");
    }
    let code = code(&api, &[]).await;
    refused(&exchange(&api, &code, &[("redirect_uri", "")]).await, "invalid_request");
}

#[tokio::test]
async fn whoever_was_disabled_or_deleted_meanwhile_gets_no_tokens() {
    let api = hosted::start().await;
    let first = code(&api, &[]).await;
    api.server.disable_user("ann").unwrap();
    refused(&exchange(&api, &first, &[]).await, "invalid_grant");
    api.server.enable_user("ann").unwrap();
    let second = code(&api, &[]).await;
    api.server.delete_user("ann").unwrap();
    api.server.create_user("ann", PASSWORD, &[]).unwrap();
    refused(&exchange(&api, &second, &[]).await, "invalid_grant");
}

#[tokio::test]
async fn what_is_missing_or_malformed_is_an_invalid_request() {
    let api = hosted::start().await;
    refused(&post(&api, "/oauth2/token", &[], &[]).await, "invalid_request");
    refused(&exchange(&api, "", &[]).await, "invalid_request");
    refused(&exchange(&api, "c", &[("client_id", "")]).await, "invalid_request");
    refused(&exchange(&api, "c", &[("code", "other"), ("code", "twice")]).await, "invalid_request");
    let url = format!("{}/oauth2/token", api.server.endpoint());
    let json = api.http.post(&url).header("content-type", "application/json").body("{\"grant_type\":\"x\"}");
    refused(&hosted::read(json).await, "invalid_request");
    refused(&exchange(&api, "c", &[("grant_type", "password")]).await, "unsupported_grant_type");
    let get = hosted::get(&url, &[]).await;
    assert_eq!((get.status, get.text.as_str()), (405, ""));
}

#[tokio::test]
async fn forms_without_encoding_and_with_a_charset_are_taken() {
    let api = hosted::start().await;
    let code = code(&api, &[]).await;
    let body = format!(
        "grant_type=authorization_code&client_id=app1&code={code}&redirect_uri={CALLBACK}&code_verifier={VERIFIER}"
    );
    let request = api.http.post(format!("{}/oauth2/token", api.server.endpoint()));
    let request = request.header("content-type", "application/x-www-form-urlencoded; charset=UTF-8").body(body);
    assert_eq!(hosted::read(request).await.status, 200);
}

#[tokio::test]
async fn a_client_with_a_secret_proves_it_in_the_header_or_in_the_body() {
    let api = with_secret().await;
    let basic = |id: &str, secret: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let fields = |code: &str, secret: &str, id: &str| -> Vec<(String, String)> {
        [
            ("grant_type", "authorization_code"),
            ("client_id", id),
            ("client_secret", secret),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    };
    let send = async |secret: &str, id: &str, header: &str| {
        let code = code(&api, &[]).await;
        let fields = fields(&code, secret, id);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let headers = [("authorization", header)];
        post(&api, "/oauth2/token", &fields, if header.is_empty() { &[] } else { &headers }).await
    };
    send("s3cret", "app1", "").await.ok();
    send("", "app1", &basic("app1", "s3cret")).await.ok();
    send("", "", &basic("app1", "s3cret")).await.ok();
    for (secret, id, header) in [
        ("", "app1", String::new()),
        ("wrong", "app1", String::new()),
        ("s3cret", "other", String::new()),
        ("", "app1", basic("app1", "wrong")),
        ("", "app1", basic("app1", "")),
        ("", "other", basic("app1", "s3cret")),
        ("", "app1", "Bearer x".into()),
        ("", "app1", "Basic !".into()),
    ] {
        refused(&send(secret, id, &header).await, "invalid_client");
    }
    refused(&send("s3cret", "app1", &basic("app1", "s3cret")).await, "invalid_request");
}

#[tokio::test]
async fn a_client_without_a_secret_sends_none() {
    let api = hosted::start().await;
    let code = code(&api, &[]).await;
    refused(&exchange(&api, &code, &[("client_secret", "x")]).await, "invalid_client");
    refused(&exchange(&api, &code, &[("client_id", "nobody")]).await, "invalid_client");
    let header = format!("Basic {}", STANDARD.encode("app1:"));
    let fields = [("grant_type", "authorization_code"), ("client_id", "app1"), ("code", code.as_str())];
    refused(&post(&api, "/oauth2/token", &fields, &[("authorization", &header)]).await, "invalid_client");
}

#[tokio::test]
async fn a_client_without_the_flow_is_not_authorized() {
    let client = ClientConfig { oauth_flows: vec!["implicit".into()], ..hosted::client() };
    let api = TestPool::start(PoolConfig::default().with_client(client)).await;
    refused(&exchange(&api, "c", &[]).await, "unauthorized_client");
    let flows = vec!["ALLOW_USER_SRP_AUTH".into()];
    let client = ClientConfig { auth_flows: flows, ..hosted::client() };
    let api = TestPool::start(PoolConfig::default().with_client(client)).await;
    let fields = [("grant_type", "refresh_token"), ("client_id", "app1"), ("refresh_token", "x")];
    refused(&post(&api, "/oauth2/token", &fields, &[]).await, "unauthorized_client");
}

#[tokio::test]
async fn a_scope_whose_attribute_the_client_cannot_read_gives_nothing() {
    let client = ClientConfig { read_attributes: Some(vec!["name".into()]), ..hosted::client() };
    let api = TestPool::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])).await;
    let code = code(&api, &[]).await;
    refused(&exchange(&api, &code, &[]).await, "invalid_grant");
}

#[tokio::test]
async fn refreshing_keeps_the_scopes() {
    let api = hosted::start().await;
    let first = tokens(&api, &[("nonce", "n1")]).await;
    let again = refresh(&api, &first["refresh_token"]).await.ok();
    assert!(again.get("refresh_token").is_none());
    let (id, access) = (claims(&again["id_token"]), claims(&again["access_token"]));
    assert_eq!(access["scope"], "openid email");
    assert!(id.get("nonce").is_none() && id["at_hash"].is_string());
    assert_eq!(id["auth_time"], claims(&first["id_token"])["auth_time"]);
    assert!(id.get("phone_number").is_none());
}

#[tokio::test]
async fn the_api_refreshes_them_too() {
    let api = hosted::start().await;
    let first = tokens(&api, &[]).await;
    let by_flow = api.initiate("REFRESH_TOKEN_AUTH", json!({ "REFRESH_TOKEN": first["refresh_token"] })).await.ok();
    let by_call = json!({ "RefreshToken": first["refresh_token"], "ClientId": "app1" });
    let by_call = api.call("GetTokensFromRefreshToken", by_call).await.ok();
    for answer in [by_flow, by_call] {
        let access = claims(&answer["AuthenticationResult"]["AccessToken"]);
        assert_eq!(access["scope"], "openid email");
        assert!(answer["AuthenticationResult"]["IdToken"].is_string());
    }
}

#[tokio::test]
async fn in_a_pool_with_devices_no_key_is_needed() {
    let api = TestPool::start(PoolConfig { devices: Some(Default::default()), ..hosted::pool() }).await;
    let first = tokens(&api, &[]).await;
    refresh(&api, &first["refresh_token"]).await.ok();
    assert!(claims(&first["access_token"]).get("device_key").is_none());
}

#[tokio::test]
async fn rotation_gives_a_new_refresh_token_and_a_reused_one_ends_the_line() {
    let client = ClientConfig { rotation_grace_seconds: Some(0), ..hosted::client() };
    let api = TestPool::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])).await;
    let first = tokens(&api, &[]).await;
    let second = refresh(&api, &first["refresh_token"]).await.ok();
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    refused(&refresh(&api, &first["refresh_token"]).await, "invalid_grant");
    refused(&refresh(&api, &second["refresh_token"]).await, "invalid_grant");
}

#[tokio::test]
async fn refresh_tokens_that_are_revoked_expired_foreign_or_of_the_api_are_refused() {
    let api = two_clients().await;
    let token = tokens(&api, &[]).await["refresh_token"].clone();
    let fields = [("grant_type", "refresh_token"), ("client_id", "app2"), ("refresh_token", token.as_str().unwrap())];
    refused(&post(&api, "/oauth2/token", &fields, &[]).await, "invalid_grant");
    api.server.expire_refresh_tokens("ann").unwrap();
    refused(&refresh(&api, &token).await, "invalid_grant");
    let token = tokens(&api, &[]).await["refresh_token"].clone();
    api.server.revoke_tokens("ann").unwrap();
    refused(&refresh(&api, &token).await, "invalid_grant");
    refused(&refresh(&api, &json!("garbage")).await, "invalid_grant");
    let of_api = api.tokens("ann").await["RefreshToken"].clone();
    refused(&refresh(&api, &of_api).await, "invalid_grant");
}

#[tokio::test]
async fn a_trigger_that_throws_is_told() {
    let api = hosted::start().await;
    let code = code(&api, &[]).await;
    api.server.set_trigger(TriggerKind::PreTokenGeneration, |_| Err("no".into()));
    let reply = exchange(&api, &code, &[]).await;
    refused(&reply, "invalid_request");
    assert_eq!(reply.json()["error_description"], "PreTokenGeneration failed with error no.");
}
