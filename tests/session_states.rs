//! Every operation in every state: each has a result with a code of its own, none is "invalid state" or a defect, and
//! none takes longer than it may.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use portcullis::{
    AuthClient, AuthFlow, AwsCredentialsOptions, AwsRequest, ExistingSession, FederateOptions, FederatedProvider,
    FetchSessionOptions, MfaSetting, SignInOptions, SignOutOptions, UserAttribute, WebUiSignInOptions,
};
use scripted::{Fixture, Reply, StoreFault, identities, pages};
use serde_json::json;

/// What an operation came to: a code, or `ok`.
type Operating = Pin<Box<dyn Future<Output = String> + Send>>;

fn code<T>(result: Result<T, portcullis::AuthError>) -> String {
    result.map_or_else(|error| error.code().to_owned(), |_| "ok".to_owned())
}

macro_rules! operations {
    ($($name:literal: |$client:ident| $call:expr,)*) => {
        const OPERATIONS: &[(&str, fn(AuthClient) -> Operating)] =
            &[$(($name, |$client: AuthClient| Box::pin(async move { $call }) as Operating)),*];
    };
}

operations! {
    "load": |client| code(client.load().await),
    "fetchAuthSession": |client| code(client.fetch_auth_session(FetchSessionOptions::new()).await),
    "fetchAuthSession, forced": |client| code(client.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)).await),
    "verifySession": |client| code(client.verify_session().await),
    "getCurrentUser": |client| code(client.get_current_user().await),
    "switchAccount": |client| {
        let nobody = portcullis::AuthUser { username: "dan".to_owned(), user_id: "sub-dan".to_owned() };
        code(client.switch_account(&nobody).await)
    },
    "signIn": |client| code(client.sign_in("bob", Some("p"), SignInOptions::new().auth_flow(AuthFlow::UserPassword)).await),
    "signIn, keep": |client| {
        let options = SignInOptions::new().auth_flow(AuthFlow::UserPassword).existing_session(ExistingSession::Keep);
        code(client.sign_in("bob", Some("p"), options).await)
    },
    "signIn, refuse": |client| {
        let options = SignInOptions::new().auth_flow(AuthFlow::UserPassword).existing_session(ExistingSession::Refuse);
        code(client.sign_in("bob", Some("p"), options).await)
    },
    "confirmSignIn": |client| code(client.confirm_sign_in("123456", Default::default()).await),
    "resendSignInCode": |client| code(client.resend_sign_in_code().await),
    "autoSignIn": |client| code(client.auto_sign_in().await),
    "signUp": |client| code(client.sign_up("bob", Some("Password-1"), Default::default()).await),
    "confirmSignUp": |client| code(client.confirm_sign_up("bob", "123456", Default::default()).await),
    "resendSignUpCode": |client| code(client.resend_sign_up_code("bob", Default::default()).await),
    "resetPassword": |client| code(client.reset_password("bob", Default::default()).await),
    "confirmResetPassword": |client| code(client.confirm_reset_password("bob", "New-1234", "123456", Default::default()).await),
    "updatePassword": |client| code(client.update_password(Some("Old-1234"), "New-1234").await),
    "fetchUserAttributes": |client| code(client.fetch_user_attributes().await),
    "fetchVerifiedContacts": |client| code(client.fetch_verified_contacts().await),
    "updateUserAttributes": |client| {
        code(client.update_user_attributes(vec![UserAttribute::new("nickname", "A")], Default::default()).await)
    },
    "deleteUserAttributes": |client| code(client.delete_user_attributes(vec!["nickname".to_owned()]).await),
    "sendVerificationCode": |client| code(client.send_verification_code("email", Default::default()).await),
    "confirmUserAttribute": |client| code(client.confirm_user_attribute("email", "123456").await),
    "deleteUser": |client| code(client.delete_user().await),
    "setUpTOTP": |client| code(client.set_up_totp().await),
    "verifyTOTPSetup": |client| code(client.verify_totp_setup("123456", Default::default()).await),
    "fetchMFAPreference": |client| code(client.fetch_mfa_preference().await),
    "updateMFAPreference": |client| code(client.update_mfa_preference(None, Some(MfaSetting::Enabled), None).await),
    "rememberDevice": |client| code(client.remember_device().await),
    "forgetDevice": |client| code(client.forget_device(None).await),
    "fetchDevices": |client| code(client.fetch_devices().await),
    "beginPasskeyRegistration": |client| code(client.begin_passkey_registration().await),
    "listPasskeys": |client| code(client.list_passkeys(Default::default()).await),
    "deletePasskey": |client| code(client.delete_passkey("id").await),
    "fetchAuthSession, credentials": |client| code(client.fetch_auth_session(FetchSessionOptions::new().aws_credentials(true)).await),
    "fetchAWSCredentials": |client| code(client.fetch_aws_credentials(AwsCredentialsOptions::new()).await),
    "signAWSRequest": |client| {
        code(client.sign_aws_request(AwsRequest::new("GET", "https://example.org/", "eu-west-1", "sts")).await)
    },
    "fetchIdentityId": |client| code(client.fetch_identity_id().await),
    "fetchOpenIdToken": |client| code(client.fetch_open_id_token().await),
    "clearIdentity": |client| code(client.clear_identity().await),
    "federateToIdentityPool": |client| {
        code(client.federate_to_identity_pool(FederatedProvider::Google, "dan#1", FederateOptions::new()).await)
    },
    "clearFederation": |client| code(client.clear_federation().await),
    "beginWebUISignIn": |client| code(client.begin_web_ui_sign_in(WebUiSignInOptions::new()).await),
    "completeWebUISignIn": |client| code(client.complete_web_ui_sign_in("myapp://signed-in/?code=a&state=b").await),
    "completeWebUISignIn of one that was begun": |client| {
        let Ok(begun) = client.begin_web_ui_sign_in(WebUiSignInOptions::new()).await else { return "ok".to_owned() };
        let state = scripted::pages::parameters(&begun.url).remove("state").unwrap();
        code(client.complete_web_ui_sign_in(format!("myapp://signed-in/?code=a&state={state}")).await)
    },
    "signOut": |client| client.sign_out(SignOutOptions::new()).await.storage_error.map_or("ok".to_owned(), |error| error.code),
    "signOut, global": |client| {
        client.sign_out(SignOutOptions::new().global(true)).await.storage_error.map_or("ok".to_owned(), |error| error.code)
    },
}

const STATES: [&str; 10] = [
    "not loaded",
    "signed out",
    "signed in",
    "stale and offline",
    "expired",
    "federated",
    "a challenge waits",
    "store locked",
    "store failing",
    "closed",
];

async fn fixture_in(state: &str) -> Fixture {
    let mut fixture = Fixture::with_configuration(|builder| pages::with_pages(identities::with_pool(builder)));
    match state {
        "federated" => {
            let federating = FederateOptions::new();
            fixture.client.federate_to_identity_pool(FederatedProvider::Google, "eve#1", federating).await.unwrap();
        }
        "signed out" => drop(fixture.client.load().await),
        "signed in" | "not loaded" => fixture.sign_in("ann").await,
        "stale and offline" => {
            fixture.sign_in("ann").await;
            fixture.device.advance(7200);
            fixture.service.then(vec![Reply::Unreachable; 60]);
        }
        "expired" => {
            fixture.sign_in("ann").await;
            fixture.service.then([Reply::Refuses("NotAuthorizedException", "User is disabled.")]);
            let forced = FetchSessionOptions::new().force_refresh(true);
            fixture.client.fetch_auth_session(forced).await.unwrap();
        }
        "a challenge waits" => {
            fixture.sign_in("ann").await;
            let challenge = json!({ "ChallengeName": "SMS_MFA", "Session": "s".repeat(30), "ChallengeParameters": {} });
            fixture.service.then([Reply::Answers(challenge)]);
            let options = SignInOptions::new().auth_flow(AuthFlow::UserPassword);
            fixture.client.sign_in("ann", Some("p"), options).await.unwrap();
        }
        "closed" => {
            fixture.sign_in("ann").await;
            fixture.client.close();
        }
        _ => fixture.sign_in("ann").await,
    }
    match state {
        "not loaded" => fixture.restart(),
        "store locked" => {
            fixture.restart();
            fixture.store.be(StoreFault::Locked);
        }
        "store failing" => {
            fixture.restart();
            fixture.store.be(StoreFault::Failing);
        }
        _ => {}
    }
    fixture
}

/// What a state may answer beside `ok` and what the service says of nonsense; a state has no other codes.
fn allowed(state: &str) -> &'static [&'static str] {
    match state {
        "signed out" => &["not_signed_in"],
        "stale and offline" => &["network"],
        "expired" => &["session_expired"],
        "federated" => &["federation_active", "not_signed_in"],
        "store locked" => &["storage_locked"],
        "store failing" => &["storage_failed"],
        "closed" => &["client_closed"],
        _ => &[],
    }
}

/// What follows from the operation itself, in any state.
const OF_THE_OPERATION: [&str; 12] = [
    "account_not_found",
    "another_user_signed_in",
    "bad_response",
    "device_not_tracked",
    "no_auto_sign_in",
    "no_code_to_resend",
    "no_sign_in_in_progress",
    "no_web_ui_sign_in",
    "totp_code_mismatch",
    "user_pool_session_active",
    "web_ui_refused",
    "ok",
];

#[tokio::test(start_paused = true)]
async fn every_operation_has_a_result_in_every_state() {
    let mut cells = 0;
    for state in STATES {
        for (name, operation) in OPERATIONS {
            let fixture = fixture_in(state).await;
            let begun = tokio::time::Instant::now();
            let came_to = operation(fixture.client.clone()).await;
            let expected = allowed(state).contains(&came_to.as_str()) || OF_THE_OPERATION.contains(&came_to.as_str());
            assert!(expected, "{name} when {state}: {came_to}");
            assert!(begun.elapsed() <= Duration::from_secs(30), "{name} when {state}: {:?}", begun.elapsed());
            cells += 1;
            // Whatever came of it, the next sign-in works.
            fixture.store.be(StoreFault::Well);
            fixture.service.script.lock().unwrap().clear();
            if state != "closed" {
                // Signing in and federation exclude each other.
                fixture.client.clear_federation().await.unwrap();
                fixture.sign_in("cat").await;
                assert_eq!(fixture.client.get_current_user().await.unwrap().username, "cat", "{name} when {state}");
            }
        }
    }
    assert_eq!(cells, STATES.len() * OPERATIONS.len());
    println!("{} operations in {} states: {cells} results", OPERATIONS.len(), STATES.len());
}
