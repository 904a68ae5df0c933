//! Sending codes: where to, masked how, worded how. "Sent" means: put into the outbox.

use serde_json::{Map, Value, json};

pub(crate) use super::occasion::Occasion;
use super::{User, links, names};
use crate::crypto::hmac_sha256;
use crate::error::Outcome;
use crate::events::{self, Event};
use crate::feed;
use crate::model::sent_message::SentMessage;
use crate::model::trigger_kind::TriggerKind;
use crate::pools::Pool;
use crate::service::Call;
use crate::store::outbox;

/// Where a code goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    pub medium: &'static str,
    pub attribute: &'static str,
    pub address: String,
}

/// A message about to be sent.
pub(crate) struct Message<'a> {
    pub occasion: Occasion,
    pub pool: &'a Pool,
    pub client_id: Option<&'a str>,
    pub user: &'a User,
    pub destination: &'a Destination,
    pub code: &'a str,
    pub client_metadata: &'a Map<String, Value>,
}

/// The e-mail address or phone number of a user, if there is one.
pub(crate) fn destination(user: &User, attribute: &str) -> Option<Destination> {
    let address = user.attribute(attribute).filter(|value| !value.is_empty())?.to_owned();
    Some(match attribute {
        "email" => Destination { medium: "EMAIL", attribute: "email", address },
        _ => Destination { medium: "SMS", attribute: "phone_number", address },
    })
}

/// Where a sign-up code goes: to an attribute the pool verifies, the phone before the e-mail address.
pub(crate) fn verification_destination(pool: &Pool, user: &User) -> Option<Destination> {
    let verified = |attribute: &str| pool.settings.auto_verified_attributes.iter().any(|name| name == attribute);
    ["phone_number", "email"].into_iter().filter(|name| verified(name)).find_map(|name| destination(user, name))
}

/// Where a pool that hides users pretends to have sent a code to somebody it does not know. Stable per name.
pub(crate) fn pretended_destination(pool: &Pool, name: &str) -> Destination {
    let name = names::key(pool, name);
    let name = name.as_str();
    if super::attributes::is_email(name) {
        return Destination { medium: "EMAIL", attribute: "email", address: name.to_owned() };
    }
    if super::attributes::is_phone(name) {
        return Destination { medium: "SMS", attribute: "phone_number", address: name.to_owned() };
    }
    let hash = hmac_sha256(&pool.secret, &[b"destination", name.as_bytes()]);
    let letter = |byte: u8| char::from(b'a' + byte % 26);
    let address = format!("{}@{}", letter(hash[0]), letter(hash[1]));
    Destination { medium: "EMAIL", attribute: "email", address }
}

impl Destination {
    /// `CodeDeliveryDetails`.
    pub fn details(&self) -> Value {
        json!({ "AttributeName": self.attribute, "DeliveryMedium": self.medium, "Destination": self.masked() })
    }

    /// `t***@t***`, or a `+`, stars and the last four digits.
    pub fn masked(&self) -> String {
        if self.medium == "EMAIL" {
            let (name, host) = self.address.split_once('@').unwrap_or((&self.address, ""));
            let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
            return format!("{}***@{}***", first(name), first(host));
        }
        let digits: Vec<char> = self.address.chars().skip(1).collect();
        let shown = digits.len().saturating_sub(4);
        let masked = digits.iter().enumerate().map(|(index, digit)| if index < shown { '*' } else { *digit });
        std::iter::once('+').chain(masked).collect()
    }
}

/// Words the message, by the custom message trigger if there is one, and puts it into the outbox.
pub(crate) async fn send(call: &Call, message: Message<'_>) -> Outcome<()> {
    let custom = custom_texts(call, &message).await?;
    let sent = worded(call, &message, custom);
    call.service.store.write(|db| outbox::insert(db, &sent, call.service.now_ms()))?;
    // All that the outbox shows.
    call.service.feed.tell(feed::Kind::Message, json!(sent));
    Ok(())
}

/// The work of [`send`], to nobody: time must not tell. No trigger hears of it.
pub(crate) fn pretend(call: &Call, message: &Message<'_>) -> Outcome<()> {
    let sent = worded(call, message, CustomTexts::default());
    call.service.store.rehearse(|db| outbox::insert(db, &sent, call.service.now_ms()))?;
    std::hint::black_box(json!(sent));
    Ok(())
}

fn worded(call: &Call, message: &Message<'_>, custom: CustomTexts) -> SentMessage {
    let Message { occasion, pool, client_id, user, destination, code, .. } = *message;
    let template = &pool.settings.verification_message_template;
    let sms = destination.medium == "SMS";
    let by_link = !sms && links::takes_link(pool, occasion);
    let (default_subject, default_text) = match occasion {
        _ if by_link => ("Your verification link", "Please click the link to verify your address. {##Verify Email##}"),
        Occasion::Invite => {
            ("Your temporary password", "Your username is {username} and temporary password is {####}.")
        }
        Occasion::SignIn => ("Your authentication code", "Your authentication code is {####}."),
        _ => ("Your verification code", "Your confirmation code is {####}"),
    };
    let (from_pool, pool_subject) = match (occasion, sms) {
        (Occasion::SignIn, true) => {
            let of_mfa = pool.mfa.sms_mfa_configuration.as_ref();
            let of_mfa = of_mfa.and_then(|sms| sms.sms_authentication_message.clone());
            (of_mfa.or_else(|| pool.text("SmsAuthenticationMessage")), None)
        }
        (Occasion::SignIn, false) => {
            let email = pool.mfa.email_mfa_configuration.clone().unwrap_or_default();
            (email.message, email.subject)
        }
        (Occasion::Invite, true) => (pool.invitation("SMSMessage"), None),
        (Occasion::Invite, false) => (pool.invitation("EmailMessage"), pool.invitation("EmailSubject")),
        (_, true) => (template.sms_message.clone().or_else(|| pool.text("SmsVerificationMessage")), None),
        (_, false) if by_link => (template.email_message_by_link.clone(), template.email_subject_by_link.clone()),
        (_, false) => (
            template.email_message.clone().or_else(|| pool.text("EmailVerificationMessage")),
            template.email_subject.clone().or_else(|| pool.text("EmailVerificationSubject")),
        ),
    };
    let subject = custom.subject.or(pool_subject).unwrap_or_else(|| default_subject.into());
    let text = if sms { custom.sms } else { custom.email };
    let mut text = text.or(from_pool).unwrap_or_else(|| default_text.into());
    if let Some(client_id) = client_id.filter(|_| by_link) {
        text = links::fill(&call.service, client_id, user, code, &text);
    }
    SentMessage {
        pool: pool.id.clone(),
        user: user.username.clone(),
        kind: occasion.outbox_kind(sms).into(),
        medium: destination.medium.into(),
        destination: destination.address.clone(),
        attribute: destination.attribute.into(),
        code: code.into(),
        subject: if sms { String::new() } else { subject },
        message: text.replace("{####}", code).replace("{username}", sign_in_name(pool, user)),
        sent_at: call.service.now_ms() as f64 / 1000.0,
    }
}

/// What a person knows as their user name.
fn sign_in_name<'a>(pool: &Pool, user: &'a User) -> &'a str {
    let names = pool.settings.username_attributes.iter();
    names.filter_map(|name| user.attribute(name)).find(|value| !value.is_empty()).unwrap_or(&user.username)
}

#[derive(Default)]
struct CustomTexts {
    sms: Option<String>,
    email: Option<String>,
    subject: Option<String>,
}

async fn custom_texts(call: &Call, message: &Message<'_>) -> Outcome<CustomTexts> {
    let invites = message.occasion == Occasion::Invite;
    let event = Event {
        kind: TriggerKind::CustomMessage,
        source: message.occasion.trigger_source(),
        pool: message.pool,
        client_id: message.client_id,
        user_name: &message.user.username,
        request: events::with_metadata(
            json!({
                "userAttributes": message.user.event_attributes(),
                "codeParameter": "{####}",
                "linkParameter": "{##Click Here##}",
                "usernameParameter": if invites { json!("{username}") } else { Value::Null },
            }),
            message.client_metadata,
        ),
        response: json!({ "smsMessage": null, "emailMessage": null, "emailSubject": null }),
    };
    let Some(response) = events::run(call, event).await? else { return Ok(CustomTexts::default()) };
    let member = |name: &str| response.get(name).and_then(Value::as_str).map(str::to_owned);
    let texts =
        CustomTexts { sms: member("smsMessage"), email: member("emailMessage"), subject: member("emailSubject") };
    // A message that leaves the code out would lock the user out.
    let with_code = |text: &str| text.contains("{####}") && (!invites || text.contains("{username}"));
    let by_link = links::takes_link(message.pool, message.occasion);
    let with_link = |text: &str| if by_link { links::has_placeholder(text) } else { with_code(text) };
    let short = |text: &str, most: usize| text.chars().count() <= most;
    let sms_fits = texts.sms.as_deref().is_none_or(|text| with_code(text) && short(text, 140));
    let email_fits = texts.email.as_deref().is_none_or(|text| with_link(text) && short(text, 20_000));
    if sms_fits && email_fits && texts.subject.as_deref().is_none_or(|text| short(text, 140)) {
        return Ok(texts);
    }
    Err(events::unrecognizable())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_those_of_the_service() {
        let email = Destination { medium: "EMAIL", attribute: "email", address: "tom@test.example".into() };
        assert_eq!(email.masked(), "t***@t***");
        let phone = Destination { medium: "SMS", attribute: "phone_number", address: "+15555551234".into() };
        assert_eq!(phone.masked(), "+*******1234");
    }
}
