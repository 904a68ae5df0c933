//! Identities, AWS credentials and federation against a real identity pool that verifies every token.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod test_pool;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use local_pool::{Fault, IdentityPoolConfig, IdpToken, PoolConfig, WrongToken};
use portcullis::{
    AuthError, AuthFlow, AuthState, AwsCredentials, AwsCredentialsOptions, ExistingSession, FederateOptions,
    FederatedProvider, FederatedToken, FederatedTokenFailure, FederatedTokenProvider, FetchSessionOptions,
    SignInOptions, SignOutOptions,
};
use serde_json::json;
use test_pool::{PASSWORD, TestPool};

const HOUR: Duration = Duration::from_secs(3600);

async fn with(identity_pool: IdentityPoolConfig) -> TestPool {
    let mail = |name: &str| format!("{name}@example.org");
    let config = ["ann", "bob"].iter().fold(PoolConfig::default(), |config, name| {
        config.with_user(name, PASSWORD, &[("email", &mail(name)), ("email_verified", "true")])
    });
    TestPool::with(config.with_identity_pool(identity_pool)).await
}

async fn pool() -> TestPool {
    let identity_pool = IdentityPoolConfig::default()
        .with_login_provider("accounts.google.com", "google-app")
        .with_login_provider("graph.facebook.com", "facebook-app")
        .with_login_provider("www.amazon.com", "amazon-app")
        .with_login_provider("appleid.apple.com", "apple-app")
        .with_login_provider("api.twitter.com", "twitter-app")
        .with_oidc_provider("https://tenant.eu.auth0.com/", &["auth0-client"])
        .with_developer_provider("login.my-back-end");
    with(identity_pool).await
}

fn plain() -> AwsCredentialsOptions {
    AwsCredentialsOptions::new()
}

async fn fetch(pool: &TestPool) -> AwsCredentials {
    pool.client.fetch_aws_credentials(plain()).await.unwrap()
}

async fn code(pool: &TestPool) -> String {
    pool.client.fetch_aws_credentials(plain()).await.unwrap_err().code().to_owned()
}

async fn sign_in(pool: &TestPool, name: &str, existing: ExistingSession) {
    let options = SignInOptions::new().auth_flow(AuthFlow::UserSrp).existing_session(existing);
    assert!(pool.client.sign_in(name, Some(PASSWORD), options).await.unwrap().is_signed_in);
}

async fn token(pool: &TestPool, provider: &str) -> String {
    pool.server.idp_token(&IdpToken::new(provider, "117").claim("name", "Ann")).await.unwrap().token
}

async fn federate(pool: &TestPool, provider: FederatedProvider, token: &str) -> Result<AwsCredentials, AuthError> {
    pool.client.federate_to_identity_pool(provider, token, FederateOptions::new()).await
}

fn auth0() -> FederatedProvider {
    FederatedProvider::Oidc { issuer: "https://tenant.eu.auth0.com/".to_owned() }
}

#[tokio::test]
async fn guests_users_and_guests_again() {
    let pool = pool().await;
    assert_eq!(pool.client.configuration().identity_pool().unwrap().id(), pool.server.identity_pool_id());
    let guest = fetch(&pool).await;
    assert!(guest.access_key_id().starts_with("ASIA") && guest.identity_id().contains(':'));
    sign_in(&pool, "ann", ExistingSession::Replace).await;
    let ann = fetch(&pool).await;
    assert_ne!(ann.identity_id(), guest.identity_id());
    pool.client.sign_out(SignOutOptions::new()).await;
    assert_eq!(fetch(&pool).await.identity_id(), guest.identity_id());
    // From another device: the same identity.
    let other = pool.another_device();
    let options = SignInOptions::new().auth_flow(AuthFlow::UserSrp);
    other.sign_in("ann", Some(PASSWORD), options).await.unwrap();
    assert_eq!(other.fetch_identity_id().await.unwrap(), ann.identity_id());
}

#[tokio::test]
async fn a_guest_who_signs_in_keeps_the_identity_if_the_app_asks() {
    let pool = pool().await;
    let client = pool.with_configuration(|builder| builder.merge_guest_identity(true));
    let guest = client.fetch_aws_credentials(plain()).await.unwrap();
    let srp = || SignInOptions::new().auth_flow(AuthFlow::UserSrp);
    client.sign_in("ann", Some(PASSWORD), srp()).await.unwrap();
    assert_eq!(client.fetch_identity_id().await.unwrap(), guest.identity_id());
    client.sign_out(SignOutOptions::new()).await;
    let second = client.fetch_identity_id().await.unwrap();
    assert_ne!(second, guest.identity_id(), "that one is ann's by now");
    // Ann has an identity already, from here and from elsewhere: hers counts, and this guest's is closed.
    client.sign_in("ann", Some(PASSWORD), srp()).await.unwrap();
    assert_eq!(client.fetch_identity_id().await.unwrap(), guest.identity_id());
    client.sign_out(SignOutOptions::new()).await;
    assert_ne!(client.fetch_identity_id().await.unwrap(), second);
}

#[tokio::test]
async fn two_accounts_have_two_identities() {
    let pool = pool().await;
    sign_in(&pool, "ann", ExistingSession::Keep).await;
    let ann = fetch(&pool).await;
    sign_in(&pool, "bob", ExistingSession::Keep).await;
    let bob = fetch(&pool).await;
    assert_ne!(ann.identity_id(), bob.identity_id());
    let user = pool.client.accounts().into_iter().find(|user| user.username == "ann").unwrap();
    pool.client.switch_account(&user).await.unwrap();
    assert_eq!(fetch(&pool).await.identity_id(), ann.identity_id());
}

#[tokio::test]
async fn credentials_outlive_the_process_and_are_renewed_with_fresh_tokens() {
    let pool = pool().await;
    sign_in(&pool, "ann", ExistingSession::Replace).await;
    let first = fetch(&pool).await;
    let client = pool.restarted();
    assert_eq!(client.fetch_aws_credentials(plain()).await.unwrap(), first);
    pool.pass(2 * HOUR); // the ID token has ended too
    let second = client.fetch_aws_credentials(plain()).await.unwrap();
    assert_ne!(second.session_token(), first.session_token());
    assert_eq!(second.identity_id(), first.identity_id());
    let counted = |name: &str| pool.server.requests(name);
    assert_eq!((counted("GetId"), counted("GetTokensFromRefreshToken")), (1, 1));
}

#[tokio::test]
async fn an_identity_pool_that_fails_keeps_nobody_from_signing_in() {
    let pool = pool().await;
    for operation in ["GetId", "GetCredentialsForIdentity"] {
        pool.server.faults().queue(operation, Fault::exception("InternalErrorException", 500, "it fails"), 6);
    }
    sign_in(&pool, "ann", ExistingSession::Replace).await;
    let session = pool.client.fetch_auth_session(FetchSessionOptions::new().aws_credentials(true)).await.unwrap();
    assert!(session.tokens().is_ok());
    assert!(session.aws_credentials().unwrap_err().is_retryable());
    assert_eq!(pool.client.state().user().unwrap().username, "ann");
}

#[tokio::test]
async fn guests_can_be_off_at_either_end() {
    let pool = with(IdentityPoolConfig::default().without_guests()).await;
    assert_eq!(code(&pool).await, "guest_access_denied");
    assert_eq!(pool.server.requests("GetId"), 0, "the configuration says so");
    let client = pool.with_configuration(|builder| builder.guest_access(true));
    let error = client.fetch_aws_credentials(plain()).await.unwrap_err();
    assert_eq!((error.code(), pool.server.requests("GetId")), ("guest_access_denied", 1));
}

#[tokio::test]
async fn every_provider() {
    for (provider, name) in [
        (FederatedProvider::Google, "google"),
        (FederatedProvider::Facebook, "facebook"),
        (FederatedProvider::Amazon, "amazon"),
        (FederatedProvider::Apple, "apple"),
        (FederatedProvider::Twitter, "twitter"),
        (auth0(), "tenant.eu.auth0.com"),
    ] {
        let pool = pool().await;
        let credentials = federate(&pool, provider.clone(), &token(&pool, name).await).await.unwrap();
        let identity_id = credentials.identity_id().to_owned();
        assert_eq!(pool.client.state(), AuthState::Federated { identity_id: identity_id.clone() });
        assert_eq!(pool.client.federated_info().unwrap().provider, provider);
        pool.pass(2 * HOUR);
        // Its token has ended by now, and nobody said where another comes from.
        assert_eq!(code(&pool).await, "provider_token_expired", "{name}");
        let again = federate(&pool, provider, &token(&pool, name).await).await.unwrap();
        assert_eq!(again.identity_id(), identity_id, "{name}");
        pool.client.clear_federation().await.unwrap();
        assert_ne!(fetch(&pool).await.identity_id(), identity_id, "a guest now");
    }
}

/// Seed 003: Auth0's ID token, its expiry, the person's name and mail, and a handler for the next token.
#[tokio::test]
async fn auth0_step_by_step() {
    #[derive(Debug)]
    struct Auth0(Mutex<Vec<FederatedToken>>);

    impl FederatedTokenProvider for Auth0 {
        fn fetch_token(&self) -> Result<FederatedToken, FederatedTokenFailure> {
            let next = self.0.lock().unwrap().pop();
            next.ok_or_else(|| FederatedTokenFailure::Refused("the Auth0 session is over".to_owned()))
        }
    }

    let pool = pool().await;
    let id_token = token(&pool, "tenant.eu.auth0.com").await;
    let expires_at = pool.client.service_time() + HOUR;
    let user = [("name", "Ann"), ("email", "ann@example.org")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    let options = FederateOptions::new().expires_at(expires_at).user(user);
    let credentials = pool.client.federate_to_identity_pool(auth0(), id_token, options).await.unwrap();
    assert_eq!(pool.client.get_current_user().await.unwrap().username, "Ann");
    pool.pass(HOUR - Duration::from_secs(30));
    let next = token(&pool, "tenant.eu.auth0.com").await;
    let next = FederatedToken { token: next, expires_at: Some(pool.client.service_time() + HOUR) };
    let handler = Arc::new(Auth0(Mutex::new(vec![next])));
    pool.client.set_token_provider(auth0(), Some(handler));
    let renewed = fetch(&pool).await;
    assert_eq!(renewed.identity_id(), credentials.identity_id());
    assert_ne!(renewed.session_token(), credentials.session_token());
    pool.pass(2 * HOUR);
    assert_eq!(code(&pool).await, "provider_token_expired", "Auth0 refuses");
    assert!(matches!(pool.client.state(), AuthState::Federated { .. }));
    let client = pool.restarted();
    assert!(matches!(client.load().await.unwrap(), AuthState::Federated { .. }));
    client.sign_out(SignOutOptions::new()).await;
    assert_eq!(pool.restarted().load().await.unwrap(), AuthState::SignedOut);
}

#[tokio::test]
async fn a_developers_back_end() {
    let pool = pool().await;
    let request = json!({ "IdentityPoolId": pool.server.identity_pool_id(), "Logins": { "login.my-back-end": "ann" } });
    let answer = pool.server.call("GetOpenIdTokenForDeveloperIdentity", request).await.unwrap();
    let identity_id = answer["IdentityId"].as_str().unwrap();
    let options = FederateOptions::new().identity_id(identity_id);
    let token = answer["Token"].as_str().unwrap();
    let federated = pool.client.federate_to_identity_pool(FederatedProvider::Developer, token, options).await;
    assert_eq!(federated.unwrap().identity_id(), identity_id);
}

#[tokio::test]
async fn tokens_that_prove_nothing_are_refused() {
    let pool = pool().await;
    for (wrong, expected) in [
        (WrongToken::Expired, "provider_token_expired"),
        (WrongToken::NotYetValid, "provider_token_refused"),
        (WrongToken::Key, "provider_token_refused"),
        (WrongToken::Issuer, "provider_token_refused"),
        (WrongToken::AlgNone, "provider_token_refused"),
        (WrongToken::Audience, "provider_token_refused"),
    ] {
        let order = IdpToken::new("google", "117").wrong(wrong);
        let token = pool.server.idp_token(&order).await.unwrap().token;
        let error = federate(&pool, FederatedProvider::Google, &token).await.unwrap_err();
        assert_eq!(error.code(), expected, "{wrong:?}: {error:?}");
        assert!(!format!("{error:?}").contains(&token));
        assert_eq!(pool.client.state(), AuthState::SignedOut, "{wrong:?}");
    }
    // Apple's token as Google's, and Google's of a provider that the pool does not have.
    let apples = token(&pool, "apple").await;
    let error = federate(&pool, FederatedProvider::Google, &apples).await.unwrap_err();
    assert_eq!(error.code(), "provider_token_refused");
    let stranger = FederatedProvider::Oidc { issuer: "login.example".to_owned() };
    let error = federate(&pool, stranger, &apples).await.unwrap_err();
    assert_eq!(error.code(), "provider_token_refused");
}

#[tokio::test]
async fn an_apps_own_server_gets_a_token_of_the_identity() {
    let pool = pool().await;
    sign_in(&pool, "ann", ExistingSession::Replace).await;
    let token = pool.client.fetch_open_id_token().await.unwrap();
    let claims = portcullis::decode_claims(&token).unwrap();
    assert_eq!(claims.subject, Some(pool.client.fetch_identity_id().await.unwrap()));
    let closed = with(IdentityPoolConfig { classic_flow: false, ..IdentityPoolConfig::default() }).await;
    assert_eq!(closed.client.fetch_open_id_token().await.unwrap_err().code(), "invalid_parameter");
}
