//! RevokeToken, GlobalSignOut, and what they do to access tokens.

use local_pool::{ClientConfig, PoolConfig};
use serde_json::{Value, json};

use crate::client::{PASSWORD, Reply, TestPool};

async fn get_user(pool: &TestPool, token: &Value) -> Reply {
    pool.call("GetUser", json!({ "AccessToken": token })).await
}

async fn revoke(pool: &TestPool, token: &Value) -> Reply {
    pool.call("RevokeToken", json!({ "ClientId": pool.server.client_id(), "Token": token })).await
}

const REVOKED: (&str, &str) = ("NotAuthorizedException", "Access Token has been revoked");

#[tokio::test]
async fn revoking_ends_one_line() {
    let pool = TestPool::with_ann().await;
    let (one, other) = (pool.tokens("ann").await, pool.tokens("ann").await);
    assert_eq!(revoke(&pool, &one["RefreshToken"]).await.ok(), json!({}));
    get_user(&pool, &one["AccessToken"]).await.refused(REVOKED.0, REVOKED.1);
    get_user(&pool, &other["AccessToken"]).await.ok();
    // Again, or for a token nobody has, is no error.
    revoke(&pool, &one["RefreshToken"]).await.ok();
    revoke(&pool, &json!("unknown")).await.ok();
    revoke(&pool, &other["AccessToken"]).await.refused_as("UnsupportedTokenTypeException");
}

#[tokio::test]
async fn global_sign_out_ends_all() {
    let pool = TestPool::with_ann().await;
    let (one, other) = (pool.tokens("ann").await, pool.tokens("ann").await);
    assert_eq!(pool.call("GlobalSignOut", json!({ "AccessToken": one["AccessToken"] })).await.ok(), json!({}));
    for tokens in [&one, &other] {
        get_user(&pool, &tokens["AccessToken"]).await.refused(REVOKED.0, REVOKED.1);
        pool.initiate("REFRESH_TOKEN_AUTH", json!({ "REFRESH_TOKEN": tokens["RefreshToken"] }))
            .await
            .refused("NotAuthorizedException", "Refresh Token has been revoked");
    }
    pool.call("GlobalSignOut", json!({ "AccessToken": one["AccessToken"] })).await.refused(REVOKED.0, REVOKED.1);
    let again = pool.tokens("ann").await;
    get_user(&pool, &again["AccessToken"]).await.ok();
}

#[tokio::test]
async fn disabling_ends_all_and_enabling_revives_nothing() {
    let pool = TestPool::with_ann().await;
    let tokens = pool.tokens("ann").await;
    pool.server.disable_user("ann").unwrap();
    pool.server.enable_user("ann").unwrap();
    get_user(&pool, &tokens["AccessToken"]).await.refused(REVOKED.0, REVOKED.1);
    pool.server.delete_user("ann").unwrap();
    get_user(&pool, &tokens["AccessToken"]).await.refused("UserNotFoundException", "User does not exist.");
    // A new user of the same name is somebody else.
    pool.server.create_user("ann", PASSWORD, &[]).unwrap();
    get_user(&pool, &tokens["AccessToken"]).await.refused("UserNotFoundException", "User does not exist.");
}

#[tokio::test]
async fn revocation_can_be_off() {
    let client = ClientConfig { enable_token_revocation: false, ..ClientConfig::default() };
    let pool = TestPool::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])).await;
    let tokens = pool.tokens("ann").await;
    assert!(crate::client::claims(&tokens["AccessToken"]).get("origin_jti").is_none());
    revoke(&pool, &tokens["RefreshToken"]).await.refused_as("UnsupportedOperationException");
    get_user(&pool, &tokens["AccessToken"]).await.ok();
}

#[tokio::test]
async fn a_clients_secret_guards_revoking() {
    let client = ClientConfig { generate_secret: true, ..ClientConfig::default() };
    let pool = TestPool::start(PoolConfig::default().with_client(client)).await;
    revoke(&pool, &json!("token")).await.refused_as("NotAuthorizedException");
    let mut body =
        json!({ "ClientId": pool.server.client_id(), "Token": "token", "ClientSecret": "wrong0123456789abcdefghi" });
    pool.call("RevokeToken", body.clone()).await.refused_as("UnauthorizedException");
    body["ClientSecret"] = json!(pool.server.client_secret());
    pool.call("RevokeToken", body).await.ok();
}
