use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::crypto::{hmac_sha256, same_secret};
use crate::error::{Outcome, ServiceError};

const DAY_S: i64 = 86_400;

/// An app client as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub id: String,
    pub pool_id: String,
    pub secret: Option<String>,
    pub settings: ClientSettings,
    pub created_ms: i64,
    pub modified_ms: i64,
}

/// The members of `UserPoolClientType` that this server acts on, and all others as they came.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct ClientSettings {
    pub client_name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub explicit_auth_flows: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_validity: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_validity: Option<i64>,
    pub refresh_token_validity: i64,
    pub token_validity_units: TokenValidityUnits,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_attributes: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write_attributes: Option<Vec<String>>,
    pub prevent_user_existence_errors: String,
    pub enable_token_revocation: bool,
    pub auth_session_validity: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_rotation: Option<RefreshTokenRotation>,
    /// Whether the hosted pages and the OAuth endpoints serve it.
    #[serde(rename = "AllowedOAuthFlowsUserPoolClient")]
    pub allowed_oauth_flows_user_pool_client: bool,
    #[serde(rename = "AllowedOAuthFlows", skip_serializing_if = "Vec::is_empty")]
    pub allowed_oauth_flows: Vec<String>,
    #[serde(rename = "AllowedOAuthScopes", skip_serializing_if = "Vec::is_empty")]
    pub allowed_oauth_scopes: Vec<String>,
    #[serde(rename = "CallbackURLs", skip_serializing_if = "Vec::is_empty")]
    pub callback_urls: Vec<String>,
    #[serde(rename = "LogoutURLs", skip_serializing_if = "Vec::is_empty")]
    pub logout_urls: Vec<String>,
    #[serde(rename = "DefaultRedirectURI", skip_serializing_if = "Option::is_none")]
    pub default_redirect_uri: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub supported_identity_providers: Vec<String>,
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct TokenValidityUnits {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct RefreshTokenRotation {
    pub feature: String,
    pub retry_grace_period_seconds: i64,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            client_name: String::new(),
            explicit_auth_flows: Vec::new(),
            access_token_validity: None,
            id_token_validity: None,
            refresh_token_validity: 30,
            token_validity_units: TokenValidityUnits::default(),
            read_attributes: None,
            write_attributes: None,
            prevent_user_existence_errors: "LEGACY".into(),
            enable_token_revocation: true,
            auth_session_validity: 3,
            refresh_token_rotation: None,
            allowed_oauth_flows_user_pool_client: false,
            allowed_oauth_flows: Vec::new(),
            allowed_oauth_scopes: Vec::new(),
            callback_urls: Vec::new(),
            logout_urls: Vec::new(),
            default_redirect_uri: None,
            supported_identity_providers: Vec::new(),
            other: Map::new(),
        }
    }
}

impl ClientSettings {
    pub fn access_token_life_s(&self) -> i64 {
        life_s(self.access_token_validity, self.token_validity_units.access_token.as_deref())
    }

    pub fn id_token_life_s(&self) -> i64 {
        life_s(self.id_token_validity, self.token_validity_units.id_token.as_deref())
    }

    pub fn refresh_token_life_s(&self) -> i64 {
        match self.refresh_token_validity {
            0 => 30 * DAY_S,
            n => n * unit_s(self.token_validity_units.refresh_token.as_deref().unwrap_or("days")),
        }
    }
}

impl Client {
    /// Whether a flow, by its `ALLOW_` name, may be started. Unset means refresh, SRP and custom. The older values
    /// have other names and leave SRP and refresh always on.
    pub fn allows(&self, flow: &str) -> bool {
        let flows = &self.settings.explicit_auth_flows;
        let listed = |name: &str| flows.iter().any(|flow| flow == name);
        if flows.is_empty() {
            return matches!(flow, "ALLOW_REFRESH_TOKEN_AUTH" | "ALLOW_USER_SRP_AUTH" | "ALLOW_CUSTOM_AUTH");
        }
        if flows.iter().any(|flow| flow.starts_with("ALLOW_")) {
            return listed(flow);
        }
        match flow {
            "ALLOW_CUSTOM_AUTH" => listed("CUSTOM_AUTH_FLOW_ONLY"),
            "ALLOW_USER_PASSWORD_AUTH" => listed("USER_PASSWORD_AUTH"),
            "ALLOW_ADMIN_USER_PASSWORD_AUTH" => listed("ADMIN_NO_SRP_AUTH"),
            "ALLOW_USER_SRP_AUTH" => !self.custom_only(),
            "ALLOW_USER_AUTH" => false,
            _ => true,
        }
    }

    pub fn custom_only(&self) -> bool {
        self.settings.explicit_auth_flows.iter().any(|flow| flow == "CUSTOM_AUTH_FLOW_ONLY")
    }

    /// Whether an OAuth flow (`code`, `implicit`, `client_credentials`) may be used.
    pub fn allows_oauth(&self, flow: &str) -> bool {
        self.settings.allowed_oauth_flows_user_pool_client
            && self.settings.allowed_oauth_flows.iter().any(|known| known == flow)
    }

    /// Whether the hosted pages offer a provider, `COGNITO` for the pool's own users.
    pub fn offers(&self, provider: &str) -> bool {
        self.settings.supported_identity_providers.iter().any(|known| known == provider)
    }

    /// Whether answers must not tell whether a user exists.
    pub fn hides_users(&self) -> bool {
        self.settings.prevent_user_existence_errors == "ENABLED"
    }

    pub fn may_read(&self, attribute: &str) -> bool {
        self.settings.read_attributes.as_ref().is_none_or(|names| names.iter().any(|name| name == attribute))
    }

    /// `*_verified` and `dev:` attributes are nobody's to write but the administrator's.
    pub fn may_write(&self, attribute: &str) -> bool {
        let reserved = attribute.ends_with("_verified") || attribute.starts_with("dev:");
        let listed =
            self.settings.write_attributes.as_ref().is_none_or(|names| names.iter().any(|name| name == attribute));
        listed && !reserved
    }

    pub fn rotates(&self) -> bool {
        self.settings.refresh_token_rotation.as_ref().is_some_and(|rotation| rotation.feature == "ENABLED")
    }

    pub fn rotation_grace_s(&self) -> i64 {
        self.settings.refresh_token_rotation.as_ref().map_or(0, |rotation| rotation.retry_grace_period_seconds)
    }

    pub fn access_token_life_s(&self) -> i64 {
        self.settings.access_token_life_s()
    }

    pub fn id_token_life_s(&self) -> i64 {
        self.settings.id_token_life_s()
    }

    pub fn refresh_token_life_s(&self) -> i64 {
        self.settings.refresh_token_life_s()
    }

    pub fn session_life_ms(&self) -> i64 {
        self.settings.auth_session_validity.clamp(3, 15) * 60_000
    }

    /// Checks a `SECRET_HASH` that may be over any of `names`: clients send what was typed, the alias or the
    /// internal name.
    pub fn check_secret_hash(&self, hash: Option<&str>, names: &[&str]) -> Outcome<()> {
        let wrong =
            || Err(ServiceError::not_authorized(format!("Unable to verify secret hash for client {}", self.id)));
        match (&self.secret, hash) {
            (None, None) => Ok(()),
            (None, Some(_)) => wrong(),
            (Some(_), None) => Err(ServiceError::not_authorized(format!(
                "Client {} is configured with secret but SECRET_HASH was not received",
                self.id
            ))),
            (Some(secret), Some(hash)) => {
                let right = names
                    .iter()
                    .any(|name| same_secret(secret_hash(secret, name, &self.id).as_bytes(), hash.as_bytes()));
                if right { Ok(()) } else { wrong() }
            }
        }
    }

    /// The refusal when a client that has a secret sent none in clear.
    pub fn missing_secret(&self, sent: Option<&str>) -> Option<ServiceError> {
        let secret_is_missing = self.secret.is_some() && sent.is_none();
        secret_is_missing.then(|| {
            let text = format!("Client {} is configured for secret but secret was not received", self.id);
            ServiceError::not_authorized(text)
        })
    }

    /// Whether a `ClientSecret` sent in clear is this client's; a client without one is sent none.
    pub fn secret_is(&self, sent: Option<&str>) -> bool {
        match (&self.secret, sent) {
            (None, None) => true,
            (Some(secret), Some(sent)) => same_secret(secret.as_bytes(), sent.as_bytes()),
            _ => false,
        }
    }
}

/// base64(HMAC-SHA256(secret, name + client id)).
pub(crate) fn secret_hash(secret: &str, name: &str, client_id: &str) -> String {
    use base64::Engine as _;
    let mac = hmac_sha256(secret.as_bytes(), &[name.as_bytes(), client_id.as_bytes()]);
    base64::engine::general_purpose::STANDARD.encode(mac)
}

fn life_s(validity: Option<i64>, unit: Option<&str>) -> i64 {
    match validity {
        None | Some(0) => 3600,
        Some(n) => n * unit_s(unit.unwrap_or("hours")),
    }
}

fn unit_s(unit: &str) -> i64 {
    match unit {
        "seconds" => 1,
        "minutes" => 60,
        "days" => DAY_S,
        _ => 3600,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_secret_hash_holds() {
        let hash = secret_hash("secret123", "6f0d1c2e-1111-4222-8333-123456789abc", "1example23456789");
        assert_eq!(hash, "o6gH20cW+ZvhrNgNUpljahboqcW7zwcd9ZTOiJbAwI4=");
    }
}
