//! Refresh tokens belong to the device that signed in.

use local_pool::{ClientConfig, DeviceConfig, PoolConfig};
use serde_json::{Value, json};

use crate::client::device::{Device, pool};
use crate::client::{PASSWORD, Reply, TestPool, claims};

const REFUSED: (&str, &str) = ("NotAuthorizedException", "Invalid Refresh Token");

/// Refreshes in both ways there are.
async fn refresh(api: &TestPool, token: &Value, device_key: Option<&str>) -> [Reply; 2] {
    let mut parameters = json!({ "REFRESH_TOKEN": token });
    let mut request = json!({ "RefreshToken": token, "ClientId": api.server.client_id() });
    if let Some(key) = device_key {
        parameters["DEVICE_KEY"] = json!(key);
        request["DeviceKey"] = json!(key);
    }
    [api.initiate("REFRESH_TOKEN_AUTH", parameters).await, api.call("GetTokensFromRefreshToken", request).await]
}

#[tokio::test]
async fn a_sign_in_that_offered_a_device_is_refreshed_with_its_key_once_it_is_confirmed() {
    let api = pool(true, false).await;
    let result = api.tokens("ann").await;
    let (device, token) = (Device::offered(&result), &result["RefreshToken"]);
    let other = Device::confirmed(&api, "ann").await.0;
    for key in [None, Some(device.key.as_str()), Some(other.key.as_str())] {
        for reply in refresh(&api, token, key).await {
            reply.refused(REFUSED.0, REFUSED.1);
        }
    }
    device.confirm(&api, &result["AccessToken"]).await.ok();
    for key in [None, Some(other.key.as_str()), Some("us-east-1_0")] {
        for reply in refresh(&api, token, key).await {
            reply.refused(REFUSED.0, REFUSED.1);
        }
    }
    for reply in refresh(&api, token, Some(&device.key)).await {
        let fresh = reply.ok()["AuthenticationResult"].clone();
        assert_eq!(claims(&fresh["AccessToken"])["device_key"], device.key);
        assert!(fresh.get("NewDeviceMetadata").is_none());
    }
}

#[tokio::test]
async fn a_confirmed_device_need_not_be_remembered() {
    let api = pool(true, true).await;
    let (device, result) = Device::confirmed(&api, "ann").await;
    for reply in refresh(&api, &result["RefreshToken"], Some(&device.key)).await {
        reply.ok();
    }
}

#[tokio::test]
async fn a_later_sign_in_from_the_device_is_bound_to_it_too() {
    let api = pool(true, false).await;
    let (device, _) = Device::confirmed(&api, "ann").await;
    let challenge = device.password(&api, "ann").await.ok();
    let result = device.prove(&api, &challenge, true).await.ok()["AuthenticationResult"].clone();
    for reply in refresh(&api, &result["RefreshToken"], None).await {
        reply.refused(REFUSED.0, REFUSED.1);
    }
    for reply in refresh(&api, &result["RefreshToken"], Some(&device.key)).await {
        reply.ok();
    }
}

#[tokio::test]
async fn a_forgotten_device_refreshes_nothing_and_its_access_token_lives_on() {
    let api = pool(true, false).await;
    let (device, result) = Device::confirmed(&api, "ann").await;
    let forget = json!({ "AccessToken": result["AccessToken"], "DeviceKey": device.key });
    api.call("ForgetDevice", forget).await.ok_empty();
    for key in [None, Some(device.key.as_str())] {
        for reply in refresh(&api, &result["RefreshToken"], key).await {
            reply.refused(REFUSED.0, REFUSED.1);
        }
    }
    api.call("GetUser", json!({ "AccessToken": result["AccessToken"] })).await.ok();
}

#[tokio::test]
async fn rotated_tokens_stay_with_the_device() {
    let client = ClientConfig { rotation_grace_seconds: Some(0), ..ClientConfig::default() };
    let config = PoolConfig { devices: Some(DeviceConfig::default()), ..PoolConfig::default() };
    let api = TestPool::start(config.with_client(client).with_user("ann", PASSWORD, &[])).await;
    let (device, result) = Device::confirmed(&api, "ann").await;
    let request = |token: &Value, key: Option<&str>| json!({ "RefreshToken": token, "ClientId": api.server.client_id(), "DeviceKey": key });
    let first = &result["RefreshToken"];
    // A refusal does not use the token up.
    api.call("GetTokensFromRefreshToken", request(first, None)).await.refused(REFUSED.0, REFUSED.1);
    let next = api.call("GetTokensFromRefreshToken", request(first, Some(&device.key))).await.ok();
    let next = &next["AuthenticationResult"]["RefreshToken"];
    api.call("GetTokensFromRefreshToken", request(next, None)).await.refused(REFUSED.0, REFUSED.1);
    api.call("GetTokensFromRefreshToken", request(next, Some(&device.key))).await.ok();
}

#[tokio::test]
async fn a_pool_without_device_tracking_takes_any_key_or_none() {
    let api = TestPool::with_ann().await;
    let result = api.tokens("ann").await;
    for key in [None, Some("us-east-1_aaaaaaaa-bbbb")] {
        for reply in refresh(&api, &result["RefreshToken"], key).await {
            reply.ok();
        }
    }
}
