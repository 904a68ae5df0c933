use super::create_user_pool_domain as domains_made;
use super::describe_user_pool_domain::of_pool;
use crate::error::{Outcome, ServiceError};
use crate::model::domain::{Domain, DomainSettings};
use crate::service::Call;
use crate::store::domains;
use crate::wire::answer::Answer;

pub(super) use super::create_user_pool_domain::Request;

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let settings = domains_made::settings(&request)?;
    let domain = call.service.store.write(|db| {
        let known = of_pool(db, &pool.id, &request.domain)?;
        if known.is_custom() != settings.custom_domain_config.is_some() && request.custom_domain_config.is_some() {
            return Err(ServiceError::invalid_parameter("A prefix domain has no certificate."));
        }
        let custom_domain_config = settings.custom_domain_config.clone().or(known.settings.custom_domain_config);
        let settings = DomainSettings { custom_domain_config, ..settings };
        let domain = Domain { settings, name: known.name, pool_id: known.pool_id };
        domains::put(db, &domain)?;
        Ok(domain)
    })?;
    Ok(domains_made::answer(&domain))
}
