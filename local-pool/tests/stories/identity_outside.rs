//! OpenID Connect providers elsewhere, asked for their keys; identity pools in files; tokens over HTTP.

use std::time::Duration;

use local_pool::{Fault, IdentityPoolConfig, IdpToken, OidcProviderConfig, PoolConfig, ServerConfig};
use serde_json::{Value, json};

use crate::client::identity::{APP, OIDC, config, start};
use crate::client::{PASSWORD, TestPool};

/// A server whose identity pool takes the users of another server, as of any OpenID Connect provider.
async fn start_for(other: &TestPool) -> TestPool {
    let issuer = other.server.issuer();
    let client_ids = vec![other.server.client_id().to_owned()];
    let oidc_providers = vec![OidcProviderConfig { issuer, client_ids, discover: true }];
    start(IdentityPoolConfig { oidc_providers, ..IdentityPoolConfig::default() }).await
}

fn login(other: &TestPool, token: &Value) -> Value {
    json!({ other.server.issuer().replace("http://", ""): token })
}

#[tokio::test]
async fn a_provider_elsewhere_is_asked_for_its_keys_once() {
    let other = TestPool::with_ann().await;
    let api = start_for(&other).await;
    let token = other.tokens("ann").await["IdToken"].clone();
    let id = api.id(&login(&other, &token)).await;
    assert_eq!(api.id(&login(&other, &token)).await, id);
    assert_eq!((other.server.requests("openid-configuration"), other.server.requests("jwks.json")), (1, 1));
    let text = token.as_str().unwrap();
    let forged = format!("{}AAAA", text.get(..text.len() - 4).unwrap());
    let text = "Invalid login token. Couldn't verify signed token.";
    api.get_id(login(&other, &json!(forged))).await.refused("NotAuthorizedException", text);
    // A key that it does not have.
    let mine = api.tokens("ann").await["IdToken"].clone();
    let mine = json!({ other.server.issuer().replace("http://", ""): mine });
    api.get_id(mine).await.refused("NotAuthorizedException", "Invalid login token. Issuer doesn't match providerName");
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_told_apart() {
    let other = TestPool::with_ann().await;
    let api = start_for(&other).await;
    let token = other.tokens("ann").await["IdToken"].clone();
    for fault in [
        Fault::Reset,
        Fault::Answer { status: 500, error_type: None, body: String::new() },
        Fault::Answer { status: 200, error_type: None, body: "x".repeat(300_000) },
        Fault::Answer { status: 200, error_type: None, body: r#"{"jwks_uri":"http://example.com/keys"}"#.into() },
        Fault::Answer { status: 200, error_type: None, body: "{}".into() },
    ] {
        other.server.faults().set("openid-configuration", fault);
        api.get_id(login(&other, &token)).await.refused_as("ExternalServiceException");
    }
    other.server.faults().clear_all();
    let id = api.id(&login(&other, &token)).await;
    // Keys that are known are used for a while, and then asked for again.
    let endpoint = login(&other, &token);
    drop(other);
    assert_eq!(api.id(&endpoint).await, id);
    api.server.clock().advance(Duration::from_secs(301));
    api.get_id(endpoint).await.refused_as("ExternalServiceException");
}

#[tokio::test]
async fn saml_is_refused_clearly() {
    let api = start(config()).await;
    let arn = "arn:aws:iam::000000000000:saml-provider/corp";
    let body = json!({
        "IdentityPoolName": "saml", "AllowUnauthenticatedIdentities": false, "SamlProviderARNs": [arn],
    });
    let pool = api.identity("CreateIdentityPool", body).await.ok()["IdentityPoolId"].clone();
    let reply = api.identity("GetId", json!({ "IdentityPoolId": pool, "Logins": { arn: "PHNhbWw+" } })).await;
    reply.refused(
        "NotAuthorizedException",
        "Invalid login token. local-pool takes no SAML assertions: use a provider of OpenID Connect instead.",
    );
}

#[tokio::test]
async fn tests_in_other_processes_get_tokens_by_http() {
    let api = start(config()).await;
    let post = async |provider: &str, body: Value| {
        let url = format!("{}/_local/idp/{provider}/token", api.server.endpoint());
        let reply = api.http.post(url).json(&body).send().await.unwrap();
        (reply.status().as_u16(), reply.json::<Value>().await.unwrap())
    };
    for provider in ["google", "apple", "facebook", "amazon", "twitter", OIDC, "tenant.eu.auth0.com%2F"] {
        let body = json!({ "subject": "1", "claims": { "email": "a@b.example" }, "seconds": 60 });
        let (status, answer) = post(provider, body).await;
        assert_eq!(status, 200, "{answer}");
        api.id(&json!({ answer["provider"].as_str().unwrap(): answer["token"] })).await;
    }
    for wrong in ["expired", "not_yet_valid", "key", "issuer", "alg_none", "audience"] {
        let (_, answer) = post("google", json!({ "subject": "1", "wrong": wrong })).await;
        let reply = api.get_id(json!({ answer["provider"].as_str().unwrap(): answer["token"] })).await;
        reply.refused_as("NotAuthorizedException");
    }
    // The developer's back end hands out what GetOpenIdTokenForDeveloperIdentity gives.
    let (_, answer) = post("developer", json!({ "subject": "user-1", "seconds": 60 })).await;
    assert_eq!(answer["provider"], "cognito-identity.amazonaws.com");
    let id = answer["identity_id"].as_str().unwrap();
    let logins = json!({ "cognito-identity.amazonaws.com": answer["token"] });
    assert_eq!(api.id_for(id, &logins).await, id);
    for (body, code) in [
        (json!({ "subject": "1", "wrong": "somehow" }), "invalid_body"),
        (json!({}), "invalid_body"),
        (json!({ "subject": "1", "seconds": 0 }), "out_of_range"),
    ] {
        let (status, answer) = post("google", body).await;
        assert_eq!((status, &answer["error"]), (400, &json!(code)), "{answer}");
    }
}

#[tokio::test]
async fn identities_keys_and_credentials_outlive_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pool.sqlite");
    let start = async || {
        let pool = PoolConfig { id: Some("us-east-1_Kept00001".into()), ..PoolConfig::default() };
        let server = ServerConfig { data: Some(file.clone()), ..pool.with_user("ann", PASSWORD, &[]).into() };
        TestPool::start(server.with_identity_pool(config())).await
    };
    let api = start().await;
    let pool = api.server.identity_pool_id().to_owned();
    let (google, guest) = (api.google("1").await, api.guest().await);
    let id = api.id(&google).await;
    let credentials = api.credentials(&id, &google).await.ok()["Credentials"].clone();
    let own = api.identity("GetOpenIdToken", json!({ "IdentityId": guest })).await.ok()["Token"].clone();
    let tags = json!({ "IdentityPoolId": pool, "IdentityProviderName": "accounts.google.com", "UseDefaults": true });
    api.identity("SetPrincipalTagAttributeMap", tags.clone()).await.ok();
    drop(api);

    let api = start().await;
    assert_eq!(api.server.identity_pool_id(), pool);
    assert_eq!(api.id(&google).await, id);
    assert_eq!(api.id_for(&guest, &json!({ "cognito-identity.amazonaws.com": own })).await, guest);
    assert_eq!(crate::client::signed::Signer::of(&credentials).caller_identity(&api).await.0, 200);
    let kept = api.identity("GetPrincipalTagAttributeMap", tags).await.ok();
    assert_eq!(kept["UseDefaults"], true);
    // Nothing of the credentials is in the file.
    let secret = credentials["SecretKey"].as_str().unwrap().to_owned();
    drop(api);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let stored = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!stored.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}

#[tokio::test]
async fn operations_run_in_the_process_of_a_test() {
    let api = start(config()).await;
    let id = api.server.call("GetId", json!({})).await.unwrap()["IdentityId"].clone();
    let described = api.server.call("DescribeIdentity", json!({ "IdentityId": id })).await.unwrap();
    assert_eq!(described["IdentityId"], id);
    let refused = api.server.call("GetId", json!({ "IdentityPoolId": "x" })).await.unwrap_err();
    assert_eq!(refused.exception, "ValidationException");
    let none = TestPool::with_ann().await.server.call("GetId", json!({})).await.unwrap_err();
    assert_eq!(none.exception, "ValidationException");
}

#[tokio::test]
async fn outputs_name_the_identity_pool() {
    let api = start(config().without_guests()).await;
    let outputs: Value = serde_json::from_str(&api.server.amplify_outputs()).unwrap();
    assert_eq!(outputs["auth"]["identity_pool_id"], api.server.identity_pool_id());
    assert_eq!(outputs["auth"]["unauthenticated_identities_enabled"], false);
    assert_eq!(outputs["custom"]["portcullis"]["identity_pool_endpoint"], api.server.endpoint());
    let plain = TestPool::with_ann().await;
    assert_eq!(plain.server.identity_pool_id(), "");
    let outputs: Value = serde_json::from_str(&plain.server.amplify_outputs()).unwrap();
    assert_eq!(outputs["auth"].get("identity_pool_id"), None);
    assert_eq!(outputs["custom"]["portcullis"].get("identity_pool_endpoint"), None);
}

#[tokio::test]
async fn an_identity_pool_is_configured_in_the_file() {
    let text = r#"
        [[pools]]
        name = "users"
        [[pools.clients]]
        name = "web"
        [[pools.clients]]
        name = "app"
        [[pools.users]]
        username = "ann"
        password = "Correct-Horse-9"

        [[identity_pools]]
        id = "us-east-1:0a1b2c3d-1111-4222-8333-444455556666"
        guests = false
        classic_flow = false
        developer_provider = "login.example"
        authenticated_role = "arn:aws:iam::123456789012:role/users"
        user_pool_clients = [{ client = "app", server_side_token_check = true }, { client = "web" }]
        login_providers = { "accounts.google.com" = "app-1" }
        [[identity_pools.oidc_providers]]
        issuer = "https://tenant.eu.auth0.com/"
        client_ids = ["app-1"]
        [[identity_pools.role_mappings]]
        provider = "app"
        or_authenticated = true
        [[identity_pools.role_mappings.rules]]
        claim = "cognito:username"
        match = "Equals"
        value = "ann"
        role = "arn:aws:iam::123456789012:role/ann"
    "#;
    let api = TestPool::start(ServerConfig::from_toml(text).unwrap()).await;
    let pool = api.server.identity_pool_id().to_owned();
    assert_eq!(pool, "us-east-1:0a1b2c3d-1111-4222-8333-444455556666");
    let described = api.identity("DescribeIdentityPool", json!({ "IdentityPoolId": pool })).await.ok();
    let provider = format!("cognito-idp.us-east-1.amazonaws.com/{}", api.server.pool_id());
    let clients = &api.server.pools()[0].client_ids;
    let expected = json!({
        "IdentityPoolId": pool,
        "IdentityPoolName": "local",
        "AllowUnauthenticatedIdentities": false,
        "AllowClassicFlow": false,
        "DeveloperProviderName": "login.example",
        "SupportedLoginProviders": { "accounts.google.com": APP },
        "OpenIdConnectProviderARNs": ["arn:aws:iam::000000000000:oidc-provider/tenant.eu.auth0.com"],
        "CognitoIdentityProviders": [
            { "ProviderName": provider, "ClientId": clients[1], "ServerSideTokenCheck": true },
            { "ProviderName": provider, "ClientId": clients[0], "ServerSideTokenCheck": false },
        ],
    });
    assert_eq!(described, expected);
    let roles = api.identity("GetIdentityPoolRoles", json!({ "IdentityPoolId": pool })).await.ok();
    assert_eq!(roles["RoleMappings"][format!("{provider}:{}", clients[1])]["Type"], "Rules");
    api.id(&api.user_login("ann").await).await;
    api.id(&api.login(IdpToken::new(OIDC, "1")).await).await;
}
