//! Users whom providers sign in: linking, and the attribute that tells of it.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::error::{Outcome, ServiceError};
use crate::model::identity_provider::{IdentityProvider, Link, SUBJECT};
use crate::pools::Pool;
use crate::store::{identity_providers, links};
use crate::users::User;

const MOST: usize = 5;

/// Links somebody of a provider to a user who is there. The caller writes the user back.
pub(crate) fn add(db: &Connection, pool: &Pool, user: &mut User, link: &Link) -> Outcome<()> {
    let refuse = |text: &str| Err(ServiceError::invalid_parameter(text));
    if let Some(known) = links::find(db, &pool.id, &link.provider, &link.attribute, &link.value)? {
        return match known.own {
            true => refuse(
                "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link",
            ),
            false => refuse("SourceUser is already linked to DestinationUser"),
        };
    }
    if links::of_user(db, &pool.id, &user.username)?.iter().filter(|known| !known.own).count() >= MOST {
        return Err(ServiceError::limit_exceeded("Maximum number of identities linked to the user has been reached."));
    }
    links::insert(db, &pool.id, link)?;
    tell(db, pool, user)
}

/// Takes a link away that an administrator made.
pub(crate) fn remove(db: &Connection, pool: &Pool, user: &mut User, link: &Link) -> Outcome<()> {
    links::delete(db, &pool.id, link)?;
    tell(db, pool, user)
}

/// Whom these claims are of, by the subject or by another claim that somebody was linked by.
pub(crate) fn find(
    db: &Connection,
    provider: &IdentityProvider,
    subject: &str,
    claims: &serde_json::Map<String, Value>,
) -> Outcome<Option<Link>> {
    let (pool_id, name) = (provider.pool_id.as_str(), provider.name.as_str());
    if let Some(link) = links::find(db, pool_id, name, SUBJECT, subject)? {
        return Ok(Some(link));
    }
    for claim in provider.settings.attribute_mapping.values() {
        let Some(value) = claims.get(claim).and_then(Value::as_str) else { continue };
        if let Some(link) = links::find(db, pool_id, name, claim, value)? {
            return Ok(Some(link));
        }
    }
    Ok(None)
}

/// Writes down in the attribute `identities` who signs the user in.
pub(crate) fn tell(db: &Connection, pool: &Pool, user: &mut User) -> Outcome<()> {
    let all = links::of_user(db, &pool.id, &user.username)?;
    if all.is_empty() {
        user.attributes.remove("identities");
        return Ok(());
    }
    let mut list = Vec::new();
    for link in all {
        let provider = identity_providers::find(db, &pool.id, &link.provider)?;
        let kind = provider.as_ref().map(|provider| provider.settings.provider_type.as_str());
        let issuer = provider.as_ref().filter(|_| kind == Some("SAML")).and_then(|saml| saml.detail("EntityId"));
        list.push(json!({
            "userId": link.value,
            "providerName": link.provider,
            "providerType": kind,
            "issuer": issuer,
            "primary": link.own,
            "dateCreated": link.created_ms,
        }));
    }
    user.attributes.insert("identities".into(), json!(list).to_string());
    Ok(())
}
