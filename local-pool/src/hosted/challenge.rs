//! The pages that ask for more than a password, and their answers.

use askama::Template;
use serde_json::{Value, json};

use super::asked::Asked;
use super::dialog::{self, Step, Turn};
use super::page::{self, Frame, draw, status_of, text_of};
use super::refusal::refused;
use super::texts::Language;
use super::visit::{Reply, Visit};
use super::{api, finish, qr};
use crate::error::{Outcome, ServiceError};
use crate::service::Call;

/// To the next question, or to the end.
pub(crate) async fn go_to(call: &Call, visit: &Visit, asked: &Asked, turn: Turn) -> Reply {
    let mut step = match turn {
        Turn::SignedIn(user) => return finish::signed_in(call, visit, asked, &user, None).await,
        Turn::Asked(step) => step,
    };
    // Where there is nothing to choose, nobody is asked to.
    let is_app_alone = step.challenge == "MFA_SETUP" && factors(&step, "MFAS_CAN_SETUP") == ["SOFTWARE_TOKEN_MFA"];
    if is_app_alone && let Err(error) = hand_out(call, &mut step).await {
        return refused(call, visit, asked, &error, &step.username);
    }
    put(call, visit, asked, &step, 200, None)
}

/// Takes the answer of a form.
pub(crate) async fn answered(call: &Call, visit: &Visit, asked: &Asked) -> Reply {
    let Some(mut step) = visit.field("step").and_then(Step::unsealed) else {
        return refused(call, visit, asked, &ServiceError::invalid_session(), "");
    };
    match answer(call, visit, asked, &mut step).await {
        Ok(Some(turn)) => go_to(call, visit, asked, turn).await,
        Ok(None) => put(call, visit, asked, &step, 200, None),
        // A wrong code can be tried again; without a session nothing can.
        Err(error) if can_be_tried_again(&error) => {
            put(call, visit, asked, &step, status_of(&error), Some(text_of(&error))).telling(error.clone())
        }
        Err(error) => refused(call, visit, asked, &error, &step.username),
    }
}

fn can_be_tried_again(error: &ServiceError) -> bool {
    match error.name {
        "CodeMismatchException"
        | "EnableSoftwareTokenMFAException"
        | "InvalidPasswordException"
        | "PasswordHistoryPolicyViolationException"
        | "InvalidParameterException"
        | "AliasExistsException" => true,
        "NotAuthorizedException" => error.message.as_deref() == Some("Incorrect username or password."),
        _ => false,
    }
}

/// What a form says to a question. None: the same question, a step further.
async fn answer(call: &Call, visit: &Visit, asked: &Asked, step: &mut Step) -> Outcome<Option<Turn>> {
    let field = |name: &str| visit.field(name).unwrap_or_default().trim().to_owned();
    let code_member = match step.challenge.as_str() {
        "SMS_MFA" => Some("SMS_MFA_CODE"),
        "SMS_OTP" => Some("SMS_OTP_CODE"),
        "EMAIL_OTP" => Some("EMAIL_OTP_CODE"),
        "SOFTWARE_TOKEN_MFA" => Some("SOFTWARE_TOKEN_MFA_CODE"),
        _ => None,
    };
    if let Some(member) = code_member {
        return dialog::respond(call, asked, step, &[(member, &field("code"))]).await.map(Some);
    }
    match step.challenge.as_str() {
        "SELECT_MFA_TYPE" => dialog::respond(call, asked, step, &[("ANSWER", &field("answer"))]).await.map(Some),
        "SELECT_CHALLENGE" => {
            let password = visit.field("password").unwrap_or_default();
            let answers = [("ANSWER", field("answer")), ("PASSWORD", password.to_owned())];
            let given: Vec<_> = answers.iter().filter(|(_, value)| !value.is_empty()).collect();
            let given: Vec<_> = given.into_iter().map(|(name, value)| (*name, value.as_str())).collect();
            dialog::respond(call, asked, step, &given).await.map(Some)
        }
        "WEB_AUTHN" => dialog::respond(call, asked, step, &[("CREDENTIAL", &field("credential"))]).await.map(Some),
        "NEW_PASSWORD_REQUIRED" => {
            let names = required_attributes(step);
            let mut given = vec![("NEW_PASSWORD".to_owned(), visit.field("password").unwrap_or_default().to_owned())];
            given.extend(
                names.iter().map(|name| (format!("userAttributes.{name}"), field(&format!("attribute.{name}")))),
            );
            let given: Vec<_> = given.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            dialog::respond(call, asked, step, &given).await.map(Some)
        }
        "MFA_SETUP" => set_up(call, visit, asked, step).await,
        other => Err(no_page(other)),
    }
}

async fn set_up(call: &Call, visit: &Visit, asked: &Asked, step: &mut Step) -> Outcome<Option<Turn>> {
    if let Some(email) = visit.field("email") {
        return dialog::respond(call, asked, step, &[("EMAIL", email.trim())]).await.map(Some);
    }
    match visit.field("answer") {
        Some("SOFTWARE_TOKEN_MFA") => hand_out(call, step).await.map(|()| None),
        Some("EMAIL_OTP") => {
            step.parameters.insert("chosen".into(), json!("EMAIL_OTP"));
            Ok(None)
        }
        _ => {
            let code = visit.field("code").unwrap_or_default().trim();
            let body = json!({ "Session": step.session, "UserCode": code });
            let answer = api::run(call, "VerifySoftwareToken", &body).await?;
            step.session = session_of(&answer)?;
            dialog::respond(call, asked, step, &[]).await.map(Some)
        }
    }
}

/// The secret of an authenticator app.
async fn hand_out(call: &Call, step: &mut Step) -> Outcome<()> {
    let answer = api::run(call, "AssociateSoftwareToken", &json!({ "Session": step.session })).await?;
    step.session = session_of(&answer)?;
    step.parameters.insert("secret".into(), answer.get("SecretCode").cloned().unwrap_or_default());
    Ok(())
}

fn session_of(answer: &Value) -> Outcome<String> {
    let session = answer.get("Session").and_then(Value::as_str);
    session.map(str::to_owned).ok_or_else(ServiceError::invalid_session)
}

fn no_page(challenge: &str) -> ServiceError {
    ServiceError::invalid_parameter(format!("There is no page for {challenge}."))
}

#[derive(Template)]
#[template(path = "challenge.html")]
struct ChallengePage<'a> {
    frame: &'a Frame,
    action: String,
    back: String,
    step: String,
    text: Option<&'static str>,
    sent_to: Option<&'a str>,
    qr: Option<String>,
    secret: Option<&'a str>,
    asks: Asks<'a>,
}

/// What a page has for an answer.
#[derive(Default)]
struct Asks<'a> {
    code: bool,
    email: bool,
    password: bool,
    new_password: bool,
    attributes: Vec<(String, String)>,
    /// Values and labels of buttons.
    choices: Vec<(String, &'static str)>,
    /// What a passkey is to sign.
    options: Option<&'a str>,
}

/// Puts a question.
fn put(call: &Call, visit: &Visit, asked: &Asked, step: &Step, status: u16, notice: Option<&str>) -> Reply {
    let secret = step.parameter("secret");
    let title: fn(Language) -> &'static str = match step.challenge.as_str() {
        "NEW_PASSWORD_REQUIRED" => Language::change_password,
        "SELECT_CHALLENGE" | "SELECT_MFA_TYPE" => Language::choose_factor,
        "WEB_AUTHN" => Language::use_passkey,
        _ => Language::sign_in,
    };
    let mut frame = Frame::new(visit, &call.service.random, title).noting(notice);
    let Some((text, asks)) = view(step, frame.language) else {
        return refused(call, visit, asked, &no_page(&step.challenge), &step.username);
    };
    page::reply(status, &mut frame, |frame| {
        let address = secret.map(|secret| qr::address(&asked.pool.name, &step.username, secret));
        let template = ChallengePage {
            frame,
            action: visit.here("/login"),
            back: visit.here("/login"),
            step: step.sealed(),
            text,
            sent_to: step.parameter("CODE_DELIVERY_DESTINATION"),
            qr: address.and_then(|address| qr::picture(&address, frame.language.authenticator_app())),
            secret,
            asks,
        };
        let drawn = draw(&template, asked.form_target());
        if template.asks.options.is_some() { drawn.with_script() } else { drawn }
    })
}

/// What a page says and asks for. None: there is none for this challenge.
fn view(step: &Step, t: Language) -> Option<(Option<&'static str>, Asks<'_>)> {
    let code = Asks { code: true, ..Asks::default() };
    let choices = |names: Vec<String>| -> Vec<_> {
        names.into_iter().filter_map(|name| Some((name.clone(), factor_label(&name, t)?))).collect()
    };
    Some(match step.challenge.as_str() {
        "SMS_MFA" | "SMS_OTP" | "EMAIL_OTP" => (None, code),
        "SOFTWARE_TOKEN_MFA" => (Some(t.code_of_app()), code),
        "SELECT_MFA_TYPE" => (None, Asks { choices: choices(factors(step, "MFAS_CAN_CHOOSE")), ..Asks::default() }),
        "SELECT_CHALLENGE" => {
            let password = step.available.iter().any(|name| name == "PASSWORD");
            let others = step.available.iter().filter(|name| !name.starts_with("PASSWORD")).cloned().collect();
            (None, Asks { password, choices: choices(others), ..Asks::default() })
        }
        "WEB_AUTHN" => (None, Asks { options: step.parameter("CREDENTIAL_REQUEST_OPTIONS"), ..Asks::default() }),
        "NEW_PASSWORD_REQUIRED" => {
            let names = required_attributes(step);
            let attributes = names.into_iter().map(|name| (name.clone(), t.of_attribute(&name))).collect();
            (None, Asks { new_password: true, attributes, ..Asks::default() })
        }
        "MFA_SETUP" if step.parameter("secret").is_some() => (Some(t.set_up_app()), code),
        "MFA_SETUP" => {
            let all = factors(step, "MFAS_CAN_SETUP");
            if step.parameter("chosen") == Some("EMAIL_OTP") || all == ["EMAIL_OTP"] {
                (Some(t.set_up_email()), Asks { email: true, ..Asks::default() })
            } else {
                let all = all.into_iter().filter(|name| name != "SMS_MFA").collect();
                (Some(t.choose_factor()), Asks { choices: choices(all), ..Asks::default() })
            }
        }
        _ => return None,
    })
}

fn factor_label(name: &str, t: Language) -> Option<&'static str> {
    Some(match name {
        "SMS_MFA" | "SMS_OTP" => t.text_message(),
        "EMAIL_OTP" => t.email_message(),
        "SOFTWARE_TOKEN_MFA" => t.authenticator_app(),
        "WEB_AUTHN" => t.passkey(),
        _ => return None,
    })
}

/// A list that a parameter has as JSON.
fn factors(step: &Step, name: &str) -> Vec<String> {
    step.parameter(name).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn required_attributes(step: &Step) -> Vec<String> {
    let all = factors(step, "requiredAttributes");
    all.into_iter().filter_map(|name| name.strip_prefix("userAttributes.").map(str::to_owned)).collect()
}
