//! What is kept of devices, and what the service's answers mean, without a service.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::*;
use crate::config::AuthConfiguration;
use crate::error::ErrorCode;
use crate::events::AuthUser;
use crate::protocol::user_pool::NewDeviceMetadata;
use crate::protocol::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
use crate::storage::MemoryStore;
use crate::storage::record::DeviceRecord;
use crate::support::clock::{ServiceClock, SystemClock, from_unix_seconds};
use crate::support::random::SystemRandom;
use crate::support::secret::Secret;

/// Answers as the script says; after it, fine.
#[derive(Debug, Default)]
struct Script {
    answers: Mutex<VecDeque<(u16, Value)>>,
    requests: Mutex<Vec<Value>>,
}

impl Transport for Script {
    fn send<'a>(&'a self, request: HttpRequest) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        self.requests.lock().unwrap().push(serde_json::from_slice(&request.body).unwrap());
        let (status, answer) = self.answers.lock().unwrap().pop_front().unwrap_or((200, json!({})));
        Box::pin(async move { Ok(HttpResponse::new(status, vec![], answer.to_string().into_bytes())) })
    }
}

fn devices(answers: &[(u16, Value)]) -> (Devices, Arc<Script>) {
    let configuration = AuthConfiguration::builder("eu-west-1_A", "c").build().unwrap();
    let script = Arc::new(Script { answers: Mutex::new(answers.iter().cloned().collect()), ..Script::default() });
    let clock = Arc::new(ServiceClock::new(Arc::new(SystemClock)));
    let random = Arc::new(SystemRandom);
    let pool = Arc::new(UserPool::new(&configuration, script.clone(), clock, random.clone()));
    let records = RecordStore::new(Arc::new(MemoryStore::new()), "eu-west-1_A", "c", random.clone());
    (Devices::new(pool, records, random, Some("Ann's phone".to_owned())), script)
}

fn device(username: &str, names: &[&str]) -> DeviceRecord {
    DeviceRecord {
        username: username.to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        device_key: format!("key of {username}"),
        group_key: "group".to_owned(),
        secret: Secret::new("password"),
        confirmed: false,
        unknown: Map::new(),
    }
}

fn ann() -> AuthUser {
    AuthUser { username: "ann".to_owned(), user_id: "sub".to_owned() }
}

fn token() -> Secret {
    Secret::new("access")
}

#[tokio::test]
async fn a_device_waits_for_its_confirmation_until_the_service_has_its_verifier() {
    let (devices, script) = devices(&[(400, json!({ "__type": "ResourceNotFoundException", "message": "" }))]);
    devices.keep(device("ann", &["ann"])).await.unwrap();
    let waiting = devices.unconfirmed(&ann(), "key of ann").await.unwrap();
    assert_eq!(devices.unconfirmed(&ann(), "another key").await, None);
    let bob = AuthUser { username: "bob".to_owned(), ..ann() };
    assert_eq!(devices.unconfirmed(&bob, "key of ann").await, None);

    assert!(devices.confirm(token(), waiting.clone()).await.is_err());
    assert_eq!(devices.unconfirmed(&ann(), "key of ann").await, Some(waiting.clone()));
    devices.confirm(token(), waiting).await.unwrap();
    assert_eq!(devices.unconfirmed(&ann(), "key of ann").await, None);
    let sent = script.requests.lock().unwrap().pop().unwrap();
    assert_eq!((&sent["DeviceKey"], &sent["DeviceName"]), (&json!("key of ann"), &json!("Ann's phone")));
}

#[tokio::test]
async fn a_device_that_the_service_has_confirmed_before_is_confirmed() {
    let (devices, _) = devices(&[(400, json!({ "__type": "DeviceKeyExistsException", "message": "" }))]);
    devices.confirm(token(), device("ann", &["ann"])).await.unwrap();
    assert!(devices.of("ann").await.unwrap().confirmed);
}

#[tokio::test]
async fn a_name_that_led_to_the_user_is_noted_once() {
    let (devices, _) = devices(&[]);
    let used = device("ann", &["ann"]);
    devices.keep(used.clone()).await.unwrap();
    devices.note_sign_in(&ann(), "ann", Some(used.clone()), None).await.unwrap();
    assert_eq!(devices.of("ann").await.unwrap().names, ["ann"]);
    devices.note_sign_in(&ann(), "Ann@Example.org", Some(used), None).await.unwrap();
    assert_eq!(devices.of("ann").await.unwrap().names, ["ann", "ann@example.org"]);
}

#[tokio::test]
async fn a_device_that_the_service_has_forgotten_goes_and_another_users_only_loses_the_name() {
    let (devices, _) = devices(&[]);
    let lost = device("ann", &["ann"]);
    devices.keep(lost.clone()).await.unwrap();
    devices.note_sign_in(&ann(), "ann", None, Some(lost)).await.unwrap();
    assert_eq!(devices.of("ann").await, None);

    let bobs = device("bob", &["bob", "shared@example.org"]);
    devices.keep(bobs.clone()).await.unwrap();
    devices.note_sign_in(&ann(), "Shared@example.org", None, Some(bobs)).await.unwrap();
    assert_eq!(devices.of("bob").await.unwrap().names, ["bob"]);
    devices.remove_record("bob", "another key").await.unwrap();
    assert!(devices.of("bob").await.is_some());
    devices.remove_record("bob", "key of bob").await.unwrap();
    assert_eq!(devices.known().await, []);
}

#[test]
fn a_new_device_takes_over_the_names_of_the_one_before() {
    let (devices, _) = devices(&[]);
    let offered = || NewDeviceMetadata { device_key: "new".to_owned(), device_group_key: "group".to_owned() };
    let first = devices.begin("ann", "Ann@Example.org", None, offered()).unwrap();
    assert_eq!((first.names.as_slice(), first.confirmed), (["ann@example.org".to_owned()].as_slice(), false));
    let second = devices.begin("ann", "ann", Some(&first), offered()).unwrap();
    assert_eq!(second.names, ["ann@example.org", "ann"]);
    let third = devices.begin("ann", "ANN", Some(&second), offered()).unwrap();
    assert_eq!(third.names, second.names);
    assert_ne!(third.secret, second.secret);
}

#[tokio::test]
async fn the_list_is_read_to_its_end() {
    let entry = |key: &str| json!({ "DeviceKey": key, "DeviceCreateDate": 1_767_603_787.25 });
    let (devices, script) = devices(&[
        (200, json!({ "Devices": [entry("one")], "PaginationToken": "next" })),
        (200, json!({ "Devices": [entry("two")], "PaginationToken": "" })),
    ]);
    let list = devices.list(token(), Some("two")).await.unwrap();
    let shown: Vec<_> = list.iter().map(|device| (device.id.as_str(), device.is_current)).collect();
    assert_eq!(shown, [("one", false), ("two", true)]);
    let first_seen = from_unix_seconds(1_767_603_787) + Duration::from_millis(250);
    assert_eq!(list[0].created_at, Some(first_seen));
    assert_eq!(script.requests.lock().unwrap()[1]["PaginationToken"], "next");
}

#[tokio::test]
async fn a_list_that_does_not_end_is_given_up() {
    let endless = (200, json!({ "Devices": [], "PaginationToken": "next" }));
    let (devices, script) = devices(&vec![endless; 101]);
    let error = devices.list(token(), None).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadResponse);
    assert_eq!(script.requests.lock().unwrap().len(), 100);
}

#[tokio::test]
async fn what_the_service_refuses_is_told() {
    let refused = (400, json!({ "__type": "ResourceNotFoundException", "message": "" }));
    let (devices, script) = devices(&[refused.clone(), refused]);
    assert!(devices.remember(token(), "key".to_owned()).await.is_err());
    assert!(devices.forget(token(), "key".to_owned()).await.is_err());
    devices.remember(token(), "key".to_owned()).await.unwrap();
    let sent = script.requests.lock().unwrap().pop().unwrap();
    assert_eq!(sent["DeviceRememberedStatus"], "remembered");
}
