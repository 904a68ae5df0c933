//! What the hosted pages remember between requests.

use serde::{Deserialize, Serialize};

/// What a sign-in at the hosted pages gave an app the right to. Its tokens carry it, refreshed ones too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HostedGrant {
    pub scopes: Vec<String>,
    /// The `aud` of its access tokens.
    pub resource: Option<String>,
}

impl HostedGrant {
    pub fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }

    /// Whether the id token and userInfo tell an attribute: `openid` alone and `profile` open all of them, `email` and
    /// `phone` those two with their flags.
    pub fn tells(&self, attribute: &str) -> bool {
        let narrows = ["email", "phone"].iter().any(|scope| self.has(scope));
        match attribute {
            "email" | "email_verified" if self.has("email") => true,
            "phone_number" | "phone_number_verified" if self.has("phone") => true,
            _ => self.has("profile") || !narrows,
        }
    }
}

/// An authorization code as it is kept, under the hash of what the app was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AuthorizationCode {
    pub client_id: String,
    pub pool_id: String,
    pub username: String,
    /// Whoever takes the name of a deleted user is another.
    pub sub: String,
    pub redirect_uri: String,
    /// `code_challenge`, which is always of the method S256.
    pub challenge: Option<String>,
    pub nonce: Option<String>,
    pub grant: HostedGrant,
    pub auth_time_s: i64,
}

/// Somebody who is signed in at the hosted pages of one pool, in one browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BrowserSession {
    pub pool_id: String,
    pub username: String,
    pub sub: String,
    /// The identity provider they came from; None: the pool itself.
    pub provider: Option<String>,
    pub auth_time_s: i64,
    pub expires_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_open_attributes() {
        let cases: [(&str, &[&str]); 6] = [
            ("openid", &["email", "phone_number", "name"]),
            ("openid email", &["email", "email_verified"]),
            ("openid phone", &["phone_number", "phone_number_verified"]),
            ("openid email phone", &["email", "email_verified", "phone_number", "phone_number_verified"]),
            ("openid profile", &["email", "phone_number", "name"]),
            ("openid email profile", &["email", "phone_number", "name", "custom:team"]),
        ];
        let all = ["email", "email_verified", "phone_number", "phone_number_verified", "name", "custom:team"];
        for (scopes, told) in cases {
            let grant = HostedGrant { scopes: scopes.split(' ').map(str::to_owned).collect(), resource: None };
            let opens_all = !scopes.contains("email") && !scopes.contains("phone") || scopes.contains("profile");
            for attribute in all {
                let expected = opens_all || told.contains(&attribute);
                assert_eq!(grant.tells(attribute), expected, "{scopes}: {attribute}");
            }
        }
    }
}
