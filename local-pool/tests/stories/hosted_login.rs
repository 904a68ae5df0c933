//! The page of the sign-in: what it shows, what it refuses, and what it keeps to itself.

use local_pool::{ClientConfig, Landing, PoolConfig, TriggerKind};
use serde_json::json;

use crate::client::hosted::{self, CALLBACK, authorize_url, get, parameter, post, url_of};
use crate::client::{PASSWORD, Reply, TestPool};

#[tokio::test]
async fn signing_in_leads_to_the_app_with_a_code() {
    let api = hosted::start().await;
    let callback = api.server.authorize_as(&authorize_url(&api, &[]), "ann", PASSWORD).await.unwrap();
    let code = parameter(&callback, "code").unwrap();
    assert_eq!(callback, format!("{CALLBACK}?code={code}&state=s1"));
}

#[tokio::test]
async fn a_wrong_password_is_told_on_the_page_and_can_be_tried_again() {
    let api = hosted::start().await;
    let mut browser = api.server.browser();
    let page = browser.open(&authorize_url(&api, &[])).await.unwrap();
    let form = page.form_with("password").unwrap();
    let page = browser.submit(&form, &[("username", "ann"), ("password", "wrong")]).await.unwrap();
    assert_eq!(page.alert().as_deref(), Some("Incorrect username or password."));
    assert_eq!(page.hidden("username"), Some("ann".into()));
    let form = page.form_with("password").unwrap();
    let landing = browser.submit(&form, &[("username", "ann"), ("password", PASSWORD)]).await.unwrap();
    assert!(landing.left().unwrap().starts_with(CALLBACK));
}

#[tokio::test]
async fn wrong_passwords_lock_the_page_as_they_do_the_api() {
    let api = hosted::start().await;
    let mut browser = api.server.browser();
    let page = browser.open(&authorize_url(&api, &[])).await.unwrap();
    let form = page.form_with("password").unwrap();
    for _ in 0..5 {
        browser.submit(&form, &[("username", "ann"), ("password", "wrong")]).await.unwrap();
    }
    let page = browser.submit(&form, &[("username", "ann"), ("password", PASSWORD)]).await.unwrap();
    assert_eq!(page.alert().as_deref(), Some("Password attempts exceeded"));
    api.password("ann", PASSWORD).await.refused("NotAuthorizedException", "Password attempts exceeded");
}

#[tokio::test]
async fn no_flow_has_to_be_allowed_and_a_secret_is_not_needed_on_the_page() {
    let client = ClientConfig {
        secret: Some("s3cret".into()),
        auth_flows: vec!["ALLOW_REFRESH_TOKEN_AUTH".into()],
        ..hosted::client()
    };
    let api = TestPool::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])).await;
    let callback = api.server.authorize_as(&authorize_url(&api, &[]), "ann", PASSWORD).await.unwrap();
    assert!(parameter(&callback, "code").is_some());
}

#[tokio::test]
async fn triggers_run_as_for_the_api_and_their_texts_are_on_the_page() {
    let api = hosted::start().await;
    api.server.set_trigger(TriggerKind::PreAuthentication, |_| Err("<b>not</b> today".into()));
    let mut browser = api.server.browser();
    let page = browser.open(&authorize_url(&api, &[])).await.unwrap();
    let form = page.form_with("password").unwrap();
    let page = browser.submit(&form, &[("username", "ann"), ("password", PASSWORD)]).await.unwrap();
    assert_eq!(page.alert().as_deref(), Some("PreAuthentication failed with error <b>not</b> today."));
    let Landing::Page { html, .. } = page else { panic!() };
    assert!(!html.contains("<b>not"));
}

#[tokio::test]
async fn pages_are_kept_to_themselves() {
    let api = hosted::start().await;
    let page = get(&url_of(&api, "/login", &[]), &[]).await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    let nonce = policy.split_once("style-src 'nonce-").unwrap().1.split('\'').next().unwrap();
    let expected = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self' myapp:; frame-ancestors 'none'; base-uri 'none'"
    );
    assert_eq!(policy, expected);
    assert!(page.text.contains(&format!("<style nonce=\"{nonce}\">")));
    assert_eq!(page.headers["x-frame-options"], "DENY");
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(page.headers["referrer-policy"], "same-origin");
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    for outside in ["http://", "https://", "<script", "onclick", "style=\""] {
        assert!(!page.text.contains(outside), "{outside}");
    }
    let other = get(&url_of(&api, "/login", &[]), &[]).await;
    assert!(!other.text.contains(nonce));
}

#[tokio::test]
async fn cookies_are_out_of_reach_of_scripts_and_of_other_sites() {
    let api = hosted::start().await;
    let page = get(&url_of(&api, "/login", &[]), &[]).await;
    let cookie = page.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("XSRF-TOKEN=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    let reply = post_login(&api, &cookie_of(&page), &[]).await;
    let session = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let session = session.filter(|value| value.starts_with("cognito-")).collect::<Vec<_>>();
    assert_eq!(session.len(), 1);
    assert!(session[0].ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600"), "{session:?}");
}

/// The XSRF token of a page.
fn cookie_of(page: &Reply) -> String {
    let cookie = page.headers["set-cookie"].to_str().unwrap();
    cookie.split(['=', ';']).nth(1).unwrap().to_owned()
}

/// Posts the form of the sign-in as plain HTTP clients do; no redirect is followed.
async fn post_login(api: &TestPool, token: &str, headers: &[(&str, &str)]) -> Reply {
    let cookie = format!("XSRF-TOKEN={token}");
    let fields = [("_csrf", token), ("username", "ann"), ("password", PASSWORD), ("signInSubmitButton", "Sign in")];
    let headers: Vec<_> = headers.iter().copied().chain([("cookie", cookie.as_str())]).collect();
    let path = url_of(api, "/login", &[]);
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut request = no_redirects().post(path).header("content-type", "application/x-www-form-urlencoded").body(body);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    hosted::read(request).await
}

fn no_redirects() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

#[tokio::test]
async fn a_form_of_another_page_is_refused() {
    let api = hosted::start().await;
    let token = cookie_of(&get(&url_of(&api, "/login", &[]), &[]).await);
    assert_eq!(post_login(&api, &token, &[]).await.status, 302);
    let own = api.server.endpoint();
    assert_eq!(post_login(&api, &token, &[("origin", own.as_str())]).await.status, 302);
    for headers in [
        [("origin", "https://evil.example")],
        [("origin", "null")],
        [("origin", "http://localhost:1")],
        [("sec-fetch-site", "cross-site")],
        [("sec-fetch-site", "same-site")],
    ] {
        let reply = post_login(&api, &token, &headers).await;
        assert_eq!((reply.status, reply.headers.get("location")), (403, None), "{headers:?}");
    }
    let fields = [("username", "ann"), ("password", PASSWORD)];
    let path = url_of(&api, "/login", &[]).replace(&api.server.endpoint(), "");
    let nothing = post(&api, &path, &fields, &[]).await;
    assert_eq!((nothing.status, nothing.headers.get("location")), (403, None));
    // A token of another browser.
    let other = cookie_of(&get(&url_of(&api, "/login", &[]), &[]).await);
    let cookie = format!("XSRF-TOKEN={other}");
    let fields = [("_csrf", token.as_str()), ("username", "ann"), ("password", PASSWORD)];
    assert_eq!(post(&api, &path, &fields, &[("cookie", &cookie)]).await.status, 403);
}

#[tokio::test]
async fn a_session_that_was_planted_before_is_worth_nothing_after() {
    let api = hosted::start().await;
    let mut browser = api.server.browser();
    let name = format!("cognito-{}", api.server.pool_id());
    browser.set_cookie(&name, "planted");
    browser.sign_in(&authorize_url(&api, &[]), "ann", PASSWORD).await.unwrap();
    assert_ne!(browser.cookies()[&name], "planted");
    let first = browser.cookies()[&name].clone();
    browser.sign_in(&authorize_url(&api, &[("prompt", "login")]), "ann", PASSWORD).await.unwrap();
    assert_ne!(browser.cookies()[&name], first);
    let mut attacker = api.server.browser();
    attacker.set_cookie(&name, "planted");
    assert!(attacker.open(&authorize_url(&api, &[])).await.unwrap().left().is_none());
}

#[tokio::test]
async fn what_an_app_sends_is_text_on_the_page() {
    let api = hosted::start().await;
    let evil = "\"><script>alert(1)</script><input name=\"x";
    for name in ["login_hint", "state", "nonce", "lang"] {
        let page = get(&url_of(&api, "/login", &[(name, evil)]), &[]).await;
        assert_eq!(page.status, 200, "{name}");
        assert!(!page.text.contains("<script") && !page.text.contains("name=\"x"), "{name}: {}", page.text);
    }
    let hinted = api.server.browser().open(&authorize_url(&api, &[("login_hint", evil)])).await.unwrap();
    assert_eq!(hinted.hidden("username").as_deref(), Some(evil));
}

#[tokio::test]
async fn a_redirect_uri_that_is_not_registered_has_no_page() {
    let api = hosted::start().await;
    let page = get(&url_of(&api, "/login", &[("redirect_uri", "https://evil.example/")]), &[]).await;
    assert_eq!(page.status, 400);
    assert!(page.text.contains("Client is not enabled for OAuth2.0 flows."));
    assert!(!page.headers["content-security-policy"].to_str().unwrap().contains("evil"));
}

#[tokio::test]
async fn the_page_speaks_the_language_that_was_asked_for() {
    let api = hosted::start().await;
    let mut browser = api.server.browser();
    let text = |landing: &Landing| match landing {
        Landing::Page { html, .. } => html.clone(),
        Landing::Left(url) => panic!("{url}"),
    };
    let german = text(&browser.open(&authorize_url(&api, &[("lang", "de")])).await.unwrap());
    assert!(german.contains("<html lang=\"de\" dir=\"ltr\">") && german.contains("Passwort vergessen?"), "{german}");
    // It is remembered.
    let again = text(&browser.open(&authorize_url(&api, &[])).await.unwrap());
    assert!(again.contains("<html lang=\"de\""));
    let arabic = text(&browser.open(&authorize_url(&api, &[("lang", "ar")])).await.unwrap());
    assert!(arabic.contains("<html lang=\"ar\" dir=\"rtl\">"));
    for (lang, word) in [("es", "Contraseña"), ("fr", "Mot de passe"), ("ja", "パスワード"), ("tlh", "Password")]
    {
        let page = text(&api.server.browser().open(&authorize_url(&api, &[("lang", lang)])).await.unwrap());
        assert!(page.contains(word), "{lang}");
    }
}

#[tokio::test]
async fn a_client_without_any_option_has_no_page() {
    let client = ClientConfig { identity_providers: Vec::new(), ..hosted::client() };
    let api = TestPool::start(PoolConfig::default().with_client(client)).await;
    let page = get(&url_of(&api, "/login", &[]), &[]).await;
    assert!(page.status == 400 && page.text.contains("Login pages unavailable."), "{}", page.text);
}

#[tokio::test]
async fn tests_in_other_processes_sign_in_by_one_request() {
    let api = hosted::start().await;
    let url = format!("{}/_local/authorize", api.server.endpoint());
    let sign_in = async |password: &str| {
        let body = json!({ "url": authorize_url(&api, &[]), "username": "ann", "password": password });
        hosted::read(api.http.post(&url).json(&body)).await
    };
    let callback = sign_in(PASSWORD).await.ok()["callback"].as_str().unwrap().to_owned();
    assert!(parameter(&callback, "code").is_some());
    let refused = sign_in("wrong").await;
    assert_eq!((refused.status, refused.json()["error"].clone()), (400, json!("not_signed_in")));
    assert!(refused.text.contains("Incorrect username or password."), "{}", refused.text);
}
