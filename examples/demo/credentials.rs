//! An identity pool: AWS credentials for a guest, for a user, and for somebody whom Google vouches for.

use local_pool::{IdentityPoolConfig, IdpToken, PoolConfig};
use portcullis::{
    AwsCredentialsOptions, FederateOptions, FederatedProvider, FetchSessionOptions, SignInOptions, SignOutOptions,
};

use crate::stage::{Outcome, PASSWORD, Stage, call, failed, got, scene, show};

pub async fn play() -> Outcome {
    let identity_pool = IdentityPoolConfig::default().with_login_provider("accounts.google.com", "google-app");
    let stage =
        Stage::open(PoolConfig::default().with_user("ann", PASSWORD, &[]).with_identity_pool(identity_pool)).await?;

    scene("A guest has an identity and credentials");
    credentials(&stage).await?;

    scene("A user has others; a sign-in asks the identity pool nothing");
    call(r#"sign_in("ann", password)"#);
    show(&stage.auth.sign_in("ann", Some(PASSWORD), SignInOptions::new()).await?);
    stage.tell().await;
    credentials(&stage).await?;
    call("fetch_auth_session(aws_credentials)");
    let session = stage.auth.fetch_auth_session(FetchSessionOptions::new().aws_credentials(true)).await?;
    got(&format!("tokens: {}, credentials: {}", session.tokens().is_ok(), session.aws_credentials().is_ok()));

    scene("Google vouches: not while ann is signed in");
    let google = stage.pool.idp_token(&IdpToken::new("google", "117").claim("name", "Bob")).await?.token;
    failed(federate(&stage, &google).await)?;
    call("sign_out()");
    stage.auth.sign_out(SignOutOptions::new()).await;
    stage.tell().await;
    federate(&stage, &google).await?;
    stage.tell().await;
    credentials(&stage).await?;
    call("get_current_user()");
    got(&stage.auth.get_current_user().await?.username);
    call("clear_federation()");
    stage.auth.clear_federation().await?;
    stage.tell().await;
    Ok(())
}

async fn federate(stage: &Stage, token: &str) -> Result<(), portcullis::AuthError> {
    call("federate_to_identity_pool(Google, the ID token)");
    let user = [("name".to_owned(), "Bob".to_owned())];
    let options = FederateOptions::new().user(user);
    stage.auth.federate_to_identity_pool(FederatedProvider::Google, token, options).await.map(drop)
}

async fn credentials(stage: &Stage) -> Outcome {
    call("fetch_aws_credentials()");
    let credentials = stage.auth.fetch_aws_credentials(AwsCredentialsOptions::new()).await?;
    got(&format!("identity {}, access key {}", credentials.identity_id(), credentials.access_key_id()));
    Ok(())
}
