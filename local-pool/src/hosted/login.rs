//! The page of the sign-in.

use askama::Template;

use super::asked::{Asked, failed};
use super::page::{self, Frame, draw};
use super::texts::Language;
use super::visit::{Reply, Visit};
use crate::service::Call;

const UNAVAILABLE: &str = "Login pages unavailable. Please contact an administrator.";

/// Whether somebody may begin without a password.
pub(crate) fn offers_choice(asked: &Asked) -> bool {
    let factors = &asked.pool.settings.policies.sign_in_policy.allowed_first_auth_factors;
    asked.client.allows("ALLOW_USER_AUTH") && factors.iter().any(|factor| factor != "PASSWORD")
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    frame: &'a Frame,
    login: String,
    forgot: String,
    sign_up: String,
    signed_in_as: Option<String>,
    providers: Vec<Choice>,
    own_users: bool,
    self_sign_up: bool,
    without_password: bool,
    name_label: &'static str,
    username: &'a str,
}

struct Choice {
    href: String,
    label: String,
}

pub(crate) fn form(
    call: &Call,
    visit: &Visit,
    asked: &Asked,
    status: u16,
    notice: Option<&str>,
    username: &str,
) -> Reply {
    let own_users = asked.client.offers("COGNITO");
    if !own_users && asked.providers.is_empty() {
        return page::error(visit, &call.service.random, 400, UNAVAILABLE);
    }
    let signed_in_as = match asked.session(call, visit) {
        Ok(session) => session.filter(|(session, _)| asked.takes(session, call.service.now_ms())),
        Err(error) => return failed(visit, call, &error),
    };
    let mut frame = Frame::new(visit, &call.service.random, Language::sign_in).noting(notice);
    let username = if username.is_empty() { asked.granted.login_hint.as_deref().unwrap_or_default() } else { username };
    page::reply(status, &mut frame, |frame| {
        let template = LoginPage {
            frame,
            login: visit.here("/login"),
            forgot: visit.here("/forgotPassword"),
            sign_up: visit.here("/signup"),
            signed_in_as: signed_in_as.map(|(_, user)| user.attribute("email").unwrap_or(&user.username).to_owned()),
            providers: asked.providers.iter().map(|name| choice(visit, name)).collect(),
            own_users,
            self_sign_up: !asked.pool.settings.admin_create_user_config.allow_admin_create_user_only,
            without_password: offers_choice(asked),
            name_label: name_label(asked, frame.language),
            username,
        };
        draw(&template, asked.form_target())
    })
}

fn choice(visit: &Visit, name: &str) -> Choice {
    let query = visit.query.without(&["idp_identifier"]).with("identity_provider", name);
    let label = match name {
        "LoginWithAmazon" => "Amazon",
        "SignInWithApple" => "Apple",
        other => other,
    };
    Choice { href: format!("/oauth2/authorize?{}", query.encoded()), label: label.to_owned() }
}

/// What people sign in by in this pool.
pub(crate) fn name_label(asked: &Asked, language: Language) -> &'static str {
    let names = &asked.pool.settings.username_attributes;
    match (names.iter().any(|name| name == "email"), names.iter().any(|name| name == "phone_number")) {
        (true, false) => language.email(),
        (false, true) => language.phone(),
        _ => language.username(),
    }
}
