//! The pool's hosted pages: the app opens one, a person signs in there, the browser comes back.

use local_pool::{ClientConfig, IdentityProviderConfig, PoolConfig};
use portcullis::{AuthProvider, SignOutOptions, WebUiSignInOptions};

use crate::stage::{Outcome, PASSWORD, Stage, call, failed, got, scene, show};

pub async fn play() -> Outcome {
    let client = ClientConfig::default().with_hosted_ui(&["myapp://signed-in/"], &["myapp://signed-out/"]);
    let client = ClientConfig { identity_providers: vec!["COGNITO".into(), "Google".into()], ..client };
    let config = PoolConfig::default().with_user("ann", PASSWORD, &[]).with_client(client);
    let stage = Stage::open(config.with_identity_provider(IdentityProviderConfig::named("Google"))).await?;

    scene("Ann signs in on the pool's pages");
    call("begin_web_ui_sign_in()");
    let request = stage.auth.begin_web_ui_sign_in(WebUiSignInOptions::new().custom_state("cart 7")).await?;
    got(&format!("open {}…", request.url.split('&').next().unwrap_or_default()));
    let callback = stage.pool.authorize_as(&request.url, "ann", PASSWORD).await?;
    got("the browser comes back with a code");

    scene("A callback that is not of this sign-in changes nothing");
    call("complete_web_ui_sign_in(a foreign URL)");
    failed(stage.auth.complete_web_ui_sign_in("myapp://signed-in/?code=stolen&state=guessed").await)?;
    call("complete_web_ui_sign_in(the URL)");
    show(&stage.auth.complete_web_ui_sign_in(callback.as_str()).await?);
    stage.tell().await;
    call("complete_web_ui_sign_in(the same URL again)");
    show(&stage.auth.complete_web_ui_sign_in(callback).await?);

    scene("Signed out here, the browser still knows her: one more page");
    call("sign_out()");
    let result = stage.auth.sign_out(SignOutOptions::new()).await;
    stage.tell().await;
    if result.web_ui_session {
        got(&format!("open {}", stage.auth.web_ui_sign_out(None)?.url));
    }

    scene("Google vouches for somebody whom the pool did not know");
    call("begin_web_ui_sign_in(Google)");
    let request = stage.auth.begin_web_ui_sign_in(WebUiSignInOptions::new().provider(AuthProvider::Google)).await?;
    let callback = stage.pool.authorize_with(&request.url, "117", &[("email", "gina@example.org")]).await?;
    call("complete_web_ui_sign_in(the URL)");
    show(&stage.auth.complete_web_ui_sign_in(callback).await?);
    got(&stage.auth.get_current_user().await?.username);
    Ok(())
}
