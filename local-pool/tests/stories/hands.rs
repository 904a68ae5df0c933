//! What a person would have in hand, by HTTP: an authenticator app.

use serde_json::json;

use crate::client::mfa::{enabled, next_codes, pool, prefer, set_up_token, totp};
use crate::client::{Bench, PASSWORD, Reply};

async fn get(bench: &Bench, path: &str) -> Reply {
    let response = bench.http.get(format!("{}{path}", bench.pool.endpoint())).send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Reply { status, headers, text: response.text().await.unwrap() }
}

#[tokio::test]
async fn a_script_without_an_authenticator_app_asks_for_its_code() {
    let bench = pool("OPTIONAL", &["SOFTWARE_TOKEN_MFA"]).await;
    let secret = set_up_token(&bench, &bench.tokens("ann").await["AccessToken"]).await;
    prefer(&bench, json!({ "SoftwareTokenMfaSettings": enabled() })).await;
    // The clock of the pool is the app's too: it was moved, so that the code before would be too old.
    next_codes(&bench);
    bench.pool.clock().freeze_at(bench.pool.clock().now_ms());

    let asked = bench.password("ann", PASSWORD).await.ok();
    let path = format!("/_local/totp?secret={}&pool={}", secret.as_str().unwrap(), bench.pool.pool_id());
    let shown = get(&bench, &path).await;
    assert_eq!((shown.status, &shown.text), (200, &totp(&bench, &secret, 0)));
    assert!(shown.headers["content-type"].to_str().unwrap().starts_with("text/plain"));
    let responses = json!({ "USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": shown.text });
    bench.respond("SOFTWARE_TOKEN_MFA", Some(&asked["Session"]), responses).await.ok();
}

#[tokio::test]
async fn a_mistaken_script_is_told() {
    let bench = Bench::with_ann().await;
    let refused = get(&bench, "/_local/totp?secret=not-base32").await;
    refused.refused("InvalidParameterException", "The secret is not base32.");
    get(&bench, "/_local/totp?secret=JBSWY3DP&pool=us-east-1_Nowhere00").await.refused_as("ResourceNotFoundException");
    assert_eq!(get(&bench, "/_local/totp").await.status, 400);
}
