//! What the configuration says of the pool's hosted pages.

use serde_json::Value;
use url::Url;

use super::json::{At, wrong};
use super::{AuthConfigurationBuilder, endpoint};
use crate::error::Error;
use crate::support::shown::shows;
use crate::support::web_url;

/// The hosted pages of the user pool (managed login), and where they send people back to. Every value has been checked.
#[derive(Clone, PartialEq, Eq)]
pub struct HostedUiConfiguration {
    pub(super) endpoint: Url,
    pub(super) scopes: Vec<String>,
    pub(super) sign_in_redirect_uris: Vec<String>,
    pub(super) sign_out_redirect_uris: Vec<String>,
}
shows!(HostedUiConfiguration { endpoint: text, scopes, sign_in_redirect_uris, sign_out_redirect_uris });

impl HostedUiConfiguration {
    /// The URL below which the pages are, for example `https://example.auth.eu-west-1.amazoncognito.com/`.
    #[must_use]
    pub const fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    /// The URL of one of the pages, by its path below the endpoint.
    pub(crate) fn page(&self, path: &str) -> Url {
        let mut url = self.endpoint.clone();
        url.set_path(&format!("{}{path}", url.path()));
        url
    }

    /// The scopes that a sign-in asks for; empty: all of the app client.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Where people come back to after a sign-in. One of an app's own scheme is preferred, then the first.
    #[must_use]
    pub fn sign_in_redirect_uris(&self) -> &[String] {
        &self.sign_in_redirect_uris
    }

    /// Where people come back to after a sign-out, chosen likewise.
    #[must_use]
    pub fn sign_out_redirect_uris(&self) -> &[String] {
        &self.sign_out_redirect_uris
    }
}

impl AuthConfigurationBuilder {
    /// Where the pool's hosted pages are: their domain, for example `example.auth.eu-west-1.amazoncognito.com` or one of
    /// your own, or a URL; plain http only to this machine. Default: none, and no sign-in by them.
    #[must_use]
    pub fn hosted_ui_domain(mut self, domain: impl Into<String>) -> Self {
        self.hosted_ui.domain = Some(domain.into()).filter(|domain| !domain.is_empty());
        self
    }

    /// The scopes that a sign-in on the hosted pages asks for. Default: all of the app client. Without `openid` there is no
    /// ID token, without `aws.cognito.signin.user.admin` the calls about the user's account are refused.
    #[must_use]
    pub fn hosted_ui_scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.hosted_ui.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Where the hosted pages send people back to after a sign-in: callback URLs of the app client, letter for letter.
    #[must_use]
    pub fn sign_in_redirect_uris(mut self, uris: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.hosted_ui.sign_in_redirect_uris = uris.into_iter().map(Into::into).collect();
        self
    }

    /// Where they send people back to after a sign-out: sign-out URLs of the app client, letter for letter.
    #[must_use]
    pub fn sign_out_redirect_uris(mut self, uris: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.hosted_ui.sign_out_redirect_uris = uris.into_iter().map(Into::into).collect();
        self
    }

    /// What a file says of the hosted pages; they may be somewhere else.
    pub(super) fn hosted_ui_at(
        mut self,
        oauth: &At<'_>,
        names: &Names,
        endpoint: Option<&At<'_>>,
    ) -> Result<Self, Error> {
        self.hosted_ui = Unchecked::read(oauth, names, endpoint)?;
        let kind = oauth.key("responseType").or(oauth.key("response_type"));
        if kind.text()?.is_some_and(|kind| kind != "code") {
            self = self.warn(format!("{} has no effect: people always come back with a code (PKCE)", kind.path()));
        }
        Ok(self)
    }
}

/// What a builder knows of the hosted pages, before it is checked.
#[derive(Clone, Default)]
pub(super) struct Unchecked {
    /// A host name or a URL.
    pub domain: Option<String>,
    pub scopes: Vec<String>,
    pub sign_in_redirect_uris: Vec<String>,
    pub sign_out_redirect_uris: Vec<String>,
    /// What the values are called where they came from, if it was a file.
    pub keys: Option<[String; 3]>,
}

/// What the keys are called in one of the formats.
pub(super) struct Names {
    pub domain: &'static str,
    pub scopes: &'static str,
    pub sign_in: &'static str,
    pub sign_out: &'static str,
}

/// Amplify for JavaScript, up to v5.
pub(super) const V5: Names =
    Names { domain: "domain", scopes: "scope", sign_in: "redirectSignIn", sign_out: "redirectSignOut" };
pub(super) const V6: Names = Names { scopes: "scopes", ..V5 };
pub(super) const GEN_1: Names =
    Names { domain: "WebDomain", scopes: "Scopes", sign_in: "SignInRedirectURI", sign_out: "SignOutRedirectURI" };
pub(super) const GEN_2: Names =
    Names { domain: "domain", scopes: "scopes", sign_in: "redirect_sign_in_uri", sign_out: "redirect_sign_out_uri" };

impl Unchecked {
    /// What a file says there; the address of the pages may stand elsewhere.
    pub fn read(oauth: &At<'_>, names: &Names, endpoint: Option<&At<'_>>) -> Result<Self, Error> {
        let domain = oauth.key(names.domain);
        let domain = match endpoint.filter(|endpoint| endpoint.exists()) {
            Some(endpoint) => endpoint.clone(),
            None => domain,
        };
        let (sign_in, sign_out) = (oauth.key(names.sign_in), oauth.key(names.sign_out));
        Ok(Self {
            domain: domain.text()?.map(str::to_owned),
            scopes: oauth.key(names.scopes).list()?,
            sign_in_redirect_uris: sign_in.list()?,
            sign_out_redirect_uris: sign_out.list()?,
            keys: Some([&domain, &sign_in, &sign_out].map(|at| at.path().to_owned())),
        })
    }

    pub fn check(self) -> Result<Option<HostedUiConfiguration>, Error> {
        let Self { domain, scopes, sign_in_redirect_uris, sign_out_redirect_uris, keys } = self;
        let [domain_key, sign_in_key, sign_out_key] = keys.unwrap_or_else(|| {
            ["hosted_ui_domain", "sign_in_redirect_uris", "sign_out_redirect_uris"].map(str::to_owned)
        });
        let Some(domain) = domain else { return Ok(None) };
        let text = if domain.contains("://") { domain } else { format!("https://{domain}") };
        let mut endpoint = endpoint::parse(&domain_key, &text)?;
        if !endpoint.path().ends_with('/') {
            endpoint.set_path(&format!("{}/", endpoint.path()));
        }
        for (key, uris) in [(sign_in_key, &sign_in_redirect_uris), (sign_out_key, &sign_out_redirect_uris)] {
            if uris.iter().any(|uri| web_url::parse(uri).is_none() || uri.contains('#')) {
                return Err(wrong(&key, "should be absolute URIs without a fragment, for example myapp://signed-in/"));
            }
        }
        Ok(Some(HostedUiConfiguration { endpoint, scopes, sign_in_redirect_uris, sign_out_redirect_uris }))
    }
}

impl From<HostedUiConfiguration> for Unchecked {
    fn from(pages: HostedUiConfiguration) -> Self {
        let HostedUiConfiguration { endpoint, scopes, sign_in_redirect_uris, sign_out_redirect_uris } = pages;
        Self { domain: Some(endpoint.into()), scopes, sign_in_redirect_uris, sign_out_redirect_uris, keys: None }
    }
}

impl At<'_> {
    /// The texts here: a list of them, or one text with commas between, as Amplify's older tools write it.
    fn list(&self) -> Result<Vec<String>, Error> {
        let wrong = || wrong(self.path(), "should be a list of strings");
        let parts: Vec<&str> = match self.value() {
            None => Vec::new(),
            Some(Value::String(text)) => text.split(',').collect(),
            Some(Value::Array(values)) => {
                values.iter().map(|value| value.as_str().ok_or_else(wrong)).collect::<Result<_, _>>()?
            }
            Some(_) => return Err(wrong()),
        };
        Ok(parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::AuthConfiguration;

    const POOL: [&str; 4] = [
        r#""auth": { "user_pool_id": "eu-west-1_A", "user_pool_client_id": "c", "aws_region": "eu-west-1", "oauth": { OAUTH } }"#,
        r#""CognitoUserPool": { "Default": { "PoolId": "eu-west-1_A", "AppClientId": "c" } }, "Auth": { "Default": { "OAuth": { OAUTH } } }"#,
        r#""aws_user_pools_id": "eu-west-1_A", "aws_user_pools_web_client_id": "c", "oauth": { OAUTH }"#,
        r#""Auth": { "Cognito": { "userPoolId": "eu-west-1_A", "userPoolClientId": "c", "loginWith": { "oauth": { OAUTH } } } }"#,
    ];
    const V5_OWN: &str = r#""Auth": { "userPoolId": "eu-west-1_A", "userPoolWebClientId": "c", "oauth": { OAUTH } }"#;

    fn read(pool: &str, oauth: &str) -> AuthConfiguration {
        AuthConfiguration::from_json(&format!("{{ {} }}", pool.replace("OAUTH", oauth))).unwrap()
    }

    #[test]
    fn every_format_names_the_pages() {
        let [gen2, gen1, exports, v6] = POOL;
        for (pool, oauth) in [
            (
                gen2,
                r#""domain": "a.example.org", "scopes": ["openid", "email"], "redirect_sign_in_uri": ["my://in/", "https://b.example.org/in"], "redirect_sign_out_uri": ["my://out/"], "response_type": "code""#,
            ),
            (
                gen1,
                r#""WebDomain": "a.example.org", "Scopes": ["openid", "email"], "SignInRedirectURI": "my://in/,https://b.example.org/in", "SignOutRedirectURI": "my://out/""#,
            ),
            (
                exports,
                r#""domain": "a.example.org", "scope": ["openid", "email"], "redirectSignIn": "my://in/, https://b.example.org/in", "redirectSignOut": "my://out/", "responseType": "code""#,
            ),
            (
                V5_OWN,
                r#""domain": "a.example.org", "scope": ["openid", "email"], "redirectSignIn": "my://in/,https://b.example.org/in", "redirectSignOut": "my://out/", "responseType": "code""#,
            ),
            (
                v6,
                r#""domain": "a.example.org", "scopes": ["openid", "email"], "redirectSignIn": ["my://in/", "https://b.example.org/in"], "redirectSignOut": ["my://out/"], "responseType": "code""#,
            ),
        ] {
            let configuration = read(pool, oauth);
            let again = configuration.to_builder().build().unwrap();
            for configuration in [configuration, again] {
                let pages = configuration.hosted_ui().unwrap();
                assert_eq!(pages.endpoint().as_str(), "https://a.example.org/");
                assert_eq!(pages.scopes(), ["openid", "email"]);
                assert_eq!(pages.sign_in_redirect_uris(), ["my://in/", "https://b.example.org/in"]);
                assert_eq!(pages.sign_out_redirect_uris(), ["my://out/"]);
                assert_eq!(configuration.warnings(), [""; 0]);
            }
        }
    }

    #[test]
    fn tokens_in_the_callback_are_not_to_be_had() {
        let configuration = read(V5_OWN, r#""domain": "a.example.org", "responseType": "token""#);
        assert_eq!(
            configuration.warnings(),
            ["Auth.oauth.responseType has no effect: people always come back with a code (PKCE)"]
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (oauth, key) in [
            (r#""domain": "http://a.example.org""#, "auth.oauth.domain"),
            (r#""domain": "a.example.org", "redirect_sign_in_uri": ["in"]"#, "auth.oauth.redirect_sign_in_uri"),
            (r#""domain": "a.example.org", "redirect_sign_out_uri": 1"#, "auth.oauth.redirect_sign_out_uri"),
        ] {
            let text = format!("{{ {} }}", POOL[0].replace("OAUTH", oauth));
            let error = AuthConfiguration::from_json(&text).unwrap_err();
            assert_eq!((error.code(), error.info().field.as_deref()), ("configuration_invalid", Some(key)));
        }
        assert!(read(POOL[0], "").hosted_ui().is_none());
    }
}
