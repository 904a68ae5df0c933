//! Every format, and what is wrong with files in the field.

use proptest::prelude::*;

use super::*;

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../tests/fixtures/config/", $name))
    };
}

fn refused(text: &str) -> (String, String) {
    let error = AuthConfiguration::from_json(text).unwrap_err();
    assert_eq!(error.code(), "configuration_invalid");
    (error.info().field.clone().unwrap(), error.info().text.clone())
}

#[test]
fn gen_2_outputs() {
    let read = AuthConfiguration::from_json(fixture!("amplify_outputs.json")).unwrap();
    assert_eq!((read.user_pool_id(), read.pool_name(), read.region()), ("eu-west-1_AbCdEfGh1", "AbCdEfGh1", "eu-west-1"));
    assert_eq!(read.client_id(), "4exampleclient5id6here7abc8");
    assert_eq!(read.endpoint().as_str(), "https://cognito-idp.eu-west-1.amazonaws.com/");
    assert_eq!(read.auth_flow(), AuthFlow::UserSrp);
    assert_eq!((read.connect_timeout(), read.total_timeout()), (Duration::from_secs(10), Duration::from_secs(30)));
    assert_eq!(read, AuthConfiguration::from_amplify_outputs(fixture!("amplify_outputs.json")).unwrap());
    let local = AuthConfiguration::from_json(fixture!("local_pool_outputs.json")).unwrap();
    assert_eq!(local.endpoint().as_str(), "http://127.0.0.1:9229/");
}

#[test]
fn gen_1_configuration() {
    let read = AuthConfiguration::from_json(fixture!("amplifyconfiguration.json")).unwrap();
    assert_eq!(read.endpoint().as_str(), "https://auth-proxy.example.org/");
    assert_eq!(read.client_secret(), Some(&Secret::new("onlyWhenTheClientHasOne")));
    assert_eq!(read.auth_flow(), AuthFlow::CustomWithSrp);
    let older = AuthConfiguration::from_amplify_configuration(fixture!("awsconfiguration.json")).unwrap();
    assert!(!older.has_client_secret());
    assert_eq!(older.auth_flow(), AuthFlow::UserPassword);
}

#[test]
fn aws_exports_and_manual_objects() {
    let exports = AuthConfiguration::from_json(fixture!("aws-exports.js")).unwrap();
    assert_eq!(exports.user_pool_id(), "eu-west-1_AbCdEfGh1");
    let manual = AuthConfiguration::from_json(fixture!("manual-auth.json")).unwrap();
    assert_eq!(manual.auth_flow(), AuthFlow::UserPassword);
    assert_eq!(manual.client_metadata()["myCustomKey"], "myCustomValue");
    assert!(manual.warnings()[0].contains("cookieStorage"));
    let newer = AuthConfiguration::from_aws_exports(fixture!("manual-auth-v6.json")).unwrap();
    assert_eq!(newer.client_id(), "4exampleclient5id6here7abc8");
}

#[test]
fn an_error_names_the_key_and_what_it_should_be() {
    for (text, key, problem) in [
        ("{", "json", "line 1"),
        ("[]", "json", "object"),
        (r#"{"version":"1"}"#, "auth", "missing"),
        (r#"{"version":"1","auth":{}}"#, "auth.user_pool_id", "eu-west-1_"),
        (r#"{"version":"1","auth":{"user_pool_id":7}}"#, "auth.user_pool_id", "string"),
        (r#"{"version":"1","auth":{"user_pool_id":"eu-west-1_A"}}"#, "auth.user_pool_client_id", "missing"),
        (r#"{"version":"1","auth":{"user_pool_id":"nonsense","user_pool_client_id":"c"}}"#, "auth.user_pool_id", "pool id"),
        (r#"{"version":"1","auth":{"user_pool_id":"eu-west-1_A","user_pool_client_id":"a b"}}"#, "auth.user_pool_client_id", "letters"),
        (r#"{"version":"1","auth":{"user_pool_id":"eu-west-1_A","user_pool_client_id":"c","aws_region":"Ü"}}"#, "auth.aws_region", "region"),
        (r#"{"CognitoUserPool":{"Default":{"PoolId":"e_A","AppClientId":"c","Endpoint":"https://x"}}}"#, "CognitoUserPool.Default.Endpoint", "host name"),
        (r#"{"CognitoUserPool":{"Default":{"PoolId":"e_A","AppClientId":"c"}},"Auth":{"Default":{"authenticationFlowType":"X"}}}"#, "Auth.Default.authenticationFlowType", "USER_SRP_AUTH"),
        (r#"{"Auth":{"userPoolId":"e_A","userPoolWebClientId":"c","clientMetadata":{"a":1}}}"#, "Auth.clientMetadata.a", "string"),
        ("{}", "aws_user_pools_id", "missing"),
    ] {
        let (field, said) = refused(text);
        assert_eq!(field, key, "{text}");
        assert!(said.contains(problem), "{said}");
    }
}

#[test]
fn plain_http_reaches_this_machine_only() {
    let with = |endpoint: &str| AuthConfiguration::builder("eu-west-1_A", "c").endpoint(endpoint).build();
    for allowed in ["http://127.0.0.1:1/", "http://127.9.9.9", "http://[::1]:8080", "http://localhost:9", "https://x.example.org/path"] {
        assert!(with(allowed).is_ok(), "{allowed}");
    }
    for refused in [
        "http://example.org",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "http://10.0.2.2",
        "ftp://127.0.0.1",
        "https://user:secret@example.org",
        "https://example.org/?a=b",
        "https://example.org/#a",
        "mailto:a@example.org",
        "not a url",
    ] {
        let error = with(refused).unwrap_err();
        assert_eq!(error.info().field.as_deref(), Some("endpoint"));
        assert!(!error.to_string().contains("secret"));
    }
}

#[test]
fn a_builder_checks_the_same_and_can_change_a_file() {
    let builder = || AuthConfiguration::builder("eu-west-1_AbC", "client");
    assert_eq!(builder().build().unwrap().region(), "eu-west-1");
    assert_eq!(builder().region("cn-north-1").build().unwrap().endpoint().host_str(), Some("cognito-idp.cn-north-1.amazonaws.com.cn"));
    for key in ["connect_timeout", "total_timeout"] {
        let (connect, total) = if key == "connect_timeout" { (0, 1) } else { (1, 601) };
        let built = builder().connect_timeout(Duration::from_secs(connect)).total_timeout(Duration::from_secs(total)).build();
        assert_eq!(built.unwrap_err().info().field.as_deref(), Some(key));
    }
    let read = AuthConfiguration::from_json(fixture!("manual-auth.json")).unwrap();
    let changed = read.to_builder().endpoint("http://127.0.0.1:1").build().unwrap();
    assert_eq!((changed.auth_flow(), changed.client_metadata()), (read.auth_flow(), read.client_metadata()));
    assert_eq!(changed.endpoint().port(), Some(1));
}

#[test]
fn the_secret_is_not_printed() {
    let read = AuthConfiguration::from_json(fixture!("amplifyconfiguration.json")).unwrap();
    assert!(!format!("{read:?} {:?}", read.to_builder()).contains("onlyWhen"));
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,200}") {
        let _ = AuthConfiguration::from_json(&text);
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
