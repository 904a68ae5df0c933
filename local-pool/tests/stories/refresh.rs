//! Refreshing, with and without rotation.

use std::time::Duration;

use local_pool::{ClientConfig, PoolConfig};
use serde_json::{Value, json};

use crate::client::{Bench, PASSWORD, Reply, claims};

async fn refresh(bench: &Bench, token: &Value) -> Reply {
    let body = json!({ "ClientId": bench.pool.client_id(), "RefreshToken": token });
    bench.call("GetTokensFromRefreshToken", body).await
}

async fn rotating(grace_seconds: i64) -> Bench {
    let client = ClientConfig { rotation_grace_seconds: Some(grace_seconds), ..ClientConfig::default() };
    Bench::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])).await
}

#[tokio::test]
async fn all_three_ways_give_new_tokens_of_the_same_line() {
    let bench = Bench::with_ann().await;
    bench.pool.clock().freeze_at(1_767_603_787_000);
    let first = bench.tokens("ann").await;
    bench.pool.clock().advance(Duration::from_secs(60));
    for flow in ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "GetTokensFromRefreshToken"] {
        let answer = match flow {
            "GetTokensFromRefreshToken" => refresh(&bench, &first["RefreshToken"]).await,
            _ => bench.initiate(flow, json!({ "REFRESH_TOKEN": first["RefreshToken"] })).await,
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
    let bench = Bench::with_ann().await;
    let first = bench.tokens("ann").await;
    bench.pool.delete_user("ann").unwrap();
    refresh(&bench, &first["RefreshToken"]).await.refused("NotAuthorizedException", "Invalid Refresh Token");
}

#[tokio::test]
async fn garbage_foreign_expired_revoked_and_disabled_are_told_apart() {
    let second = ClientConfig { name: "second".into(), ..ClientConfig::default() };
    let config = PoolConfig::default().with_client(ClientConfig::default()).with_client(second);
    let bench = Bench::start(config.with_user("ann", PASSWORD, &[])).await;
    let token = bench.tokens("ann").await["RefreshToken"].clone();
    let invalid = "Invalid Refresh Token";
    refresh(&bench, &json!("garbage")).await.refused("NotAuthorizedException", invalid);
    bench
        .initiate("REFRESH_TOKEN_AUTH", json!({}))
        .await
        .refused("InvalidParameterException", "Missing required parameter REFRESH_TOKEN");
    let foreign = json!({ "ClientId": bench.pool.pools()[0].client_ids[1], "RefreshToken": token });
    bench.call("GetTokensFromRefreshToken", foreign).await.refused("NotAuthorizedException", invalid);

    bench.pool.revoke_tokens("ann").unwrap();
    refresh(&bench, &token).await.refused("NotAuthorizedException", "Refresh Token has been revoked");
    let token = bench.tokens("ann").await["RefreshToken"].clone();
    bench.pool.clock().advance(Duration::from_secs(30 * 86_400 - 1));
    refresh(&bench, &token).await.ok();
    bench.pool.clock().advance(Duration::from_secs(2));
    refresh(&bench, &token).await.refused("NotAuthorizedException", "Refresh Token has expired");

    let token = bench.tokens("ann").await["RefreshToken"].clone();
    bench.pool.expire_refresh_tokens("ann").unwrap();
    refresh(&bench, &token).await.refused("NotAuthorizedException", "Refresh Token has expired");
}

#[tokio::test]
async fn rotation_replaces_the_token_and_not_its_life() {
    let bench = rotating(0).await;
    let first = bench.tokens("ann").await;
    bench.pool.clock().advance(Duration::from_secs(20 * 86_400));
    let second = refresh(&bench, &first["RefreshToken"]).await.ok()["AuthenticationResult"].clone();
    assert_ne!(first["RefreshToken"], second["RefreshToken"]);
    bench.pool.clock().advance(Duration::from_secs(11 * 86_400));
    refresh(&bench, &second["RefreshToken"]).await.refused("NotAuthorizedException", "Refresh Token has expired");
    bench
        .initiate("REFRESH_TOKEN_AUTH", json!({ "REFRESH_TOKEN": second["RefreshToken"] }))
        .await
        .refused_as("InvalidParameterException");
}

#[tokio::test]
async fn reuse_is_noticed_and_ends_the_line() {
    let bench = rotating(0).await;
    let first = bench.tokens("ann").await;
    let other = bench.tokens("ann").await;
    let second = refresh(&bench, &first["RefreshToken"]).await.ok()["AuthenticationResult"].clone();
    refresh(&bench, &first["RefreshToken"]).await.refused_as("RefreshTokenReuseException");
    refresh(&bench, &second["RefreshToken"]).await.refused("NotAuthorizedException", "Refresh Token has been revoked");
    bench.call("GetUser", json!({ "AccessToken": second["AccessToken"] })).await.refused_as("NotAuthorizedException");
    // Another sign-in is another line.
    refresh(&bench, &other["RefreshToken"]).await.ok();
}

#[tokio::test]
async fn in_the_grace_period_the_old_token_still_works() {
    let bench = rotating(30).await;
    let first = bench.tokens("ann").await["RefreshToken"].clone();
    let second = refresh(&bench, &first).await.ok()["AuthenticationResult"]["RefreshToken"].clone();
    bench.pool.clock().advance(Duration::from_secs(29));
    let again = refresh(&bench, &first).await.ok()["AuthenticationResult"]["RefreshToken"].clone();
    assert_ne!(again, second);
    refresh(&bench, &second).await.ok();
    bench.pool.clock().advance(Duration::from_secs(2));
    refresh(&bench, &first).await.refused_as("RefreshTokenReuseException");
}

#[tokio::test]
async fn of_two_refreshes_at_once_without_grace_one_wins() {
    let bench = rotating(0).await;
    let first = bench.tokens("ann").await["RefreshToken"].clone();
    let (one, two) = tokio::join!(refresh(&bench, &first), refresh(&bench, &first));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
}

#[tokio::test]
async fn the_client_secret_is_sent_in_clear() {
    let client = ClientConfig { secret: Some("0123456789abcdefghijklmn".into()), ..ClientConfig::default() };
    let bench = Bench::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])).await;
    let id = bench.pool.client_id();
    let hash = crate::client::secret_hash("0123456789abcdefghijklmn", "ann", id);
    let start = json!({ "USERNAME": "ann", "PASSWORD": PASSWORD, "SECRET_HASH": hash });
    let tokens = bench.initiate("USER_PASSWORD_AUTH", start).await.ok()["AuthenticationResult"].clone();
    let mut body = json!({ "ClientId": id, "RefreshToken": tokens["RefreshToken"] });
    let text = format!("Client {id} is configured for secret but secret was not received");
    bench.call("GetTokensFromRefreshToken", body.clone()).await.refused("NotAuthorizedException", &text);
    body["ClientSecret"] = json!("wrong0123456789abcdefghi");
    bench.call("GetTokensFromRefreshToken", body.clone()).await.refused_as("NotAuthorizedException");
    body["ClientSecret"] = json!("0123456789abcdefghijklmn");
    bench.call("GetTokensFromRefreshToken", body).await.ok();
}
