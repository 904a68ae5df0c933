//! The domain a pool's passkeys belong to, and where they may be used.

use reqwest::Url;

use crate::error::{Outcome, ServiceError};
use crate::model::pool::Pool;

pub(crate) struct RelyingParty<'a> {
    pub id: &'a str,
    pub verifies_users: bool,
    origins: &'a [String],
}

impl<'a> RelyingParty<'a> {
    /// A pool's, if passkeys are one of its first factors and their domain is set.
    pub fn of(pool: &'a Pool) -> Outcome<Self> {
        let factors = &pool.settings.policies.sign_in_policy.allowed_first_auth_factors;
        if !factors.iter().any(|factor| factor == "WEB_AUTHN") {
            let text = "WebAuthn is not enabled for this user pool.";
            return Err(ServiceError::web_authn_not_enabled(text));
        }
        let configuration = pool.mfa.web_authn_configuration.as_ref();
        let id = configuration.and_then(|configuration| configuration.relying_party_id.as_deref());
        let id = id.filter(|id| !id.is_empty()).ok_or_else(|| {
            let text = "The user pool has neither a relying party ID nor a domain.";
            ServiceError::web_authn_configuration_missing(text)
        })?;
        let required = configuration.is_some_and(|configuration| configuration.user_verification == "required");
        let verifies_users = required || pool.passkeys_are_two_factors();
        Ok(Self { id, verifies_users, origins: &pool.local.passkey_origins })
    }

    #[cfg(test)]
    pub(super) fn for_tests(id: &'a str) -> Self {
        Self { id, verifies_users: false, origins: &[] }
    }

    /// `userVerification` of the options.
    pub fn user_verification(&self) -> &'static str {
        if self.verifies_users { "required" } else { "preferred" }
    }

    /// Whether an origin is `https` in the domain or below it, or one of those the pool lists.
    pub fn allows(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| allowed == origin) || self.is_within(origin)
    }

    fn is_within(&self, origin: &str) -> bool {
        let Ok(url) = Url::parse(origin) else { return false };
        let Some(host) = url.host_str() else { return false };
        let inside = host == self.id || host.strip_suffix(self.id).is_some_and(|below| below.ends_with('.'));
        // Browsers count localhost as secure without TLS (W3C Secure Contexts, section 3.1).
        let secure = url.scheme() == "https" || (url.scheme() == "http" && self.id == "localhost");
        inside && secure && url.origin().ascii_serialization() == origin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_within_the_domain_or_listed() {
        let listed = ["android:apk-key-hash:abc".to_owned(), "http://localhost:3000".to_owned()];
        let party = RelyingParty { id: "example.com", verifies_users: false, origins: &listed };
        let good = ["https://example.com", "https://app.example.com", "https://example.com:8443"];
        for origin in good.into_iter().chain(["android:apk-key-hash:abc", "http://localhost:3000"]) {
            assert!(party.allows(origin), "{origin}");
        }
        for origin in [
            "http://example.com",
            "https://notexample.com",
            "https://example.com.evil.test",
            "https://example.com/path",
            "https://user@example.com",
            "android:apk-key-hash:abd",
            "http://localhost",
            "",
        ] {
            assert!(!party.allows(origin), "{origin}");
        }
        let local = RelyingParty { id: "localhost", verifies_users: false, origins: &[] };
        assert!(local.allows("http://localhost:3000") && !local.allows("http://example.com"));
    }
}
