use serde::Deserialize;
use serde_json::json;

use crate::devices::{self, Device, Seen};
use crate::error::{Outcome, ServiceError};
use crate::service::Call;
use crate::store::devices as stored;
use crate::tokens::verify;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    access_token: String,
    device_key: String,
    device_name: Option<String>,
    device_secret_verifier_config: VerifierConfig,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct VerifierConfig {
    password_verifier: String,
    salt: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let bearer = verify::access_token(call, &request.access_token).await?;
    let (service, pool, username) = (&call.service, &bearer.pool, &bearer.user.username);
    devices::check_pool(pool)?;
    let config = &request.device_secret_verifier_config;
    let (salt, verifier) = devices::read_verifier(&config.salt, &config.password_verifier)?;
    let only_on_prompt = pool
        .settings
        .device_configuration
        .as_ref()
        .is_some_and(|configuration| configuration.device_only_remembered_on_user_prompt);
    let now = service.now_ms();
    let device = Device {
        key: request.device_key,
        name: request.device_name,
        salt,
        verifier,
        remembered: !only_on_prompt,
        seen: Seen { ip: call.peer.to_string(), sdk: call.sdk.clone(), at_ms: now },
        created_ms: now,
        modified_ms: now,
    };
    service.store.write(|db| {
        if stored::find(db, &pool.id, username, &device.key)?.is_some() {
            return Err(ServiceError::device_key_exists("Device already exists"));
        }
        // The key has to be the one that the token's own sign-in offered.
        let offered = bearer.line.device_confirmable && bearer.line.device_key.as_ref() == Some(&device.key);
        if !offered {
            return Err(ServiceError::invalid_parameter("Invalid device key given."));
        }
        stored::insert(db, &pool.id, username, &device)
    })?;
    Ok(Answer::Json(json!({ "UserConfirmationNecessary": only_on_prompt })))
}
