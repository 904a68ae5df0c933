//! Refresh tokens belong to the device that signed in.

use local_pool::{ClientConfig, DeviceConfig, PoolConfig};
use serde_json::{Value, json};

use crate::client::device::{Device, pool};
use crate::client::{PASSWORD, Reply, TestPool, claims};

const REFUSED: (&str, &str) = ("NotAuthorizedException", "Invalid Refresh Token");

/// Refreshes in both ways there are.
async fn refresh(pool: &TestPool, token: &Value, device_key: Option<&str>) -> [Reply; 2] {
    let mut parameters = json!({ "REFRESH_TOKEN": token });
    let mut request = json!({ "RefreshToken": token, "ClientId": pool.server.client_id() });
    if let Some(key) = device_key {
        parameters["DEVICE_KEY"] = json!(key);
        request["DeviceKey"] = json!(key);
    }
    [pool.initiate("REFRESH_TOKEN_AUTH", parameters).await, pool.call("GetTokensFromRefreshToken", request).await]
}

#[tokio::test]
async fn a_sign_in_that_offered_a_device_is_refreshed_with_its_key_once_it_is_confirmed() {
    let pool = pool(true, false).await;
    let result = pool.tokens("ann").await;
    let (device, token) = (Device::offered(&result), &result["RefreshToken"]);
    let other = Device::confirmed(&pool, "ann").await.0;
    for key in [None, Some(device.key.as_str()), Some(other.key.as_str())] {
        for reply in refresh(&pool, token, key).await {
            reply.refused(REFUSED.0, REFUSED.1);
        }
    }
    device.confirm(&pool, &result["AccessToken"]).await.ok();
    for key in [None, Some(other.key.as_str()), Some("us-east-1_0")] {
        for reply in refresh(&pool, token, key).await {
            reply.refused(REFUSED.0, REFUSED.1);
        }
    }
    for reply in refresh(&pool, token, Some(&device.key)).await {
        let fresh = reply.ok()["AuthenticationResult"].clone();
        assert_eq!(claims(&fresh["AccessToken"])["device_key"], device.key);
        assert!(fresh.get("NewDeviceMetadata").is_none());
    }
}

#[tokio::test]
async fn a_confirmed_device_need_not_be_remembered() {
    let pool = pool(true, true).await;
    let (device, result) = Device::confirmed(&pool, "ann").await;
    for reply in refresh(&pool, &result["RefreshToken"], Some(&device.key)).await {
        reply.ok();
    }
}

#[tokio::test]
async fn a_later_sign_in_from_the_device_is_bound_to_it_too() {
    let pool = pool(true, false).await;
    let (device, _) = Device::confirmed(&pool, "ann").await;
    let challenge = device.password(&pool, "ann").await.ok();
    let result = device.prove(&pool, &challenge, true).await.ok()["AuthenticationResult"].clone();
    for reply in refresh(&pool, &result["RefreshToken"], None).await {
        reply.refused(REFUSED.0, REFUSED.1);
    }
    for reply in refresh(&pool, &result["RefreshToken"], Some(&device.key)).await {
        reply.ok();
    }
}

#[tokio::test]
async fn a_forgotten_device_refreshes_nothing_and_its_access_token_lives_on() {
    let pool = pool(true, false).await;
    let (device, result) = Device::confirmed(&pool, "ann").await;
    let forget = json!({ "AccessToken": result["AccessToken"], "DeviceKey": device.key });
    pool.call("ForgetDevice", forget).await.ok_empty();
    for key in [None, Some(device.key.as_str())] {
        for reply in refresh(&pool, &result["RefreshToken"], key).await {
            reply.refused(REFUSED.0, REFUSED.1);
        }
    }
    pool.call("GetUser", json!({ "AccessToken": result["AccessToken"] })).await.ok();
}

#[tokio::test]
async fn rotated_tokens_stay_with_the_device() {
    let client = ClientConfig { rotation_grace_seconds: Some(0), ..ClientConfig::default() };
    let config = PoolConfig { devices: Some(DeviceConfig::default()), ..PoolConfig::default() };
    let pool = TestPool::start(config.with_client(client).with_user("ann", PASSWORD, &[])).await;
    let (device, result) = Device::confirmed(&pool, "ann").await;
    let request = |token: &Value, key: Option<&str>| json!({ "RefreshToken": token, "ClientId": pool.server.client_id(), "DeviceKey": key });
    let first = &result["RefreshToken"];
    // A refusal does not use the token up.
    pool.call("GetTokensFromRefreshToken", request(first, None)).await.refused(REFUSED.0, REFUSED.1);
    let next = pool.call("GetTokensFromRefreshToken", request(first, Some(&device.key))).await.ok();
    let next = &next["AuthenticationResult"]["RefreshToken"];
    pool.call("GetTokensFromRefreshToken", request(next, None)).await.refused(REFUSED.0, REFUSED.1);
    pool.call("GetTokensFromRefreshToken", request(next, Some(&device.key))).await.ok();
}

#[tokio::test]
async fn a_pool_without_device_tracking_takes_any_key_or_none() {
    let pool = TestPool::with_ann().await;
    let result = pool.tokens("ann").await;
    for key in [None, Some("us-east-1_aaaaaaaa-bbbb")] {
        for reply in refresh(&pool, &result["RefreshToken"], key).await {
            reply.ok();
        }
    }
}
