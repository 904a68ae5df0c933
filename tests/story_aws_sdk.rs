//! The AWS SDK for Rust as it is, with credentials from here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod test_pool;

use std::error::Error;
use std::time::Duration;

use aws_sdk_sts::config::http::{HttpRequest, HttpResponse};
use aws_sdk_sts::config::retry::RetryConfig;
use aws_sdk_sts::config::{BehaviorVersion, IdentityCache, ProvideCredentials, Region};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use local_pool::{IdentityPoolConfig, PoolConfig};
use portcullis::{
    AuthClient, AuthError, AuthFlow, AwsCredentialsOptions, AwsCredentialsProvider, ExistingSession, SignInOptions,
    SignOutOptions,
};
use test_pool::{PASSWORD, TestPool};

const HOUR: Duration = Duration::from_secs(3600);

/// What carries the SDK's requests, so that the tests need none of its own transports.
#[derive(Debug)]
struct Carrier(reqwest::Client);

impl HttpConnector for Carrier {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let method = reqwest::Method::from_bytes(request.method().as_bytes()).unwrap();
        let mut sent = self.0.request(method, request.uri());
        for (name, value) in request.headers() {
            sent = sent.header(name, value);
        }
        let sent = sent.body(request.body().bytes().unwrap().to_vec());
        HttpConnectorFuture::new(async move {
            let answer = sent.send().await.map_err(|error| ConnectorError::io(error.into()))?;
            let status = StatusCode::try_from(answer.status().as_u16()).unwrap();
            let body = answer.bytes().await.map_err(|error| ConnectorError::io(error.into()))?;
            Ok(HttpResponse::new(status, body.to_vec().into()))
        })
    }
}

async fn pool(identity_pool: IdentityPoolConfig) -> TestPool {
    let config = ["ann", "bob"].iter().fold(PoolConfig::default(), |config, name| {
        config.with_user(name, PASSWORD, &[("email", &format!("{name}@example.org"))])
    });
    TestPool::with(config.with_identity_pool(identity_pool)).await
}

fn sts(pool: &TestPool, provider: AwsCredentialsProvider) -> aws_sdk_sts::Client {
    let carrier = SharedHttpConnector::new(Carrier(test_pool::http()));
    let config = aws_sdk_sts::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(pool.server.endpoint())
        .retry_config(RetryConfig::disabled())
        .http_client(http_client_fn(move |_, _| carrier.clone()))
        .credentials_provider(provider)
        .identity_cache(IdentityCache::no_cache());
    aws_sdk_sts::Client::from_conf(config.build())
}

/// By the role that the credentials are for.
async fn role(sts: &aws_sdk_sts::Client) -> String {
    let caller = sts.get_caller_identity().send().await.unwrap();
    caller.arn().unwrap().split('/').nth(1).unwrap().to_owned()
}

async fn sign_in(auth: &AuthClient, name: &str) {
    let options = SignInOptions::new().auth_flow(AuthFlow::UserSrp).existing_session(ExistingSession::Keep);
    assert!(auth.sign_in(name, Some(PASSWORD), options).await.unwrap().is_signed_in);
}

/// The error of this library at the bottom of another's.
fn cause<'a>(mut error: &'a (dyn Error + 'static)) -> &'a AuthError {
    loop {
        match error.downcast_ref() {
            Some(found) => return found,
            None => error = error.source().expect("there is an AuthError below"),
        }
    }
}

#[tokio::test]
async fn sts_knows_a_guest_a_user_and_the_guest_again() {
    let pool = pool(IdentityPoolConfig::default()).await;
    let sts = sts(&pool, AwsCredentialsProvider::new(pool.client.clone()));
    assert_eq!(role(&sts).await, "local-unauthenticated");
    sign_in(&pool.client, "ann").await;
    assert_eq!(role(&sts).await, "local-authenticated");
    pool.client.sign_out(SignOutOptions::new()).await;
    assert_eq!(role(&sts).await, "local-unauthenticated");
}

#[tokio::test]
async fn credentials_are_those_of_who_is_signed_in_then_and_carry_their_end() {
    let pool = pool(IdentityPoolConfig::default()).await;
    let provider = AwsCredentialsProvider::new(pool.client.clone());
    let mut keys = Vec::new();
    for name in ["ann", "bob"] {
        sign_in(&pool.client, name).await;
        let ours = pool.client.fetch_aws_credentials(AwsCredentialsOptions::new()).await.unwrap();
        let theirs = provider.provide_credentials().await.unwrap();
        assert_eq!(theirs.access_key_id(), ours.access_key_id());
        assert_eq!(theirs.secret_access_key(), ours.secret_access_key());
        assert_eq!(theirs.session_token(), Some(ours.session_token()));
        assert_eq!(theirs.expiry(), Some(ours.expires_at()));
        keys.push(theirs.access_key_id().to_owned());
    }
    let ann = pool.client.accounts().into_iter().find(|user| user.username == "ann").unwrap();
    pool.client.switch_account(&ann).await.unwrap();
    let again = provider.provide_credentials().await.unwrap();
    assert_ne!(keys[0], keys[1]);
    assert_eq!(again.access_key_id(), keys[0]);
}

#[tokio::test]
async fn many_requests_fetch_credentials_once_and_expired_ones_are_renewed() {
    let pool = pool(IdentityPoolConfig::default()).await;
    let provider = AwsCredentialsProvider::new(pool.client.clone());
    let sts = sts(&pool, provider.clone());
    for _ in 0..3 {
        role(&sts).await;
    }
    assert_eq!(pool.server.requests("GetCredentialsForIdentity"), 1);
    let first = provider.provide_credentials().await.unwrap();
    pool.pass(HOUR);
    let second = provider.provide_credentials().await.unwrap();
    assert_ne!(first.access_key_id(), second.access_key_id());
    assert!(second.expiry() > first.expiry());
    assert_eq!(pool.server.requests("GetCredentialsForIdentity"), 2);
}

#[tokio::test]
async fn whoever_has_no_credentials_gets_a_typed_error() {
    let pool = pool(IdentityPoolConfig::default().without_guests()).await;
    let provider = AwsCredentialsProvider::new(pool.client.clone());
    sign_in(&pool.client, "ann").await;
    let secret = provider.provide_credentials().await.unwrap().secret_access_key().to_owned();
    pool.client.sign_out(SignOutOptions::new()).await;
    let error = provider.provide_credentials().await.unwrap_err();
    assert!(matches!(error, aws_credential_types::provider::error::CredentialsError::CredentialsNotLoaded(_)));
    assert_eq!(cause(&error).code(), "guest_access_denied");
    let refused = sts(&pool, provider.clone()).get_caller_identity().send().await.unwrap_err();
    assert_eq!(cause(&refused).code(), "guest_access_denied");
    for printed in [format!("{provider:?} {provider:#?}"), format!("{error:?}"), format!("{refused:?}")] {
        assert!(!printed.contains(&secret) && !printed.contains(PASSWORD), "{printed}");
    }
    pool.client.close();
    let closed = provider.provide_credentials().await.unwrap_err();
    assert!(matches!(closed, aws_credential_types::provider::error::CredentialsError::ProviderError(_)));
    assert_eq!(cause(&closed).code(), "client_closed");

    let none = TestPool::new(test_pool::Kind::Plain).await;
    let error = AwsCredentialsProvider::new(none.client.clone()).provide_credentials().await.unwrap_err();
    assert!(matches!(error, aws_credential_types::provider::error::CredentialsError::InvalidConfiguration(_)));
    assert_eq!(cause(&error).code(), "configuration_invalid");
}

#[tokio::test]
async fn another_role_is_asked_for_by_name() {
    let pool = pool(IdentityPoolConfig::default()).await;
    sign_in(&pool.client, "ann").await;
    let provider = AwsCredentialsProvider::new(pool.client.clone());
    let role = "arn:aws:iam::000000000000:role/nobody-may";
    let error = provider.custom_role_arn(role).provide_credentials().await.unwrap_err();
    let direct = pool.client.fetch_aws_credentials(AwsCredentialsOptions::new().custom_role_arn(role)).await;
    assert_eq!(cause(&error).code(), direct.unwrap_err().code());
}
