//! Sign-in by identity providers: those that the server plays, and one elsewhere.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use local_pool::{ClientConfig, CustomAttribute, IdentityProviderConfig, Landing, PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::hosted::{self, CALLBACK, authorize_url, exchange, get, location, parameter};
use crate::client::{PASSWORD, TestPool, claims};

fn client() -> ClientConfig {
    let identity_providers = vec!["COGNITO".into(), "Google".into(), "Okta".into()];
    ClientConfig { identity_providers, ..hosted::client() }
}

fn pool() -> PoolConfig {
    let okta =
        IdentityProviderConfig { identifiers: vec!["okta.example".into()], ..IdentityProviderConfig::named("Okta") };
    PoolConfig::default()
        .with_client(client())
        .with_user("ann", PASSWORD, &[("email", "ann@example.com"), ("email_verified", "true")])
        .with_identity_provider(IdentityProviderConfig::named("Google"))
        .with_identity_provider(okta)
}

async fn start() -> TestPool {
    TestPool::start(pool()).await
}

fn google(api: &TestPool) -> String {
    authorize_url(api, &[("identity_provider", "Google"), ("scope", "openid profile aws.cognito.signin.user.admin")])
}

const GAIL: &[(&str, &str)] = &[("email", "gail@example.com"), ("name", "Gail")];

/// Signs somebody in with Google and gives the claims of both tokens.
async fn by_google(api: &TestPool, subject: &str, told: &[(&str, &str)]) -> (Value, Value) {
    let callback = api.server.authorize_with(&google(api), subject, told).await.unwrap();
    let code = parameter(&callback, "code").unwrap_or_else(|| panic!("{callback}"));
    let tokens = exchange(api, &code, &[]).await.ok();
    (claims(&tokens["id_token"]), claims(&tokens["access_token"]))
}

#[track_caller]
fn refused(callback: &str, text: &str) {
    assert_eq!(parameter(callback, "error").as_deref(), Some("invalid_request"), "{callback}");
    assert_eq!(parameter(callback, "error_description").as_deref(), Some(text));
    assert_eq!(parameter(callback, "state").as_deref(), Some("s1"));
}

#[tokio::test]
async fn a_first_sign_in_makes_a_user() {
    let api = start().await;
    let (id, access) = by_google(&api, "1170", GAIL).await;
    assert_eq!((&id["cognito:username"], &access["username"]), (&json!("Google_1170"), &json!("Google_1170")));
    assert_eq!(
        (&id["email"], &id["email_verified"], &id["name"]),
        (&json!("gail@example.com"), &json!(false), &json!("Gail"))
    );
    let group = format!("{}_Google", api.server.pool_id());
    assert_eq!(id["cognito:groups"], json!([group]));
    let identity = &id["identities"][0];
    assert_eq!((&identity["userId"], &identity["providerName"]), (&json!("1170"), &json!("Google")));
    assert_eq!(
        (&identity["providerType"], &identity["issuer"], &identity["primary"]),
        (&json!("Google"), &json!(null), &json!("true"))
    );
    assert!(identity["dateCreated"].as_str().unwrap().parse::<i64>().is_ok());
    let user = api.server.call("AdminGetUser", json!({ "Username": "Google_1170" })).await.unwrap();
    assert_eq!(user["UserStatus"], "EXTERNAL_PROVIDER");
    let identities = user["UserAttributes"].as_array().unwrap().iter().find(|one| one["Name"] == "identities").unwrap();
    let identities: Value = serde_json::from_str(identities["Value"].as_str().unwrap()).unwrap();
    assert_eq!(identities[0]["primary"], json!(true));
    // The same person is the same user.
    let (again, _) = by_google(&api, "1170", GAIL).await;
    assert_eq!(again["sub"], id["sub"]);
    let (other, _) = by_google(&api, "1171", &[]).await;
    assert_ne!(other["sub"], id["sub"]);
}

#[tokio::test]
async fn in_pools_that_do_not_tell_case_apart_the_name_is_in_small_letters() {
    let api = TestPool::start(PoolConfig { case_sensitive: false, ..pool() }).await;
    let (id, _) = by_google(&api, "1170", &[]).await;
    assert_eq!(id["cognito:username"], "google_1170");
}

#[tokio::test]
async fn attributes_are_mapped_at_every_sign_in_and_what_is_not_said_stays() {
    let api = start().await;
    by_google(&api, "1170", &[("email", "gail@example.com"), ("name", "Gail"), ("email_verified", "true")]).await;
    let (id, _) = by_google(&api, "1170", &[("name", "Gail Smith"), ("picture", "https://x.example/")]).await;
    assert_eq!((&id["name"], &id["email"]), (&json!("Gail Smith"), &json!("gail@example.com")));
    assert!(id.get("picture").is_none());
}

#[tokio::test]
async fn an_address_is_unverified_unless_its_flag_is_mapped() {
    let mapping = [("email".to_owned(), "email".to_owned())].into();
    let provider = IdentityProviderConfig { attribute_mapping: mapping, ..IdentityProviderConfig::named("Google") };
    let client = ClientConfig { identity_providers: vec!["Google".into()], ..hosted::client() };
    let api = TestPool::start(PoolConfig::default().with_client(client).with_identity_provider(provider)).await;
    let (id, _) = by_google(&api, "1", &[("email", "g@example.com"), ("email_verified", "true")]).await;
    assert_eq!(id["email_verified"], json!(false));
}

#[tokio::test]
async fn an_immutable_attribute_and_a_missing_one_are_told() {
    let custom = CustomAttribute { name: "team".into(), data_type: "String".into(), mutable: false };
    let mapping = [("custom:team".to_owned(), "team".to_owned())].into();
    let provider = IdentityProviderConfig { attribute_mapping: mapping, ..IdentityProviderConfig::named("Google") };
    let client = ClientConfig { identity_providers: vec!["Google".into()], ..hosted::client() };
    let config = PoolConfig { custom_attributes: vec![custom], ..PoolConfig::default() };
    let api = TestPool::start(config.with_client(client.clone()).with_identity_provider(provider)).await;
    by_google(&api, "1", &[("team", "red")]).await;
    let callback = api.server.authorize_with(&google(&api), "1", &[("team", "blue")]).await.unwrap();
    refused(&callback, "user.custom:team: Attribute cannot be updated.\n ");

    let config = PoolConfig { required_attributes: vec!["email".into()], ..PoolConfig::default() };
    let provider = IdentityProviderConfig::named("Google");
    let api = TestPool::start(config.with_client(client).with_identity_provider(provider)).await;
    let callback = api.server.authorize_with(&google(&api), "1", &[("name", "x")]).await.unwrap();
    refused(&callback, "Invalid user attributes: email: The attribute is required. ");
}

#[tokio::test]
async fn triggers_have_their_external_sources() {
    let api = start().await;
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    for kind in [
        TriggerKind::PreSignUp,
        TriggerKind::PostConfirmation,
        TriggerKind::PreAuthentication,
        TriggerKind::PostAuthentication,
        TriggerKind::PreTokenGeneration,
    ] {
        let seen = Arc::clone(&seen);
        api.server.set_trigger(kind, move |event| {
            let text = |name: &str| event[name].as_str().unwrap().to_owned();
            seen.lock().unwrap().push(format!("{} {}", text("triggerSource"), text("userName")));
            Ok(event)
        });
    }
    by_google(&api, "1170", GAIL).await;
    by_google(&api, "1170", GAIL).await;
    let expected = [
        "PreSignUp_ExternalProvider",
        "PostConfirmation_ConfirmSignUp",
        "TokenGeneration_HostedAuth",
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_HostedAuth",
    ];
    assert_eq!(*seen.lock().unwrap(), expected.map(|source| format!("{source} Google_1170")));
}

#[tokio::test]
async fn a_trigger_that_throws_is_told_to_the_app() {
    let api = start().await;
    api.server.set_trigger(TriggerKind::PreSignUp, |_| Err("no\r\nX: y".into()));
    let callback = api.server.authorize_with(&google(&api), "1170", GAIL).await.unwrap();
    refused(&callback, "PreSignUp failed with error no\r\nX: y. ");
    assert!(
        callback
            .contains("?error_description=PreSignUp+failed+with+error+no%0D%0AX%3A+y.+&state=s1&error=invalid_request")
    );
}

#[tokio::test]
async fn whoever_cancels_or_is_disabled_comes_back_with_an_error() {
    let api = start().await;
    let mut browser = api.server.browser();
    let page = browser.open(&google(&api)).await.unwrap();
    let landing = browser.submit(&page.form_with("cancel").unwrap(), &[("cancel", "yes")]).await.unwrap();
    refused(landing.left().unwrap(), "Google Error - access_denied");
    by_google(&api, "1170", GAIL).await;
    api.server.disable_user("Google_1170").unwrap();
    let callback = api.server.authorize_with(&google(&api), "1170", GAIL).await.unwrap();
    refused(&callback, "User is disabled. ");
}

#[tokio::test]
async fn nobody_signs_in_here_as_a_user_of_a_provider() {
    let api = start().await;
    by_google(&api, "1170", &[("email", "gail@example.com"), ("email_verified", "true")]).await;
    api.password("Google_1170", PASSWORD).await.refused("NotAuthorizedException", "Incorrect username or password.");
    let forgot = api.call("ForgotPassword", json!({ "ClientId": "app1", "Username": "Google_1170" })).await;
    forgot.refused("NotAuthorizedException", "User password cannot be reset in the current state.");
    // Nor does the provider's address take a name away from those who sign in here.
    api.sign_up("gail", json!([{ "Name": "email", "Value": "gail@example.com" }])).await.ok();
}

#[tokio::test]
async fn the_page_offers_providers_and_people_who_were_there() {
    let api = start().await;
    let mut browser = api.server.browser();
    let page = browser.open(&authorize_url(&api, &[])).await.unwrap();
    let links = page.links();
    let google = links.iter().find(|link| link.contains("identity_provider=Google")).unwrap();
    assert!(links.iter().any(|link| link.contains("identity_provider=Okta")));
    let page = browser.open(google).await.unwrap();
    assert!(page.form_with("person").is_none());
    by_google(&api, "1170", &[("email", "gail@example.com"), ("email_verified", "true")]).await;
    let page = browser.open(google).await.unwrap();
    let landing = browser.submit(&page.form_with("person").unwrap(), &[]).await.unwrap();
    let code = parameter(landing.left().unwrap(), "code").unwrap();
    let tokens = exchange(&api, &code, &[]).await.ok();
    assert_eq!(claims(&tokens["id_token"])["email"], "gail@example.com");
    // By another of its names.
    let url = authorize_url(&api, &[("idp_identifier", "okta.example")]);
    let callback = api.server.authorize_with(&url, "o1", &[]).await.unwrap();
    let tokens = exchange(&api, &parameter(&callback, "code").unwrap(), &[]).await.ok();
    assert_eq!(claims(&tokens["id_token"])["cognito:username"], "Okta_o1");
}

#[tokio::test]
async fn a_federated_session_is_not_the_pools_own() {
    let api = start().await;
    let mut browser = api.server.browser();
    browser.sign_in_elsewhere(&google(&api), "1170", &json!({})).await.unwrap();
    for (provider, resumed) in [("", true), ("Google", true), ("COGNITO", false), ("Okta", false)] {
        let landing = browser.open(&authorize_url(&api, &[("identity_provider", provider)])).await.unwrap();
        assert_eq!(landing.left().is_some(), resumed, "{provider}");
    }
}

#[tokio::test]
async fn a_state_is_of_one_browser_and_good_once_for_five_minutes() {
    let api = start().await;
    let answer = async |browser: &mut local_pool::Browser| {
        // As far as the provider's answer, which is kept back.
        let page = browser.open(&google(&api)).await.unwrap();
        let form = page.form_with("cancel").unwrap();
        let state = form.action.split_once("state=").unwrap().1.to_owned();
        format!("{}/oauth2/idpresponse?error=access_denied&state={state}", api.server.endpoint())
    };
    let lost = |landing: Landing| match landing {
        Landing::Page { status, html, .. } => {
            assert!(status == 400 && html.contains("Invalid state"), "{status} {html}");
        }
        Landing::Left(url) => panic!("{url}"),
    };
    let (mut ann, mut eve) = (api.server.browser(), api.server.browser());
    let (of_ann, of_eve) = (answer(&mut ann).await, answer(&mut eve).await);
    // Eve's answer in Ann's browser would sign Ann in as Eve.
    lost(ann.open(&of_eve).await.unwrap());
    lost(api.server.browser().open(&of_ann).await.unwrap());
    assert!(ann.open(&of_ann).await.unwrap().left().is_some());
    lost(ann.open(&of_ann).await.unwrap());
    assert!(eve.open(&of_eve).await.unwrap().left().is_some());
    let late = answer(&mut ann).await;
    api.server.clock().advance(Duration::from_secs(301));
    lost(ann.open(&late).await.unwrap());
    for query in ["", "state=", "state=x", "state=x&state=y"] {
        lost(ann.open(&format!("{}/oauth2/idpresponse?{query}", api.server.endpoint())).await.unwrap());
    }
}

#[tokio::test]
async fn a_code_of_a_provider_is_of_one_state() {
    let api = start().await;
    let mut browser = api.server.browser();
    let (one, other) = (browser.open(&google(&api)).await.unwrap(), browser.open(&google(&api)).await.unwrap());
    let state = |page: &Landing| page.form_with("cancel").unwrap().action.split_once("state=").unwrap().1.to_owned();
    // The form of one, and its code with the state of the other.
    let form = one.form_with("cancel").unwrap();
    let cookies: Vec<_> = browser.cookies().iter().map(|(name, value)| format!("{name}={value}")).collect();
    let fields: Vec<_> = [("_csrf", one.hidden("_csrf").unwrap()), ("subject", "1170".into())].to_vec();
    let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = http.post(format!("{}{}", api.server.endpoint(), form.action)).header("cookie", cookies.join("; "));
    let reply = hosted::read(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await;
    let code = parameter(location(&reply.headers), "code").unwrap();
    let swapped = format!("{}/oauth2/idpresponse?code={code}&state={}", api.server.endpoint(), state(&other));
    refused(browser.open(&swapped).await.unwrap().left().unwrap(), "Google Error - 400 invalid_grant");
    let third = browser.open(&google(&api)).await.unwrap();
    let made_up = format!("{}/oauth2/idpresponse?code=AAAA&state={}", api.server.endpoint(), state(&third));
    let callback = browser.open(&made_up).await.unwrap();
    assert_eq!(parameter(callback.left().unwrap(), "error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn forms_of_a_providers_page_are_its_own() {
    let api = start().await;
    let page = api.server.browser().open(&google(&api)).await.unwrap();
    let path = page.form_with("cancel").unwrap().action;
    let forged = hosted::post(&api, &path, &[("subject", "1170")], &[]).await;
    assert_eq!(forged.status, 403);
    let token = page.hidden("_csrf").unwrap();
    let cookie = format!("XSRF-TOKEN={token}");
    let headers = [("cookie", cookie.as_str()), ("origin", "https://evil.example")];
    let forged = hosted::post(&api, &path, &[("_csrf", &token), ("subject", "1170")], &headers).await;
    assert_eq!(forged.status, 403);
}

#[tokio::test]
async fn names_and_claims_are_text_on_the_pages() {
    let api = start().await;
    let evil = "<script>alert(1)</script>";
    by_google(&api, "\"><b>x", &[("name", evil)]).await;
    let page = api.server.browser().open(&google(&api)).await.unwrap();
    let Landing::Page { html, .. } = &page else { panic!() };
    assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
    assert!(page.form_with("person").is_some());
}

#[tokio::test]
async fn a_provider_elsewhere_is_asked_and_its_answers_are_checked() {
    let (client_id, secret) = ("portal".to_owned(), "s3cret".to_owned());
    // Another server is the provider; this pool is an app of it.
    let mine = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let response = format!("http://{mine}/oauth2/idpresponse");
    let portal = ClientConfig { id: Some(client_id.clone()), secret: Some(secret.clone()), ..ClientConfig::default() };
    let elsewhere = PoolConfig::default().with_client(portal.with_hosted_ui(&[&response], &[])).with_user(
        "bob",
        PASSWORD,
        &[("email", "bob@example.com"), ("email_verified", "true")],
    );
    let elsewhere = TestPool::start(elsewhere).await;
    let provider = IdentityProviderConfig {
        client_id,
        client_secret: Some(secret),
        issuer: Some(elsewhere.server.issuer()),
        scopes: "openid email".into(),
        ..IdentityProviderConfig::named("Corp")
    };
    let client = ClientConfig { identity_providers: vec!["Corp".into()], ..hosted::client() };
    let pool = PoolConfig::default().with_client(client).with_identity_provider(provider);
    let api = TestPool::start(local_pool::ServerConfig { listen: mine, ..pool.into() }).await;

    let url = authorize_url(&api, &[("identity_provider", "Corp")]);
    let mut browser = api.server.browser();
    let there = browser.open(&url).await.unwrap().left().unwrap().to_owned();
    assert!(
        there.starts_with(&format!("{}/oauth2/authorize?client_id=portal&", elsewhere.server.endpoint())),
        "{there}"
    );
    let back = elsewhere.server.authorize_as(&there, "bob", PASSWORD).await.unwrap();
    assert!(back.starts_with(&response), "{back}");
    let callback = browser.open(&back).await.unwrap().left().unwrap().to_owned();
    assert!(callback.starts_with(CALLBACK));
    let tokens = exchange(&api, &parameter(&callback, "code").unwrap(), &[]).await.ok();
    let id = claims(&tokens["id_token"]);
    assert_eq!((&id["email"], &id["email_verified"]), (&json!("bob@example.com"), &json!(true)));
    assert!(id["cognito:username"].as_str().unwrap().starts_with("Corp_"));

    // The answer of another issuer (RFC 9207), and a code that is none.
    let fresh = authorize_url(&api, &[("identity_provider", "Corp"), ("prompt", "login")]);
    let there = browser.open(&fresh).await.unwrap().left().unwrap().to_owned();
    let back = elsewhere.server.authorize_as(&there, "bob", PASSWORD).await.unwrap();
    let mixed = browser.open(&format!("{back}&iss=https%3A%2F%2Fevil.example")).await.unwrap();
    refused(mixed.left().unwrap(), "Corp Error - 400 the issuer is another one");
    let there = browser.open(&fresh).await.unwrap().left().unwrap().to_owned();
    let state = parameter(&there, "state").unwrap();
    let made_up = browser.open(&format!("{response}?code=made-up&state={state}")).await.unwrap();
    refused(made_up.left().unwrap(), "Corp Error - 400 invalid_grant");
    // An id token of another sign-in: its nonce is another one.
    let (one, other) = (browser.open(&fresh).await.unwrap(), browser.open(&fresh).await.unwrap());
    let of_one = elsewhere.server.authorize_as(one.left().unwrap(), "bob", PASSWORD).await.unwrap();
    let code = parameter(&of_one, "code").unwrap();
    let state = parameter(other.left().unwrap(), "state").unwrap();
    let swapped = browser.open(&format!("{response}?code={code}&state={state}")).await.unwrap();
    assert_eq!(parameter(swapped.left().unwrap(), "error").as_deref(), Some("invalid_request"));
    assert!(parameter(swapped.left().unwrap(), "code").is_none());
}

#[tokio::test]
async fn a_page_of_a_provider_opens_from_anywhere_and_administers_nothing() {
    let api = start().await;
    let mut browser = api.server.browser();
    browser.open(&google(&api)).await.unwrap();
    let page = get(&google(&api), &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!(page.status, 302);
    let address = format!("{}{}", api.server.endpoint(), location(&page.headers));
    assert_eq!(get(&address, &[("sec-fetch-site", "cross-site")]).await.status, 200);
    let token = format!("{}/_local/idp/google/token", api.server.endpoint());
    assert_eq!(get(&token, &[("sec-fetch-site", "cross-site")]).await.status, 403);
}
