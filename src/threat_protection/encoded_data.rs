//! `EncodedData`, as Amplify's libraries write it: Base64 of a JSON object with the facts as JSON text, the format's
//! version, and a signature with the app client's id, which proves nothing but that the text arrived whole.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::collector::Facts;
use crate::srp::bytes::hmac_sha256;
use crate::support::clock::unix_milliseconds;

/// Whom and what the data is about.
pub(super) struct Subject<'a> {
    pub username: &'a str,
    pub user_pool_id: &'a str,
    pub client_id: &'a str,
    pub now: SystemTime,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Payload<'a> {
    context_data: &'a Facts,
    username: &'a str,
    user_pool_id: &'a str,
    /// Unix milliseconds, as text.
    timestamp: String,
}

#[derive(Serialize)]
struct Signed<'a> {
    payload: &'a str,
    version: &'a str,
    /// Base64(HMAC-SHA-256(client id, version ‖ payload)).
    signature: String,
}

pub(super) fn encoded_data(facts: &Facts, subject: &Subject<'_>) -> String {
    let Subject { username, user_pool_id, client_id, now } = *subject;
    let timestamp = unix_milliseconds(now).to_string();
    let payload = json(&Payload { context_data: facts, username, user_pool_id, timestamp });
    let version = version_of(facts);
    let mac = hmac_sha256(client_id.as_bytes(), &[version.as_bytes(), payload.as_bytes()]);
    STANDARD.encode(json(&Signed { payload: &payload, version, signature: STANDARD.encode(*mac) }))
}

/// Each platform has its own format version.
fn version_of(facts: &Facts) -> &'static str {
    let is_android = facts.get("Platform").is_some_and(|platform| platform.eq_ignore_ascii_case("android"));
    if is_android { "ANDROID20171114" } else { "IOS20171114" }
}

/// Texts under text keys, so writing cannot fail.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::clock::from_unix_seconds;

    fn facts(platform: &str) -> Facts {
        [("DeviceId", "id"), ("Platform", platform)].map(|(key, value)| (key.to_owned(), value.to_owned())).into()
    }

    /// The signature was made with OpenSSL: `printf %s "$version$payload" | openssl dgst -sha256 -hmac "$client" -binary
    /// | base64`.
    #[test]
    fn the_format_and_its_signature() {
        for (platform, version, signature) in [
            ("ANDROID", "ANDROID20171114", "iYdtdXW4QoItNq5js84lVxw+8D3hwDh4VwxlX/oJb8A="),
            ("iOS", "IOS20171114", "LqfhD6XAvzZhMN7NO12AatO/kA/eI8vl7nerrGXWU9Q="),
        ] {
            let subject = Subject {
                username: "ann \"the\" ü",
                user_pool_id: "eu-west-1_AbCdEfGh1",
                client_id: "4exampleclient5id6here7abc8",
                now: from_unix_seconds(1_700_000_000),
            };
            let text = encoded_data(&facts(platform), &subject);
            let signed: serde_json::Value = serde_json::from_slice(&STANDARD.decode(text).unwrap()).unwrap();
            let payload = format!(
                r#"{{"contextData":{{"DeviceId":"id","Platform":"{platform}"}},"username":"ann \"the\" ü","userPoolId":"eu-west-1_AbCdEfGh1","timestamp":"1700000000000"}}"#
            );
            assert_eq!(signed["payload"], payload.as_str());
            assert_eq!(signed["version"], version);
            assert_eq!(signed["signature"], signature);
            assert_eq!(signed.as_object().unwrap().len(), 3);
        }
    }
}
