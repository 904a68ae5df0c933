//! Making the tokens of the built-in providers, and asking about those that say nothing themselves.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::known::{Form, Provider};
use super::order::{IdpToken, WrongToken};
use crate::crypto::{hmac_sha256, jws, same_secret};
use crate::error::{Outcome, ServiceError};
use crate::service::Service;
use crate::signing_keys::{ServerKey, server_secret};

const HOUR_S: i64 = 3600;
const TAG: usize = 32;

/// What a provider knows about one of its access tokens.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Opaque {
    pub login: String,
    /// The app it was issued to.
    pub app: String,
    pub subject: String,
    pub begins_s: i64,
    pub ends_s: i64,
    pub claims: Map<String, Value>,
}

/// A token as it was asked for. `issuer` is what an id token names, `audience` what nothing else was asked for.
pub(super) async fn issue(
    service: &Service,
    provider: &Provider,
    order: &IdpToken,
    issuer: &str,
    audience: &str,
) -> Outcome<String> {
    let now_s = service.now_ms().div_euclid(1000);
    let begins_s = match order.wrong {
        Some(WrongToken::Expired) => now_s - HOUR_S - order.seconds,
        Some(WrongToken::NotYetValid) => now_s + HOUR_S,
        _ => now_s,
    };
    let asked = order.audience.as_deref().unwrap_or(audience);
    let audience = if order.wrong == Some(WrongToken::Audience) { "another-app" } else { asked };
    match provider.form {
        Form::IdToken => {
            let issuer = if order.wrong == Some(WrongToken::Issuer) { "https://issuer.invalid" } else { issuer };
            let mut claims = json!({
                "iss": issuer, "sub": order.subject, "aud": audience, "iat": begins_s, "exp": begins_s + order.seconds,
            });
            for (name, value) in &order.claims {
                claims[name] = value.clone();
            }
            id_token(service, &claims, order.wrong).await
        }
        Form::AccessToken(prefix) => {
            let login =
                if order.wrong == Some(WrongToken::Issuer) { "issuer.invalid" } else { &provider.login }.to_owned();
            let (app, subject) = (audience.to_owned(), order.subject.clone());
            let (ends_s, claims) = (begins_s + order.seconds, order.claims.clone());
            let told = json!(Opaque { login, app, subject, begins_s, ends_s, claims }).to_string();
            let mut tag = tag_of(service, &told)?.to_vec();
            match order.wrong {
                Some(WrongToken::Key) => tag.reverse(),
                Some(WrongToken::AlgNone) => tag.fill(0),
                _ => {}
            }
            Ok(format!("{prefix}{}", URL_SAFE_NO_PAD.encode([&tag, told.as_bytes()].concat())))
        }
    }
}

async fn id_token(service: &Service, claims: &Value, wrong: Option<WrongToken>) -> Outcome<String> {
    let key = service.keys.of_server(&service.store, ServerKey::Providers).await?;
    let token = match wrong {
        Some(WrongToken::AlgNone) => Some(jws::unsigned(claims)),
        Some(WrongToken::Key) => {
            let other = service.keys.of_server(&service.store, ServerKey::OpenIdTokens).await?;
            other.sign_under(&format!(r#"{{"kid":"{}","alg":"RS256"}}"#, key.kid), claims)
        }
        _ => key.sign(claims),
    };
    token.ok_or_else(|| ServiceError::internal("local-pool could not sign a token"))
}

/// What the provider answers about an access token. None: it is none of its tokens.
pub(crate) fn read_opaque(service: &Service, provider: &Provider, token: &str) -> Outcome<Option<Opaque>> {
    let Form::AccessToken(prefix) = provider.form else { return Ok(None) };
    let decoded = token.strip_prefix(prefix).and_then(|rest| URL_SAFE_NO_PAD.decode(rest).ok());
    let Some((tag, told)) = decoded.as_deref().and_then(|bytes| bytes.split_at_checked(TAG)) else { return Ok(None) };
    let Ok(told) = std::str::from_utf8(told) else { return Ok(None) };
    if !same_secret(tag, &tag_of(service, told)?) {
        return Ok(None);
    }
    let opaque: Opaque = serde_json::from_str(told)?;
    Ok(Some(opaque).filter(|opaque| opaque.login == provider.login))
}

fn tag_of(service: &Service, told: &str) -> Outcome<[u8; TAG]> {
    let secret = server_secret(&service.store, &service.random)?;
    Ok(hmac_sha256(&secret, &[b"access token of a provider", told.as_bytes()]))
}
