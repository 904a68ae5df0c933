//! Where the configuration says what goes along with requests.

use super::*;

const POOL: &str = r#""userPoolId":"eu-west-1_A","userPoolWebClientId":"c""#;
const EXPORTS: &str = r#""aws_user_pools_id":"eu-west-1_A","aws_user_pools_web_client_id":"c""#;
const OUTPUTS: &str = r#""version":"1","auth":{"user_pool_id":"eu-west-1_A","user_pool_client_id":"c"}"#;

#[test]
fn threat_protection_is_off_until_a_file_or_code_wants_it() {
    let flag = |value: &str| format!(r#""oauth":{{"options":{{"AdvancedSecurityDataCollectionFlag":{value}}}}}"#);
    let own = |value: &str| format!(r#""custom":{{"portcullis":{{"threat_protection":{value}}}}}"#);
    for (text, wanted) in [
        (format!("{{{POOL}}}"), false),
        (format!(r#"{{"Auth":{{{POOL},{}}}}}"#, flag("true")), true),
        (format!(r#"{{"Auth":{{{POOL},{}}}}}"#, flag("false")), false),
        (format!("{{{EXPORTS},{}}}", flag("true")), true),
        (format!(r#"{{{EXPORTS},"oauth":{{}}}}"#), false),
        (format!("{{{OUTPUTS},{}}}", own("true")), true),
        (format!("{{{OUTPUTS}}}"), false),
    ] {
        let read = AuthConfiguration::from_json(&text).unwrap();
        assert_eq!(read.threat_protection(), wanted, "{text}");
        let other = read.to_builder().threat_protection(!wanted).build().unwrap();
        assert_eq!(other.threat_protection(), !wanted);
    }
    let wrong = AuthConfiguration::from_json(&format!("{{{EXPORTS},{}}}", flag("1"))).unwrap();
    assert!(!wrong.threat_protection());
    assert!(wrong.warnings()[0].contains("oauth.options.AdvancedSecurityDataCollectionFlag"));
}

#[test]
fn an_analytics_endpoint_is_given_in_code_since_files_know_only_the_application() {
    let text = r#"{"CognitoUserPool":{"Default":{"PoolId":"eu-west-1_A","AppClientId":"c","PinpointAppId":"app"}}}"#;
    let read = AuthConfiguration::from_json(text).unwrap();
    assert_eq!(read.analytics_endpoint_id(), None);
    assert!(read.warnings()[0].contains("CognitoUserPool.Default.PinpointAppId"), "{:?}", read.warnings());
    let given = read.to_builder().analytics_endpoint_id("endpoint-1").build().unwrap();
    assert_eq!(given.analytics_endpoint_id(), Some("endpoint-1"));
    assert_eq!(given.to_builder().analytics_endpoint_id("").build().unwrap().analytics_endpoint_id(), None);
}
