//! Identities and AWS credentials: whose they are, how long they are given out, and what becomes of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use std::time::Duration;

use portcullis::{
    AuthSession, AwsCredentials, AwsCredentialsOptions, FetchSessionOptions, SecureStore as _, SignOutOptions,
};
use scripted::identities::{HOUR, fixture, with_pool};
use scripted::{Fixture, Reply, StoreFault};
use serde_json::json;

fn plain() -> AwsCredentialsOptions {
    AwsCredentialsOptions::new()
}

async fn fetch(fixture: &Fixture) -> AwsCredentials {
    fixture.client.fetch_aws_credentials(plain()).await.unwrap()
}

async fn refused(fixture: &Fixture) -> String {
    fixture.client.fetch_aws_credentials(plain()).await.unwrap_err().code().to_owned()
}

async fn with_credentials(fixture: &Fixture) -> AuthSession {
    fixture.client.fetch_auth_session(FetchSessionOptions::new().aws_credentials(true)).await.unwrap()
}

#[tokio::test]
async fn a_guest_keeps_the_identity_and_gets_new_credentials_before_the_old_ones_end() {
    let mut fixture = fixture();
    let first = fetch(&fixture).await;
    assert_eq!(fetch(&fixture).await, first);
    assert_eq!(fixture.client.fetch_identity_id().await.unwrap(), first.identity_id());
    fixture.device.advance(HOUR - 5 * 60 - 1);
    fixture.restart();
    assert_eq!(fetch(&fixture).await, first, "they are in the store");
    assert_eq!(fixture.identity_requests(), (1, 1));
    fixture.device.advance(1);
    let second = fetch(&fixture).await;
    assert_ne!(second.session_token(), first.session_token());
    assert_eq!(second.identity_id(), first.identity_id());
    assert_eq!(fixture.identity_requests(), (1, 2));
    let forced = fixture.client.fetch_aws_credentials(plain().force_refresh(true)).await.unwrap();
    assert_ne!(forced, second);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_callers_make_one_exchange() {
    let fixture = fixture();
    fixture.service.then([Reply::Waits]);
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let client = fixture.client.clone();
            tokio::spawn(async move { client.fetch_aws_credentials(plain()).await.unwrap() })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    fixture.service.gate.add_permits(1);
    let mut seen = std::collections::HashSet::new();
    for call in calls {
        seen.insert(call.await.unwrap().session_token().to_owned());
    }
    assert_eq!((seen.len(), fixture.identity_requests()), (1, (1, 1)));
}

#[tokio::test]
async fn a_user_has_an_identity_of_their_own_and_the_guests_waits() {
    let fixture = fixture();
    let guest = fetch(&fixture).await;
    fixture.sign_in("ann").await;
    assert_eq!(fixture.identity_requests(), (1, 1), "a sign-in asks the identity pool nothing");
    let ann = fetch(&fixture).await;
    assert_eq!(ann.identity_id(), "eu-west-1:of-ann");
    let sent = fixture.service.requests.lock().unwrap().last().unwrap().1.clone();
    let logins: Vec<_> = sent["Logins"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(logins, ["cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGh1"]);
    assert_eq!(fixture.records("account/"), ["account/ann/identity", "account/ann/session"]);
    fixture.client.sign_out(SignOutOptions::new()).await;
    assert_eq!(fixture.records("account/"), [""; 0]);
    assert_eq!(fetch(&fixture).await, guest);
}

#[tokio::test]
async fn a_guest_who_signs_in_keeps_the_identity_only_if_the_app_asks() {
    let fixture = Fixture::with_configuration(|builder| with_pool(builder).merge_guest_identity(true));
    let guest = fetch(&fixture).await;
    fixture.sign_in("ann").await;
    let ann = fetch(&fixture).await;
    assert_eq!(ann.identity_id(), guest.identity_id());
    assert_ne!(ann.session_token(), guest.session_token());
    fixture.client.sign_out(SignOutOptions::new()).await;
    assert_ne!(fetch(&fixture).await.identity_id(), guest.identity_id(), "it is ann's now");
}

#[tokio::test]
async fn a_merge_that_the_service_refuses_costs_nobody_anything() {
    let fixture = Fixture::with_configuration(|builder| with_pool(builder).merge_guest_identity(true));
    let guest = fetch(&fixture).await;
    fixture.sign_in("ann").await;
    fixture.service.then([Reply::Refuses("ResourceConflictException", "Logins are linked to another identity")]);
    assert_eq!(fetch(&fixture).await.identity_id(), "eu-west-1:of-ann");
    fixture.client.sign_out(SignOutOptions::new()).await;
    assert_eq!(fetch(&fixture).await, guest);
}

#[tokio::test]
async fn an_identity_pool_that_is_down_hides_no_tokens_and_takes_no_credentials_that_work() {
    let fixture = fixture();
    fixture.sign_in("ann").await;
    fixture.service.then(std::iter::repeat_n(Reply::Unreachable, 3));
    let session = with_credentials(&fixture).await;
    assert!(session.is_signed_in && session.tokens().is_ok());
    assert_eq!(session.aws_credentials().unwrap_err().code(), "network");
    assert_eq!(session.identity_id().unwrap_err().code(), "network");
    let credentials = fetch(&fixture).await;
    fixture.device.advance(HOUR - 60);
    let tokens = fixture.client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap();
    assert!(tokens.tokens().is_ok());
    fixture.service.then(std::iter::repeat_n(Reply::Unreachable, 3));
    assert_eq!(fetch(&fixture).await, credentials, "they still work");
    fixture.service.then(std::iter::repeat_n(Reply::Unreachable, 3));
    let forced = fixture.client.fetch_aws_credentials(plain().force_refresh(true)).await;
    assert_eq!(forced.unwrap_err().code(), "network");
    fixture.device.advance(61);
    fixture.service.then(std::iter::repeat_n(Reply::Unreachable, 3));
    let session = with_credentials(&fixture).await;
    assert_eq!(session.aws_credentials().unwrap_err().code(), "network");
    assert_eq!(session.identity_id().unwrap(), "eu-west-1:of-ann", "that is known");
}

#[tokio::test]
async fn an_identity_that_is_lost_is_replaced() {
    let fixture = fixture();
    let guest = fetch(&fixture).await;
    fixture.device.advance(HOUR);
    fixture.service.then([Reply::Refuses("ResourceNotFoundException", "Identity 'x' not found.")]);
    let another = fetch(&fixture).await;
    assert_ne!(another.identity_id(), guest.identity_id());
    fixture.device.advance(HOUR);
    fixture.service.then([Reply::Refuses("NotAuthorizedException", "Access to Identity 'x' is forbidden.")]);
    assert_ne!(fetch(&fixture).await.identity_id(), another.identity_id());
}

#[tokio::test]
async fn what_comes_after_a_sign_out_is_nobodys() {
    let fixture = fixture();
    fixture.sign_in("ann").await;
    fixture.service.then([Reply::Waits]);
    let client = fixture.client.clone();
    let fetching = tokio::spawn(async move { client.fetch_aws_credentials(plain()).await });
    while fixture.service.count("GetId") == 0 {
        tokio::task::yield_now().await;
    }
    fixture.client.sign_out(SignOutOptions::new()).await;
    fixture.service.gate.add_permits(1);
    let error = fetching.await.unwrap().unwrap_err();
    assert!(["cancelled", "not_signed_in"].contains(&error.code()), "{error:?}");
    assert_eq!(fixture.records(""), ["accounts"], "nothing of it was stored");
    let guest = fetch(&fixture).await;
    assert!(guest.identity_id().contains("guest"));
}

#[tokio::test]
async fn what_comes_after_another_user_signed_in_is_not_theirs() {
    let fixture = fixture();
    fixture.sign_in("ann").await;
    fixture.service.then([Reply::Waits]);
    let client = fixture.client.clone();
    let fetching = tokio::spawn(async move { client.fetch_aws_credentials(plain()).await });
    while fixture.service.count("GetId") == 0 {
        tokio::task::yield_now().await;
    }
    fixture.sign_in("bob").await;
    fixture.service.gate.add_permits(1);
    assert!(fetching.await.unwrap().is_err());
    assert_eq!(fetch(&fixture).await.identity_id(), "eu-west-1:of-bob");
    assert!(fixture.records("account/").iter().all(|key| key.contains("/bob/")));
}

#[tokio::test]
async fn another_process_signs_out_and_its_credentials_go_too() {
    let fixture = fixture();
    fixture.sign_in("ann").await;
    fetch(&fixture).await;
    fixture.another_process().sign_out(SignOutOptions::new()).await;
    fixture.device.advance(2);
    assert!(fetch(&fixture).await.identity_id().contains("guest"));
    assert_eq!(fixture.records("account/"), [""; 0]);
}

#[tokio::test]
async fn a_clock_that_was_put_back_makes_no_credentials_last_longer() {
    let fixture = fixture();
    let first = fetch(&fixture).await;
    fixture.device.advance(-HOUR);
    assert_ne!(fetch(&fixture).await, first, "only the service knows");
}

#[tokio::test]
async fn a_new_sign_in_of_the_same_user_gets_new_credentials() {
    let fixture = fixture();
    fixture.sign_in("ann").await;
    let before = fetch(&fixture).await;
    fixture.sign_in("ann").await;
    let after = fetch(&fixture).await;
    assert_eq!(after.identity_id(), before.identity_id());
    assert_ne!(after.session_token(), before.session_token());
}

#[tokio::test]
async fn guests_and_identity_pools_that_there_are_none_of_are_refused_before_anything_is_sent() {
    let fixture = Fixture::with_configuration(|builder| with_pool(builder).guest_access(false));
    assert_eq!(refused(&fixture).await, "guest_access_denied");
    let without = Fixture::new();
    assert_eq!(refused(&without).await, "configuration_invalid");
    let session = with_credentials(&without).await;
    assert_eq!(session.aws_credentials().unwrap_err().code(), "configuration_invalid");
    assert_eq!(session.tokens().unwrap_err().code(), "not_signed_in");
    let plain = without.client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap();
    assert_eq!(plain.identity_id().unwrap_err().code(), "validation_failed");
    for fixture in [fixture, without] {
        assert_eq!(fixture.service.requests.lock().unwrap().len(), 0);
    }
}

#[tokio::test]
async fn what_the_service_refuses_has_its_code() {
    let fixture = fixture();
    for (exception, text, code) in [
        (
            "NotAuthorizedException",
            "Unauthenticated access is not supported for this identity pool.",
            "guest_access_denied",
        ),
        (
            "NotAuthorizedException",
            "Invalid login token. Token expired: 1446742058 >= 1446727732",
            "provider_token_expired",
        ),
        ("NotAuthorizedException", "Invalid login token. Token is expired.", "provider_token_expired"),
        ("NotAuthorizedException", "Invalid login token. Issuer doesn't match providerName", "provider_token_refused"),
        (
            "NotAuthorizedException",
            "Token is not from a supported provider of this identity pool.",
            "provider_token_refused",
        ),
        (
            "InvalidIdentityPoolConfigurationException",
            "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
            "misconfigured",
        ),
        ("ResourceNotFoundException", "IdentityPool 'x' not found.", "resource_not_found"),
        ("ResourceConflictException", "x", "identity_conflict"),
        ("InvalidParameterException", "x", "invalid_parameter"),
    ] {
        fixture.service.then([Reply::Refuses(exception, text)]);
        assert_eq!(refused(&fixture).await, code, "{text}");
    }
}

#[tokio::test]
async fn no_word_of_the_identity_pool_ends_a_session() {
    let fixture = fixture();
    fixture.sign_in("ann").await;
    for (exception, text) in [
        ("NotAuthorizedException", "Access Token has been revoked"),
        ("NotAuthorizedException", "User is disabled."),
        ("UserNotFoundException", "User does not exist."),
        ("PasswordResetRequiredException", "Password reset required for the user"),
    ] {
        fixture.service.then([Reply::Refuses(exception, text)]);
        assert!(fixture.client.fetch_aws_credentials(plain().force_refresh(true)).await.is_err());
        assert!(with_credentials(&fixture).await.is_signed_in);
    }
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 0);
}

#[tokio::test]
async fn answers_that_make_no_sense_are_refused_or_bounded() {
    let fixture = fixture();
    let id = || Reply::Answers(json!({ "IdentityId": "eu-west-1:guest" }));
    let credentials = |expiration: f64| {
        Reply::Answers(json!({ "IdentityId": "eu-west-1:guest", "Credentials": { "AccessKeyId": "k", "SecretKey": "s",
            "SessionToken": "t", "Expiration": expiration } }))
    };
    for answer in [json!({}), json!({ "IdentityId": "" }), json!({ "IdentityId": 7 })] {
        fixture.service.then([Reply::Answers(answer)]);
        assert_eq!(refused(&fixture).await, "bad_response");
    }
    fixture.service.then([id(), Reply::Answers(json!({ "IdentityId": "eu-west-1:guest" }))]);
    assert_eq!(refused(&fixture).await, "bad_response");
    fetch(&fixture).await;
    fixture.device.advance(HOUR);
    for expiration in [-1e300, 0.0] {
        fixture.service.then([credentials(expiration)]);
        let first = fetch(&fixture).await;
        assert!(first.expires_at() <= std::time::UNIX_EPOCH);
    }
    fixture.service.then([credentials(1e300)]);
    fetch(&fixture).await;
    fixture.device.advance(13 * HOUR);
    let before = fixture.identity_requests().1;
    fetch(&fixture).await;
    assert_eq!(fixture.identity_requests().1, before + 1, "nothing lasts for ever");
}

#[tokio::test]
async fn a_store_that_fails_costs_requests_and_nothing_else() {
    let fixture = fixture();
    fixture.store.be(StoreFault::ReadOnly);
    let first = fetch(&fixture).await;
    assert_eq!(fetch(&fixture).await, first, "memory has it");
    fixture.store.be(StoreFault::Well);
    fixture.store.inner.write("portcullis/eu-west-1_AbCdEfGh1/client/guest/identity", b"garbled").unwrap();
    let another = fixture.another_process().fetch_aws_credentials(plain()).await.unwrap();
    assert_ne!(another.identity_id(), first.identity_id());
}

#[tokio::test]
async fn an_open_id_token_is_new_each_time_and_of_an_identity_that_exists() {
    let fixture = fixture();
    assert_eq!(fixture.client.fetch_open_id_token().await.unwrap(), "canary-open-id");
    fixture.service.then([Reply::Refuses("ResourceNotFoundException", "Identity 'x' not found.")]);
    assert_eq!(fixture.client.fetch_open_id_token().await.unwrap(), "canary-open-id");
    assert_eq!((fixture.service.count("GetId"), fixture.service.count("GetOpenIdToken")), (2, 3));
    fixture.client.clear_identity().await.unwrap();
    fixture.client.fetch_open_id_token().await.unwrap();
    assert_eq!(fixture.service.count("GetId"), 3);
}

#[tokio::test]
async fn a_role_that_was_chosen_is_not_given_out_as_another() {
    let fixture = fixture();
    fixture.sign_in("ann").await;
    let plain_role = fetch(&fixture).await;
    let role = || AwsCredentialsOptions::new().custom_role_arn("arn:aws:iam::111122223333:role/ann");
    let chosen = fixture.client.fetch_aws_credentials(role()).await.unwrap();
    assert_ne!(chosen.session_token(), plain_role.session_token());
    let sent = fixture.service.requests.lock().unwrap().last().unwrap().1.clone();
    assert_eq!(sent["CustomRoleArn"], "arn:aws:iam::111122223333:role/ann");
    assert_eq!(fixture.client.fetch_aws_credentials(role()).await.unwrap(), chosen);
    assert_ne!(fetch(&fixture).await.session_token(), chosen.session_token());
}

#[tokio::test]
async fn nothing_secret_is_printed() {
    let fixture = fixture();
    fixture.sign_in("ann").await;
    let session = with_credentials(&fixture).await;
    let credentials = session.aws_credentials().unwrap();
    let printed = format!("{session:?} {credentials:?}");
    for secret in [credentials.access_key_id(), credentials.secret_access_key(), credentials.session_token()] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
