//! A call acts for the user it was made for, or not at all; tokens are taken only from those they belong to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use std::future::Future;
use std::pin::Pin;

use portcullis::{
    AuthClient, AuthError, AuthFlow, AuthState, ExistingSession, FetchSessionOptions, MfaSetting, SignInOptions,
    SignOutOptions, UserAttribute,
};
use scripted::{Fixture, Reply, StoreFault, tokens_with};
use serde_json::{Value, json};

const HOUR: i64 = 3600;

type Calling = Pin<Box<dyn Future<Output = Result<(), AuthError>> + Send>>;
type Call = fn(AuthClient) -> Calling;

/// Every call that is made with the user's access token.
const CALLS: [(&str, Call); 17] = [
    ("GetUser", |client| Box::pin(async move { client.fetch_user_attributes().await.map(drop) })),
    ("GetUser", |client| Box::pin(async move { client.fetch_verified_contacts().await.map(drop) })),
    ("GetUser", |client| Box::pin(async move { client.verify_session().await.map(drop) })),
    ("UpdateUserAttributes", |client| {
        Box::pin(async move {
            let nickname = UserAttribute::new("nickname", "Annie");
            client.update_user_attributes(vec![nickname], Default::default()).await.map(drop)
        })
    }),
    ("DeleteUserAttributes", |client| {
        Box::pin(async move { client.delete_user_attributes(vec!["nickname".to_owned()]).await })
    }),
    ("GetUserAttributeVerificationCode", |client| {
        Box::pin(async move { client.send_verification_code("email", Default::default()).await.map(drop) })
    }),
    ("VerifyUserAttribute", |client| Box::pin(async move { client.confirm_user_attribute("email", "123456").await })),
    ("DeleteUser", |client| Box::pin(async move { client.delete_user().await })),
    ("ChangePassword", |client| Box::pin(async move { client.update_password(Some("Old-1234"), "New-1234").await })),
    ("AssociateSoftwareToken", |client| Box::pin(async move { client.set_up_totp().await.map(drop) })),
    ("VerifySoftwareToken", |client| {
        Box::pin(async move { client.verify_totp_setup("123456", Default::default()).await })
    }),
    ("GetUser", |client| Box::pin(async move { client.fetch_mfa_preference().await.map(drop) })),
    ("SetUserMFAPreference", |client| {
        Box::pin(async move { client.update_mfa_preference(None, Some(MfaSetting::Preferred), None).await })
    }),
    ("StartWebAuthnRegistration", |client| {
        Box::pin(async move { client.begin_passkey_registration().await.map(drop) })
    }),
    ("ListWebAuthnCredentials", |client| {
        Box::pin(async move { client.list_passkeys(Default::default()).await.map(drop) })
    }),
    ("DeleteWebAuthnCredential", |client| Box::pin(async move { client.delete_passkey("id").await })),
    ("ListDevices", |client| Box::pin(async move { client.fetch_devices().await.map(drop) })),
];

/// Waits until the service has been asked that often.
async fn asked(fixture: &Fixture, operation: &str, times: usize) {
    while fixture.service.count(operation) < times {
        tokio::task::yield_now().await;
    }
}

fn sent_with_a_token_of(fixture: &Fixture, operation: &str) -> Vec<String> {
    let requests = fixture.service.requests.lock().unwrap();
    let sent = requests.iter().filter(|(name, _)| name == operation);
    sent.map(|(_, body)| scripted::user_of(body["AccessToken"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn a_call_made_for_one_user_never_acts_on_another_who_signs_in_while_it_waits() {
    for (operation, call) in CALLS {
        let fixture = Fixture::new();
        fixture.sign_in("ann").await;
        fixture.device.advance(2 * HOUR);
        fixture.service.then([Reply::Waits]);
        let calling = tokio::spawn(call(fixture.client.clone()));
        asked(&fixture, "GetTokensFromRefreshToken", 1).await;
        fixture.sign_in("bob").await;
        fixture.service.gate.add_permits(1);
        assert_eq!(calling.await.unwrap().unwrap_err().code(), "cancelled", "{operation}");
        assert_eq!(sent_with_a_token_of(&fixture, operation), Vec::<String>::new(), "{operation}");
    }
}

#[tokio::test]
async fn a_call_that_is_made_again_after_a_refusal_is_made_for_the_same_user() {
    for (operation, call) in CALLS {
        let fixture = Fixture::new();
        fixture.sign_in("ann").await;
        fixture.service.then([Reply::Refuses("NotAuthorizedException", "Access Token has been revoked"), Reply::Waits]);
        let calling = tokio::spawn(call(fixture.client.clone()));
        asked(&fixture, "GetTokensFromRefreshToken", 1).await;
        fixture.sign_in("bob").await;
        fixture.service.gate.add_permits(1);
        assert_eq!(calling.await.unwrap().unwrap_err().code(), "cancelled", "{operation}");
        assert_eq!(sent_with_a_token_of(&fixture, operation), ["ann"], "{operation}");
    }
}

#[tokio::test]
async fn a_fetch_made_for_one_user_gives_no_tokens_of_another() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.device.advance(2 * HOUR);
    fixture.service.then([Reply::Waits]);
    let client = fixture.client.clone();
    let fetching = tokio::spawn(async move { client.fetch_auth_session(FetchSessionOptions::new()).await });
    asked(&fixture, "GetTokensFromRefreshToken", 1).await;
    fixture.sign_in("bob").await;
    fixture.service.gate.add_permits(1);
    assert_eq!(fetching.await.unwrap().unwrap_err().code(), "cancelled");
}

/// A change of a token's claims.
type Change = fn(&mut Value);

/// Tokens as a service gives them, with one thing about them changed.
fn answer(fixture: &Fixture, change: impl Fn(&mut Value)) -> Reply {
    let mut tokens = tokens_with(&fixture.service, "ann", &change);
    tokens["RefreshToken"] = "ann#1".into();
    Reply::Answers(json!({ "AuthenticationResult": tokens }))
}

#[tokio::test]
async fn tokens_of_another_user_pool_app_client_or_use_are_not_taken() {
    let changes: [(&str, Change); 9] = [
        ("another user", |claims| claims["sub"] = "sub-bob".into()),
        ("another pool", |claims| claims["iss"] = "https://example.org/eu-west-1_Other".into()),
        ("a pool that ends alike", |claims| claims["iss"] = "https://example.org/xeu-west-1_AbCdEfGh1".into()),
        ("no issuer", |claims| drop(claims.as_object_mut().unwrap().remove("iss"))),
        ("another client", |claims| (claims["client_id"], claims["aud"]) = ("other".into(), "other".into())),
        ("no client", |claims| {
            claims.as_object_mut().unwrap().remove("client_id");
            claims.as_object_mut().unwrap().remove("aud");
        }),
        ("another use", |claims| claims["token_use"] = "id".into()),
        ("no use", |claims| drop(claims.as_object_mut().unwrap().remove("token_use"))),
        ("nobody", |claims| drop(claims.as_object_mut().unwrap().remove("sub"))),
    ];
    for (what, change) in changes {
        let mut fixture = Fixture::new();
        fixture.sign_in("ann").await;
        let options = || FetchSessionOptions::new();
        let before = fixture.client.fetch_auth_session(options()).await.unwrap();
        fixture.service.then([answer(&fixture, change)]);
        let session = fixture.client.fetch_auth_session(options().force_refresh(true)).await.unwrap();
        assert_eq!(session.tokens().unwrap_err().code(), "bad_response", "{what}");
        assert!(matches!(fixture.client.state(), AuthState::SignedIn { user } if user.user_id == "sub-ann"), "{what}");
        // The good ones are still there, in the store too.
        fixture.restart();
        let after = fixture.client.fetch_auth_session(options()).await.unwrap();
        assert_eq!(after.tokens().unwrap().access_token(), before.tokens().unwrap().access_token(), "{what}");
        // At a sign-in there is nothing to lose: it fails.
        if what != "another user" {
            fixture.service.then([answer(&fixture, change)]);
            let options = SignInOptions::new().auth_flow(AuthFlow::UserPassword);
            let error = fixture.client.sign_in("ann", Some("password"), options).await.unwrap_err();
            assert_eq!(error.code(), "bad_response", "{what}");
        }
    }
}

#[tokio::test]
async fn an_empty_or_unusable_part_never_replaces_a_good_one() {
    let without = |part: &str, value: Value| {
        let part = part.to_owned();
        move |tokens: &mut Value| tokens[part.as_str()] = value.clone()
    };
    for (what, change) in [
        ("an empty refresh token", without("RefreshToken", "".into())),
        ("no ID token", without("IdToken", Value::Null)),
        ("an empty ID token", without("IdToken", "".into())),
        ("an ID token that is none", without("IdToken", "hello".into())),
    ] {
        let mut fixture = Fixture::new();
        fixture.sign_in("ann").await;
        let mut tokens = tokens_with(&fixture.service, "ann", &|_: &mut Value| {});
        change(&mut tokens);
        fixture.service.then([Reply::Answers(json!({ "AuthenticationResult": tokens }))]);
        let forced = || FetchSessionOptions::new().force_refresh(true);
        let session = fixture.client.fetch_auth_session(forced()).await.unwrap();
        assert!(session.tokens().unwrap().id_token().is_some_and(|token| token.len() > 20), "{what}");
        fixture.restart();
        assert!(fixture.client.fetch_auth_session(forced()).await.unwrap().tokens().is_ok(), "{what}");
        let requests = fixture.service.requests.lock().unwrap();
        assert_eq!(requests.last().unwrap().1["RefreshToken"], "ann#1", "{what}");
    }
}

#[tokio::test]
async fn a_rotated_refresh_token_is_kept_even_if_the_access_token_beside_it_is_useless() {
    let mut fixture = Fixture::rotating();
    fixture.sign_in("ann").await;
    for useless in [json!("no token"), json!("e30.e30"), json!(""), json!("a".repeat(200_000))] {
        let mut tokens = json!({ "AccessToken": useless, "RefreshToken": fixture.service.rotate("ann") });
        tokens["ExpiresIn"] = 3600.into();
        fixture.service.then([Reply::Answers(json!({ "AuthenticationResult": tokens }))]);
        let forced = || FetchSessionOptions::new().force_refresh(true);
        let session = fixture.client.fetch_auth_session(forced()).await.unwrap();
        assert_eq!(session.tokens().unwrap_err().code(), "bad_response");
        fixture.restart();
        assert!(fixture.client.fetch_auth_session(forced()).await.unwrap().tokens().is_ok());
    }
}

#[tokio::test]
async fn another_users_live_session_is_replaced_kept_or_a_reason_to_refuse() {
    let options = |existing| SignInOptions::new().auth_flow(AuthFlow::UserPassword).existing_session(existing);
    let names = |fixture: &Fixture| fixture.client.accounts().into_iter().map(|user| user.username).collect::<Vec<_>>();
    let mut fixture = Fixture::new();
    fixture.sign_in("ann").await;
    // Refused before anything is sent.
    let sent = fixture.service.count("InitiateAuth");
    let error = fixture.client.sign_in("bob", Some("p"), options(ExistingSession::Refuse)).await.unwrap_err();
    assert_eq!((error.code(), fixture.service.count("InitiateAuth")), ("another_user_signed_in", sent));
    assert!(fixture.client.sign_in("ANN", Some("p"), options(ExistingSession::Refuse)).await.is_err_and(|error| {
        error.code() == "another_user_signed_in" // the service says that it is another one
    }));
    assert!(fixture.client.sign_in("ann", Some("p"), options(ExistingSession::Refuse)).await.unwrap().is_signed_in);
    // Side by side.
    fixture.client.sign_in("bob", Some("p"), options(ExistingSession::Keep)).await.unwrap();
    assert_eq!(names(&fixture), ["bob", "ann"]);
    fixture.restart();
    fixture.client.load().await.unwrap();
    assert_eq!(names(&fixture), ["bob", "ann"]);
    let ann = fixture.client.accounts().remove(1);
    fixture.client.switch_account(&ann).await.unwrap();
    assert_eq!(fixture.client.get_current_user().await.unwrap(), ann);
    let session = fixture.client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap();
    assert_eq!(scripted::user_of(session.tokens().unwrap().access_token()), "ann");
    // A sign-out switches to nobody.
    fixture.client.sign_out(SignOutOptions::new()).await;
    assert_eq!((fixture.client.state(), names(&fixture)), (AuthState::SignedOut, vec!["bob".to_owned()]));
    let error = fixture.client.switch_account(&ann).await.unwrap_err();
    assert_eq!(error.code(), "account_not_found");
    let bob = fixture.client.accounts().remove(0);
    fixture.client.switch_account(&bob).await.unwrap();
    // One that is not the current one, and then all.
    fixture.client.sign_in("cat", Some("p"), options(ExistingSession::Keep)).await.unwrap();
    assert!(fixture.client.sign_out(SignOutOptions::new().account(bob)).await.is_complete);
    assert_eq!(
        (names(&fixture), fixture.client.get_current_user().await.unwrap().username),
        (vec!["cat".to_owned()], "cat".to_owned())
    );
    fixture.client.sign_in("ann", Some("p"), options(ExistingSession::Keep)).await.unwrap();
    assert!(fixture.client.sign_out(SignOutOptions::new().all_accounts(true)).await.is_complete);
    assert_eq!(names(&fixture), Vec::<String>::new());
    assert_eq!(fixture.records("account/"), Vec::<String>::new());
}

#[tokio::test]
async fn a_session_that_another_takes_the_place_of_is_revoked() {
    let fixture = Fixture::new();
    for user in ["ann", "bob", "cat"] {
        fixture.sign_in(user).await;
    }
    fixture.client.sign_out(SignOutOptions::new()).await;
    asked(&fixture, "RevokeToken", 3).await;
    let requests = fixture.service.requests.lock().unwrap();
    let revoked = requests.iter().filter(|(name, _)| name == "RevokeToken");
    let mut revoked: Vec<_> = revoked.map(|(_, body)| body["Token"].as_str().unwrap().to_owned()).collect();
    revoked.sort();
    assert_eq!(revoked, ["ann#1", "bob#1", "cat#1"]);
}

#[tokio::test]
async fn an_unstored_session_that_another_takes_the_place_of_is_revoked_too() {
    let fixture = Fixture::new();
    fixture.store.be(StoreFault::ReadOnly);
    fixture.sign_in("ann").await;
    fixture.sign_in("bob").await;
    asked(&fixture, "RevokeToken", 1).await;
    let requests = fixture.service.requests.lock().unwrap();
    assert_eq!(requests.iter().find(|(name, _)| name == "RevokeToken").unwrap().1["Token"], "ann#1");
}
