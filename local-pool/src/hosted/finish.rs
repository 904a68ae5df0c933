//! The end of a sign-in at the pages: the browser's session, and the way back to the app.

use serde_json::{Map, Value};

use super::asked::{Asked, failed, session_cookie};
use super::visit::{Reply, Visit};
use crate::devices::LineDevice;
use crate::error::{Outcome, ServiceError};
use crate::model::hosted::{BrowserSession, HostedGrant};
use crate::oauth::{browser, codes, token};
use crate::service::Call;
use crate::tokens::issue;
use crate::users::User;

/// Somebody has proven who they are, here or at `provider`.
pub(crate) async fn signed_in(call: &Call, visit: &Visit, asked: &Asked, user: &User, provider: Option<&str>) -> Reply {
    match browser::open(&call.service, &asked.pool, user, provider) {
        Ok((text, session)) => {
            go_back(call, visit, asked, &session, user).await.cookie(session_cookie(&asked.pool, text))
        }
        Err(error) => failed(visit, call, &error),
    }
}

/// Back to the app with a code, or with tokens in the implicit flow.
pub(crate) async fn go_back(call: &Call, visit: &Visit, asked: &Asked, session: &BrowserSession, user: &User) -> Reply {
    let back = &asked.granted.back;
    if !back.in_fragment {
        return match codes::give(&call.service, &asked.client, session, &asked.granted) {
            Ok(code) => Reply::to(back.with_code(&code)),
            Err(error) => failed(visit, call, &error),
        };
    }
    match implicit_tokens(call, asked, session, user).await {
        Ok(result) => {
            let text = |name: &str| result.get(name).and_then(Value::as_str);
            let life = result.get("ExpiresIn").map(Value::to_string);
            Reply::to(back.with_tokens(&[
                ("id_token", text("IdToken")),
                ("access_token", text("AccessToken")),
                ("token_type", text("TokenType")),
                ("expires_in", life.as_deref()),
            ]))
        }
        Err(error) => Reply::to(back.with_error("invalid_request", error.message.as_deref())).telling(error),
    }
}

async fn implicit_tokens(call: &Call, asked: &Asked, session: &BrowserSession, user: &User) -> Outcome<Value> {
    let grant = HostedGrant { scopes: asked.granted.scopes.clone(), resource: asked.granted.resource.clone() };
    let begun = issue::Begun {
        pool: &asked.pool,
        client: &asked.client,
        user,
        device: &LineDevice::None,
        source: token::SOURCE,
        hosted: Some(issue::Hosted {
            grant: &grant,
            nonce: asked.granted.nonce.as_deref(),
            auth_time_s: session.auth_time_s,
        }),
    };
    let still_so = |db: &_| match crate::store::users::find(db, &asked.pool, &user.username)? {
        Some(now) if now.sub == user.sub && now.enabled => Ok(()),
        _ => Err(ServiceError::not_authorized("User is disabled.")),
    };
    issue::start_line(call, &begun, &Map::new(), still_so).await
}
