//! The operations of administrators, as stock AWS clients call them: with a SigV4 header that is not looked into.

use serde_json::{Value, json};

use local_pool::PoolConfig;

use crate::client::{PASSWORD, TestPool, attributes};

async fn admin(api: &TestPool, operation: &str, mut body: Value) -> crate::client::Reply {
    body["UserPoolId"] = json!(api.server.pool_id());
    api.call(operation, body).await
}

#[tokio::test]
async fn a_users_life() {
    let api = TestPool::start(PoolConfig::default()).await;
    let create = json!({
        "Username": "ann", "TemporaryPassword": "Temporary-1!", "MessageAction": "SUPPRESS",
        "UserAttributes": attributes(json!({ "email": "ann@example.com", "email_verified": "True" })),
    });
    let user = admin(&api, "AdminCreateUser", create.clone()).await.ok()["User"].clone();
    assert_eq!(user["Username"], "ann");
    assert_eq!(user["UserStatus"], "FORCE_CHANGE_PASSWORD");
    assert_eq!(user["Enabled"], true);
    assert_eq!(user["Attributes"][0]["Name"], "sub");
    assert!(user["UserCreateDate"].is_f64());
    assert!(api.server.outbox(None, None).is_empty());
    admin(&api, "AdminCreateUser", create).await.refused("UsernameExistsException", "User account already exists");
    assert_eq!(api.password("ann", "Temporary-1!").await.ok()["ChallengeName"], "NEW_PASSWORD_REQUIRED");

    let set = json!({ "Username": "ann", "Password": PASSWORD, "Permanent": true });
    assert_eq!(admin(&api, "AdminSetUserPassword", set).await.ok(), json!({}));
    let tokens = api.tokens("ann").await;
    assert_eq!(crate::client::claims(&tokens["IdToken"])["email_verified"], true);
    let found = admin(&api, "AdminGetUser", json!({ "Username": "ann" })).await.ok();
    assert_eq!(found["UserStatus"], "CONFIRMED");
    assert_eq!(found["UserAttributes"].as_array().unwrap().len(), 3);
    // By the sub as well.
    let sub = found["UserAttributes"][0]["Value"].clone();
    admin(&api, "AdminGetUser", json!({ "Username": sub })).await.ok();

    admin(&api, "AdminUserGlobalSignOut", json!({ "Username": "ann" })).await.ok();
    api.call("GetUser", json!({ "AccessToken": tokens["AccessToken"] }))
        .await
        .refused("NotAuthorizedException", "Access Token has been revoked");
    admin(&api, "AdminDisableUser", json!({ "Username": "ann" })).await.ok();
    api.password("ann", PASSWORD).await.refused("NotAuthorizedException", "User is disabled.");
    admin(&api, "AdminEnableUser", json!({ "Username": "ann" })).await.ok();
    api.password("ann", PASSWORD).await.ok();

    let deleted = admin(&api, "AdminDeleteUser", json!({ "Username": "ann" })).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (200, ""));
    admin(&api, "AdminGetUser", json!({ "Username": "ann" }))
        .await
        .refused("UserNotFoundException", "User does not exist.");
}

#[tokio::test]
async fn invitations_carry_the_temporary_password() {
    let api = TestPool::start(PoolConfig::default()).await;
    let create = json!({
        "Username": "ann", "DesiredDeliveryMediums": ["EMAIL"],
        "UserAttributes": attributes(json!({ "email": "ann@example.com" })),
    });
    admin(&api, "AdminCreateUser", create).await.ok();
    let sent = api.server.outbox(Some("ann"), Some("invite"));
    assert_eq!(sent[0].message, format!("Your username is ann and temporary password is {}.", sent[0].code));
    let first = api.password("ann", &sent[0].code).await.ok();
    assert_eq!(first["ChallengeName"], "NEW_PASSWORD_REQUIRED");

    let resend = json!({ "Username": "ann", "MessageAction": "RESEND", "DesiredDeliveryMediums": ["EMAIL"] });
    admin(&api, "AdminCreateUser", resend.clone()).await.ok();
    let renewed = api.server.last_code("ann").unwrap();
    assert_ne!(renewed, sent[0].code);
    api.password("ann", &renewed).await.ok();
    api.server.set_password("ann", PASSWORD).unwrap();
    admin(&api, "AdminCreateUser", resend)
        .await
        .refused("UnsupportedUserStateException", "Resend not possible. ann status is not FORCE_CHANGE_PASSWORD");
}

#[tokio::test]
async fn confirming_and_refusals() {
    let api = TestPool::start(PoolConfig::default()).await;
    api.sign_up("tom", attributes(json!({ "email": "tom@test.example" }))).await.ok();
    admin(&api, "AdminConfirmSignUp", json!({ "Username": "tom" })).await.ok();
    admin(&api, "AdminConfirmSignUp", json!({ "Username": "tom" }))
        .await
        .refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED");
    // It verifies nothing.
    let tokens = api.tokens("tom").await;
    assert_eq!(crate::client::claims(&tokens["IdToken"])["email_verified"], false);
    let sub = json!({ "Username": "eve", "UserAttributes": attributes(json!({ "sub": "1" })) });
    admin(&api, "AdminCreateUser", sub)
        .await
        .refused("InvalidParameterException", "Cannot modify the non-mutable attribute sub");
    admin(&api, "AdminCreateUser", json!({ "Username": "eve", "TemporaryPassword": "short" }))
        .await
        .refused("InvalidPasswordException", "Password does not conform to policy: Password not long enough");
    admin(&api, "AdminSetUserPassword", json!({ "Username": "eve", "Password": PASSWORD }))
        .await
        .refused("UserNotFoundException", "User does not exist.");
    let elsewhere = json!({ "UserPoolId": "us-east-1_Nowhere00", "Username": "eve" });
    api.call("AdminGetUser", elsewhere)
        .await
        .refused("ResourceNotFoundException", "User pool us-east-1_Nowhere00 does not exist.");
}

#[tokio::test]
async fn listing_filters_and_pages() {
    let api = TestPool::start(PoolConfig::default()).await;
    for index in 0..25 {
        let email = format!("User{index:02}@example.com");
        api.server.create_user(&format!("user{index:02}"), PASSWORD, &[("email", &email)]).unwrap();
    }
    let list = async |body: Value| admin(&api, "ListUsers", body).await;
    let names = |answer: &Value| -> Vec<String> {
        answer["Users"].as_array().unwrap().iter().map(|user| user["Username"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(list(json!({})).await.ok()["Users"].as_array().unwrap().len(), 25);
    let mut token = Value::Null;
    let mut seen = Vec::new();
    loop {
        let page = list(json!({ "Limit": 10, "PaginationToken": token })).await.ok();
        seen.extend(names(&page));
        token = page["PaginationToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen.len(), 25);
    seen.dedup();
    assert_eq!(seen.len(), 25);

    let filter = async |text: &str| list(json!({ "Filter": text })).await;
    assert_eq!(names(&filter("email = \"user07@EXAMPLE.com\"").await.ok()), ["user07"]);
    assert_eq!(filter("username ^= \"user1\"").await.ok()["Users"].as_array().unwrap().len(), 10);
    assert_eq!(filter("username = \"USER07\"").await.ok()["Users"], json!([]));
    assert_eq!(filter("status = \"Enabled\"").await.ok()["Users"].as_array().unwrap().len(), 25);
    assert_eq!(filter("cognito:user_status = \"unconfirmed\"").await.ok()["Users"], json!([]));
    filter("username").await.refused("InvalidParameterException", "Error while parsing filter");
    filter("custom:foo = \"1\"").await.refused("InvalidParameterException", "Invalid search attribute: custom:foo");
    let some = list(json!({ "AttributesToGet": ["email"], "Limit": 1 })).await.ok();
    assert_eq!(some["Users"][0]["Attributes"], json!([{ "Name": "email", "Value": "User00@example.com" }]));
    list(json!({ "PaginationToken": "bm9uc2Vuc2U=" })).await.refused_as("InvalidParameterException");
}

#[tokio::test]
async fn page_tokens_are_for_one_pool_and_one_hour() {
    let config = || PoolConfig {
        id: Some("us-east-1_First0000".into()),
        ..PoolConfig::default().with_user("ann", PASSWORD, &[]).with_user("bob", PASSWORD, &[])
    };
    let other = PoolConfig { id: Some("us-east-1_Second000".into()), name: "other".into(), ..config() };
    let api = TestPool::start(local_pool::ServerConfig { pools: vec![config(), other], ..Default::default() }).await;
    let list = async |pool: &str, token: &Value| {
        api.call("ListUsers", json!({ "UserPoolId": pool, "Limit": 1, "PaginationToken": token })).await
    };
    let token = list("us-east-1_First0000", &Value::Null).await.ok()["PaginationToken"].clone();
    list("us-east-1_First0000", &token).await.ok();
    list("us-east-1_Second000", &token).await.refused_as("InvalidParameterException");
    api.server.clock().advance(std::time::Duration::from_secs(3_601));
    list("us-east-1_First0000", &token).await.refused_as("InvalidParameterException");
}
