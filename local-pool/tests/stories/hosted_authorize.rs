//! `/oauth2/authorize` over HTTP: where each refusal goes, sessions, and what the discovery document and the outputs say.

use std::time::Duration;

use local_pool::{ClientConfig, Landing, PoolConfig};
use serde_json::{Value, json};

use crate::client::hosted::{self, CALLBACK, authorize_url, exchange, get, location, parameter, url_of};
use crate::client::{PASSWORD, TestPool, claims};

#[tokio::test]
async fn refusals_go_to_the_error_page_to_a_page_or_to_the_app() {
    let api = hosted::start().await;
    let at = async |changes: &[(&str, &str)]| get(&authorize_url(&api, changes), &[]).await;
    let unknown = at(&[("client_id", "nobody")]).await;
    assert_eq!((unknown.status, location(&unknown.headers)), (302, "/error?error=invalid_request&client_id=nobody"));
    let none = at(&[("client_id", "")]).await;
    assert_eq!(location(&none.headers), "/error?error=invalid_request");
    let mismatch = at(&[("redirect_uri", "https://evil.example/")]).await;
    assert_eq!(location(&mismatch.headers), "/error?error=redirect_mismatch&client_id=app1");
    let page = get(&format!("{}{}", api.server.endpoint(), location(&mismatch.headers)), &[]).await;
    assert_eq!(page.status, 400);
    assert!(page.text.contains("An error was encountered with the requested page."), "{}", page.text);
    assert!(page.text.contains("redirect_mismatch"));
    let without = at(&[("redirect_uri", "")]).await;
    assert_eq!(without.status, 400);
    assert!(
        without.text.contains("Required String parameter &#39;redirect_uri&#39; is not present"),
        "{}",
        without.text
    );
    let pkce = at(&[("code_challenge_method", "plain")]).await;
    assert_eq!(location(&pkce.headers), format!("{CALLBACK}?state=s1&error=invalid_request"));
    let scope = at(&[("scope", "nonsense")]).await;
    let told = format!("{CALLBACK}?error_description=invalid_scope&state=s1&error=invalid_request");
    assert_eq!(location(&scope.headers), told);
    let provider = at(&[("identity_provider", "Nobody")]).await;
    assert_eq!(provider.status, 401);
    assert!(provider.text.contains("Login option is not available. Please try another one"));
    let posted = api.http.post(authorize_url(&api, &[]));
    assert_eq!(hosted::read(posted).await.status, 405);
}

#[tokio::test]
async fn an_error_page_repeats_nothing_that_its_address_says() {
    let api = hosted::start().await;
    let url = format!("{}/error?error=%3Cscript%3Ealert(1)%3C/script%3E&client_id=%22%3E", api.server.endpoint());
    let page = get(&url, &[]).await;
    assert!(page.status == 400 && !page.text.contains("alert(1)"), "{}", page.text);
}

#[tokio::test]
async fn without_a_session_it_leads_to_the_login_page_with_the_same_query() {
    let api = hosted::start().await;
    let reply = get(&authorize_url(&api, &[]), &[]).await;
    let (path, query) = location(&reply.headers).split_once('?').unwrap();
    assert_eq!((reply.status, path), (302, "/login"));
    assert!(authorize_url(&api, &[]).ends_with(query));
    let page = get(&url_of(&api, "/LogIn", &[]), &[]).await;
    assert_eq!(page.status, 200);
}

#[tokio::test]
async fn the_state_comes_back_unchanged_and_ends_no_header() {
    let api = hosted::start().await;
    for state in ["a+b/c=d%", "{\"a\": 1}", "x\r\nSet-Cookie: evil=1", "\"><script>alert(1)</script>", "ü&code=evil#"]
    {
        let mut browser = api.server.browser();
        let url = authorize_url(&api, &[("state", state)]);
        for _ in 0..2 {
            let callback = browser.sign_in(&url, "ann", PASSWORD).await.unwrap();
            assert_eq!(parameter(&callback, "state").as_deref(), Some(state));
            assert_eq!(parameter(&callback, "code").unwrap().len(), 36);
        }
        assert!(!browser.cookies().contains_key("evil"));
        let page = get(&url_of(&api, "/login", &[("state", state)]), &[]).await;
        assert!(!page.text.contains("<script") && page.headers.get("evil").is_none());
    }
}

#[tokio::test]
async fn a_session_lasts_an_hour_and_is_of_one_pool() {
    let other = ClientConfig { id: Some("other1".into()), ..ClientConfig::default() };
    let other = PoolConfig { name: "other".into(), ..PoolConfig::default() }
        .with_client(other.with_hosted_ui(&[CALLBACK], &[]));
    let mut config: local_pool::ServerConfig = hosted::pool().into();
    config.pools.push(other);
    let api = TestPool::start(config).await;
    let mut browser = api.server.browser();
    let url = authorize_url(&api, &[]);
    browser.sign_in(&url, "ann", PASSWORD).await.unwrap();
    assert!(browser.open(&url).await.unwrap().left().is_some());
    let elsewhere = browser.open(&authorize_url(&api, &[("client_id", "other1")])).await.unwrap();
    assert!(elsewhere.left().is_none());
    api.server.clock().advance(Duration::from_secs(3_599));
    assert!(browser.open(&url).await.unwrap().left().is_some());
    api.server.clock().advance(Duration::from_secs(2));
    assert!(browser.open(&url).await.unwrap().left().is_none());
}

#[tokio::test]
async fn prompts_and_the_age_of_a_sign_in() {
    let api = hosted::start().await;
    let mut browser = api.server.browser();
    let with = |name: &'static str, value: &'static str| authorize_url(&api, &[(name, value)]);
    let none = browser.open(&with("prompt", "none")).await.unwrap();
    assert_eq!(none.left(), Some("myapp://callback?state=s1&error=login_required"));
    let first = browser.sign_in(&authorize_url(&api, &[]), "ann", PASSWORD).await.unwrap();
    let auth_time = async |callback: &str| {
        let reply = exchange(&api, &parameter(callback, "code").unwrap(), &[]).await.ok();
        claims(&reply["id_token"])["auth_time"].as_i64().unwrap()
    };
    let began = auth_time(&first).await;
    api.server.clock().advance(Duration::from_secs(100));
    let again = browser.open(&with("prompt", "none")).await.unwrap();
    assert_eq!(auth_time(again.left().unwrap()).await, began);
    for (name, value) in
        [("prompt", "login"), ("prompt", "select_account login"), ("max_age", "99"), ("prompt", "select_account")]
    {
        let page = browser.open(&with(name, value)).await.unwrap();
        assert!(page.left().is_none(), "{name}={value}");
        assert_eq!(page.form_with("continue").is_some(), value == "select_account", "{name}={value}");
    }
    assert!(browser.open(&with("max_age", "101")).await.unwrap().left().is_some());
    assert!(browser.open(&with("prompt", "null")).await.unwrap().left().is_some());
    let anew = browser.sign_in(&with("prompt", "login"), "ann", PASSWORD).await.unwrap();
    assert!(auth_time(&anew).await >= began + 100);
    // The one who is signed in can go on without a password, where the account is to be chosen.
    let page = browser.open(&with("prompt", "select_account")).await.unwrap();
    let form = page.form_with("continue").unwrap();
    assert!(browser.submit(&form, &[("continue", "yes")]).await.unwrap().left().is_some());
}

#[tokio::test]
async fn a_session_of_somebody_who_was_disabled_or_replaced_is_none() {
    let api = hosted::start().await;
    let mut browser = api.server.browser();
    let url = authorize_url(&api, &[]);
    browser.sign_in(&url, "ann", PASSWORD).await.unwrap();
    // A global sign-out leaves it.
    api.server.revoke_tokens("ann").unwrap();
    assert!(browser.open(&url).await.unwrap().left().is_some());
    api.server.disable_user("ann").unwrap();
    assert!(browser.open(&url).await.unwrap().left().is_none());
    api.server.delete_user("ann").unwrap();
    api.server.create_user("ann", PASSWORD, &[]).unwrap();
    assert!(browser.open(&url).await.unwrap().left().is_none());
}

#[tokio::test]
async fn api_sign_ins_make_no_session() {
    let api = hosted::start().await;
    api.tokens("ann").await;
    let landing = api.server.browser().open(&authorize_url(&api, &[("prompt", "none")])).await.unwrap();
    assert_eq!(landing.left(), Some("myapp://callback?state=s1&error=login_required"));
}

#[tokio::test]
async fn logout_takes_the_session_away_and_leads_to_a_registered_address_only() {
    let api = hosted::start().await;
    let out = |query: &str| format!("{}/logout?{query}", api.server.endpoint());
    let mut browser = api.server.browser();
    let tokens = browser.sign_in(&authorize_url(&api, &[]), "ann", PASSWORD).await.unwrap();
    let tokens = exchange(&api, &parameter(&tokens, "code").unwrap(), &[]).await.ok();
    let left = browser.open(&out("client_id=app1&logout_uri=myapp://signed-out")).await.unwrap();
    assert_eq!(left, Landing::Left("myapp://signed-out".into()));
    assert!(browser.cookies().keys().all(|name| !name.starts_with("cognito")));
    assert!(browser.open(&authorize_url(&api, &[])).await.unwrap().left().is_none());
    // Tokens live on.
    let refresh = json!({ "REFRESH_TOKEN": tokens["refresh_token"] });
    api.initiate("REFRESH_TOKEN_AUTH", refresh).await.ok();

    let page = async |query: &str| {
        let reply = get(&out(query), &[]).await;
        (reply.status, reply.text)
    };
    for uri in ["https://evil.example/", "myapp://signed-out/", "MYAPP://signed-out", "myapp://signed-out?x", "//evil"]
    {
        let (status, text) = page(&format!("client_id=app1&logout_uri={uri}")).await;
        assert_eq!(status, 400, "{uri}");
        assert!(text.contains("Required String parameter &#39;redirect_uri&#39; is not present"), "{uri}: {text}");
    }
    for query in ["", "logout_uri=myapp://signed-out", "client_id=nobody&logout_uri=myapp://signed-out"] {
        let (status, text) = page(query).await;
        assert!(status == 400 && text.contains("&#39;client_id&#39; is not present"), "{query}: {text}");
    }
    let again = get(&out("client_id=app1&redirect_uri=myapp://callback&response_type=code&state=s2"), &[]).await;
    let to = "/login?client_id=app1&redirect_uri=myapp%3A%2F%2Fcallback&response_type=code&state=s2";
    assert_eq!((again.status, location(&again.headers)), (302, to));
}

#[tokio::test]
async fn a_session_ends_even_where_the_address_is_wrong() {
    let api = hosted::start().await;
    let mut browser = api.server.browser();
    let url = authorize_url(&api, &[]);
    browser.sign_in(&url, "ann", PASSWORD).await.unwrap();
    let kept = browser.cookies().clone();
    browser.open(&format!("{}/logout?client_id=app1", api.server.endpoint())).await.unwrap();
    // The cookie that was copied before is worth nothing either.
    for (name, value) in kept {
        browser.set_cookie(&name, &value);
    }
    assert!(browser.open(&url).await.unwrap().left().is_none());
}

#[tokio::test]
async fn the_discovery_document_names_every_endpoint() {
    let api = hosted::start().await;
    let document = api.get(&format!("/{}/.well-known/openid-configuration", api.server.pool_id())).await;
    let endpoint = api.server.endpoint();
    for (name, path) in [
        ("authorization_endpoint", "/oauth2/authorize"),
        ("token_endpoint", "/oauth2/token"),
        ("revocation_endpoint", "/oauth2/revoke"),
        ("userinfo_endpoint", "/oauth2/userInfo"),
        ("end_session_endpoint", "/logout"),
    ] {
        assert_eq!(document[name], json!(format!("{endpoint}{path}")), "{name}");
    }
    assert_eq!(document["response_types_supported"], json!(["code", "token"]));
    assert_eq!(document["scopes_supported"], json!(["openid", "email", "phone", "profile"]));
    let methods = json!(["client_secret_basic", "client_secret_post"]);
    assert_eq!(document["token_endpoint_auth_methods_supported"], methods);
}

#[tokio::test]
async fn the_outputs_have_the_oauth_block() {
    let api = hosted::start().await;
    let outputs: Value = serde_json::from_str(&api.server.amplify_outputs()).unwrap();
    let endpoint = api.server.endpoint();
    assert_eq!(outputs["custom"]["portcullis"]["hosted_ui_endpoint"], json!(endpoint));
    assert_eq!(
        outputs["auth"]["oauth"],
        json!({
            "identity_providers": [],
            "domain": endpoint.trim_start_matches("http://"),
            "scopes": ["phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"],
            "redirect_sign_in_uri": ["myapp://callback"],
            "redirect_sign_out_uri": ["myapp://signed-out"],
            "response_type": "code",
        })
    );
    let plain = TestPool::with_ann().await;
    let outputs: Value = serde_json::from_str(&plain.server.amplify_outputs()).unwrap();
    assert!(outputs["auth"].get("oauth").is_none());
}

#[tokio::test]
async fn clients_are_made_by_the_api_with_the_services_checks() {
    let api = TestPool::with_ann().await;
    let pool = api.server.pool_id().to_owned();
    let create = async |more: Value| {
        let mut body = json!({ "UserPoolId": pool, "ClientName": "web" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        api.call("CreateUserPoolClient", body).await
    };
    let on = |flows: Value, scopes: Value| json!({ "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": flows, "AllowedOAuthScopes": scopes });
    let missing =
        "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.";
    create(on(json!([]), json!(["openid"]))).await.refused("InvalidParameterException", missing);
    create(on(json!(["code"]), json!([]))).await.refused("InvalidParameterException", missing);
    let no_urls = "CallbackUrls can not be empty when code flow or implicit flow is selected";
    create(on(json!(["code"]), json!(["openid"]))).await.refused("InvalidOAuthFlowException", no_urls);
    let no_secret = "client_credentials flow can not be selected if client does not have a client secret.";
    create(on(json!(["client_credentials"]), json!(["openid"]))).await.refused("InvalidOAuthFlowException", no_secret);
    let along = "client_credentials flow can not be selected along with code flow or implicit flow.";
    create(on(json!(["code", "client_credentials"]), json!(["openid"])))
        .await
        .refused("InvalidOAuthFlowException", along);
    let mut request = on(json!(["code"]), json!(["openid", "api/read"]));
    request["CallbackURLs"] = json!(["myapp://cb"]);
    create(request.clone()).await.refused("ScopeDoesNotExistException", "Invalid scope requested: api/read");
    let server = json!({
        "UserPoolId": pool, "Identifier": "api", "Name": "api",
        "Scopes": [{ "ScopeName": "read", "ScopeDescription": "r" }],
    });
    api.call("CreateResourceServer", server).await.ok();
    request["SupportedIdentityProviders"] = json!(["COGNITO", "Google"]);
    let text = format!("The provider Google does not exist for User Pool {pool}.");
    create(request.clone()).await.refused("InvalidParameterException", &text);
    request["SupportedIdentityProviders"] = json!(["COGNITO"]);
    let mut wrong = request.clone();
    wrong["CallbackURLs"] = json!(["http://app.example/cb"]);
    let text = "http://app.example/cb cannot use the HTTP protocol.";
    create(wrong.clone()).await.refused("InvalidParameterException", text);
    wrong["CallbackURLs"] = json!(["myapp://cb"]);
    wrong["DefaultRedirectURI"] = json!("myapp://other");
    create(wrong).await.refused_as("InvalidParameterException");

    let made = create(request).await.ok()["UserPoolClient"].clone();
    assert_eq!(made["CallbackURLs"], json!(["myapp://cb"]));
    assert_eq!(made["AllowedOAuthScopes"], json!(["openid", "api/read"]));
    let id = made["ClientId"].as_str().unwrap();
    let changes = [("client_id", id), ("redirect_uri", "myapp://cb"), ("scope", "openid api/read")];
    let callback = api.server.authorize_as(&authorize_url(&api, &changes), "ann", PASSWORD).await.unwrap();
    let code = parameter(&callback, "code").unwrap();
    let reply = exchange(&api, &code, &[("client_id", id), ("redirect_uri", "myapp://cb")]).await.ok();
    assert_eq!(claims(&reply["access_token"])["scope"], "openid api/read");
}
