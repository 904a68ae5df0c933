//! Signing in on the hosted pages: begun here, completed by what a browser brings back, whoever else may bring something.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use portcullis::{
    AuthError, AuthEvent, AuthState, ErrorCode, EventStream, ExistingSession, FetchSessionOptions, SignInResult,
    SignOutOptions, WebUiSignInOptions,
};
use scripted::pages::{fixture, parameters};
use scripted::short::{only_left, with_password};
use scripted::{Fixture, Reply, StoreFault, tokens_with};
use serde_json::json;

fn plain() -> WebUiSignInOptions {
    WebUiSignInOptions::new()
}

async fn begin(fixture: &Fixture, options: WebUiSignInOptions) -> String {
    fixture.client.begin_web_ui_sign_in(options).await.unwrap().url
}

async fn complete(fixture: &Fixture, callback: &str) -> Result<bool, AuthError> {
    fixture.client.complete_web_ui_sign_in(callback).await.map(|result| result.is_signed_in)
}

/// Ann's code is on its way to the service, which waits.
async fn exchanging(fixture: &Fixture) -> tokio::task::JoinHandle<Result<SignInResult, AuthError>> {
    let url = begin(fixture, plain()).await;
    let callback = fixture.service.visit(&url, "ann");
    fixture.service.then([Reply::Waits]);
    let client = fixture.client.clone();
    let completing = tokio::spawn(async move { client.complete_web_ui_sign_in(callback).await });
    while fixture.service.count("oauth2/token") == 0 {
        tokio::task::yield_now().await;
    }
    completing
}

/// Until that is so.
async fn until(is_so: impl Fn() -> bool) {
    for _ in 0..1_000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("it never came to that");
}

fn code<T: std::fmt::Debug>(result: Result<T, AuthError>) -> String {
    result.unwrap_err().code().to_owned()
}

/// A failure that ends the sign-in is told, and nothing of it stays.
async fn ended_with(fixture: &Fixture, events: &EventStream, code: &str) {
    while !matches!(events.next().await.unwrap(), AuthEvent::SignInFailed { error } if error.code == code) {}
    assert_eq!(fixture.records("web-sign-in"), [""; 0]);
}

fn who(fixture: &Fixture) -> Option<String> {
    fixture.client.state().user().map(|user| user.username.clone())
}

#[tokio::test]
async fn somebody_signs_in_and_the_app_gets_its_own_state_back_after_it() {
    let fixture = fixture();
    let events = fixture.client.events();
    let url = begin(&fixture, plain().custom_state("cart 7")).await;
    assert!(url.starts_with("https://pages.example.org/oauth2/authorize?"), "{url}");
    let callback = fixture.service.visit(&url, "ann");
    assert!(complete(&fixture, &callback).await.unwrap());
    assert_eq!(who(&fixture).as_deref(), Some("ann"));
    let mut names = Vec::new();
    while names.last() != Some(&"customOAuthState") {
        let event = events.next().await.unwrap();
        if let AuthEvent::CustomState { custom_state } = &event {
            assert_eq!(custom_state, "cart 7");
        }
        names.push(event.hub_name());
    }
    assert_eq!(names[names.len() - 2..], ["signIn", "customOAuthState"]);
    assert_eq!(fixture.records("web-sign-in"), [""; 0], "the verifier is not kept");
    // It is renewed like any other.
    fixture.client.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)).await.unwrap();
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 1);
}

#[tokio::test]
async fn the_browser_may_come_back_to_another_process() {
    let mut fixture = fixture();
    let url = begin(&fixture, plain().custom_state("kept")).await;
    let callback = fixture.service.visit(&url, "ann");
    fixture.restart();
    assert!(complete(&fixture, &callback).await.unwrap());
    assert_eq!(who(&fixture).as_deref(), Some("ann"));
    fixture.restart();
    assert_eq!(code(complete(&fixture, &callback).await), "no_web_ui_sign_in");
    assert_eq!(who(&fixture).as_deref(), Some("ann"), "nothing is lost by a late one");
}

#[tokio::test]
async fn the_last_one_that_any_process_began_counts_in_every_process() {
    let fixture = fixture();
    let first = begin(&fixture, plain()).await;
    fixture.device.advance(1);
    let other = fixture.another_process();
    let second = other.begin_web_ui_sign_in(plain()).await.unwrap().url;
    let (first, second) = (fixture.service.visit(&first, "ann"), fixture.service.visit(&second, "bob"));
    assert!(complete(&fixture, &second).await.unwrap(), "whichever process gets it");
    assert_eq!(who(&fixture).as_deref(), Some("bob"));
    assert_eq!(code(other.complete_web_ui_sign_in(&first).await), "no_web_ui_sign_in");
}

#[tokio::test]
async fn a_callback_that_comes_twice_counts_once() {
    let fixture = fixture();
    let url = begin(&fixture, plain()).await;
    let callback = fixture.service.visit(&url, "ann");
    let (one, two) = tokio::join!(complete(&fixture, &callback), complete(&fixture, &callback));
    assert_eq!((one, two), (Ok(true), Ok(true)));
    assert_eq!(complete(&fixture, &callback).await, Ok(true));
    assert_eq!(fixture.service.count("oauth2/token"), 1);
    // After a sign-out it signs nobody in again.
    fixture.client.sign_out(SignOutOptions::new()).await;
    assert_eq!(code(complete(&fixture, &callback).await), "no_web_ui_sign_in");
    assert_eq!(fixture.client.state(), AuthState::SignedOut);
}

#[tokio::test]
async fn what_does_not_belong_to_it_changes_nothing() {
    let fixture = fixture();
    let url = begin(&fixture, plain()).await;
    let callback = fixture.service.visit(&url, "ann");
    let state = parameters(&url)["state"].clone();
    let foreign = callback.replace(&state, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(code(complete(&fixture, &foreign).await), "no_web_ui_sign_in");
    let denied = "myapp://signed-in/?error=access_denied&state=AAAA";
    assert_eq!(code(complete(&fixture, denied).await), "no_web_ui_sign_in", "nobody else can end it");
    for wrong in [
        "",
        "myapp://signed-in/",
        &format!("myapp://signed-in/?state={state}"),
        &format!("myapp://signed-in/?code=code-0&code=code-1&state={state}"),
        &format!("https://evil.example/?code=code-0&state={state}"),
        &format!("myapp://signed-in.evil/?code=code-0&state={state}"),
    ] {
        assert_eq!(code(complete(&fixture, wrong).await), "validation_failed", "{wrong}");
    }
    assert_eq!(fixture.service.count("oauth2/token"), 0, "no code is given away");
    assert!(complete(&fixture, &format!("{callback}#_=_")).await.unwrap());
}

#[tokio::test]
async fn without_one_there_is_nothing_to_complete() {
    let fixture = fixture();
    assert_eq!(code(complete(&fixture, "myapp://signed-in/?code=a&state=b").await), "no_web_ui_sign_in");
    let without = Fixture::new();
    assert_eq!(code(complete(&without, "myapp://signed-in/?code=a&state=b").await), "configuration_invalid");
    assert_eq!(code(without.client.begin_web_ui_sign_in(plain()).await), "configuration_invalid");
    assert_eq!(code(without.client.web_ui_sign_out(None)), "configuration_invalid");
}

#[tokio::test]
async fn a_refusal_is_told_in_its_words_and_ends_it() {
    let fixture = fixture();
    let events = fixture.client.events();
    let url = begin(&fixture, plain()).await;
    let state = parameters(&url)["state"].clone();
    let refused = format!("myapp://signed-in/?error_description=PreSignUp+failed&state={state}&error=invalid_request");
    let error = complete(&fixture, &refused).await.unwrap_err();
    assert_eq!((error.code(), error.info().text.as_str()), ("web_ui_refused", "invalid_request: PreSignUp failed"));
    ended_with(&fixture, &events, "web_ui_refused").await;
    assert_eq!(code(complete(&fixture, &refused).await), "no_web_ui_sign_in");
}

#[tokio::test]
async fn a_network_that_fails_can_be_tried_again_with_the_same_callback() {
    let fixture = fixture();
    let url = begin(&fixture, plain()).await;
    let callback = fixture.service.visit(&url, "ann");
    fixture.service.then([Reply::Unreachable, Reply::Unreachable, Reply::Unreachable]);
    assert_eq!(code(complete(&fixture, &callback).await), "network");
    fixture.service.then([Reply::AnswersHtml]);
    assert_eq!(code(complete(&fixture, &callback).await), "bad_response");
    assert!(complete(&fixture, &callback).await.unwrap());
}

#[tokio::test]
async fn a_code_whose_answer_was_lost_is_used_up() {
    let fixture = fixture();
    let url = begin(&fixture, plain()).await;
    let callback = fixture.service.visit(&url, "ann");
    fixture.service.then([Reply::LosesTheAnswer]);
    assert_eq!(code(complete(&fixture, &callback).await), "network");
    assert_eq!(fixture.service.count("oauth2/token"), 1, "a code is not sent twice by itself");
    assert_eq!(code(complete(&fixture, &callback).await), "web_ui_refused");
}

#[tokio::test]
async fn tokens_that_were_made_for_another_sign_in_are_refused() {
    let fixture = fixture();
    let events = fixture.client.events();
    for (claim, value) in [("nonce", "other"), ("iss", "https://x/eu-west-1_Other"), ("client_id", "other")] {
        let url = begin(&fixture, plain()).await;
        let callback = fixture.service.visit(&url, "ann");
        let tokens = tokens_with(&fixture.service, "ann", &|claims| claims[claim] = value.into());
        let (access, id) = (&tokens["AccessToken"], &tokens["IdToken"]);
        fixture.service.then([Reply::Answers(json!({ "access_token": access, "id_token": id, "expires_in": 3600 }))]);
        assert_eq!(code(complete(&fixture, &callback).await), "bad_response", "{claim}");
        assert_eq!(fixture.client.state(), AuthState::SignedOut);
        ended_with(&fixture, &events, "bad_response").await;
    }
}

#[tokio::test]
async fn what_comes_later_supersedes_it() {
    let fixture = fixture();
    let url = begin(&fixture, plain()).await;
    let callback = fixture.service.visit(&url, "ann");
    fixture.sign_in("bob").await;
    assert_eq!(code(complete(&fixture, &callback).await), "no_web_ui_sign_in");
    assert_eq!(who(&fixture).as_deref(), Some("bob"));

    let url = begin(&fixture, plain()).await;
    let callback = fixture.service.visit(&url, "ann");
    fixture.client.sign_out(SignOutOptions::new()).await;
    assert_eq!(code(complete(&fixture, &callback).await), "no_web_ui_sign_in");
    assert_eq!(fixture.client.state(), AuthState::SignedOut);

    let first = begin(&fixture, plain()).await;
    let second = begin(&fixture, plain()).await;
    let (first, second) = (fixture.service.visit(&first, "ann"), fixture.service.visit(&second, "cat"));
    assert_eq!(code(complete(&fixture, &first).await), "no_web_ui_sign_in");
    assert!(complete(&fixture, &second).await.unwrap());
    assert_eq!(who(&fixture).as_deref(), Some("cat"));
}

#[tokio::test]
async fn a_sign_out_while_the_code_is_exchanged_has_the_last_word() {
    let fixture = fixture();
    let completing = exchanging(&fixture).await;
    fixture.client.sign_out(SignOutOptions::new()).await;
    fixture.service.gate.add_permits(1);
    assert_eq!(code(completing.await.unwrap()), "cancelled");
    assert_eq!(fixture.client.state(), AuthState::SignedOut);
    only_left(&fixture, &[]).await;
    // Tokens that nobody has are good for nobody.
    until(|| fixture.service.count("RevokeToken") == 1).await;
}

#[tokio::test]
async fn a_cancelled_caller_loses_no_tokens() {
    let fixture = fixture();
    let completing = exchanging(&fixture).await;
    completing.abort();
    fixture.service.gate.add_permits(1);
    until(|| who(&fixture).as_deref() == Some("ann")).await;
}

#[tokio::test]
async fn closing_the_browser_is_told_once_and_its_late_return_still_counts() {
    let fixture = fixture();
    let events = fixture.client.events();
    fixture.client.cancel_web_ui_sign_in();
    let url = begin(&fixture, plain()).await;
    fixture.client.cancel_web_ui_sign_in();
    fixture.client.cancel_web_ui_sign_in();
    let callback = fixture.service.visit(&url, "ann");
    assert!(complete(&fixture, &callback).await.unwrap());
    let mut told = 0;
    loop {
        match events.next().await.unwrap() {
            AuthEvent::SignInFailed { error } => {
                assert_eq!(error.code, ErrorCode::WebUiCancelled.as_str());
                told += 1;
            }
            AuthEvent::SignedIn { .. } => break,
            _ => {}
        }
    }
    assert_eq!(told, 1);
}

#[tokio::test]
async fn nobody_stays_on_the_pages_for_more_than_an_hour() {
    let fixture = fixture();
    let url = begin(&fixture, plain()).await;
    let callback = fixture.service.visit(&url, "ann");
    fixture.device.advance(3_601);
    assert_eq!(code(complete(&fixture, &callback).await), "no_web_ui_sign_in");
    assert_eq!(fixture.records("web-sign-in"), [""; 0]);
}

#[tokio::test]
async fn a_store_that_fails_costs_only_the_other_process() {
    let fixture = fixture();
    fixture.client.load().await.unwrap();
    fixture.store.be(StoreFault::ReadOnly);
    let url = begin(&fixture, plain()).await;
    let callback = fixture.service.visit(&url, "ann");
    assert!(complete(&fixture, &callback).await.unwrap());
    assert_eq!(who(&fixture).as_deref(), Some("ann"));
}

#[tokio::test]
async fn a_sign_out_that_a_store_keeps_from_forgetting_it_stays_done() {
    let fixture = fixture();
    let url = begin(&fixture, plain()).await;
    let callback = fixture.service.visit(&url, "ann");
    fixture.store.be(StoreFault::ReadOnly);
    let result = fixture.client.sign_out(SignOutOptions::new()).await;
    assert!(!result.is_complete && result.storage_error.is_some(), "{result:?}");
    assert_eq!(code(complete(&fixture, &callback).await), "no_web_ui_sign_in");
    fixture.store.be(StoreFault::Well);
    assert_eq!(code(complete(&fixture, &callback).await), "no_web_ui_sign_in");
    assert_eq!(fixture.records("web-sign-in"), [""; 0], "forgotten after all");
    assert_eq!(fixture.service.count("oauth2/token"), 0);
    let url = begin(&fixture, plain()).await;
    assert!(complete(&fixture, &fixture.service.visit(&url, "ann")).await.unwrap(), "the next one counts");
}

#[tokio::test]
async fn another_users_session_stays_goes_or_refuses_as_the_app_says() {
    for (existing, expected) in [
        (ExistingSession::Replace, Ok(1)),
        (ExistingSession::Keep, Ok(2)),
        (ExistingSession::Refuse, Err("another_user_signed_in")),
    ] {
        let mut fixture = fixture();
        fixture.sign_in("bob").await;
        let options = WebUiSignInOptions { existing_session: Some(existing), ..plain() };
        let url = begin(&fixture, options).await;
        let callback = fixture.service.visit(&url, "ann");
        fixture.restart();
        let events = fixture.client.events();
        let result = complete(&fixture, &callback).await;
        match expected {
            Ok(accounts) => {
                assert!(result.unwrap());
                assert_eq!((fixture.client.accounts().len(), who(&fixture).as_deref()), (accounts, Some("ann")));
            }
            Err(expected) => {
                assert_eq!((code(result).as_str(), who(&fixture).as_deref()), (expected, Some("bob")));
                ended_with(&fixture, &events, expected).await;
                // Its code is used up.
                assert_eq!(code(complete(&fixture, &callback).await), "no_web_ui_sign_in");
            }
        }
    }
}

#[tokio::test]
async fn whoever_signed_in_there_is_still_known_to_the_browser_after_a_sign_out() {
    let mut fixture = fixture();
    let url = begin(&fixture, plain()).await;
    let callback = fixture.service.visit(&url, "ann");
    complete(&fixture, &callback).await.unwrap();
    fixture.client.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)).await.unwrap();
    fixture.restart();
    let result = fixture.client.sign_out(SignOutOptions::new()).await;
    assert!(result.web_ui_session && result.is_complete, "{result:?}");
    let page = fixture.client.web_ui_sign_out(None).unwrap();
    assert_eq!(page.url, "https://pages.example.org/logout?client_id=client&logout_uri=myapp%3A%2F%2Fsigned-out%2F");
    fixture.client.sign_in("ann", Some("password"), with_password()).await.unwrap();
    assert!(!fixture.client.sign_out(SignOutOptions::new()).await.web_ui_session);
}

#[tokio::test]
async fn nothing_secret_is_printed() {
    let fixture = fixture();
    let request = fixture.client.begin_web_ui_sign_in(plain().custom_state("canary-custom")).await.unwrap();
    let callback = fixture.service.visit(&request.url, "ann").replace("code-0", "canary-code");
    let error = fixture.client.complete_web_ui_sign_in(&callback).await.unwrap_err();
    let shown = format!("{request:?} {error:?} {error} {:?} {:?}", fixture.client, plain().custom_state("canary"));
    for secret in ["canary", &parameters(&request.url)["state"], &parameters(&request.url)["nonce"]] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn a_federation_and_the_pages_exclude_each_other() {
    let fixture =
        Fixture::with_configuration(|builder| scripted::identities::with_pool(scripted::pages::with_pages(builder)));
    let options = portcullis::FederateOptions::new();
    let google = portcullis::FederatedProvider::Google;
    fixture.client.federate_to_identity_pool(google, "ann#1", options).await.unwrap();
    assert_eq!(code(fixture.client.begin_web_ui_sign_in(plain()).await), "federation_active");
    fixture.client.clear_federation().await.unwrap();
    begin(&fixture, plain()).await;
}
