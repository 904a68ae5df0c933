//! The toy of an object store, which takes credentials.

use std::time::Duration;

use serde_json::json;

use crate::client::TestPool;
use crate::client::identity::{config, start};
use crate::client::signed::{Signer, element};

const PATH: &str = "/_local/s3/bucket/a%20folder/%C3%A4.txt";

async fn signer(api: &TestPool) -> Signer {
    let guest = api.guest().await;
    Signer { service: "s3", ..Signer::of(&api.credentials(&guest, &json!({})).await.ok()["Credentials"]) }
}

#[tokio::test]
async fn an_object_is_put_read_and_deleted() {
    let api = start(config()).await;
    let good = signer(&api).await;
    assert_eq!(element(&good.sign(&api, "GET", PATH, "").send(&api).await.1, "Code"), "NoSuchKey");
    assert_eq!(good.sign(&api, "PUT", PATH, "hello").send(&api).await, (200, String::new()));
    assert_eq!(good.sign(&api, "GET", PATH, "").send(&api).await, (200, "hello".into()));
    assert_eq!(good.sign(&api, "HEAD", PATH, "").send(&api).await.0, 200);
    assert_eq!(good.sign(&api, "POST", PATH, "").send(&api).await.0, 405);
    assert_eq!(good.sign(&api, "DELETE", PATH, "").send(&api).await.0, 204);
    assert_eq!(good.sign(&api, "GET", PATH, "").send(&api).await.0, 404);
}

#[tokio::test]
async fn whoever_has_no_good_credentials_is_refused() {
    let api = start(config()).await;
    let good = signer(&api).await;
    let refused = async |signer: &Signer, status: u16, code: &str| {
        let answer = signer.sign(&api, "PUT", PATH, "hello").send(&api).await;
        assert_eq!((answer.0, element(&answer.1, "Code")), (status, code), "{}", answer.1);
    };
    refused(&Signer { secret: "x".repeat(40), ..good.clone() }, 403, "SignatureDoesNotMatch").await;
    refused(&Signer { access_key_id: "AKIDEXAMPLE".into(), ..good.clone() }, 403, "InvalidAccessKeyId").await;
    refused(&Signer { fast_s: 901, ..good.clone() }, 403, "RequestTimeTooSkewed").await;
    refused(&Signer { fast_s: -901, ..good.clone() }, 403, "RequestTimeTooSkewed").await;
    let unsigned = api.http.get(format!("{}{PATH}", api.server.endpoint())).send().await.unwrap();
    assert_eq!(unsigned.status(), 403);

    let mut tampered = good.sign(&api, "PUT", PATH, "hello");
    tampered.body = "hullo".into();
    assert_eq!(element(&tampered.send(&api).await.1, "Code"), "XAmzContentSHA256Mismatch");
    let mut elsewhere = good.sign(&api, "PUT", PATH, "hello");
    elsewhere.path = "/_local/s3/bucket/other".into();
    assert_eq!(element(&elsewhere.send(&api).await.1, "Code"), "SignatureDoesNotMatch");
    let mut more = good.sign(&api, "PUT", PATH, "hello");
    more.headers.insert("x-amz-acl".into(), "public-read".into());
    assert_eq!(element(&more.send(&api).await.1, "Code"), "AccessDenied");
    let mut chunks = good.sign(&api, "PUT", PATH, "hello");
    chunks.headers.insert("x-amz-content-sha256".into(), "STREAMING-AWS4-HMAC-SHA256-PAYLOAD".into());
    assert_eq!(element(&chunks.send(&api).await.1, "Code"), "NotImplemented");

    api.server.clock().advance(Duration::from_secs(3600));
    refused(&good, 400, "ExpiredToken").await;
}
