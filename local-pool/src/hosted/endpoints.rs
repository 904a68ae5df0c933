//! The endpoints that apps use without a browser: `/oauth2/token`, `/oauth2/revoke`, `/oauth2/userInfo`.

use super::visit::{Reply, Visit};
use crate::error::ServiceError;
use crate::oauth::client_proof::Posted;
use crate::oauth::refusal::Refused;
use crate::oauth::user_info::user_info;
use crate::oauth::{revoke, token};
use crate::service::Call;

pub(crate) async fn token(call: &Call, visit: &Visit) -> Reply {
    match token::token(call, &posted(visit)).await {
        Ok(answer) => Reply::json(200, answer),
        Err(refused) => refusal(&refused),
    }
}

pub(crate) fn revoke(call: &Call, visit: &Visit) -> Reply {
    match revoke::revoke(call, &posted(visit)) {
        Ok(()) => Reply::empty(200),
        Err(refused) => refusal(&refused),
    }
}

pub(crate) async fn user_info_of(call: &Call, visit: &Visit) -> Reply {
    match user_info(call, visit.authorization.as_deref()).await {
        Ok(answer) => Reply::json(200, answer),
        Err(denied) => {
            let value = format!("error=\"{}\", error_description=\"{}\"", denied.error, denied.description);
            let mut told = ServiceError::not_authorized(denied.description);
            (told.name, told.status) = (denied.error, denied.status);
            told.reason = denied.reason.map(Into::into);
            let body = serde_json::json!({ "error": denied.error, "error_description": denied.description });
            Reply::json(denied.status, body).header("www-authenticate", value).telling(told)
        }
    }
}

fn posted(visit: &Visit) -> Posted {
    Posted { form: visit.form.clone(), authorization: visit.authorization.clone(), domain_of: visit.domain_of.clone() }
}

fn refusal(refused: &Refused) -> Reply {
    Reply::json(refused.status, refused.body()).telling(refused.told())
}
