//! `/forgotPassword` and `/confirmForgotPassword`.

use askama::Template;
use serde_json::json;

use super::asked::Asked;
use super::page::{self, Frame, draw, status_of, text_of};
use super::texts::Language;
use super::visit::{Reply, Visit};
use super::{api, guard, login};
use crate::oauth::checks::At;
use crate::service::Call;

#[derive(Template)]
#[template(path = "forgot.html")]
struct ForgotPage<'a> {
    frame: &'a Frame,
    action: String,
    back: String,
    name_label: &'static str,
    username: &'a str,
    /// Whether the code is asked for, and the new password.
    has_code: bool,
    sent_to: Option<String>,
}

/// Who has forgotten it.
pub(crate) async fn open(call: &Call, visit: &Visit) -> Reply {
    let asked = match Asked::read(call, visit, At::Login) {
        Ok(asked) => asked,
        Err(reply) => return reply,
    };
    let username = visit.field("username").unwrap_or_default().trim();
    if !visit.is_post() {
        return name_page(call, visit, &asked, 200, None, username);
    }
    if !guard::is_own(visit) {
        return name_page(call, visit, &asked, 403, Some(page::language(visit).form_too_old()), username);
    }
    match api::of_client(call, &asked, "ForgotPassword", username, json!({})).await {
        Ok(answer) => code_page(call, visit, &asked, 200, None, username, api::destination_of(&answer)),
        Err(error) => {
            name_page(call, visit, &asked, status_of(&error), Some(text_of(&error)), username).telling(error.clone())
        }
    }
}

/// The code, and the new password.
pub(crate) async fn confirm(call: &Call, visit: &Visit) -> Reply {
    let asked = match Asked::read(call, visit, At::Login) {
        Ok(asked) => asked,
        Err(reply) => return reply,
    };
    let username = visit.field("username").unwrap_or_default().trim();
    if !visit.is_post() {
        return code_page(call, visit, &asked, 200, None, username, None);
    }
    if !guard::is_own(visit) {
        let text = page::language(visit).form_too_old();
        return code_page(call, visit, &asked, 403, Some(text), username, None);
    }
    let members = json!({
        "ConfirmationCode": visit.field("code").unwrap_or_default().trim(),
        "Password": visit.field("password").unwrap_or_default(),
    });
    match api::of_client(call, &asked, "ConfirmForgotPassword", username, members).await {
        Ok(_) => login::form(call, visit, &asked, 200, None, username),
        Err(error) => {
            let (status, text) = (status_of(&error), text_of(&error));
            code_page(call, visit, &asked, status, Some(text), username, None).telling(error.clone())
        }
    }
}

fn name_page(call: &Call, visit: &Visit, asked: &Asked, status: u16, notice: Option<&str>, username: &str) -> Reply {
    draw_page(call, visit, asked, status, notice, (username, "/forgotPassword", false, None))
}

pub(crate) fn code_page(
    call: &Call,
    visit: &Visit,
    asked: &Asked,
    status: u16,
    notice: Option<&str>,
    username: &str,
    sent_to: Option<String>,
) -> Reply {
    draw_page(call, visit, asked, status, notice, (username, "/confirmForgotPassword", true, sent_to))
}

fn draw_page(
    call: &Call,
    visit: &Visit,
    asked: &Asked,
    status: u16,
    notice: Option<&str>,
    (username, path, has_code, sent_to): (&str, &str, bool, Option<String>),
) -> Reply {
    let mut frame = Frame::new(visit, &call.service.random, Language::reset_password).noting(notice);
    page::reply(status, &mut frame, |frame| {
        let (action, back) = (visit.here(path), visit.here("/login"));
        let name_label = login::name_label(asked, frame.language);
        draw(&ForgotPage { frame, action, back, name_label, username, has_code, sent_to }, asked.form_target())
    })
}
