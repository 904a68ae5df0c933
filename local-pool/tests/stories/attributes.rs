//! UpdateUserAttributes, DeleteUserAttributes, GetUserAttributeVerificationCode, VerifyUserAttribute, and the same for
//! administrators.

use std::collections::BTreeMap;
use std::time::Duration;

use local_pool::{ClientConfig, CustomAttribute, PoolConfig};
use serde_json::{Value, json};

use crate::client::{PASSWORD, Reply, TestPool, attributes};

/// A user with an access token.
struct Account {
    api: TestPool,
    token: Value,
}

impl Account {
    async fn open(config: PoolConfig) -> Self {
        let ann = [("email", "ann@example.com"), ("email_verified", "true"), ("name", "Ann")];
        let api = TestPool::start(config.with_user("ann", PASSWORD, &ann)).await;
        let token = api.tokens("ann").await["AccessToken"].clone();
        Self { api, token }
    }

    async fn call(&self, operation: &str, mut body: Value) -> Reply {
        body["AccessToken"] = self.token.clone();
        self.api.call(operation, body).await
    }

    async fn admin(&self, operation: &str, mut body: Value) -> Reply {
        body["UserPoolId"] = json!(self.api.server.pool_id());
        body["Username"] = json!("ann");
        self.api.call(operation, body).await
    }

    async fn update(&self, values: Value) -> Reply {
        self.call("UpdateUserAttributes", json!({ "UserAttributes": attributes(values) })).await
    }

    async fn admin_update(&self, values: Value) -> Reply {
        self.admin("AdminUpdateUserAttributes", json!({ "UserAttributes": attributes(values) })).await
    }

    async fn verify(&self, attribute: &str, code: &str) -> Reply {
        self.call("VerifyUserAttribute", json!({ "AttributeName": attribute, "Code": code })).await
    }

    async fn now(&self) -> BTreeMap<String, String> {
        let user = self.call("GetUser", json!({})).await.ok();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let list = user["UserAttributes"].as_array().unwrap();
        list.iter().map(|item| (text(&item["Name"]), text(&item["Value"]))).collect()
    }

    fn code(&self) -> String {
        let sent = self.api.server.outbox(Some("ann"), Some("attr"));
        sent.last().unwrap().code.clone()
    }
}

const INVALID: &str = "InvalidParameterException";
const UNAUTHORIZED: &str = "A client attempted to write unauthorized attribute";

#[tokio::test]
async fn a_new_address_counts_at_once_and_is_verified_later() {
    let account = Account::open(PoolConfig::default()).await;
    assert_eq!(account.update(json!({ "name": "Anna" })).await.ok(), json!({}));
    let sent = account.update(json!({ "email": "new@example.com", "name": "Ann" })).await.ok();
    let details = json!({ "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "n***@e***" });
    assert_eq!(sent, json!({ "CodeDeliveryDetailsList": [details] }));
    let now = account.now().await;
    assert_eq!((now["email"].as_str(), now["email_verified"].as_str()), ("new@example.com", "false"));

    account
        .verify("email", "000")
        .await
        .refused("CodeMismatchException", "Invalid verification code provided, please try again.");
    let code = account.code();
    assert_eq!(account.verify("email", &code).await.ok(), json!({}));
    assert_eq!(account.now().await["email_verified"], "true");
    let used = ("ExpiredCodeException", "Invalid code provided, please request a code again.");
    account.verify("email", &code).await.refused(used.0, used.1);
    // The same value is no change: it stays verified, and nothing is sent.
    assert_eq!(account.update(json!({ "email": "new@example.com" })).await.ok(), json!({}));
    assert_eq!(account.now().await["email_verified"], "true");
}

#[tokio::test]
async fn codes_for_attributes_are_asked_for_and_end() {
    let account = Account::open(PoolConfig::default()).await;
    account.update(json!({ "phone_number": "+15555551234" })).await.ok();
    let ask = async |attribute: &str| {
        account.call("GetUserAttributeVerificationCode", json!({ "AttributeName": attribute })).await
    };
    let phone = ask("phone_number").await.ok()["CodeDeliveryDetails"].clone();
    let details = json!({ "AttributeName": "phone_number", "DeliveryMedium": "SMS", "Destination": "+*******1234" });
    assert_eq!(phone, details);
    let (first, _) = (account.code(), ask("phone_number").await.ok());
    let second = account.code();
    if first != second {
        account.verify("phone_number", &first).await.refused_as("CodeMismatchException");
    }
    account.api.server.clock().advance(Duration::from_secs(1_800));
    account.verify("phone_number", &second).await.ok();

    ask("name").await.refused(INVALID, "Invalid attribute name. Only phone_number and email can be verified.");
    account
        .verify("name", "1")
        .await
        .refused(INVALID, "Invalid attribute name. Only phone_number and email can be verified.");
    for _ in 0..3 {
        ask("phone_number").await.ok();
    }
    ask("phone_number").await.refused("LimitExceededException", "Attempt limit exceeded, please try after some time.");
}

#[tokio::test]
async fn a_code_does_not_verify_another_value() {
    // Nothing is verified by itself, so the second change sends no code that would replace the first.
    let config = PoolConfig { auto_verified_attributes: Vec::new(), ..PoolConfig::default() };
    let account = Account::open(config).await;
    account.call("GetUserAttributeVerificationCode", json!({ "AttributeName": "email" })).await.ok();
    let code = account.code();
    account.update(json!({ "email": "other@example.com" })).await.ok();
    account.verify("email", &code).await.refused_as("ExpiredCodeException");
    assert_eq!(account.now().await["email_verified"], "false");
}

async fn verifying_before_update() -> Account {
    let account = Account::open(PoolConfig::default()).await;
    let update = json!({
        "UserPoolId": account.api.server.pool_id(), "AutoVerifiedAttributes": ["email"],
        "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] },
    });
    account.api.call("UpdateUserPool", update).await.ok();
    account
}

#[tokio::test]
async fn with_verification_before_update_the_old_value_stays_in_force() {
    let account = verifying_before_update().await;
    let sent = account.update(json!({ "email": "new@example.com" })).await.ok();
    assert_eq!(sent["CodeDeliveryDetailsList"][0]["Destination"], "n***@e***");
    let email = async || {
        let now = account.now().await;
        (now["email"].clone(), now["email_verified"].clone())
    };
    assert_eq!(email().await, ("ann@example.com".into(), "true".into()));
    // Asked for again, the code goes to the value that waits.
    account.call("GetUserAttributeVerificationCode", json!({ "AttributeName": "email" })).await.ok();
    assert_eq!(account.api.server.outbox(None, Some("attr")).pop().unwrap().destination, "new@example.com");
    account.verify("email", &account.code()).await.ok();
    assert_eq!(email().await, ("new@example.com".into(), "true".into()));

    // Back to the value in force: nothing waits any more.
    account.update(json!({ "email": "third@example.com" })).await.ok();
    let code = account.code();
    account.update(json!({ "email": "new@example.com" })).await.ok();
    account.verify("email", &code).await.refused_as("ExpiredCodeException");
    assert_eq!(email().await, ("new@example.com".into(), "true".into()));

    // Administrators wait as well, unless they vouch for the value.
    account.admin_update(json!({ "email": "admin@example.com", "email_verified": "false" })).await.ok();
    assert_eq!(email().await, ("new@example.com".into(), "true".into()));
    account.admin_update(json!({ "email": "admin@example.com", "email_verified": "True" })).await.ok();
    assert_eq!(email().await, ("admin@example.com".into(), "true".into()));
}

#[tokio::test]
async fn what_a_client_may_not_write() {
    let client = ClientConfig {
        write_attributes: Some(vec!["email".into(), "name".into(), "custom:badge".into()]),
        ..ClientConfig::default()
    };
    let badge = CustomAttribute { name: "badge".into(), data_type: "String".into(), mutable: false };
    let config = PoolConfig {
        custom_attributes: vec![badge],
        required_attributes: vec!["email".into()],
        ..PoolConfig::default().with_client(client)
    };
    let account = Account::open(config).await;
    for unwritable in [json!({ "nickname": "A" }), json!({ "email_verified": "true" }), json!({ "sub": "1" })] {
        account.update(unwritable).await.refused("NotAuthorizedException", UNAUTHORIZED);
    }
    account
        .update(json!({ "custom:badge": "7" }))
        .await
        .refused(INVALID, "Cannot modify the non-mutable attribute custom:badge");
    account.update(json!({ "email": "not an address" })).await.refused(INVALID, "Invalid email address format.");
    let required = "Invalid user attributes: email: Required attribute cannot be deleted.";
    account.update(json!({ "email": "" })).await.refused(INVALID, required);
    let delete =
        async |names: Value| account.call("DeleteUserAttributes", json!({ "UserAttributeNames": names })).await;
    delete(json!(["email"])).await.refused(INVALID, required);
    delete(json!(["nickname"])).await.refused("NotAuthorizedException", UNAUTHORIZED);
    delete(json!(["custom:badge"])).await.refused(INVALID, "Cannot modify the non-mutable attribute custom:badge");
    assert_eq!(delete(json!(["name"])).await.ok(), json!({}));
    assert!(!account.now().await.contains_key("name"));
    account.update(json!({ "name": "Ann" })).await.ok();
    account.update(json!({ "name": "" })).await.ok();
    assert!(!account.now().await.contains_key("name"));
}

#[tokio::test]
async fn deleting_an_address_deletes_its_mark() {
    let account = Account::open(PoolConfig::default()).await;
    account.update(json!({ "email": "" })).await.ok();
    let now = account.now().await;
    assert!(!now.contains_key("email") && !now.contains_key("email_verified"));
    account
        .admin_update(json!({ "email_verified": "true" }))
        .await
        .refused(INVALID, "Email is required to verify/un-verify an email");
    account.call("GetUserAttributeVerificationCode", json!({ "AttributeName": "email" })).await.refused_as(INVALID);
}

#[tokio::test]
async fn where_addresses_are_user_names_the_new_one_signs_in() {
    let config = PoolConfig { username_attributes: vec!["email".into()], ..PoolConfig::default() };
    let api = TestPool::start(config).await;
    api.server.create_user("ann@example.com", PASSWORD, &[]).unwrap();
    api.server.create_user("bob@example.com", PASSWORD, &[]).unwrap();
    let token = api.tokens("ann@example.com").await["AccessToken"].clone();
    let update = async |email: &str| {
        let values = attributes(json!({ "email": email }));
        api.call("UpdateUserAttributes", json!({ "AccessToken": token, "UserAttributes": values })).await
    };
    update("bob@example.com").await.refused("AliasExistsException", "An account with the given email already exists.");
    update("new@example.com").await.ok();
    api.password("new@example.com", PASSWORD).await.ok();
    api.password("ann@example.com", PASSWORD).await.refused("UserNotFoundException", "User does not exist.");
    // The only name to sign in by.
    update("").await.refused(INVALID, "Invalid user attributes: email: Required attribute cannot be deleted.");
}

#[tokio::test]
async fn an_alias_signs_in_once_verified_and_moves_to_who_verifies_it() {
    let config = PoolConfig { alias_attributes: vec!["email".into()], ..PoolConfig::default() };
    let account = Account::open(config).await;
    let api = &account.api;
    api.server.create_user("bob", PASSWORD, &[("email", "bob@example.com"), ("email_verified", "true")]).unwrap();
    account
        .update(json!({ "email": "bob@example.com" }))
        .await
        .refused("AliasExistsException", "An account with the given email already exists.");
    account.update(json!({ "email": "free@example.com" })).await.ok();
    api.password("free@example.com", PASSWORD).await.refused_as("UserNotFoundException");
    // Meanwhile somebody else gets the same address verified.
    api.server.create_user("eve", PASSWORD, &[("email", "free@example.com"), ("email_verified", "true")]).unwrap();
    account.verify("email", &account.code()).await.ok();
    let tokens = api.tokens("free@example.com").await;
    assert_eq!(crate::client::claims(&tokens["AccessToken"])["username"], "ann");
    let eve = json!({ "UserPoolId": api.server.pool_id(), "Username": "eve" });
    let eve = api.call("AdminGetUser", eve).await.ok();
    assert!(eve["UserAttributes"].as_array().unwrap().contains(&json!({ "Name": "email_verified", "Value": "false" })));
}

#[tokio::test]
async fn administrators_change_and_delete() {
    let account = Account::open(PoolConfig::default()).await;
    assert_eq!(
        account.admin_update(json!({ "email": "b@example.com", "email_verified": "TRUE" })).await.ok(),
        json!({})
    );
    assert_eq!(account.now().await["email_verified"], "true");
    assert!(account.api.server.outbox(None, None).is_empty());
    // Without a word about its verification the new address gets a code.
    account.admin_update(json!({ "email": "c@example.com" })).await.ok();
    account.verify("email", &account.code()).await.ok();
    account.admin_update(json!({ "sub": "1" })).await.refused(INVALID, "Cannot modify the non-mutable attribute sub");
    account.admin_update(json!({ "custom:x": "1" })).await.refused_as(INVALID);
    let delete = json!({ "UserAttributeNames": ["name", "email_verified"] });
    assert_eq!(account.admin("AdminDeleteUserAttributes", delete).await.ok(), json!({}));
    let now = account.now().await;
    assert_eq!(now.keys().collect::<Vec<_>>(), ["email", "sub"]);
    let nobody = json!({ "UserPoolId": account.api.server.pool_id(), "Username": "no", "UserAttributes": [] });
    account.api.call("AdminUpdateUserAttributes", nobody).await.refused_as("UserNotFoundException");
}

#[tokio::test]
async fn attributes_can_be_added_to_a_pool() {
    let account = Account::open(PoolConfig::default()).await;
    let pool = account.api.server.pool_id();
    let add = async |list: Value| {
        account.api.call("AddCustomAttributes", json!({ "UserPoolId": pool, "CustomAttributes": list })).await
    };
    let team = json!({ "Name": "team", "AttributeDataType": "String", "Mutable": true });
    assert_eq!(add(json!([team])).await.ok(), json!({}));
    account.update(json!({ "custom:team": "red" })).await.ok();
    assert_eq!(account.now().await["custom:team"], "red");
    add(json!([team])).await.refused(INVALID, "custom:team: Existing attribute already has name custom:team.");
    add(json!([])).await.refused_as(INVALID);
    add(json!([{ "Name": "x".repeat(21), "AttributeDataType": "String" }])).await.refused_as(INVALID);
    for round in 0..2 {
        let many = (0..24).map(|index| json!({ "Name": format!("a{round}-{index}"), "AttributeDataType": "String" }));
        add(many.collect()).await.ok();
    }
    add(json!([{ "Name": "last", "AttributeDataType": "String" }])).await.ok();
    add(json!([{ "Name": "toomany", "AttributeDataType": "String" }])).await.refused_as(INVALID);
}
