//! A client's device: its key and group from the service, its secret its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use local_pool::{DeviceConfig, PoolConfig};
use serde_json::{Value, json};

use super::srp::{SrpClient, timestamp, verifier_config};
use super::{PASSWORD, Reply, TestPool};

pub struct Device {
    pub key: String,
    pub group: String,
    pub secret: String,
}

/// A pool that remembers devices, in which `ann` may have a second factor by e-mail.
pub async fn pool(challenge_required_on_new_device: bool, only_remembered_on_user_prompt: bool) -> TestPool {
    let devices = Some(DeviceConfig { challenge_required_on_new_device, only_remembered_on_user_prompt });
    let config = PoolConfig { devices, mfa: "OPTIONAL".into(), ..PoolConfig::default() };
    let attributes = [("email", "ann@example.com"), ("email_verified", "true")];
    TestPool::start(config.with_user("ann", PASSWORD, &attributes).with_user("bob", PASSWORD, &[])).await
}

/// Has `ann` asked for a code by e-mail.
pub async fn require_email_code(api: &TestPool) {
    let request = json!({ "Username": "ann", "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true } });
    api.server.call("AdminSetUserMFAPreference", request).await.unwrap();
}

impl Device {
    /// The device that a sign-in offered.
    pub fn offered(result: &Value) -> Self {
        let text = |name: &str| result["NewDeviceMetadata"][name].as_str().unwrap().to_owned();
        Self { key: text("DeviceKey"), group: text("DeviceGroupKey"), secret: "0f0f0f0f-1111-4222-8333".into() }
    }

    pub async fn confirm(&self, api: &TestPool, access_token: &Value) -> Reply {
        let config = verifier_config(&[0xc3; 16], &self.group, &self.key, &self.secret);
        let body = json!({
            "AccessToken": access_token, "DeviceKey": self.key, "DeviceName": "Ann's phone",
            "DeviceSecretVerifierConfig": config,
        });
        api.call("ConfirmDevice", body).await
    }

    /// Signs a user in by password and confirms the device that is offered.
    pub async fn confirmed(api: &TestPool, username: &str) -> (Self, Value) {
        let result = api.tokens(username).await;
        let device = Self::offered(&result);
        device.confirm(api, &result["AccessToken"]).await.ok();
        (device, result)
    }

    /// Begins a sign-in by password with this device's key.
    pub async fn password(&self, api: &TestPool, username: &str) -> Reply {
        let parameters = json!({ "USERNAME": username, "PASSWORD": PASSWORD, "DEVICE_KEY": self.key });
        api.initiate("USER_PASSWORD_AUTH", parameters).await
    }

    /// Begins a sign-in by SRP with this device's key and proves the password.
    pub async fn srp(&self, api: &TestPool, username: &str) -> Reply {
        let srp = SrpClient::new();
        let first = json!({ "USERNAME": username, "SRP_A": srp.public_hex(), "DEVICE_KEY": self.key });
        let challenge = api.initiate("USER_SRP_AUTH", first).await.ok();
        let mut responses = srp.responses(api, PASSWORD, &challenge["ChallengeParameters"]);
        responses["DEVICE_KEY"] = json!(self.key);
        api.respond("PASSWORD_VERIFIER", None, responses).await
    }

    /// Answers DEVICE_SRP_AUTH.
    pub async fn begin(&self, api: &TestPool, username: &str, session: Option<&Value>) -> (SrpClient, Reply) {
        let srp = SrpClient::new();
        let responses = json!({ "USERNAME": username, "DEVICE_KEY": self.key, "SRP_A": srp.public_hex() });
        let reply = api.respond("DEVICE_SRP_AUTH", session, responses).await;
        (srp, reply)
    }

    /// The responses to DEVICE_PASSWORD_VERIFIER.
    pub fn proof(&self, api: &TestPool, srp: &SrpClient, parameters: &Value) -> Value {
        let timestamp = timestamp(api.server.clock().now_ms() / 1000);
        let signature = srp.signature_of(&self.group, &self.key, &self.secret, parameters, &timestamp);
        json!({
            "USERNAME": parameters["USERNAME"],
            "DEVICE_KEY": self.key,
            "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": STANDARD.encode(signature),
            "TIMESTAMP": timestamp,
        })
    }

    /// Both device steps after a DEVICE_SRP_AUTH challenge; with sessions, or without as some clients do it.
    pub async fn prove(&self, api: &TestPool, challenge: &Value, with_session: bool) -> Reply {
        assert_eq!(challenge["ChallengeName"], "DEVICE_SRP_AUTH", "{challenge}");
        let username = challenge["ChallengeParameters"]["USERNAME"].as_str().unwrap().to_owned();
        let (srp, reply) = self.begin(api, &username, with_session.then_some(&challenge["Session"])).await;
        let next = reply.ok();
        assert_eq!(next["ChallengeName"], "DEVICE_PASSWORD_VERIFIER");
        let responses = self.proof(api, &srp, &next["ChallengeParameters"]);
        api.respond("DEVICE_PASSWORD_VERIFIER", with_session.then_some(&next["Session"]), responses).await
    }
}
