//! What tests in other processes do by HTTP: faults, the clock, what happens to users, counters.

use std::time::{Duration, Instant};

use local_pool::{ClientConfig, PoolConfig, ServerConfig};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::device::{Device, pool as pool_with_devices};
use crate::client::{PASSWORD, Reply, TestPool};

/// Requests of `/_local`, without a body where it is null.
async fn send(api: &TestPool, method: Method, path: &str, body: Value) -> Reply {
    send_with(api, method, path, body, &[]).await
}

async fn send_with(api: &TestPool, method: Method, path: &str, body: Value, headers: &[(&str, &str)]) -> Reply {
    let mut request = api.http.request(method, format!("{}/_local/{path}", api.server.endpoint()));
    if !body.is_null() {
        request = request.json(&body);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Reply { status, headers, text: response.text().await.unwrap() }
}

async fn put(api: &TestPool, path: &str, body: Value) -> Reply {
    send(api, Method::PUT, path, body).await
}

async fn post(api: &TestPool, path: &str, body: Value) -> Reply {
    send(api, Method::POST, path, body).await
}

async fn delete(api: &TestPool, path: &str) -> Reply {
    send(api, Method::DELETE, path, Value::Null).await
}

/// Whether an operation is answered at all.
async fn is_answered(api: &TestPool, operation: &str) -> bool {
    let request = api.http.post(api.server.endpoint()).body("{}");
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    request.header("x-amz-target", target).send().await.is_ok()
}

async fn refresh(api: &TestPool, tokens: &Value) -> Reply {
    let body = json!({ "ClientId": api.server.client_id(), "RefreshToken": tokens["RefreshToken"] });
    api.call("GetTokensFromRefreshToken", body).await
}

async fn get_user(api: &TestPool, tokens: &Value) -> Reply {
    api.call("GetUser", json!({ "AccessToken": tokens["AccessToken"] })).await
}

/// A refusal that says what to do.
#[track_caller]
fn refused(reply: &Reply, status: u16, code: &str, advice: &str) {
    assert_eq!((reply.status, &reply.json()["error"]), (status, &json!(code)), "{}", reply.text);
    let message = reply.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains(advice), "{message}");
}

#[tokio::test]
async fn answers_are_scripted() {
    let api = TestPool::with_ann().await;
    let throttled = json!({ "fault": "exception", "name": "TooManyRequestsException", "message": "Rate exceeded" });
    put(&api, "faults/InitiateAuth", throttled).await.ok();
    for _ in 0..2 {
        api.password("ann", PASSWORD).await.refused("TooManyRequestsException", "Rate exceeded");
    }
    assert_eq!(delete(&api, "faults/InitiateAuth").await.ok(), json!({}));
    api.password("ann", PASSWORD).await.ok();

    let page = json!({ "fault": "answer", "status": 503, "error_type": "Busy:", "body": "<html>busy</html>" });
    post(&api, "faults/*", page).await.ok();
    let reply = api.password("ann", PASSWORD).await;
    assert_eq!((reply.status, reply.text.as_str()), (503, "<html>busy</html>"));
    assert_eq!(reply.headers["x-amzn-errortype"], "Busy:");
    api.password("ann", PASSWORD).await.ok();

    put(&api, "faults/jwks.json", json!({ "fault": "answer", "status": 500 })).await.ok();
    let keys = format!("{}/{}/.well-known/jwks.json", api.server.endpoint(), api.server.pool_id());
    assert_eq!(api.http.get(&keys).send().await.unwrap().status(), 500);
    delete(&api, "faults").await.ok();
    assert_eq!(api.http.get(&keys).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn answers_are_late_lost_or_never_made() {
    let api = TestPool::with_ann().await;
    post(&api, "faults/InitiateAuth", json!({ "fault": "delay", "seconds": 0.15 })).await.ok();
    let started = Instant::now();
    api.password("ann", PASSWORD).await.ok();
    assert!(started.elapsed() >= Duration::from_millis(150));

    // The first two requests get through, the next two do not.
    post(&api, "faults/ListUserPools", json!({ "fault": "let_through", "times": 2 })).await.ok();
    post(&api, "faults/ListUserPools", json!({ "fault": "reset", "times": 2 })).await.ok();
    for expected in [true, true, false, false, true] {
        assert_eq!(is_answered(&api, "ListUserPools").await, expected);
    }

    let rotating = ClientConfig { rotation_grace_seconds: Some(0), ..ClientConfig::default() };
    let api = TestPool::start(PoolConfig::default().with_client(rotating).with_user("ann", PASSWORD, &[])).await;
    let tokens = api.tokens("ann").await;
    post(&api, "faults/GetTokensFromRefreshToken", json!({ "fault": "drop_after_commit" })).await.ok();
    let body = json!({ "ClientId": api.server.client_id(), "RefreshToken": tokens["RefreshToken"] });
    let request = api.http.post(api.server.endpoint()).body(body.to_string());
    let target = "AWSCognitoIdentityProviderService.GetTokensFromRefreshToken";
    request.header("x-amz-target", target).send().await.unwrap_err();
    // The answer with the new token was lost, the old one is spent.
    refresh(&api, &tokens).await.refused_as("RefreshTokenReuseException");
}

#[tokio::test]
async fn faults_are_listed_and_spare_these_routes() {
    let api = TestPool::with_ann().await;
    put(&api, "faults/*", json!({ "fault": "reset" })).await.ok();
    post(&api, "faults/SignUp", json!({ "fault": "let_through", "times": 2 })).await.ok();
    post(&api, "faults/SignUp", json!({ "fault": "delay", "seconds": 1.5 })).await.ok();
    post(&api, "faults/SignUp", json!({ "fault": "drop_after_commit" })).await.ok();
    let expected = json!({
        "*": [{ "fault": "reset" }],
        "SignUp": [
            { "fault": "let_through", "times": 2 },
            { "fault": "delay", "seconds": 1.5, "times": 1 },
            { "fault": "drop_after_commit", "times": 1 },
        ],
    });
    assert_eq!(api.get("/_local/faults").await, expected);
    api.get("/_local/clock").await;
    api.get("/_local/outbox").await;
    post(&api, "users/ann/revoke-tokens", Value::Null).await.ok();
    assert!(!is_answered(&api, "ListUserPools").await);
    delete(&api, "faults").await.ok();
    assert_eq!(api.get("/_local/faults").await, json!({}));
}

#[tokio::test]
async fn the_clock_is_moved() {
    let api = TestPool::with_ann().await;
    let frozen = post(&api, "clock/freeze", json!({ "at": 1_767_603_787.25 })).await.ok();
    assert_eq!(frozen, json!({ "now": 1_767_603_787.25, "frozen": true }));
    let tokens = api.tokens("ann").await;
    get_user(&api, &tokens).await.ok();
    let moved = post(&api, "clock/advance", json!({ "seconds": 3600.5 })).await.ok();
    assert_eq!(moved, json!({ "now": 1_767_607_387.75, "frozen": true }));
    get_user(&api, &tokens).await.refused("NotAuthorizedException", "Access Token has expired");
    let moved = post(&api, "clock/turn-back", json!({ "seconds": 60 })).await.ok();
    assert_eq!(moved["now"], json!(1_767_607_327.75));
    get_user(&api, &tokens).await.ok();
    assert_eq!(api.get("/_local/clock").await, moved);

    let running = post(&api, "clock/resume", Value::Null).await.ok();
    assert_eq!(running["frozen"], json!(false));
    assert!((1_767_607_327..1_767_607_387).contains(&(api.server.clock().now_ms() / 1000)));
    let now = post(&api, "clock/freeze", Value::Null).await.ok();
    assert!(now["now"].as_f64().unwrap() >= running["now"].as_f64().unwrap());
}

#[tokio::test]
async fn tokens_are_revoked_or_expire() {
    let api = TestPool::with_ann().await;
    let tokens = api.tokens("ann").await;
    post(&api, "users/ann/expire-refresh-tokens", Value::Null).await.ok();
    refresh(&api, &tokens).await.refused("NotAuthorizedException", "Refresh Token has expired");
    get_user(&api, &tokens).await.ok();

    let tokens = api.tokens("ann").await;
    post(&api, "users/ann/revoke-tokens", Value::Null).await.ok();
    refresh(&api, &tokens).await.refused("NotAuthorizedException", "Refresh Token has been revoked");
    get_user(&api, &tokens).await.refused("NotAuthorizedException", "Access Token has been revoked");
}

#[tokio::test]
async fn users_are_made_disabled_enabled_and_deleted() {
    let api = TestPool::with_ann().await;
    let attributes = json!({ "email": "tom@example.com", "email_verified": "true" });
    let tom = json!({ "username": "tom+1", "password": PASSWORD, "attributes": attributes, "groups": ["staff"] });
    assert_eq!(post(&api, "users", tom.clone()).await.ok(), json!({ "username": "tom+1" }));
    refused(&post(&api, "users", tom).await, 400, "refused", "UsernameExistsException");
    let tokens = api.tokens("tom+1").await;
    post(&api, "users/tom%2B1/disable", Value::Null).await.ok();
    api.password("tom+1", PASSWORD).await.refused("NotAuthorizedException", "User is disabled.");
    refresh(&api, &tokens).await.refused_as("NotAuthorizedException");
    post(&api, "users/tom%2B1/enable", Value::Null).await.ok();
    api.tokens("tom+1").await;
    delete(&api, "users/tom+1").await.ok();
    api.password("tom+1", PASSWORD).await.refused_as("UserNotFoundException");
}

#[tokio::test]
async fn passwords_are_set_or_have_to_be_reset() {
    let api = TestPool::with_ann().await;
    put(&api, "users/ann/password", json!({ "password": "Other-Horse-9" })).await.ok();
    api.password("ann", PASSWORD).await.refused("NotAuthorizedException", "Incorrect username or password.");
    api.password("ann", "Other-Horse-9").await.ok();
    post(&api, "users/ann/require-password-reset", Value::Null).await.ok();
    api.password("ann", "Other-Horse-9").await.refused_as("PasswordResetRequiredException");
    put(&api, "users/ann/password", json!({ "password": PASSWORD })).await.ok();
    api.password("ann", PASSWORD).await.ok();
}

#[tokio::test]
async fn devices_are_forgotten() {
    let api = pool_with_devices(false, false).await;
    let (device, result) = Device::confirmed(&api, "ann").await;
    let asked = device.password(&api, "ann").await.ok();
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    delete(&api, "users/ann/devices").await.ok();
    device.password(&api, "ann").await.refused("ResourceNotFoundException", "Device does not exist.");
    let parameters = json!({ "REFRESH_TOKEN": result["RefreshToken"], "DEVICE_KEY": device.key });
    api.initiate("REFRESH_TOKEN_AUTH", parameters).await.refused("NotAuthorizedException", "Invalid Refresh Token");
}

#[tokio::test]
async fn another_pool_is_named() {
    let one = PoolConfig { name: "one".into(), ..PoolConfig::default() }.with_user("ann", PASSWORD, &[]);
    let two = PoolConfig { name: "two".into(), ..PoolConfig::default() }.with_user("bob", PASSWORD, &[]);
    let api = TestPool::start(ServerConfig { pools: vec![one, two], ..ServerConfig::default() }).await;
    post(&api, "users/ann/disable", Value::Null).await.ok();
    refused(&post(&api, "users/bob/disable", Value::Null).await, 400, "unknown_user", "?pool=ID");
    let second = api.server.pools()[1].pool_id.clone();
    post(&api, &format!("users/bob/disable?pool={second}"), Value::Null).await.ok();
    let users = api.server.call("ListUsers", json!({ "UserPoolId": second })).await.unwrap();
    assert_eq!(users["Users"][0]["Enabled"], json!(false));
    let nowhere = post(&api, "users/ann/disable?pool=us-east-1_Nowhere00", Value::Null).await;
    refused(&nowhere, 400, "unknown_pool", "?pool=ID");
}

#[tokio::test]
async fn a_server_without_configuration_has_a_first_pool_once_it_has_one() {
    let api = TestPool::start(ServerConfig::default()).await;
    refused(&post(&api, "users/ann/disable", Value::Null).await, 400, "unknown_pool", "?pool=ID");
    let made = api.call("CreateUserPool", json!({ "PoolName": "made" })).await.ok();
    let user = json!({ "username": "ann", "password": PASSWORD });
    post(&api, "users", user).await.ok();
    post(&api, "users/ann/disable", Value::Null).await.ok();
    api.call("CreateUserPool", json!({ "PoolName": "another" })).await.ok();
    refused(&post(&api, "users/ann/enable", Value::Null).await, 400, "unknown_pool", "?pool=ID");
    let id = made["UserPool"]["Id"].as_str().unwrap();
    post(&api, &format!("users/ann/enable?pool={id}"), Value::Null).await.ok();
}

#[tokio::test]
async fn requests_are_counted() {
    let api = TestPool::with_ann().await;
    api.password("ann", PASSWORD).await.ok();
    api.password("ann", "Wrong-Horse-9").await.refused_as("NotAuthorizedException");
    let counted = json!({ "requests": { "InitiateAuth": 2 }, "connections": 1 });
    assert_eq!(api.get("/_local/requests").await, counted);
    delete(&api, "requests").await.ok();
    assert_eq!(api.get("/_local/requests").await, json!({ "requests": {}, "connections": 0 }));
}

#[tokio::test]
async fn mistakes_are_told() {
    let api = TestPool::with_ann().await;
    let reset = json!({ "fault": "reset" });
    refused(&put(&api, "faults/InitateAuth", reset.clone()).await, 400, "unknown_operation", "/_local/operations");
    refused(&delete(&api, "faults/InitateAuth").await, 400, "unknown_operation", "InitateAuth");
    let faults = [
        (json!({ "fault": "explode" }), "invalid_body", "`drop_after_commit`"),
        (json!({}), "invalid_body", "`fault`"),
        (json!([]), "invalid_body", "The body cannot be used"),
        (json!({ "fault": "reset", "seconds": 1 }), "invalid_body", "seconds"),
        (json!({ "fault": "delay" }), "invalid_body", "`seconds`"),
        (json!({ "fault": "delay", "seconds": -1 }), "out_of_range", "from 0 to 3600"),
        (json!({ "fault": "delay", "seconds": 3601 }), "out_of_range", "from 0 to 3600"),
        (json!({ "fault": "delay", "milliseconds": 5 }), "invalid_body", "expected `seconds`"),
        (json!({ "fault": "answer", "status": 101 }), "out_of_range", "from 200 to 599"),
        (json!({ "fault": "answer", "status": 70_000 }), "invalid_body", "u16"),
        (json!({ "fault": "exception", "name": "" }), "invalid_body", "cannot be empty"),
        (json!({ "fault": "exception", "name": "A\r\nB: c" }), "invalid_body", "line breaks"),
    ];
    for (body, code, advice) in faults {
        refused(&put(&api, "faults/SignUp", body.clone()).await, 400, code, advice);
        refused(&post(&api, "faults/SignUp", body).await, 400, code, advice);
    }
    for times in [json!(0), json!(-1), json!(1.5), json!(5_000_000_000_u64), json!("2"), Value::Null] {
        let body = json!({ "fault": "reset", "times": times });
        refused(&post(&api, "faults/SignUp", body).await, 400, "out_of_range", "whole number from 1");
    }
    let set = put(&api, "faults/SignUp", json!({ "fault": "let_through" })).await;
    refused(&set, 400, "invalid_body", "POST");
    assert_eq!(api.get("/_local/faults").await, json!({}));

    let before = api.server.clock().now_ms();
    for seconds in [json!(-1), json!(1e18), json!(1e300)] {
        let body = json!({ "seconds": seconds });
        refused(&post(&api, "clock/advance", body.clone()).await, 400, "out_of_range", "seconds");
        refused(&post(&api, "clock/turn-back", body).await, 400, "out_of_range", "seconds");
    }
    let century = json!({ "seconds": 100.0 * 365.0 * 86_400.0 });
    refused(&post(&api, "clock/turn-back", century).await, 400, "out_of_range", "1970");
    for at in [json!(-1), json!(253_402_300_800_u64), json!(1e300)] {
        refused(&post(&api, "clock/freeze", json!({ "at": at })).await, 400, "out_of_range", "9999");
    }
    refused(&post(&api, "clock/advance", Value::Null).await, 400, "invalid_body", "`seconds`");
    refused(&post(&api, "clock/advance", json!({ "hours": 1 })).await, 400, "invalid_body", "`seconds`");
    assert!(!api.server.clock().is_frozen() && api.server.clock().now_ms() - before < 60_000);

    refused(&post(&api, "users/nobody/disable", Value::Null).await, 400, "unknown_user", "user name");
    refused(&post(&api, "users/ann/dissable", Value::Null).await, 400, "unknown_action", "disable, enable");
    refused(&post(&api, "users/ann/disable?pol=x", Value::Null).await, 400, "invalid_query", "pool");
    refused(&put(&api, "users/ann/password", json!({})).await, 400, "invalid_body", "`password`");
    refused(&post(&api, "users", json!({ "username": "tom" })).await, 400, "invalid_body", "`password`");
    refused(&post(&api, "clocks", Value::Null).await, 404, "unknown_route", "README");
    refused(&post(&api, "requests", Value::Null).await, 405, "wrong_method", "methods");
    api.tokens("ann").await;
}

#[tokio::test]
async fn pages_of_others_reach_none_of_it() {
    let api = TestPool::with_ann().await;
    let own = api.server.endpoint();
    let paths = ["faults", "clock", "requests", "outbox", "operations", "totp?secret=JBSWY3DPEHPK3PXP"];
    for path in paths {
        for origin in ["https://app.example", "http://localhost:3000", "null"] {
            let reply = send_with(&api, Method::GET, path, Value::Null, &[("origin", origin)]).await;
            refused(&reply, 403, "foreign_origin", origin);
        }
        let reply = send_with(&api, Method::GET, path, Value::Null, &[("origin", &own)]).await;
        reply.ok();
        assert!(!reply.headers.contains_key("access-control-allow-origin"));
        // A name that its owner lets point to this machine.
        let reply = send_with(&api, Method::GET, path, Value::Null, &[("host", "evil.example:9229")]).await;
        refused(&reply, 403, "foreign_host", "localhost");
    }
    let foreign = [("origin", "https://app.example")];
    let reply = send_with(&api, Method::POST, "users/ann/disable", Value::Null, &foreign).await;
    refused(&reply, 403, "foreign_origin", "https://app.example");
    api.password("ann", PASSWORD).await.ok();
    // Not even the question in advance is answered with a yes.
    let asked = [("origin", "https://app.example"), ("access-control-request-method", "PUT")];
    let reply = send_with(&api, Method::OPTIONS, "faults/SignUp", Value::Null, &asked).await;
    assert_eq!(reply.status, 403);
    // A form is no JSON.
    let form = api.http.post(format!("{own}/_local/clock/advance")).body(r#"{"seconds":1}"#);
    let form = form.header("content-type", "text/plain").send().await.unwrap();
    assert_eq!(form.status(), 400);
    assert!(form.text().await.unwrap().contains("application/json"));
}
