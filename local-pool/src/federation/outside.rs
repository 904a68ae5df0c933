//! OpenID Connect with a provider elsewhere: the code flow with discovery, by OpenID Connect Core 1.0.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::trip::Trip;
use crate::crypto::jws::Jws;
use crate::crypto::sha256;
use crate::discovery;
use crate::model::identity_provider::IdentityProvider;
use crate::service::Service;

/// How far its clock may be off.
const GRACE_S: i64 = 300;

/// What went wrong, in the service's words.
#[derive(Debug)]
pub(crate) struct Failed(pub String);

fn told(provider: &IdentityProvider, what: impl std::fmt::Display) -> Failed {
    Failed(format!("{} Error - {what}", provider.name))
}

/// Where the person is sent.
pub(crate) async fn authorize_url(
    provider: &IdentityProvider,
    trip: &Trip,
    state: &str,
    login_hint: Option<&str>,
) -> Result<String, Failed> {
    let endpoint = endpoint(provider, "authorize_url", "authorization_endpoint").await?;
    let challenge = URL_SAFE_NO_PAD.encode(sha256(&[trip.verifier.as_bytes()]));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("client_id", provider.detail("client_id").unwrap_or_default())
        .append_pair("redirect_uri", &trip.redirect_uri)
        .append_pair("response_type", "code")
        .append_pair("scope", provider.detail("authorize_scopes").unwrap_or("openid"))
        .append_pair("state", state)
        .append_pair("nonce", &trip.nonce)
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    if let Some(hint) = login_hint {
        query.append_pair("login_hint", hint);
    }
    let separator = if endpoint.contains('?') { '&' } else { '?' };
    Ok(format!("{endpoint}{separator}{}", query.finish()))
}

/// What the provider says of the person, for the code that it gave. `issuer` is the one that its answer named, if it did.
pub(crate) async fn claims(
    service: &Service,
    provider: &IdentityProvider,
    trip: &Trip,
    code: &str,
    issuer: Option<&str>,
) -> Result<Map<String, Value>, Failed> {
    let expected = provider.detail("oidc_issuer").unwrap_or_default();
    // A code that another provider gave would go to this one (RFC 9207).
    if issuer.is_some_and(|issuer| issuer != expected) {
        return Err(told(provider, "400 the issuer is another one"));
    }
    let url = endpoint(provider, "token_url", "token_endpoint").await?;
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("client_id", provider.detail("client_id").unwrap_or_default()),
        ("code", code),
        ("redirect_uri", &trip.redirect_uri),
        ("code_verifier", &trip.verifier),
    ];
    form.extend(provider.detail("client_secret").map(|secret| ("client_secret", secret)));
    let (status, answer) = discovery::post_form(&url, &form).await.map_err(|error| match error.timed_out {
        true => Failed("Timeout occurred in calling IdP token endpoint".into()),
        false => told(provider, &error.text),
    })?;
    if status != 200 {
        let error = answer.get("error").and_then(Value::as_str).unwrap_or("no token");
        return Err(told(provider, format!("{status} {error}")));
    }
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    let id_token = text("id_token").ok_or_else(|| told(provider, "there is no id token"))?;
    let mut claims = checked(service, provider, trip, id_token).await?;
    if let Some(access_token) = text("access_token")
        && let Ok(url) = endpoint(provider, "attributes_url", "userinfo_endpoint").await
        && let Ok((200, Value::Object(more))) = discovery::get_with(&url, access_token).await
        && more.get("sub") == claims.get("sub")
    {
        claims.extend(more);
    }
    Ok(claims)
}

async fn checked(
    service: &Service,
    provider: &IdentityProvider,
    trip: &Trip,
    id_token: &str,
) -> Result<Map<String, Value>, Failed> {
    let wrong = |what: &str| told(provider, format!("the id token {what}"));
    let token = Jws::read(id_token).ok_or_else(|| wrong("is none"))?;
    let issuer = provider.detail("oidc_issuer").unwrap_or_default();
    let keys = service.oidc_providers.discovery.keys(issuer, token.kid(), service.now_ms()).await;
    let keys = keys.map_err(|error| told(provider, error.0))?;
    let now_s = service.now_ms().div_euclid(1000);
    let client = provider.detail("client_id").unwrap_or_default();
    let is_for_us = token.audience().contains(&client) && token.text("azp").is_none_or(|party| party == client);
    if !keys.iter().any(|key| key.verifies(&token)) {
        Err(wrong("has another signature"))
    } else if token.text("iss").map(|text| text.trim_end_matches('/')) != Some(issuer.trim_end_matches('/')) {
        Err(wrong("has another issuer"))
    } else if !is_for_us {
        Err(wrong("is for another client"))
    } else if token.number("exp").is_none_or(|ends| now_s >= ends + GRACE_S) {
        Err(wrong("has expired"))
    } else if token.text("nonce") != Some(&trip.nonce) {
        Err(wrong("is of another sign-in"))
    } else {
        Ok(token.claims)
    }
}

/// As the provider's details say, or else its discovery document.
async fn endpoint(provider: &IdentityProvider, detail: &str, member: &str) -> Result<String, Failed> {
    if let Some(url) = provider.detail(detail) {
        return Ok(url.to_owned());
    }
    let issuer = provider.detail("oidc_issuer").unwrap_or_default();
    let document = discovery::configuration(issuer).await.map_err(|error| told(provider, error.0))?;
    let url = document.get(member).and_then(Value::as_str);
    url.map(str::to_owned).ok_or_else(|| told(provider, format!("{issuer} names no {member}")))
}
