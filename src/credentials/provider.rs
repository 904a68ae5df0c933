//! Who vouches for a user at an identity pool.

use crate::error::InputError;
use crate::storage::identity_record::FederatedProviderRecord;
use crate::support::shown::shows;

/// Whose token is exchanged for AWS credentials.
#[derive(Clone, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum FederatedProvider {
    /// Google: the ID token.
    Google,
    /// Facebook: the access token.
    Facebook,
    /// Login with Amazon: the access token.
    Amazon,
    /// Sign in with Apple: the identity token.
    Apple,
    /// Twitter (X): the OAuth 1.0a token and its secret, joined by `;`.
    Twitter,
    /// Any OpenID Connect provider, Auth0 for example: the ID token.
    Oidc {
        /// The token's issuer, with or without `https://`, for example `example.eu.auth0.com`.
        issuer: String,
    },
    /// A SAML 2.0 provider: the response, in base64.
    Saml {
        /// The ARN of the provider in IAM.
        provider_arn: String,
    },
    /// The app's own back end (developer-authenticated identities): the OpenID token that it got from
    /// `GetOpenIdTokenForDeveloperIdentity`. The identity id that came with it is needed too.
    Developer,
}
shows!(enum FederatedProvider {
    Google,
    Facebook,
    Amazon,
    Apple,
    Twitter,
    Oidc { issuer },
    Saml { provider_arn },
    Developer,
});

impl FederatedProvider {
    /// What the identity pool calls it: the key of `Logins`.
    pub(super) fn login_name(&self) -> Result<String, InputError> {
        Ok(match self {
            Self::Google => "accounts.google.com",
            Self::Facebook => "graph.facebook.com",
            Self::Amazon => "www.amazon.com",
            Self::Apple => "appleid.apple.com",
            Self::Twitter => "api.twitter.com",
            Self::Developer => "cognito-identity.amazonaws.com",
            Self::Oidc { issuer } => {
                let name = issuer.strip_prefix("https://").unwrap_or(issuer);
                // Auth0 ends its issuers with a slash, and IAM's names have none.
                return checked("issuer", name.strip_suffix('/').unwrap_or(name), "the token's issuer");
            }
            Self::Saml { provider_arn } => {
                if !provider_arn.starts_with("arn:") {
                    return Err(InputError::new("providerArn", "should be the ARN of a SAML provider in IAM"));
                }
                return checked("providerArn", provider_arn, "the ARN of a SAML provider in IAM");
            }
        }
        .to_owned())
    }

    /// `None` for what only a newer release knows.
    pub(super) fn of(record: &FederatedProviderRecord) -> Option<Self> {
        Some(match (record.kind.as_str(), record.name.clone()) {
            ("google", None) => Self::Google,
            ("facebook", None) => Self::Facebook,
            ("amazon", None) => Self::Amazon,
            ("apple", None) => Self::Apple,
            ("twitter", None) => Self::Twitter,
            ("oidc", Some(issuer)) => Self::Oidc { issuer },
            ("saml", Some(provider_arn)) => Self::Saml { provider_arn },
            ("developer", None) => Self::Developer,
            _ => return None,
        })
    }
}

impl From<&FederatedProvider> for FederatedProviderRecord {
    fn from(provider: &FederatedProvider) -> Self {
        use FederatedProvider as P;
        let (kind, name) = match provider {
            P::Google => ("google", None),
            P::Facebook => ("facebook", None),
            P::Amazon => ("amazon", None),
            P::Apple => ("apple", None),
            P::Twitter => ("twitter", None),
            P::Oidc { issuer } => ("oidc", Some(issuer.clone())),
            P::Saml { provider_arn } => ("saml", Some(provider_arn.clone())),
            P::Developer => ("developer", None),
        };
        Self { kind: kind.to_owned(), name }
    }
}

/// `IdentityProviderName` of the service model: 1 to 128 characters.
fn checked(field: &'static str, name: &str, meant: &str) -> Result<String, InputError> {
    if name.is_empty() || name.chars().count() > 128 || name.contains(char::is_whitespace) {
        return Err(InputError::new(field, format!("should be {meant}, at most 128 characters")));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_identity_pools() {
        let oidc = |issuer: &str| FederatedProvider::Oidc { issuer: issuer.to_owned() }.login_name();
        assert_eq!(oidc("https://example.eu.auth0.com/").unwrap(), "example.eu.auth0.com");
        assert_eq!(oidc("example.eu.auth0.com").unwrap(), "example.eu.auth0.com");
        assert_eq!(oidc("https://login.example/realms/one").unwrap(), "login.example/realms/one");
        assert_eq!(oidc("https://").unwrap_err().field, "issuer");
        assert_eq!(oidc(&"i".repeat(129)).unwrap_err().field, "issuer");
        let saml = |arn: &str| FederatedProvider::Saml { provider_arn: arn.to_owned() }.login_name();
        assert_eq!(saml("arn:aws:iam::1:saml-provider/x").unwrap(), "arn:aws:iam::1:saml-provider/x");
        assert_eq!(saml("x").unwrap_err().field, "providerArn");
        assert_eq!(FederatedProvider::Apple.login_name().unwrap(), "appleid.apple.com");
    }
}
