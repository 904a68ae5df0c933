//! `/passkeys/add`: a passkey for somebody who is signed in in this browser.

use askama::Template;

use super::asked::{Asked, failed};
use super::page::{self, Frame, draw, status_of, text_of};
use super::texts::Language;
use super::visit::{Reply, Visit};
use super::{guard, login};
use crate::model::hosted::BrowserSession;
use crate::oauth::back::in_ascii;
use crate::oauth::checks::At;
use crate::oauth::parameters::Parameters;
use crate::operations;
use crate::service::Call;
use crate::users::User;

#[derive(Template)]
#[template(path = "passkey.html")]
struct PasskeyPage<'a> {
    frame: &'a Frame,
    action: String,
    options: String,
}

pub(crate) async fn open(call: &Call, visit: &Visit) -> Reply {
    // It is asked for with a client and an address alone.
    let query = visit
        .query
        .get("response_type")
        .map_or_else(|| visit.query.with("response_type", "code"), |_| visit.query.clone());
    let asked = match Asked::read(call, &Visit { query, ..visit.clone() }, At::Login) {
        Ok(asked) => asked,
        Err(reply) => return reply,
    };
    match asked.session(call, visit) {
        Ok(Some((session, user))) => with_session(call, visit, &asked, &session, &user).await,
        Ok(None) => login::form(call, visit, &asked, 401, None, ""),
        Err(error) => failed(visit, call, &error),
    }
}

async fn with_session(call: &Call, visit: &Visit, asked: &Asked, _: &BrowserSession, user: &User) -> Reply {
    if !visit.is_post() {
        return page(call, visit, asked, user, 200, None);
    }
    if !guard::is_own(visit) {
        return page(call, visit, asked, user, 403, Some(page::language(visit).form_too_old()));
    }
    if visit.field("cancel").is_none() {
        let credential = serde_json::from_str(visit.field("credential").unwrap_or_default()).unwrap_or_default();
        let (pool, client) = (&asked.pool, &asked.client);
        if let Err(error) = operations::complete_passkey(call, pool, client, user, credential) {
            let (status, text) = (status_of(&error), text_of(&error));
            return page(call, visit, asked, user, status, Some(text)).telling(error.clone());
        }
    }
    Reply::to(in_ascii(&asked.granted.back.redirect_uri))
}

fn page(call: &Call, visit: &Visit, asked: &Asked, user: &User, status: u16, notice: Option<&str>) -> Reply {
    let options = match operations::start_passkey(call, &asked.pool, &asked.client, user) {
        Ok(options) => options.to_string(),
        Err(error) => return failed(visit, call, &error),
    };
    let mut frame = Frame::new(visit, &call.service.random, Language::add_passkey).noting(notice);
    let query = Parameters::from_pairs(visit.query.iter());
    page::reply(status, &mut frame, |frame| {
        let action = format!("/passkeys/add?{}", query.encoded());
        draw(&PasskeyPage { frame, action, options }, asked.form_target()).with_script()
    })
}
