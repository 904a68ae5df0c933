//! OpenID tokens of identities.

use serde_json::{Value, json};

use super::tags::{self, Tags};
use crate::error::{Outcome, ServiceError};
use crate::logins::{OWN_ISSUER, Proven};
use crate::model::identity::Identity;
use crate::model::identity_pool::IdentityPool;
use crate::model::pool::ACCOUNT_ID;
use crate::service::Service;
use crate::signing_keys::ServerKey;

/// What a token says besides whose it is.
pub(crate) struct Said {
    /// `amr`
    pub methods: Vec<String>,
    pub tags: Tags,
    pub seconds: i64,
}

/// `amr` of an identity that was asked for with these logins.
pub(crate) fn methods(identity: &Identity, proven: &Proven) -> Vec<String> {
    if identity.guest {
        return vec!["unauthenticated".into()];
    }
    if let (true, Some(own)) = (proven.bearers.is_empty(), &proven.own) {
        let methods = own.claims.get("amr").and_then(Value::as_array);
        return methods.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    }
    let each = proven.bearers.iter().flat_map(|bearer| [bearer.provider.clone(), bearer.method.clone()]);
    std::iter::once("authenticated".to_owned()).chain(each).collect()
}

pub(crate) async fn issue(service: &Service, pool: &IdentityPool, identity: &Identity, said: &Said) -> Outcome<String> {
    let now_s = service.now_ms().div_euclid(1000);
    let region = pool.region();
    let arn = format!("arn:aws:cognito-identity:{region}:{ACCOUNT_ID}:identitypool/{}", pool.id);
    let mut claims = json!({
        "sub": identity.id,
        "aud": pool.id,
        "amr": said.methods,
        "iss": OWN_ISSUER,
        format!("{OWN_ISSUER}/identity-pool-arn"): arn,
        "exp": now_s + said.seconds,
        "iat": now_s,
    });
    if !said.tags.is_empty() {
        claims[tags::CLAIM] = tags::claim(&said.tags);
    }
    let key = service.keys.of_server(&service.store, ServerKey::OpenIdTokens).await?;
    let header = json!({ "kid": kid(region), "typ": "JWS", "alg": "RS512" });
    let token = key.sign_under(&header.to_string(), &claims);
    token.ok_or_else(|| ServiceError::internal("local-pool could not sign a token"))
}

/// The documents under `.well-known`: the keys.
pub(crate) async fn jwks(service: &Service) -> Outcome<Value> {
    let key = service.keys.of_server(&service.store, ServerKey::OpenIdTokens).await?;
    let mut jwk = key.jwk();
    jwk["kid"] = json!(kid(&service.region));
    jwk["alg"] = json!("RS512");
    Ok(json!({ "keys": [jwk] }))
}

fn kid(region: &str) -> String {
    format!("{region}1")
}
