use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::{Outcome, ServiceError};
use crate::events::{self, Event};
use crate::model::trigger_kind::TriggerKind;
use crate::pools::Pool;
use crate::service::Call;
use crate::store::users;
use crate::users::attributes::NameValue;
use crate::users::{Attributes, User, UserStatus, aliases, attributes, first_factors, invitation, names, passwords};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    username: String,
    user_attributes: Vec<NameValue>,
    validation_data: Vec<NameValue>,
    temporary_password: Option<String>,
    force_alias_creation: bool,
    message_action: Option<String>,
    desired_delivery_mediums: Vec<String>,
    client_metadata: Map<String, Value>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let resend = request.message_action.as_deref() == Some("RESEND");
    let password = match &request.temporary_password {
        Some(password) => {
            passwords::check_new(&pool, password)?;
            Some(password.clone())
        }
        // Where a code signs people in, nobody is given a password unasked.
        None if !resend && first_factors::codes_sign_in(&pool) => None,
        None => Some(passwords::generate(&pool, &call.service.random)),
    };
    let user = match &password {
        Some(password) if resend => renew(call, &pool, &request.username, password)?,
        password => create(call, &pool, &request, password.as_deref()).await?,
    };
    if let Some(password) = password
        && request.message_action.as_deref() != Some("SUPPRESS")
    {
        let (media, metadata) = (&request.desired_delivery_mediums, &request.client_metadata);
        invitation::send(call, &pool, &user, media, &password, metadata).await?;
    }
    Ok(Answer::Json(json!({ "User": user.description("Attributes") })))
}

async fn create(call: &Call, pool: &Pool, request: &Request, password: Option<&str>) -> Outcome<User> {
    let service = &call.service;
    let mut values: Attributes = attributes::from_list(request.user_attributes.clone());
    attributes::check_givable(values.keys())?;
    attributes::check_values(pool, &values)?;
    attributes::lower_flags(&mut values);
    names::admit(pool, &request.username, &mut values)?;
    let sub = service.random.uuid();
    let username = names::internal(pool, &request.username, &sub);
    let validation_data = attributes::from_list(request.validation_data.clone());
    let event = Event {
        kind: TriggerKind::PreSignUp,
        source: "PreSignUp_AdminCreateUser",
        pool,
        client_id: None,
        user_name: &username,
        request: events::with_metadata(
            json!({
                "userAttributes": values,
                "validationData": (!validation_data.is_empty()).then_some(validation_data),
            }),
            &request.client_metadata,
        ),
        response: json!({ "autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false }),
    };
    events::run(call, event).await?;

    let status = if password.is_some() { UserStatus::ForceChangePassword } else { UserStatus::Confirmed };
    let mut user = User::new(username, sub, status, values, service.now_ms());
    if let Some(password) = password {
        set_temporary(call, pool, &mut user, password);
    }
    service.store.write(|db| {
        aliases::check_name_is_free(db, pool, &user, "User account already exists")?;
        if !request.force_alias_creation {
            for attribute in ["email", "phone_number"].into_iter().filter(|name| user.is_verified(name)) {
                aliases::check_alias_is_free(db, pool, &user, attribute)?;
            }
        }
        aliases::move_verified(db, pool, &user)?;
        users::insert(db, pool, &user)
    })?;
    Ok(user)
}

/// RESEND: a new temporary password, good for as long as the first was.
fn renew(call: &Call, pool: &Pool, name: &str, password: &str) -> Outcome<User> {
    let service = &call.service;
    let mut user = service.store.read(|db| users::find(db, pool, name))?.ok_or_else(ServiceError::no_such_user)?;
    if user.status != UserStatus::ForceChangePassword {
        let text = format!("Resend not possible. {} status is not FORCE_CHANGE_PASSWORD", user.username);
        return Err(ServiceError::unsupported_user_state(text));
    }
    set_temporary(call, pool, &mut user, password);
    user.modified_ms = service.now_ms();
    service.store.write(|db| users::update(db, pool, &user))?;
    Ok(user)
}

fn set_temporary(call: &Call, pool: &Pool, user: &mut User, password: &str) {
    let life_ms = pool.settings.policies.password_policy.temporary_life_ms();
    user.temporary_until_ms = Some(call.service.now_ms() + life_ms);
    passwords::set(pool, user, password, &call.service.random);
}
