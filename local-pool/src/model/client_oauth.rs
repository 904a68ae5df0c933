//! Which OAuth settings a client can have, with the service's texts.

use super::client::ClientSettings;
use crate::error::{Outcome, ServiceError};

/// Scopes that every pool has.
const STANDARD: [&str; 5] = ["phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"];

/// What of a pool the settings of its clients refer to.
pub(crate) struct Surroundings<'a> {
    pub pool_id: &'a str,
    pub client_has_secret: bool,
    /// `identifier/scope` of every resource server.
    pub custom_scopes: &'a [String],
    pub providers: &'a [String],
}

pub(crate) fn check(settings: &ClientSettings, around: &Surroundings<'_>) -> Outcome<()> {
    settings.callback_urls.iter().chain(&settings.logout_urls).try_for_each(|url| check_url(url))?;
    if let Some(url) = settings.default_redirect_uri.as_ref().filter(|url| !settings.callback_urls.contains(url)) {
        let text = format!("DefaultRedirectURI {url} is not in the list of CallbackURLs.");
        return Err(ServiceError::invalid_parameter(text));
    }
    check_flows(settings, around)?;
    let known = |scope: &str| STANDARD.contains(&scope) || around.custom_scopes.iter().any(|known| known == scope);
    if let Some(scope) = settings.allowed_oauth_scopes.iter().find(|scope| !known(scope)) {
        return Err(ServiceError::scope_does_not_exist(format!("Invalid scope requested: {scope}")));
    }
    let exists = |name: &str| name == "COGNITO" || around.providers.iter().any(|known| known == name);
    match settings.supported_identity_providers.iter().find(|name| !exists(name)) {
        None => Ok(()),
        Some(name) => {
            let text = format!("The provider {name} does not exist for User Pool {}.", around.pool_id);
            Err(ServiceError::invalid_parameter(text))
        }
    }
}

fn check_flows(settings: &ClientSettings, around: &Surroundings<'_>) -> Outcome<()> {
    let (flows, scopes) = (&settings.allowed_oauth_flows, &settings.allowed_oauth_scopes);
    if settings.allowed_oauth_flows_user_pool_client && (flows.is_empty() || scopes.is_empty()) {
        let text =
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.";
        return Err(ServiceError::invalid_parameter(text));
    }
    let has = |flow: &str| flows.iter().any(|known| known == flow);
    let of_users = has("code") || has("implicit");
    let text = if of_users && has("client_credentials") {
        "client_credentials flow can not be selected along with code flow or implicit flow."
    } else if of_users && settings.callback_urls.is_empty() {
        "CallbackUrls can not be empty when code flow or implicit flow is selected"
    } else if has("client_credentials") && !around.client_has_secret {
        "client_credentials flow can not be selected if client does not have a client secret."
    } else {
        return Ok(());
    };
    Err(ServiceError::invalid_oauth_flow(text))
}

/// `https`, an app's own scheme, or `http` on this machine; absolute, and without a fragment.
fn check_url(url: &str) -> Outcome<()> {
    let invalid = || Err(ServiceError::invalid_parameter(format!("{url} is not a valid URL.")));
    let Some((scheme, rest)) = url.split_once(':') else { return invalid() };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let runs = ["javascript", "data", "vbscript", "file", "blob"].contains(&scheme.to_ascii_lowercase().as_str());
    if !is_scheme
        || runs
        || rest.is_empty()
        || url.contains(['#', '\\', '<', '>', '"'])
        || url.chars().any(char::is_whitespace)
    {
        return invalid();
    }
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "http" | "https") {
        return Ok(());
    }
    let authority = rest.strip_prefix("//").and_then(|rest| rest.split(['/', '?']).next()).unwrap_or_default();
    if authority.is_empty() || authority.contains('@') {
        return invalid();
    }
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    if scheme == "http" && !matches!(host, "localhost" | "127.0.0.1" | "::1") {
        return Err(ServiceError::invalid_parameter(format!("{url} cannot use the HTTP protocol.")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_https_of_an_app_or_of_this_machine() {
        for url in [
            "https://x.example/cb?a=1",
            "http://localhost:3000/",
            "http://127.0.0.1:80/cb",
            "http://[::1]:3000/cb",
            "myapp://callback",
            "com.example.app:/cb",
            "exp+app://x",
        ] {
            assert!(check_url(url).is_ok(), "{url}");
        }
        for url in [
            "http://x.example/cb",
            "http://localhost.evil.example/",
            "http://127.0.0.1.evil.example/",
            "http://localhost@evil.example/",
            "https://x.example/cb#part",
            "https://",
            "https:x.example",
            "//x.example/cb",
            "/cb",
            "cb",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "https://x.example/a b",
            "https://x.example/\"><script>",
        ] {
            assert!(check_url(url).is_err(), "{url}");
        }
    }
}
