//! RevokeToken, GlobalSignOut, and what they do to access tokens.

use local_pool::{ClientConfig, PoolConfig};
use serde_json::{Value, json};

use crate::client::{PASSWORD, Reply, TestPool};

async fn get_user(api: &TestPool, token: &Value) -> Reply {
    api.call("GetUser", json!({ "AccessToken": token })).await
}

async fn revoke(api: &TestPool, token: &Value) -> Reply {
    api.call("RevokeToken", json!({ "ClientId": api.server.client_id(), "Token": token })).await
}

const REVOKED: (&str, &str) = ("NotAuthorizedException", "Access Token has been revoked");

#[tokio::test]
async fn revoking_ends_one_line() {
    let api = TestPool::with_ann().await;
    let (one, other) = (api.tokens("ann").await, api.tokens("ann").await);
    assert_eq!(revoke(&api, &one["RefreshToken"]).await.ok(), json!({}));
    get_user(&api, &one["AccessToken"]).await.refused(REVOKED.0, REVOKED.1);
    get_user(&api, &other["AccessToken"]).await.ok();
    // Again, or for a token nobody has, is no error.
    revoke(&api, &one["RefreshToken"]).await.ok();
    revoke(&api, &json!("unknown")).await.ok();
    revoke(&api, &other["AccessToken"]).await.refused_as("UnsupportedTokenTypeException");
}

#[tokio::test]
async fn global_sign_out_ends_all() {
    let api = TestPool::with_ann().await;
    let (one, other) = (api.tokens("ann").await, api.tokens("ann").await);
    assert_eq!(api.call("GlobalSignOut", json!({ "AccessToken": one["AccessToken"] })).await.ok(), json!({}));
    for tokens in [&one, &other] {
        get_user(&api, &tokens["AccessToken"]).await.refused(REVOKED.0, REVOKED.1);
        api.initiate("REFRESH_TOKEN_AUTH", json!({ "REFRESH_TOKEN": tokens["RefreshToken"] }))
            .await
            .refused("NotAuthorizedException", "Refresh Token has been revoked");
    }
    api.call("GlobalSignOut", json!({ "AccessToken": one["AccessToken"] })).await.refused(REVOKED.0, REVOKED.1);
    let again = api.tokens("ann").await;
    get_user(&api, &again["AccessToken"]).await.ok();
}

#[tokio::test]
async fn disabling_ends_all_and_enabling_revives_nothing() {
    let api = TestPool::with_ann().await;
    let tokens = api.tokens("ann").await;
    api.server.disable_user("ann").unwrap();
    api.server.enable_user("ann").unwrap();
    get_user(&api, &tokens["AccessToken"]).await.refused(REVOKED.0, REVOKED.1);
    api.server.delete_user("ann").unwrap();
    get_user(&api, &tokens["AccessToken"]).await.refused("UserNotFoundException", "User does not exist.");
    // A new user of the same name is somebody else.
    api.server.create_user("ann", PASSWORD, &[]).unwrap();
    get_user(&api, &tokens["AccessToken"]).await.refused("UserNotFoundException", "User does not exist.");
}

#[tokio::test]
async fn revocation_can_be_off() {
    let client = ClientConfig { enable_token_revocation: false, ..ClientConfig::default() };
    let api = TestPool::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])).await;
    let tokens = api.tokens("ann").await;
    assert!(crate::client::claims(&tokens["AccessToken"]).get("origin_jti").is_none());
    revoke(&api, &tokens["RefreshToken"]).await.refused_as("UnsupportedOperationException");
    get_user(&api, &tokens["AccessToken"]).await.ok();
}

#[tokio::test]
async fn a_clients_secret_guards_revoking() {
    let client = ClientConfig { generate_secret: true, ..ClientConfig::default() };
    let api = TestPool::start(PoolConfig::default().with_client(client)).await;
    revoke(&api, &json!("token")).await.refused_as("NotAuthorizedException");
    let mut body =
        json!({ "ClientId": api.server.client_id(), "Token": "token", "ClientSecret": "wrong0123456789abcdefghi" });
    api.call("RevokeToken", body.clone()).await.refused_as("UnauthorizedException");
    body["ClientSecret"] = json!(api.server.client_secret());
    api.call("RevokeToken", body).await.ok();
}
