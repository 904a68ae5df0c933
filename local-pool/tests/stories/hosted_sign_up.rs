//! Signing up, confirming, and a forgotten password at the pages.

use local_pool::{Browser, Landing, PoolConfig, TriggerKind};
use serde_json::json;

use crate::client::hosted::{self, authorize_url, get, post, url_of};
use crate::client::{PASSWORD, TestPool};

const NEW: &str = "New-Correct-Horse-9";

/// Follows a link of a page.
async fn follow(browser: &mut Browser, page: &Landing, path: &str) -> Landing {
    let link = page.links().into_iter().find(|link| link.starts_with(path)).expect("a link");
    browser.open(&link).await.unwrap()
}

#[track_caller]
fn status(landing: &Landing) -> u16 {
    match landing {
        Landing::Page { status, .. } => *status,
        Landing::Left(url) => panic!("{url}"),
    }
}

#[tokio::test]
async fn somebody_signs_up_confirms_and_signs_in() {
    let api = hosted::start().await;
    let mut browser = api.server.browser();
    let page = browser.open(&authorize_url(&api, &[])).await.unwrap();
    let page = follow(&mut browser, &page, "/signup?").await;
    let form = page.form_with("password").unwrap();
    let weak = [("username", "bob"), ("password", "short"), ("attribute.email", "bob@example.com")];
    let page = browser.submit(&form, &weak).await.unwrap();
    assert!(page.alert().unwrap().starts_with("Password did not conform with policy"), "{:?}", page.alert());
    assert_eq!(page.hidden("attribute.email").as_deref(), Some("bob@example.com"));
    let form = page.form_with("password").unwrap();
    let page = browser.submit(&form, &[("username", "bob"), ("password", PASSWORD)]).await.unwrap();
    let Landing::Page { html, .. } = &page else { panic!() };
    assert!(html.contains("b***@e***"), "{html}");
    let form = page.form_with("resend").unwrap();
    let page = browser.submit(&form, &[("code", "000000")]).await.unwrap();
    assert!(page.alert().is_some());
    let again = browser.submit(&page.form_with("resend").unwrap(), &[("resend", "yes")]).await.unwrap();
    let code = api.server.last_code("bob").unwrap();
    let page = browser.submit(&again.form_with("code").unwrap(), &[("code", &code)]).await.unwrap();
    assert_eq!((status(&page), page.hidden("username").as_deref()), (200, Some("bob")));
    let landing = browser.submit(&page.form_with("password").unwrap(), &[("password", PASSWORD)]).await.unwrap();
    assert!(landing.left().unwrap().contains("code="));
}

#[tokio::test]
async fn whoever_is_confirmed_at_once_is_signed_in_at_once() {
    let api = hosted::start().await;
    api.server.set_trigger(TriggerKind::PreSignUp, |mut event| {
        event["response"]["autoConfirmUser"] = json!(true);
        Ok(event)
    });
    let mut browser = api.server.browser();
    let page = browser.open(&url_of(&api, "/signup", &[])).await.unwrap();
    let fields = [("username", "bob"), ("password", PASSWORD), ("attribute.email", "bob@example.com")];
    let landing = browser.submit(&page.form_with("password").unwrap(), &fields).await.unwrap();
    assert!(landing.left().unwrap().contains("code="));
}

#[tokio::test]
async fn a_trigger_that_refuses_a_sign_up_is_on_the_page() {
    let api = hosted::start().await;
    api.server.set_trigger(TriggerKind::PreSignUp, |_| Err("no".into()));
    let mut browser = api.server.browser();
    let page = browser.open(&url_of(&api, "/signup", &[])).await.unwrap();
    let fields = [("username", "bob"), ("password", PASSWORD), ("attribute.email", "bob@example.com")];
    let page = browser.submit(&page.form_with("password").unwrap(), &fields).await.unwrap();
    assert_eq!(page.alert().as_deref(), Some("PreSignUp failed with error no."));
}

#[tokio::test]
async fn whoever_is_not_confirmed_gets_the_page_for_it_after_the_right_password_only() {
    let api = hosted::start().await;
    api.sign_up("bob", json!([{ "Name": "email", "Value": "bob@example.com" }])).await.ok();
    let mut browser = api.server.browser();
    let page = browser.open(&authorize_url(&api, &[])).await.unwrap();
    let form = page.form_with("password").unwrap();
    let wrong = browser.submit(&form, &[("username", "bob"), ("password", "wrong")]).await.unwrap();
    assert!(wrong.form_with("resend").is_none());
    let page = browser.submit(&form, &[("username", "bob"), ("password", PASSWORD)]).await.unwrap();
    assert_eq!(page.alert().as_deref(), Some("User is not confirmed."));
    assert_eq!(page.hidden("username").as_deref(), Some("bob"));
    assert!(page.form_with("resend").is_some());
}

#[tokio::test]
async fn a_pool_without_sign_up_has_no_page_for_it() {
    let api = TestPool::start(PoolConfig { self_sign_up: false, ..hosted::pool() }).await;
    let page = get(&url_of(&api, "/signup", &[]), &[]).await;
    assert!(page.status == 400 && page.text.contains("SignUp is not permitted for this user pool"));
    let page = api.server.browser().open(&authorize_url(&api, &[])).await.unwrap();
    assert!(!page.links().iter().any(|link| link.starts_with("/signup")));
}

#[tokio::test]
async fn a_forgotten_password_is_replaced() {
    let api = hosted::start().await;
    let mut browser = api.server.browser();
    let page = browser.open(&authorize_url(&api, &[])).await.unwrap();
    let page = follow(&mut browser, &page, "/forgotPassword?").await;
    let page = browser.submit(&page.form_with("username").unwrap(), &[("username", "ann")]).await.unwrap();
    let form = page.form_with("code").unwrap();
    assert!(form.action.starts_with("/confirmForgotPassword?"));
    let page = browser.submit(&form, &[("code", "000000"), ("password", NEW)]).await.unwrap();
    assert!(page.alert().is_some());
    let code = api.server.last_code("ann").unwrap();
    let fields = [("code", code.as_str()), ("password", NEW)];
    let page = browser.submit(&page.form_with("code").unwrap(), &fields).await.unwrap();
    assert_eq!(page.hidden("username").as_deref(), Some("ann"));
    let landing = browser.submit(&page.form_with("password").unwrap(), &[("password", NEW)]).await.unwrap();
    assert!(landing.left().unwrap().contains("code="));
}

#[tokio::test]
async fn whoever_has_to_reset_the_password_gets_the_page_for_it() {
    let api = hosted::start().await;
    api.server.require_password_reset("ann").unwrap();
    let mut browser = api.server.browser();
    let page = browser.open(&authorize_url(&api, &[])).await.unwrap();
    let fields = [("username", "ann"), ("password", PASSWORD)];
    let page = browser.submit(&page.form_with("password").unwrap(), &fields).await.unwrap();
    assert!(page.form_with("code").unwrap().action.starts_with("/confirmForgotPassword?"), "{page:?}");
}

#[tokio::test]
async fn names_that_nobody_has_look_the_same_where_that_is_hidden() {
    let client = local_pool::ClientConfig { prevent_user_existence_errors: true, ..hosted::client() };
    let attributes = [("email", "ann@example.com"), ("email_verified", "true")];
    let api = TestPool::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &attributes)).await;
    for name in ["ann", "nobody"] {
        let mut browser = api.server.browser();
        let page = browser.open(&authorize_url(&api, &[])).await.unwrap();
        let form = page.form_with("password").unwrap();
        let wrong = browser.submit(&form, &[("username", name), ("password", "wrong")]).await.unwrap();
        assert_eq!(wrong.alert().as_deref(), Some("Incorrect username or password."), "{name}");
        let page = browser.open(&url_of(&api, "/forgotPassword", &[])).await.unwrap();
        let page = browser.submit(&page.form_with("username").unwrap(), &[("username", name)]).await.unwrap();
        assert!(page.form_with("code").is_some(), "{name}");
    }
}

/// Every form is refused without the text of its page's cookie, and from other pages.
#[tokio::test]
async fn forms_of_other_pages_are_refused_everywhere() {
    let api = hosted::start().await;
    let token = "8a6e0804-2bd0-4672-b79d-d97027f9071a";
    let cookie = format!("XSRF-TOKEN={token}");
    for path in
        ["/login", "/signup", "/confirm", "/resendcode", "/forgotPassword", "/confirmForgotPassword", "/resetPassword"]
    {
        let url = url_of(&api, path, &[]).replace(&api.server.endpoint(), "");
        let fields =
            [("username", "bob"), ("password", PASSWORD), ("code", "000000"), ("attribute.email", "bob@example.com")];
        let own = [fields.as_slice(), &[("_csrf", token)]].concat();
        let cookie = ("cookie", cookie.as_str());
        for (fields, headers) in [
            (fields.as_slice(), vec![]),
            (fields.as_slice(), vec![cookie]),
            (own.as_slice(), vec![]),
            (own.as_slice(), vec![cookie, ("origin", "https://evil.example")]),
            (own.as_slice(), vec![cookie, ("sec-fetch-site", "cross-site")]),
        ] {
            let reply = post(&api, &url, fields, &headers).await;
            assert_eq!(reply.status, 403, "{path} {headers:?}");
            assert!(reply.text.contains("This form is too old or from another page."), "{path}");
            assert_eq!(reply.headers["x-frame-options"], "DENY");
        }
    }
    assert_eq!(
        api.call("ListUsers", json!({ "UserPoolId": api.server.pool_id() })).await.ok()["Users"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert!(api.server.outbox(None, None).is_empty());
}

#[tokio::test]
async fn what_people_and_apps_send_is_text_on_every_page() {
    let api = hosted::start().await;
    let evil = "\"><script>alert(1)</script><input name=\"x";
    for path in ["/login", "/signup", "/confirm", "/forgotPassword", "/confirmForgotPassword"] {
        let mut browser = api.server.browser();
        let page = browser
            .open(&url_of(&api, path, &[("state", evil), ("username", evil), ("login_hint", evil)]))
            .await
            .unwrap();
        let form = page.form_with("username").unwrap();
        let fields = [("username", evil), ("password", evil), ("code", evil), ("attribute.email", evil)];
        let after = browser.submit(&form, &fields).await.unwrap();
        for page in [page, after] {
            let Landing::Page { html, .. } = page else { panic!("{path}") };
            assert!(!html.contains("<script") && !html.contains("name=\"x"), "{path}: {html}");
        }
    }
}
