//! `/oauth2/authorize`: to the app at once, to an identity provider, or to the page of the sign-in.

use super::asked::{Asked, failed};
use super::page;
use super::visit::{Reply, Visit};
use super::{federation, finish};
use crate::oauth::checks::At;
use crate::service::Call;

pub(crate) async fn open(call: &Call, visit: &Visit) -> Reply {
    let asked = match Asked::read(call, visit, At::Authorize) {
        Ok(asked) => asked,
        Err(reply) => return reply,
    };
    let session = match asked.session(call, visit) {
        Ok(session) => session,
        Err(error) => return failed(visit, call, &error),
    };
    let prompt = asked.granted.prompt;
    let enough = session.filter(|(session, _)| !prompt.select_account && asked.takes(session, call.service.now_ms()));
    if let Some((session, user)) = enough {
        return finish::go_back(call, visit, &asked, &session, &user).await;
    }
    if prompt.none {
        return Reply::to(asked.granted.back.with_error("login_required", None));
    }
    if let Some(provider) = asked.granted.provider.as_deref().filter(|name| *name != "COGNITO") {
        return federation::leave(call, visit, &asked, provider).await;
    }
    let mut reply = Reply::to(visit.here("/login"));
    reply.cookies.extend(page::language_cookie(visit));
    reply
}
