//! Second factors from the client's side.

use std::time::{Duration, UNIX_EPOCH};

use local_pool::{PoolConfig, totp_code};
use serde_json::{Value, json};

use super::{PASSWORD, TestPool};

/// A pool with these second factors and the user `ann`, who has an e-mail address and a phone number, unverified.
pub async fn pool(mfa: &str, factors: &[&str]) -> TestPool {
    TestPool::start(config(mfa, factors)).await
}

pub fn config(mfa: &str, factors: &[&str]) -> PoolConfig {
    let mfa_factors = factors.iter().map(|factor| (*factor).to_owned()).collect();
    let attributes = [("email", "ann@example.com"), ("phone_number", "+15555551234")];
    PoolConfig { mfa: mfa.into(), mfa_factors, ..PoolConfig::default() }.with_user("ann", PASSWORD, &attributes)
}

/// What an authenticator app shows at the pool's time, or `steps` half minutes off.
pub fn totp(api: &TestPool, secret: &Value, steps: i64) -> String {
    let at_ms = u64::try_from(api.server.clock().now_ms() + steps * 30_000).unwrap();
    totp_code(secret.as_str().unwrap(), UNIX_EPOCH + Duration::from_millis(at_ms))
}

/// Moves on to where the codes before are too old.
pub fn next_codes(api: &TestPool) {
    api.server.clock().advance(Duration::from_secs(90));
}

/// Sets an authenticator app up for a signed-in user and returns its secret.
pub async fn set_up_token(api: &TestPool, access_token: &Value) -> Value {
    let secret = api.call("AssociateSoftwareToken", json!({ "AccessToken": access_token })).await.ok();
    assert!(secret.get("Session").is_none());
    let secret = secret["SecretCode"].clone();
    let code = totp(api, &secret, 0);
    let verified = api.call("VerifySoftwareToken", json!({ "AccessToken": access_token, "UserCode": code })).await;
    assert_eq!(verified.ok(), json!({ "Status": "SUCCESS" }));
    secret
}

/// Switches factors on for `ann` as an administrator: `SMSMfaSettings` and so on.
pub async fn prefer(api: &TestPool, settings: Value) {
    let mut request = json!({ "Username": "ann" });
    for (name, value) in settings.as_object().unwrap() {
        request[name] = value.clone();
    }
    api.server.call("AdminSetUserMFAPreference", request).await.unwrap();
}

pub fn enabled() -> Value {
    json!({ "Enabled": true })
}

/// The code last sent to `ann` by `sms` or `email`.
pub fn sent(api: &TestPool, kind: &str) -> String {
    api.server.outbox(Some("ann"), Some(kind)).pop().expect("no message").code
}

/// A code that is not `code`.
pub fn other_than(code: &str) -> String {
    let first = if code.starts_with('0') { '1' } else { '0' };
    format!("{first}{}", &code[1..])
}
