//! Changing a user's attributes: by their own hand through a client, or by an administrator.

use rusqlite::Connection;
use serde_json::{Map, Value};

use super::delivery::{self, Message, Occasion};
use super::{Attributes, User, aliases, attributes, codes, names};
use crate::error::{Outcome, ServiceError};
use crate::pools::{Client, Pool};
use crate::service::{Call, Service};
use crate::store::{codes as sent_codes, pending, users};

/// The attributes that messages go to.
pub(crate) const CONTACTS: [&str; 2] = ["email", "phone_number"];

/// Who changes attributes.
#[derive(Clone, Copy)]
pub(crate) enum Author<'a> {
    User(&'a Client),
    Administrator,
}

impl Author<'_> {
    fn check<'a>(self, pool: &Pool, names: impl Iterator<Item = &'a String> + Clone) -> Outcome<()> {
        if let Self::User(client) = self {
            attributes::check_writable(client, names.clone())?;
        }
        let mut fixed = names.filter(|name| pool.schema(name).is_some_and(|known| !known.mutable));
        match fixed.next() {
            None => Ok(()),
            Some(name) => {
                Err(ServiceError::invalid_parameter(format!("Cannot modify the non-mutable attribute {name}")))
            }
        }
    }

    fn client_id(&self) -> Option<&str> {
        match self {
            Self::User(client) => Some(&client.id),
            Self::Administrator => None,
        }
    }
}

/// Changes attributes, a blank value deleting one, and sends the codes this calls for. Returns where they went:
/// `CodeDeliveryDetailsList`.
pub(crate) async fn update(
    call: &Call,
    pool: &Pool,
    author: Author<'_>,
    username: &str,
    mut values: Attributes,
    client_metadata: &Map<String, Value>,
) -> Outcome<Vec<Value>> {
    author.check(pool, values.keys())?;
    attributes::check_values(pool, &values)?;
    attributes::lower_flags(&mut values);
    let service = &call.service;
    let (user, to_verify) = service.store.write(|db| {
        let mut user = users::find(db, pool, username)?.ok_or_else(ServiceError::no_such_user)?;
        let to_verify = apply(db, pool, &mut user, &values)?;
        for attribute in to_verify.iter().filter(|_| matches!(author, Author::User(_))) {
            let purpose = codes::attribute_purpose(attribute);
            codes::limit(db, service, pool, &user.username, &purpose, codes::ATTRIBUTE_CODES)?;
        }
        user.modified_ms = service.now_ms();
        users::update(db, pool, &user)?;
        Ok((user, to_verify))
    })?;
    let mut sent = Vec::new();
    for attribute in to_verify {
        let occasion = Occasion::AttributeChange;
        sent.extend(send_code(call, pool, author.client_id(), &user, attribute, occasion, client_metadata).await?);
    }
    Ok(sent)
}

/// Deletes attributes.
pub(crate) fn delete(
    service: &Service,
    pool: &Pool,
    author: Author<'_>,
    username: &str,
    names: Vec<String>,
) -> Outcome<()> {
    let blank: Attributes = names.into_iter().map(|name| (name, String::new())).collect();
    author.check(pool, blank.keys())?;
    attributes::check_values(pool, &blank)?;
    service.store.write(|db| {
        let mut user = users::find(db, pool, username)?.ok_or_else(ServiceError::no_such_user)?;
        apply(db, pool, &mut user, &blank)?;
        user.modified_ms = service.now_ms();
        users::update(db, pool, &user)
    })
}

/// Sends a code that verifies the value of `attribute`, the one that waits before the one in force. Returns where it
/// went, or nothing when the user has no such value.
pub(crate) async fn send_code(
    call: &Call,
    pool: &Pool,
    client_id: Option<&str>,
    user: &User,
    attribute: &str,
    occasion: Occasion,
    client_metadata: &Map<String, Value>,
) -> Outcome<Option<Value>> {
    let service = &call.service;
    let waiting = service.store.read(|db| pending::find(db, &pool.id, &user.username, attribute))?;
    let mut user = user.clone();
    user.attributes.extend(waiting.map(|value| (attribute.to_owned(), value)));
    let Some(destination) = delivery::destination(&user, attribute) else { return Ok(None) };
    let purpose = codes::attribute_purpose(attribute);
    let code = codes::make(service, pool, &user, &purpose, destination.attribute, codes::ATTRIBUTE_LIFE_MS)?;
    let message =
        Message { occasion, pool, client_id, user: &user, destination: &destination, code: &code, client_metadata };
    delivery::send(call, message).await?;
    Ok(Some(destination.details()))
}

/// Marks an attribute verified. A value that waited for it comes into force; another user's alias of the same value
/// moves here.
pub(crate) fn verify(db: &Connection, pool: &Pool, user: &mut User, attribute: &str) -> Outcome<()> {
    if let Some(value) = pending::find(db, &pool.id, &user.username, attribute)? {
        user.attributes.insert(attribute.to_owned(), value);
        pending::delete(db, &pool.id, &user.username, attribute)?;
        sent_codes::delete_sent_to(db, &pool.id, &user.username, attribute)?;
        if pool.settings.username_attributes.iter().any(|name| name == attribute) {
            aliases::check_value_is_free(db, pool, user, attribute)?;
        }
    }
    user.attributes.insert(format!("{attribute}_verified"), "true".into());
    aliases::move_verified(db, pool, user)
}

/// Applies checked values. Returns the attributes whose values want a code.
fn apply(db: &Connection, pool: &Pool, user: &mut User, values: &Attributes) -> Outcome<Vec<&'static str>> {
    check_deletions(pool, user, values)?;
    let mut to_verify = Vec::new();
    let before = user.clone();
    for (name, value) in values {
        let contact = CONTACTS.into_iter().find(|contact| contact == name);
        match contact {
            Some(contact) if user.attribute(contact) == Some(value) => withdraw(db, pool, user, contact)?,
            Some(contact) if change_contact(db, pool, user, contact, value, values)? => to_verify.push(contact),
            Some(_) => {}
            None if changes_with_its_contact(&before, values, name) => {}
            None if value.is_empty() => drop(user.attributes.remove(name)),
            None => drop(user.attributes.insert(name.clone(), value.clone())),
        }
        aliases::check_value_is_free(db, pool, user, name)?;
    }
    for contact in CONTACTS {
        if values.contains_key(&format!("{contact}_verified")) && user.attribute(contact).is_none() {
            let text = if contact == "email" {
                "Email is required to verify/un-verify an email"
            } else {
                "Phone Number is required to verify/un-verify a phone number"
            };
            return Err(ServiceError::invalid_parameter(text));
        }
    }
    Ok(to_verify)
}

/// Gives an e-mail address or phone number another value, or lets it wait. Returns whether it wants a code.
fn change_contact(
    db: &Connection,
    pool: &Pool,
    user: &mut User,
    contact: &'static str,
    value: &str,
    values: &Attributes,
) -> Outcome<bool> {
    forget_sent(db, pool, user, contact)?;
    let flag = format!("{contact}_verified");
    if value.is_empty() {
        user.attributes.remove(contact);
        user.attributes.remove(&flag);
        return Ok(false);
    }
    // Only administrators can say so, which has been checked.
    let verified = values.get(&flag).is_some_and(|flag| flag == "true");
    if !verified && pool.verifies_before_update(contact) {
        let mut changed = user.clone();
        changed.attributes.insert(contact.to_owned(), value.to_owned());
        aliases::check_value_is_free(db, pool, &changed, contact)?;
        pending::put(db, &pool.id, &user.username, contact, value)?;
        return Ok(true);
    }
    user.attributes.insert(contact.to_owned(), value.to_owned());
    user.attributes.insert(flag, verified.to_string());
    Ok(!verified && pool.settings.auto_verified_attributes.iter().any(|name| name == contact))
}

/// Whether `name` is the flag of a value that changes: the change decides on it.
fn changes_with_its_contact(before: &User, values: &Attributes, name: &str) -> bool {
    let contact = name.strip_suffix("_verified");
    contact.is_some_and(|contact| values.get(contact).is_some_and(|value| before.attribute(contact) != Some(value)))
}

/// Back to the value in force: the one that waits is not wanted any more.
fn withdraw(db: &Connection, pool: &Pool, user: &User, contact: &str) -> Outcome<()> {
    match pending::find(db, &pool.id, &user.username, contact)? {
        Some(_) => forget_sent(db, pool, user, contact),
        None => Ok(()),
    }
}

/// A code that went to another value must not verify this one.
fn forget_sent(db: &Connection, pool: &Pool, user: &User, contact: &str) -> Outcome<()> {
    pending::delete(db, &pool.id, &user.username, contact)?;
    sent_codes::delete_sent_to(db, &pool.id, &user.username, contact)
}

fn check_deletions(pool: &Pool, user: &User, values: &Attributes) -> Outcome<()> {
    let blank = |name: &str| values.get(name).is_some_and(String::is_empty);
    let required = pool.settings.schema_attributes.iter().filter(|known| known.required && blank(&known.name));
    let mut kept: Vec<&str> = required.map(|known| known.name.as_str()).collect();
    if pool.names_are_attributes() {
        let mut after = user.clone();
        after.attributes.retain(|name, _| !blank(name));
        // The user name itself is the sub there, which nobody types.
        let nameless = names::of(pool, &after).iter().all(|name| *name == names::key(pool, &user.sub));
        let lost = pool.settings.username_attributes.iter().map(String::as_str).filter(|name| nameless && blank(name));
        kept.extend(lost.filter(|name| !kept.contains(name)).collect::<Vec<_>>());
    }
    if kept.is_empty() {
        return Ok(());
    }
    let texts: Vec<String> = kept.iter().map(|name| format!("{name}: Required attribute cannot be deleted.")).collect();
    Err(ServiceError::invalid_parameter(format!("Invalid user attributes: {}", texts.join(" "))))
}
