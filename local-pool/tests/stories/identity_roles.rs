//! Which role an identity's credentials are of: asked of STS, which tells the role.

use local_pool::{
    GroupConfig, IdentityPoolConfig, IdpToken, PoolConfig, RoleMappingConfig, RoleRuleConfig, UserConfig,
};
use serde_json::{Value, json};

use crate::client::identity::{OIDC, config, start};
use crate::client::signed::{Signer, element};
use crate::client::{PASSWORD, TestPool};

const ADMIN: &str = "arn:aws:iam::000000000000:role/admin";
const STAFF: &str = "arn:aws:iam::000000000000:role/staff";
const AMBIGUOUS: &str = "The ambiguous role mapping rules denied this request";

/// The name of the role that these logins get.
async fn role(api: &TestPool, login: &Value, custom: Option<&str>) -> Result<String, (String, String)> {
    let id = api.id(login).await;
    let mut body = json!({ "IdentityId": id, "Logins": login });
    if let Some(custom) = custom {
        body["CustomRoleArn"] = json!(custom);
    }
    let reply = api.identity("GetCredentialsForIdentity", body).await;
    if reply.status != 200 {
        let told = reply.json();
        return Err((told["__type"].as_str().unwrap().into(), told["message"].as_str().unwrap().into()));
    }
    let signer = Signer::of(&reply.json()["Credentials"]);
    let (status, text) = signer.caller_identity(api).await;
    assert_eq!(status, 200, "{text}");
    let arn = element(&text, "Arn");
    assert!(arn.starts_with("arn:aws:sts::000000000000:assumed-role/"), "{arn}");
    assert!(element(&text, "UserId").starts_with("AROA"), "{text}");
    assert!(arn.ends_with("/CognitoIdentityCredentials"), "{arn}");
    Ok(arn.split('/').nth(1).unwrap().to_owned())
}

fn rule(claim: &str, match_type: &str, value: &str, role: &str) -> RoleRuleConfig {
    let text = str::to_owned;
    RoleRuleConfig { claim: text(claim), match_type: text(match_type), value: text(value), role: text(role) }
}

#[tokio::test]
async fn without_a_mapping_it_is_the_pools() {
    let api = start(config()).await;
    assert_eq!(role(&api, &json!({}), None).await.unwrap(), "local-unauthenticated");
    assert_eq!(role(&api, &api.google("1").await, None).await.unwrap(), "local-authenticated");
    assert_eq!(role(&api, &api.user_login("ann").await, None).await.unwrap(), "local-authenticated");
    let (name, _) = role(&api, &api.google("1").await, Some(ADMIN)).await.unwrap_err();
    assert_eq!(name, "NotAuthorizedException");
    let (name, _) = role(&api, &json!({}), Some(ADMIN)).await.unwrap_err();
    assert_eq!(name, "NotAuthorizedException");
}

#[tokio::test]
async fn without_any_role_the_pool_is_not_usable() {
    let none = |mut pool: IdentityPoolConfig| {
        pool.authenticated_role = Some(String::new());
        pool.unauthenticated_role = Some(String::new());
        pool
    };
    let api = start(none(config())).await;
    let text = "Invalid identity pool configuration. Check assigned IAM roles for this pool.";
    for login in [json!({}), api.google("1").await] {
        let id = api.id(&login).await;
        api.credentials(&id, &login).await.refused("InvalidIdentityPoolConfigurationException", text);
    }
    // Who gets no role is not linked.
    let (guest, apple) = (api.guest().await, api.login(IdpToken::new("apple", "1")).await);
    api.credentials(&guest, &apple).await.refused("InvalidIdentityPoolConfigurationException", text);
    assert_ne!(api.id(&apple).await, guest);
}

#[tokio::test]
async fn rules_choose_by_claims_and_the_first_wins() {
    let mapping = RoleMappingConfig {
        provider: Some(format!("https://{OIDC}/")),
        rules: vec![
            rule("isAdmin", "Equals", "true", ADMIN),
            rule("email", "Contains", "@corp.example", STAFF),
            rule("department", "StartsWith", "legal", STAFF),
        ],
        or_authenticated: false,
    };
    let api = start(IdentityPoolConfig { role_mappings: vec![mapping], ..config() }).await;
    let order = || IdpToken::new(OIDC, "1").claim("email", "a@corp.example");
    let (staff, admin) = (api.login(order()).await, api.login(order().claim("isAdmin", true)).await);
    assert_eq!(role(&api, &staff, None).await.unwrap(), "staff");
    assert_eq!(role(&api, &admin, None).await.unwrap(), "admin");
    assert_eq!(role(&api, &admin, Some(STAFF)).await.unwrap(), "staff");
    assert_eq!(role(&api, &staff, Some(ADMIN)).await.unwrap_err().0, "NotAuthorizedException");
    let nobody = api.login(IdpToken::new(OIDC, "2")).await;
    let denied = ("NotAuthorizedException".to_owned(), AMBIGUOUS.to_owned());
    assert_eq!(role(&api, &nobody, None).await.unwrap_err(), denied);
    // Providers without a mapping are not concerned.
    assert_eq!(role(&api, &api.google("1").await, None).await.unwrap(), "local-authenticated");
}

#[tokio::test]
async fn a_token_chooses_by_the_roles_of_its_groups() {
    let group = |name: &str, precedence, role: &str| GroupConfig {
        name: name.into(),
        precedence: Some(precedence),
        role_arn: Some(role.into()),
        ..GroupConfig::default()
    };
    let user = |name: &str, groups: &[&str]| UserConfig {
        username: name.into(),
        password: PASSWORD.into(),
        groups: groups.iter().map(|name| (*name).to_owned()).collect(),
        ..UserConfig::default()
    };
    let config = |or_authenticated| {
        let pool = PoolConfig {
            groups: vec![group("admins", 1, ADMIN), group("staff", 1, STAFF), group("interns", 2, STAFF)],
            users: vec![
                user("ann", &["admins", "interns"]),
                user("bob", &["staff"]),
                user("tie", &["admins", "staff"]),
                user("tom", &[]),
            ],
            ..PoolConfig::default()
        };
        let mapping = RoleMappingConfig { or_authenticated, ..RoleMappingConfig::default() };
        pool.with_identity_pool(IdentityPoolConfig { role_mappings: vec![mapping], ..IdentityPoolConfig::default() })
    };
    let api = TestPool::start(config(false)).await;
    let login = async |name: &str| api.user_login(name).await;
    assert_eq!(role(&api, &login("ann").await, None).await.unwrap(), "admin");
    assert_eq!(role(&api, &login("ann").await, Some(STAFF)).await.unwrap(), "staff");
    assert_eq!(role(&api, &login("bob").await, None).await.unwrap(), "staff");
    assert_eq!(role(&api, &login("bob").await, Some(ADMIN)).await.unwrap_err().0, "NotAuthorizedException");
    // Two with the same precedence: none is preferred.
    assert_eq!(role(&api, &login("tie").await, None).await.unwrap_err().1, AMBIGUOUS);
    assert_eq!(role(&api, &login("tie").await, Some(ADMIN)).await.unwrap(), "admin");
    assert_eq!(role(&api, &login("tom").await, None).await.unwrap_err().1, AMBIGUOUS);
    let api = TestPool::start(config(true)).await;
    assert_eq!(role(&api, &api.user_login("tom").await, None).await.unwrap(), "local-authenticated");
    assert_eq!(role(&api, &json!({}), None).await.unwrap(), "local-unauthenticated");
}
