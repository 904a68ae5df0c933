//! What the configuration says of an identity pool.

use url::Url;

use super::endpoint::{self, is_made_of};
use super::json::wrong;
use crate::error::Error;
use crate::support::shown::shows;

const IDENTITY_POOL_ID: &str = "an identity pool id, for example eu-west-1:00000000-1111-2222-3333-444444444444";

/// The identity pool that gives out AWS credentials. Every value has been checked.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityPoolConfiguration {
    pub(super) id: String,
    pub(super) region: String,
    pub(super) endpoint: Url,
    pub(super) allows_guests: bool,
    pub(super) merges_guests: bool,
}
shows!(IdentityPoolConfiguration { id, region, endpoint: text, allows_guests, merges_guests });

impl IdentityPoolConfiguration {
    /// The identity pool's id, for example `eu-west-1:00000000-1111-2222-3333-444444444444`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The identity pool's region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The URL of the service of identity pools (`cognito-identity`).
    #[must_use]
    pub const fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    /// Whether somebody who is not signed in gets the credentials of a guest.
    #[must_use]
    pub const fn allows_guests(&self) -> bool {
        self.allows_guests
    }

    /// Whether a guest who signs in keeps their identity.
    #[must_use]
    pub const fn merges_guests(&self) -> bool {
        self.merges_guests
    }
}

/// What a builder knows of an identity pool, before it is checked.
#[derive(Clone)]
pub(super) struct Unchecked {
    pub id: Option<String>,
    pub region: Option<String>,
    pub endpoint: Option<String>,
    pub allows_guests: bool,
    pub merges_guests: bool,
    /// What the values are called where they came from.
    pub id_key: String,
    pub region_key: String,
    pub endpoint_key: String,
}

impl Default for Unchecked {
    fn default() -> Self {
        Self {
            id: None,
            region: None,
            endpoint: None,
            allows_guests: true,
            merges_guests: false,
            id_key: "identity_pool_id".to_owned(),
            region_key: "identity_pool_region".to_owned(),
            endpoint_key: "identity_pool_endpoint".to_owned(),
        }
    }
}

impl From<IdentityPoolConfiguration> for Unchecked {
    /// What follows from other values is left out, so that it follows again after a change.
    fn from(pool: IdentityPoolConfiguration) -> Self {
        let IdentityPoolConfiguration { id, region, endpoint, allows_guests, merges_guests } = pool;
        let derived = endpoint::of_region(endpoint::IDENTITY_POOLS, "region", &region).ok();
        Self {
            endpoint: Some(endpoint).filter(|url| Some(url) != derived.as_ref()).map(String::from),
            region: Some(region).filter(|region| *region != region_of(&id)),
            id: Some(id),
            allows_guests,
            merges_guests,
            ..Self::default()
        }
    }
}

impl Unchecked {
    pub fn check(self) -> Result<Option<IdentityPoolConfiguration>, Error> {
        let Self { id, region, endpoint, allows_guests, merges_guests, id_key, region_key, endpoint_key } = self;
        let Some(id) = id else { return Ok(None) };
        if !is_identity_pool_id(&id) {
            return Err(wrong(&id_key, &format!("should be {IDENTITY_POOL_ID}")));
        }
        let (region, region_key) = match region {
            Some(region) => (region, region_key),
            None => (region_of(&id).to_owned(), id_key),
        };
        if !endpoint::is_region(&region) {
            return Err(wrong(&region_key, "should give an AWS region, for example eu-west-1"));
        }
        let endpoint = match endpoint {
            Some(url) => endpoint::parse(&endpoint_key, &url)?,
            None => endpoint::of_region(endpoint::IDENTITY_POOLS, &region_key, &region)?,
        };
        Ok(Some(IdentityPoolConfiguration { id, region, endpoint, allows_guests, merges_guests }))
    }
}

/// `[\w-]+:[0-9a-f-]+`, at most 55 characters (`IdentityPoolId` of the service model).
fn is_identity_pool_id(text: &str) -> bool {
    text.len() <= 55
        && text.split_once(':').is_some_and(|(region, id)| {
            is_made_of(region, |c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
                && is_made_of(id, |c| matches!(c, '0'..='9' | 'a'..='f' | '-'))
        })
}

fn region_of(id: &str) -> &str {
    id.split_once(':').map_or("", |(region, _)| region)
}

#[cfg(test)]
mod tests {
    use super::super::AuthConfiguration;

    const ID: &str = "eu-west-1:00000000-1111-2222-3333-444444444444";

    /// Pool, region, endpoint, guests.
    fn pool(configuration: &AuthConfiguration) -> (&str, &str, &str, bool) {
        let pool = configuration.identity_pool().unwrap();
        (pool.id(), pool.region(), pool.endpoint().as_str(), pool.allows_guests())
    }

    const PUBLIC: &str = "https://cognito-identity.eu-west-1.amazonaws.com/";

    #[test]
    fn every_format_names_it_with_and_without_a_user_pool() {
        let user_pools = [
            r#""user_pool_id": "eu-west-1_A", "user_pool_client_id": "c", "aws_region": "eu-west-1", "#,
            r#""CognitoUserPool": { "Default": { "PoolId": "eu-west-1_A", "AppClientId": "c" } }, "#,
            r#""aws_user_pools_id": "eu-west-1_A", "aws_user_pools_web_client_id": "c", "#,
            r#""userPoolId": "eu-west-1_A", "userPoolWebClientId": "c", "#,
        ];
        for has_user_pool in [true, false] {
            let [gen2, gen1, exports, manual] = user_pools.map(|text| if has_user_pool { text } else { "" });
            for (text, allows_guests) in [
                (format!(r#"{{ "auth": {{ {gen2} "identity_pool_id": "{ID}" }} }}"#), true),
                (
                    format!(
                        r#"{{ "auth": {{ {gen2} "identity_pool_id": "{ID}",
                            "unauthenticated_identities_enabled": false }} }}"#
                    ),
                    false,
                ),
                (
                    format!(
                        r#"{{ "auth": {{ "plugins": {{ "awsCognitoAuthPlugin": {{ {gen1} "CredentialsProvider":
                            {{ "CognitoIdentity": {{ "Default": {{ "PoolId": "{ID}", "Region": "eu-west-1" }} }} }} }} }} }} }}"#
                    ),
                    true,
                ),
                (
                    format!(
                        r#"{{ {gen1} "CredentialsProvider":
                            {{ "CognitoIdentity": {{ "Default": {{ "PoolId": "{ID}", "Region": "eu-west-1" }} }} }} }}"#
                    ),
                    true,
                ),
                (format!(r#"{{ {exports} "aws_cognito_identity_pool_id": "{ID}" }}"#), true),
                (
                    format!(
                        r#"{{ {exports} "aws_cognito_identity_pool_id": "{ID}", "aws_mandatory_sign_in": "enable" }}"#
                    ),
                    false,
                ),
                (format!(r#"{{ "Auth": {{ {manual} "identityPoolId": "{ID}" }} }}"#), true),
                (format!(r#"{{ {manual} "identityPoolId": "{ID}", "mandatorySignIn": true }}"#), false),
                (
                    format!(
                        r#"{{ "Auth": {{ "Cognito": {{ {manual} "identityPoolId": "{ID}", "allowGuestAccess": false }} }} }}"#
                    ),
                    false,
                ),
            ] {
                let configuration =
                    AuthConfiguration::from_json(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
                assert_eq!(pool(&configuration), (ID, "eu-west-1", PUBLIC, allows_guests), "{text}");
                assert_eq!(configuration.has_user_pool(), has_user_pool, "{text}");
                assert_eq!(configuration.warnings(), [""; 0], "{text}");
                let again = configuration.to_builder().build().unwrap();
                assert_eq!(again, configuration, "{text}");
            }
        }
    }

    #[test]
    fn region_and_endpoint_can_be_others() {
        let manual = format!(
            r#"{{ "Auth": {{ "region": "us-east-1", "userPoolId": "us-east-1_A", "userPoolWebClientId": "c",
                "identityPoolId": "{ID}", "identityPoolRegion": "eu-north-1" }} }}"#
        );
        let configuration = AuthConfiguration::from_json(&manual).unwrap();
        let endpoint = "https://cognito-identity.eu-north-1.amazonaws.com/";
        assert_eq!(pool(&configuration), (ID, "eu-north-1", endpoint, true));
        assert_eq!(configuration.region(), "us-east-1");
        let v6 = format!(
            r#"{{ "Auth": {{ "Cognito": {{ "identityPoolId": "{ID}", "identityPoolEndpoint": "http://127.0.0.1:9" }} }} }}"#
        );
        let configuration = AuthConfiguration::from_json(&v6).unwrap();
        assert_eq!(pool(&configuration).2, "http://127.0.0.1:9/");
        assert_eq!(configuration.to_builder().build().unwrap(), configuration);
        let own = AuthConfiguration::for_identity_pool("cn-north-1:0a").merge_guest_identity(true).build().unwrap();
        assert_eq!(pool(&own).2, "https://cognito-identity.cn-north-1.amazonaws.com.cn/");
        assert!(own.identity_pool().unwrap().merges_guests() && !own.has_user_pool());
    }

    #[test]
    fn what_is_wrong_is_named_where_it_is() {
        for (text, key) in [
            (r#"{ "auth": { "identity_pool_id": "eu-west-1_A" } }"#, "auth.identity_pool_id"),
            (r#"{ "auth": { "identity_pool_id": 7 } }"#, "auth.identity_pool_id"),
            (
                r#"{ "auth": { "identity_pool_id": "eu-west-1:0a", "user_pool_id": "eu-west-1_A" } }"#,
                "auth.user_pool_client_id",
            ),
            (
                r#"{ "identityPoolId": "eu-west-1:0a", "identityPoolEndpoint": "http://example.org" }"#,
                "identityPoolEndpoint",
            ),
            (r#"{ "identityPoolId": "eu-west-1:0a", "identityPoolRegion": "-" }"#, "identityPoolRegion"),
            (r#"{ "identityPoolId": "eu_west:0a" }"#, "identityPoolId"),
        ] {
            let error = AuthConfiguration::from_json(text).unwrap_err();
            assert_eq!(error.info().field.as_deref(), Some(key), "{text}: {error}");
        }
        let error = AuthConfiguration::for_identity_pool("").build().unwrap_err();
        assert_eq!(error.info().field.as_deref(), Some("user_pool_id"), "nothing is configured");
    }
}
