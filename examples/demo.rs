//! A person signs up, confirms, signs in in three ways, is refreshed and signs out, against a real server over HTTP.
//! Run it with `cargo xtask demo`; `--kotlin` and `--swift` tell the same story in the other languages.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::time::Duration;

use local_pool::{LocalPool, PoolConfig, TriggerKind};
use portcullis::{
    AuthClient, AuthConfiguration, AuthEvent, AuthFlow, ConfirmSignInOptions, ConfirmSignUpOptions, EventStream,
    FetchSessionOptions, SignInOptions, SignInResult, SignInStep, SignOutOptions, SignUpOptions, SignUpStep,
};
use serde_json::{Value, json};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const PASSWORD: &str = "Correct-Horse-9";

#[tokio::main]
async fn main() -> Outcome {
    let pool = LocalPool::start(PoolConfig::default()).await?;
    println!("local-pool listens on {}: a user pool that speaks Cognito's API, in this process.\n", pool.endpoint());
    let auth = AuthClient::new(AuthConfiguration::from_json(&pool.amplify_outputs())?);
    let events = auth.events();
    tell(&events).await;

    sign_up(&auth, &pool).await?;
    tell(&events).await;
    sign_in_with_srp(&auth).await?;
    tell(&events).await;
    refresh(&auth).await?;
    tell(&events).await;
    ask_for_a_sum(&pool);
    for flow in [AuthFlow::CustomWithoutSrp, AuthFlow::CustomWithSrp] {
        custom_challenge(&auth, flow).await?;
        tell(&events).await;
    }
    wrong_password(&auth).await?;
    tell(&events).await;
    sign_out(&auth).await?;
    tell(&events).await;
    Ok(())
}

async fn sign_up(auth: &AuthClient, pool: &LocalPool) -> Outcome {
    chapter("Sign up and confirm");
    call(r#"sign_up("ann", password, email: "ann@example.org")"#);
    let options = SignUpOptions::new().attribute("email", "ann@example.org");
    let result = auth.sign_up("ann", Some(PASSWORD), options).await?;
    if let SignUpStep::ConfirmUser { delivery_details: Some(sent), .. } = &result.next_step {
        got(&format!("next step: confirm the user; a code went to {}", sent.destination.as_deref().unwrap_or("?")));
    }
    let code = pool.last_code("ann").ok_or("no code was sent")?;
    got(&format!("(the pool's outbox shows the code: {code})"));
    call(&format!(r#"confirm_sign_up("ann", "{code}")"#));
    let result = auth.confirm_sign_up("ann", code, ConfirmSignUpOptions::default()).await?;
    got(&format!("sign-up complete: {}", result.is_sign_up_complete));
    Ok(())
}

async fn sign_in_with_srp(auth: &AuthClient) -> Outcome {
    chapter("Sign in with SRP: the password is proved, not sent");
    call(r#"sign_in("ann", password)"#);
    show(&auth.sign_in("ann", Some(PASSWORD), SignInOptions::new()).await?);
    call("fetch_auth_session()");
    claims(auth, FetchSessionOptions::new()).await
}

async fn refresh(auth: &AuthClient) -> Outcome {
    chapter("Be refreshed");
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
    chapter(if with_password { "A custom challenge after SRP" } else { "A custom challenge instead of a password" });
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
    chapter("A wrong password: a typed error, and nobody is signed out");
    call(r#"sign_in("ann", "Wrong-Horse-9")"#);
    let error =
        auth.sign_in("ann", Some("Wrong-Horse-9"), SignInOptions::new()).await.err().ok_or("it was accepted")?;
    got(&format!("code: {}", error.code()));
    got(&format!("recovery: {}", error.recovery()));
    got(&format!("state: {:?}", auth.state()));
    Ok(())
}

async fn sign_out(auth: &AuthClient) -> Outcome {
    chapter("Sign out everywhere");
    call("sign_out(global: true)");
    let result = auth.sign_out(SignOutOptions::new().global(true)).await;
    got(&format!("complete: {}", result.is_complete));
    got(&format!("state: {:?}", auth.state()));
    Ok(())
}

fn show(result: &SignInResult) {
    match &result.next_step {
        SignInStep::ConfirmSignInWithCustomChallenge { parameters } => {
            let question = parameters.get("question").map_or("?", String::as_str);
            got(&format!("next step: confirm with a custom challenge; its question is {question}"));
        }
        step => got(&format!("next step: {step:?}; signed in: {}", result.is_signed_in)),
    }
}

/// Prints what the listeners were told meanwhile.
async fn tell(events: &EventStream) {
    while let Ok(Some(event)) = tokio::time::timeout(Duration::from_millis(50), events.next()).await {
        let user = match &event {
            AuthEvent::SignedIn { user } | AuthEvent::SignedOut { user } | AuthEvent::TokensRefreshed { user } => {
                format!(" ({})", user.username)
            }
            _ => String::new(),
        };
        println!("  * event {}{user}", event.hub_name());
    }
}

fn chapter(title: &str) {
    println!("\n{title}");
}

fn call(text: &str) {
    println!("  > {text}");
}

fn got(text: &str) {
    println!("    {text}");
}
