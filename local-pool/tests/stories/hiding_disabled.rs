//! Disabled users where users are hidden: until their first factor is proven, they answer as nobody does.

use local_pool::{ClientConfig, PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::srp::SrpClient;
use crate::client::{PASSWORD, Reply, TestPool};

const DISABLED: (&str, &str) = ("NotAuthorizedException", "User is disabled.");
/// Known and disabled; not confirmed and disabled; nobody. As long as each other.
const NAMES: [&str; 3] = ["off", "new", "nob"];

async fn api(hides: bool) -> TestPool {
    let client = ClientConfig { prevent_user_existence_errors: hides, ..ClientConfig::default() };
    let config = PoolConfig {
        first_factors: ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"].map(str::to_owned).to_vec(),
        relying_party: Some("example.com".into()),
        lock_out: false,
        ..PoolConfig::default()
    };
    let contacts = [("email", "off@example.com"), ("email_verified", "true"), ("phone_number", "+15555551234")];
    let api = TestPool::start(config.with_client(client).with_user("off", PASSWORD, &contacts)).await;
    api.sign_up("new", json!([{ "Name": "email", "Value": "new@example.com" }])).await.ok();
    api.server.disable_user("off").unwrap();
    api.server.disable_user("new").unwrap();
    api
}

/// Status and body of an answer, with the person's name, and what is made up anew, left out.
fn form(reply: &Reply, name: &str) -> Value {
    let mut body = reply.json();
    if let Some(session) = body.get_mut("Session") {
        *session = json!(session.as_str().unwrap().len());
    }
    if let Some(parameters) = body.get_mut("ChallengeParameters").and_then(Value::as_object_mut) {
        for (key, value) in parameters {
            match key.as_str() {
                "SRP_B" | "SALT" | "SECRET_BLOCK" => *value = json!(true),
                "CODE_DELIVERY_DESTINATION" => *value = json!(mask(value.as_str().unwrap())),
                _ if value == name => *value = json!("NAME"),
                _ => {}
            }
        }
    }
    if let Some(details) = body.get_mut("CodeDeliveryDetails") {
        details["Destination"] = json!(mask(details["Destination"].as_str().unwrap()));
    }
    json!({ "status": reply.status, "body": body })
}

/// A masked address without its letters.
fn mask(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() { 'x' } else { c }).collect()
}

/// Checks that what `ask` does looks the same for all of them.
async fn alike(api: &TestPool, what: &str, ask: impl AsyncFn(&TestPool, &str) -> Reply) {
    let mut forms = Vec::new();
    for name in NAMES {
        let reply = ask(api, name).await;
        assert!(!reply.text.contains("disabled"), "{what} of {name}: {}", reply.text);
        forms.push(form(&reply, name));
    }
    assert!(forms[0] == forms[2] && forms[1] == forms[2], "{what}: {forms:#?}");
}

#[tokio::test]
async fn flows_with_a_wrong_password_look_alike() {
    let api = api(true).await;
    alike(&api, "password", async |api, name| api.password(name, "Wrong-Horse-9").await).await;
    let choice = async |api: &TestPool, name: &str| {
        let parameters = json!({ "USERNAME": name, "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "Wrong-Horse-9" });
        api.initiate("USER_AUTH", parameters).await
    };
    alike(&api, "password by choice", choice).await;
    for (flow, more) in [("USER_SRP_AUTH", json!({})), ("USER_AUTH", json!({ "PREFERRED_CHALLENGE": "PASSWORD_SRP" }))]
    {
        let srp = SrpClient::new();
        let first = async |api: &TestPool, name: &str| {
            let mut parameters = more.clone();
            parameters["USERNAME"] = json!(name);
            parameters["SRP_A"] = json!(srp.public_hex());
            api.initiate(flow, parameters).await
        };
        alike(&api, flow, first).await;
        let second = async |api: &TestPool, name: &str| {
            let asked = first(api, name).await.ok();
            let proof = srp.responses(api, "Wrong-Horse-9", &asked["ChallengeParameters"]);
            api.respond("PASSWORD_VERIFIER", asked.get("Session"), proof).await
        };
        alike(&api, "its proof", second).await;
    }
}

#[tokio::test]
async fn choices_look_alike_and_lead_nowhere() {
    let api = api(true).await;
    let start = async |api: &TestPool, name: &str, preferred: Option<&str>| {
        let mut parameters = json!({ "USERNAME": name });
        if let Some(preferred) = preferred {
            parameters["PREFERRED_CHALLENGE"] = json!(preferred);
        }
        api.initiate("USER_AUTH", parameters).await
    };
    for preferred in [None, Some("EMAIL_OTP"), Some("SMS_OTP"), Some("WEB_AUTHN"), Some("PASSWORD_SRP"), Some("X")] {
        alike(&api, "a choice", async |api, name| start(api, name, preferred).await).await;
    }
    for answer in ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "PASSWORD_SRP", "X"] {
        let select = async |api: &TestPool, name: &str| {
            let session = start(api, name, None).await.ok()["Session"].clone();
            let responses = json!({ "USERNAME": name, "ANSWER": answer, "PASSWORD": "Wrong-Horse-9" });
            api.respond("SELECT_CHALLENGE", Some(&session), responses).await
        };
        alike(&api, answer, select).await;
    }
    let code = async |api: &TestPool, name: &str| {
        let session = start(api, name, Some("EMAIL_OTP")).await.ok()["Session"].clone();
        let responses = json!({ "USERNAME": name, "EMAIL_OTP_CODE": "12345678" });
        api.respond("EMAIL_OTP", Some(&session), responses).await
    };
    alike(&api, "a code", code).await;
    let sent = api.server.outbox(None, Some("email"));
    assert!(sent.is_empty() && api.server.outbox(None, Some("sms")).is_empty(), "{sent:?}");
}

/// Custom challenges: two rounds, both answered right.
fn custom_triggers(api: &TestPool) {
    api.server.set_trigger(TriggerKind::DefineAuthChallenge, |mut event| {
        let rounds = event["request"]["session"].as_array().unwrap().clone();
        let names: Vec<&str> = rounds.iter().map(|round| round["challengeName"].as_str().unwrap()).collect();
        match names.as_slice() {
            ["SRP_A"] => event["response"]["challengeName"] = json!("PASSWORD_VERIFIER"),
            [] | ["CUSTOM_CHALLENGE"] => event["response"]["challengeName"] = json!("CUSTOM_CHALLENGE"),
            _ => event["response"]["issueTokens"] = json!(true),
        }
        Ok(event)
    });
    api.server.set_trigger(TriggerKind::CreateAuthChallenge, |mut event| {
        event["response"]["publicChallengeParameters"] =
            json!({ "attributes": event["request"]["userAttributes"].to_string() });
        Ok(event)
    });
    api.server.set_trigger(TriggerKind::VerifyAuthChallengeResponse, |mut event| {
        event["response"]["answerCorrect"] = json!(true);
        Ok(event)
    });
}

#[tokio::test]
async fn the_custom_flow_looks_alike_and_leads_nowhere() {
    let api = api(true).await;
    custom_triggers(&api);
    let start = async |api: &TestPool, name: &str| api.initiate("CUSTOM_AUTH", json!({ "USERNAME": name })).await;
    alike(&api, "the first round", start).await;
    let second = async |api: &TestPool, name: &str| {
        let session = start(api, name).await.ok()["Session"].clone();
        api.respond("CUSTOM_CHALLENGE", Some(&session), json!({ "USERNAME": name, "ANSWER": "x" })).await
    };
    alike(&api, "the second round", second).await;
    let last = async |api: &TestPool, name: &str| {
        let session = second(api, name).await.ok()["Session"].clone();
        api.respond("CUSTOM_CHALLENGE", Some(&session), json!({ "USERNAME": name, "ANSWER": "x" })).await
    };
    alike(&api, "the last answer", last).await;
    let srp = SrpClient::new();
    let first = async |api: &TestPool, name: &str| {
        let parameters = json!({ "USERNAME": name, "SRP_A": srp.public_hex(), "CHALLENGE_NAME": "SRP_A" });
        api.initiate("CUSTOM_AUTH", parameters).await
    };
    alike(&api, "custom with SRP", first).await;
    let proof = async |api: &TestPool, name: &str| {
        let asked = first(api, name).await.ok();
        let proof = srp.responses(api, "Wrong-Horse-9", &asked["ChallengeParameters"]);
        api.respond("PASSWORD_VERIFIER", asked.get("Session"), proof).await
    };
    alike(&api, "its proof", proof).await;
}

/// A user who is disabled in the middle of a custom sign-in gets no tokens either.
#[tokio::test]
async fn the_custom_flow_ends_for_who_is_disabled_on_the_way() {
    for hides in [true, false] {
        let api = api(hides).await;
        custom_triggers(&api);
        api.server.enable_user("off").unwrap();
        let answer = async |session: &Value| {
            api.respond("CUSTOM_CHALLENGE", Some(session), json!({ "USERNAME": "off", "ANSWER": "x" })).await
        };
        let first = api.initiate("CUSTOM_AUTH", json!({ "USERNAME": "off" })).await.ok();
        let second = answer(&first["Session"]).await.ok();
        api.server.disable_user("off").unwrap();
        let refused = answer(&second["Session"]).await;
        refused.refused_as("NotAuthorizedException");
        assert_eq!(refused.text.contains("disabled"), !hides);
    }
}

#[tokio::test]
async fn codes_look_alike() {
    let api = api(true).await;
    let client = api.server.client_id().to_owned();
    for operation in ["ForgotPassword", "ResendConfirmationCode", "ConfirmSignUp", "ConfirmForgotPassword"] {
        let ask = async |api: &TestPool, name: &str| {
            let body =
                json!({ "ClientId": client, "Username": name, "ConfirmationCode": "123456", "Password": PASSWORD });
            api.call(operation, body).await
        };
        // Up to the limits, and beyond.
        for _ in 0..17 {
            alike(&api, operation, ask).await;
        }
    }
    assert!(api.server.outbox(None, Some("forgot")).is_empty() && api.server.outbox(None, Some("resend")).is_empty());
}

/// The code of a sign-up does not confirm somebody who was disabled since.
#[tokio::test]
async fn a_right_code_does_nothing_for_a_disabled_user() {
    for hides in [true, false] {
        let api = api(hides).await;
        let code = api.server.last_code("new").unwrap();
        let body = json!({ "ClientId": api.server.client_id(), "Username": "new", "ConfirmationCode": code });
        let refused = api.call("ConfirmSignUp", body.clone()).await;
        if hides {
            refused.refused_as("ExpiredCodeException");
        } else {
            refused.refused(DISABLED.0, DISABLED.1);
        }
        api.server.enable_user("new").unwrap();
        api.call("ConfirmSignUp", body).await.ok();
    }
}

#[tokio::test]
async fn they_are_told_once_the_password_is_proven() {
    let api = api(true).await;
    api.password("off", PASSWORD).await.refused(DISABLED.0, DISABLED.1);
    crate::client::srp::sign_in(&api, "off", PASSWORD).await.refused(DISABLED.0, DISABLED.1);
}
