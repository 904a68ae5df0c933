//! Claims, keys, and the checks of access tokens.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use local_pool::{ClientConfig, PoolConfig};
use serde_json::{Value, json};

use crate::client::{PASSWORD, TestPool, claims};

/// Checks a token as any service that trusts the pool would, from its issuer alone.
async fn verify(api: &TestPool, token: &Value, audience: Option<&str>) -> Value {
    let token = token.as_str().unwrap();
    let issuer = claims(&json!(token))["iss"].as_str().unwrap().to_owned();
    let get = async |url: String| -> Value { api.http.get(url).send().await.unwrap().json().await.unwrap() };
    let discovery = get(format!("{issuer}/.well-known/openid-configuration")).await;
    assert_eq!(discovery["issuer"], json!(issuer));
    let keys: JwkSet = serde_json::from_value(get(discovery["jwks_uri"].as_str().unwrap().into()).await).unwrap();
    let key = keys.find(&decode_header(token).unwrap().kid.unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[issuer]);
    match audience {
        Some(audience) => validation.set_audience(&[audience]),
        None => validation.validate_aud = false,
    }
    decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &validation).unwrap().claims
}

#[tokio::test]
async fn stock_verifiers_accept_both_tokens() {
    let api = TestPool::with_ann().await;
    let tokens = api.tokens("ann").await;
    let id = verify(&api, &tokens["IdToken"], Some(api.server.client_id())).await;
    let access = verify(&api, &tokens["AccessToken"], None).await;
    assert_eq!(id["iss"], json!(format!("{}/{}", api.server.endpoint(), api.server.pool_id())));

    let names = |claims: &Value| -> Vec<String> {
        let mut names: Vec<String> = claims.as_object().unwrap().keys().cloned().collect();
        names.sort_unstable();
        names
    };
    let mut expected = [
        "sub",
        "iss",
        "aud",
        "cognito:username",
        "origin_jti",
        "jti",
        "event_id",
        "token_use",
        "auth_time",
        "iat",
        "exp",
        "email",
        "email_verified",
    ];
    expected.sort_unstable();
    assert_eq!(names(&id), expected);
    let mut expected = [
        "sub",
        "iss",
        "client_id",
        "username",
        "origin_jti",
        "jti",
        "event_id",
        "token_use",
        "auth_time",
        "iat",
        "exp",
        "scope",
    ];
    expected.sort_unstable();
    assert_eq!(names(&access), expected);

    assert_eq!((&id["token_use"], &access["token_use"]), (&json!("id"), &json!("access")));
    assert_eq!(id["email_verified"], true);
    assert_eq!(access["scope"], "aws.cognito.signin.user.admin");
    for same in ["sub", "origin_jti", "event_id", "auth_time", "iss"] {
        assert_eq!(id[same], access[same], "{same}");
    }
    assert_ne!(id["jti"], access["jti"]);
    assert_eq!(id["exp"].as_i64().unwrap() - id["iat"].as_i64().unwrap(), 3600);
}

#[tokio::test]
async fn two_keys_sign_and_their_ids_are_32_bytes() {
    let api = TestPool::with_ann().await;
    let tokens = api.tokens("ann").await;
    let header = |token: &Value| -> Value {
        let part = token.as_str().unwrap().split('.').next().unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    let (id, access) = (header(&tokens["IdToken"]), header(&tokens["AccessToken"]));
    assert_ne!(id["kid"], access["kid"]);
    for header in [&id, &access] {
        assert_eq!(header.as_object().unwrap().len(), 2);
        assert_eq!(header["alg"], "RS256");
        assert_eq!(STANDARD.decode(header["kid"].as_str().unwrap()).unwrap().len(), 32);
    }
    let jwks = api.get(&format!("/{}/.well-known/jwks.json", api.server.pool_id())).await;
    let keys = jwks["keys"].as_array().unwrap();
    assert_eq!(keys.iter().map(|key| &key["kid"]).collect::<Vec<_>>(), [&id["kid"], &access["kid"]]);
    for key in keys {
        let members: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"]);
        assert_eq!((&key["kty"], &key["use"], &key["e"]), (&json!("RSA"), &json!("sig"), &json!("AQAB")));
    }
}

#[tokio::test]
async fn lifetimes_and_readable_attributes_are_the_clients() {
    let client = ClientConfig {
        access_token_seconds: 300,
        id_token_seconds: 600,
        read_attributes: Some(vec!["email".into()]),
        ..ClientConfig::default()
    };
    let config = PoolConfig { issuer: Some("https://id.example.com".into()), ..PoolConfig::default() };
    let attributes = [("email", "ann@example.com"), ("name", "Ann"), ("address", "1 Way")];
    let api = TestPool::start(config.with_client(client).with_user("ann", PASSWORD, &attributes)).await;
    let tokens = api.tokens("ann").await;
    assert_eq!(tokens["ExpiresIn"], 300);
    let (id, access) = (claims(&tokens["IdToken"]), claims(&tokens["AccessToken"]));
    assert_eq!(id["exp"].as_i64().unwrap() - id["iat"].as_i64().unwrap(), 600);
    assert_eq!(access["exp"].as_i64().unwrap() - access["iat"].as_i64().unwrap(), 300);
    assert_eq!(id["iss"], "https://id.example.com");
    assert_eq!(id["email"], "ann@example.com");
    assert!(id.get("name").is_none() && id.get("address").is_none());
    let user = api.call("GetUser", json!({ "AccessToken": tokens["AccessToken"] })).await.ok();
    let names: Vec<_> = user["UserAttributes"].as_array().unwrap().iter().map(|item| item["Name"].clone()).collect();
    assert_eq!(names, ["sub", "email"]);
}

#[tokio::test]
async fn access_tokens_are_verified_not_decoded() {
    let api = TestPool::with_ann().await;
    let tokens = api.tokens("ann").await;
    let get_user = async |token: &str| api.call("GetUser", json!({ "AccessToken": token })).await;
    let access = tokens["AccessToken"].as_str().unwrap();
    assert_eq!(get_user(access).await.ok()["Username"], "ann");
    let invalid = ("NotAuthorizedException", "Invalid Access Token");
    get_user("garbage").await.refused(invalid.0, invalid.1);
    get_user(tokens["IdToken"].as_str().unwrap()).await.refused(invalid.0, invalid.1);
    get_user(tokens["RefreshToken"].as_str().unwrap()).await.refused(invalid.0, invalid.1);

    let parts: Vec<_> = access.split('.').collect();
    let mut payload = claims(&tokens["AccessToken"]);
    payload["username"] = json!("bob");
    let forged = format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(payload.to_string()), parts[2]);
    let unverified = ("NotAuthorizedException", "Could not verify signature for Access Token");
    get_user(&forged).await.refused(unverified.0, unverified.1);
    // Signed by the pool, but with the key of its id tokens.
    let id_header = tokens["IdToken"].as_str().unwrap().split('.').next().unwrap();
    get_user(&format!("{id_header}.{}.{}", parts[1], parts[2])).await.refused(unverified.0, unverified.1);
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    get_user(&format!("{none}.{}.", parts[1])).await.refused(invalid.0, invalid.1);
    // Another server's token for the same ids.
    let other = TestPool::with_ann().await;
    let foreign = other.tokens("ann").await;
    get_user(foreign["AccessToken"].as_str().unwrap()).await.refused(invalid.0, invalid.1);

    api.server.clock().advance(Duration::from_secs(3600));
    get_user(access).await.refused("NotAuthorizedException", "Access Token has expired");
}
