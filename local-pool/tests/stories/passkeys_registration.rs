//! Registering, listing and deleting passkeys.

use std::time::Duration;

use local_pool::{ClientConfig, PoolConfig};
use serde_json::{Value, json};

use crate::client::authenticator::{SoftwareAuthenticator, change_client_data};
use crate::client::{PASSWORD, TestPool};

const ORIGIN: &str = "https://login.example.com";

fn config() -> PoolConfig {
    PoolConfig {
        first_factors: vec!["PASSWORD".into(), "WEB_AUTHN".into()],
        relying_party: Some("example.com".into()),
        ..PoolConfig::default()
    }
    .with_user("ann", PASSWORD, &[("email", "ann@example.com")])
}

/// A signed-in user and what they register with.
struct Ann {
    api: TestPool,
    token: Value,
    authenticator: SoftwareAuthenticator,
}

impl Ann {
    async fn of(config: PoolConfig) -> Self {
        let api = TestPool::start(config).await;
        let token = api.tokens("ann").await["AccessToken"].clone();
        Self { api, token, authenticator: SoftwareAuthenticator::default() }
    }

    async fn options(&self) -> Value {
        let answer = self.api.call("StartWebAuthnRegistration", json!({ "AccessToken": self.token })).await.ok();
        answer["CredentialCreationOptions"].clone()
    }

    async fn complete(&self, credential: &Value) -> crate::client::Reply {
        let request = json!({ "AccessToken": self.token, "Credential": credential });
        self.api.call("CompleteWebAuthnRegistration", request).await
    }

    /// A credential that the service would take.
    async fn new_credential(&mut self) -> Value {
        let options = self.options().await;
        self.authenticator.create(ORIGIN, &options).await.unwrap()
    }

    async fn list(&self, more: Value) -> Value {
        let mut request = json!({ "AccessToken": self.token });
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.api.call("ListWebAuthnCredentials", request).await.ok()
    }
}

#[tokio::test]
async fn a_passkey_is_registered_listed_and_deleted() {
    let mut ann = Ann::of(config()).await;
    assert_eq!(ann.list(json!({})).await, json!({ "Credentials": [] }));
    let options = ann.options().await;
    assert_eq!(options["rp"], json!({ "id": "example.com", "name": "example.com" }));
    assert_eq!(options["user"]["displayName"], "ann");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "preferred");
    let credential = ann.authenticator.create(ORIGIN, &options).await.unwrap();
    assert_eq!(ann.complete(&credential).await.ok(), json!({}));

    let listed = ann.list(json!({})).await["Credentials"][0].clone();
    assert_eq!(listed["CredentialId"], credential["id"]);
    assert_eq!(listed["RelyingPartyId"], "example.com");
    assert_eq!(listed["AuthenticatorAttachment"], "platform");
    assert_eq!(listed["AuthenticatorTransports"], json!(["internal", "hybrid"]));
    assert!(listed["CreatedAt"].as_f64().unwrap() > 1.7e9);

    let excluded = &ann.options().await["excludeCredentials"];
    assert_eq!(*excluded, json!([{ "id": credential["id"], "type": "public-key" }]));
    let id = json!({ "AccessToken": ann.token, "CredentialId": credential["id"] });
    assert_eq!(ann.api.call("DeleteWebAuthnCredential", id.clone()).await.ok(), json!({}));
    ann.api.call("DeleteWebAuthnCredential", id).await.refused_as("ResourceNotFoundException");
    assert_eq!(ann.list(json!({})).await, json!({ "Credentials": [] }));
}

#[tokio::test]
async fn the_same_authenticator_is_not_registered_twice() {
    let mut ann = Ann::of(config()).await;
    let credential = ann.new_credential().await;
    ann.complete(&credential).await.ok();
    let options = ann.options().await;
    assert!(ann.authenticator.create(ORIGIN, &options).await.is_err());
    // Nor does a client that ignores the list get the same credential in again.
    let mut forged = credential.clone();
    change_client_data(&mut forged, |data| data["challenge"] = options["challenge"].clone());
    ann.complete(&forged).await.refused_as("InvalidParameterException");
}

#[tokio::test]
async fn a_user_has_at_most_twenty_in_pages() {
    let ann = Ann::of(config()).await;
    for _ in 0..20 {
        let options = ann.options().await;
        let mut authenticator = SoftwareAuthenticator::default();
        let credential = authenticator.create(ORIGIN, &options).await.unwrap();
        ann.complete(&credential).await.ok();
    }
    let token = json!({ "AccessToken": ann.token });
    ann.api.call("StartWebAuthnRegistration", token).await.refused_as("LimitExceededException");

    let first = ann.list(json!({ "MaxResults": 15 })).await;
    assert_eq!(first["Credentials"].as_array().unwrap().len(), 15);
    let second = ann.list(json!({ "MaxResults": 15, "NextToken": first["NextToken"] })).await;
    assert_eq!(second["Credentials"].as_array().unwrap().len(), 5);
    assert_eq!(second["NextToken"], Value::Null);
    let request = json!({ "AccessToken": ann.token, "MaxResults": 21 });
    ann.api.call("ListWebAuthnCredentials", request).await.refused_as("InvalidParameterException");
}

#[tokio::test]
async fn a_challenge_is_good_once_and_for_minutes() {
    let mut ann = Ann::of(config()).await;
    let credential = ann.new_credential().await;
    ann.complete(&credential).await.ok();
    ann.complete(&credential).await.refused_as("WebAuthnChallengeNotFoundException");

    let mut other = ann.authenticator.clone();
    let credential = other.create(ORIGIN, &without_exclusions(ann.options().await)).await.unwrap();
    let mut tampered = credential.clone();
    change_client_data(&mut tampered, |data| data["challenge"] = json!("AAAA"));
    ann.complete(&tampered).await.refused_as("WebAuthnChallengeNotFoundException");
    ann.api.server.clock().advance(Duration::from_secs(301));
    ann.complete(&credential).await.refused_as("WebAuthnChallengeNotFoundException");
}

fn without_exclusions(mut options: Value) -> Value {
    options["excludeCredentials"] = json!([]);
    options
}

#[tokio::test]
async fn a_challenge_is_of_one_user_and_one_client() {
    let second = ClientConfig { name: "second".into(), ..ClientConfig::default() };
    let config = config().with_client(ClientConfig::default()).with_client(second).with_user("bob", PASSWORD, &[]);
    let mut ann = Ann::of(config).await;
    let credential = ann.new_credential().await;
    let bob = ann.api.tokens("bob").await["AccessToken"].clone();
    let request = json!({ "AccessToken": bob, "Credential": credential });
    ann.api.call("CompleteWebAuthnRegistration", request).await.refused_as("WebAuthnChallengeNotFoundException");

    let elsewhere = json!({
        "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": ann.api.server.pools()[0].client_ids[1],
        "AuthParameters": { "USERNAME": "ann", "PASSWORD": PASSWORD },
    });
    let token = &ann.api.call("InitiateAuth", elsewhere).await.ok()["AuthenticationResult"]["AccessToken"];
    let request = json!({ "AccessToken": token, "Credential": credential });
    ann.api.call("CompleteWebAuthnRegistration", request).await.refused_as("WebAuthnClientMismatchException");
    ann.complete(&credential).await.ok();
}

#[tokio::test]
async fn origins_outside_the_domain_are_refused() {
    let listed = vec!["android:apk-key-hash:abc".to_owned(), "http://localhost:3000".to_owned()];
    let mut ann = Ann::of(PoolConfig { passkey_origins: listed, ..config() }).await;
    for (origin, allowed) in [
        ("https://example.com.evil.test", false),
        ("http://example.com", false),
        ("http://localhost:3001", false),
        ("https://example.com", true),
        ("android:apk-key-hash:abc", true),
        ("http://localhost:3000", true),
    ] {
        let options = without_exclusions(ann.options().await);
        let mut credential = ann.authenticator.create(ORIGIN, &options).await.unwrap();
        // Nothing signs client data at registration: the attestation format is "none".
        change_client_data(&mut credential, |data| data["origin"] = json!(origin));
        let reply = ann.complete(&credential).await;
        if allowed {
            reply.ok();
        } else {
            reply.refused_as("WebAuthnOriginNotAllowedException");
        }
    }
}

#[tokio::test]
async fn other_relying_parties_kinds_and_forms_are_refused() {
    let mut ann = Ann::of(config()).await;
    let mut options = ann.options().await;
    options["rp"]["id"] = json!("login.example.com");
    let credential = ann.authenticator.create(ORIGIN, &options).await.unwrap();
    ann.complete(&credential).await.refused_as("WebAuthnRelyingPartyMismatchException");

    // Ed25519, which was not asked for.
    let mut options = ann.options().await;
    options["pubKeyCredParams"] = json!([{ "type": "public-key", "alg": -8 }]);
    let credential = ann.authenticator.create(ORIGIN, &options).await.unwrap();
    ann.complete(&credential).await.refused_as("WebAuthnCredentialNotSupportedException");

    let mut credential = ann.new_credential().await;
    change_client_data(&mut credential, |data| data["type"] = json!("webauthn.get"));
    ann.complete(&credential).await.refused_as("InvalidParameterException");
    let mut credential = ann.new_credential().await;
    credential["response"]["attestationObject"] = json!("oA");
    ann.complete(&credential).await.refused_as("InvalidParameterException");
    let mut credential = ann.new_credential().await;
    credential["id"] = json!("AAAA");
    ann.complete(&credential).await.refused_as("InvalidParameterException");
    ann.complete(&json!({})).await.refused_as("InvalidParameterException");
}

#[tokio::test]
async fn a_pool_can_require_that_users_are_verified() {
    let mut ann = Ann::of(PoolConfig { user_verification: "required".into(), ..config() }).await;
    let mut options = ann.options().await;
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    options["authenticatorSelection"]["userVerification"] = json!("discouraged");
    let credential = ann.authenticator.create(ORIGIN, &options).await.unwrap();
    ann.complete(&credential).await.refused_as("WebAuthnCredentialNotSupportedException");
    let credential = ann.new_credential().await;
    ann.complete(&credential).await.ok();
}

#[tokio::test]
async fn without_the_factor_or_a_domain_there_are_no_passkeys() {
    let ann = Ann::of(PoolConfig { first_factors: vec!["PASSWORD".into()], ..config() }).await;
    let request = json!({ "AccessToken": ann.token });
    ann.api.call("StartWebAuthnRegistration", request).await.refused_as("WebAuthnNotEnabledException");
    let ann = Ann::of(PoolConfig { relying_party: None, ..config() }).await;
    let request = json!({ "AccessToken": ann.token });
    ann.api.call("StartWebAuthnRegistration", request).await.refused_as("WebAuthnConfigurationMissingException");
}
