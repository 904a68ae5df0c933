//! The page of a provider that this server plays: one picks a person, or says who one is.

use askama::Template;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::asked::{failed, lost};
use super::guard;
use super::page::{self, Frame, draw};
use super::texts::Language;
use super::visit::{Reply, Visit};
use crate::error::Outcome;
use crate::federation::played;
use crate::federation::trip::{self, Trip};
use crate::oauth::back;
use crate::oauth::parameters::Parameters;
use crate::service::Call;
use crate::store::{links, users};

/// People that are offered.
const MOST: i64 = 20;

/// Where the page of a provider is.
pub(crate) fn address(provider: &str, state: &str) -> String {
    let provider = utf8_percent_encode(provider, NON_ALPHANUMERIC);
    format!("/_local/idp/{provider}/authorize?{}", Parameters::from_pairs([("state", state)]).encoded())
}

pub(crate) fn open(call: &Call, visit: &Visit) -> Reply {
    let state = visit.query.get("state").unwrap_or_default();
    let trip = match trip::look(&call.service, state) {
        Ok(Some(trip)) => trip,
        Ok(None) => return lost(call, visit),
        Err(error) => return failed(visit, call, &error),
    };
    let drawn = match (visit.is_post(), guard::is_own(visit)) {
        (false, _) => form(call, visit, &trip, state, 200, None),
        (true, false) => form(call, visit, &trip, state, 403, Some(page::language(visit).form_too_old())),
        (true, true) => said(call, visit, &trip, state),
    };
    drawn.unwrap_or_else(|error| failed(visit, call, &error))
}

/// What the person said, as a code; or that they do not want to.
fn said(call: &Call, visit: &Visit, trip: &Trip, state: &str) -> Outcome<Reply> {
    let back = |parameters: &[(&str, &str)]| {
        let all = parameters.iter().copied().chain([("state", state)]);
        Reply::to(format!("{}?{}", trip.redirect_uri, Parameters::from_pairs(all).encoded()))
    };
    if visit.field("cancel").is_some() {
        return Ok(back(&[("error", "access_denied")]));
    }
    let Some(subject) = visit.field("subject").map(str::trim).filter(|subject| !subject.is_empty()) else {
        return form(call, visit, trip, state, 400, Some("A subject is needed."));
    };
    let mut claims = Map::new();
    if let Some(email) = visit.field("email") {
        claims.insert("email".into(), json!(email));
        claims.insert("email_verified".into(), json!(true));
    }
    claims.extend(visit.field("name").map(|name| ("name".to_owned(), json!(name))));
    match visit.field("claims").map(serde_json::from_str::<Map<String, Value>>) {
        None => {}
        Some(Ok(more)) => claims.extend(more),
        Some(Err(_)) => return form(call, visit, trip, state, 400, Some("The claims are no JSON object.")),
    }
    let code = played::code(&call.service, state, &played::claims(subject, claims))?;
    Ok(back(&[("code", &code)]))
}

#[derive(Template)]
#[template(path = "idp.html")]
struct IdpPage<'a> {
    frame: &'a Frame,
    action: String,
    provider: &'a str,
    people: Vec<Person>,
    subject: &'a str,
    email: &'a str,
    name: &'a str,
    claims: &'a str,
}

struct Person {
    subject: String,
    label: String,
    /// JSON of what the pool knows of them.
    claims: String,
}

fn form(call: &Call, visit: &Visit, trip: &Trip, state: &str, status: u16, notice: Option<&str>) -> Outcome<Reply> {
    let people = people(call, trip)?;
    let mut frame = Frame::new(visit, &call.service.random, Language::sign_in).noting(notice);
    let target = Parameters::read(&trip.query).get("redirect_uri").and_then(back::source);
    Ok(page::reply(status, &mut frame, |frame| {
        let (action, provider) = (address(&trip.provider, state), trip.provider.as_str());
        let field = |name| visit.field(name).unwrap_or_default();
        let (subject, email, name, claims) = (field("subject"), field("email"), field("name"), field("claims"));
        draw(&IdpPage { frame, action, provider, people, subject, email, name, claims }, target)
    }))
}

/// Those whom the provider has signed in before.
fn people(call: &Call, trip: &Trip) -> Outcome<Vec<Person>> {
    let store = &call.service.store;
    let pool = store.pool(&trip.pool_id)?;
    store.read(|db| {
        let mut people = Vec::new();
        for link in links::of_provider(db, &pool.id, &trip.provider, MOST)? {
            let Some(user) = users::find(db, &pool, &link.username)? else { continue };
            let known = ["email", "name"].into_iter().filter_map(|name| Some((name, user.attribute(name)?)));
            let mut claims: Map<String, Value> = known.map(|(name, value)| (name.to_owned(), json!(value))).collect();
            if claims.contains_key("email") {
                claims.insert("email_verified".into(), json!(user.is_verified("email")));
            }
            let shown = user.attribute("email").or(user.attribute("name")).unwrap_or_default();
            let label = format!("{shown} ({})", link.value);
            people.push(Person { subject: link.value, label, claims: serde_json::to_string(&claims)? });
        }
        Ok(people)
    })
}
