//! Handing out tokens to tests.

use super::known::provider;
use super::order::{IdpToken, Login};
use super::token;
use crate::error::Outcome;
use crate::oidc_providers::{arn_of, name_in};
use crate::service::Service;
use crate::store::identity_pools;

/// Where no identity pool has the provider, its tokens are for this app.
const ANY_APP: &str = "local-app";

/// A token as it was asked for. Whom it is for and what its issuer is called follow from the identity pools.
pub(crate) async fn hand_out(service: &Service, order: &IdpToken) -> Outcome<Login> {
    let provider = provider(&order.provider);
    let pools = service.store.read(identity_pools::list)?;
    let arn = arn_of(&provider.login);
    let (mut issuer, mut audience) = (format!("https://{}", provider.login), ANY_APP.to_owned());
    for pool in &pools {
        if let Some(app_ids) = pool.settings.supported_login_providers.get(&provider.login) {
            audience = app_ids.split(';').next().unwrap_or_default().trim().to_owned();
            break;
        }
        let mut arns = pool.settings.open_id_connect_provider_arns.iter();
        if let Some(arn) = arns.find(|known| name_in(known) == name_in(&arn)) {
            let known = service.oidc_providers.by_arn(arn);
            issuer = known.issuer;
            audience = known.client_ids.into_iter().next().unwrap_or(audience);
            break;
        }
    }
    let token = token::issue(service, &provider, order, &issuer, &audience).await?;
    Ok(Login { provider: provider.login, token })
}
