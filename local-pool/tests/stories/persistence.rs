//! State in a file.

use local_pool::{PoolConfig, ServerConfig};
use serde_json::json;

use crate::client::{PASSWORD, TestPool, claims, srp};

fn config(file: &std::path::Path) -> ServerConfig {
    let pool = PoolConfig { id: Some("eu-west-1_Kept00001".into()), ..PoolConfig::default() };
    ServerConfig { data: Some(file.into()), ..pool.with_user("ann", PASSWORD, &[]).into() }
}

#[tokio::test]
async fn users_tokens_and_keys_outlive_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pool.sqlite");
    let api = TestPool::start(config(&file)).await;
    api.sign_up("tom", json!([])).await.ok();
    api.server.set_password("ann", "Another-Horse-9").unwrap();
    let tokens = api.password("ann", "Another-Horse-9").await.ok()["AuthenticationResult"].clone();
    let (client, jwks) =
        (api.server.client_id().to_owned(), format!("/{}/.well-known/jwks.json", api.server.pool_id()));
    let keys = api.get(&jwks).await;
    drop(api);

    let api = TestPool::start(config(&file)).await;
    assert_eq!(api.server.client_id(), client);
    assert_eq!(api.get(&jwks).await, keys);
    // The configured user is not made anew.
    srp::sign_in(&api, "ann", "Another-Horse-9").await.ok();
    api.call("GetUser", json!({ "AccessToken": tokens["AccessToken"] })).await.ok();
    let refreshed = api.initiate("REFRESH_TOKEN_AUTH", json!({ "REFRESH_TOKEN": tokens["RefreshToken"] })).await.ok();
    let (old, new) = (claims(&tokens["IdToken"]), claims(&refreshed["AuthenticationResult"]["IdToken"]));
    assert_eq!(old["origin_jti"], new["origin_jti"]);
    api.sign_up("tom", json!([])).await.refused("UsernameExistsException", "User already exists");
}

#[tokio::test]
async fn the_file_holds_no_password_session_or_refresh_token() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pool.sqlite");
    let api = TestPool::start(config(&file)).await;
    let tokens = api.tokens("ann").await;
    api.server.create_user_with_temporary_password("bob", "Temporary-1!", &[]).unwrap();
    let session = api.password("bob", "Temporary-1!").await.ok()["Session"].as_str().unwrap().to_owned();
    drop(api);
    let stored: Vec<u8> = std::fs::read_dir(folder.path())
        .unwrap()
        .flat_map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect();
    let refresh = tokens["RefreshToken"].as_str().unwrap();
    for secret in [PASSWORD, "Temporary-1!", &session[..60], &refresh[80..160]] {
        let found = stored.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{secret}");
    }
}

#[tokio::test]
async fn two_pools_of_one_process_are_strangers() {
    let (one, other) = (TestPool::with_ann().await, TestPool::with_ann().await);
    one.sign_up("tom", json!([])).await.ok();
    other.sign_up("tom", json!([])).await.ok();
    assert_ne!(one.server.endpoint(), other.server.endpoint());
}

#[tokio::test]
async fn a_seed_makes_ids_and_codes_repeat() {
    let start = async || {
        let config = ServerConfig { seed: Some(7), ..PoolConfig::default().into() };
        let api = TestPool::start(config).await;
        let email = crate::client::attributes(json!({ "email": "t@e.example" }));
        api.sign_up("tom", email).await.ok();
        (api.server.pool_id().to_owned(), api.server.client_id().to_owned())
    };
    assert_eq!(start().await, start().await);
}
