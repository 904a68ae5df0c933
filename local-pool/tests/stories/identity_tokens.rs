//! What login tokens are refused for.

use std::time::Duration;

use local_pool::{
    ClientConfig, IdentityPoolConfig, IdpToken, PoolConfig, ServerConfig, UserPoolClientConfig, WrongToken,
};
use serde_json::{Value, json};

use crate::client::identity::{APP, OIDC, all, config, start};
use crate::client::{PASSWORD, Reply, TestPool, claims};

const UNSUPPORTED: &str = "Token is not from a supported provider of this identity pool.";
const NO_MATCH: &str =
    "Logins don't match. Please include at least one valid login for this identity or identity pool.";

#[track_caller]
fn refused(reply: &Reply, text: &str) {
    reply.refused("NotAuthorizedException", text);
}

#[track_caller]
fn invalid(reply: &Reply, text: &str) {
    refused(reply, &format!("Invalid login token. {text}"));
}

fn provider(login: &Value) -> String {
    login.as_object().unwrap().keys().next().unwrap().clone()
}

#[tokio::test]
async fn a_user_pool_goes_by_the_services_name_and_by_its_own() {
    let api = start(config()).await;
    let token = api.tokens("ann").await["IdToken"].clone();
    let id = api.id(&api.user_pool_login(&token)).await;
    let own = api.server.issuer().replace("http://", "");
    assert_eq!(api.id(&json!({ own: token })).await, id);
    let elsewhere = format!("pool.example/{}", api.server.pool_id());
    invalid(&api.get_id(json!({ elsewhere: token })).await, "Issuer doesn't match providerName");
}

#[tokio::test]
async fn an_access_token_is_no_login() {
    let api = start(config()).await;
    let token = api.tokens("ann").await["AccessToken"].clone();
    invalid(&api.get_id(api.user_pool_login(&token)).await, "Missing a required claim: aud");
}

#[tokio::test]
async fn what_is_no_token_is_no_login() {
    let api = start(config()).await;
    for text in ["x", "a.b.c", "..", "eyJhbGciOiJSUzI1NiJ9.e30.%%"] {
        let reply = api.get_id(api.user_pool_login(&json!(text))).await;
        invalid(&reply, "Not a valid OpenId Connect identity token.");
        let reply = api.get_id(json!({ "accounts.google.com": text })).await;
        invalid(&reply, "Not a valid OpenId Connect identity token.");
        invalid(
            &api.get_id(json!({ "graph.facebook.com": text })).await,
            "The provider does not know the access token.",
        );
    }
}

#[tokio::test]
async fn a_token_ends() {
    let api = start(config()).await;
    let login = api.user_login("ann").await;
    let ends = claims(&login[provider(&login)])["exp"].as_i64().unwrap();
    let id = api.id(&login).await;
    api.server.clock().freeze_at((ends - 1) * 1000);
    api.id(&login).await;
    api.server.clock().advance(Duration::from_secs(1));
    invalid(&api.get_id(login.clone()).await, &format!("Token expired: {ends} >= {ends}"));
    invalid(&api.credentials(&id, &login).await, &format!("Token expired: {ends} >= {ends}"));
}

#[tokio::test]
async fn clocks_of_others_may_be_five_minutes_off() {
    let api = start(config()).await;
    api.server.clock().freeze_at(1_800_000_000_000);
    let login = api.login(IdpToken::new(OIDC, "1").seconds(60)).await;
    api.server.clock().advance(Duration::from_secs(359));
    api.id(&login).await;
    api.server.clock().advance(Duration::from_secs(1));
    invalid(&api.get_id(login.clone()).await, "Token expired: 1800000360 >= 1800000060");
    api.server.clock().freeze_at(1_800_000_000_000 - 300_000);
    api.id(&login).await;
    api.server.clock().turn_back(Duration::from_secs(1));
    invalid(&api.get_id(login).await, "Token is not yet valid.");
}

/// Every provider that the server plays, every way in which a token can be wrong.
#[tokio::test]
async fn wrong_tokens_of_providers_are_refused() {
    let api = start(config()).await;
    let id_tokens = ["google", "apple", OIDC];
    for provider in ["google", "apple", OIDC, "facebook", "amazon", "twitter"] {
        let is_id_token = id_tokens.contains(&provider);
        for (wrong, text) in [
            (WrongToken::Key, "Couldn't verify signed token."),
            (WrongToken::AlgNone, "Couldn't verify signed token."),
            (WrongToken::Issuer, "Issuer doesn't match providerName"),
            (WrongToken::Audience, "Incorrect token audience."),
            (WrongToken::NotYetValid, "Token is not yet valid."),
            (WrongToken::Expired, "Token expired: "),
        ] {
            let reply = api.get_id(api.login(IdpToken::new(provider, "1").wrong(wrong)).await).await;
            reply.refused_as("NotAuthorizedException");
            let said = reply.json()["message"].as_str().unwrap().to_owned();
            if is_id_token || !matches!(wrong, WrongToken::Key | WrongToken::AlgNone | WrongToken::Issuer) {
                assert!(said.starts_with(&format!("Invalid login token. {text}")), "{provider} {wrong:?}: {said}");
            }
        }
    }
}

#[tokio::test]
async fn a_token_without_alg_or_signature_of_the_user_pool_is_refused() {
    use base64::Engine as _;
    let api = start(config()).await;
    let token = api.tokens("ann").await["IdToken"].as_str().unwrap().to_owned();
    let parts: Vec<&str> = token.split('.').collect();
    let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let other = claims(&json!(token)).to_string().replace("\"ann\"", "\"bob\"");
    for forged in [
        format!("{}.{}.", encode(r#"{"alg":"none"}"#), parts[1]),
        format!("{}.{}.{}", encode(r#"{"alg":"HS256"}"#), parts[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}", parts[0], encode(&other), parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], encode("signature")),
    ] {
        invalid(&api.get_id(api.user_pool_login(&json!(forged))).await, "Couldn't verify signed token.");
    }
}

#[tokio::test]
async fn tokens_of_other_pools_and_clients_are_refused() {
    let client = |id: &str| ClientConfig { id: Some(id.into()), name: id.into(), ..ClientConfig::default() };
    let pool = PoolConfig::default().with_client(client("listed")).with_client(client("other"));
    let pool = pool.with_user("ann", PASSWORD, &[]);
    let second = PoolConfig { name: "second".into(), ..PoolConfig::default() };
    let second = second.with_client(client("second-client".replace('-', "").as_str())).with_user("ann", PASSWORD, &[]);
    let config = ServerConfig { pools: vec![pool, second], ..ServerConfig::default() };
    let api = TestPool::start(config.with_identity_pool(config_of("listed"))).await;
    let token = async |client: &str| {
        let parameters = json!({ "USERNAME": "ann", "PASSWORD": PASSWORD });
        let body = json!({ "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client, "AuthParameters": parameters });
        api.call("InitiateAuth", body).await.ok()["AuthenticationResult"]["IdToken"].clone()
    };
    api.id(&api.user_pool_login(&token("listed").await)).await;
    refused(&api.get_id(api.user_pool_login(&token("other").await)).await, UNSUPPORTED);
    // Under the name of the pool that is listed, and under its own.
    let strange = token("secondclient").await;
    invalid(&api.get_id(api.user_pool_login(&strange)).await, "Issuer doesn't match providerName");
    let name = format!("cognito-idp.us-east-1.amazonaws.com/{}", api.server.pools()[1].pool_id);
    refused(&api.get_id(json!({ name: strange })).await, UNSUPPORTED);
}

fn config_of(client: &str) -> IdentityPoolConfig {
    let clients = vec![UserPoolClientConfig { client: Some(client.into()), server_side_token_check: false }];
    IdentityPoolConfig { user_pool_clients: Some(clients), ..IdentityPoolConfig::default() }
}

#[tokio::test]
async fn providers_that_the_pool_does_not_list_are_refused() {
    let api = start(IdentityPoolConfig::default()).await;
    refused(&api.get_id(api.google("1").await).await, UNSUPPORTED);
    refused(&api.get_id(api.login(IdpToken::new(OIDC, "1")).await).await, UNSUPPORTED);
    let none = IdentityPoolConfig { user_pool_clients: Some(Vec::new()), ..IdentityPoolConfig::default() };
    let api = start(none).await;
    refused(&api.get_id(api.google("1").await).await, NO_MATCH);
    refused(&api.get_id(api.user_login("ann").await).await, NO_MATCH);
}

#[tokio::test]
async fn one_bad_login_spoils_the_call() {
    let api = start(config()).await;
    let (ann, bad) =
        (api.user_login("ann").await, api.login(IdpToken::new("google", "1").wrong(WrongToken::Key)).await);
    invalid(&api.get_id(all(&[&ann, &bad])).await, "Couldn't verify signed token.");
    let id = api.id(&ann).await;
    invalid(&api.credentials(&id, &all(&[&ann, &bad])).await, "Couldn't verify signed token.");
}

#[tokio::test]
async fn several_app_ids_of_a_provider_are_joined_by_semicolons() {
    let api = start(IdentityPoolConfig::default().with_login_provider("accounts.google.com", "web;ios")).await;
    for app in ["web", "ios"] {
        api.id(&api.login(IdpToken::new("google", "1").audience(app)).await).await;
    }
    let reply = api.get_id(api.login(IdpToken::new("google", "1").audience("web;ios")).await).await;
    invalid(&reply, "Incorrect token audience.");
}

#[tokio::test]
async fn the_authorized_party_counts_where_a_token_names_one() {
    let api = start(config()).await;
    let order = || IdpToken::new(OIDC, "1").audience("another");
    invalid(&api.get_id(api.login(order()).await).await, "Incorrect token audience.");
    api.id(&api.login(order().claim("azp", APP)).await).await;
    let reply = api.get_id(api.login(IdpToken::new(OIDC, "1").claim("azp", "another")).await).await;
    invalid(&reply, "Incorrect token audience.");
    api.id(&api.login(IdpToken::new(OIDC, "1").audience(APP).claim("aud", json!(["x", APP]))).await).await;
}

#[tokio::test]
async fn the_server_side_check_looks_at_the_user() {
    let clients = |check| vec![UserPoolClientConfig { client: None, server_side_token_check: check }];
    let config =
        |check| IdentityPoolConfig { user_pool_clients: Some(clients(check)), ..IdentityPoolConfig::default() };
    let checked = start(config(true)).await;
    let login = checked.user_login("ann").await;
    checked.id(&login).await;
    checked.server.revoke_tokens("ann").unwrap();
    checked.get_id(login).await.refused_as("NotAuthorizedException");
    let login = checked.user_login("ann").await;
    checked.id(&login).await;
    checked.server.disable_user("ann").unwrap();
    checked.get_id(login.clone()).await.refused_as("NotAuthorizedException");
    checked.server.delete_user("ann").unwrap();
    checked.get_id(login).await.refused_as("NotAuthorizedException");

    let unchecked = start(config(false)).await;
    let login = unchecked.user_login("ann").await;
    unchecked.server.delete_user("ann").unwrap();
    unchecked.id(&login).await;
}

#[tokio::test]
async fn a_developers_provider_is_no_key_of_a_public_call() {
    let api = start(config()).await;
    let reply = api.get_id(json!({ "login.example": "user-1" })).await;
    reply.refused("InvalidParameterException", "Please provide a valid public provider.");
}

#[tokio::test]
async fn guests_can_be_off() {
    let api = start(config().without_guests()).await;
    let text = "Unauthenticated access is not supported for this identity pool.";
    refused(&api.get_id(json!({})).await, text);
    api.id(&api.user_login("ann").await).await;
    // Those who were there before are refused as well.
    let api = start(config()).await;
    let guest = api.guest().await;
    let pool = api.server.identity_pool_id();
    let body = json!({ "IdentityPoolId": pool, "IdentityPoolName": "n", "AllowUnauthenticatedIdentities": false });
    api.identity("UpdateIdentityPool", body).await.ok();
    refused(&api.credentials(&guest, &json!({})).await, text);
}

#[tokio::test]
async fn unknown_pools_and_broken_ids_are_told_apart() {
    let api = start(config()).await;
    let get_id = async |id: &str| api.identity("GetId", json!({ "IdentityPoolId": id })).await;
    let unknown = "eu-west-1:00000000-0000-4000-8000-000000000000";
    get_id(unknown).await.refused("ResourceNotFoundException", &format!("IdentityPool '{unknown}' not found."));
    get_id("us-east-2:mock").await.refused(
        "ValidationException",
        "1 validation error detected: Value 'us-east-2:mock' at 'identityPoolId' failed to satisfy constraint: Member \
         must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+",
    );
    let reply = api.get_id(json!({ "accounts.google.com": "" })).await;
    reply.refused(
        "ValidationException",
        "1 validation error detected: Value '{accounts.google.com=}' at 'logins' failed to satisfy constraint: Map \
         value must satisfy constraint: [Member must have length less than or equal to 50000, Member must have length \
         greater than or equal to 1]",
    );
    // Operations of the one service are none of the other.
    assert_eq!(api.identity("GetUser", json!({})).await.json()["__type"], "UnknownOperationException");
    assert_eq!(api.call("GetId", json!({})).await.json()["__type"], "UnknownOperationException");
}
