//! A passkey is registered and signs in. The phone's part is played by an authenticator in software.

use local_pool::{Authenticator, PoolConfig};
use portcullis::{
    AuthFlow, ConfirmSignInOptions, FirstFactor, ListPasskeysOptions, SignInOptions, SignInStep, SignOutOptions,
};
use serde_json::Value;

use crate::stage::{Outcome, PASSWORD, Stage, call, got, scene, show};

pub async fn play() -> Outcome {
    let first_factors = ["PASSWORD", "WEB_AUTHN"].map(str::to_owned).to_vec();
    let relying_party = Some("example.com".into());
    let config = PoolConfig { first_factors, relying_party, ..PoolConfig::default() };
    let stage = Stage::open(config.with_user("ann", PASSWORD, &[])).await?;
    let phone = Authenticator::new();
    register(&stage, &phone).await?;
    sign_in(&stage, &phone).await?;
    once_is_enough(&stage, &phone).await?;
    delete(&stage).await
}

async fn register(stage: &Stage, phone: &Authenticator) -> Outcome {
    scene("Registering a passkey takes a session");
    call(r#"sign_in("ann", password)"#);
    show(&stage.auth.sign_in("ann", Some(PASSWORD), SignInOptions::new()).await?);
    stage.tell().await;
    call("begin_passkey_registration()");
    let options = stage.auth.begin_passkey_registration().await?;
    got(&format!("options for the platform's dialog:\n      {options}"));
    let credential = phone.create(&serde_json::from_str(&options)?)?;
    got(&format!("(the phone makes a key pair and says:\n      {credential})"));
    call("complete_passkey_registration(credential)");
    stage.auth.complete_passkey_registration(&credential.to_string()).await?;
    list(stage).await?;
    call("sign_out()");
    stage.auth.sign_out(SignOutOptions::new()).await;
    stage.tell().await;
    Ok(())
}

async fn list(stage: &Stage) -> Outcome<Option<String>> {
    call("list_passkeys()");
    let page = stage.auth.list_passkeys(ListPasskeysOptions::new()).await?;
    for passkey in &page.passkeys {
        let (name, party) = (passkey.friendly_name.as_deref(), passkey.relying_party_id.as_deref());
        got(&format!("{} {} of {}", name.unwrap_or("?"), passkey.credential_id, party.unwrap_or("?")));
    }
    if page.passkeys.is_empty() {
        got("none");
    }
    Ok(page.passkeys.into_iter().next().map(|passkey| passkey.credential_id))
}

async fn sign_in(stage: &Stage, phone: &Authenticator) -> Outcome {
    scene("Signing in with it: nothing is typed but the name");
    call(r#"sign_in("ann", no password, auth_flow: UserAuth, preferred_first_factor: WebAuthn)"#);
    let flow = AuthFlow::UserAuth { preferred_first_factor: Some(FirstFactor::WebAuthn) };
    let result = stage.auth.sign_in("ann", None, SignInOptions::new().auth_flow(flow)).await?;
    show(&result);
    let SignInStep::ConfirmSignInWithPasskey { request } = result.next_step else {
        return Err("no passkey is wanted".into());
    };
    let assertion = phone.get(&serde_json::from_str::<Value>(&request)?)?;
    got(&format!("(ann touches the sensor, and the phone says:\n      {assertion})"));
    call("confirm_sign_in(assertion)");
    show(&stage.auth.confirm_sign_in(assertion.to_string(), ConfirmSignInOptions::new()).await?);
    stage.tell().await;
    Ok(())
}

async fn once_is_enough(stage: &Stage, phone: &Authenticator) -> Outcome {
    scene("A second passkey on the same phone: the platform refuses, for the options name the first");
    call("begin_passkey_registration()");
    let options = stage.auth.begin_passkey_registration().await?;
    let refused = phone.create(&serde_json::from_str(&options)?).err().ok_or("it made another")?;
    got(&format!("(the phone says: {refused})"));
    Ok(())
}

async fn delete(stage: &Stage) -> Outcome {
    scene("Deleting it");
    let id = list(stage).await?.ok_or("there is no passkey")?;
    call(&format!(r#"delete_passkey("{id}")"#));
    stage.auth.delete_passkey(id).await?;
    list(stage).await?;
    Ok(())
}
