//! An administrator made the account, with a password that has to be replaced at the first sign-in.

use local_pool::PoolConfig;
use portcullis::{ConfirmSignInOptions, SignInOptions};

use crate::stage::{Outcome, Stage, call, failed, scene, show};

const TEMPORARY: &str = "Temporary-Horse-9";
const NEW: &str = "Permanent-Horse-9";

pub async fn play() -> Outcome {
    let config = PoolConfig { required_attributes: vec!["given_name".into()], ..PoolConfig::default() };
    let stage = Stage::open(config).await?;
    stage.pool.create_user_with_temporary_password("tom", TEMPORARY, &[("email", "tom@example.org")])?;

    scene("The first sign-in, with the administrator's password");
    call(r#"sign_in("tom", temporary_password)"#);
    show(&stage.auth.sign_in("tom", Some(TEMPORARY), SignInOptions::new()).await?);

    scene("A password that the pool does not take: the question stays");
    let options = ConfirmSignInOptions::new().attribute("given_name", "Tom");
    call(r#"confirm_sign_in("short", user_attributes: [given_name: "Tom"])"#);
    failed(stage.auth.confirm_sign_in("short", options.clone()).await)?;
    call(r#"confirm_sign_in(new_password, user_attributes: [given_name: "Tom"])"#);
    show(&stage.auth.confirm_sign_in(NEW, options).await?);
    stage.tell().await;

    scene("From now on the new password signs in");
    call(r#"sign_in("tom", new_password)"#);
    show(&stage.auth.sign_in("tom", Some(NEW), SignInOptions::new()).await?);
    stage.tell().await;
    Ok(())
}
