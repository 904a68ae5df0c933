//! Requests to identity pools.

use local_pool::{IdentityPoolConfig, IdpToken, PoolConfig};
use serde_json::{Map, Value, json};

use super::{PASSWORD, Reply, TestPool};

/// The app's id at every provider of [`config`].
pub const APP: &str = "app-1";
pub const OIDC: &str = "tenant.eu.auth0.com";

/// Guests, the users of the pool's client, and every provider there is.
pub fn config() -> IdentityPoolConfig {
    IdentityPoolConfig::default()
        .with_login_provider("accounts.google.com", APP)
        .with_login_provider("appleid.apple.com", APP)
        .with_login_provider("graph.facebook.com", APP)
        .with_login_provider("www.amazon.com", APP)
        .with_login_provider("api.twitter.com", APP)
        .with_oidc_provider("https://tenant.eu.auth0.com/", &[APP])
        .with_developer_provider("login.example")
}

/// A user pool with ann, and that identity pool.
pub async fn start(identity_pool: IdentityPoolConfig) -> TestPool {
    let pool = PoolConfig::default().with_user("ann", PASSWORD, &[("email", "ann@example.com")]);
    TestPool::start(pool.with_identity_pool(identity_pool)).await
}

impl TestPool {
    /// A call of an operation of identity pools.
    pub async fn identity(&self, operation: &str, body: Value) -> Reply {
        self.send(&format!("AWSCognitoIdentityService.{operation}"), body.to_string()).await
    }

    pub async fn get_id(&self, logins: Value) -> Reply {
        let pool = self.server.identity_pool_id();
        self.identity("GetId", json!({ "IdentityPoolId": pool, "Logins": logins })).await
    }

    /// The identity of these logins.
    pub async fn id(&self, logins: &Value) -> String {
        self.get_id(logins.clone()).await.ok()["IdentityId"].as_str().unwrap().to_owned()
    }

    pub async fn guest(&self) -> String {
        self.id(&json!({})).await
    }

    pub async fn credentials(&self, id: &str, logins: &Value) -> Reply {
        self.identity("GetCredentialsForIdentity", json!({ "IdentityId": id, "Logins": logins })).await
    }

    /// The identity that credentials are given for.
    pub async fn id_for(&self, id: &str, logins: &Value) -> String {
        self.credentials(id, logins).await.ok()["IdentityId"].as_str().unwrap().to_owned()
    }

    /// `Logins` of a user of the user pool.
    pub async fn user_login(&self, username: &str) -> Value {
        self.user_pool_login(&self.tokens(username).await["IdToken"])
    }

    pub fn user_pool_login(&self, token: &Value) -> Value {
        let pool = self.server.pool_id();
        json!({ format!("cognito-idp.us-east-1.amazonaws.com/{pool}"): token })
    }

    /// `Logins` of a provider that the server plays.
    pub async fn login(&self, order: IdpToken) -> Value {
        let login = self.server.idp_token(&order).await.unwrap();
        json!({ login.provider: login.token })
    }

    pub async fn google(&self, subject: &str) -> Value {
        self.login(IdpToken::new("google", subject)).await
    }
}

/// Several `Logins` in one.
pub fn all(logins: &[&Value]) -> Value {
    let mut all = Map::new();
    logins.iter().for_each(|one| all.extend(one.as_object().unwrap().clone()));
    all.into()
}
