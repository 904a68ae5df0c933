//! A sign-in's beginning: what is drawn for it, and the page to open. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::options::{WebUiRequest, WebUiSignInOptions};
use crate::config::HostedUiConfiguration;
use crate::error::{Error, InputError, Result};
use crate::storage::ExistingSession;
use crate::storage::web_sign_in::WebSignInRecord;
use crate::support::random::Random;
use crate::support::secret::Secret;

/// 256 bits as 43 characters that are the same in every URL: the length that RFC 7636 §4.1 recommends.
fn drawn(random: &dyn Random) -> Result<Secret> {
    let mut bytes = zeroize::Zeroizing::new([0; 32]);
    random.fill(&mut *bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(*bytes).into())
}

pub(super) fn begin(
    pages: &HostedUiConfiguration,
    client_id: &str,
    options: WebUiSignInOptions,
    random: &dyn Random,
    now_ms: i64,
) -> Result<(WebSignInRecord, WebUiRequest)> {
    let redirect_uri = chosen(options.redirect_uri, pages.sign_in_redirect_uris(), "sign_in_redirect_uris")?;
    let record = WebSignInRecord {
        state: drawn(random)?,
        nonce: drawn(random)?,
        code_verifier: drawn(random)?,
        redirect_uri: redirect_uri.clone(),
        custom_state: options.custom_state,
        existing_session: options.existing_session.and_then(text_of),
        began_at: now_ms,
        unknown: serde_json::Map::new(),
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(record.code_verifier.expose()));
    let scopes = options.scopes.unwrap_or_else(|| pages.scopes().to_vec()).join(" ");
    let provider = match (&options.provider, &options.idp_identifier) {
        (Some(_), Some(_)) => {
            let problem = "names the provider a second time: give either it or provider";
            return Err(InputError::new("idpIdentifier", problem).into());
        }
        (Some(provider), None) => Some(("identity_provider", provider.name())),
        (None, identifier) => identifier.as_deref().map(|identifier| ("idp_identifier", identifier)),
    };
    let members = [
        Some(("response_type", "code")),
        Some(("client_id", client_id)),
        Some(("redirect_uri", redirect_uri.as_str())),
        Some(("scope", scopes.as_str())),
        Some(("state", record.state.expose())),
        Some(("nonce", record.nonce.expose())),
        Some(("code_challenge", challenge.as_str())),
        Some(("code_challenge_method", "S256")),
        provider,
        options.prompt.as_deref().map(|prompt| ("prompt", prompt)),
        options.login_hint.as_deref().map(|hint| ("login_hint", hint)),
        options.lang.as_deref().map(|lang| ("lang", lang)),
        options.resource.as_deref().map(|resource| ("resource", resource)),
    ];
    let url = page(pages, "oauth2/authorize", members.into_iter().flatten());
    Ok((record, WebUiRequest { url, redirect_uri }))
}

/// The page that ends the browser's own session, and then sends the person back.
pub(super) fn sign_out(
    pages: &HostedUiConfiguration,
    client_id: &str,
    redirect_uri: Option<String>,
) -> Result<WebUiRequest> {
    let redirect_uri = chosen(redirect_uri, pages.sign_out_redirect_uris(), "sign_out_redirect_uris")?;
    let url = page(pages, "logout", [("client_id", client_id), ("logout_uri", &redirect_uri)]);
    Ok(WebUiRequest { url, redirect_uri })
}

fn page<'a>(
    pages: &HostedUiConfiguration,
    path: &str,
    members: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut url = pages.page(path);
    url.query_pairs_mut().extend_pairs(members.into_iter().filter(|(_, value)| !value.is_empty()));
    url.into()
}

/// The address asked for, if it is one of those configured; else the first that only the app can receive, or the first.
fn chosen(asked: Option<String>, configured: &[String], key: &str) -> Result<String> {
    if let Some(asked) = asked {
        let problem = "should be one of those in the configuration, letter for letter";
        let is_known = configured.contains(&asked);
        return if is_known { Ok(asked) } else { Err(InputError::new("redirectUri", problem).into()) };
    }
    let is_web = |uri: &&String| uri.starts_with("http://") || uri.starts_with("https://");
    let found = configured.iter().find(|uri| !is_web(uri)).or_else(|| configured.first());
    found.cloned().ok_or_else(|| Error::Configuration {
        key: key.to_owned(),
        problem: "is missing: the hosted pages have to know where people come back to".to_owned(),
    })
}

fn text_of(existing: ExistingSession) -> Option<String> {
    match existing {
        ExistingSession::Replace => None,
        ExistingSession::Keep => Some("keep".to_owned()),
        ExistingSession::Refuse => Some("refuse".to_owned()),
    }
}

pub(super) fn existing_of(record: &WebSignInRecord) -> ExistingSession {
    match record.existing_session.as_deref() {
        Some("keep") => ExistingSession::Keep,
        Some("refuse") => ExistingSession::Refuse,
        _ => ExistingSession::Replace,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use url::Url;

    use super::*;
    use crate::config::AuthConfiguration;
    use crate::hosted_ui::AuthProvider;
    use crate::support::random::RandomUnavailable;

    /// Other bytes each time.
    #[derive(Debug, Default)]
    struct Counting(std::sync::atomic::AtomicU8);

    impl Random for Counting {
        fn fill(&self, buffer: &mut [u8]) -> std::result::Result<(), RandomUnavailable> {
            buffer.fill(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
            Ok(())
        }
    }

    fn pages(redirects: &[&str]) -> HostedUiConfiguration {
        let builder = AuthConfiguration::builder("eu-west-1_A", "c").hosted_ui_domain("https://a.example.org/auth");
        let builder = builder.hosted_ui_scopes(["openid", "email"]).sign_in_redirect_uris(redirects.to_vec());
        builder.sign_out_redirect_uris(["my://out/"]).build().unwrap().hosted_ui().unwrap().clone()
    }

    fn query(url: &str) -> HashMap<String, String> {
        Url::parse(url).unwrap().query_pairs().into_owned().collect()
    }

    #[test]
    fn the_page_has_all_that_was_asked_for_and_a_challenge_that_fits() {
        let options = WebUiSignInOptions {
            provider: Some(AuthProvider::Amazon),
            lang: Some("de".to_owned()),
            login_hint: Some("ann@example.org".to_owned()),
            custom_state: Some("cart 7".to_owned()),
            ..WebUiSignInOptions::default()
        };
        let (record, request) = begin(&pages(&["my://in/"]), "c", options, &Counting::default(), 7).unwrap();
        assert!(request.url.starts_with("https://a.example.org/auth/oauth2/authorize?"), "{}", request.url);
        assert!(!request.url.contains("cart"), "what the app wants back stays here");
        let query = query(&request.url);
        let has = |name: &str| query.get(name).map(String::as_str);
        assert_eq!(
            (has("response_type"), has("client_id"), has("scope")),
            (Some("code"), Some("c"), Some("openid email"))
        );
        assert_eq!((has("redirect_uri"), has("identity_provider")), (Some("my://in/"), Some("LoginWithAmazon")));
        assert_eq!((has("lang"), has("login_hint"), has("prompt")), (Some("de"), Some("ann@example.org"), None));
        assert_eq!((has("state"), has("nonce")), (Some(record.state.expose()), Some(record.nonce.expose())));
        assert_ne!(record.state, record.nonce);
        let hashed = URL_SAFE_NO_PAD.encode(Sha256::digest(record.code_verifier.expose()));
        assert_eq!((has("code_challenge"), has("code_challenge_method")), (Some(hashed.as_str()), Some("S256")));
        assert!(record.code_verifier.expose().len() >= 43);
    }

    #[test]
    fn the_address_to_come_back_to_is_one_of_the_configured() {
        let chosen = |redirects: &[&str], asked: Option<&str>| {
            let options = WebUiSignInOptions { redirect_uri: asked.map(str::to_owned), ..Default::default() };
            begin(&pages(redirects), "c", options, &Counting::default(), 7).map(|(_, request)| request.redirect_uri)
        };
        assert_eq!(chosen(&["https://a.example.org/", "my://in/"], None).unwrap(), "my://in/");
        assert_eq!(chosen(&["https://a.example.org/", "http://127.0.0.1/"], None).unwrap(), "https://a.example.org/");
        assert_eq!(chosen(&["my://in/", "my://other/"], Some("my://other/")).unwrap(), "my://other/");
        assert!(chosen(&["my://in/"], Some("my://IN/")).is_err());
        assert!(chosen(&[], None).is_err());
    }

    #[test]
    fn the_provider_is_named_once() {
        let (provider, idp_identifier) = (Some(AuthProvider::Google), Some("example.org".to_owned()));
        let options = WebUiSignInOptions { provider, idp_identifier, ..Default::default() };
        assert!(begin(&pages(&["my://in/"]), "c", options, &Counting::default(), 7).is_err());
    }

    #[test]
    fn the_page_that_signs_out() {
        let request = sign_out(&pages(&["my://in/"]), "c", None).unwrap();
        assert_eq!(request.url, "https://a.example.org/auth/logout?client_id=c&logout_uri=my%3A%2F%2Fout%2F");
    }
}
