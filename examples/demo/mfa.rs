//! Second factors: a code by text message, an authenticator app, the choice between them, and set-up during sign-in.

use local_pool::PoolConfig;
use portcullis::{
    ConfirmSignInOptions, MfaSetting, SignInOptions, SignInResult, SignInStep, SignOutOptions, VerifyTotpSetupOptions,
};

use crate::stage::{Outcome, PASSWORD, Stage, call, failed, got, in_hand, scene, show};

pub async fn play() -> Outcome {
    let config = PoolConfig { mfa: "OPTIONAL".into(), ..PoolConfig::default() };
    let stage = Stage::open(config.with_user("ann", PASSWORD, &[("phone_number", "+15555551234")])).await?;
    text_message(&stage).await?;
    let secret = authenticator_app(&stage).await?;
    selection(&stage, &secret).await?;

    let mfa_factors = vec!["SOFTWARE_TOKEN_MFA".into(), "EMAIL_OTP".into()];
    let config = PoolConfig { mfa: "ON".into(), mfa_factors, ..PoolConfig::default() };
    println!("\nAnother pool, which requires a second factor.");
    set_up_during_sign_in(&Stage::open(config.with_user("bob", PASSWORD, &[])).await?).await
}

async fn sign_in(stage: &Stage, username: &str) -> Outcome<SignInResult> {
    call(&format!(r#"sign_in("{username}", password)"#));
    let result = stage.auth.sign_in(username, Some(PASSWORD), SignInOptions::new()).await?;
    show(&result);
    Ok(result)
}

async fn confirm(stage: &Stage, answer: &str) -> Outcome<SignInResult> {
    call(&format!(r#"confirm_sign_in("{answer}")"#));
    let result = stage.auth.confirm_sign_in(answer, ConfirmSignInOptions::new()).await?;
    show(&result);
    Ok(result)
}

/// Signs out and lets the listeners' events be seen.
async fn sign_out(stage: &Stage) {
    call("sign_out()");
    stage.auth.sign_out(SignOutOptions::new()).await;
    stage.tell().await;
}

async fn text_message(stage: &Stage) -> Outcome {
    scene("Codes by text message");
    sign_in(stage, "ann").await?;
    call("update_mfa_preference(sms: Preferred)");
    stage.auth.update_mfa_preference(Some(MfaSetting::Preferred), None, None).await?;
    sign_out(stage).await;

    sign_in(stage, "ann").await?;
    let code = in_hand(&stage.pool, "ann")?;
    let wrong = if code == "000000" { "111111" } else { "000000" };
    call(&format!(r#"confirm_sign_in("{wrong}")"#));
    failed(stage.auth.confirm_sign_in(wrong, ConfirmSignInOptions::new()).await)?;
    confirm(stage, &code).await?;
    stage.tell().await;
    Ok(())
}

/// Returns the app's secret.
async fn authenticator_app(stage: &Stage) -> Outcome<String> {
    scene("An authenticator app");
    call("set_up_totp()");
    let details = stage.auth.set_up_totp().await?;
    got(&format!("a secret, as a QR code: {}", details.setup_uri("Demo", Some("ann@example.org"))));
    let code = stage.app_code(&details.shared_secret);
    call(&format!(r#"verify_totp_setup("{code}", friendly_device_name: "Ann's phone")"#));
    let options = VerifyTotpSetupOptions::new().friendly_device_name("Ann's phone");
    stage.auth.verify_totp_setup(code, options).await?;
    call("update_mfa_preference(totp: Preferred)");
    stage.auth.update_mfa_preference(None, Some(MfaSetting::Preferred), None).await?;
    call("fetch_mfa_preference()");
    got(&format!("{:?}", stage.auth.fetch_mfa_preference().await?));
    sign_out(stage).await;

    sign_in(stage, "ann").await?;
    confirm(stage, &stage.next_app_code(&details.shared_secret)).await?;
    stage.tell().await;
    Ok(details.shared_secret)
}

async fn selection(stage: &Stage, secret: &str) -> Outcome {
    scene("Both, and neither preferred: the person chooses");
    call("update_mfa_preference(sms: NotPreferred, totp: NotPreferred)");
    let either = Some(MfaSetting::NotPreferred);
    stage.auth.update_mfa_preference(either, either, None).await?;
    sign_out(stage).await;

    sign_in(stage, "ann").await?;
    confirm(stage, "SOFTWARE_TOKEN_MFA").await?;
    confirm(stage, &stage.next_app_code(secret)).await?;
    stage.tell().await;
    Ok(())
}

async fn set_up_during_sign_in(stage: &Stage) -> Outcome {
    scene("Bob has no second factor yet: sign-in has him set one up");
    let asked = sign_in(stage, "bob").await?;
    let asked = match asked.next_step {
        SignInStep::ContinueSignInWithMfaSetupSelection { .. } => confirm(stage, "SOFTWARE_TOKEN_MFA").await?,
        _ => asked,
    };
    let SignInStep::ContinueSignInWithTotpSetup { details } = asked.next_step else {
        return Err("no authenticator app is to be set up".into());
    };
    let code = stage.app_code(&details.shared_secret);
    call(&format!(r#"confirm_sign_in("{code}", friendly_device_name: "Bob's phone")"#));
    let options = ConfirmSignInOptions::new().friendly_device_name("Bob's phone");
    show(&stage.auth.confirm_sign_in(code, options).await?);
    stage.tell().await;
    sign_out(stage).await;

    scene("Bob signs in with it");
    sign_in(stage, "bob").await?;
    confirm(stage, &stage.next_app_code(&details.shared_secret)).await?;
    stage.tell().await;
    Ok(())
}
