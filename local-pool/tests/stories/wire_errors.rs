//! Headers, statuses and texts of the wire.

use local_pool::PoolConfig;
use serde_json::{Value, json};

use crate::client::{PASSWORD, TestPool};

#[tokio::test]
async fn answers_have_the_headers_of_real_ones() {
    let api = TestPool::with_ann().await;
    let good = api.password("ann", PASSWORD).await;
    assert_eq!(good.headers["content-type"], "application/x-amz-json-1.1");
    assert_eq!(good.headers["access-control-allow-origin"], "*");
    assert_eq!(good.headers["x-amzn-requestid"].len(), 36);
    let bad = api.password("ann", "Wrong-Horse-9").await;
    assert_eq!(bad.headers["x-amzn-errortype"], "NotAuthorizedException:");
    assert_eq!(bad.headers["x-amzn-errormessage"], "Incorrect username or password.");
    let exposed = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";
    assert_eq!(bad.headers["access-control-expose-headers"], exposed);
    assert_eq!(bad.text, r#"{"__type":"NotAuthorizedException","message":"Incorrect username or password."}"#);
}

#[tokio::test]
async fn browsers_may_ask_first() {
    let api = TestPool::with_ann().await;
    let response = api
        .http
        .request(reqwest::Method::OPTIONS, api.server.endpoint())
        .header("access-control-request-headers", "content-type,x-amz-target")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["access-control-allow-headers"], "content-type,x-amz-target");
}

/// What a page of another origin sees of answers, errors and documents alike.
#[tokio::test]
async fn browsers_may_read_every_answer() {
    let api = TestPool::with_ann().await;
    api.password("ann", PASSWORD).await.ok();
    let url = |path: &str| format!("{}{path}", api.server.endpoint());
    let target = ("x-amz-target", "AWSCognitoIdentityProviderService.GetUser");
    let pool = api.server.pool_id();
    let post = |body: String| api.http.post(url("/")).header(target.0, target.1).body(body);
    let answers = [
        (200, api.http.get(url(&format!("/{pool}/.well-known/jwks.json")))),
        (200, api.http.get(url(&format!("/{pool}/.well-known/openid-configuration")))),
        (200, api.http.request(reqwest::Method::OPTIONS, url("/"))),
        (400, post("{}".into())),
        (400, post("{".into())),
        (400, api.http.get(url("/none/.well-known/jwks.json"))),
        (404, api.http.post(url("/")).body("{}")),
        (404, api.http.get(url("/"))),
        (404, api.http.get(url("/elsewhere"))),
        (404, api.http.put(url("/"))),
        (413, post("x".repeat(600 * 1024))),
    ];
    for (status, request) in answers {
        let response = request.header("origin", "https://app.example").send().await.unwrap();
        let what = format!("{} {}", response.status(), response.url());
        assert_eq!(response.status(), status, "{what}");
        assert_eq!(response.headers()["access-control-allow-origin"], "*", "{what}");
        let exposed = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";
        assert_eq!(response.headers()["access-control-expose-headers"], exposed, "{what}");
        assert!(response.headers().contains_key("x-amzn-requestid"), "{what}");
    }
    let asked = api.http.request(reqwest::Method::OPTIONS, url("/"));
    let asked = asked.header("access-control-request-method", "POST");
    let asked = asked.header("access-control-request-headers", "amz-sdk-request,content-type,x-amz-target");
    let allowed = asked.send().await.unwrap();
    assert!(allowed.headers()["access-control-allow-methods"].to_str().unwrap().contains("POST"));
    assert_eq!(allowed.headers()["access-control-allow-headers"], "amz-sdk-request,content-type,x-amz-target");
    assert!(allowed.headers().contains_key("access-control-max-age"));
}

#[tokio::test]
async fn unknown_operations_services_and_broken_bodies() {
    let api = TestPool::with_ann().await;
    let unknown = api.call("MakeCoffee", json!({})).await;
    assert_eq!((unknown.status, unknown.text.as_str()), (400, r#"{"__type":"UnknownOperationException"}"#));
    let other = api.send("SomeService.GetUser", "{}".into()).await;
    assert_eq!(other.status, 404);
    assert_eq!(other.json()["code"], "BadRequest");
    let signed = api.send("AWSCognitoIdentityProviderService.InitiateAuth", "{".into()).await;
    signed.refused_as("SerializationException");
    api.call("InitiateAuth", json!([])).await.refused_as("SerializationException");
    let wrong_type = json!({ "ClientId": 7, "AuthFlow": "USER_SRP_AUTH" });
    api.call("InitiateAuth", wrong_type).await.refused_as("SerializationException");
    let huge = json!({ "ClientId": "x".repeat(600 * 1024) }).to_string();
    let reply = api.send("AWSCognitoIdentityProviderService.InitiateAuth", huge).await;
    assert_eq!(reply.status, 413);
}

#[tokio::test]
async fn constraints_are_told_in_the_services_words() {
    let api = TestPool::with_ann().await;
    let client = api.server.client_id();
    let prefix = "1 validation error detected: ";
    let cases: [(&str, Value, String); 6] = [
        (
            "ConfirmSignUp",
            json!({ "ClientId": client, "Username": "ann" }),
            format!("{prefix}Value null at 'confirmationCode' failed to satisfy constraint: Member must not be null"),
        ),
        (
            "DescribeUserPool",
            json!({ "UserPoolId": "x" }),
            format!(
                "{prefix}Value 'x' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression \
                 pattern: [\\w-]+_[0-9a-zA-Z]+"
            ),
        ),
        (
            "InitiateAuth",
            json!({ "ClientId": client, "AuthFlow": "MAGIC" }),
            format!(
                "{prefix}Value 'MAGIC' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: \
                 [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, \
                 ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"
            ),
        ),
        (
            "SignUp",
            json!({ "ClientId": client, "Username": "a b", "Password": " with spaces " }),
            "2 validation errors detected: Value 'a b' at 'username' failed to satisfy constraint: Member must satisfy \
             regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+; Value at 'password' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$"
                .into(),
        ),
        (
            "RespondToAuthChallenge",
            json!({ "ClientId": client, "ChallengeName": "CUSTOM_CHALLENGE", "Session": "short" }),
            format!(
                "{prefix}Value at 'session' failed to satisfy constraint: Member must have length greater than or equal to 20"
            ),
        ),
        (
            "ListUsers",
            json!({ "UserPoolId": api.server.pool_id(), "Limit": 61 }),
            format!(
                "{prefix}Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60"
            ),
        ),
    ];
    for (operation, body, text) in cases {
        api.call(operation, body).await.refused("InvalidParameterException", &text);
    }
}

/// Members that no operation looks at have their types too.
#[tokio::test]
async fn wrong_json_types_are_refused_everywhere() {
    let api = TestPool::with_ann().await;
    let (pool, client) = (api.server.pool_id(), api.server.client_id());
    let cases = [
        ("CreateUserPool", json!({ "PoolName": true })),
        ("CreateUserPool", json!({ "PoolName": "x", "UserPoolTags": [] })),
        ("CreateUserPool", json!({ "PoolName": "x", "Schema": [{ "Name": "a", "Mutable": "yes" }] })),
        ("UpdateUserPool", json!({ "UserPoolId": pool, "DeviceConfiguration": "on" })),
        ("UpdateUserPool", json!({ "UserPoolId": pool, "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": 1 } })),
        ("CreateUserPoolClient", json!({ "UserPoolId": pool, "ClientName": "x", "GenerateSecret": "true" })),
        ("UpdateUserPoolClient", json!({ "UserPoolId": pool, "ClientId": client, "CallbackURLs": "x" })),
        ("UpdateUserPoolClient", json!({ "UserPoolId": pool, "ClientId": client, "IdTokenValidity": 1.5 })),
        ("SetUserPoolMfaConfig", json!({ "UserPoolId": pool, "SoftwareTokenMfaConfiguration": { "Enabled": "x" } })),
        ("SignUp", json!({ "ClientId": client, "Username": "tom", "AnalyticsMetadata": "x" })),
        ("InitiateAuth", json!({ "ClientId": client, "AuthFlow": "USER_AUTH", "UserContextData": { "IpAddress": 1 } })),
    ];
    for (operation, body) in cases {
        api.call(operation, body).await.refused_as("SerializationException");
    }
}

#[tokio::test]
async fn unknown_clients_come_before_anything_about_users() {
    let api = TestPool::with_ann().await;
    for operation in ["InitiateAuth", "SignUp", "ForgotPassword", "RevokeToken", "GetTokensFromRefreshToken"] {
        let body = json!({
            "ClientId": "nope", "AuthFlow": "USER_SRP_AUTH", "Username": "ann", "Password": PASSWORD, "Token": "t",
            "RefreshToken": "t",
        });
        api.call(operation, body).await.refused("ResourceNotFoundException", "User pool client nope does not exist.");
    }
}

#[tokio::test]
async fn nulls_mean_nothing_and_unknown_members_are_ignored() {
    let api = TestPool::with_ann().await;
    let body = json!({
        "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": api.server.client_id(), "ClientMetadata": null,
        "AnalyticsMetadata": null, "UserContextData": { "EncodedData": null }, "Session": null, "FutureMember": [1, 2],
        "AuthParameters": { "USERNAME": "ann", "PASSWORD": PASSWORD, "SECRET_HASH": null, "DEVICE_KEY": null },
    });
    api.call("InitiateAuth", body).await.ok();
}

#[tokio::test]
async fn a_signature_header_is_accepted_unseen() {
    let api = TestPool::start(PoolConfig::default()).await;
    let response = api
        .http
        .post(api.server.endpoint())
        .header("x-amz-target", "AWSCognitoIdentityProviderService.ListUserPools")
        .header("authorization", "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/cognito-idp/aws4_request")
        .body(r#"{"MaxResults":10}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn kept_connections_answer_without_stalls() {
    let api = TestPool::with_ann().await;
    api.call("ListUserPools", json!({ "MaxResults": 1 })).await.ok();
    api.server.reset_counters();
    let started = std::time::Instant::now();
    for _ in 0..50 {
        api.call("ListUserPools", json!({ "MaxResults": 1 })).await.ok();
    }
    // Delayed acknowledgements would cost 40 ms each.
    assert!(started.elapsed().as_millis() < 50 * 40, "{:?}", started.elapsed());
    assert_eq!(api.server.connections(), 0);
    assert_eq!(api.server.requests("ListUserPools"), 50);
}
