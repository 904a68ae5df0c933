//! `/signup`.

use askama::Template;
use serde_json::{Value, json};

use super::asked::Asked;
use super::page::{self, Frame, draw};
use super::texts::Language;
use super::visit::{Reply, Visit};
use super::{api, challenge, confirm, dialog, guard, login, refusal};
use crate::oauth::checks::At;
use crate::service::Call;

const CLOSED: &str = "SignUp is not permitted for this user pool";

#[derive(Template)]
#[template(path = "signup.html")]
struct SignUpPage<'a> {
    frame: &'a Frame,
    action: String,
    back: String,
    name_label: &'static str,
    username: &'a str,
    attributes: Vec<Field<'a>>,
}

/// An attribute that is asked for.
struct Field<'a> {
    name: String,
    label: String,
    value: &'a str,
    required: bool,
}

pub(crate) async fn open(call: &Call, visit: &Visit) -> Reply {
    let asked = match Asked::read(call, visit, At::Login) {
        Ok(asked) => asked,
        Err(reply) => return reply,
    };
    let closed = asked.pool.settings.admin_create_user_config.allow_admin_create_user_only;
    if closed || !asked.client.offers("COGNITO") {
        return page::error(visit, &call.service.random, 400, CLOSED);
    }
    match (visit.is_post(), guard::is_own(visit)) {
        (false, _) => page(call, visit, &asked, 200, None),
        (true, false) => page(call, visit, &asked, 403, Some(page::language(visit).form_too_old())),
        (true, true) => posted(call, visit, &asked).await,
    }
}

async fn posted(call: &Call, visit: &Visit, asked: &Asked) -> Reply {
    let username = visit.field("username").unwrap_or_default().trim();
    let password = visit.field("password").unwrap_or_default();
    let given = wanted(asked).into_iter().filter_map(|(name, _)| {
        let value = visit.field(&format!("attribute.{name}"))?.trim();
        Some(json!({ "Name": name, "Value": value }))
    });
    let members = json!({ "Password": password, "UserAttributes": given.collect::<Vec<_>>() });
    let answer = match api::of_client(call, asked, "SignUp", username, members).await {
        Ok(answer) => answer,
        Err(error) => {
            let (status, text) = (page::status_of(&error), page::text_of(&error));
            return page(call, visit, asked, status, Some(text)).telling(error.clone());
        }
    };
    if answer.get("UserConfirmed") != Some(&Value::Bool(true)) {
        return confirm::with_destination(call, visit, asked, 200, None, username, Some(&answer));
    }
    match dialog::by_password(call, asked, username, password).await {
        Ok(turn) => challenge::go_to(call, visit, asked, turn).await,
        Err(error) => refusal::refused(call, visit, asked, &error, username),
    }
}

/// What a sign-up has to give, and what a code can be sent to.
fn wanted(asked: &Asked) -> Vec<(String, bool)> {
    let settings = &asked.pool.settings;
    let required = settings.schema_attributes.iter().filter(|known| known.required && known.name != "sub");
    let mut names: Vec<(String, bool)> = required.map(|known| (known.name.clone(), true)).collect();
    for name in &settings.auto_verified_attributes {
        if !names.iter().any(|(known, _)| known == name) {
            names.push((name.clone(), false));
        }
    }
    // What is the user name is not asked for twice.
    names.retain(|(name, _)| !settings.username_attributes.contains(name));
    names
}

fn page(call: &Call, visit: &Visit, asked: &Asked, status: u16, notice: Option<&str>) -> Reply {
    let mut frame = Frame::new(visit, &call.service.random, Language::sign_up).noting(notice);
    page::reply(status, &mut frame, |frame| {
        let field = |(name, required): (String, bool)| Field {
            label: frame.language.of_attribute(&name),
            value: visit.field(&format!("attribute.{name}")).unwrap_or_default(),
            name,
            required,
        };
        let template = SignUpPage {
            frame,
            action: visit.here("/signup"),
            back: visit.here("/login"),
            name_label: login::name_label(asked, frame.language),
            username: visit.field("username").unwrap_or_default(),
            attributes: wanted(asked).into_iter().map(field).collect(),
        };
        draw(&template, asked.form_target())
    })
}
