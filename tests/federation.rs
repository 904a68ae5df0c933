//! Federation: another provider vouches for whoever uses the app, to the identity pool alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use portcullis::{
    AuthConfiguration, AuthError, AuthEvent, AuthFlow, AuthState, AwsCredentialsOptions, FederateOptions,
    FederatedProvider, FederatedToken, FederatedTokenFailure, FederatedTokenProvider, FetchSessionOptions,
    SignInOptions, SignOutOptions,
};
use scripted::identities::{HOUR, POOL, fixture};
use scripted::{Fixture, Reply, StoreFault};

fn plain() -> AwsCredentialsOptions {
    AwsCredentialsOptions::new()
}

fn now(fixture: &Fixture) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(fixture.device.seconds())
}

fn in_an_hour(fixture: &Fixture) -> FederateOptions {
    FederateOptions::new().expires_at(now(fixture) + Duration::from_secs(3600))
}

async fn federate(fixture: &Fixture, token: &str, options: FederateOptions) -> Result<String, AuthError> {
    let federated = fixture.client.federate_to_identity_pool(FederatedProvider::Google, token, options).await;
    federated.map(|credentials| credentials.identity_id().to_owned())
}

async fn sign_in(fixture: &Fixture) -> Result<bool, AuthError> {
    let options = SignInOptions::new().auth_flow(AuthFlow::UserPassword);
    fixture.client.sign_in("ann", Some("password"), options).await.map(|result| result.is_signed_in)
}

/// The token that was sent last.
fn sent(fixture: &Fixture) -> String {
    let requests = fixture.service.requests.lock().unwrap();
    requests.last().unwrap().1["Logins"]["accounts.google.com"].as_str().unwrap().to_owned()
}

/// Gives tokens as a test says, and waits at a gate if there is one.
#[derive(Debug, Default)]
struct Provider {
    answers: Mutex<VecDeque<Result<FederatedToken, FederatedTokenFailure>>>,
    asked: Mutex<usize>,
    gate: Option<Arc<(Mutex<bool>, Condvar)>>,
}

impl Provider {
    fn giving(answers: impl IntoIterator<Item = Result<FederatedToken, FederatedTokenFailure>>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), ..Self::default() })
    }
}

impl FederatedTokenProvider for Provider {
    fn fetch_token(&self) -> Result<FederatedToken, FederatedTokenFailure> {
        *self.asked.lock().unwrap() += 1;
        if let Some(gate) = &self.gate {
            let mut is_open = gate.0.lock().unwrap();
            while !*is_open {
                is_open = gate.1.wait(is_open).unwrap();
            }
        }
        self.answers.lock().unwrap().pop_front().unwrap()
    }
}

fn token(text: &str, expires_at: Option<SystemTime>) -> Result<FederatedToken, FederatedTokenFailure> {
    Ok(FederatedToken { token: text.to_owned(), expires_at })
}

#[tokio::test]
async fn whoever_is_federated_has_an_identity_credentials_and_a_name_and_survives_the_process() {
    let mut fixture = fixture();
    let events = fixture.client.events();
    let user = [("name".to_owned(), "Ann".to_owned()), ("email".to_owned(), "ann@example.org".to_owned())];
    let expires = now(&fixture) + Duration::from_secs(3600);
    let options = FederateOptions::new().expires_at(expires).user(user);
    let identity_id = federate(&fixture, "ann#1", options).await.unwrap();
    assert_eq!(identity_id, "eu-west-1:of-ann");
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
    let _ = events.next().await; // what was in the store: nobody
    assert_eq!(events.next().await, Some(AuthEvent::Federated { identity_id: identity_id.clone() }));
    for _ in 0..2 {
        fixture.client.load().await.unwrap();
        assert_eq!(fixture.client.state(), AuthState::Federated { identity_id: identity_id.clone() });
        let user = fixture.client.get_current_user().await.unwrap();
        assert_eq!((user.username.as_str(), user.user_id), ("Ann", identity_id.clone()));
        let info = fixture.client.federated_info().unwrap();
        assert_eq!((info.provider, info.token.as_str()), (FederatedProvider::Google, "ann#1"));
        assert_eq!((info.expires_at, info.user["email"].as_str()), (Some(expires), "ann@example.org"));
        assert!(fixture.client.fetch_aws_credentials(plain()).await.is_ok());
        let options = FetchSessionOptions::new().aws_credentials(true);
        let session = fixture.client.fetch_auth_session(options).await.unwrap();
        assert!(session.is_signed_in && session.aws_credentials().is_ok());
        assert_eq!(session.tokens().unwrap_err().code(), "federation_active");
        assert_eq!(fixture.identity_requests(), (1, 1), "memory or the store has them");
        fixture.restart();
    }
}

#[tokio::test]
async fn a_user_pool_sign_in_and_a_federation_exclude_each_other() {
    let fixture = fixture();
    federate(&fixture, "ann#1", FederateOptions::new()).await.unwrap();
    assert_eq!(sign_in(&fixture).await.unwrap_err().code(), "federation_active");
    assert_eq!(fixture.service.count("InitiateAuth"), 0);
    fixture.client.clear_federation().await.unwrap();
    assert_eq!(fixture.client.state(), AuthState::SignedOut);
    assert!(sign_in(&fixture).await.unwrap());
    let error = federate(&fixture, "ann#1", FederateOptions::new()).await.unwrap_err();
    assert_eq!(error.code(), "user_pool_session_active");
    // Another process too, which has not seen the sign-in.
    let other = fixture.another_process();
    let error = other.federate_to_identity_pool(FederatedProvider::Google, "ann#1", FederateOptions::new()).await;
    assert_eq!(error.unwrap_err().code(), "user_pool_session_active");
    assert!(matches!(fixture.client.state(), AuthState::SignedIn { .. }));
}

#[tokio::test]
async fn a_sign_out_ends_it_and_leaves_nothing() {
    let fixture = fixture();
    federate(&fixture, "ann#1", FederateOptions::new()).await.unwrap();
    assert_eq!(fixture.records("federation/"), ["federation/identity", "federation/provider"]);
    let result = fixture.client.sign_out(SignOutOptions::new()).await;
    assert!(result.is_complete, "{result:?}");
    assert_eq!(fixture.client.state(), AuthState::SignedOut);
    assert_eq!(fixture.client.federated_info(), None);
    assert_eq!(fixture.records("federation/"), [""; 0]);
    assert!(fixture.client.fetch_aws_credentials(plain()).await.unwrap().identity_id().contains("guest"));
}

#[tokio::test]
async fn one_that_cannot_be_removed_now_is_ended_and_removed_later() {
    let mut fixture = fixture();
    federate(&fixture, "ann#1", FederateOptions::new()).await.unwrap();
    fixture.store.be(StoreFault::ReadOnly);
    assert_eq!(fixture.client.clear_federation().await.unwrap_err().code(), "storage_failed");
    assert_eq!(fixture.client.state(), AuthState::SignedOut);
    let again = fixture.client.sign_out(SignOutOptions::new()).await;
    assert_eq!(again.storage_error.map(|error| error.code), Some("storage_failed".to_owned()));
    assert!(fixture.client.fetch_aws_credentials(plain()).await.unwrap().identity_id().contains("guest"));
    fixture.store.be(StoreFault::Well);
    assert_eq!(fixture.client.load().await.unwrap(), AuthState::SignedOut);
    assert_eq!(fixture.records("federation/"), [""; 0]);
    fixture.restart();
    assert_eq!(fixture.client.load().await.unwrap(), AuthState::SignedOut);
}

#[tokio::test]
async fn a_new_token_is_asked_for_before_the_old_one_ends() {
    let fixture = fixture();
    federate(&fixture, "ann#1", in_an_hour(&fixture)).await.unwrap();
    let provider = Provider::giving([token("ann#2", Some(now(&fixture) + Duration::from_secs(3 * 3600)))]);
    fixture.client.set_token_provider(FederatedProvider::Google, Some(provider.clone()));
    fixture.device.advance(HOUR - 10 * 60);
    fixture.client.fetch_aws_credentials(plain().force_refresh(true)).await.unwrap();
    assert_eq!((sent(&fixture).as_str(), *provider.asked.lock().unwrap()), ("ann#1", 0), "it is good for a while");
    fixture.device.advance(9 * 60);
    fixture.client.fetch_aws_credentials(plain().force_refresh(true)).await.unwrap();
    assert_eq!((sent(&fixture).as_str(), *provider.asked.lock().unwrap()), ("ann#2", 1));
    // It is stored: another process goes on with it.
    fixture.device.advance(HOUR);
    let other = fixture.another_process();
    other.fetch_aws_credentials(plain()).await.unwrap();
    assert_eq!(sent(&fixture), "ann#2");
}

#[tokio::test]
async fn a_token_that_ended_sooner_than_was_known_is_replaced_once() {
    let fixture = fixture();
    federate(&fixture, "ann#1", FederateOptions::new()).await.unwrap();
    let expired = || Reply::Refuses("NotAuthorizedException", "Invalid login token. Token expired: 2 >= 1");
    fixture.service.then([expired()]);
    let forced = || plain().force_refresh(true);
    let error = fixture.client.fetch_aws_credentials(forced()).await.unwrap_err();
    assert_eq!(error.code(), "provider_token_expired", "nobody can be asked for another");
    let provider = Provider::giving([token("ann#2", None), token("ann#3", None)]);
    fixture.client.set_token_provider(FederatedProvider::Google, Some(provider.clone()));
    fixture.service.then([expired()]);
    fixture.client.fetch_aws_credentials(forced()).await.unwrap();
    assert_eq!(sent(&fixture), "ann#2");
    fixture.service.then([expired(), expired()]);
    assert!(fixture.client.fetch_aws_credentials(forced()).await.is_err());
    assert_eq!(*provider.asked.lock().unwrap(), 2, "not for ever");
}

#[tokio::test]
async fn a_token_that_ended_sooner_than_was_known_is_replaced_for_an_open_id_token_too() {
    let fixture = fixture();
    federate(&fixture, "ann#1", FederateOptions::new()).await.unwrap();
    let provider = Provider::giving([token("ann#2", None)]);
    fixture.client.set_token_provider(FederatedProvider::Google, Some(provider));
    fixture.service.then([Reply::Refuses("NotAuthorizedException", "Invalid login token. Token expired: 2 >= 1")]);
    fixture.client.fetch_open_id_token().await.unwrap();
    assert_eq!(sent(&fixture), "ann#2");
}

#[tokio::test]
async fn a_provider_that_refuses_and_one_that_cannot_be_reached_are_told_apart() {
    let fixture = fixture();
    federate(&fixture, "ann#1", in_an_hour(&fixture)).await.unwrap();
    let provider = Provider::giving([
        Err(FederatedTokenFailure::Unavailable("offline".to_owned())),
        Err(FederatedTokenFailure::Refused("signed out there".to_owned())),
        Err(FederatedTokenFailure::Unavailable("offline".to_owned())),
        token("", None),
    ]);
    fixture.client.set_token_provider(FederatedProvider::Google, Some(provider));
    fixture.device.advance(HOUR - 30);
    let forced = || plain().force_refresh(true);
    assert!(fixture.client.fetch_aws_credentials(forced()).await.is_ok(), "the old token still counts");
    fixture.device.advance(30);
    for code in ["provider_token_expired", "network", "validation_failed"] {
        let error = fixture.client.fetch_aws_credentials(forced()).await.unwrap_err();
        assert_eq!(error.code(), code);
        assert_eq!(error.is_retryable(), code == "network");
        assert!(matches!(fixture.client.state(), AuthState::Federated { .. }), "nobody was signed out by it");
    }
}

#[tokio::test]
async fn a_provider_that_hangs_keeps_no_call_and_no_sign_out() {
    let fixture = fixture();
    federate(&fixture, "ann#1", in_an_hour(&fixture)).await.unwrap();
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let answers = Mutex::new([token("ann#2", None)].into());
    let provider = Arc::new(Provider { answers, gate: Some(gate.clone()), ..Provider::default() });
    fixture.client.set_token_provider(FederatedProvider::Google, Some(provider));
    fixture.device.advance(HOUR);
    let short = fixture.client.with_timeout(Duration::from_millis(300));
    let error = short.fetch_aws_credentials(plain()).await.unwrap_err();
    assert!(["network", "timeout"].contains(&error.code()), "{error:?}");
    tokio::time::timeout(Duration::from_secs(5), fixture.client.clear_federation()).await.unwrap().unwrap();
    *gate.0.lock().unwrap() = true;
    gate.1.notify_all();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(fixture.client.state(), AuthState::SignedOut, "its late answer brings nobody back");
    assert_eq!(fixture.records("federation/"), [""; 0]);
}

#[tokio::test]
async fn clearing_while_the_exchange_is_on_its_way_has_the_last_word() {
    let fixture = fixture();
    fixture.service.then([Reply::Waits]);
    let client = fixture.client.clone();
    let federating = tokio::spawn(async move {
        client.federate_to_identity_pool(FederatedProvider::Google, "ann#1", FederateOptions::new()).await
    });
    while fixture.service.count("GetId") == 0 {
        tokio::task::yield_now().await;
    }
    let client = fixture.client.clone();
    let clearing = tokio::spawn(async move { client.clear_federation().await });
    tokio::time::sleep(Duration::from_millis(20)).await;
    fixture.service.gate.add_permits(1);
    assert_eq!(federating.await.unwrap().unwrap_err().code(), "cancelled");
    clearing.await.unwrap().unwrap();
    assert_eq!(fixture.client.state(), AuthState::SignedOut);
    assert_eq!(fixture.records("federation/"), [""; 0]);
}

#[tokio::test]
async fn another_person_takes_over_and_gets_nothing_of_the_first() {
    let fixture = fixture();
    federate(&fixture, "ann#1", FederateOptions::new()).await.unwrap();
    fixture.device.advance(HOUR);
    fixture.service.then([Reply::Waits]);
    let client = fixture.client.clone();
    let of_ann = tokio::spawn(async move { client.fetch_aws_credentials(plain()).await });
    while fixture.identity_requests().1 < 2 {
        tokio::task::yield_now().await;
    }
    federate(&fixture, "bob#1", FederateOptions::new()).await.unwrap();
    fixture.service.gate.add_permits(1);
    assert!(of_ann.await.unwrap().is_err());
    let credentials = fixture.client.fetch_aws_credentials(plain()).await.unwrap();
    assert_eq!(credentials.identity_id(), "eu-west-1:of-bob");
    let other = fixture.another_process();
    assert_eq!(other.fetch_aws_credentials(plain()).await.unwrap(), credentials);
}

#[tokio::test]
async fn a_failed_one_leaves_the_earlier_one_alone() {
    let fixture = fixture();
    federate(&fixture, "ann#1", FederateOptions::new()).await.unwrap();
    fixture.service.then([Reply::Refuses(
        "NotAuthorizedException",
        "Token is not from a supported provider of this identity pool.",
    )]);
    let error = federate(&fixture, "bob#1", FederateOptions::new()).await.unwrap_err();
    assert_eq!(error.code(), "provider_token_refused");
    assert_eq!(fixture.client.federated_info().unwrap().token, "ann#1");
}

#[tokio::test]
async fn arguments_that_cannot_be_are_refused_before_anything_is_sent() {
    let fixture = fixture();
    let at = |seconds: u64| FederateOptions::new().expires_at(UNIX_EPOCH + Duration::from_secs(seconds));
    let google = || FederatedProvider::Google;
    for (provider, token, options, field) in [
        (google(), "", FederateOptions::new(), "token"),
        (google(), &*"t".repeat(50_001), FederateOptions::new(), "token"),
        // Milliseconds that were given as seconds, and seconds that were given as milliseconds.
        (google(), "t", at(1_767_603_787_000), "expiresAt"),
        (google(), "t", at(1_767_603), "expiresAt"),
        (FederatedProvider::Developer, "t", FederateOptions::new(), "identityId"),
        (FederatedProvider::Oidc { issuer: String::new() }, "t", FederateOptions::new(), "issuer"),
        (FederatedProvider::Saml { provider_arn: "x".to_owned() }, "t", FederateOptions::new(), "providerArn"),
    ] {
        let refused = fixture.client.federate_to_identity_pool(provider, token, options).await;
        let AuthError::Validation { info } = refused.unwrap_err() else { panic!("{field}") };
        assert_eq!(info.field.as_deref(), Some(field));
    }
    assert_eq!(fixture.service.requests.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn the_back_ends_identity_is_used_as_it_is() {
    let fixture = fixture();
    let options = FederateOptions::new().identity_id("eu-west-1:of-the-back-end");
    let federated = fixture.client.federate_to_identity_pool(FederatedProvider::Developer, "opaque", options).await;
    assert_eq!(federated.unwrap().identity_id(), "eu-west-1:of-the-back-end");
    assert_eq!(fixture.identity_requests(), (0, 1));
    let logins = fixture.service.requests.lock().unwrap().last().unwrap().1["Logins"].clone();
    assert_eq!(logins["cognito-identity.amazonaws.com"], "opaque");
}

#[tokio::test]
async fn an_app_without_a_user_pool_has_guests_and_federation() {
    let mut fixture = Fixture::with_configuration(|_| AuthConfiguration::for_identity_pool(POOL));
    assert!(fixture.client.fetch_aws_credentials(plain()).await.unwrap().identity_id().contains("guest"));
    assert_eq!(sign_in(&fixture).await.unwrap_err().code(), "configuration_invalid");
    let identity_id = federate(&fixture, "ann#1", FederateOptions::new()).await.unwrap();
    fixture.restart();
    assert_eq!(fixture.client.load().await.unwrap(), AuthState::Federated { identity_id });
    fixture.client.sign_out(SignOutOptions::new()).await;
    assert_eq!(fixture.client.state(), AuthState::SignedOut);
}

#[tokio::test]
async fn what_the_service_says_of_a_token_is_passed_on_without_it() {
    let fixture = fixture();
    fixture.service.then([Reply::Refuses("NotAuthorizedException", "Invalid login token. canary-token is none")]);
    let error = federate(&fixture, "canary-token", FederateOptions::new()).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    federate(&fixture, "canary-token", FederateOptions::new()).await.unwrap();
    let info = fixture.client.federated_info().unwrap();
    assert!(!format!("{info:?}").contains("canary"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn federating_fetching_and_clearing_at_once_never_stand_still() {
    let fixture = fixture();
    let repeat = |what: usize| {
        let client = fixture.client.clone();
        tokio::spawn(async move {
            for _ in 0..300 {
                match what {
                    0 => drop(
                        client
                            .federate_to_identity_pool(FederatedProvider::Google, "ann#1", FederateOptions::new())
                            .await,
                    ),
                    1 => drop(client.fetch_aws_credentials(plain().force_refresh(true)).await),
                    _ => drop(client.clear_federation().await),
                }
            }
        })
    };
    let all = [repeat(0), repeat(1), repeat(2)];
    for one in all {
        tokio::time::timeout(Duration::from_secs(60), one).await.expect("a lock is waited for by its holder").unwrap();
    }
    fixture.client.clear_federation().await.unwrap();
    assert_eq!((fixture.client.state(), fixture.records("federation/").len()), (AuthState::SignedOut, 0));
}
