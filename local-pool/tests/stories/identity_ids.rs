//! Which identity a call gets.

use local_pool::IdpToken;
use serde_json::json;

use crate::client::identity::{OIDC, all, config, start};

const LOGINS_DO_NOT_MATCH: &str =
    "Logins don't match. Please include at least one valid login for this identity or identity pool.";

fn forbidden(id: &str) -> String {
    format!("Access to Identity '{id}' is forbidden.")
}

#[tokio::test]
async fn guests_are_new_each_time_and_get_credentials() {
    let api = start(config()).await;
    let (one, other) = (api.guest().await, api.guest().await);
    assert_ne!(one, other);
    let absent = api.identity("GetId", json!({ "IdentityPoolId": api.server.identity_pool_id() })).await.ok();
    assert!(absent["IdentityId"].as_str().unwrap().starts_with("us-east-1:"), "{absent}");
    let answer = api.credentials(&one, &json!({})).await.ok();
    assert_eq!(answer["IdentityId"], one);
    let credentials = &answer["Credentials"];
    let text = |name: &str| credentials[name].as_str().unwrap();
    assert!(text("AccessKeyId").starts_with("ASIA") && text("AccessKeyId").len() == 20, "{credentials}");
    assert_eq!(text("SecretKey").len(), 40);
    assert!(text("SessionToken").starts_with("IQoJb3JpZ2luX2Vj"), "{credentials}");
    let lives = credentials["Expiration"].as_f64().unwrap() - api.server.clock().now_ms() as f64 / 1000.0;
    assert!((3590.0..=3600.0).contains(&lives), "{lives}");
}

#[tokio::test]
async fn a_login_has_one_identity() {
    let api = start(config()).await;
    let login = api.user_login("ann").await;
    let id = api.id(&login).await;
    // Another token of the same user is the same login.
    assert_eq!(api.id(&api.user_login("ann").await).await, id);
    assert_eq!(api.id_for(&id, &login).await, id);
    assert_ne!(api.id(&api.google("1").await).await, id);
    api.credentials(&id, &json!({})).await.refused("NotAuthorizedException", &forbidden(&id));
}

#[tokio::test]
async fn every_built_in_provider_signs_in() {
    let api = start(config()).await;
    let mut seen = std::collections::BTreeSet::new();
    for provider in ["google", "apple", "facebook", "amazon", "twitter", OIDC] {
        let login = api.login(IdpToken::new(provider, "user-1").claim("email", "u@example.com")).await;
        let id = api.id(&login).await;
        assert_eq!(api.id_for(&id, &login).await, id, "{provider}");
        seen.insert(id);
    }
    assert_eq!(seen.len(), 6);
}

#[tokio::test]
async fn several_logins_link_at_once() {
    let api = start(config()).await;
    let (ann, google) = (api.user_login("ann").await, api.google("1").await);
    let id = api.id(&all(&[&ann, &google])).await;
    assert_eq!(api.id(&ann).await, id);
    assert_eq!(api.id(&google).await, id);
    let described = api.identity("DescribeIdentity", json!({ "IdentityId": id })).await.ok();
    let provider = ann.as_object().unwrap().keys().next().unwrap();
    assert_eq!(described["Logins"], json!(["accounts.google.com", provider]));
}

#[tokio::test]
async fn a_guest_who_logs_in_keeps_the_id_if_the_login_is_new() {
    let api = start(config()).await;
    let (guest, google) = (api.guest().await, api.google("1").await);
    assert_eq!(api.id_for(&guest, &google).await, guest);
    assert_eq!(api.id(&google).await, guest);
    // It is a guest no longer.
    api.credentials(&guest, &json!({})).await.refused("NotAuthorizedException", &forbidden(&guest));
}

#[tokio::test]
async fn a_guest_who_logs_in_as_somebody_known_gets_their_id_and_is_gone() {
    let api = start(config()).await;
    let google = api.google("1").await;
    let (known, guest) = (api.id(&google).await, api.guest().await);
    assert_eq!(api.id_for(&guest, &google).await, known);
    for logins in [json!({}), google] {
        api.credentials(&guest, &logins).await.refused("NotAuthorizedException", &forbidden(&guest));
    }
    let pool = api.server.identity_pool_id();
    let list = async |hide: bool| {
        let body = json!({ "IdentityPoolId": pool, "MaxResults": 60, "HideDisabled": hide });
        api.identity("ListIdentities", body).await.ok()["Identities"].as_array().unwrap().len()
    };
    assert_eq!((list(false).await, list(true).await), (2, 1));
}

#[tokio::test]
async fn a_further_login_is_linked_and_one_of_another_identity_merged() {
    let api = start(config()).await;
    let (ann, google, apple) =
        (api.user_login("ann").await, api.google("1").await, api.login(IdpToken::new("apple", "1")).await);
    let id = api.id(&ann).await;
    assert_eq!(api.id_for(&id, &all(&[&ann, &google])).await, id);
    assert_eq!(api.id(&google).await, id);
    let other = api.id(&apple).await;
    assert_eq!(api.id_for(&id, &all(&[&ann, &apple])).await, id);
    assert_eq!(api.id(&apple).await, id);
    api.credentials(&other, &apple).await.refused("NotAuthorizedException", &forbidden(&other));
}

#[tokio::test]
async fn an_identity_has_one_login_of_a_provider() {
    let api = start(config()).await;
    let (ann, google, facebook) =
        (api.user_login("ann").await, api.google("1").await, api.login(IdpToken::new("facebook", "1")).await);
    let id = api.id(&all(&[&ann, &google])).await;
    let second = all(&[&ann, &api.google("2").await]);
    api.credentials(&id, &second).await.refused_as("ResourceConflictException");
    // Nor by a merge, and nothing of it stays.
    let other = api.id(&all(&[&facebook, &api.google("3").await])).await;
    api.credentials(&id, &all(&[&ann, &facebook])).await.refused_as("ResourceConflictException");
    assert_eq!(api.id(&facebook).await, other);
    api.get_id(all(&[&ann, &facebook])).await.refused_as("ResourceConflictException");
}

#[tokio::test]
async fn the_id_of_somebody_else_is_of_no_use() {
    let api = start(config()).await;
    let (ann, google) = (api.user_login("ann").await, api.google("1").await);
    let (id, other) = (api.id(&ann).await, api.id(&google).await);
    for (id, login) in [(&id, &google), (&other, &ann), (&id, &api.google("new").await)] {
        api.credentials(id, login).await.refused("NotAuthorizedException", LOGINS_DO_NOT_MATCH);
    }
    let unknown = "us-east-1:00000000-0000-4000-8000-000000000000";
    let not_found = format!("Identity '{unknown}' not found.");
    api.credentials(unknown, &ann).await.refused("ResourceNotFoundException", &not_found);
    api.identity("DeleteIdentities", json!({ "IdentityIdsToDelete": [id] })).await.ok();
    let not_found = format!("Identity '{id}' not found.");
    api.credentials(&id, &ann).await.refused("ResourceNotFoundException", &not_found);
    assert_ne!(api.id(&ann).await, id);
}

#[tokio::test]
async fn two_calls_at_once_with_a_new_login_agree() {
    let api = start(config()).await;
    let google = api.google("1").await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (http, endpoint, pool) =
            (api.http.clone(), api.server.endpoint(), api.server.identity_pool_id().to_owned());
        let body = json!({ "IdentityPoolId": pool, "Logins": google }).to_string();
        tasks.spawn(async move {
            let request = http.post(endpoint).header("x-amz-target", "AWSCognitoIdentityService.GetId").body(body);
            request.send().await.unwrap().text().await.unwrap()
        });
    }
    let answers: std::collections::BTreeSet<_> = tasks.join_all().await.into_iter().collect();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn an_identity_whose_last_login_is_unlinked_is_nobodys() {
    let api = start(config()).await;
    let (ann, google) = (api.user_login("ann").await, api.google("1").await);
    let id = api.id(&all(&[&ann, &google])).await;
    let unlink = async |logins: &serde_json::Value, names: serde_json::Value| {
        let body = json!({ "IdentityId": id, "Logins": logins, "LoginsToRemove": names });
        api.identity("UnlinkIdentity", body).await
    };
    unlink(&api.google("2").await, json!(["accounts.google.com"]))
        .await
        .refused("NotAuthorizedException", LOGINS_DO_NOT_MATCH);
    unlink(&json!({}), json!(["accounts.google.com"])).await.refused("NotAuthorizedException", &forbidden(&id));
    unlink(&ann, json!(["accounts.google.com"])).await.ok_empty();
    assert_ne!(api.id(&google).await, id);
    unlink(&ann, json!([ann.as_object().unwrap().keys().next().unwrap()])).await.ok_empty();
    api.credentials(&id, &json!({})).await.refused("NotAuthorizedException", &forbidden(&id));
    api.credentials(&id, &ann).await.refused("NotAuthorizedException", LOGINS_DO_NOT_MATCH);
    assert_ne!(api.id(&ann).await, id);
}
