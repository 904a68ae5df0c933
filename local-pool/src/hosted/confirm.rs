//! `/confirm`: the code of a sign-up, and another one (`/resendcode`).

use askama::Template;
use serde_json::{Value, json};

use super::asked::Asked;
use super::page::{self, Frame, draw};
use super::texts::Language;
use super::visit::{Reply, Visit};
use super::{api, guard, login};
use crate::oauth::checks::At;
use crate::service::Call;

#[derive(Template)]
#[template(path = "confirm.html")]
struct ConfirmPage<'a> {
    frame: &'a Frame,
    action: String,
    back: String,
    username: &'a str,
    sent_to: Option<String>,
}

pub(crate) fn page(
    call: &Call,
    visit: &Visit,
    asked: &Asked,
    status: u16,
    notice: Option<&str>,
    username: &str,
) -> Reply {
    with_destination(call, visit, asked, status, notice, username, None)
}

/// The page, which says where the code went.
pub(crate) fn with_destination(
    call: &Call,
    visit: &Visit,
    asked: &Asked,
    status: u16,
    notice: Option<&str>,
    username: &str,
    answer: Option<&Value>,
) -> Reply {
    let mut frame = Frame::new(visit, &call.service.random, Language::confirm_account).noting(notice);
    page::reply(status, &mut frame, |frame| {
        let (action, back) = (visit.here("/confirm"), visit.here("/login"));
        let sent_to = answer.and_then(api::destination_of);
        draw(&ConfirmPage { frame, action, back, username, sent_to }, asked.form_target())
    })
}

pub(crate) async fn open(call: &Call, visit: &Visit) -> Reply {
    let asked = match Asked::read(call, visit, At::Login) {
        Ok(asked) => asked,
        Err(reply) => return reply,
    };
    let username = visit.field("username").or(visit.query.get("username")).unwrap_or_default().trim();
    if !visit.is_post() {
        return page(call, visit, &asked, 200, None, username);
    }
    if !guard::is_own(visit) {
        return page(call, visit, &asked, 403, Some(page::language(visit).form_too_old()), username);
    }
    let done = if visit.field("resend").is_some() {
        let answer = api::of_client(call, &asked, "ResendConfirmationCode", username, json!({})).await;
        answer.map(|answer| with_destination(call, visit, &asked, 200, None, username, Some(&answer)))
    } else {
        let code = json!({ "ConfirmationCode": visit.field("code").unwrap_or_default().trim() });
        let answer = api::of_client(call, &asked, "ConfirmSignUp", username, code).await;
        // The password is asked for again: it was not kept.
        answer.map(|_| login::form(call, visit, &asked, 200, None, username))
    };
    done.unwrap_or_else(|error| {
        let (status, text) = (page::status_of(&error), page::text_of(&error));
        page(call, visit, &asked, status, Some(text), username).telling(error.clone())
    })
}
