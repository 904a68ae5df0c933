//! Choice-based sign-in (USER_AUTH): the pool offers first factors, and the person takes one.

use local_pool::PoolConfig;
use portcullis::{
    AuthFlow, AutoSignInOptions, ConfirmSignInOptions, ConfirmSignUpOptions, FirstFactor, SignInOptions,
    SignOutOptions, SignUpOptions,
};

use crate::stage::{Outcome, PASSWORD, Stage, call, got, in_hand, scene, show};

pub async fn play() -> Outcome {
    let first_factors = ["PASSWORD", "EMAIL_OTP", "SMS_OTP"].map(str::to_owned).to_vec();
    let config = PoolConfig { first_factors, ..PoolConfig::default() };
    let reachable = [
        ("email", "ann@example.org"),
        ("email_verified", "true"),
        ("phone_number", "+15555551234"),
        ("phone_number_verified", "true"),
    ];
    let stage = Stage::open(config.with_user("ann", PASSWORD, &reachable)).await?;
    choose(&stage).await?;
    prefer(&stage).await?;
    with_the_password_at_once(&stage).await?;
    without_a_password(&stage).await
}

fn flow(preferred_first_factor: Option<FirstFactor>) -> SignInOptions {
    SignInOptions::new().auth_flow(AuthFlow::UserAuth { preferred_first_factor })
}

async fn confirm(stage: &Stage, answer: &str) -> Outcome {
    call(&format!(r#"confirm_sign_in("{answer}")"#));
    show(&stage.auth.confirm_sign_in(answer, ConfirmSignInOptions::new()).await?);
    Ok(())
}

async fn choose(stage: &Stage) -> Outcome {
    scene("What can ann sign in with?");
    call(r#"sign_in("ann", no password, auth_flow: UserAuth)"#);
    show(&stage.auth.sign_in("ann", None, flow(None)).await?);
    confirm(stage, "EMAIL_OTP").await?;

    scene("The message was lost: another one");
    call("resend_sign_in_code()");
    show(&stage.auth.resend_sign_in_code().await?);
    confirm(stage, &in_hand(&stage.pool, "ann")?).await?;
    stage.tell().await;
    Ok(())
}

async fn prefer(stage: &Stage) -> Outcome {
    scene("The app remembers what she likes best");
    call(r#"sign_in("ann", no password, auth_flow: UserAuth, preferred_first_factor: SmsOtp)"#);
    show(&stage.auth.sign_in("ann", None, flow(Some(FirstFactor::SmsOtp))).await?);
    confirm(stage, &in_hand(&stage.pool, "ann")?).await?;
    stage.tell().await;
    Ok(())
}

async fn with_the_password_at_once(stage: &Stage) -> Outcome {
    scene("With a password there is nothing to choose: it is proved with SRP");
    call(r#"sign_in("ann", password, auth_flow: UserAuth)"#);
    show(&stage.auth.sign_in("ann", Some(PASSWORD), flow(None)).await?);
    stage.tell().await;
    call("sign_out()");
    stage.auth.sign_out(SignOutOptions::new()).await;
    stage.tell().await;
    Ok(())
}

async fn without_a_password(stage: &Stage) -> Outcome {
    scene("An account without a password: confirmed, and signed in by that");
    call(r#"sign_up("bob", no password, email: "bob@example.org", auto_sign_in)"#);
    let options = SignUpOptions::new().attribute("email", "bob@example.org").auto_sign_in(AutoSignInOptions::default());
    let result = stage.auth.sign_up("bob", None, options).await?;
    got(&format!("next step: {:?}", result.next_step));
    let code = in_hand(&stage.pool, "bob")?;
    call(&format!(r#"confirm_sign_up("bob", "{code}")"#));
    let result = stage.auth.confirm_sign_up("bob", code, ConfirmSignUpOptions::default()).await?;
    got(&format!("next step: {:?}", result.next_step));
    stage.tell().await;
    got(&format!("state: {:?}", stage.auth.state()));
    Ok(())
}
