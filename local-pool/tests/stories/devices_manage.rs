//! Looking at devices, naming them remembered, forgetting them: by the user and by an administrator.

use std::time::Duration;

use local_pool::{DeviceConfig, PoolConfig, ServerConfig};
use serde_json::{Value, json};

use crate::client::device::{Device, pool};
use crate::client::{PASSWORD, TestPool};

const UNKNOWN: (&str, &str) = ("ResourceNotFoundException", "Device does not exist.");

fn attribute(device: &Value, name: &str) -> String {
    let list = device["DeviceAttributes"].as_array().unwrap();
    let found = list.iter().find(|attribute| attribute["Name"] == name);
    found.map(|attribute| attribute["Value"].as_str().unwrap().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn a_device_is_shown_to_its_user_and_to_an_administrator() {
    let api = pool(true, false).await;
    api.server.clock().freeze_at(1_767_603_787_500);
    let (device, result) = Device::confirmed(&api, "ann").await;
    api.server.clock().advance(Duration::from_secs(100));
    let challenge = device.password(&api, "ann").await.ok();
    device.prove(&api, &challenge, true).await.ok();

    let mine = api.call("GetDevice", json!({ "AccessToken": result["AccessToken"], "DeviceKey": device.key })).await;
    let shown = mine.ok()["Device"].clone();
    assert_eq!(shown["DeviceKey"], device.key);
    assert_eq!(shown["DeviceCreateDate"], 1_767_603_787.5);
    assert_eq!(shown["DeviceLastModifiedDate"], 1_767_603_787.5);
    assert_eq!(shown["DeviceLastAuthenticatedDate"], 1_767_603_887.5);
    let owner = format!("ann.{}", api.server.pool_id());
    assert_eq!(attribute(&shown, "device_status"), "valid");
    assert_eq!(attribute(&shown, "device_name"), "Ann's phone");
    assert_eq!(attribute(&shown, "last_ip_used"), "127.0.0.1");
    assert_eq!(attribute(&shown, "dev:device_owner"), owner);
    assert_eq!(attribute(&shown, "dev:device_remembered_status"), "remembered");
    assert_eq!(
        attribute(&shown, "dev:device_arn"),
        format!("arn:aws:cognito-idp:us-east-1:000000000000:owner/{owner}/device/{}", device.key)
    );
    let request = json!({ "Username": "ann", "DeviceKey": device.key });
    assert_eq!(api.server.call("AdminGetDevice", request).await.unwrap()["Device"], shown);
}

#[tokio::test]
async fn devices_are_listed_page_by_page() {
    let api = pool(true, false).await;
    let mut keys = Vec::new();
    let mut token = Value::Null;
    for _ in 0..5 {
        let (device, result) = Device::confirmed(&api, "ann").await;
        keys.push(device.key);
        token = result["AccessToken"].clone();
    }
    Device::confirmed(&api, "bob").await;
    keys.sort();
    let (mut found, mut next) = (Vec::new(), Value::Null);
    for length in [2, 2, 1] {
        let request = json!({ "AccessToken": token, "Limit": 2, "PaginationToken": next });
        let page = api.call("ListDevices", request).await.ok();
        let devices = page["Devices"].as_array().unwrap();
        assert_eq!(devices.len(), length);
        found.extend(devices.iter().map(|device| device["DeviceKey"].as_str().unwrap().to_owned()));
        next = page["PaginationToken"].clone();
    }
    assert_eq!((found, next), (keys, Value::Null));
    let all = api.server.call("AdminListDevices", json!({ "Username": "ann" })).await.unwrap();
    assert_eq!(all["Devices"].as_array().unwrap().len(), 5);
    api.call("ListDevices", json!({ "AccessToken": token, "Limit": 61 })).await.refused_as("InvalidParameterException");
}

#[tokio::test]
async fn an_administrator_changes_and_forgets_devices() {
    let api = pool(true, true).await;
    let (device, _) = Device::confirmed(&api, "ann").await;
    let admin = async |operation: &str, extra: Value| {
        let mut request = json!({ "Username": "ann", "DeviceKey": device.key });
        request.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        api.server.call(operation, request).await
    };
    let status = json!({ "DeviceRememberedStatus": "remembered" });
    assert_eq!(admin("AdminUpdateDeviceStatus", status).await.unwrap(), json!({}));
    assert_eq!(device.password(&api, "ann").await.ok()["ChallengeName"], "DEVICE_SRP_AUTH");
    admin("AdminForgetDevice", json!({})).await.unwrap();
    for operation in ["AdminGetDevice", "AdminForgetDevice", "AdminUpdateDeviceStatus"] {
        let refused = admin(operation, json!({})).await.unwrap_err();
        assert_eq!((refused.exception.as_str(), refused.text.as_str()), UNKNOWN);
    }
}

#[tokio::test]
async fn other_peoples_devices_do_not_exist() {
    let api = pool(true, false).await;
    let (device, _) = Device::confirmed(&api, "ann").await;
    let bob = api.tokens("bob").await;
    for operation in ["GetDevice", "ForgetDevice", "UpdateDeviceStatus"] {
        let request = json!({ "AccessToken": bob["AccessToken"], "DeviceKey": device.key });
        api.call(operation, request).await.refused(UNKNOWN.0, UNKNOWN.1);
    }
    let request = json!({ "AccessToken": bob["AccessToken"], "DeviceKey": "no key" });
    api.call("GetDevice", request).await.refused_as("InvalidParameterException");
}

#[tokio::test]
async fn operations_on_devices_need_a_pool_that_has_them() {
    let api = TestPool::with_ann().await;
    let token = api.tokens("ann").await["AccessToken"].clone();
    for operation in ["GetDevice", "ForgetDevice", "UpdateDeviceStatus", "ListDevices"] {
        let request = json!({ "AccessToken": token, "DeviceKey": "us-east-1_aaaaaaaa" });
        api.call(operation, request).await.refused_as("InvalidUserPoolConfigurationException");
    }
}

#[tokio::test]
async fn a_user_made_anew_has_no_devices() {
    let api = pool(true, false).await;
    let (device, _) = Device::confirmed(&api, "ann").await;
    api.server.delete_user("ann").unwrap();
    api.server.create_user("ann", PASSWORD, &[]).unwrap();
    device.password(&api, "ann").await.refused(UNKNOWN.0, UNKNOWN.1);
    let none = api.server.call("AdminListDevices", json!({ "Username": "ann" })).await.unwrap();
    assert_eq!(none, json!({ "Devices": [] }));
}

#[tokio::test]
async fn devices_outlive_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let devices = Some(DeviceConfig { challenge_required_on_new_device: true, ..DeviceConfig::default() });
    let config = || ServerConfig {
        data: Some(folder.path().join("pool.sqlite")),
        pools: vec![PoolConfig { devices, id: Some("us-east-1_Devices01".into()), ..PoolConfig::default() }.with_user(
            "ann",
            PASSWORD,
            &[],
        )],
        ..ServerConfig::default()
    };
    let api = TestPool::start(config()).await;
    let (device, _) = Device::confirmed(&api, "ann").await;
    drop(api);
    let api = TestPool::start(config()).await;
    let challenge = device.password(&api, "ann").await.ok();
    device.prove(&api, &challenge, true).await.ok();
}
