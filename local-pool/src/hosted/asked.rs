//! What an app asks for, checked, with all that the pages need to go on from there.

use std::sync::Arc;

use super::page;
use super::visit::{Cookie, Reply, Visit};
use crate::error::{Outcome, ServiceError};
use crate::model::hosted::BrowserSession;
use crate::oauth::browser;
use crate::oauth::checks::{At, Granted, KnownProvider, Refusal, judge};
use crate::oauth::parameters::Parameters;
use crate::pools::{Client, Pool};
use crate::service::{Call, Service};
use crate::store::identity_providers;
use crate::users::User;

pub(crate) struct Asked {
    pub client: Arc<Client>,
    pub pool: Arc<Pool>,
    pub granted: Granted,
    /// The names of the providers that the pages offer, without the pool itself.
    pub providers: Vec<String>,
}

pub(crate) const NO_SUCH_OPTION: &str = "Login option is not available. Please try another one";

impl Asked {
    /// Checks a request; what is refused has its answer.
    pub fn read(call: &Call, visit: &Visit, at: At) -> Result<Self, Reply> {
        let service = &call.service;
        let found = visit.query.get("client_id").and_then(|id| service.client_and_pool(id).ok());
        let found = found.filter(|(_, pool)| visit.is_at(&pool.id));
        let providers = match &found {
            Some((_, pool)) => known_providers(service, pool).map_err(|error| failed(visit, call, &error))?,
            None => Vec::new(),
        };
        let client = found.as_ref().map(|(client, _)| &**client);
        let granted = judge(&visit.query, client, &providers, at).map_err(|refusal| refused(visit, call, &refusal))?;
        let Some((client, pool)) = found else {
            return Err(failed(visit, call, &ServiceError::internal("a client that is none was granted something")));
        };
        let offered = providers.into_iter().map(|known| known.name).filter(|name| client.offers(name));
        Ok(Self { providers: offered.collect(), client, pool, granted })
    }

    /// Who is signed in in this browser.
    pub fn session(&self, call: &Call, visit: &Visit) -> Outcome<Option<(BrowserSession, User)>> {
        match visit.cookies.get(&session_cookie_name(&self.pool)) {
            Some(text) => browser::find(&call.service, &self.pool, text),
            None => Ok(None),
        }
    }

    /// Whether that is enough, or the app wants a sign-in anew or another way.
    pub fn takes(&self, session: &BrowserSession, now_ms: i64) -> bool {
        let Granted { prompt, max_age_s, provider, .. } = &self.granted;
        let age_s = now_ms.div_euclid(1000) - session.auth_time_s;
        let fits = match provider.as_deref() {
            None => true,
            Some("COGNITO") => session.provider.is_none(),
            named => session.provider.as_deref() == named,
        };
        fits && !prompt.login && max_age_s.is_none_or(|most| age_s <= most)
    }

    /// Where the redirects that answer forms may lead to.
    pub fn form_target(&self) -> Option<String> {
        self.granted.back.source()
    }
}

/// One a pool: one port serves them all, and a session is of one.
pub(crate) fn session_cookie_name(pool: &Pool) -> String {
    format!("cognito-{}", pool.id)
}

pub(crate) fn session_cookie(pool: &Pool, text: String) -> Cookie {
    Cookie { name: session_cookie_name(pool), value: text, seconds: Some(browser::LIFE_S) }
}

/// A failure that is nobody's fault but this server's, or told on a page for want of a better place.
pub(crate) fn failed(visit: &Visit, call: &Call, error: &ServiceError) -> Reply {
    let text = error.message.as_deref().unwrap_or(error.name);
    page::error(visit, &call.service.random, error.status, text).telling(error.clone())
}

const LOST: &str = "Invalid state";

/// Somebody comes back from a provider, and nobody knows what for.
pub(crate) fn lost(call: &Call, visit: &Visit) -> Reply {
    let told = ServiceError::invalid_parameter(LOST).because("the state is none, used, old or of another browser");
    page::error(visit, &call.service.random, 400, LOST).telling(told)
}

fn known_providers(service: &Service, pool: &Pool) -> Outcome<Vec<KnownProvider>> {
    let all = service.store.read(|db| identity_providers::list(db, &pool.id))?;
    let known = |provider: crate::model::identity_provider::IdentityProvider| KnownProvider {
        name: provider.name,
        identifiers: provider.settings.idp_identifiers,
    };
    Ok(all.into_iter().map(known).collect())
}

fn refused(visit: &Visit, call: &Call, refusal: &Refusal) -> Reply {
    let random = &call.service.random;
    let told = |name: &'static str, text: &str| {
        let mut error = ServiceError::invalid_parameter(text);
        error.name = name;
        error
    };
    match refusal {
        Refusal::ErrorPage { error, client_id } => {
            let client_id = client_id.as_deref().map(|id| ("client_id", id));
            let query = Parameters::from_pairs([("error", *error)].into_iter().chain(client_id));
            Reply::to(format!("/error?{}", query.encoded())).telling(told(error, "not to be told to an app"))
        }
        Refusal::Page(text) => page::error(visit, random, 400, text).telling(told("invalid_request", text)),
        Refusal::Back { back, error, description } => {
            let reason = told(error, description.unwrap_or_default());
            Reply::to(back.with_error(error, *description)).telling(reason)
        }
        Refusal::NoSuchOption(_) => {
            page::error(visit, random, 401, NO_SUCH_OPTION).telling(told("invalid_request", NO_SUCH_OPTION))
        }
    }
}
