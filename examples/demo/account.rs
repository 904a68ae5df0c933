//! The user looks after the account: attributes, passwords, and in the end its deletion.

use local_pool::PoolConfig;
use portcullis::{
    ConfirmResetPasswordOptions, ResetPasswordOptions, ResetPasswordStep, SignInOptions, UpdateUserAttributeStep,
    UpdateUserAttributesOptions, UserAttribute,
};

use crate::stage::{Outcome, PASSWORD, Stage, call, failed, got, in_hand, scene, sent_to, show};

const CHANGED: &str = "Changed-Horse-9";
const RESET: &str = "Another-Horse-9";

pub async fn play() -> Outcome {
    let attributes = [("email", "ann@example.com"), ("email_verified", "true")];
    let stage = Stage::open(PoolConfig::default().with_user("ann", PASSWORD, &attributes)).await?;
    scene("Attributes");
    sign_in(&stage, PASSWORD).await?;
    change_attributes(&stage).await?;
    confirm_attribute(&stage).await?;
    change_password(&stage).await?;
    forget_password(&stage).await?;
    delete(&stage).await
}

async fn sign_in(stage: &Stage, password: &str) -> Outcome {
    call(r#"sign_in("ann", password)"#);
    show(&stage.auth.sign_in("ann", Some(password), SignInOptions::new()).await?);
    stage.tell().await;
    Ok(())
}

async fn list(stage: &Stage) -> Outcome {
    call("fetch_user_attributes()");
    for attribute in stage.auth.fetch_user_attributes().await? {
        got(&format!("{}: {}", attribute.name, attribute.value));
    }
    Ok(())
}

async fn change_attributes(stage: &Stage) -> Outcome {
    list(stage).await?;
    call(r#"update_user_attributes([nickname: "Annie", email: "ann@example.org"])"#);
    let wanted = vec![UserAttribute::new("nickname", "Annie"), UserAttribute::new("email", "ann@example.org")];
    for result in stage.auth.update_user_attributes(wanted, UpdateUserAttributesOptions::new()).await? {
        match &result.next_step {
            UpdateUserAttributeStep::ConfirmAttributeWithCode { delivery_details } => {
                got(&format!("{}: ConfirmAttributeWithCode; {}", result.name, sent_to(delivery_details)));
            }
            UpdateUserAttributeStep::Done => got(&format!("{}: Done", result.name)),
        }
    }
    stage.tell().await;
    Ok(())
}

async fn confirm_attribute(stage: &Stage) -> Outcome {
    let code = in_hand(&stage.pool, "ann")?;
    call(&format!(r#"confirm_user_attribute("email", "{code}")"#));
    stage.auth.confirm_user_attribute("email", code).await?;
    call(r#"delete_user_attributes(["nickname"])"#);
    stage.auth.delete_user_attributes(vec!["nickname".into()]).await?;
    stage.tell().await;
    list(stage).await
}

async fn change_password(stage: &Stage) -> Outcome {
    scene("Changing the password");
    call(r#"update_password("Wrong-Horse-9", new_password)"#);
    failed(stage.auth.update_password(Some("Wrong-Horse-9"), CHANGED).await)?;
    call("update_password(password, new_password)");
    stage.auth.update_password(Some(PASSWORD), CHANGED).await?;
    sign_in(stage, CHANGED).await
}

async fn forget_password(stage: &Stage) -> Outcome {
    scene("Forgetting it");
    call(r#"reset_password("ann")"#);
    let result = stage.auth.reset_password("ann", ResetPasswordOptions::new()).await?;
    match &result.next_step {
        ResetPasswordStep::ConfirmResetPasswordWithCode { delivery_details } => {
            got(&format!("next step: ConfirmResetPasswordWithCode; {}", sent_to(delivery_details)));
        }
        step => got(&format!("next step: {step:?}")),
    }
    let code = in_hand(&stage.pool, "ann")?;
    call(&format!(r#"confirm_reset_password("ann", new_password, "{code}")"#));
    let options = ConfirmResetPasswordOptions::new();
    stage.auth.confirm_reset_password("ann", RESET, code, options).await?;
    stage.tell().await;
    sign_in(stage, RESET).await
}

async fn delete(stage: &Stage) -> Outcome {
    scene("Deleting the account");
    call("delete_user()");
    stage.auth.delete_user().await?;
    stage.tell().await;
    got(&format!("state: {:?}", stage.auth.state()));
    call(r#"sign_in("ann", password)"#);
    failed(stage.auth.sign_in("ann", Some(RESET), SignInOptions::new()).await)?;
    stage.tell().await;
    Ok(())
}
