use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::{Outcome, ServiceError};
use crate::model::domain::{Domain, DomainSettings};
use crate::service::Call;
use crate::store::domains;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    pub domain: String,
    pub user_pool_id: String,
    pub managed_login_version: Option<i64>,
    pub custom_domain_config: Option<Value>,
}

const RESERVED: [&str; 3] = ["aws", "amazon", "cognito"];

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let domain = Domain { name: request.domain.clone(), pool_id: pool.id.clone(), settings: settings(&request)? };
    if !domain.is_custom()
        && let Some(word) = RESERVED.iter().find(|word| domain.name.contains(**word))
    {
        let text = format!("Domain cannot contain reserved word: {word}");
        return Err(ServiceError::invalid_parameter(text));
    }
    call.service.store.write(|db| {
        if domains::find(db, &domain.name)?.is_some() {
            return Err(ServiceError::invalid_parameter("Domain already associated with another user pool."));
        }
        // One prefix and one custom domain.
        if domains::of_pool(db, &pool.id)?.iter().any(|known| known.is_custom() == domain.is_custom()) {
            return Err(ServiceError::invalid_parameter("User pool already has a domain configured."));
        }
        domains::put(db, &domain)
    })?;
    Ok(answer(&domain))
}

/// `ManagedLoginVersion` is 1 or 2.
pub(super) fn settings(request: &Request) -> Outcome<DomainSettings> {
    let managed_login_version = request.managed_login_version.unwrap_or(1);
    if !(1..=2).contains(&managed_login_version) {
        return Err(ServiceError::invalid_parameter("ManagedLoginVersion must be 1 or 2."));
    }
    Ok(DomainSettings { managed_login_version, custom_domain_config: request.custom_domain_config.clone() })
}

pub(super) fn answer(domain: &Domain) -> Answer {
    let mut answer = json!({ "ManagedLoginVersion": domain.settings.managed_login_version });
    if let Some(distribution) = domain.distribution() {
        answer["CloudFrontDomain"] = json!(distribution);
    }
    Answer::Json(answer)
}
