//! Every format, and what is wrong with files in the field.

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
    assert_eq!(
        (read.user_pool_id(), read.pool_name(), read.region()),
        ("eu-west-1_AbCdEfGh1", "AbCdEfGh1", "eu-west-1")
    );
    assert_eq!(read.client_id(), "4exampleclient5id6here7abc8");
    assert_eq!(read.endpoint().as_str(), "https://cognito-idp.eu-west-1.amazonaws.com/");
    assert_eq!(*read.auth_flow(), AuthFlow::UserSrp);
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
    assert_eq!(*read.auth_flow(), AuthFlow::CustomWithSrp);
    let older = AuthConfiguration::from_amplify_configuration(fixture!("awsconfiguration.json")).unwrap();
    assert!(!older.has_client_secret());
    assert_eq!(*older.auth_flow(), AuthFlow::UserPassword);
}

#[test]
fn aws_exports_and_manual_objects() {
    let exports = AuthConfiguration::from_json(fixture!("aws-exports.js")).unwrap();
    assert_eq!(exports.user_pool_id(), "eu-west-1_AbCdEfGh1");
    let manual = AuthConfiguration::from_json(fixture!("manual-auth.json")).unwrap();
    assert_eq!(*manual.auth_flow(), AuthFlow::UserPassword);
    assert_eq!(manual.client_metadata()["myCustomKey"], "myCustomValue");
    assert!(manual.warnings()[0].contains("cookieStorage"));
    let newer = AuthConfiguration::from_aws_exports(fixture!("manual-auth-v6.json")).unwrap();
    assert_eq!(newer.client_id(), "4exampleclient5id6here7abc8");
    assert_eq!(newer.endpoint().as_str(), "https://auth-proxy.example.org/");
    let bare = AuthConfiguration::from_json(fixture!("manual-auth-bare.json")).unwrap();
    assert_eq!((bare.region(), bare.warnings().len()), ("ap-southeast-2", 1));
    let overridden = AuthConfiguration::from_json(fixture!("aws-exports-with-auth.json")).unwrap();
    assert_eq!(overridden.user_pool_id(), "eu-west-1_AbCdEfGh1");
    assert_eq!(overridden.endpoint().as_str(), "https://auth-proxy.example.org/pool");
    assert_eq!(*overridden.auth_flow(), AuthFlow::CustomWithSrp);
}

#[test]
fn a_script_is_read_up_to_the_end_of_its_object() {
    let object = r#"{"aws_user_pools_id": "eu-west-1_A", "aws_user_pools_web_client_id": "c"}"#;
    for (before, after) in [
        ("", ""),
        ("\u{feff}", "\n"),
        ("const a = ", ";\nexport { a as default };\n"),
        ("export default ", " as const;"),
        ("\n\nmodule.exports=", ""),
    ] {
        let text = format!("{before}{object}{after}");
        assert_eq!(AuthConfiguration::from_aws_exports(&text).unwrap().user_pool_id(), "eu-west-1_A", "{text}");
    }
    // Only the script's own format is read that way.
    assert!(AuthConfiguration::from_amplify_outputs(&format!("const a = {object};")).is_err());
    assert!(AuthConfiguration::from_aws_exports(&format!("{object} more")).is_err());
}

#[test]
fn broken_json_is_placed_but_not_quoted() {
    for (text, place) in [
        ("{\n  \"version\": hunter2\n}", "line 2, column 14"),
        ("\u{feff}{x", "line 1, column 5"),
        ("// made\nconst a = {x};", "line 2, column 12"),
        ("// made\nconst a = {\n\"hunter2\"};", "line 3, column 10"),
        ("", "empty"),
        ("  \n", "empty"),
        ("export default 7", "line 1"),
    ] {
        let (field, said) = refused(text);
        assert_eq!(field, "json", "{text}");
        assert!(said.contains(place) && !said.contains("hunter2"), "{said}");
    }
    // Deeper than any configuration: refused, not recursed into.
    assert_eq!(refused(&"[".repeat(100_000)).0, "json");
}

#[test]
fn a_migrating_pool_needs_the_password() {
    let read = |migrating: &str, flow: &str| {
        let text = format!(
            r#"{{"CognitoUserPool":{{"Default":{{"PoolId":"e_A","AppClientId":"c","MigrationEnabled":{migrating}}}}},
                "Auth":{{"Default":{{"authenticationFlowType":"{flow}"}}}}}}"#
        );
        AuthConfiguration::from_json(&text).map(|read| read.auth_flow().clone())
    };
    assert_eq!(read("true", "USER_SRP_AUTH"), Ok(AuthFlow::UserPassword));
    assert_eq!(read("false", "USER_SRP_AUTH"), Ok(AuthFlow::UserSrp));
    assert_eq!(read("false", "USER_PASSWORD_AUTH"), Ok(AuthFlow::UserPassword));
    assert_eq!(read("false", "CUSTOM_AUTH"), Ok(AuthFlow::CustomWithSrp));
    assert_eq!(read("false", "CUSTOM_AUTH_WITH_SRP"), Ok(AuthFlow::CustomWithSrp));
    assert_eq!(read("null", "CUSTOM_AUTH_WITHOUT_SRP"), Ok(AuthFlow::CustomWithoutSrp));
    assert_eq!(read("false", ""), Ok(AuthFlow::UserSrp));
    let later = read("false", "USER_SOMEHOW").unwrap_err();
    assert!(later.info().text.contains("USER_SRP_AUTH"), "{later}");
}

/// Whatever a tool writes where only a hint stands, the pool and the client are what an app needs.
#[test]
fn a_hint_of_the_wrong_type_is_a_warning() {
    let exports = |oauth: &str| {
        format!(
            r#"{{"aws_user_pools_id":"eu-west-1_A","aws_user_pools_web_client_id":"c","oauth":{oauth},
                "aws_cognito_mfa_types":"none"}}"#
        )
    };
    let manual =
        |oauth: &str| format!(r#"{{"Auth":{{"userPoolId":"eu-west-1_A","userPoolClientId":"c","oauth":{oauth}}}}}"#);
    let gen_1 = |rest: &str| {
        format!(r#"{{"CognitoUserPool":{{"Default":{{"PoolId":"eu-west-1_A","AppClientId":"c",{rest}}}}},"Auth":[]}}"#)
    };
    let gen_2 = |custom: &str| {
        format!(
            r#"{{"version":"1","auth":{{"user_pool_id":"eu-west-1_A","user_pool_client_id":"c"}},"custom":{custom}}}"#
        )
    };
    let flag = |value: &str| format!(r#"{{"options":{{"AdvancedSecurityDataCollectionFlag":{value}}}}}"#);
    for (text, warned) in [
        (exports("[]"), Some("oauth ")),
        (exports("\"\""), Some("oauth ")),
        (exports("{\"options\":[]}"), Some("oauth.options ")),
        (exports(&flag("1")), Some("oauth.options.AdvancedSecurityDataCollectionFlag ")),
        (exports("null"), None),
        (exports("{}"), None),
        (manual("[]"), Some("Auth.oauth ")),
        (gen_1("\"MigrationEnabled\":1"), Some("CognitoUserPool.Default.MigrationEnabled ")),
        (gen_2("[]"), Some("custom ")),
        (gen_2("{\"portcullis\":\"\"}"), Some("custom.portcullis ")),
    ] {
        let read = AuthConfiguration::from_json(&text).unwrap();
        let warnings = read.warnings().iter();
        assert_eq!((read.user_pool_id(), read.client_id()), ("eu-west-1_A", "c"));
        let found = warnings.clone().any(|warning| warned.is_none_or(|key| warning.starts_with(key)));
        assert!(found || (warned.is_none() && warnings.len() == 0), "{text}: {:?}", read.warnings());
    }
    for (value, wanted) in
        [("true", true), ("\"true\"", true), ("\" TRUE\"", true), ("\"false\"", false), ("\"\"", false)]
    {
        for text in [exports(&flag(value)), manual(&flag(value))] {
            let read = AuthConfiguration::from_json(&text).unwrap();
            assert_eq!((read.threat_protection(), read.warnings().len()), (wanted, 0), "{text}");
        }
        let read = AuthConfiguration::from_json(&gen_1(&format!("\"MigrationEnabled\":{value}"))).unwrap();
        assert_eq!(*read.auth_flow() == AuthFlow::UserPassword, wanted, "{value}");
    }
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
        (
            r#"{"version":"1","auth":{"user_pool_id":"nonsense","user_pool_client_id":"c"}}"#,
            "auth.user_pool_id",
            "pool id",
        ),
        (
            r#"{"version":"1","auth":{"user_pool_id":"eu-west-1_A","user_pool_client_id":"a b"}}"#,
            "auth.user_pool_client_id",
            "letters",
        ),
        (
            r#"{"version":"1","auth":{"user_pool_id":"eu-west-1_A","user_pool_client_id":"c","aws_region":"Ü"}}"#,
            "auth.aws_region",
            "region",
        ),
        (
            r#"{"CognitoUserPool":{"Default":{"PoolId":"e_A","AppClientId":"c","Endpoint":"https://x"}}}"#,
            "CognitoUserPool.Default.Endpoint",
            "host name",
        ),
        (
            r#"{"CognitoUserPool":{"Default":{"PoolId":"e_A","AppClientId":"c"}},"Auth":{"Default":{"authenticationFlowType":"X"}}}"#,
            "Auth.Default.authenticationFlowType",
            "USER_SRP_AUTH",
        ),
        (
            r#"{"Auth":{"userPoolId":"e_A","userPoolWebClientId":"c","clientMetadata":{"a":1}}}"#,
            "Auth.clientMetadata.a",
            "string",
        ),
        (
            r#"{"version":"1","auth":{"user_pool_id":"eu-west-1_A","user_pool_client_id":"c"},"custom":{"portcullis":{"user_pool_endpoint":"http://example.org"}}}"#,
            "custom.portcullis.user_pool_endpoint",
            "https",
        ),
        (r#"{"version":"1","auth":{"user_pool_id":"Eu_A","user_pool_client_id":"c"}}"#, "auth.user_pool_id", "region"),
        (r#"{"CognitoUserPool":{"Default":"x"}}"#, "CognitoUserPool.Default", "object"),
        (r#"{"CognitoUserPool":{"Other":{}}}"#, "CognitoUserPool.Default", "missing"),
        (
            r#"{"CognitoUserPool":{"Default":{"PoolId":"e_A","AppClientId":"c","Endpoint":"a@b"}}}"#,
            "CognitoUserPool.Default.Endpoint",
            "user name",
        ),
        (r#"{"Auth":{"region":"eu-west-1"}}"#, "Auth.userPoolId", "missing"),
        (
            r#"{"Auth":{"Cognito":{"userPoolId":"e_A","userPoolClientId":"-"}}}"#,
            "Auth.Cognito.userPoolClientId",
            "letters",
        ),
        (r#"{"Auth":{"userPoolId":"e_A"}}"#, "Auth.userPoolClientId", "missing"),
        (r#"{"userPoolId":"e_A","userPoolWebClientId":"c","region":"XX-XXXX-X"}"#, "region", "region"),
        (r#"{"aws_project_region":"eu-west-1"}"#, "aws_user_pools_id", "missing"),
        ("{}", "json", "amplify_outputs.json"),
    ] {
        let (field, said) = refused(text);
        assert_eq!(field, key, "{text}");
        assert!(said.contains(problem), "{said}");
    }
}

#[test]
fn plain_http_reaches_this_machine_only() {
    let with = |endpoint: &str| AuthConfiguration::builder("eu-west-1_A", "c").endpoint(endpoint).build();
    for allowed in [
        "http://127.0.0.1:1/",
        "http://127.9.9.9",
        "http://[::1]:8080",
        "http://localhost:9",
        "https://x.example.org/path",
        "https://xn--bcher-kva.example.org",
    ] {
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
        "https://bücher.example.org",
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
    assert_eq!(
        builder().region("cn-north-1").build().unwrap().endpoint().host_str(),
        Some("cognito-idp.cn-north-1.amazonaws.com.cn")
    );
    for key in ["connect_timeout", "total_timeout"] {
        let (connect, total) = if key == "connect_timeout" { (0, 1) } else { (1, 601) };
        let built =
            builder().connect_timeout(Duration::from_secs(connect)).total_timeout(Duration::from_secs(total)).build();
        assert_eq!(built.unwrap_err().info().field.as_deref(), Some(key));
    }
    for (connect, total, expected) in
        [(None, 5, Some(5)), (Some(5), 5, Some(5)), (Some(6), 5, None), (Some(20), 60, Some(20))]
    {
        let mut builder = builder().total_timeout(Duration::from_secs(total));
        if let Some(connect) = connect {
            builder = builder.connect_timeout(Duration::from_secs(connect));
        }
        assert_eq!(builder.build().map(|built| built.connect_timeout().as_secs()).ok(), expected);
    }
    let read = AuthConfiguration::from_json(fixture!("manual-auth.json")).unwrap();
    let changed = read.to_builder().endpoint("http://127.0.0.1:1").build().unwrap();
    assert_eq!((changed.auth_flow(), changed.client_metadata()), (read.auth_flow(), read.client_metadata()));
    assert_eq!(changed.endpoint().port(), Some(1));
}

#[test]
fn ids_are_what_the_service_model_says() {
    let built = |pool: &str, client: &str| AuthConfiguration::builder(pool, client).region("eu-west-1").build();
    for pool in ["eu-west-1_A", "my_own_A1", "a-_9", "__a"] {
        assert!(built(pool, "a_+9").is_ok(), "{pool}");
    }
    for pool in [
        "",
        "_",
        "_A",
        "eu-west-1",
        "eu-west-1_",
        "eu-west-1_A-",
        "eu west_A",
        "eu_Ä",
        &format!("e_{}", "A".repeat(54)),
    ] {
        assert_eq!(built(pool, "c").unwrap_err().info().field.as_deref(), Some("user_pool_id"), "{pool}");
    }
    for client in ["", "a-b", "ä", &"a".repeat(129)] {
        assert_eq!(built("e_A", client).unwrap_err().info().field.as_deref(), Some("client_id"), "{client}");
    }
    assert_eq!(built("my_own_A1", "c").unwrap().pool_name(), "own_A1");
}

#[test]
fn a_region_reaches_its_partition() {
    for (region, host) in [
        ("us-gov-west-1", "cognito-idp.us-gov-west-1.amazonaws.com"),
        ("eusc-de-east-1", "cognito-idp.eusc-de-east-1.amazonaws.eu"),
        ("us-iso-east-1", "cognito-idp.us-iso-east-1.c2s.ic.gov"),
        ("us-isob-east-1", "cognito-idp.us-isob-east-1.sc2s.sgov.gov"),
    ] {
        let built = AuthConfiguration::builder(format!("{region}_A"), "c").build().unwrap();
        assert_eq!((built.endpoint().scheme(), built.endpoint().host_str()), ("https", Some(host)));
        assert!(built.warnings().is_empty());
    }
    for region in ["XX-XXXX-X", "eu-west-1.evil.example.org", "eu-west-1/", "-", "eu west", &"a".repeat(64)] {
        let refused = AuthConfiguration::builder("eu-west-1_A", "c").region(region).build().unwrap_err();
        assert_eq!(refused.info().field.as_deref(), Some("region"), "{region}");
    }
    let elsewhere = AuthConfiguration::builder("eu-west-1_A", "c").region("us-east-1").build().unwrap();
    assert!(elsewhere.warnings()[0].contains("region is us-east-1"));
}

#[test]
fn the_secret_is_not_printed() {
    let read = AuthConfiguration::from_json(fixture!("amplifyconfiguration.json")).unwrap();
    assert!(!format!("{read:?} {:?}", read.to_builder()).contains("onlyWhen"));
}
