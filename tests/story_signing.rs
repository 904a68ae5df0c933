//! Plain HTTP requests to AWS services, signed by the client, sent by another's HTTP client, checked by local-pool.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod test_pool;

use std::collections::HashMap;
use std::time::Duration;

use local_pool::{IdentityPoolConfig, PoolConfig};
use portcullis::{
    AuthClient, AuthFlow, AwsCredentialsOptions, AwsRequest, ExistingSession, SignInOptions, SignOutOptions,
};
use test_pool::{PASSWORD, TestPool};

const FORM: &str = "application/x-www-form-urlencoded";

async fn pool(identity_pool: IdentityPoolConfig) -> TestPool {
    let config = ["ann", "bob"].iter().fold(PoolConfig::default(), |config, name| {
        config.with_user(name, PASSWORD, &[("email", &format!("{name}@example.org"))])
    });
    TestPool::with(config.with_identity_pool(identity_pool)).await
}

async fn sign_in(auth: &AuthClient, name: &str) {
    let options = SignInOptions::new().auth_flow(AuthFlow::UserSrp).existing_session(ExistingSession::Keep);
    assert!(auth.sign_in(name, Some(PASSWORD), options).await.unwrap().is_signed_in);
}

fn caller_identity(pool: &TestPool) -> AwsRequest {
    AwsRequest::new("POST", format!("{}/", pool.server.endpoint()), "us-east-1", "sts")
        .header("Content-Type", FORM)
        .body("Action=GetCallerIdentity&Version=2011-06-15")
}

fn object(pool: &TestPool, method: &str, key: &str) -> AwsRequest {
    AwsRequest::new(method, format!("{}/_local/s3/bucket/{key}", pool.server.endpoint()), "us-east-1", "s3")
}

/// The request as it was signed, with these headers besides.
async fn send(request: &AwsRequest, headers: &HashMap<String, String>) -> (u16, String) {
    let method = reqwest::Method::from_bytes(request.method.as_bytes()).unwrap();
    let mut sent = test_pool::http().request(method, &request.url).body(request.body.clone());
    for (name, value) in request.headers.iter().chain(headers) {
        sent = sent.header(name, value);
    }
    let answer = sent.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn signed_and_sent(auth: &AuthClient, request: AwsRequest) -> (u16, String) {
    let headers = auth.sign_aws_request(request.clone()).await.unwrap();
    send(&request, &headers).await
}

fn code(text: &str) -> &str {
    text.split("<Code>").nth(1).and_then(|rest| rest.split("</Code>").next()).unwrap_or(text)
}

#[tokio::test]
async fn sts_knows_whose_request_it_is() {
    let pool = pool(IdentityPoolConfig::default()).await;
    let (status, text) = signed_and_sent(&pool.client, caller_identity(&pool)).await;
    assert!(status == 200 && text.contains(":assumed-role/local-unauthenticated/"), "{text}");
    sign_in(&pool.client, "ann").await;
    let (status, text) = signed_and_sent(&pool.client, caller_identity(&pool)).await;
    assert!(status == 200 && text.contains(":assumed-role/local-authenticated/"), "{text}");
}

#[tokio::test]
async fn objects_are_put_read_and_deleted_whatever_they_are_called() {
    let pool = pool(IdentityPoolConfig::default()).await;
    for key in ["plain.txt", "a%20folder/%C3%A4+b.txt", "a//b", "(it's)!@,;$&=.~%25", "x?versionId=a%2Fb&acl"] {
        let put = object(&pool, "PUT", key).header("content-type", "text/plain").body("hello");
        assert_eq!(signed_and_sent(&pool.client, put).await, (200, String::new()), "{key}");
        let got = signed_and_sent(&pool.client, object(&pool, "GET", key)).await;
        assert_eq!(got, (200, "hello".to_owned()), "{key}");
        assert_eq!(signed_and_sent(&pool.client, object(&pool, "DELETE", key)).await.0, 204, "{key}");
        let gone = signed_and_sent(&pool.client, object(&pool, "GET", key)).await;
        assert_eq!(code(&gone.1), "NoSuchKey", "{key}");
    }
    let unread = object(&pool, "PUT", "big").header("x-amz-content-sha256", "UNSIGNED-PAYLOAD").body("not hashed");
    assert_eq!(signed_and_sent(&pool.client, unread).await.0, 200);
}

#[tokio::test]
async fn what_was_changed_or_forged_is_refused() {
    let pool = pool(IdentityPoolConfig::default()).await;
    let put = object(&pool, "PUT", "a").header("x-amz-meta-owner", "ann").body("hello");
    let headers = pool.client.sign_aws_request(put.clone()).await.unwrap();
    let meta = put.clone().header("x-amz-meta-owner", "eve");
    for (changed, because) in [
        (put.clone().body("hullo"), "XAmzContentSHA256Mismatch"),
        (AwsRequest { url: put.url.replace("/a", "/b"), ..put.clone() }, "SignatureDoesNotMatch"),
        (AwsRequest { url: format!("{}?acl", put.url), ..put.clone() }, "SignatureDoesNotMatch"),
        (AwsRequest { method: "DELETE".to_owned(), ..put.clone() }, "SignatureDoesNotMatch"),
        (meta, "SignatureDoesNotMatch"),
        (put.clone().header("x-amz-acl", "public-read"), "AccessDenied"),
    ] {
        let (_, text) = send(&changed, &headers).await;
        assert_eq!(code(&text), because, "{changed:?}");
    }
    let mut forged = headers.clone();
    let authorization = forged.get_mut("Authorization").unwrap();
    let last = if authorization.ends_with('0') { "1" } else { "0" };
    authorization.replace_range(authorization.len() - 1.., last);
    assert_eq!(code(&send(&put, &forged).await.1), "SignatureDoesNotMatch");
    // Another's session token does not go with this signature.
    let other = pool.another_device().sign_aws_request(put.clone()).await.unwrap();
    let mixed =
        headers.clone().into_iter().chain([("X-Amz-Security-Token".to_owned(), other["X-Amz-Security-Token"].clone())]);
    assert_eq!(code(&send(&put, &mixed.collect()).await.1), "InvalidAccessKeyId");
    assert_eq!(send(&put, &headers).await.0, 200, "as it was signed");
    // A signature for one service is none for another.
    let wrong =
        AwsRequest { service: "sts".to_owned(), ..put.clone() }.header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    assert_eq!(code(&signed_and_sent(&pool.client, wrong).await.1), "SignatureDoesNotMatch");
}

#[tokio::test]
async fn a_request_is_signed_for_who_is_signed_in_then() {
    let pool = pool(IdentityPoolConfig::default().without_guests()).await;
    let key = async || {
        let headers = pool.client.sign_aws_request(caller_identity(&pool)).await.unwrap();
        let rest = headers["Authorization"].split("Credential=").nth(1).unwrap().to_owned();
        rest.split('/').next().unwrap().to_owned()
    };
    let mut keys = Vec::new();
    for name in ["ann", "bob"] {
        sign_in(&pool.client, name).await;
        keys.push(key().await);
        let ours = pool.client.fetch_aws_credentials(AwsCredentialsOptions::new()).await.unwrap();
        assert_eq!(keys.last().unwrap(), ours.access_key_id());
    }
    let ann = pool.client.accounts().into_iter().find(|user| user.username == "ann").unwrap();
    pool.client.switch_account(&ann).await.unwrap();
    assert_eq!(key().await, keys[0]);
    assert_ne!(keys[0], keys[1]);
    pool.client.sign_out(SignOutOptions::new()).await;
    let error = pool.client.sign_aws_request(caller_identity(&pool)).await.unwrap_err();
    assert_eq!(error.code(), "guest_access_denied");
}

#[tokio::test]
async fn the_services_time_counts_and_not_the_phones() {
    let pool = pool(IdentityPoolConfig::default()).await;
    // The service is three hours ahead of this phone, which learns of it by the first answer.
    pool.server.clock().advance(Duration::from_secs(3 * 3600));
    let (status, text) = signed_and_sent(&pool.client, caller_identity(&pool)).await;
    assert_eq!(status, 200, "{text}");
    // Expired credentials are renewed before they sign.
    let first = pool.client.sign_aws_request(caller_identity(&pool)).await.unwrap();
    pool.pass(Duration::from_secs(3600));
    assert_eq!(code(&send(&caller_identity(&pool), &first).await.1), "ExpiredToken");
    assert_eq!(signed_and_sent(&pool.client, caller_identity(&pool)).await.0, 200);
    assert_eq!(pool.server.requests("GetCredentialsForIdentity"), 2);
}

#[tokio::test]
async fn what_cannot_be_signed_is_said_and_not_shown() {
    let pool = pool(IdentityPoolConfig::default()).await;
    let secret = pool.client.fetch_aws_credentials(AwsCredentialsOptions::new()).await.unwrap();
    for (request, field) in [
        (AwsRequest { url: "http://example.org/private".to_owned(), ..caller_identity(&pool) }, "url"),
        (AwsRequest { method: "post".to_owned(), ..caller_identity(&pool) }, "method"),
        (caller_identity(&pool).header("x-private", "private\r\nx: y"), "headers"),
    ] {
        let error = pool.client.sign_aws_request(request).await.unwrap_err();
        assert_eq!((error.code(), error.info().field.as_deref()), ("validation_failed", Some(field)));
        let printed = format!("{error:?} {error}");
        for hidden in ["example.org", "x: y", secret.secret_access_key(), secret.session_token()] {
            assert!(!printed.contains(hidden), "{printed}");
        }
    }
}
