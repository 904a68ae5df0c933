//! What the browser brings back, read strictly. Pure.

use url::Url;

use crate::error::{InputError, Result};
use crate::support::secret::Secret;
use crate::support::shown::shows;
use crate::support::web_url;

/// What came back (RFC 6749 §4.1.2).
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Callback {
    Code { code: Secret, state: Secret },
    Refused { error: String, description: Option<String>, state: Secret },
}
shows!(enum Callback { Code {}, Refused { error } });

impl Callback {
    pub const fn state(&self) -> &Secret {
        match self {
            Self::Code { state, .. } | Self::Refused { state, .. } => state,
        }
    }
}

/// The URL and what it says. Its fragment says nothing: some providers leave a `#` or `#_=_` behind.
pub(super) fn read(text: &str) -> Result<(Url, Callback)> {
    let wrong = |problem: &str| InputError::new("callbackUrl", problem.to_owned());
    let url =
        web_url::parse(text.trim()).ok_or_else(|| wrong("should be the whole URL that the browser came back with"))?;
    let one = |name: &str| {
        let mut found = url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let first = found.next().filter(|value| !value.is_empty());
        if found.next().is_some() { Err(wrong("should have each parameter once")) } else { Ok(first) }
    };
    let (code, error, state) = (one("code")?, one("error")?, one("state")?);
    let state =
        state.map(Secret::new).ok_or_else(|| wrong("should have a state: it does not come from this sign-in"))?;
    let callback = match (code, error) {
        (Some(code), None) => Callback::Code { code: Secret::new(code), state },
        (None, Some(error)) => {
            let description = one("error_description")?.map(|text| text.trim().to_owned());
            Callback::Refused { error, description, state }
        }
        _ => return Err(wrong("should have either a code or an error").into()),
    };
    Ok((url, callback))
}

/// Whether the URL is the address that people come back to, whatever follows it. Systems add or drop a `/` at the end.
pub(super) fn is_at(url: &Url, redirect_uri: &str) -> bool {
    let Some(meant) = web_url::parse(redirect_uri) else { return false };
    let place = |url: &Url| {
        let host = url.host_str().unwrap_or_default().to_owned();
        (url.scheme().to_owned(), host, url.port_or_known_default(), url.path().trim_end_matches('/').to_owned())
    };
    place(url) == place(&meant)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> Option<(String, String)> {
        match read(text).ok()?.1 {
            Callback::Code { code, state } => Some((code.expose().to_owned(), state.expose().to_owned())),
            Callback::Refused { .. } => None,
        }
    }

    #[test]
    fn a_code_with_its_state_whatever_the_tail() {
        let expected = Some(("a b".to_owned(), "s".to_owned()));
        for tail in ["", "#", "#_=_", "#code=other"] {
            assert_eq!(code(&format!("my://in/?code=a+b&state=s{tail}")), expected);
            assert_eq!(code(&format!(" my://in?x=1&state=s&code=a%20b{tail}\n")), expected);
        }
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for text in [
            "",
            "in",
            "my://in/",
            "my://in/?code=a",
            "my://in/?state=s",
            "my://in/?code=&state=s",
            "my://in/?code=a&state=",
            "my://in/?code=a&code=b&state=s",
            "my://in/?code=a&state=s&state=t",
            "my://in/?code=a&state=s&error=e",
            "my://in/#code=a&state=s",
            "https://inA¡/?code=a&state=s",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_refusal_with_its_words() {
        let found = read("my://in/?error_description=user.email%3A+x%0A+&state=s&error=invalid_request").unwrap().1;
        let Callback::Refused { error, description, state } = found else { panic!("{found:?}") };
        assert_eq!(
            (error.as_str(), description.as_deref(), state.expose()),
            ("invalid_request", Some("user.email: x"), "s")
        );
    }

    #[test]
    fn only_the_address_itself_is_the_address() {
        let at = |url: &str, redirect: &str| is_at(&Url::parse(url).unwrap(), redirect);
        for (url, redirect) in [
            ("my://in/?code=a", "my://in/"),
            ("my://in?code=a", "my://in/"),
            ("my:/in?code=a", "my:/in"),
            ("https://a.example.org/in?code=a&b=c", "https://a.example.org/in?b=c"),
            ("https://a.example.org:443/in", "https://a.example.org/in"),
        ] {
            assert!(at(url, redirect), "{url} {redirect}");
        }
        for (url, redirect) in [
            ("my://in.evil/?code=a", "my://in/"),
            ("mine://in/", "my://in/"),
            ("my://in/more", "my://in/"),
            ("https://a.example.org.evil.example/in", "https://a.example.org/in"),
            ("https://a.example.org:8443/in", "https://a.example.org/in"),
            ("http://a.example.org/in", "https://a.example.org/in"),
            ("https://a.example.org/IN", "https://a.example.org/in"),
        ] {
            assert!(!at(url, redirect), "{url} {redirect}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,80}", tail in "[a-z&=#?%+]{0,40}") {
            let _ = read(&text);
            let _ = read(&format!("my://in/?{tail}"));
        }
    }
}
