//! A person signs up, confirms, signs in in three ways, is refreshed and signs out.

use local_pool::{LocalPool, PoolConfig, TriggerKind};
use portcullis::{
    AuthClient, AuthFlow, ConfirmSignInOptions, ConfirmSignUpOptions, FetchSessionOptions, SignInOptions,
    SignOutOptions, SignUpOptions, SignUpStep,
};
use serde_json::{Value, json};

use crate::stage::{Outcome, PASSWORD, Stage, call, failed, got, in_hand, scene, sent_to, show};

pub async fn play() -> Outcome {
    let stage = Stage::open(PoolConfig::default()).await?;
    let (pool, auth) = (&stage.pool, &stage.auth);
    sign_up(auth, pool).await?;
    stage.tell().await;
    sign_in_with_srp(auth).await?;
    stage.tell().await;
    refresh(auth).await?;
    stage.tell().await;
    ask_for_a_sum(pool);
    for flow in [AuthFlow::CustomWithoutSrp, AuthFlow::CustomWithSrp] {
        custom_challenge(auth, flow).await?;
        stage.tell().await;
    }
    wrong_password(auth).await?;
    stage.tell().await;
    sign_out(auth).await?;
    stage.tell().await;
    Ok(())
}

async fn sign_up(auth: &AuthClient, pool: &LocalPool) -> Outcome {
    scene("Sign up and confirm");
    call(r#"sign_up("ann", password, email: "ann@example.org")"#);
    let options = SignUpOptions::new().attribute("email", "ann@example.org");
    let result = auth.sign_up("ann", Some(PASSWORD), options).await?;
    if let SignUpStep::ConfirmUser { delivery_details: Some(sent), .. } = &result.next_step {
        got(&format!("next step: ConfirmUser; {}", sent_to(sent)));
    }
    let code = in_hand(pool, "ann")?;
    call(&format!(r#"confirm_sign_up("ann", "{code}")"#));
    let result = auth.confirm_sign_up("ann", code, ConfirmSignUpOptions::default()).await?;
    got(&format!("sign-up complete: {}", result.is_sign_up_complete));
    Ok(())
}

async fn sign_in_with_srp(auth: &AuthClient) -> Outcome {
    scene("Sign in with SRP: the password is proved, not sent");
    call(r#"sign_in("ann", password)"#);
    show(&auth.sign_in("ann", Some(PASSWORD), SignInOptions::new()).await?);
    call("fetch_auth_session()");
    claims(auth, FetchSessionOptions::new()).await
}

async fn refresh(auth: &AuthClient) -> Outcome {
    scene("Be refreshed");
    call("fetch_auth_session(force_refresh: true)");
    claims(auth, FetchSessionOptions::new().force_refresh(true)).await
}

async fn claims(auth: &AuthClient, options: FetchSessionOptions) -> Outcome {
    let session = auth.fetch_auth_session(options).await?;
    let tokens = session.tokens()?;
    let id = tokens.id_claims().ok_or("no ID token")?;
    got(&format!("signed in: {}", session.is_signed_in));
    for name in ["sub", "cognito:username", "email", "auth_time", "exp", "jti"] {
        got(&format!("  ID token's {name}: {}", id.get(name).map_or("-".to_owned(), |claim| claim.to_string())));
    }
    got(&format!("  access token's scopes: {}", tokens.access_claims().scopes.join(" ")));
    Ok(())
}

/// The pool's three custom-challenge triggers: they ask for 6 × 7.
fn ask_for_a_sum(pool: &LocalPool) {
    pool.set_trigger(TriggerKind::DefineAuthChallenge, |mut event| {
        let session = event["request"]["session"].as_array().cloned().unwrap_or_default();
        event["response"] = match session.last() {
            Some(last) if last["challengeName"] == "SRP_A" => next("PASSWORD_VERIFIER"),
            Some(last) if last["challengeName"] == "CUSTOM_CHALLENGE" && last["challengeResult"] == true => {
                json!({ "issueTokens": true, "failAuthentication": false })
            }
            _ => next("CUSTOM_CHALLENGE"),
        };
        Ok(event)
    });
    pool.set_trigger(TriggerKind::CreateAuthChallenge, |mut event| {
        event["response"]["publicChallengeParameters"] = json!({ "question": "6 × 7" });
        event["response"]["privateChallengeParameters"] = json!({ "answer": "42" });
        Ok(event)
    });
    pool.set_trigger(TriggerKind::VerifyAuthChallengeResponse, |mut event| {
        let request = &event["request"];
        let right = request["privateChallengeParameters"]["answer"] == request["challengeAnswer"];
        event["response"]["answerCorrect"] = right.into();
        Ok(event)
    });
}

fn next(challenge: &str) -> Value {
    json!({ "issueTokens": false, "failAuthentication": false, "challengeName": challenge })
}

async fn custom_challenge(auth: &AuthClient, flow: AuthFlow) -> Outcome {
    let with_password = flow == AuthFlow::CustomWithSrp;
    scene(if with_password { "A custom challenge after SRP" } else { "A custom challenge instead of a password" });
    call(&format!(
        r#"sign_in("ann", {}, auth_flow: {flow:?})"#,
        if with_password { "password" } else { "no password" }
    ));
    let options = SignInOptions::new().auth_flow(flow);
    let mut result = auth.sign_in("ann", with_password.then_some(PASSWORD), options).await?;
    show(&result);
    for answer in ["41", "42"] {
        call(&format!(r#"confirm_sign_in("{answer}")"#));
        result = auth.confirm_sign_in(answer, ConfirmSignInOptions::new()).await?;
        show(&result);
    }
    Ok(())
}

async fn wrong_password(auth: &AuthClient) -> Outcome {
    scene("A wrong password: a typed error, and nobody is signed out");
    call(r#"sign_in("ann", "Wrong-Horse-9")"#);
    failed(auth.sign_in("ann", Some("Wrong-Horse-9"), SignInOptions::new()).await)?;
    got(&format!("state: {:?}", auth.state()));
    Ok(())
}

async fn sign_out(auth: &AuthClient) -> Outcome {
    scene("Sign out everywhere");
    call("sign_out(global: true)");
    let result = auth.sign_out(SignOutOptions::new().global(true)).await;
    got(&format!("complete: {}", result.is_complete));
    got(&format!("state: {:?}", auth.state()));
    Ok(())
}
