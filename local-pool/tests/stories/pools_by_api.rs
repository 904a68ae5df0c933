//! Pools and clients made through the API, on a server that starts empty.

use local_pool::ServerConfig;
use serde_json::{Value, json};

use crate::client::{PASSWORD, TestPool, claims};

async fn empty() -> (TestPool, String) {
    let api = TestPool::start(ServerConfig::default()).await;
    let pool = api.call("CreateUserPool", json!({ "PoolName": "shop" })).await.ok()["UserPool"].clone();
    (api, pool["Id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_whole_story_over_the_wire() {
    let (api, pool) = empty().await;
    assert_eq!(api.server.amplify_outputs(), "");
    assert!(pool.starts_with("us-east-1_") && pool.len() == "us-east-1_".len() + 9);
    let create = json!({
        "UserPoolId": pool, "ClientName": "app", "GenerateSecret": false,
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    });
    let client = api.call("CreateUserPoolClient", create).await.ok()["UserPoolClient"].clone();
    let id = client["ClientId"].as_str().unwrap();
    assert_eq!(id.len(), 26);
    assert!(client.get("ClientSecret").is_none());
    let user = json!({ "UserPoolId": pool, "Username": "ann", "MessageAction": "SUPPRESS" });
    api.call("AdminCreateUser", user).await.ok();
    let password = json!({ "UserPoolId": pool, "Username": "ann", "Password": PASSWORD, "Permanent": true });
    api.call("AdminSetUserPassword", password).await.ok();
    let start = json!({
        "ClientId": id, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": { "USERNAME": "ann", "PASSWORD": PASSWORD },
    });
    let tokens = api.call("InitiateAuth", start.clone()).await.ok();
    let iss = claims(&tokens["AuthenticationResult"]["IdToken"])["iss"].clone();
    assert_eq!(iss, json!(format!("{}/{pool}", api.server.endpoint())));

    let outputs: Value = serde_json::from_str(&api.server.amplify_outputs_of(id).unwrap()).unwrap();
    assert_eq!(outputs["auth"]["user_pool_id"], json!(pool));
    assert_eq!(outputs["auth"]["user_pool_client_id"], json!(id));
    assert_eq!(outputs["auth"]["aws_region"], "us-east-1");
    assert_eq!(outputs["custom"]["portcullis"]["user_pool_endpoint"], json!(api.server.endpoint()));

    let clients = api.call("ListUserPoolClients", json!({ "UserPoolId": pool, "MaxResults": 60 })).await.ok();
    assert_eq!(clients["UserPoolClients"], json!([{ "ClientId": id, "UserPoolId": pool, "ClientName": "app" }]));
    let deleted = api.call("DeleteUserPoolClient", json!({ "UserPoolId": pool, "ClientId": id })).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (200, ""));
    let text = format!("User pool client {id} does not exist.");
    api.call("InitiateAuth", start).await.refused("ResourceNotFoundException", &text);
    api.call("DeleteUserPool", json!({ "UserPoolId": pool })).await.ok_empty();
    let text = format!("User pool {pool} does not exist.");
    api.call("DescribeUserPool", json!({ "UserPoolId": pool })).await.refused("ResourceNotFoundException", &text);
}

#[tokio::test]
async fn a_new_pool_has_the_documented_defaults() {
    let (api, pool) = empty().await;
    let described = api.call("DescribeUserPool", json!({ "UserPoolId": pool })).await.ok()["UserPool"].clone();
    let policy = json!({
        "MinimumLength": 8, "RequireUppercase": true, "RequireLowercase": true, "RequireNumbers": true,
        "RequireSymbols": true, "TemporaryPasswordValidityDays": 7,
    });
    assert_eq!(described["Policies"]["PasswordPolicy"], policy);
    assert_eq!(described["Name"], "shop");
    assert_eq!(described["MfaConfiguration"], "OFF");
    assert_eq!(described["LambdaConfig"], json!({}));
    assert_eq!(described["EstimatedNumberOfUsers"], 0);
    assert_eq!(described["Arn"], json!(format!("arn:aws:cognito-idp:us-east-1:000000000000:userpool/{pool}")));
    assert!(described.get("UsernameAttributes").is_none() && described.get("AliasAttributes").is_none());
    let schema = described["SchemaAttributes"].as_array().unwrap();
    let sub = schema.iter().find(|known| known["Name"] == "sub").unwrap();
    assert_eq!((&sub["Required"], &sub["Mutable"]), (&json!(true), &json!(false)));
    let listed = api.call("ListUserPools", json!({ "MaxResults": 10 })).await.ok();
    assert_eq!(listed["UserPools"][0]["Id"], json!(pool));
}

#[tokio::test]
async fn custom_attributes_are_prefixed_and_policies_apply() {
    let api = TestPool::start(ServerConfig::default()).await;
    let create = json!({
        "PoolName": "shop",
        "Policies": { "PasswordPolicy": { "MinimumLength": 6, "RequireNumbers": true } },
        "Schema": [
            { "Name": "email", "Required": true, "AttributeDataType": "String", "Mutable": true },
            { "Name": "team", "AttributeDataType": "String", "Mutable": true,
              "StringAttributeConstraints": { "MinLength": "1", "MaxLength": "5" } },
        ],
    });
    let pool = api.call("CreateUserPool", create).await.ok()["UserPool"].clone();
    let names: Vec<_> =
        pool["SchemaAttributes"].as_array().unwrap().iter().map(|known| known["Name"].clone()).collect();
    assert!(names.contains(&json!("custom:team")));
    assert_eq!(pool["Policies"]["PasswordPolicy"]["RequireSymbols"], false);
    let client = json!({ "UserPoolId": pool["Id"], "ClientName": "app" });
    let client = api.call("CreateUserPoolClient", client).await.ok()["UserPoolClient"]["ClientId"].clone();
    let sign_up = |team: &str| {
        json!({
            "ClientId": client, "Username": "tom", "Password": "abcde1",
            "UserAttributes": [{ "Name": "email", "Value": "a@b.example" }, { "Name": "custom:team", "Value": team }],
        })
    };
    api.call("SignUp", sign_up("too long")).await.refused_as("InvalidParameterException");
    api.call("SignUp", sign_up("red")).await.ok();
}

#[tokio::test]
async fn updates_replace() {
    let (api, pool) = empty().await;
    let update = json!({
        "UserPoolId": pool, "AutoVerifiedAttributes": ["email"],
        "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
    });
    assert_eq!(api.call("UpdateUserPool", update).await.ok(), json!({}));
    let describe = async || api.call("DescribeUserPool", json!({ "UserPoolId": pool })).await.ok()["UserPool"].clone();
    assert_eq!(describe().await["AutoVerifiedAttributes"], json!(["email"]));
    api.call("UpdateUserPool", json!({ "UserPoolId": pool })).await.ok();
    let after = describe().await;
    assert!(after.get("AutoVerifiedAttributes").is_none());
    assert_eq!(after["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"], false);
    assert_eq!(after["Name"], "shop");

    let create = json!({
        "UserPoolId": pool, "ClientName": "app", "GenerateSecret": true, "PreventUserExistenceErrors": "ENABLED",
        "AccessTokenValidity": 30, "TokenValidityUnits": { "AccessToken": "minutes" },
    });
    let client = api.call("CreateUserPoolClient", create).await.ok()["UserPoolClient"].clone();
    assert_eq!(client["ClientSecret"].as_str().unwrap().len(), 52);
    let update = json!({ "UserPoolId": pool, "ClientId": client["ClientId"] });
    let after = api.call("UpdateUserPoolClient", update.clone()).await.ok()["UserPoolClient"].clone();
    assert_eq!(after["PreventUserExistenceErrors"], "LEGACY");
    assert_eq!(after["ClientSecret"], client["ClientSecret"]);
    assert_eq!(after["ClientName"], "app");
    assert!(after.get("AccessTokenValidity").is_none());
    let described = api.call("DescribeUserPoolClient", update).await.ok()["UserPoolClient"].clone();
    assert_eq!(described, after);
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let (api, pool) = empty().await;
    api.call("CreateUserPool", json!({ "PoolName": "x", "MfaConfiguration": "ON" })).await.refused(
        "InvalidParameterException",
        "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
    );
    let mixed = json!({
        "UserPoolId": pool, "ClientName": "app", "ExplicitAuthFlows": ["USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
    });
    api.call("CreateUserPoolClient", mixed).await.refused_as("InvalidParameterException");
    api.call("UpdateUserPool", json!({ "UserPoolId": pool, "DeletionProtection": "ACTIVE" })).await.ok();
    api.call("DeleteUserPool", json!({ "UserPoolId": pool })).await.refused_as("InvalidParameterException");
    let other = json!({ "UserPoolId": pool, "ClientId": "nope" });
    api.call("DescribeUserPoolClient", other)
        .await
        .refused("ResourceNotFoundException", "User pool client nope does not exist.");
}

#[tokio::test]
async fn unset_flows_are_refresh_srp_and_custom() {
    let (api, pool) = empty().await;
    let client = json!({ "UserPoolId": pool, "ClientName": "app" });
    let client = api.call("CreateUserPoolClient", client).await.ok()["UserPoolClient"]["ClientId"].clone();
    let start = |flow: &str| json!({ "ClientId": client, "AuthFlow": flow, "AuthParameters": { "USERNAME": "ann" } });
    api.call("InitiateAuth", start("USER_PASSWORD_AUTH"))
        .await
        .refused("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client");
    api.call("InitiateAuth", start("USER_SRP_AUTH"))
        .await
        .refused("InvalidParameterException", "Missing required parameter SRP_A");
}
