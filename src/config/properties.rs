//! No input panics: every text and every builder gives a configuration or names a key.

use proptest::prelude::*;

use super::*;

type Reader = fn(&str) -> Result<AuthConfiguration, AuthError>;

const READERS: [Reader; 4] = [
    AuthConfiguration::from_json,
    AuthConfiguration::from_amplify_outputs,
    AuthConfiguration::from_amplify_configuration,
    AuthConfiguration::from_aws_exports,
];

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../tests/fixtures/config/", $name))
    };
}

fn any_document() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        "eu-west-1_[A-Za-z0-9]{1,9}|https?://[a-z.]{1,9}|USER_[A-Z_]{1,9}|.{0,9}".prop_map(Into::into),
    ];
    let key = prop::sample::select(vec![
        "version",
        "auth",
        "plugins",
        "awsCognitoAuthPlugin",
        "CognitoUserPool",
        "Default",
        "PoolId",
        "AppClientId",
        "Region",
        "Endpoint",
        "MigrationEnabled",
        "Auth",
        "Cognito",
        "authenticationFlowType",
        "user_pool_id",
        "user_pool_client_id",
        "custom",
        "portcullis",
        "user_pool_endpoint",
        "aws_user_pools_id",
        "aws_user_pools_web_client_id",
        "userPoolId",
        "userPoolClientId",
        "clientMetadata",
        "cookieStorage",
    ]);
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..3).prop_map(serde_json::Value::from),
            9 => prop::collection::vec((key.clone(), inner), 0..6).prop_map(|pairs| {
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<serde_json::Map<_, _>>().into()
            }),
        ]
    })
}

/// A fixture with one of its values replaced.
fn damaged_fixture() -> impl Strategy<Value = String> {
    let fixtures = [
        fixture!("amplify_outputs.json"),
        fixture!("local_pool_outputs.json"),
        fixture!("amplifyconfiguration.json"),
        fixture!("awsconfiguration.json"),
        fixture!("aws-exports-with-auth.json"),
        fixture!("manual-auth.json"),
        fixture!("manual-auth-v6.json"),
        fixture!("manual-auth-bare.json"),
    ];
    (prop::sample::select(fixtures.to_vec()), any::<prop::sample::Index>(), any_document()).prop_map(
        |(text, at, value)| {
            let mut document: serde_json::Value = serde_json::from_str(text).unwrap();
            let mut places = Vec::new();
            pointers(&document, String::new(), &mut places);
            *document.pointer_mut(at.get::<String>(&places)).unwrap() = value;
            document.to_string()
        },
    )
}

fn pointers(value: &serde_json::Value, here: String, places: &mut Vec<String>) {
    for (key, below) in value.as_object().into_iter().flatten() {
        pointers(below, format!("{here}/{key}"), places);
    }
    places.push(here);
}

proptest! {
    #[test]
    fn no_text_panics(text in "(\u{feff})?[^{]{0,20}.{0,200}") {
        for read in READERS {
            let _ = read(&text);
        }
    }

    #[test]
    fn any_document_is_read_or_refused_with_a_key(document in any_document()) {
        for read in READERS {
            prop_assert!(read(&document.to_string()).map_or_else(|error| error.info().field.is_some(), |_| true));
        }
    }

    /// Whatever is read also survives the way through a builder.
    #[test]
    fn a_damaged_file_is_read_or_refused_with_a_key(text in damaged_fixture()) {
        match AuthConfiguration::from_json(&text) {
            Ok(read) => prop_assert_eq!(read.to_builder().build(), Ok(read)),
            Err(error) => prop_assert!(error.info().field.as_ref().is_some_and(|key| !key.is_empty()), "{}", error),
        }
    }

    #[test]
    fn any_builder_builds_or_names_a_key(
        pool in "[a-z_-]{0,5}_[A-Za-z0-9]{0,5}|.{0,9}",
        endpoint in prop::option::of("https?://(localhost|127.0.0.1|[a-z]{1,5})(:[0-9]{0,6})?/?.{0,5}|.{0,20}"),
        region in prop::option::of("[a-z0-9-]{0,12}|.{0,5}"),
        connect in prop::option::of(0..700_000_u64),
        total in 0..700_000_u64,
    ) {
        let mut builder = AuthConfiguration::builder(pool, "client").total_timeout(Duration::from_millis(total));
        if let Some(endpoint) = endpoint { builder = builder.endpoint(endpoint); }
        if let Some(region) = region { builder = builder.region(region); }
        if let Some(connect) = connect { builder = builder.connect_timeout(Duration::from_millis(connect)); }
        match builder.build() {
            Ok(built) => {
                prop_assert!(built.connect_timeout() <= built.total_timeout());
                prop_assert!(built.endpoint().scheme() == "https" || built.endpoint().scheme() == "http");
                prop_assert_eq!(built.to_builder().build(), Ok(built));
            }
            Err(error) => prop_assert!(error.info().field.is_some()),
        }
    }

    #[test]
    fn no_document_panics(value in 0..7_usize, key in 0..6_usize) {
        let value = ["null", "1", "\"\"", "\"x\"", "[]", "{}", "true"][value];
        let text = [
            format!(r#"{{"version":"1","auth":{value}}}"#),
            format!(r#"{{"version":{value},"auth":{{"user_pool_id":{value}}}}}"#),
            format!(r#"{{"auth":{{"plugins":{{"awsCognitoAuthPlugin":{value}}}}}}}"#),
            format!(r#"{{"CognitoUserPool":{value}}}"#),
            format!(r#"{{"Auth":{value}}}"#),
            format!(r#"{{"aws_user_pools_id":{value}}}"#),
        ][key].clone();
        prop_assert!(AuthConfiguration::from_json(&text).is_err());
    }
}
