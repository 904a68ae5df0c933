//! `/logout` and `/error`.

use super::asked::{failed, session_cookie, session_cookie_name};
use super::page;
use super::visit::{Cookie, Reply, Visit};
use crate::oauth::browser;
use crate::oauth::logout::{Leads, leads};
use crate::service::Call;

/// Ends the browser's session, whatever else is asked for. Tokens live on, and so do sessions at other providers.
pub(crate) fn logout(call: &Call, visit: &Visit) -> Reply {
    let found = visit.query.get("client_id").and_then(|id| call.service.client_and_pool(id).ok());
    let found = found.filter(|(_, pool)| visit.is_at(&pool.id));
    let mut taken_away = None;
    if let Some((_, pool)) = &found {
        if let Some(text) = visit.cookies.get(&session_cookie_name(pool))
            && let Err(error) = browser::close(&call.service, text)
        {
            return failed(visit, call, &error);
        }
        taken_away = Some(session_cookie(pool, String::new()));
    }
    let mut reply = match leads(&visit.query, found.as_ref().map(|(client, _)| &**client)) {
        Leads::To(uri) => Reply::to(uri),
        Leads::ToSignIn => Reply::to(visit.here("/login")),
        Leads::Nowhere(text) => page::error(visit, &call.service.random, 400, text),
    };
    reply.cookies.extend(taken_away.map(|cookie| Cookie { seconds: None, ..cookie }));
    reply
}

/// Which errors have a page; whatever else an address says is not repeated.
const KNOWN: [&str; 5] =
    ["invalid_request", "redirect_mismatch", "invalid_scope", "unauthorized_client", "server_error"];

pub(crate) fn error(call: &Call, visit: &Visit) -> Reply {
    let named = visit.query.get("error").unwrap_or_default();
    let text = KNOWN.iter().find(|known| **known == named).copied().unwrap_or("invalid_request");
    page::error(visit, &call.service.random, 400, text)
}
