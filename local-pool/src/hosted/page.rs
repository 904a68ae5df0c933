//! What all pages have in common: the frame around them, their language, the text for their forms.

use askama::Template;

use super::guard;
use super::texts::Language;
use super::visit::{Cookie, Html, Reply, Visit};
use crate::error::ServiceError;
use crate::random::Random;

/// The frame of one page.
#[derive(Debug)]
pub(crate) struct Frame {
    pub language: Language,
    pub title: String,
    pub nonce: String,
    pub csrf: String,
    /// What went wrong, as the service puts it.
    pub notice: Option<String>,
    csrf_cookie: Option<Cookie>,
}

const LANGUAGE_COOKIE: &str = "lang";

impl Frame {
    pub fn new(visit: &Visit, random: &Random, title: impl FnOnce(Language) -> &'static str) -> Self {
        let language = language(visit);
        let (csrf, csrf_cookie) = guard::token(visit, random);
        let (title, nonce) = (title(language).to_owned(), random.base64url(16));
        Self { language, title, nonce, csrf, notice: None, csrf_cookie }
    }

    pub fn noting(mut self, notice: Option<&str>) -> Self {
        self.notice = notice.map(str::to_owned);
        self
    }
}

/// A page with its frame's cookies.
pub(crate) fn reply(status: u16, frame: &mut Frame, page: impl FnOnce(&Frame) -> Drawn) -> Reply {
    let drawn = page(frame);
    let (text, has_script, form_targets) = (drawn.text, drawn.has_script, drawn.form_targets);
    let mut reply = Reply::page(status, Html { text, nonce: frame.nonce.clone(), has_script, form_targets });
    reply.cookies.extend(frame.csrf_cookie.take());
    reply
}

/// A template that was filled in.
pub(crate) struct Drawn {
    text: String,
    has_script: bool,
    form_targets: Vec<String>,
}

/// Fills in a template. `form_target` is where the redirects that answer its forms may lead to besides this server.
pub(crate) fn draw(template: &impl Template, form_target: Option<String>) -> Drawn {
    // What a template is filled in with cannot fail to be text.
    let text = template.render().unwrap_or_default();
    Drawn { text, has_script: false, form_targets: form_target.into_iter().collect() }
}

impl Drawn {
    pub fn with_script(mut self) -> Self {
        self.has_script = true;
        self
    }
}

/// What the request says, or else an earlier one of this browser.
pub(crate) fn language(visit: &Visit) -> Language {
    let asked = visit.query.get("lang").and_then(Language::of_tag);
    asked.or_else(|| Language::of_tag(visit.cookies.get(LANGUAGE_COOKIE)?)).unwrap_or_default()
}

/// Keeps the language that a request asks for.
pub(crate) fn language_cookie(visit: &Visit) -> Option<Cookie> {
    let language = visit.query.get("lang").and_then(Language::of_tag)?;
    Some(Cookie { name: LANGUAGE_COOKIE.into(), value: language.tag().into(), seconds: Some(31_536_000) })
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    frame: &'a Frame,
    text: &'a str,
}

/// What cannot be told to an app.
pub(crate) fn error(visit: &Visit, random: &Random, status: u16, text: &str) -> Reply {
    let mut frame = Frame::new(visit, random, Language::error);
    reply(status, &mut frame, |frame| draw(&ErrorPage { frame, text }, None))
}

/// What the API says, which is what people see.
pub(crate) fn text_of(error: &ServiceError) -> &str {
    error.message.as_deref().unwrap_or(error.name)
}

/// A page with a refusal is none that was found.
pub(crate) fn status_of(error: &ServiceError) -> u16 {
    if error.status >= 500 { 500 } else { 400 }
}
