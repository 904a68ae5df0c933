//! What login tokens are refused for, in the service's words.

use crate::crypto::jws::Jws;
use crate::error::{Outcome, ServiceError};

/// How far clocks of others may be off (developer guide, "Open ID Connect providers").
pub(super) const GRACE_S: i64 = 300;

pub(crate) fn unsupported() -> ServiceError {
    ServiceError::not_authorized("Token is not from a supported provider of this identity pool.")
}

pub(crate) fn do_not_match() -> ServiceError {
    ServiceError::not_authorized(
        "Logins don't match. Please include at least one valid login for this identity or identity pool.",
    )
}

pub(super) fn invalid(what: &str) -> ServiceError {
    ServiceError::not_authorized(format!("Invalid login token. {what}"))
}

pub(super) fn unverified() -> ServiceError {
    invalid("Couldn't verify signed token.")
}

pub(super) fn wrong_audience() -> ServiceError {
    invalid("Incorrect token audience.")
}

pub(super) fn wrong_issuer() -> ServiceError {
    invalid("Issuer doesn't match providerName")
}

pub(super) fn read(token: &str) -> Outcome<Jws<'_>> {
    Jws::read(token).ok_or_else(|| invalid("Not a valid OpenId Connect identity token."))
}

pub(super) fn check_issuer(token: &Jws<'_>, key: &str) -> Outcome<()> {
    let issuer = token.text("iss").unwrap_or_default();
    let issuer = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
    // Some providers end their names with a stroke.
    if !issuer.is_empty() && issuer.trim_end_matches('/') == key.trim_end_matches('/') {
        return Ok(());
    }
    Err(wrong_issuer())
}

/// A claim that has to be there.
pub(super) fn required<'a>(token: &'a Jws<'_>, claim: &str) -> Outcome<&'a str> {
    let found = token.text(claim).filter(|text| !text.is_empty());
    found.ok_or_else(|| invalid(&format!("Missing a required claim: {claim}")))
}

pub(super) fn check_audience_is_there(token: &Jws<'_>) -> Outcome<()> {
    if token.audience().is_empty() { Err(invalid("Missing a required claim: aud")) } else { Ok(()) }
}

/// Whether it is the time of a token that lives from `begins` to `ends`.
pub(super) fn check_time(now_ms: i64, begins: Option<i64>, ends: Option<i64>, grace_s: i64) -> Outcome<()> {
    let now_s = now_ms.div_euclid(1000);
    let ends = ends.ok_or_else(|| invalid("Missing a required claim: exp"))?;
    if now_s >= ends.saturating_add(grace_s) {
        return Err(invalid(&format!("Token expired: {now_s} >= {ends}")));
    }
    if begins.is_some_and(|begins| begins > now_s.saturating_add(GRACE_S)) {
        return Err(invalid("Token is not yet valid."));
    }
    Ok(())
}

/// The later of `iat` and `nbf`.
pub(super) fn begins(token: &Jws<'_>) -> Option<i64> {
    token.number("iat").max(token.number("nbf"))
}
