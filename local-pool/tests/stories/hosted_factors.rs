//! Second factors, new passwords, sign-in without a password and passkeys at the pages.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use local_pool::{Browser, Landing, PoolConfig, totp_code};
use serde_json::{Value, json};

use crate::client::hosted::{self, authorize_url, url_of};
use crate::client::{PASSWORD, TestPool};

const NEW: &str = "New-Correct-Horse-9";

async fn with(config: PoolConfig) -> TestPool {
    let attributes = [
        ("email", "ann@example.com"),
        ("email_verified", "true"),
        ("phone_number", "+15555550100"),
        ("phone_number_verified", "true"),
    ];
    TestPool::start(config.with_client(hosted::client()).with_user("ann", PASSWORD, &attributes)).await
}

/// The page after ann's password.
async fn after_password(api: &TestPool, browser: &mut Browser) -> Landing {
    let page = browser.open(&authorize_url(api, &[])).await.unwrap();
    let form = page.form_with("password").unwrap();
    browser.submit(&form, &[("username", "ann"), ("password", PASSWORD)]).await.unwrap()
}

#[track_caller]
fn is_signed_in(landing: &Landing) {
    assert!(landing.left().is_some_and(|url| url.contains("code=")), "{landing:?}");
}

async fn prefer(api: &TestPool, settings: Value) {
    let mut body = settings;
    body["Username"] = json!("ann");
    api.server.call("AdminSetUserMFAPreference", body).await.unwrap();
}

#[tokio::test]
async fn a_code_by_text_message_or_by_email() {
    for (setting, kind) in [("SMSMfaSettings", "sms"), ("EmailMfaSettings", "email")] {
        let config =
            PoolConfig { account_recovery: vec!["admin_only".into()], mfa: "OPTIONAL".into(), ..PoolConfig::default() };
        let api = with(config).await;
        prefer(&api, json!({ setting: { "Enabled": true, "PreferredMfa": true } })).await;
        let mut browser = api.server.browser();
        let page = after_password(&api, &mut browser).await;
        let form = page.form_with("code").unwrap();
        let wrong = browser.submit(&form, &[("code", "000000")]).await.unwrap();
        assert!(wrong.alert().is_some(), "{kind}");
        let code = api.server.last_code("ann").unwrap();
        let form = wrong.form_with("code").unwrap();
        is_signed_in(&browser.submit(&form, &[("code", &code)]).await.unwrap());
        // The same form once more opens nothing.
        let again = browser.submit(&form, &[("code", &code)]).await.unwrap();
        assert!(again.left().is_none() && again.form_with("password").is_some(), "{kind} {again:?}");
    }
}

#[tokio::test]
async fn nothing_but_the_right_session_passes_the_second_factor() {
    let api = with(PoolConfig { mfa: "OPTIONAL".into(), ..PoolConfig::default() }).await;
    prefer(&api, json!({ "SMSMfaSettings": { "Enabled": true } })).await;
    let mut browser = api.server.browser();
    let page = after_password(&api, &mut browser).await;
    let form = page.form_with("code").unwrap();
    for step in ["", "x", "e30", "eyJjaGFsbGVuZ2UiOiJTTVNfTUZBIn0"] {
        let page = browser.submit(&form, &[("step", step), ("code", "1")]).await.unwrap();
        assert!(page.left().is_none() && page.alert().is_some(), "{step} {page:?}");
    }
    // There is no session of the browser before everything is proven.
    assert!(browser.cookies().keys().all(|name| !name.starts_with("cognito-")));
}

#[tokio::test]
async fn one_of_several_factors_is_chosen() {
    let api = with(PoolConfig {
        mfa: "OPTIONAL".into(),
        account_recovery: vec!["admin_only".into()],
        ..PoolConfig::default()
    })
    .await;
    let both = json!({ "SMSMfaSettings": { "Enabled": true }, "EmailMfaSettings": { "Enabled": true } });
    prefer(&api, both).await;
    let mut browser = api.server.browser();
    let page = after_password(&api, &mut browser).await;
    let form = page.form_with("answer").unwrap();
    let names: Vec<_> = form.buttons.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(names, ["SMS_MFA", "EMAIL_OTP"]);
    let page = browser.submit(&form, &[("answer", "EMAIL_OTP")]).await.unwrap();
    let code = api.server.last_code("ann").unwrap();
    is_signed_in(&browser.submit(&page.form_with("code").unwrap(), &[("code", &code)]).await.unwrap());
}

#[tokio::test]
async fn an_authenticator_app_is_set_up_by_a_picture() {
    let config =
        PoolConfig { mfa: "ON".into(), mfa_factors: vec!["SOFTWARE_TOKEN_MFA".into()], ..PoolConfig::default() };
    let api = with(config).await;
    let mut browser = api.server.browser();
    let page = after_password(&api, &mut browser).await;
    let Landing::Page { html, .. } = &page else { panic!("{page:?}") };
    assert!(html.contains("<svg role=\"img\"") && !html.contains("<script"));
    let secret = html.split_once("<code>").unwrap().1.split_once('<').unwrap().0.to_owned();
    let form = page.form_with("code").unwrap();
    let wrong = browser.submit(&form, &[("code", "000000")]).await.unwrap();
    assert_eq!(wrong.alert().as_deref(), Some("Code mismatch and fail enable Software Token MFA"));
    let code = totp_code(&secret, api.server.clock().now());
    is_signed_in(&browser.submit(&wrong.form_with("code").unwrap(), &[("code", &code)]).await.unwrap());
    // From now on it is asked for.
    api.server.clock().advance(std::time::Duration::from_secs(60));
    let mut browser = api.server.browser();
    let page = after_password(&api, &mut browser).await;
    let code = totp_code(&secret, api.server.clock().now());
    is_signed_in(&browser.submit(&page.form_with("code").unwrap(), &[("code", &code)]).await.unwrap());
}

#[tokio::test]
async fn an_email_address_or_an_app_is_set_up() {
    let mfa_factors = vec!["SOFTWARE_TOKEN_MFA".into(), "EMAIL_OTP".into()];
    let config = PoolConfig {
        mfa: "ON".into(),
        mfa_factors,
        account_recovery: vec!["admin_only".into()],
        ..PoolConfig::default()
    };
    let api = TestPool::start(config.with_client(hosted::client()).with_user("ann", PASSWORD, &[])).await;
    let mut browser = api.server.browser();
    let page = after_password(&api, &mut browser).await;
    let form = page.form_with("answer").unwrap();
    assert_eq!(form.buttons.len(), 2, "{form:?}");
    let app = browser.submit(&form, &[("answer", "SOFTWARE_TOKEN_MFA")]).await.unwrap();
    assert!(app.form_with("code").is_some());
    let mut browser = api.server.browser();
    let page = after_password(&api, &mut browser).await;
    let page = browser.submit(&page.form_with("answer").unwrap(), &[("answer", "EMAIL_OTP")]).await.unwrap();
    let page = browser.submit(&page.form_with("email").unwrap(), &[("email", "ann@example.com")]).await.unwrap();
    let code = api.server.last_code("ann").unwrap();
    is_signed_in(&browser.submit(&page.form_with("code").unwrap(), &[("code", &code)]).await.unwrap());
}

#[tokio::test]
async fn a_temporary_password_is_replaced_and_what_is_missing_is_asked_for() {
    let config = PoolConfig { required_attributes: vec!["name".into()], ..PoolConfig::default() };
    let api = TestPool::start(config.with_client(hosted::client())).await;
    api.server.create_user_with_temporary_password("ann", PASSWORD, &[]).unwrap();
    let mut browser = api.server.browser();
    let page = after_password(&api, &mut browser).await;
    let form = page.form_with("attribute.name").unwrap();
    let weak = browser.submit(&form, &[("attribute.name", "Ann"), ("password", "short")]).await.unwrap();
    assert!(weak.alert().unwrap().contains("Password does not conform to policy"), "{:?}", weak.alert());
    let form = weak.form_with("attribute.name").unwrap();
    is_signed_in(&browser.submit(&form, &[("attribute.name", "Ann"), ("password", NEW)]).await.unwrap());
    assert_eq!(api.password("ann", NEW).await.status, 200);
}

#[tokio::test]
async fn a_sign_in_without_a_password_by_a_code() {
    let config = PoolConfig { first_factors: vec!["PASSWORD".into(), "EMAIL_OTP".into()], ..PoolConfig::default() };
    let api = with(config).await;
    let mut browser = api.server.browser();
    let page = browser.open(&authorize_url(&api, &[])).await.unwrap();
    let form = page.form_with("without_password").unwrap();
    let page = browser.submit(&form, &[("username", "ann"), ("without_password", "yes")]).await.unwrap();
    // The password is among what can be chosen.
    let by_password = page.form_with("password").unwrap();
    let wrong = browser.submit(&by_password, &[("password", "wrong")]).await.unwrap();
    assert_eq!(wrong.alert().as_deref(), Some("Incorrect username or password."));
    let choices =
        page.forms().into_iter().find(|form| !form.buttons.is_empty() && form.buttons[0].0 == "answer").unwrap();
    let page = browser.submit(&choices, &[("answer", "EMAIL_OTP")]).await.unwrap();
    let code = api.server.last_code("ann").unwrap();
    is_signed_in(&browser.submit(&page.form_with("code").unwrap(), &[("code", &code)]).await.unwrap());
}

/// A pool whose users may have passkeys.
fn passkeys() -> PoolConfig {
    PoolConfig {
        first_factors: vec!["PASSWORD".into(), "WEB_AUTHN".into()],
        relying_party: Some("example.com".into()),
        ..PoolConfig::default()
    }
}

#[tokio::test]
async fn a_passkey_is_added_and_signs_in() {
    let api = with(passkeys()).await;
    let mut browser = api.server.browser();
    let add = url_of(
        &api,
        "/passkeys/add",
        &[("response_type", ""), ("scope", ""), ("code_challenge", ""), ("code_challenge_method", "")],
    );
    // It needs a session.
    let page = browser.open(&add).await.unwrap();
    assert!(page.form_with("credential").is_none() && page.form_with("password").is_some());
    is_signed_in(&after_password(&api, &mut browser).await);
    let page = browser.open(&add).await.unwrap();
    let options = options_of(&page);
    let credential = api.server.authenticator().create(&options).unwrap().to_string();
    let form = page.form_with("credential").unwrap();
    let wrong = browser.submit(&form, &[("credential", "{}")]).await.unwrap();
    assert!(wrong.alert().is_some());
    let landing = browser.submit(&form, &[("credential", &credential)]).await.unwrap();
    assert_eq!(landing.left(), Some("myapp://callback"));

    let mut browser = api.server.browser();
    let page = browser.open(&authorize_url(&api, &[])).await.unwrap();
    let form = page.form_with("without_password").unwrap();
    let mut page = browser.submit(&form, &[("username", "ann"), ("without_password", "yes")]).await.unwrap();
    if page.form_with("credential").is_none() {
        let choices =
            page.forms().into_iter().find(|form| form.buttons.iter().any(|(name, _)| name == "answer")).unwrap();
        page = browser.submit(&choices, &[("answer", "WEB_AUTHN")]).await.unwrap();
    }
    let credential = api.server.authenticator().get(&options_of(&page)).unwrap().to_string();
    let form = page.form_with("credential").unwrap();
    let wrong = browser.submit(&form, &[("credential", "{}")]).await.unwrap();
    assert_eq!(wrong.alert().as_deref(), Some("Incorrect username or password."));
    is_signed_in(&browser.submit(&form, &[("credential", &credential)]).await.unwrap());
}

/// What the page's script gives to the authenticator.
#[track_caller]
fn options_of(page: &Landing) -> Value {
    let Landing::Page { html, .. } = page else { panic!("{page:?}") };
    let text = html.split_once("data-options=\"").expect("options").1.split_once('"').unwrap().0;
    let text = text
        .replace("&#34;", "\"")
        .replace("&#38;", "&")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#39;", "'");
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn a_page_with_a_script_runs_that_script_alone() {
    let api = with(passkeys()).await;
    let mut browser = api.server.browser();
    is_signed_in(&after_password(&api, &mut browser).await);
    let cookies: Vec<_> = browser.cookies().iter().map(|(name, value)| format!("{name}={value}")).collect();
    let page = hosted::get(&url_of(&api, "/passkeys/add", &[]), &[("cookie", &cookies.join("; "))]).await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    let nonce = policy.split_once("script-src 'nonce-").unwrap().1.split('\'').next().unwrap();
    assert_eq!(page.text.matches("<script").count(), 1);
    assert!(page.text.contains(&format!("<script nonce=\"{nonce}\">")) && !policy.contains("unsafe"));
}

#[tokio::test]
async fn a_custom_challenge_has_no_page() {
    let api = with(PoolConfig::default()).await;
    let step =
        json!({ "challenge": "CUSTOM_CHALLENGE", "session": "x", "username": "ann", "parameters": {} }).to_string();
    let step = URL_SAFE_NO_PAD.encode(step);
    let mut browser = api.server.browser();
    let page = browser.open(&authorize_url(&api, &[])).await.unwrap();
    let form = page.form_with("password").unwrap();
    let page = browser.submit(&form, &[("step", &step)]).await.unwrap();
    assert_eq!(page.alert().as_deref(), Some("There is no page for CUSTOM_CHALLENGE."));
}
