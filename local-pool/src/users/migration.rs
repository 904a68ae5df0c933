//! The user migration trigger: takes a user over from elsewhere when somebody signs in with a plain password, or has
//! forgotten it (developer guide, "Migrate user Lambda trigger").

use serde_json::{Map, Value, json};

use super::mfa::Factor;
use super::{Attributes, User, UserStatus, aliases, attributes, invitation, names, passwords};
use crate::error::{Outcome, ServiceError};
use crate::events::{self, Event};
use crate::model::trigger_kind::TriggerKind;
use crate::pools::{Client, Pool};
use crate::service::Call;
use crate::store::users;

/// A name that nobody here has.
pub(crate) struct Newcomer<'a> {
    pub pool: &'a Pool,
    pub client: &'a Client,
    /// What was typed.
    pub name: &'a str,
    /// What was typed; none for a forgotten password.
    pub password: Option<&'a str>,
    /// The request's ClientMetadata: `validationData` at a sign-in.
    pub client_metadata: &'a Map<String, Value>,
}

pub(crate) fn is_possible(call: &Call, pool: &Pool) -> bool {
    events::has(call, pool, TriggerKind::UserMigration)
}

/// Asks the trigger and stores the user it gives; None when it knows none either. No password policy is asked. Its
/// errors are shown to clients that hide unknown users too.
pub(crate) async fn run(call: &Call, newcomer: &Newcomer<'_>) -> Outcome<Option<User>> {
    let Newcomer { pool, client, name, password, client_metadata } = *newcomer;
    let (source, request) = match password {
        Some(password) => {
            ("UserMigration_Authentication", json!({ "password": password, "validationData": client_metadata }))
        }
        None => ("UserMigration_ForgotPassword", events::with_metadata(json!({}), client_metadata)),
    };
    let event = Event {
        kind: TriggerKind::UserMigration,
        source,
        pool,
        client_id: Some(&client.id),
        user_name: name,
        request,
        response: json!({
            "userAttributes": null,
            "forceAliasCreation": null,
            "enableSMSMFA": null,
            "finalUserStatus": null,
            "messageAction": null,
            "desiredDeliveryMediums": null,
        }),
    };
    let Some(response) = events::run(call, event).await? else { return Ok(None) };
    let answer = Migrated::from(&response);
    if answer.attributes.is_empty() {
        return Ok(None);
    }
    let user = store(call, newcomer, &answer)?;
    if let Some(password) = password.filter(|_| !answer.is_silent) {
        invitation::send(call, pool, &user, &answer.media, password, &Map::new()).await?;
    }
    Ok(Some(user))
}

/// What the trigger says; the types of its members have been checked.
struct Migrated {
    attributes: Attributes,
    status: UserStatus,
    is_silent: bool,
    media: Vec<String>,
    force_alias: bool,
    sms_mfa: bool,
}

impl Migrated {
    fn from(response: &Map<String, Value>) -> Self {
        let text = |member: &str| response.get(member).and_then(Value::as_str);
        let flag = |member: &str| response.get(member) == Some(&Value::Bool(true));
        let values = response.get("userAttributes").and_then(Value::as_object).into_iter().flatten();
        let media = response.get("desiredDeliveryMediums").and_then(Value::as_array).into_iter().flatten();
        Self {
            attributes: values.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect(),
            status: match text("finalUserStatus") {
                Some("CONFIRMED") => UserStatus::Confirmed,
                _ => UserStatus::ResetRequired,
            },
            is_silent: text("messageAction") == Some("SUPPRESS"),
            media: media.filter_map(|medium| Some(medium.as_str()?.to_owned())).collect(),
            force_alias: flag("forceAliasCreation"),
            sms_mfa: flag("enableSMSMFA"),
        }
    }
}

fn store(call: &Call, newcomer: &Newcomer<'_>, answer: &Migrated) -> Outcome<User> {
    let (service, pool) = (&call.service, newcomer.pool);
    let unusable =
        |_| ServiceError::user_not_found(format!("Exception migrating user in app client {}", newcomer.client.id));
    let mut values = answer.attributes.clone();
    attributes::lower_flags(&mut values);
    // Somebody who typed an alias has a user name besides, which only the trigger knows.
    let given = values.remove("username").filter(|_| !pool.settings.alias_attributes.is_empty());
    let name = given.unwrap_or_else(|| newcomer.name.to_owned());
    // Handlers pass on all they know of a user elsewhere.
    values.retain(|name, _| !attributes::is_fixed(name));
    attributes::check_values(pool, &values).map_err(unusable)?;
    names::admit(pool, &name, &mut values).map_err(unusable)?;
    let sub = service.random.uuid();
    let username = names::internal(pool, &name, &sub);
    let mut user = User::new(username, sub, answer.status, values, service.now_ms());
    if answer.sms_mfa && user.attribute("phone_number").is_some() {
        user.mfa.active = vec![Factor::SmsMfa];
        user.mfa.preferred = Some(Factor::SmsMfa);
    }
    if let Some(password) = newcomer.password {
        passwords::set(pool, &mut user, password, &service.random);
    }
    service.store.write(|db| {
        aliases::check_name_is_free(db, pool, &user, "User account already exists")?;
        if !answer.force_alias {
            for attribute in ["email", "phone_number"].into_iter().filter(|name| user.is_verified(name)) {
                aliases::check_alias_is_free(db, pool, &user, attribute)?;
            }
        }
        aliases::move_verified(db, pool, &user)?;
        users::insert(db, pool, &user)
    })?;
    Ok(user)
}
