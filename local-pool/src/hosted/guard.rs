//! Forms are taken from this server's own pages only. A form carries the text of a cookie that no other site can read, and
//! a browser says which page a form is from.

use super::visit::{Cookie, Visit};
use crate::crypto::same_secret;
use crate::random::Random;

pub(crate) const COOKIE: &str = "XSRF-TOKEN";

/// The text for this browser's forms: the one it has, or a new one with the cookie to keep it.
pub(crate) fn token(visit: &Visit, random: &Random) -> (String, Option<Cookie>) {
    match visit.cookies.get(COOKIE).filter(|text| is_token(text)) {
        Some(text) => (text.clone(), None),
        None => {
            let text = random.uuid();
            let cookie = Cookie { name: COOKIE.into(), value: text.clone(), seconds: None };
            (text, Some(cookie))
        }
    }
}

/// Whether a form is from a page of this server, in the browser that it was given to.
pub(crate) fn is_own(visit: &Visit) -> bool {
    let from_elsewhere = visit.fetch_site.as_deref().is_some_and(|site| !matches!(site, "same-origin" | "none"))
        || visit.origin.as_ref().is_some_and(|origin| !origin.eq_ignore_ascii_case(&visit.base));
    let known = visit.cookies.get(COOKIE).filter(|text| is_token(text));
    let sent = visit.field("_csrf");
    let same = known.zip(sent).is_some_and(|(known, sent)| same_secret(known.as_bytes(), sent.as_bytes()));
    same && !from_elsewhere
}

fn is_token(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::parameters::Parameters;

    fn visit(cookie: &str, field: &str) -> Visit {
        Visit {
            base: "http://127.0.0.1:9229".into(),
            cookies: [(COOKIE.to_owned(), cookie.to_owned())].into(),
            form: Some(Parameters::from_pairs([("_csrf", field)])),
            ..Visit::default()
        }
    }

    #[test]
    fn only_the_text_of_the_cookie_is_taken_and_only_from_here() {
        let (token, other) = ("8a6e0804-2bd0-4672-b79d-d97027f9071a", "8a6e0804-2bd0-4672-b79d-d97027f9071b");
        assert!(is_own(&visit(token, token)));
        for (cookie, field) in [(token, other), (token, ""), ("", ""), ("x", "x"), (token, "8a6e0804")] {
            assert!(!is_own(&visit(cookie, field)), "{cookie} {field}");
        }
        let from = |origin: Option<&str>, site: Option<&str>| {
            let (origin, fetch_site) = (origin.map(str::to_owned), site.map(str::to_owned));
            is_own(&Visit { origin, fetch_site, ..visit(token, token) })
        };
        assert!(from(Some("http://127.0.0.1:9229"), Some("same-origin")));
        for origin in ["http://127.0.0.1:9230", "http://localhost:9229", "https://127.0.0.1:9229", "null", ""] {
            assert!(!from(Some(origin), None), "{origin}");
        }
        for site in ["cross-site", "same-site"] {
            assert!(!from(None, Some(site)), "{site}");
        }
    }
}
