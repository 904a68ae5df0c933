//! Which app a request is from: by its id alone, or with its secret, in the header or in the body.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::parameters::Parameters;
use super::refusal::Refused;
use crate::pools::{Client, Pool};
use crate::service::Service;

/// What came in at one of the endpoints for apps.
pub(crate) struct Posted {
    /// None: the body is no form.
    pub form: Option<Parameters>,
    /// The header `Authorization`.
    pub authorization: Option<String>,
    /// The pool whose domain was called.
    pub domain_of: Option<String>,
}

impl Posted {
    pub fn form(&self) -> Result<&Parameters, Refused> {
        let form = self.form.as_ref().ok_or_else(|| Refused::new("invalid_request", "the body is no form"))?;
        match form.iter().find(|(name, _)| form.repeats(name)) {
            Some((name, _)) => Err(Refused::new("invalid_request", format!("`{name}` is there twice"))),
            None => Ok(form),
        }
    }

    /// The client that is named, if the secret it has was sent, and none if it has none.
    pub fn client(&self, service: &Service) -> Result<(Arc<Client>, Arc<Pool>), Refused> {
        let form = self.form()?;
        let invalid = |reason| Refused::new("invalid_client", reason);
        let in_body = (form.get("client_id"), form.get("client_secret"));
        let (id, secret) = match &self.authorization {
            None => {
                let id = in_body.0.ok_or_else(|| Refused::new("invalid_request", "there is no client_id"))?;
                (id.to_owned(), in_body.1.map(str::to_owned))
            }
            Some(header) => {
                let (id, secret) = basic(header).ok_or_else(|| invalid("the header has no credentials of a client"))?;
                if in_body.0.is_some_and(|other| other != id) {
                    return Err(invalid("header and body name two clients"));
                }
                if in_body.1.is_some() {
                    return Err(Refused::new("invalid_request", "the secret is in the header and in the body"));
                }
                (id, Some(secret))
            }
        };
        let found = service.client_and_pool(&id).ok();
        let found = found.filter(|(_, pool)| self.domain_of.as_ref().is_none_or(|id| *id == pool.id));
        let (client, pool) = found.ok_or_else(|| invalid("there is no such client"))?;
        match client.secret_is(secret.as_deref()) {
            true => Ok((client, pool)),
            false => Err(invalid("the client's secret is wrong, missing or more than it has")),
        }
    }
}

fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    let decoded = STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}
