//! Google, Apple, Facebook, Amazon, Twitter: as the built-in providers have them.

use super::bearer::Bearer;
use super::flaw;
use crate::error::Outcome;
use crate::providers::{self, Form, Provider};
use crate::service::Service;
use crate::signing_keys::ServerKey;

/// `app_ids` are joined by semicolons.
pub(super) async fn verify(service: &Service, provider: &Provider, app_ids: &str, token: &str) -> Outcome<Bearer> {
    let is_ours = |app: &str| app_ids.split(';').any(|id| id.trim() == app);
    match provider.form {
        Form::IdToken => {
            let read = flaw::read(token)?;
            flaw::check_issuer(&read, &provider.login)?;
            flaw::check_audience_is_there(&read)?;
            let subject = flaw::required(&read, "sub")?.to_owned();
            let key = service.keys.of_server(&service.store, ServerKey::Providers).await?;
            if read.kid() != Some(&key.kid) || !key.public().verifies(&read) {
                return Err(flaw::unverified());
            }
            flaw::check_time(service.now_ms(), flaw::begins(&read), read.number("exp"), flaw::GRACE_S)?;
            let app = read.audience().into_iter().find(|app| is_ours(app)).ok_or_else(flaw::wrong_audience)?;
            let method = format!("{}:{app}:{subject}", provider.login);
            Ok(Bearer {
                provider: provider.login.clone(),
                mapping_key: provider.login.clone(),
                method,
                subject,
                claims: read.claims,
            })
        }
        Form::AccessToken(_) => {
            let known = providers::read_opaque(service, provider, token)?;
            let known = known.ok_or_else(|| flaw::invalid("The provider does not know the access token."))?;
            flaw::check_time(service.now_ms(), Some(known.begins_s), Some(known.ends_s), 0)?;
            if !is_ours(&known.app) {
                return Err(flaw::wrong_audience());
            }
            Ok(Bearer {
                provider: provider.login.clone(),
                mapping_key: provider.login.clone(),
                method: format!("{}:{}:{}", provider.login, known.app, known.subject),
                subject: known.subject,
                claims: known.claims,
            })
        }
    }
}
