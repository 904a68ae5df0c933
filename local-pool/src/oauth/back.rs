//! The way back to the app: to its redirect_uri, with a code, with tokens, or with what went wrong.

use std::fmt::Write as _;

use super::parameters::Parameters;

/// How an answer gets back to the app. The address is one that the app's client has registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Back {
    pub redirect_uri: String,
    pub state: Option<String>,
    /// Whether answers are put into the fragment, as those of the implicit flow are.
    pub in_fragment: bool,
}

impl Back {
    pub fn with_code(&self, code: &str) -> String {
        self.with(&[("code", Some(code)), ("state", self.state.as_deref())])
    }

    pub fn with_tokens(&self, members: &[(&str, Option<&str>)]) -> String {
        let state = [("state", self.state.as_deref())];
        self.with(&members.iter().chain(&state).copied().collect::<Vec<_>>())
    }

    /// In the service's order.
    pub fn with_error(&self, error: &str, description: Option<&str>) -> String {
        self.with(&[("error_description", description), ("state", self.state.as_deref()), ("error", Some(error))])
    }

    /// What a page's forms may lead to besides this server, for its Content-Security-Policy: a browser holds the redirect
    /// that answers a form to it as well.
    pub fn source(&self) -> Option<String> {
        source(&self.redirect_uri)
    }

    fn with(&self, members: &[(&str, Option<&str>)]) -> String {
        let given = members.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
        let told = Parameters::from_pairs(given).encoded();
        let separator = match (self.in_fragment, self.redirect_uri.contains('?')) {
            (true, _) => '#',
            (false, true) => '&',
            (false, false) => '?',
        };
        format!("{}{separator}{told}", in_ascii(&self.redirect_uri))
    }
}

/// A registered address can have letters that a header cannot.
pub(crate) fn in_ascii(address: &str) -> String {
    let mut text = String::with_capacity(address.len());
    for byte in address.bytes() {
        match byte {
            b'!'..=b'~' => text.push(char::from(byte)),
            // Writing to a text cannot fail.
            _ => drop(write!(text, "%{byte:02X}")),
        }
    }
    text
}

/// The origin of a web address, or the scheme of an app's own. None for what does not belong into a policy.
pub(crate) fn source(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once(':')?;
    let plain = |text: &str, more: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.as_bytes().contains(&byte))
    };
    if !plain(scheme, "+-.") {
        return None;
    }
    if !matches!(scheme, "http" | "https") {
        return Some(format!("{scheme}:"));
    }
    let authority = rest.strip_prefix("//")?.split(['/', '?', '#']).next()?;
    plain(authority, ".-:[]").then(|| format!("{scheme}://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(redirect_uri: &str, state: Option<&str>, in_fragment: bool) -> Back {
        Back { redirect_uri: redirect_uri.into(), state: state.map(str::to_owned), in_fragment }
    }

    #[test]
    fn an_own_query_stays_and_the_fragment_is_for_tokens() {
        assert_eq!(back("app://cb", Some("s"), false).with_code("c"), "app://cb?code=c&state=s");
        assert_eq!(back("https://x.example/cb?a=1", None, false).with_code("c"), "https://x.example/cb?a=1&code=c");
        let error = back("https://x.example/cb", Some("s"), true).with_error("invalid_request", Some("not so "));
        assert_eq!(error, "https://x.example/cb#error_description=not+so+&state=s&error=invalid_request");
    }

    #[test]
    fn nothing_breaks_out_of_the_header() {
        let told = back("https://x.example/ü", Some("a\r\nSet-Cookie: b=c"), false).with_code("c");
        assert_eq!(told, "https://x.example/%C3%BC?code=c&state=a%0D%0ASet-Cookie%3A+b%3Dc");
    }

    #[test]
    fn policies_name_origins_and_schemes() {
        assert_eq!(source("https://x.example:8443/cb?a").as_deref(), Some("https://x.example:8443"));
        assert_eq!(source("http://[::1]:3000/").as_deref(), Some("http://[::1]:3000"));
        assert_eq!(source("my-app://cb").as_deref(), Some("my-app:"));
        for address in ["https://x.example;script-src *", "cb", "a b://c", "https://"] {
            assert_eq!(source(address), None, "{address}");
        }
    }
}
