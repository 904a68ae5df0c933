//! Clients that act for themselves, the implicit flow, `/oauth2/revoke` and `/oauth2/userInfo`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use local_pool::{ClientConfig, LocalPool, PoolConfig, ResourceServerConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::hosted::{
    self, authorize_url, parameter, post, refresh, refused, tokens, two_clients, user_info, with_secret,
};
use crate::client::{PASSWORD, Reply, TestPool, claims};

fn machine() -> PoolConfig {
    let client = ClientConfig {
        id: Some("app1".into()),
        secret: Some("s3cret".into()),
        oauth_flows: vec!["client_credentials".into()],
        oauth_scopes: vec!["https://api.example/read".into(), "https://api.example/write".into()],
        ..ClientConfig::default()
    };
    let server = ResourceServerConfig {
        identifier: "https://api.example".into(),
        name: None,
        scopes: vec!["read".into(), "write".into(), "other".into()],
    };
    PoolConfig { resource_servers: vec![server], ..PoolConfig::default().with_client(client) }
}

async fn as_itself(api: &TestPool, scope: &str) -> Reply {
    let fields =
        [("grant_type", "client_credentials"), ("client_id", "app1"), ("client_secret", "s3cret"), ("scope", scope)];
    post(api, "/oauth2/token", &fields, &[]).await
}

#[tokio::test]
async fn a_client_acts_for_itself() {
    let api = TestPool::start(machine()).await;
    let all = as_itself(&api, "").await.ok();
    assert!(all.get("refresh_token").is_none() && all.get("id_token").is_none());
    let access = claims(&all["access_token"]);
    assert_eq!((&access["sub"], &access["client_id"]), (&json!("app1"), &json!("app1")));
    assert_eq!(access["scope"], "https://api.example/read https://api.example/write");
    assert!(access.get("username").is_none());
    let one = as_itself(&api, "https://api.example/read").await.ok();
    assert_eq!(claims(&one["access_token"])["scope"], "https://api.example/read");
    for scope in ["https://api.example/other", "openid", "https://api.example/read openid", "nonsense"] {
        refused(&as_itself(&api, scope).await, "invalid_scope");
    }
    // It is nobody's token.
    let user = api.call("GetUser", json!({ "AccessToken": one["access_token"] })).await;
    user.refused_as("NotAuthorizedException");
}

#[tokio::test]
async fn a_client_that_may_not_act_for_itself_is_refused() {
    let api = with_secret().await;
    refused(&as_itself(&api, "").await, "unauthorized_client");
    let client = ClientConfig { id: Some("app1".into()), secret: Some("s3cret".into()), ..ClientConfig::default() };
    let api = TestPool::start(PoolConfig::default().with_client(client)).await;
    refused(&as_itself(&api, "").await, "invalid_grant");
}

/// Sees the sources and requests of a trigger.
fn watch(server: &LocalPool, kind: TriggerKind) -> Arc<Mutex<Vec<Value>>> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let events = Arc::clone(&seen);
    server.set_trigger(kind, move |event| {
        events.lock().unwrap().push(event.clone());
        Ok(event)
    });
    seen
}

#[tokio::test]
async fn the_pre_token_trigger_hears_of_hosted_sign_ins_and_of_clients_themselves() {
    let api = TestPool::start(PoolConfig { pre_token_generation_version: "V2_0".into(), ..hosted::pool() }).await;
    let seen = watch(&api.server, TriggerKind::PreTokenGeneration);
    let first = tokens(&api, &[]).await;
    refresh(&api, &first["refresh_token"]).await.ok();
    let sources: Vec<_> = seen.lock().unwrap().iter().map(|event| event["triggerSource"].clone()).collect();
    assert_eq!(sources, ["TokenGeneration_HostedAuth", "TokenGeneration_RefreshTokens"]);
    assert_eq!(seen.lock().unwrap()[0]["request"]["scopes"], json!(["openid", "email"]));

    let api = TestPool::start(PoolConfig { pre_token_generation_version: "V3_0".into(), ..machine() }).await;
    let seen = watch(&api.server, TriggerKind::PreTokenGeneration);
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", "app1"),
        ("client_secret", "s3cret"),
        ("aws_client_metadata", "{\"tenant\":\"t1\"}"),
    ];
    post(&api, "/oauth2/token", &fields, &[]).await.ok();
    let event = seen.lock().unwrap()[0].clone();
    assert_eq!(event["triggerSource"], "TokenGeneration_ClientCredentials");
    assert_eq!(event["request"]["clientMetadata"]["tenant"], "t1");
}

async fn revoke(api: &TestPool, fields: &[(&str, &str)]) -> Reply {
    post(api, "/oauth2/revoke", fields, &[]).await
}

#[tokio::test]
async fn revoking() {
    let api = two_clients().await;
    let first = tokens(&api, &[]).await;
    let (refresh_token, access) = (first["refresh_token"].as_str().unwrap(), first["access_token"].as_str().unwrap());
    refused(&revoke(&api, &[("client_id", "app1")]).await, "invalid_request");
    refused(&revoke(&api, &[("client_id", "app1"), ("token", access)]).await, "unsupported_token_type");
    let unknown = revoke(&api, &[("client_id", "nobody"), ("token", refresh_token)]).await;
    assert_eq!((unknown.status, unknown.json()["error"].clone()), (401, json!("invalid_client")));
    // Another client's token stays as it is.
    revoke(&api, &[("client_id", "app2"), ("token", refresh_token)]).await.ok_empty();
    refresh(&api, &first["refresh_token"]).await.ok();
    for _ in 0..2 {
        revoke(&api, &[("client_id", "app1"), ("token", refresh_token)]).await.ok_empty();
    }
    revoke(&api, &[("client_id", "app1"), ("token", "unknown")]).await.ok_empty();
    refused(&refresh(&api, &first["refresh_token"]).await, "invalid_grant");
    assert_eq!(user_info(&api, Some(access)).await.status, 401);
    let url = format!("{}/oauth2/revoke", api.server.endpoint());
    assert_eq!(hosted::get(&url, &[]).await.status, 405);
}

#[tokio::test]
async fn where_revocation_is_off_nothing_is_revoked() {
    let client = ClientConfig { enable_token_revocation: false, ..hosted::client() };
    let api = TestPool::start(PoolConfig::default().with_client(client)).await;
    refused(&revoke(&api, &[("client_id", "app1"), ("token", "x")]).await, "invalid_request");
}

#[tokio::test]
async fn user_info_tells_what_the_scopes_open() {
    let api = hosted::start().await;
    let told = async |scope: &str| {
        let token = tokens(&api, &[("scope", scope)]).await["access_token"].clone();
        user_info(&api, token.as_str()).await.ok()
    };
    let by_email = told("openid email").await;
    assert_eq!((&by_email["email"], &by_email["email_verified"]), (&json!("ann@example.com"), &json!("true")));
    assert_eq!((&by_email["username"], by_email["sub"].is_string()), (&json!("ann"), true));
    assert!(by_email.get("phone_number").is_none());
    let all = told("openid").await;
    assert_eq!((&all["email"], &all["phone_number"]), (&json!("ann@example.com"), &json!("+15555550100")));
    assert!(told("openid phone").await.get("email").is_none());
}

#[tokio::test]
async fn user_info_refuses_in_its_header() {
    let api = hosted::start().await;
    let without = user_info(&api, None).await;
    let text = "error=\"invalid_request\", error_description=\"Bad OAuth2 request at UserInfo Endpoint\"";
    assert_eq!((without.status, without.headers["www-authenticate"].to_str().unwrap()), (400, text));
    let dead = "error=\"invalid_token\", error_description=\"Access token is expired, disabled, or deleted, or the user \
                has globally signed out.\"";
    let first = tokens(&api, &[]).await;
    for token in ["garbage", first["id_token"].as_str().unwrap()] {
        let reply = user_info(&api, Some(token)).await;
        assert_eq!((reply.status, reply.headers["www-authenticate"].to_str().unwrap()), (401, dead));
    }
    let of_api = api.tokens("ann").await;
    let reply = user_info(&api, of_api["AccessToken"].as_str()).await;
    let no_openid = "error=\"invalid_token\", error_description=\"Access token does not contain openid scope\"";
    assert_eq!((reply.status, reply.headers["www-authenticate"].to_str().unwrap()), (401, no_openid));
    let access = first["access_token"].as_str();
    api.server.revoke_tokens("ann").unwrap();
    assert_eq!(user_info(&api, access).await.headers["www-authenticate"], dead);
    let expired = tokens(&api, &[]).await;
    api.server.clock().advance(Duration::from_secs(3601));
    assert_eq!(user_info(&api, expired["access_token"].as_str()).await.headers["www-authenticate"], dead);
}

#[tokio::test]
async fn pages_of_other_origins_may_ask_in_advance() {
    let api = hosted::start().await;
    let url = format!("{}/oauth2/token", api.server.endpoint());
    let request = api.http.request(reqwest::Method::OPTIONS, url).header("origin", "https://app.example");
    let reply = hosted::read(request.header("access-control-request-method", "POST")).await;
    assert_eq!((reply.status, reply.headers["access-control-allow-origin"].to_str().unwrap()), (200, "*"));
}

#[tokio::test]
async fn a_resource_becomes_the_audience() {
    let api = hosted::start().await;
    let reply = tokens(&api, &[("resource", "https://api.example/v1")]).await;
    assert_eq!(claims(&reply["access_token"])["aud"], "https://api.example/v1");
    let again = refresh(&api, &reply["refresh_token"]).await.ok();
    assert_eq!(claims(&again["access_token"])["aud"], "https://api.example/v1");
}

#[tokio::test]
async fn the_implicit_flow_puts_tokens_into_the_fragment() {
    let client = ClientConfig { oauth_flows: vec!["implicit".into()], ..hosted::client() };
    let api = TestPool::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])).await;
    let changes = [("response_type", "token"), ("code_challenge", ""), ("code_challenge_method", ""), ("nonce", "n1")];
    let callback = api.server.authorize_as(&authorize_url(&api, &changes), "ann", PASSWORD).await.unwrap();
    assert!(callback.starts_with("myapp://callback#id_token="), "{callback}");
    let told = |name: &str| parameter(&callback, name);
    assert_eq!((told("state").as_deref(), told("expires_in").as_deref()), (Some("s1"), Some("3600")));
    assert_eq!(claims(&json!(told("id_token")))["nonce"], "n1");
    assert_eq!((told("refresh_token"), told("code")), (None, None));
}
