use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::{Outcome, ServiceError};
use crate::events::{self, Event};
use crate::model::trigger_kind::TriggerKind;
use crate::service::Call;
use crate::sign_in::context::SignIn;
use crate::sign_in::sign_up_session;
use crate::store::users;
use crate::users::attributes::NameValue;
use crate::users::delivery::{self, Message, Occasion};
use crate::users::{User, UserStatus, aliases, attributes, codes, confirmation, first_factors, names, passwords};
use crate::wire::answer::Answer;
use crate::wire::constraint;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    client_id: String,
    secret_hash: Option<String>,
    username: String,
    password: Option<String>,
    user_attributes: Vec<NameValue>,
    validation_data: Vec<NameValue>,
    client_metadata: Map<String, Value>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let (client, pool) = service.client_and_pool(&request.client_id)?;
    client.check_secret_hash(request.secret_hash.as_deref(), &[&request.username])?;
    if pool.settings.admin_create_user_config.allow_admin_create_user_only {
        return Err(ServiceError::not_authorized("SignUp is not permitted for this user pool"));
    }
    let mut values = attributes::from_list(request.user_attributes);
    attributes::check_givable(values.keys())?;
    attributes::check_writable(&client, values.keys())?;
    attributes::check_values(&pool, &values)?;
    if values.contains_key("preferred_username")
        && pool.settings.alias_attributes.iter().any(|name| name == "preferred_username")
    {
        return Err(ServiceError::invalid_parameter(
            "Preferred username cannot be provided for unconfirmed account, please try to set preferred username after \
             confirmation.",
        ));
    }
    let sent = values.clone();
    names::admit(&pool, &request.username, &mut values)?;
    match &request.password {
        Some(password) => passwords::check_at_sign_up(&pool, password)?,
        None if first_factors::can_do_without_password(&pool, &client, &values) => {}
        None => return Err(constraint::must_not_be_null("password")),
    }
    attributes::check_required(&pool, &values)?;

    let sub = service.random.uuid();
    let username = names::internal(&pool, &request.username, &sub);
    let validation_data = attributes::from_list(request.validation_data);
    let event = Event {
        kind: TriggerKind::PreSignUp,
        source: "PreSignUp_SignUp",
        pool: &pool,
        client_id: Some(&client.id),
        user_name: &username,
        request: events::with_metadata(
            json!({
                "userAttributes": if pool.names_are_attributes() { &values } else { &sent },
                "validationData": (!validation_data.is_empty()).then_some(validation_data),
            }),
            &request.client_metadata,
        ),
        response: json!({ "autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false }),
    };
    let wishes = AutoConfirmation::from(events::run(call, event).await?)?;

    for contact in ["email", "phone_number"] {
        if values.contains_key(contact) {
            values.insert(format!("{contact}_verified"), "false".into());
        }
    }
    let mut user = User::new(username, sub, UserStatus::Unconfirmed, values, service.now_ms());
    wishes.apply(&mut user)?;
    if let Some(password) = &request.password {
        passwords::set(&pool, &mut user, password, &service.random);
    }
    service.store.write(|db| {
        aliases::check_name_is_free(db, &pool, &user, "User already exists")?;
        aliases::move_verified(db, &pool, &user)?;
        users::insert(db, &pool, &user)
    })?;

    let mut answer = json!({ "UserConfirmed": wishes.confirm, "UserSub": user.sub });
    let destination = delivery::verification_destination(&pool, &user);
    if let Some(destination) = &destination {
        let sign_in = SignIn::bare(call, pool.clone(), client.clone());
        if let Some(session) = sign_up_session::offer(&sign_in, &user, destination.attribute)? {
            answer["Session"] = json!(session);
        }
    }
    if wishes.confirm {
        confirmation::announce(call, &pool, Some(&client.id), &user, &request.client_metadata).await?;
    } else if let Some(destination) = destination {
        let code = codes::make(service, &pool, &user, codes::SIGN_UP, destination.attribute, codes::SIGN_UP_LIFE_MS)?;
        let message = Message {
            occasion: Occasion::SignUp,
            pool: &pool,
            client_id: Some(&client.id),
            user: &user,
            destination: &destination,
            code: &code,
            client_metadata: &request.client_metadata,
        };
        delivery::send(call, message).await?;
        answer["CodeDeliveryDetails"] = destination.details();
    }
    Ok(Answer::Json(answer))
}

/// What the pre sign-up trigger decided.
#[derive(Clone, Copy, Default)]
struct AutoConfirmation {
    confirm: bool,
    verify_email: bool,
    verify_phone: bool,
}

impl AutoConfirmation {
    fn from(response: Option<Map<String, Value>>) -> Outcome<Self> {
        let Some(response) = response else { return Ok(Self::default()) };
        let flag = |name: &str| match response.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(events::unrecognizable()),
        };
        Ok(Self {
            confirm: flag("autoConfirmUser")?,
            verify_email: flag("autoVerifyEmail")?,
            verify_phone: flag("autoVerifyPhone")?,
        })
    }

    fn apply(self, user: &mut User) -> Outcome<()> {
        if self.confirm {
            user.status = UserStatus::Confirmed;
        }
        for (wanted, attribute) in [(self.verify_email, "email"), (self.verify_phone, "phone_number")] {
            if !wanted {
                continue;
            }
            if user.attribute(attribute).is_none_or(str::is_empty) {
                return Err(events::unrecognizable());
            }
            user.attributes.insert(format!("{attribute}_verified"), "true".into());
        }
        Ok(())
    }
}
