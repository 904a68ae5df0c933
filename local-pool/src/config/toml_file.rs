//! `pool.toml`: the same as [`ServerConfig`], checked so that a mistake is told by its key.

use std::path::Path;

use super::identity_pool::IdentityPoolConfig;
use super::pool::{ClientConfig, PoolConfig};
use super::server::ServerConfig;
use crate::model::trigger_kind::TriggerKind;

/// What is wrong with a configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the configuration cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// Not TOML, an unknown key, or a value of the wrong type; the text shows the place.
    #[error("the configuration is wrong: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A value that cannot be.
    #[error("the configuration is wrong: `{key}`: {reason}")]
    Value { key: String, reason: String },
}

impl ServerConfig {
    /// Reads a `pool.toml`.
    pub fn from_toml_file(path: &Path) -> Result<Self, ConfigError> {
        Self::from_toml(&std::fs::read_to_string(path)?)
    }

    /// Reads the text of a `pool.toml`.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text)?;
        config.check()?;
        Ok(config)
    }

    /// Checks what types alone do not.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let region_is_plausible =
            length(&self.region, 1, 32) && self.region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        ensure(region_is_plausible, "region", "must be letters, digits and `-`, 32 at most")?;
        check_access(self)?;
        for (index, pool) in self.pools.iter().enumerate() {
            check_pool(pool, &format!("pools[{index}]"))?;
        }
        for (index, pool) in self.identity_pools.iter().enumerate() {
            check_identity_pool(pool, &format!("identity_pools[{index}]"))?;
        }
        Ok(())
    }
}

fn check_access(config: &ServerConfig) -> Result<(), ConfigError> {
    let plain = |text: &str, more: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    for host in &config.allow_hosts {
        let is_host = plain(host, ".-_") || host.parse::<std::net::Ipv6Addr>().is_ok();
        ensure(is_host, "allow_hosts", &format!("`{host}` is no name or address; it takes no scheme and no port"))?;
    }
    for origin in &config.allow_origins {
        let parts = origin.split_once("://");
        let is_origin = parts.is_some_and(|(scheme, host)| plain(scheme, "+-.") && plain(host, ".-_:[]"));
        let reason = format!("`{origin}` is neither `*` nor an origin such as http://localhost:3000");
        ensure(origin == "*" || is_origin, "allow_origins", &reason)?;
    }
    Ok(())
}

fn check_pool(pool: &PoolConfig, path: &str) -> Result<(), ConfigError> {
    let key = |name: &str| format!("{path}.{name}");
    if let Some(id) = &pool.id {
        let parts = id.rsplit_once('_');
        let well_formed = parts.is_some_and(|(region, name)| {
            !region.is_empty() && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        ensure(well_formed && id.len() <= 55, key("id"), "must be a region, `_`, and letters and digits")?;
    }
    among(&pool.username_attributes, &["email", "phone_number"], &key("username_attributes"))?;
    among(&pool.alias_attributes, &["email", "phone_number", "preferred_username"], &key("alias_attributes"))?;
    among(&pool.auto_verified_attributes, &["email", "phone_number"], &key("auto_verified_attributes"))?;
    let exclusive = pool.username_attributes.is_empty() || pool.alias_attributes.is_empty();
    ensure(exclusive, key("alias_attributes"), "a pool has either these or `username_attributes`")?;
    let standard: Vec<String> = crate::model::schema::standard().into_iter().map(|known| known.name).collect();
    let standard: Vec<&str> = standard.iter().map(String::as_str).collect();
    among(&pool.required_attributes, &standard, &key("required_attributes"))?;
    let length_fits = (6..=99).contains(&pool.password_policy.minimum_length);
    ensure(length_fits, key("password_policy.minimum_length"), "must be 6 to 99")?;
    let days_fit = (0..=365).contains(&pool.password_policy.temporary_password_validity_days);
    ensure(days_fit, key("password_policy.temporary_password_validity_days"), "must be 0 to 365")?;
    ensure(length(&pool.name, 1, 128), key("name"), "must have 1 to 128 characters")?;
    let mut names = std::collections::BTreeSet::new();
    for (index, attribute) in pool.custom_attributes.iter().enumerate() {
        let key = |name: &str| format!("{path}.custom_attributes[{index}].{name}");
        ensure(length(&attribute.name, 1, 20), key("name"), "must have 1 to 20 characters")?;
        ensure(names.insert(&attribute.name), key("name"), "is there already")?;
        let kind = std::slice::from_ref(&attribute.data_type);
        among(kind, &["String", "Number", "Boolean", "DateTime"], &key("type"))?;
    }
    let relying_party = pool.relying_party.as_ref();
    let fits = relying_party.is_none_or(|domain| length(domain, 1, 127));
    ensure(fits, key("relying_party"), "must have 1 to 127 characters")?;
    check_factors(pool, path)?;
    let triggers = TriggerKind::all().map(TriggerKind::lambda_config_key);
    let named: Vec<String> = pool.lambda.keys().cloned().collect();
    among(&named, &triggers, &key("lambda"))?;
    let version = std::slice::from_ref(&pool.pre_token_generation_version);
    among(version, &["V1_0", "V2_0", "V3_0"], &key("pre_token_generation_version"))?;
    for (index, client) in pool.clients.iter().enumerate() {
        check_client(client, &format!("{path}.clients[{index}]"))?;
    }
    for (index, server) in pool.resource_servers.iter().enumerate() {
        let key = |name: &str| format!("{path}.resource_servers[{index}].{name}");
        let printable = |text: &str| text.chars().all(|c| c.is_ascii_graphic() && c != '"' && c != '\\');
        let fits = length(&server.identifier, 1, 256) && printable(&server.identifier);
        ensure(fits, key("identifier"), "must be 1 to 256 printable characters")?;
        let fits = |name: &String| length(name, 1, 256) && printable(name) && !name.contains('/');
        ensure(server.scopes.iter().all(fits), key("scopes"), "must be printable and without `/`")?;
    }
    for (index, provider) in pool.identity_providers.iter().enumerate() {
        let key = |name: &str| format!("{path}.identity_providers[{index}].{name}");
        ensure(length(&provider.name, 3, 32), key("name"), "must have 3 to 32 characters")?;
        let kinds = ["OIDC", "SAML", "Google", "Facebook", "LoginWithAmazon", "SignInWithApple"];
        among(provider.provider_type.as_slice(), &kinds, &key("type"))?;
        let is_loopback = provider.issuer.as_deref().is_none_or(|issuer| issuer.contains("://"));
        ensure(is_loopback, key("issuer"), "must be a URL, as https://idp.example.com")?;
    }
    for (index, group) in pool.groups.iter().enumerate() {
        let key = |name: &str| format!("{path}.groups[{index}].{name}");
        ensure(length(&group.name, 1, 128), key("name"), "must have 1 to 128 characters")?;
        let fits = group.precedence.is_none_or(|precedence| (0..=i64::from(i32::MAX)).contains(&precedence));
        ensure(fits, key("precedence"), "must be 0 to 2147483647")?;
    }
    for (index, user) in pool.users.iter().enumerate() {
        let key = |name: &str| format!("{path}.users[{index}].{name}");
        ensure(length(&user.username, 1, 128), key("username"), "must have 1 to 128 characters")?;
        ensure(length(&user.password, 1, 256), key("password"), "must have 1 to 256 characters")?;
        let groups_fit = user.groups.iter().all(|group| length(group, 1, 128));
        ensure(groups_fit, key("groups"), "must have 1 to 128 characters each")?;
    }
    Ok(())
}

fn check_identity_pool(pool: &IdentityPoolConfig, path: &str) -> Result<(), ConfigError> {
    let key = |name: &str| format!("{path}.{name}");
    let plain = |text: &str, more: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    let id_fits = pool.id.as_ref().is_none_or(|id| {
        let parts = id.split_once(':');
        id.len() <= 55
            && parts.is_some_and(|(region, id)| {
                plain(region, "-") && plain(id, "-") && !id.contains(|c: char| matches!(c, 'g'..='z' | 'A'..='Z'))
            })
    });
    ensure(id_fits, key("id"), "must be a region, `:` and a UUID in small letters")?;
    let name_fits = length(&pool.name, 1, 128) && plain(&pool.name, "_ +=,.@-");
    ensure(name_fits, key("name"), "must be 1 to 128 letters, digits, blanks and `_+=,.@-`")?;
    for app_id in pool.login_providers.values() {
        let fits = plain(app_id, "_.;/-") && length(app_id, 1, 128);
        ensure(fits, key("login_providers"), &format!("`{app_id}` is no app's id: letters, digits and `_.;/-`"))?;
    }
    let developer_fits = pool.developer_provider.as_ref().is_none_or(|name| plain(name, "_.-") && length(name, 1, 128));
    ensure(developer_fits, key("developer_provider"), "must be letters, digits and `_.-`")?;
    for (index, provider) in pool.oidc_providers.iter().enumerate() {
        let has_host = provider.issuer.rsplit("://").next().is_some_and(|name| !name.is_empty());
        ensure(
            has_host,
            format!("{path}.oidc_providers[{index}].issuer"),
            "must be a URL, as https://idp.example.com",
        )?;
    }
    for (number, mapping) in pool.role_mappings.iter().enumerate() {
        for (index, rule) in mapping.rules.iter().enumerate() {
            let key = |name: &str| format!("{path}.role_mappings[{number}].rules[{index}].{name}");
            let kind = std::slice::from_ref(&rule.match_type);
            among(kind, &["Equals", "Contains", "StartsWith", "NotEqual"], &key("match"))?;
            ensure(length(&rule.claim, 1, 64), key("claim"), "must have 1 to 64 characters")?;
            ensure(length(&rule.value, 1, 128), key("value"), "must have 1 to 128 characters")?;
            ensure(length(&rule.role, 20, 2048), key("role"), "must be the ARN of a role")?;
        }
    }
    for (name, role) in
        [("authenticated_role", &pool.authenticated_role), ("unauthenticated_role", &pool.unauthenticated_role)]
    {
        let fits = role.as_ref().is_none_or(|role| role.is_empty() || length(role, 20, 2048));
        ensure(fits, key(name), "must be the ARN of a role, or empty")?;
    }
    Ok(())
}

fn check_factors(pool: &PoolConfig, path: &str) -> Result<(), ConfigError> {
    let key = |name: &str| format!("{path}.{name}");
    among(std::slice::from_ref(&pool.mfa), &["OFF", "OPTIONAL", "ON"], &key("mfa"))?;
    among(&pool.mfa_factors, &["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"], &key("mfa_factors"))?;
    among(&pool.first_factors, &["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"], &key("first_factors"))?;
    let codes_first = pool.first_factors.iter().any(|factor| factor.ends_with("_OTP"));
    let exclusive = pool.mfa != "ON" || !codes_first;
    ensure(exclusive, key("first_factors"), "codes cannot be first factors when `mfa` is \"ON\"")?;
    let verification = std::slice::from_ref(&pool.user_verification);
    among(verification, &["preferred", "required"], &key("user_verification"))?;
    let recovery = ["verified_email", "verified_phone_number", "admin_only"];
    among(&pool.account_recovery, &recovery, &key("account_recovery"))?;
    among(&pool.verify_before_update, &["email", "phone_number"], &key("verify_before_update"))
}

fn check_client(client: &ClientConfig, path: &str) -> Result<(), ConfigError> {
    let key = |name: &str| format!("{path}.{name}");
    among(&client.auth_flows, &super::pool::ALL_FLOWS, &key("auth_flows"))?;
    let id_fits = client.id.as_ref().is_none_or(|id| {
        length(id, 1, 128) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'+')
    });
    ensure(id_fits, key("id"), "must be letters, digits, `_` and `+`")?;
    ensure(length(&client.name, 1, 128), key("name"), "must have 1 to 128 characters")?;
    let secret_fits = client.secret.as_ref().is_none_or(|secret| length(secret, 1, 128));
    ensure(secret_fits, key("secret"), "must have 1 to 128 characters")?;
    let lives = [
        ("access_token_seconds", client.access_token_seconds),
        ("id_token_seconds", client.id_token_seconds),
        ("refresh_token_seconds", client.refresh_token_seconds),
    ];
    for (name, seconds) in lives {
        ensure((1..=315_360_000).contains(&seconds), key(name), "must be 1 second to 10 years")?;
    }
    let grace_fits = client.rotation_grace_seconds.is_none_or(|grace| (0..=60).contains(&grace));
    ensure(grace_fits, key("rotation_grace_seconds"), "must be 0 to 60")?;
    among(&client.oauth_flows, &["code", "implicit", "client_credentials"], &key("oauth_flows"))?;
    let fits = client.callback_urls.iter().chain(&client.logout_urls).all(|url| length(url, 1, 1024));
    ensure(fits, key("callback_urls"), "addresses have 1 to 1024 characters")?;
    ensure((3..=15).contains(&client.auth_session_minutes), key("auth_session_minutes"), "must be 3 to 15")
}

fn length(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.chars().count())
}

fn ensure(holds: bool, key: impl Into<String>, reason: &str) -> Result<(), ConfigError> {
    if holds { Ok(()) } else { Err(ConfigError::Value { key: key.into(), reason: reason.into() }) }
}

fn among(values: &[String], allowed: &[&str], key: &str) -> Result<(), ConfigError> {
    match values.iter().find(|value| !allowed.contains(&value.as_str())) {
        None => Ok(()),
        Some(value) => {
            let reason = format!("`{value}` is none of {}", allowed.join(", "));
            Err(ConfigError::Value { key: key.into(), reason })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        ServerConfig::from_toml(text).unwrap_err().to_string()
    }

    #[test]
    fn a_mistake_is_told_by_its_key() {
        assert!(error("[[pools]]\nnmae = \"x\"").contains("nmae"));
        assert!(error("[[pools]]\nself_sign_up = \"yes\"").contains("self_sign_up"));
        assert!(error("[[pools]]\nid = \"nope\"").contains("`pools[0].id`"));
        assert!(
            error("[[pools]]\n[[pools.clients]]\nauth_flows = [\"SRP\"]").contains("`pools[0].clients[0].auth_flows`")
        );
        assert!(error("[[pools]]\n[[pools.users]]\nusername = \"ann\"").contains("password"));
        assert!(error("[[pools]]\n[pools.lambda]\nPreSignup = \"arn\"").contains("`pools[0].lambda`"));
        assert!(error("[[pools]]\nmfa = \"MAYBE\"").contains("`pools[0].mfa`"));
        assert!(error("[[pools]]\nfirst_factors = [\"SMS\"]").contains("`pools[0].first_factors`"));
        assert!(error("[[identity_pools]]\nid = \"us-east-1\"").contains("`identity_pools[0].id`"));
        assert!(error("[[identity_pools]]\nguest = true").contains("guest"));
        let rule = "[[identity_pools.role_mappings.rules]]\nclaim = \"a\"\nmatch = \"Is\"";
        let text = format!("[[identity_pools]]\n[[identity_pools.role_mappings]]\n{rule}");
        assert!(error(&text).contains("`identity_pools[0].role_mappings[0].rules[0].match`"));
        assert!(error("lisen = \"127.0.0.1:1\"").contains("lisen"));
    }

    #[test]
    fn an_empty_file_is_a_server_without_pools() {
        assert!(ServerConfig::from_toml("").unwrap().pools.is_empty());
    }
}
