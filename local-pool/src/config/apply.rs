//! Putting configured pools, clients and users into the store.
//!
//! A pool is known by its id, or by its name when the file gives no id: a server that keeps its state and starts
//! again has the same pools, with the settings of the file and the users it had.

use serde_json::{Map, json};

use super::pool::{ClientConfig, GroupConfig, PoolConfig, ResourceServerConfig, UserConfig};
use super::{apply_factors, apply_providers};
use crate::error::{Outcome, ServiceError};
use crate::groups::Group;
use crate::model::client::{RefreshTokenRotation, TokenValidityUnits};
use crate::model::password_policy::PasswordPolicy;
use crate::model::pool::{LocalSettings, UsernameConfiguration};
use crate::model::resource_server::ResourceServer;
use crate::model::schema::{self, SchemaAttribute};
use crate::pools::{self, Client, ClientSettings, Pool, PoolSettings};
use crate::service::Service;
use crate::store::{groups, resource_servers, users};
use crate::users::{User, UserStatus, aliases, attributes, names, passwords};

/// Makes or updates the pool. Returns its id and the ids of its clients, in the order of the configuration.
pub(crate) fn apply(service: &Service, config: &PoolConfig) -> Outcome<(String, Vec<String>)> {
    let existing = match &config.id {
        Some(id) => service.store.pools()?.into_iter().find(|pool| pool.id == *id),
        None => service.store.pool_named(&config.name)?,
    };
    let now = service.now_ms();
    let pool = Pool {
        id: match (&existing, &config.id) {
            (Some(pool), _) => pool.id.clone(),
            (None, Some(id)) => id.clone(),
            (None, None) => pools::new_pool_id(&service.region, &service.random),
        },
        name: config.name.clone(),
        settings: pool_settings(config),
        mfa: apply_factors::mfa_config(config),
        local: LocalSettings {
            lock_out: config.lock_out,
            rate_limits: config.rate_limits,
            issuer: config.issuer.clone(),
            passkey_origins: config.passkey_origins.clone(),
        },
        secret: existing.as_ref().map_or_else(|| service.random.bytes::<32>().to_vec(), |pool| pool.secret.clone()),
        created_ms: existing.as_ref().map_or(now, |pool| pool.created_ms),
        modified_ms: now,
    };
    service.store.put_pool(&pool)?;
    for server in &config.resource_servers {
        put_resource_server(service, &pool, server)?;
    }
    apply_providers::apply(service, &pool, &config.identity_providers)?;
    let default_client = [ClientConfig::default()];
    let clients = if config.clients.is_empty() { &default_client[..] } else { &config.clients };
    let client_ids = clients.iter().map(|client| apply_client(service, &pool, client)).collect::<Outcome<_>>()?;
    for group in &config.groups {
        put_group(service, &pool, group)?;
    }
    for user in &config.users {
        if service.store.read(|db| users::find(db, &pool, &user.username))?.is_none() {
            add_user(service, &pool, user)?;
        }
    }
    Ok((pool.id, client_ids))
}

/// Adds a user who needs no code: confirmed, or with a temporary password.
pub(crate) fn add_user(service: &Service, pool: &Pool, config: &UserConfig) -> Outcome<User> {
    let now = service.now_ms();
    let mut values = config.attributes.clone();
    attributes::check_givable(values.keys())?;
    attributes::check_values(pool, &values)?;
    names::admit(pool, &config.username, &mut values)?;
    let sub = service.random.uuid();
    let username = names::internal(pool, &config.username, &sub);
    let status = if config.temporary_password { UserStatus::ForceChangePassword } else { UserStatus::Confirmed };
    let mut user = User::new(username, sub, status, values, now);
    if config.temporary_password {
        let life_ms = pool.settings.policies.password_policy.temporary_life_ms();
        user.temporary_until_ms = Some(now + life_ms);
    }
    passwords::set(pool, &mut user, &config.password, &service.random);
    service.store.write(|db| {
        aliases::check_name_is_free(db, pool, &user, "User account already exists")?;
        aliases::move_verified(db, pool, &user)?;
        users::insert(db, pool, &user)?;
        for name in &config.groups {
            if groups::find(db, &pool.id, name)?.is_none() {
                groups::put(
                    db,
                    &pool.id,
                    &group(&GroupConfig { name: name.clone(), ..GroupConfig::default() }, None, now),
                )?;
            }
            groups::add_member(db, &pool.id, name, &user.username)?;
        }
        Ok(())
    })?;
    Ok(user)
}

fn put_resource_server(service: &Service, pool: &Pool, config: &ResourceServerConfig) -> Outcome<()> {
    let scope = |name: &String| json!({ "ScopeName": name, "ScopeDescription": name });
    let server = ResourceServer {
        pool_id: pool.id.clone(),
        identifier: config.identifier.clone(),
        name: config.name.clone().unwrap_or_else(|| config.identifier.clone()),
        scopes: config.scopes.iter().map(scope).collect(),
    };
    service.store.write(|db| resource_servers::put(db, &server))
}

fn put_group(service: &Service, pool: &Pool, config: &GroupConfig) -> Outcome<()> {
    service.store.write(|db| {
        let existing = groups::find(db, &pool.id, &config.name)?;
        groups::put(db, &pool.id, &group(config, existing, service.now_ms()))
    })
}

fn group(config: &GroupConfig, existing: Option<Group>, now_ms: i64) -> Group {
    Group {
        name: config.name.clone(),
        description: config.description.clone(),
        role_arn: config.role_arn.clone(),
        precedence: config.precedence,
        created_ms: existing.map_or(now_ms, |group| group.created_ms),
        modified_ms: now_ms,
    }
}

fn apply_client(service: &Service, pool: &Pool, config: &ClientConfig) -> Outcome<String> {
    let mine = service.store.clients(&pool.id)?;
    let existing = match &config.id {
        Some(id) => match service.store.client(id) {
            Ok(client) if client.pool_id != pool.id => {
                return Err(ServiceError::invalid_parameter(format!("The client id {id} is another pool's")));
            }
            found => found.ok().map(|client| (*client).clone()),
        },
        None => mine.into_iter().find(|client| client.settings.client_name == config.name),
    };
    let now = service.now_ms();
    let made_up = || config.generate_secret.then(|| pools::new_client_secret(&service.random));
    let client = Client {
        id: match (&existing, &config.id) {
            (Some(client), _) => client.id.clone(),
            (None, Some(id)) => id.clone(),
            (None, None) => pools::new_client_id(&service.random),
        },
        pool_id: pool.id.clone(),
        secret: config
            .secret
            .clone()
            .or_else(|| existing.as_ref().filter(|_| config.generate_secret)?.secret.clone())
            .or_else(made_up),
        settings: client_settings(config),
        created_ms: existing.as_ref().map_or(now, |client| client.created_ms),
        modified_ms: now,
    };
    pools::check_oauth(&service.store, pool, &client.settings, client.secret.is_some())?;
    service.store.put_client(&client)?;
    Ok(client.id)
}

fn pool_settings(config: &PoolConfig) -> PoolSettings {
    let required = config.required_attributes.iter().map(|name| SchemaAttribute {
        name: name.clone(),
        required: true,
        ..SchemaAttribute::default()
    });
    let custom = config.custom_attributes.iter().map(|custom| SchemaAttribute {
        name: custom.name.clone(),
        attribute_data_type: custom.data_type.clone(),
        mutable: custom.mutable,
        ..SchemaAttribute::default()
    });
    let policy = &config.password_policy;
    let mut settings = PoolSettings {
        auto_verified_attributes: config.auto_verified_attributes.clone(),
        alias_attributes: config.alias_attributes.clone(),
        username_attributes: config.username_attributes.clone(),
        username_configuration: Some(UsernameConfiguration { case_sensitive: config.case_sensitive }),
        schema_attributes: schema::with_additions(required.chain(custom).collect()),
        lambda_config: config.lambda.iter().map(|(trigger, arn)| (trigger.clone(), json!(arn))).collect(),
        ..PoolSettings::default()
    };
    settings.policies.password_policy = PasswordPolicy {
        minimum_length: policy.minimum_length,
        require_uppercase: policy.require_uppercase,
        require_lowercase: policy.require_lowercase,
        require_numbers: policy.require_numbers,
        require_symbols: policy.require_symbols,
        temporary_password_validity_days: policy.temporary_password_validity_days,
        other: Map::new(),
    };
    settings.admin_create_user_config.allow_admin_create_user_only = !config.self_sign_up;
    apply_factors::settings(config, &mut settings);
    if config.pre_token_generation_version != "V1_0" {
        let arn = settings.lambda_config.get("PreTokenGeneration").cloned();
        let mut pre_token = Map::from_iter([("LambdaVersion".to_owned(), json!(config.pre_token_generation_version))]);
        pre_token.extend(arn.map(|arn| ("LambdaArn".to_owned(), arn)));
        settings.lambda_config.insert("PreTokenGenerationConfig".into(), pre_token.into());
    }
    settings
}

fn client_settings(config: &ClientConfig) -> ClientSettings {
    let seconds = || Some("seconds".to_owned());
    ClientSettings {
        client_name: config.name.clone(),
        explicit_auth_flows: config.auth_flows.clone(),
        access_token_validity: Some(config.access_token_seconds),
        id_token_validity: Some(config.id_token_seconds),
        refresh_token_validity: config.refresh_token_seconds,
        token_validity_units: TokenValidityUnits {
            access_token: seconds(),
            id_token: seconds(),
            refresh_token: seconds(),
        },
        read_attributes: config.read_attributes.clone(),
        write_attributes: config.write_attributes.clone(),
        prevent_user_existence_errors: if config.prevent_user_existence_errors { "ENABLED" } else { "LEGACY" }.into(),
        enable_token_revocation: config.enable_token_revocation,
        auth_session_validity: config.auth_session_minutes,
        refresh_token_rotation: config
            .rotation_grace_seconds
            .map(|grace| RefreshTokenRotation { feature: "ENABLED".into(), retry_grace_period_seconds: grace }),
        ..oauth_settings(config)
    }
}

/// Nothing, where OAuth is off.
fn oauth_settings(config: &ClientConfig) -> ClientSettings {
    let flows = config.flows();
    if flows.is_empty() {
        return ClientSettings::default();
    }
    let for_itself = flows.iter().any(|flow| flow == "client_credentials");
    let of_users = |scope: &&String| !for_itself || scope.contains('/');
    ClientSettings {
        allowed_oauth_flows_user_pool_client: true,
        allowed_oauth_scopes: config.oauth_scopes.iter().filter(of_users).cloned().collect(),
        allowed_oauth_flows: flows,
        callback_urls: config.callback_urls.clone(),
        logout_urls: config.logout_urls.clone(),
        default_redirect_uri: config.default_redirect_uri.clone(),
        supported_identity_providers: config.identity_providers.clone(),
        ..ClientSettings::default()
    }
}
