//! RevokeToken, GlobalSignOut, and what they do to access tokens.

use local_pool::{ClientConfig, PoolConfig};
use serde_json::{Value, json};

use crate::client::{Bench, PASSWORD, Reply};

async fn get_user(bench: &Bench, token: &Value) -> Reply {
    bench.call("GetUser", json!({ "AccessToken": token })).await
}

async fn revoke(bench: &Bench, token: &Value) -> Reply {
    bench.call("RevokeToken", json!({ "ClientId": bench.pool.client_id(), "Token": token })).await
}

const REVOKED: (&str, &str) = ("NotAuthorizedException", "Access Token has been revoked");

#[tokio::test]
async fn revoking_ends_one_line() {
    let bench = Bench::with_ann().await;
    let (one, other) = (bench.tokens("ann").await, bench.tokens("ann").await);
    assert_eq!(revoke(&bench, &one["RefreshToken"]).await.ok(), json!({}));
    get_user(&bench, &one["AccessToken"]).await.refused(REVOKED.0, REVOKED.1);
    get_user(&bench, &other["AccessToken"]).await.ok();
    // Again, or for a token nobody has, is no error.
    revoke(&bench, &one["RefreshToken"]).await.ok();
    revoke(&bench, &json!("unknown")).await.ok();
    revoke(&bench, &other["AccessToken"]).await.refused_as("UnsupportedTokenTypeException");
}

#[tokio::test]
async fn global_sign_out_ends_all() {
    let bench = Bench::with_ann().await;
    let (one, other) = (bench.tokens("ann").await, bench.tokens("ann").await);
    assert_eq!(bench.call("GlobalSignOut", json!({ "AccessToken": one["AccessToken"] })).await.ok(), json!({}));
    for tokens in [&one, &other] {
        get_user(&bench, &tokens["AccessToken"]).await.refused(REVOKED.0, REVOKED.1);
        bench
            .initiate("REFRESH_TOKEN_AUTH", json!({ "REFRESH_TOKEN": tokens["RefreshToken"] }))
            .await
            .refused("NotAuthorizedException", "Refresh Token has been revoked");
    }
    bench.call("GlobalSignOut", json!({ "AccessToken": one["AccessToken"] })).await.refused(REVOKED.0, REVOKED.1);
    let again = bench.tokens("ann").await;
    get_user(&bench, &again["AccessToken"]).await.ok();
}

#[tokio::test]
async fn disabling_ends_all_and_enabling_revives_nothing() {
    let bench = Bench::with_ann().await;
    let tokens = bench.tokens("ann").await;
    bench.pool.disable_user("ann").unwrap();
    bench.pool.enable_user("ann").unwrap();
    get_user(&bench, &tokens["AccessToken"]).await.refused(REVOKED.0, REVOKED.1);
    bench.pool.delete_user("ann").unwrap();
    get_user(&bench, &tokens["AccessToken"]).await.refused("UserNotFoundException", "User does not exist.");
    // A new user of the same name is somebody else.
    bench.pool.create_user("ann", PASSWORD, &[]).unwrap();
    get_user(&bench, &tokens["AccessToken"]).await.refused("UserNotFoundException", "User does not exist.");
}

#[tokio::test]
async fn revocation_can_be_off() {
    let client = ClientConfig { enable_token_revocation: false, ..ClientConfig::default() };
    let bench = Bench::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])).await;
    let tokens = bench.tokens("ann").await;
    assert!(crate::client::claims(&tokens["AccessToken"]).get("origin_jti").is_none());
    revoke(&bench, &tokens["RefreshToken"]).await.refused_as("UnsupportedOperationException");
    get_user(&bench, &tokens["AccessToken"]).await.ok();
}

#[tokio::test]
async fn a_clients_secret_guards_revoking() {
    let client = ClientConfig { generate_secret: true, ..ClientConfig::default() };
    let bench = Bench::start(PoolConfig::default().with_client(client)).await;
    revoke(&bench, &json!("token")).await.refused_as("NotAuthorizedException");
    let mut body =
        json!({ "ClientId": bench.pool.client_id(), "Token": "token", "ClientSecret": "wrong0123456789abcdefghi" });
    bench.call("RevokeToken", body.clone()).await.refused_as("UnauthorizedException");
    body["ClientSecret"] = json!(bench.pool.client_secret());
    bench.call("RevokeToken", body).await.ok();
}
