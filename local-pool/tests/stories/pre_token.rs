//! The pre token generation trigger, rule by rule (developer guide, "Pre token generation").

use local_pool::{GroupConfig, PoolConfig, TriggerKind, UserConfig};
use serde_json::{Value, json};

use crate::client::{PASSWORD, TestPool, claims};

const ROLE: &str = "arn:aws:iam::123456789012:role/staff";

async fn api(version: &str) -> TestPool {
    let ann = UserConfig {
        username: "ann".into(),
        password: PASSWORD.into(),
        attributes: [("email", "ann@example.com"), ("name", "Ann")].map(|(n, v)| (n.into(), v.into())).into(),
        groups: vec!["staff".into()],
        ..UserConfig::default()
    };
    let staff = GroupConfig { name: "staff".into(), role_arn: Some(ROLE.into()), ..GroupConfig::default() };
    let config = PoolConfig {
        pre_token_generation_version: version.into(),
        users: vec![ann],
        groups: vec![staff],
        ..PoolConfig::default()
    };
    TestPool::start(config).await
}

/// Id and access claims when the trigger answers with these details.
async fn changed(api: &TestPool, member: &'static str, details: Value) -> (Value, Value) {
    api.server.set_trigger(TriggerKind::PreTokenGeneration, move |mut event| {
        event["response"][member] = details.clone();
        Ok(event)
    });
    let tokens = api.tokens("ann").await;
    (claims(&tokens["IdToken"]), claims(&tokens["AccessToken"]))
}

const V1: &str = "claimsOverrideDetails";
const V2: &str = "claimsAndScopeOverrideDetails";
/// What no trigger changes.
const FIXED: [&str; 20] = [
    "sub",
    "username",
    "cognito:username",
    "iss",
    "aud",
    "client_id",
    "token_use",
    "exp",
    "iat",
    "nbf",
    "auth_time",
    "jti",
    "origin_jti",
    "event_id",
    "device_key",
    "version",
    "acr",
    "amr",
    "cognito:roles",
    "cognito:mine",
];

#[tokio::test]
async fn the_event_tells_user_groups_and_scopes() {
    let api = api("V2_0").await;
    api.server.set_trigger(TriggerKind::PreTokenGeneration, |event| {
        let request = &event["request"];
        let groups = json!({ "groupsToOverride": ["staff"], "iamRolesToOverride": [ROLE], "preferredRole": ROLE });
        let right = event["version"] == "2"
            && request["groupConfiguration"] == groups
            && request["scopes"] == json!(["aws.cognito.signin.user.admin"])
            && request["userAttributes"]["cognito:user_status"] == "CONFIRMED"
            && event["response"] == json!({ V2: null });
        if right { Ok(event) } else { Err(event.to_string()) }
    });
    api.password("ann", PASSWORD).await.ok();
}

#[tokio::test]
async fn suppressing_beats_adding() {
    let first = api("V1_0").await;
    let details = json!({ "claimsToAddOrOverride": { "name": "X", "plan": "pro" }, "claimsToSuppress": ["name"] });
    let (id, access) = changed(&first, V1, details.clone()).await;
    assert!(id.get("name").is_none());
    assert_eq!(id["plan"], "pro");
    assert!(access.get("plan").is_none());
    let second = api("V2_0").await;
    let (id, access) = changed(&second, V2, json!({ "accessTokenGeneration": details })).await;
    assert_eq!((&id["name"], id.get("plan")), (&json!("Ann"), None));
    assert_eq!((access.get("name"), &access["plan"]), (None, &json!("pro")));
}

#[tokio::test]
async fn fixed_claims_stay_as_they_are() {
    let api = api("V2_0").await;
    let (id, access) = changed(&api, V2, Value::Null).await;
    let forged: serde_json::Map<String, Value> =
        FIXED.iter().map(|name| ((*name).to_owned(), json!("forged"))).collect();
    let generation = json!({ "claimsToAddOrOverride": forged, "claimsToSuppress": FIXED });
    let details = json!({ "idTokenGeneration": generation, "accessTokenGeneration": generation });
    let (forged_id, forged_access) = changed(&api, V2, details).await;
    let names = |claims: &Value| -> Vec<String> { claims.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(names(&forged_id), names(&id));
    assert_eq!(names(&forged_access), names(&access));
    for name in FIXED {
        assert_ne!(forged_id[name], "forged", "{name}");
        assert_ne!(forged_access[name], "forged", "{name}");
    }
    assert_eq!(forged_id["cognito:roles"], id["cognito:roles"]);
}

#[tokio::test]
async fn an_access_token_may_name_its_own_client_as_audience() {
    let api = api("V2_0").await;
    let own = json!({ "accessTokenGeneration": { "claimsToAddOrOverride": { "aud": api.server.client_id() } } });
    let (_, access) = changed(&api, V2, own).await;
    assert_eq!(access["aud"], api.server.client_id());
    let other = json!({ "accessTokenGeneration": { "claimsToAddOrOverride": { "aud": "other" } } });
    assert!(changed(&api, V2, other).await.1.get("aud").is_none());
}

#[tokio::test]
async fn scopes_have_members_of_their_own() {
    let api = api("V2_0").await;
    let details = json!({ "accessTokenGeneration": {
        "claimsToAddOrOverride": { "scope": "all" }, "claimsToSuppress": ["scope"],
        "scopesToAdd": ["shop/read", "shop/write", "shop/read"], "scopesToSuppress": ["shop/write"],
    } });
    let (id, access) = changed(&api, V2, details).await;
    assert_eq!(access["scope"], "aws.cognito.signin.user.admin shop/read");
    assert!(id.get("scope").is_none());
}

#[tokio::test]
async fn groups_are_replaced_kept_or_removed() {
    for (version, member) in [("V1_0", V1), ("V2_0", V2)] {
        let api = api(version).await;
        let kept = changed(&api, member, json!({})).await;
        assert_eq!((&kept.0["cognito:groups"], &kept.1["cognito:groups"]), (&json!(["staff"]), &json!(["staff"])));
        assert_eq!(kept.0["cognito:preferred_role"], ROLE);
        let replaced = json!({ "groupOverrideDetails": { "groupsToOverride": ["a", "b"] } });
        let (id, access) = changed(&api, member, replaced).await;
        assert_eq!((&id["cognito:groups"], &access["cognito:groups"]), (&json!(["a", "b"]), &json!(["a", "b"])));
        assert!(id.get("cognito:roles").is_none() && id.get("cognito:preferred_role").is_none());
        for nothing in [json!({}), Value::Null] {
            let (id, access) = changed(&api, member, json!({ "groupOverrideDetails": nothing })).await;
            for claim in ["cognito:groups", "cognito:roles", "cognito:preferred_role"] {
                assert!(id.get(claim).is_none() && access.get(claim).is_none(), "{version} {claim}");
            }
        }
    }
    // Suppressing the groups takes the roles along.
    let api = api("V1_0").await;
    let (id, _) = changed(&api, V1, json!({ "claimsToSuppress": ["cognito:groups"] })).await;
    assert!(["cognito:groups", "cognito:roles", "cognito:preferred_role"].iter().all(|claim| id.get(claim).is_none()));
}

#[tokio::test]
async fn values_are_text_in_version_one_and_anything_later() {
    let rich = json!({ "list": ["a", { "b": 1 }], "flag": true, "number": 1.5 });
    let first = api("V1_0").await;
    let details = json!({ "claimsToAddOrOverride": rich });
    first.server.set_trigger(TriggerKind::PreTokenGeneration, move |mut event| {
        event["response"][V1] = details.clone();
        Ok(event)
    });
    first.password("ann", PASSWORD).await.refused("InvalidLambdaResponseException", "Unrecognizable lambda output");
    let second = api("V2_0").await;
    let (id, access) = changed(&second, V2, json!({ "idTokenGeneration": { "claimsToAddOrOverride": rich } })).await;
    for name in ["list", "flag", "number"] {
        assert_eq!(id[name], rich[name]);
        assert!(access.get(name).is_none());
    }
    // An answer in the other version's member says nothing.
    let (id, _) = changed(&second, V1, json!({ "claimsToAddOrOverride": { "plan": "pro" } })).await;
    assert!(id.get("plan").is_none());
}

#[tokio::test]
async fn it_runs_at_every_refresh_with_what_is_true_then() {
    let api = api("V1_0").await;
    let (_, _) = changed(&api, V1, json!({ "claimsToAddOrOverride": { "round": "1" } })).await;
    let refresh = api.tokens("ann").await["RefreshToken"].clone();
    let leave = json!({ "UserPoolId": api.server.pool_id(), "Username": "ann", "GroupName": "staff" });
    api.call("AdminRemoveUserFromGroup", leave).await.ok_empty();
    api.server.set_trigger(TriggerKind::PreTokenGeneration, |mut event| {
        event["response"][V1] = json!({ "claimsToAddOrOverride": { "source": event["triggerSource"].clone() } });
        Ok(event)
    });
    let body = json!({ "RefreshToken": refresh, "ClientId": api.server.client_id() });
    let tokens = api.call("GetTokensFromRefreshToken", body).await.ok()["AuthenticationResult"].clone();
    let id = claims(&tokens["IdToken"]);
    assert_eq!(id["source"], "TokenGeneration_RefreshTokens");
    assert!(id.get("cognito:groups").is_none());
}
