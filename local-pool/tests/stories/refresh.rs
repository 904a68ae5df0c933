//! Refreshing, with and without rotation.

use std::time::Duration;

use local_pool::{ClientConfig, PoolConfig};
use serde_json::{Value, json};

use crate::client::{PASSWORD, Reply, TestPool, claims};

async fn refresh(api: &TestPool, token: &Value) -> Reply {
    let body = json!({ "ClientId": api.server.client_id(), "RefreshToken": token });
    api.call("GetTokensFromRefreshToken", body).await
}

async fn rotating(grace_seconds: i64) -> TestPool {
    let client = ClientConfig { rotation_grace_seconds: Some(grace_seconds), ..ClientConfig::default() };
    TestPool::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])).await
}

#[tokio::test]
async fn all_three_ways_give_new_tokens_of_the_same_line() {
    let api = TestPool::with_ann().await;
    api.server.clock().freeze_at(1_767_603_787_000);
    let first = api.tokens("ann").await;
    api.server.clock().advance(Duration::from_secs(60));
    for flow in ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "GetTokensFromRefreshToken"] {
        let answer = match flow {
            "GetTokensFromRefreshToken" => refresh(&api, &first["RefreshToken"]).await,
            _ => api.initiate(flow, json!({ "REFRESH_TOKEN": first["RefreshToken"] })).await,
        };
        let result = answer.ok()["AuthenticationResult"].clone();
        assert!(result.get("RefreshToken").is_none());
        for token in ["IdToken", "AccessToken"] {
            let (old, new) = (claims(&first[token]), claims(&result[token]));
            assert_eq!(old["origin_jti"], new["origin_jti"]);
            assert_eq!(old["auth_time"], new["auth_time"]);
            assert_ne!(old["jti"], new["jti"]);
            assert_eq!(new["iat"].as_i64().unwrap() - old["iat"].as_i64().unwrap(), 60);
        }
    }
}

#[tokio::test]
async fn claims_are_those_of_today() {
    let api = TestPool::with_ann().await;
    let first = api.tokens("ann").await;
    api.server.delete_user("ann").unwrap();
    refresh(&api, &first["RefreshToken"]).await.refused("NotAuthorizedException", "Invalid Refresh Token");
}

#[tokio::test]
async fn garbage_foreign_expired_revoked_and_disabled_are_told_apart() {
    let second = ClientConfig { name: "second".into(), ..ClientConfig::default() };
    let config = PoolConfig::default().with_client(ClientConfig::default()).with_client(second);
    let api = TestPool::start(config.with_user("ann", PASSWORD, &[])).await;
    let token = api.tokens("ann").await["RefreshToken"].clone();
    let invalid = "Invalid Refresh Token";
    refresh(&api, &json!("garbage")).await.refused("NotAuthorizedException", invalid);
    api.initiate("REFRESH_TOKEN_AUTH", json!({}))
        .await
        .refused("InvalidParameterException", "Missing required parameter REFRESH_TOKEN");
    let foreign = json!({ "ClientId": api.server.pools()[0].client_ids[1], "RefreshToken": token });
    api.call("GetTokensFromRefreshToken", foreign).await.refused("NotAuthorizedException", invalid);

    api.server.revoke_tokens("ann").unwrap();
    refresh(&api, &token).await.refused("NotAuthorizedException", "Refresh Token has been revoked");
    let token = api.tokens("ann").await["RefreshToken"].clone();
    api.server.clock().advance(Duration::from_secs(30 * 86_400 - 1));
    refresh(&api, &token).await.ok();
    api.server.clock().advance(Duration::from_secs(2));
    refresh(&api, &token).await.refused("NotAuthorizedException", "Refresh Token has expired");

    let token = api.tokens("ann").await["RefreshToken"].clone();
    api.server.expire_refresh_tokens("ann").unwrap();
    refresh(&api, &token).await.refused("NotAuthorizedException", "Refresh Token has expired");
}

#[tokio::test]
async fn rotation_replaces_the_token_and_not_its_life() {
    let api = rotating(0).await;
    let first = api.tokens("ann").await;
    api.server.clock().advance(Duration::from_secs(20 * 86_400));
    let second = refresh(&api, &first["RefreshToken"]).await.ok()["AuthenticationResult"].clone();
    assert_ne!(first["RefreshToken"], second["RefreshToken"]);
    api.server.clock().advance(Duration::from_secs(11 * 86_400));
    refresh(&api, &second["RefreshToken"]).await.refused("NotAuthorizedException", "Refresh Token has expired");
    api.initiate("REFRESH_TOKEN_AUTH", json!({ "REFRESH_TOKEN": second["RefreshToken"] }))
        .await
        .refused_as("InvalidParameterException");
}

#[tokio::test]
async fn reuse_is_noticed_and_ends_the_line() {
    let api = rotating(0).await;
    let first = api.tokens("ann").await;
    let other = api.tokens("ann").await;
    let second = refresh(&api, &first["RefreshToken"]).await.ok()["AuthenticationResult"].clone();
    refresh(&api, &first["RefreshToken"]).await.refused_as("RefreshTokenReuseException");
    refresh(&api, &second["RefreshToken"]).await.refused("NotAuthorizedException", "Refresh Token has been revoked");
    api.call("GetUser", json!({ "AccessToken": second["AccessToken"] })).await.refused_as("NotAuthorizedException");
    // Another sign-in is another line.
    refresh(&api, &other["RefreshToken"]).await.ok();
}

#[tokio::test]
async fn in_the_grace_period_the_old_token_still_works() {
    let api = rotating(30).await;
    let first = api.tokens("ann").await["RefreshToken"].clone();
    let second = refresh(&api, &first).await.ok()["AuthenticationResult"]["RefreshToken"].clone();
    api.server.clock().advance(Duration::from_secs(29));
    let again = refresh(&api, &first).await.ok()["AuthenticationResult"]["RefreshToken"].clone();
    assert_ne!(again, second);
    refresh(&api, &second).await.ok();
    api.server.clock().advance(Duration::from_secs(2));
    refresh(&api, &first).await.refused_as("RefreshTokenReuseException");
}

#[tokio::test]
async fn of_two_refreshes_at_once_without_grace_one_wins() {
    let api = rotating(0).await;
    let first = api.tokens("ann").await["RefreshToken"].clone();
    let (one, two) = tokio::join!(refresh(&api, &first), refresh(&api, &first));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
}

#[tokio::test]
async fn the_client_secret_is_sent_in_clear() {
    let client = ClientConfig { secret: Some("0123456789abcdefghijklmn".into()), ..ClientConfig::default() };
    let api = TestPool::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])).await;
    let id = api.server.client_id();
    let hash = crate::client::secret_hash("0123456789abcdefghijklmn", "ann", id);
    let start = json!({ "USERNAME": "ann", "PASSWORD": PASSWORD, "SECRET_HASH": hash });
    let tokens = api.initiate("USER_PASSWORD_AUTH", start).await.ok()["AuthenticationResult"].clone();
    let mut body = json!({ "ClientId": id, "RefreshToken": tokens["RefreshToken"] });
    let text = format!("Client {id} is configured for secret but secret was not received");
    api.call("GetTokensFromRefreshToken", body.clone()).await.refused("NotAuthorizedException", &text);
    body["ClientSecret"] = json!("wrong0123456789abcdefghi");
    api.call("GetTokensFromRefreshToken", body.clone()).await.refused_as("NotAuthorizedException");
    body["ClientSecret"] = json!("0123456789abcdefghijklmn");
    api.call("GetTokensFromRefreshToken", body).await.ok();
}
