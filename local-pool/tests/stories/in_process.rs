//! Calling operations without HTTP, and what the configuration sets.

use local_pool::{DeviceConfig, LocalPool, PoolConfig, ServerConfig};
use serde_json::json;

use crate::client::PASSWORD;

#[tokio::test]
async fn any_operation_can_be_called_in_process() {
    let pool = LocalPool::start(PoolConfig::default().with_user("ann", PASSWORD, &[])).await.unwrap();
    let user = pool.call("AdminGetUser", json!({ "Username": "ann", "ClientMetadata": null })).await.unwrap();
    assert_eq!(user["UserStatus"], "CONFIRMED");
    pool.call("AdminDeleteUser", json!({ "Username": "ann" })).await.unwrap();
    let refused = pool.call("AdminGetUser", json!({ "Username": "ann" })).await.unwrap_err();
    assert_eq!((refused.exception.as_str(), refused.text.as_str()), ("UserNotFoundException", "User does not exist."));
    let refused = pool.call("Sing", json!({})).await.unwrap_err();
    assert_eq!(refused.exception, "UnknownOperationException");
    assert_eq!(pool.requests("AdminGetUser"), 0);
}

#[tokio::test]
async fn with_several_pools_an_operation_has_to_name_one() {
    let config = ServerConfig {
        pools: vec![PoolConfig { name: "one".into(), ..PoolConfig::default() }, PoolConfig::default()],
        ..ServerConfig::default()
    };
    let pool = LocalPool::start(config).await.unwrap();
    let refused = pool.call("ListUsers", json!({})).await.unwrap_err();
    assert!(refused.text.contains("'userPoolId'"), "{refused}");
    pool.call("ListUsers", json!({ "UserPoolId": pool.pools()[1].pool_id })).await.unwrap();
}

#[tokio::test]
async fn factors_devices_and_recovery_are_set_by_the_configuration() {
    let pool = LocalPool::start(PoolConfig {
        mfa: "OPTIONAL".into(),
        mfa_factors: vec!["SOFTWARE_TOKEN_MFA".into()],
        first_factors: vec!["PASSWORD".into(), "WEB_AUTHN".into()],
        relying_party: Some("example.com".into()),
        devices: Some(DeviceConfig { challenge_required_on_new_device: true, ..DeviceConfig::default() }),
        account_recovery: vec!["verified_email".into(), "verified_phone_number".into()],
        verify_before_update: vec!["email".into()],
        ..PoolConfig::default()
    });
    let pool = pool.await.unwrap();
    let described = pool.call("DescribeUserPool", json!({})).await.unwrap()["UserPool"].clone();
    assert_eq!(described["MfaConfiguration"], "OPTIONAL");
    let sign_in_policy = &described["Policies"]["SignInPolicy"];
    assert_eq!(*sign_in_policy, json!({ "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] }));
    assert_eq!(
        described["DeviceConfiguration"],
        json!({ "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false })
    );
    assert_eq!(
        described["AccountRecoverySetting"]["RecoveryMechanisms"],
        json!([{ "Name": "verified_email", "Priority": 1 }, { "Name": "verified_phone_number", "Priority": 2 }])
    );
    assert_eq!(
        described["UserAttributeUpdateSettings"],
        json!({ "AttributesRequireVerificationBeforeUpdate": ["email"] })
    );
    let outputs: serde_json::Value = serde_json::from_str(&pool.amplify_outputs()).unwrap();
    assert_eq!(outputs["auth"]["mfa_configuration"], "OPTIONAL");
    assert_eq!(outputs["auth"]["mfa_methods"], json!(["TOTP"]));

    let toml = r#"
        [[pools]]
        mfa = "ON"
        mfa_factors = ["SMS_MFA"]
        first_factors = ["PASSWORD"]
        relying_party = "example.com"
        passkey_origins = ["https://example.com"]
        user_verification = "required"
        account_recovery = ["admin_only"]
        verify_before_update = ["email"]
        devices = { only_remembered_on_user_prompt = true }
    "#;
    let config = ServerConfig::from_toml(toml).unwrap().pools.remove(0);
    assert_eq!(config.devices.map(|devices| devices.only_remembered_on_user_prompt), Some(true));
}
