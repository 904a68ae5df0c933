//! Hosted sign-in against the pages that local-pool serves: a browser opens what the client built, a person fills it in,
//! and the client completes what the browser brings back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod test_pool;

use local_pool::{ClientConfig, IdentityPoolConfig, IdentityProviderConfig, PoolConfig};
use portcullis::{
    AuthClient, AuthConfiguration, AuthProvider, AwsCredentialsOptions, FetchSessionOptions, SignOutOptions,
    WebUiRequest, WebUiSignInOptions,
};
use test_pool::{PASSWORD, TestPool};

const BACK: &str = "myapp://signed-in/";
const OUT: &str = "myapp://signed-out/";

fn pages() -> ClientConfig {
    ClientConfig::default().with_hosted_ui(&[BACK, "http://localhost:3000/"], &[OUT])
}

async fn with(client: ClientConfig) -> TestPool {
    let ann = [("email", "ann@example.org"), ("email_verified", "true")];
    TestPool::with(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &ann)).await
}

async fn begin(pool: &TestPool, options: WebUiSignInOptions) -> WebUiRequest {
    pool.client.begin_web_ui_sign_in(options).await.unwrap()
}

async fn person(pool: &TestPool, request: &WebUiRequest) -> String {
    pool.server.authorize_as(&request.url, "ann", PASSWORD).await.unwrap()
}

#[tokio::test]
async fn with_and_without_a_secret_and_with_rotating_tokens_ann_signs_in_and_is_renewed() {
    for client in [
        pages(),
        ClientConfig { generate_secret: true, ..pages() },
        ClientConfig { rotation_grace_seconds: Some(0), ..pages() },
    ] {
        let mut pool = with(client).await;
        if let Some(secret) = pool.server.client_secret() {
            // The file of Gen 2 has no place for it.
            let configuration = pool.client.configuration().to_builder().client_secret(secret).build().unwrap();
            pool.client = AuthClient::new(configuration);
        }
        let request = begin(&pool, WebUiSignInOptions::new()).await;
        assert_eq!(request.redirect_uri, BACK);
        let callback = person(&pool, &request).await;
        assert!(pool.client.complete_web_ui_sign_in(callback).await.unwrap().is_signed_in);
        assert_eq!(pool.client.get_current_user().await.unwrap().username, "ann");
        let session = pool.client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap();
        let tokens = session.tokens().unwrap();
        assert!(tokens.access_claims().scopes.iter().any(|scope| scope == "openid"), "{tokens:?}");
        let id = tokens.id_claims().unwrap();
        assert!(id.email.as_deref() == Some("ann@example.org") && id.text("nonce").is_some());
        // The pages' tokens are renewed at the API, and the API takes them.
        for _ in 0..2 {
            pool.client
                .fetch_auth_session(FetchSessionOptions::new().force_refresh(true))
                .await
                .unwrap()
                .tokens()
                .unwrap();
        }
        let attributes = pool.client.fetch_user_attributes().await.unwrap();
        assert!(attributes.iter().any(|attribute| attribute.value == "ann@example.org"));
    }
}

#[tokio::test]
async fn the_code_is_good_for_this_client_once() {
    let pool = with(pages()).await;
    let request = begin(&pool, WebUiSignInOptions::new()).await;
    let callback = person(&pool, &request).await;
    // Somebody who sees the callback has neither the verifier nor the state of this one.
    let thief = AuthClient::new(pool.client.configuration().clone());
    assert_eq!(thief.complete_web_ui_sign_in(&callback).await.unwrap_err().code(), "no_web_ui_sign_in");
    let theirs = thief.begin_web_ui_sign_in(WebUiSignInOptions::new()).await.unwrap();
    let state = |url: &str| {
        let url = url::Url::parse(url).unwrap();
        url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
    };
    let swapped = callback.replace(&state(&request.url), &state(&theirs.url));
    assert_eq!(thief.complete_web_ui_sign_in(&swapped).await.unwrap_err().code(), "web_ui_refused");
    // The pool takes a code's first use for its use.
    assert_eq!(pool.client.complete_web_ui_sign_in(&callback).await.unwrap_err().code(), "web_ui_refused");
    let again = begin(&pool, WebUiSignInOptions::new()).await;
    let callback = person(&pool, &again).await;
    assert!(pool.client.complete_web_ui_sign_in(&callback).await.unwrap().is_signed_in);
}

#[tokio::test]
async fn the_process_may_die_while_the_browser_is_away() {
    let pool = with(pages()).await;
    let request = begin(&pool, WebUiSignInOptions::new()).await;
    let restarted = pool.restarted();
    let callback = person(&pool, &request).await;
    assert!(restarted.complete_web_ui_sign_in(format!("{callback}#_=_")).await.unwrap().is_signed_in);
}

#[tokio::test]
async fn google_signs_somebody_in_whom_the_pool_did_not_know() {
    let client = ClientConfig { identity_providers: vec!["COGNITO".into(), "Google".into()], ..pages() };
    let config = PoolConfig::default().with_client(client);
    let pool = TestPool::with(config.with_identity_provider(IdentityProviderConfig::named("Google"))).await;
    let request = begin(&pool, WebUiSignInOptions::new().provider(AuthProvider::Google)).await;
    let claims = [("email", "gina@example.org")];
    let callback = pool.server.authorize_with(&request.url, "117", &claims).await.unwrap();
    assert!(pool.client.complete_web_ui_sign_in(callback).await.unwrap().is_signed_in);
    assert_eq!(pool.client.get_current_user().await.unwrap().username, "Google_117");
    let session = pool.client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap();
    let claims = session.tokens().unwrap().id_claims().unwrap();
    assert!(claims.get("identities").is_some() && claims.email.as_deref() == Some("gina@example.org"));
}

#[tokio::test]
async fn aws_credentials_follow_as_after_any_sign_in() {
    let ann = [("email", "ann@example.org"), ("email_verified", "true")];
    let config = PoolConfig::default().with_client(pages()).with_user("ann", PASSWORD, &ann);
    let pool = TestPool::with(config.with_identity_pool(IdentityPoolConfig::default())).await;
    let guest = pool.client.fetch_aws_credentials(AwsCredentialsOptions::new()).await.unwrap();
    let request = begin(&pool, WebUiSignInOptions::new()).await;
    let callback = person(&pool, &request).await;
    pool.client.complete_web_ui_sign_in(callback).await.unwrap();
    let hers = pool.client.fetch_aws_credentials(AwsCredentialsOptions::new()).await.unwrap();
    assert_ne!(guest.identity_id(), hers.identity_id());
}

#[tokio::test]
async fn the_browser_knows_her_until_it_is_signed_out_too() {
    let pool = with(pages()).await;
    let mut browser = pool.server.browser();
    let request = begin(&pool, WebUiSignInOptions::new()).await;
    let callback = browser.sign_in(&request.url, "ann", PASSWORD).await.unwrap();
    pool.client.complete_web_ui_sign_in(callback).await.unwrap();
    let result = pool.client.sign_out(SignOutOptions::new()).await;
    assert!(result.is_complete && result.web_ui_session, "{result:?}");
    // Single sign-on: nobody asks for the password.
    let request = begin(&pool, WebUiSignInOptions::new()).await;
    let known = browser.open(&request.url).await.unwrap().left().map(str::to_owned);
    assert!(pool.client.complete_web_ui_sign_in(known.unwrap()).await.unwrap().is_signed_in);
    pool.client.sign_out(SignOutOptions::new()).await;
    let page = pool.client.web_ui_sign_out(None).unwrap();
    let landed = browser.open(&page.url).await.unwrap();
    assert!(landed.left().is_some_and(|url| url.starts_with(OUT)), "{:?}", landed.left());
    let request = begin(&pool, WebUiSignInOptions::new()).await;
    assert_eq!(browser.open(&request.url).await.unwrap().left(), None, "now they do");
}

#[tokio::test]
async fn what_the_pages_refuse_is_told() {
    let pool = with(pages()).await;
    let scopes = Some(vec!["openid".to_owned(), "not/mine".to_owned()]);
    let request = begin(&pool, WebUiSignInOptions { scopes, ..WebUiSignInOptions::new() }).await;
    let callback = person(&pool, &request).await;
    let error = pool.client.complete_web_ui_sign_in(callback).await.unwrap_err();
    assert_eq!(error.code(), "web_ui_refused");
    assert!(error.info().text.contains("invalid_scope"), "{error:?}");
}

#[test]
fn amplifys_file_names_the_pages() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(local_pool::LocalPool::start(PoolConfig::default().with_client(pages()))).unwrap();
    let configuration = AuthConfiguration::from_amplify_outputs(&server.amplify_outputs()).unwrap();
    let pages = configuration.hosted_ui().unwrap();
    assert_eq!(pages.endpoint().as_str().trim_end_matches('/'), server.hosted_ui_endpoint());
    assert_eq!(pages.sign_in_redirect_uris()[0], BACK);
}
