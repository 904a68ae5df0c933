//! `SECRET_HASH`: proves the app client's secret without sending it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::bytes::hmac_sha256;
use crate::config::AuthConfiguration;
use crate::support::secret::Secret;

/// Base64(HMAC-SHA-256(client secret, user name ‖ client id)). The user name is exactly the one in the same request.
#[must_use]
pub fn secret_hash(client_secret: &str, username: &str, client_id: &str) -> String {
    STANDARD.encode(*hmac_sha256(client_secret.as_bytes(), &[username.as_bytes(), client_id.as_bytes()]))
}

/// The `SECRET_HASH` of a request that carries this user name; none for an app client without a secret. The one place
/// where requests get it.
pub(crate) fn for_user(configuration: &AuthConfiguration, username: &str) -> Option<Secret> {
    let secret = configuration.client_secret()?;
    Some(secret_hash(secret.expose(), username, configuration.client_id()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_value() {
        let hash = secret_hash("secret123", "6f0d1c2e-1111-4222-8333-123456789abc", "1example23456789");
        assert_eq!(hash, "o6gH20cW+ZvhrNgNUpljahboqcW7zwcd9ZTOiJbAwI4=");
    }
}
