//! The way to an identity provider and back.

use serde::{Deserialize, Serialize};

use crate::crypto::{hex, same_secret, sha256};
use crate::error::Outcome;
use crate::service::Service;
use crate::store::hosted;

const LIFE_MS: i64 = 5 * 60_000;

/// What is remembered while somebody is at a provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Trip {
    pub client_id: String,
    pub pool_id: String,
    pub provider: String,
    /// What the app asked for.
    pub query: String,
    /// Where the provider sends people back to.
    pub redirect_uri: String,
    pub nonce: String,
    /// `code_verifier` for the provider.
    pub verifier: String,
    /// The hash of what the browser keeps in a cookie.
    pub browser: String,
}

/// What a trip remembers of its browser.
pub(crate) fn fingerprint(browser: &str) -> String {
    hex(&sha256(&[b"browser of a trip", browser.as_bytes()]))
}

/// Begins a trip and gives its state.
pub(crate) fn begin(service: &Service, trip: &Trip) -> Outcome<String> {
    let state = service.random.base64url(32);
    let (text, now) = (serde_json::to_string(trip)?, service.now_ms());
    let hash = sha256(&[state.as_bytes()]);
    service.store.write(|db| hosted::put_trip(db, &hash, &trip.client_id, &text, now + LIFE_MS, now))?;
    Ok(state)
}

/// A trip that goes on.
pub(crate) fn look(service: &Service, state: &str) -> Outcome<Option<Trip>> {
    let hash = sha256(&[state.as_bytes()]);
    let found = service.store.read(|db| hosted::find_trip(db, &hash, service.now_ms()))?;
    found.map(|text| Ok(serde_json::from_str(&text)?)).transpose()
}

/// Ends a trip, in the browser that it began in. Another browser's answer leaves it as it is.
pub(crate) fn end(service: &Service, state: &str, browser: &str) -> Outcome<Option<Trip>> {
    let hash = sha256(&[state.as_bytes()]);
    service.store.write(|db| {
        let Some(text) = hosted::find_trip(db, &hash, service.now_ms())? else { return Ok(None) };
        let trip: Trip = serde_json::from_str(&text)?;
        if !same_secret(trip.browser.as_bytes(), fingerprint(browser).as_bytes()) {
            return Ok(None);
        }
        hosted::delete_trip(db, &hash)?;
        Ok(Some(trip))
    })
}
