//! The Security Token Service: roles for OpenID tokens, and whose credentials those are.

use std::time::Duration;

use local_pool::{Fault, IdentityPoolConfig};
use serde_json::{Value, json};

use crate::client::TestPool;
use crate::client::identity::{config, start};
use crate::client::signed::{Signer, element};

const AUTHENTICATED: &str = "arn:aws:iam::000000000000:role/local-authenticated";
const UNAUTHENTICATED: &str = "arn:aws:iam::000000000000:role/local-unauthenticated";

async fn form(api: &TestPool, fields: &[(&str, &str)]) -> (u16, String) {
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let request = api.http.post(api.server.endpoint()).header("content-type", "application/x-www-form-urlencoded");
    let reply = request.body(body.join("&")).send().await.unwrap();
    (reply.status().as_u16(), reply.text().await.unwrap())
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("%{byte:02X}") })
        .collect()
}

async fn assume(api: &TestPool, role: &str, token: &str) -> (u16, String) {
    let fields = [
        ("Action", "AssumeRoleWithWebIdentity"),
        ("Version", "2011-06-15"),
        ("RoleArn", role),
        ("RoleSessionName", "me@app"),
        ("WebIdentityToken", token),
    ];
    form(api, &fields).await
}

async fn open_id_token(api: &TestPool, id: &str, logins: &Value) -> String {
    let answer = api.identity("GetOpenIdToken", json!({ "IdentityId": id, "Logins": logins })).await.ok();
    answer["Token"].as_str().unwrap().to_owned()
}

fn refused(answer: &(u16, String), status: u16, code: &str) {
    assert_eq!((answer.0, element(&answer.1, "Code")), (status, code), "{}", answer.1);
    assert_eq!(element(&answer.1, "Type"), "Sender");
    assert!(
        answer.1.starts_with("<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"),
        "{}",
        answer.1
    );
}

async fn signer(api: &TestPool) -> Signer {
    let guest = api.guest().await;
    Signer::of(&api.credentials(&guest, &json!({})).await.ok()["Credentials"])
}

#[tokio::test]
async fn a_role_is_assumed_with_the_pools_own_token() {
    let api = start(config()).await;
    let google = api.google("1").await;
    let id = api.id(&google).await;
    let token = open_id_token(&api, &id, &google).await;
    let (status, text) = assume(&api, AUTHENTICATED, &token).await;
    assert_eq!(status, 200, "{text}");
    assert_eq!(element(&text, "SubjectFromWebIdentityToken"), id);
    assert_eq!(element(&text, "Provider"), "cognito-identity.amazonaws.com");
    assert_eq!(element(&text, "Audience"), api.server.identity_pool_id());
    let arn = "arn:aws:sts::000000000000:assumed-role/local-authenticated/me@app";
    assert_eq!(element(&text, "Arn"), arn);
    assert!(element(&text, "Expiration").ends_with('Z'), "{text}");
    let signer = Signer {
        access_key_id: element(&text, "AccessKeyId").into(),
        secret: element(&text, "SecretAccessKey").into(),
        session_token: element(&text, "SessionToken").into(),
        service: "sts",
        fast_s: 0,
    };
    let (status, text) = signer.caller_identity(&api).await;
    assert_eq!((status, element(&text, "Arn"), element(&text, "Account")), (200, arn, "000000000000"));
}

#[tokio::test]
async fn roles_trust_only_their_kind_and_their_pool() {
    let api = start(config()).await;
    let google = api.google("1").await;
    let (id, guest) = (api.id(&google).await, api.guest().await);
    let (token, of_guest) = (open_id_token(&api, &id, &google).await, open_id_token(&api, &guest, &json!({})).await);
    assert_eq!(assume(&api, UNAUTHENTICATED, &of_guest).await.0, 200);
    for (role, token) in [
        (UNAUTHENTICATED, &token),
        (AUTHENTICATED, &of_guest),
        ("arn:aws:iam::000000000000:role/administrator", &token),
    ] {
        let answer = assume(&api, role, token).await;
        refused(&answer, 403, "AccessDenied");
        assert_eq!(element(&answer.1, "Message"), "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    }
}

#[tokio::test]
async fn only_good_tokens_of_this_server_are_taken() {
    let api = start(config()).await;
    let guest = api.guest().await;
    let token = open_id_token(&api, &guest, &json!({})).await;
    let text = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
    let answer = assume(&api, UNAUTHENTICATED, "no token").await;
    refused(&answer, 400, "InvalidIdentityToken");
    assert_eq!(element(&answer.1, "Message"), text);
    let forged = format!("{}AAAA", token.get(..token.len() - 4).unwrap());
    refused(&assume(&api, UNAUTHENTICATED, &forged).await, 400, "InvalidIdentityToken");
    let of_google = api.google("1").await["accounts.google.com"].as_str().unwrap().to_owned();
    refused(&assume(&api, AUTHENTICATED, &of_google).await, 400, "InvalidIdentityToken");
    let other = start(config()).await;
    refused(&assume(&other, UNAUTHENTICATED, &token).await, 400, "InvalidIdentityToken");
    api.server.clock().advance(Duration::from_secs(600));
    refused(&assume(&api, UNAUTHENTICATED, &token).await, 400, "ExpiredTokenException");
}

#[tokio::test]
async fn what_is_missing_or_too_long_is_told() {
    let api = start(config()).await;
    let fields = [("Action", "AssumeRoleWithWebIdentity"), ("RoleArn", AUTHENTICATED), ("RoleSessionName", "me")];
    refused(&form(&api, &fields).await, 400, "ValidationError");
    let token = ("WebIdentityToken", "aaaa");
    for (name, value) in [
        ("RoleArn", "arn"),
        ("RoleSessionName", "x"),
        ("RoleSessionName", "a b"),
        ("DurationSeconds", "899"),
        ("DurationSeconds", "43201"),
        ("DurationSeconds", "soon"),
    ] {
        let mut fields = fields.to_vec();
        fields.retain(|(known, _)| *known != name);
        fields.extend([token, (name, value)]);
        refused(&form(&api, &fields).await, 400, "ValidationError");
    }
    refused(&form(&api, &[("Action", "GetFederationToken")]).await, 400, "InvalidAction");
}

#[tokio::test]
async fn forged_foreign_and_old_credentials_are_refused() {
    let api = start(config()).await;
    let good = signer(&api).await;
    assert_eq!(good.caller_identity(&api).await.0, 200);
    refused(&form(&api, &[("Action", "GetCallerIdentity")]).await, 403, "MissingAuthenticationToken");
    let wrong_secret = Signer { secret: "x".repeat(40), ..good.clone() };
    refused(&wrong_secret.caller_identity(&api).await, 403, "SignatureDoesNotMatch");
    let another = signer(&api).await;
    let mixed = Signer { access_key_id: another.access_key_id.clone(), ..good.clone() };
    refused(&mixed.caller_identity(&api).await, 403, "InvalidClientTokenId");
    let swapped = Signer { session_token: another.session_token.clone(), ..good.clone() };
    refused(&swapped.caller_identity(&api).await, 403, "InvalidClientTokenId");
    let mut forged = good.session_token.clone().into_bytes();
    for place in [20, 60, 700] {
        forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
        let session_token = String::from_utf8(forged.clone()).unwrap();
        refused(&Signer { session_token, ..good.clone() }.caller_identity(&api).await, 403, "InvalidClientTokenId");
    }
    let foreign = signer(&start(IdentityPoolConfig::default()).await).await;
    refused(&foreign.caller_identity(&api).await, 403, "InvalidClientTokenId");
    let no_token = Signer { session_token: String::new(), ..good.clone() };
    refused(&no_token.caller_identity(&api).await, 403, "InvalidClientTokenId");
    api.server.clock().advance(Duration::from_secs(3601));
    refused(&good.caller_identity(&api).await, 403, "ExpiredToken");
}

#[tokio::test]
async fn requests_of_another_time_service_or_text_are_refused() {
    let api = start(config()).await;
    let good = signer(&api).await;
    for (fast_s, text) in [(-901, "Signature expired: "), (902, "Signature not yet current: ")] {
        let answer = Signer { fast_s, ..good.clone() }.caller_identity(&api).await;
        refused(&answer, 403, "SignatureDoesNotMatch");
        assert!(element(&answer.1, "Message").starts_with(text), "{}", answer.1);
    }
    assert_eq!(Signer { fast_s: -890, ..good.clone() }.caller_identity(&api).await.0, 200);
    refused(&Signer { service: "s3", ..good.clone() }.caller_identity(&api).await, 403, "SignatureDoesNotMatch");
    let mut tampered = good.sign(&api, "POST", "/", "Action=GetCallerIdentity");
    tampered.headers.insert("content-type".into(), "application/x-www-form-urlencoded".into());
    assert_eq!(tampered.send(&api).await.0, 200);
    tampered.body.push_str("&More=1");
    refused(&tampered.send(&api).await, 403, "SignatureDoesNotMatch");
    tampered.headers.insert("authorization".into(), "AWS4-HMAC-SHA256 nonsense".into());
    refused(&tampered.send(&api).await, 400, "IncompleteSignature");
}

#[tokio::test]
async fn faults_and_counts_go_by_the_names_of_operations() {
    let api = start(config()).await;
    let good = signer(&api).await;
    api.server.faults().queue("GetCallerIdentity", Fault::exception("Throttling", 400, "Rate exceeded"), 1);
    let answer = good.caller_identity(&api).await;
    refused(&answer, 400, "Throttling");
    assert_eq!(element(&answer.1, "Message"), "Rate exceeded");
    assert_eq!(good.caller_identity(&api).await.0, 200);
    assert_eq!(api.server.requests("GetCallerIdentity"), 2);
    api.server.faults().queue("GetId", Fault::exception("TooManyRequestsException", 400, "Rate exceeded"), 1);
    api.get_id(json!({})).await.refused("TooManyRequestsException", "Rate exceeded");
    api.server.faults().queue("GetCredentialsForIdentity", Fault::DropAfterCommit, 1);
    let (guest, google) = (api.guest().await, api.google("1").await);
    let body = json!({ "IdentityId": guest, "Logins": google }).to_string();
    let request = api.http.post(api.server.endpoint()).body(body);
    request.header("x-amz-target", "AWSCognitoIdentityService.GetCredentialsForIdentity").send().await.unwrap_err();
    assert_eq!(api.id(&google).await, guest);
    let operations = api.get("/_local/operations").await;
    for name in ["GetId", "GetOpenIdToken", "AssumeRoleWithWebIdentity", "GetUser"] {
        assert!(operations.as_array().unwrap().contains(&json!(name)), "{name}");
    }
}
