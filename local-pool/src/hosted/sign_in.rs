//! `/login`: the page of the sign-in, and the forms that are sent to it.

use super::asked::{Asked, failed};
use super::page::{self, language_cookie};
use super::visit::{Reply, Visit};
use super::{challenge, dialog, finish, guard, login, refusal};
use crate::oauth::checks::At;
use crate::service::Call;

pub(crate) async fn open(call: &Call, visit: &Visit) -> Reply {
    let asked = match Asked::read(call, visit, At::Login) {
        Ok(asked) => asked,
        Err(reply) => return reply,
    };
    if !visit.is_post() {
        let mut reply = login::form(call, visit, &asked, 200, None, "");
        reply.cookies.extend(language_cookie(visit));
        return reply;
    }
    if !guard::is_own(visit) {
        return login::form(call, visit, &asked, 403, Some(page::language(visit).form_too_old()), "");
    }
    posted(call, visit, &asked).await
}

async fn posted(call: &Call, visit: &Visit, asked: &Asked) -> Reply {
    if visit.field("continue").is_some() {
        return go_on(call, visit, asked).await;
    }
    if !asked.client.offers("COGNITO") {
        return login::form(call, visit, asked, 401, Some(super::asked::NO_SUCH_OPTION), "");
    }
    if visit.field("step").is_some() {
        return challenge::answered(call, visit, asked).await;
    }
    let username = visit.field("username").unwrap_or_default().trim();
    let turn = match visit.field("without_password") {
        Some(_) if login::offers_choice(asked) => dialog::by_choice(call, asked, username).await,
        _ => dialog::by_password(call, asked, username, visit.field("password").unwrap_or_default()).await,
    };
    match turn {
        Ok(turn) => challenge::go_to(call, visit, asked, turn).await,
        Err(error) => refusal::refused(call, visit, asked, &error, username),
    }
}

/// With the session that this browser has.
async fn go_on(call: &Call, visit: &Visit, asked: &Asked) -> Reply {
    match asked.session(call, visit) {
        Ok(Some((session, user))) if asked.takes(&session, call.service.now_ms()) => {
            finish::go_back(call, visit, asked, &session, &user).await
        }
        Ok(_) => login::form(call, visit, asked, 400, None, ""),
        Err(error) => failed(visit, call, &error),
    }
}
