//! Members of answers that the client can do without: one that is not what the service model says counts as absent, so
//! that it never costs the tokens beside it.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::support::json;

/// The member's JSON text, which may hold tokens; `null` counts as absent.
fn raw<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Zeroizing<String>>, D::Error> {
    let sent = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(sent.map(|sent| Zeroizing::new(Box::<str>::from(sent).into_string())))
}

/// A text. An empty one says nothing, so it counts as absent too.
pub(super) fn text<'de, D: Deserializer<'de>, T: From<String>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let text = raw(deserializer)?.and_then(|sent| serde_json::from_str::<String>(&sent).ok());
    Ok(text.filter(|text| !text.is_empty()).map(T::from))
}

/// An object; one that lacks what it needs counts as absent.
pub(super) fn object<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let sent = raw(deserializer)?.filter(|sent| sent.starts_with('{'));
    Ok(sent.and_then(|sent| serde_json::from_str(&sent).ok()))
}

/// A list without what is odd in it.
pub(super) fn list<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let sent: Option<Vec<Box<RawValue>>> = raw(deserializer)?.and_then(|sent| serde_json::from_str(&sent).ok());
    let read = |item: Box<RawValue>| serde_json::from_str(item.get()).ok();
    Ok(sent.unwrap_or_default().into_iter().filter_map(read).collect())
}

/// True or false; anything else is false.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(raw(deserializer)?.is_some_and(|sent| *sent == "true"))
}

/// A number of any form.
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    Ok(raw(deserializer)?.and_then(|sent| serde_json::from_str(&sent).ok()))
}

/// A span in whole seconds, also from a text; a negative one is none.
pub(super) fn span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let seconds = |sent: &str| match serde_json::from_str::<String>(sent) {
        Ok(text) => json::seconds(text.trim()),
        Err(_) => json::seconds(sent),
    };
    Ok(raw(deserializer)?.and_then(|sent| seconds(&sent)).filter(|seconds| *seconds >= 0))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{AuthAnswer, Call, ListDevices, SignUp, UpdateUserAttributes};

    fn read(answer: &Value) -> AuthAnswer {
        serde_json::from_str(&answer.to_string()).unwrap()
    }

    fn with(member: &str, value: &Value) -> AuthAnswer {
        let mut result = json!({ "AccessToken": "a", "IdToken": "i", "RefreshToken": "r", "ExpiresIn": 3600,
            "NewDeviceMetadata": { "DeviceKey": "k", "DeviceGroupKey": "g" }, "TokenType": "Bearer" });
        result[member] = value.clone();
        read(&json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
    }

    fn odd_values() -> Vec<Value> {
        vec![json!(null), json!(5), json!(true), json!([]), json!({}), json!(""), json!([{ "a": 1 }])]
    }

    #[test]
    fn what_tokens_can_do_without_never_costs_them() {
        for odd in odd_values() {
            for member in ["IdToken", "RefreshToken", "ExpiresIn", "NewDeviceMetadata", "TokenType", "SomethingNew"] {
                let tokens = with(member, &odd).authentication_result.unwrap();
                assert_eq!(tokens.access_token.unwrap().expose(), "a", "{member} {odd}");
                assert_eq!(tokens.id_token.is_some(), member != "IdToken", "{member} {odd}");
                assert_eq!(tokens.refresh_token.is_some(), member != "RefreshToken", "{member} {odd}");
                assert_eq!(tokens.new_device_metadata.is_some(), member != "NewDeviceMetadata", "{member} {odd}");
            }
            assert!(with("AccessToken", &odd).authentication_result.unwrap().access_token.is_none(), "{odd}");
        }
        for half in [
            json!({ "DeviceKey": "k" }),
            json!({ "DeviceGroupKey": "g" }),
            json!({ "DeviceKey": null, "DeviceGroupKey": null }),
            json!({ "DeviceKey": "k", "DeviceGroupKey": null }),
            json!({ "DeviceKey": "", "DeviceGroupKey": "g" }),
            json!({ "DeviceKey": 1, "DeviceGroupKey": "g" }),
        ] {
            let tokens = with("NewDeviceMetadata", &half).authentication_result.unwrap();
            assert!(tokens.access_token.is_some() && tokens.new_device_metadata.is_none(), "{half}");
        }
        let body = r#"{"AuthenticationResult":{"AccessToken":"a","New":1.5e400,"IdToken":1e999,"Old":"\ud83d"}}"#;
        let tokens = serde_json::from_str::<AuthAnswer>(body).unwrap().authentication_result.unwrap();
        assert!(tokens.access_token.is_some() && tokens.id_token.is_none());
    }

    #[test]
    fn the_rest_of_an_answer_is_read_the_same_way() {
        for odd in odd_values() {
            for member in ["ChallengeParameters", "AvailableChallenges", "Session", "AuthenticationResult"] {
                let mut answer = json!({ "ChallengeName": "SMS_MFA", "Session": "s" });
                answer[member] = odd.clone();
                assert_eq!(read(&answer).challenge_name.as_deref(), Some("SMS_MFA"), "{member} {odd}");
            }
            let mut sign_up = json!({ "UserSub": "u", "UserConfirmed": false });
            for member in ["CodeDeliveryDetails", "Session", "UserSub", "UserConfirmed"] {
                sign_up[member] = odd.clone();
            }
            assert!(serde_json::from_str::<<SignUp as Call>::Answer>(&sign_up.to_string()).is_ok(), "{odd}");
            let updated = json!({ "CodeDeliveryDetailsList": odd }).to_string();
            assert!(serde_json::from_str::<<UpdateUserAttributes as Call>::Answer>(&updated).is_ok(), "{odd}");
            let devices = json!({ "Devices": [{ "DeviceKey": "k", "DeviceCreateDate": odd }], "PaginationToken": odd });
            let devices: <ListDevices as Call>::Answer = serde_json::from_str(&devices.to_string()).unwrap();
            assert_eq!((devices.devices.len(), devices.pagination_token), (1, None), "{odd}");
        }
        let parameters = read(&json!({ "AvailableChallenges": ["X", 5, null, "Y"] }));
        assert_eq!(parameters.available_challenges, ["X", "Y"]);
    }

    #[test]
    fn a_span_has_many_spellings() {
        for (sent, expected) in [
            (json!(3600), Some(3600)),
            (json!(3600.0), Some(3600)),
            (json!(3600.9), Some(3600)),
            (json!("3600"), Some(3600)),
            (json!(" 3600.0 "), Some(3600)),
            (json!(0), Some(0)),
            (json!(-1), None),
            (json!("-1"), None),
            (json!("an hour"), None),
            (json!(null), None),
            (json!([3600]), None),
        ] {
            assert_eq!(with("ExpiresIn", &sent).authentication_result.unwrap().expires_in, expected, "{sent}");
        }
    }
}
