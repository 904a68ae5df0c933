//! A pool that asks for a second factor, but not on a device that the user has remembered.

use local_pool::{DeviceConfig, PoolConfig};
use portcullis::{ConfirmSignInOptions, SignInOptions, SignInResult, SignOutOptions};
use serde_json::json;

use crate::stage::{Outcome, PASSWORD, Stage, call, got, in_hand, scene, show};

pub async fn play() -> Outcome {
    let devices = DeviceConfig { challenge_required_on_new_device: true, only_remembered_on_user_prompt: true };
    let config = PoolConfig { mfa: "OPTIONAL".into(), devices: Some(devices), ..PoolConfig::default() };
    let stage = Stage::open(config.with_user("ann", PASSWORD, &[("phone_number", "+15555551234")])).await?;
    let by_message = json!({ "Username": "ann", "SMSMfaSettings": { "Enabled": true } });
    stage.pool.call("AdminSetUserMFAPreference", by_message).await?;

    scene("A new device: the second factor is asked for");
    sign_in(&stage).await?;
    confirm(&stage).await?;
    got("(after that the library made the device known to the service: ConfirmDevice)");
    list(&stage).await?;

    scene("Remembering it");
    call("remember_device()");
    stage.auth.remember_device().await?;
    sign_out(&stage).await;
    sign_in(&stage).await?;
    stage.tell().await;
    got("(the device proved itself with SRP: DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER)");

    scene("Forgetting it: the second factor is back");
    call("forget_device()");
    stage.auth.forget_device(None).await?;
    list(&stage).await?;
    sign_out(&stage).await;
    sign_in(&stage).await?;
    confirm(&stage).await
}

async fn sign_in(stage: &Stage) -> Outcome<SignInResult> {
    call(r#"sign_in("ann", password)"#);
    let result = stage.auth.sign_in("ann", Some(PASSWORD), SignInOptions::new()).await?;
    show(&result);
    Ok(result)
}

async fn confirm(stage: &Stage) -> Outcome {
    let code = in_hand(&stage.pool, "ann")?;
    call(&format!(r#"confirm_sign_in("{code}")"#));
    show(&stage.auth.confirm_sign_in(code, ConfirmSignInOptions::new()).await?);
    stage.tell().await;
    Ok(())
}

async fn sign_out(stage: &Stage) {
    call("sign_out()");
    stage.auth.sign_out(SignOutOptions::new()).await;
    stage.tell().await;
}

async fn list(stage: &Stage) -> Outcome {
    call("fetch_devices()");
    let devices = stage.auth.fetch_devices().await?;
    for device in &devices {
        let this = if device.is_current { ", this one" } else { "" };
        got(&format!("{} ({}{this})", device.id, device.name.as_deref().unwrap_or("no name")));
    }
    if devices.is_empty() {
        got("none");
    }
    Ok(())
}
