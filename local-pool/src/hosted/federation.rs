//! To an identity provider and back.

use super::asked::{Asked, NO_SUCH_OPTION, failed, lost};
use super::page;
use super::visit::{Cookie, Reply, Visit};
use super::{finish, idp};
use crate::error::{Outcome, ServiceError};
use crate::federation::arrival::Arrival;
use crate::federation::outside::{self, Failed};
use crate::federation::played;
use crate::federation::trip::{self, Trip};
use crate::model::identity_provider::IdentityProvider;
use crate::oauth::checks::At;
use crate::oauth::parameters::Parameters;
use crate::service::Call;
use crate::store::identity_providers;
use crate::users::User;

/// What ties a trip to its browser.
const COOKIE: &str = "csrf-state";

/// Sends the person to a provider.
pub(crate) async fn leave(call: &Call, visit: &Visit, asked: &Asked, name: &str) -> Reply {
    match way_out(call, visit, asked, name).await {
        Ok((location, cookie)) => Reply::to(location).cookie(cookie),
        Err(error) => failed(visit, call, &error),
    }
}

async fn way_out(call: &Call, visit: &Visit, asked: &Asked, name: &str) -> Outcome<(String, Cookie)> {
    let service = &call.service;
    let provider = find(call, &asked.pool.id, name)?;
    // Several pages of one browser can be on their way at once.
    let known = visit.cookies.get(COOKIE).filter(|text| text.len() == 43);
    let browser = known.cloned().unwrap_or_else(|| service.random.base64url(32));
    let trip = Trip {
        client_id: asked.client.id.clone(),
        pool_id: asked.pool.id.clone(),
        provider: provider.name.clone(),
        query: visit.query.encoded(),
        redirect_uri: format!("{}/oauth2/idpresponse", visit.base),
        nonce: service.random.base64url(16),
        verifier: service.random.base64url(32),
        browser: trip::fingerprint(&browser),
    };
    let state = trip::begin(service, &trip)?;
    let cookie = Cookie { name: COOKIE.into(), value: browser, seconds: Some(3_600) };
    if !provider.settings.discover {
        return Ok((idp::address(&provider.name, &state), cookie));
    }
    let hint = asked.granted.login_hint.as_deref();
    match outside::authorize_url(&provider, &trip, &state, hint).await {
        Ok(location) => Ok((location, cookie)),
        Err(Failed(text)) => Ok((asked.granted.back.with_error("invalid_request", Some(&text)), cookie)),
    }
}

/// `/oauth2/idpresponse`: the provider's answer.
pub(crate) async fn arrive(call: &Call, visit: &Visit) -> Reply {
    let state = visit.query.get("state").filter(|_| !visit.query.repeats("state")).unwrap_or_default();
    let browser = visit.cookies.get(COOKIE).map(String::as_str).unwrap_or_default();
    let trip = match trip::end(&call.service, state, browser) {
        Ok(Some(trip)) => trip,
        Ok(None) => return lost(call, visit),
        Err(error) => return failed(visit, call, &error),
    };
    let answer = Answer::of(&visit.query, state);
    let visit = Visit { query: Parameters::read(&trip.query), ..visit.clone() };
    // The client may have changed meanwhile.
    let asked = match Asked::read(call, &visit, At::Authorize) {
        Ok(asked) if asked.pool.id == trip.pool_id && asked.providers.contains(&trip.provider) => asked,
        Ok(_) => return page::error(&visit, &call.service.random, 401, NO_SUCH_OPTION),
        Err(reply) => return reply,
    };
    match signed_in(call, &asked, &trip, &answer).await {
        Ok(user) => finish::signed_in(call, &visit, &asked, &user, Some(&trip.provider)).await,
        Err(error) => {
            // As the service has it, blank at the end included.
            let text = error.message.clone().unwrap_or_default();
            let text = if text.starts_with(&trip.provider) || text.starts_with("Timeout") { text } else { text + " " };
            Reply::to(asked.granted.back.with_error("invalid_request", Some(&text))).telling(error)
        }
    }
}

/// What a provider sent along with a person.
struct Answer {
    state: String,
    code: Option<String>,
    issuer: Option<String>,
    error: Option<String>,
}

impl Answer {
    fn of(query: &Parameters, state: &str) -> Self {
        let text = |name: &str| query.get(name).filter(|_| !query.repeats(name)).map(str::to_owned);
        let error = text("error").map(|error| match text("error_description") {
            Some(description) => format!("{error} {description}"),
            None => error,
        });
        Self { state: state.to_owned(), code: text("code"), issuer: text("iss"), error }
    }
}

async fn signed_in(call: &Call, asked: &Asked, trip: &Trip, answer: &Answer) -> Outcome<User> {
    let provider = find(call, &asked.pool.id, &trip.provider)?;
    let refused = |text: String| ServiceError::invalid_parameter(text);
    if let Some(error) = &answer.error {
        return Err(refused(format!("{} Error - {error}", provider.name)));
    }
    let code = answer.code.as_deref().ok_or_else(|| refused(format!("{} Error - there is no code", provider.name)))?;
    let claims = if provider.settings.discover {
        let found = outside::claims(&call.service, &provider, trip, code, answer.issuer.as_deref()).await;
        found.map_err(|Failed(text)| refused(text))?
    } else {
        let found = played::read(&call.service, &answer.state, code)?;
        found.ok_or_else(|| refused(format!("{} Error - 400 invalid_grant", provider.name)))?
    };
    Arrival { call, pool: &asked.pool, client: &asked.client, provider: &provider, claims: &claims }.user().await
}

fn find(call: &Call, pool_id: &str, name: &str) -> Outcome<IdentityProvider> {
    let found = call.service.store.read(|db| identity_providers::find(db, pool_id, name))?;
    found.ok_or_else(|| ServiceError::invalid_parameter(NO_SUCH_OPTION))
}
