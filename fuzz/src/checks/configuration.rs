//! Configuration files.

use portcullis::{AuthConfiguration, AuthError};
use serde_json::Value;

use super::{SECRET, is_in_a_key};

type Reader = fn(&str) -> Result<AuthConfiguration, AuthError>;

const READERS: [Reader; 4] = [
    AuthConfiguration::from_json,
    AuthConfiguration::from_amplify_outputs,
    AuthConfiguration::from_amplify_configuration,
    AuthConfiguration::from_aws_exports,
];

/// A file gives a configuration that can be built again, or an error that names a key and quotes no value.
pub fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    for read in READERS {
        match read(&text) {
            Ok(configuration) => {
                let rebuilt = configuration.to_builder().build();
                assert!(
                    rebuilt.is_ok_and(|rebuilt| is_same(&rebuilt, &configuration)),
                    "{configuration:?} is rebuilt otherwise"
                );
            }
            Err(error) => {
                let info = error.info();
                assert_eq!(info.code, "configuration_invalid");
                assert!(info.field.as_ref().is_some_and(|field| !field.is_empty()), "no key is named: {}", info.text);
                let shown = format!("{error} {error:?}");
                assert!(!shown.contains(SECRET) || document(&text).is_some_and(|it| is_in_a_key(&it)), "{shown}");
            }
        }
    }
}

/// But for the warnings: a builder names other keys in them than a file.
fn is_same(one: &AuthConfiguration, other: &AuthConfiguration) -> bool {
    one.to_builder().build().is_ok_and(|again| again == *one)
        && format!("{one:?}") == format!("{other:?}")
        && (one.region(), one.client_metadata()) == (other.region(), other.client_metadata())
}

/// The first object in the text.
fn document(text: &str) -> Option<Value> {
    serde_json::Deserializer::from_str(&text[text.find('{')?..]).into_iter().next()?.ok()
}
