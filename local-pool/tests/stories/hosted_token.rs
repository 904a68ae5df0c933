//! `/oauth2/token`, `/oauth2/revoke` and `/oauth2/userInfo`: every row of the reference, and what attackers try with codes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use local_pool::{ClientConfig, LocalPool, PoolConfig, ResourceServerConfig, TriggerKind};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::client::hosted::{self, CALLBACK, VERIFIER, authorize_url, code, exchange, parameter, post, tokens};
use crate::client::{PASSWORD, Reply, TestPool, claims};

#[track_caller]
fn refused(reply: &Reply, error: &str) {
    assert_eq!((reply.status, &reply.json()["error"]), (400, &json!(error)), "{}", reply.text);
    assert_eq!(reply.headers["content-type"], "application/json;charset=UTF-8");
    assert_eq!(reply.headers["access-control-allow-origin"], "*");
    assert_eq!(reply.headers["cache-control"], "no-store");
}

async fn two_clients() -> TestPool {
    let other = ClientConfig { id: Some("app2".into()), name: "other".into(), ..ClientConfig::default() };
    TestPool::start(hosted::pool().with_client(other.with_hosted_ui(&[CALLBACK], &[]))).await
}

async fn with_secret() -> TestPool {
    let client = ClientConfig { secret: Some("s3cret".into()), ..hosted::client() };
    TestPool::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])).await
}

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

async fn refresh(api: &TestPool, token: &Value) -> Reply {
    let token = token.as_str().unwrap();
    let fields = [("grant_type", "refresh_token"), ("client_id", "app1"), ("refresh_token", token)];
    post(api, "/oauth2/token", &fields, &[]).await
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

#[tokio::test]
async fn a_trigger_that_throws_is_told() {
    let api = hosted::start().await;
    let code = code(&api, &[]).await;
    api.server.set_trigger(TriggerKind::PreTokenGeneration, |_| Err("no".into()));
    let reply = exchange(&api, &code, &[]).await;
    refused(&reply, "invalid_request");
    assert_eq!(reply.json()["error_description"], "PreTokenGeneration failed with error no.");
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

async fn user_info(api: &TestPool, token: Option<&str>) -> Reply {
    let header = token.map(|token| format!("Bearer {token}"));
    let headers: Vec<_> = header.iter().map(|header| ("authorization", header.as_str())).collect();
    hosted::get(&format!("{}/oauth2/userInfo", api.server.endpoint()), &headers).await
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
