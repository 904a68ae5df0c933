//! Tokens of an app itself, which acts for nobody: the grant `client_credentials`.

use serde_json::{Map, Value, json};

use super::claims::Claims;
use super::pre_token;
use crate::error::{Outcome, ServiceError};
use crate::groups::Membership;
use crate::pools::{Client, Pool};
use crate::service::Call;

/// An access token with these scopes.
pub(crate) async fn access(
    call: &Call,
    pool: &Pool,
    client: &Client,
    scopes: &[String],
    client_metadata: &Map<String, Value>,
) -> Outcome<String> {
    let service = &call.service;
    let now_s = service.now_ms().div_euclid(1000);
    let access = json!({
        "sub": client.id,
        "client_id": client.id,
        "token_use": "access",
        "scope": scopes.join(" "),
        "auth_time": now_s,
        "iss": service.issuer(pool),
        "iat": now_s,
        "exp": now_s + client.access_token_life_s(),
        "version": 2,
        "jti": service.random.uuid(),
    });
    let Value::Object(access) = access else { return Err(ServiceError::internal("no claims")) };
    let mut claims = Claims { id: Map::new(), access };
    // Only the newest form of the event knows of apps.
    if pool.pre_token_version() == "3" {
        let occasion = pre_token::Occasion {
            pool,
            client,
            user_name: &client.id,
            attributes: Map::new(),
            membership: &Membership::of(&[]),
            source: "TokenGeneration_ClientCredentials",
        };
        pre_token::apply(call, occasion, client_metadata, &mut claims).await?;
    }
    let keys = service.keys.of_pool(&service.store, &pool.id).await?;
    let signed = keys.access.sign(&Value::Object(claims.access));
    signed.ok_or_else(|| ServiceError::internal("local-pool could not sign a token"))
}
