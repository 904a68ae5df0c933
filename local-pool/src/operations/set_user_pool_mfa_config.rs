use serde::Deserialize;

use super::create_user_pool::check;
use super::get_user_pool_mfa_config::describe;
use crate::error::Outcome;
use crate::model::pool_mfa::MfaConfig;
use crate::pools::Pool;
use crate::service::Call;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    mfa_configuration: Option<String>,
    #[serde(flatten)]
    mfa: MfaConfig,
}

/// A factor that the request leaves out stays as it is.
pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = service.store.pool(&request.user_pool_id)?;
    let (before, given) = (pool.mfa.clone(), request.mfa);
    let mfa = MfaConfig {
        sms_mfa_configuration: given.sms_mfa_configuration.or(before.sms_mfa_configuration),
        software_token_mfa_configuration: given
            .software_token_mfa_configuration
            .or(before.software_token_mfa_configuration),
        email_mfa_configuration: given.email_mfa_configuration.or(before.email_mfa_configuration),
        web_authn_configuration: given.web_authn_configuration.or(before.web_authn_configuration),
    };
    let mut settings = pool.settings.clone();
    settings.mfa_configuration = request.mfa_configuration.unwrap_or(settings.mfa_configuration);
    check(&settings, &mfa)?;
    let pool = Pool { settings, mfa, modified_ms: service.now_ms(), ..(*pool).clone() };
    service.store.put_pool(&pool)?;
    describe(&pool)
}
