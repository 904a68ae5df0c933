//! Nobody chooses who they are: `sub`, and what else says whose a token is, is the service's to give. What is immutable
//! is given when a user is made and never again.

use local_pool::{ClientConfig, CustomAttribute, LocalPool, PoolConfig, ServerConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::{PASSWORD, Reply, TestPool, attributes, claims};

/// The sub that somebody would like to have.
const WANTED: &str = "11111111-2222-4333-8444-555555555555";
/// What the service alone gives.
const GIVEN: [&str; 2] = ["sub", "identities"];
/// Claims that are no attributes of anybody.
const CLAIMS: [&str; 8] = ["iss", "aud", "token_use", "cognito:username", "cognito:groups", "auth_time", "exp", "jti"];
const PHRASE: &str = "Temporary-1!";

fn fixed(name: &str) -> String {
    format!("Cannot modify the non-mutable attribute {name}")
}

async fn admin(api: &TestPool, operation: &str, mut body: Value) -> Reply {
    body["UserPoolId"] = json!(api.server.pool_id());
    api.call(operation, body).await
}

async fn confirm(api: &TestPool, username: &str) {
    admin(api, "AdminConfirmSignUp", json!({ "Username": username })).await.ok();
}

/// The values of an attribute in a list of them; there may be no two.
fn values(list: &Value, name: &str) -> Vec<String> {
    let all = list.as_array().unwrap().iter().filter(|item| item["Name"] == name);
    all.map(|item| item["Value"].as_str().unwrap().to_owned()).collect()
}

/// Checks that tokens, their refreshed successors, GetUser and AdminGetUser agree on one sub that nobody chose.
async fn check_sub(api: &TestPool, tokens: &Value) {
    let access = claims(&tokens["AccessToken"]);
    let sub = access["sub"].as_str().unwrap().to_owned();
    assert_ne!(sub, WANTED);
    let refresh = api.initiate("REFRESH_TOKEN_AUTH", json!({ "REFRESH_TOKEN": tokens["RefreshToken"] })).await.ok();
    let refreshed = &refresh["AuthenticationResult"];
    for token in [&tokens["IdToken"], &refreshed["IdToken"], &refreshed["AccessToken"]] {
        assert_eq!(claims(token)["sub"], sub.as_str());
    }
    let user = api.call("GetUser", json!({ "AccessToken": tokens["AccessToken"] })).await.ok();
    let seen = admin(api, "AdminGetUser", json!({ "Username": access["username"] })).await.ok();
    for list in [&user["UserAttributes"], &seen["UserAttributes"]] {
        assert_eq!(values(list, "sub"), [sub.as_str()]);
    }
}

#[tokio::test]
async fn a_sign_up_cannot_choose_its_sub() {
    let mail = PoolConfig { username_attributes: vec!["email".into()], ..PoolConfig::default() };
    let all = [GIVEN[0], GIVEN[1], "email", "name"].map(str::to_owned).to_vec();
    let told = ClientConfig { write_attributes: Some(all), ..ClientConfig::default() };
    for config in [PoolConfig::default(), mail, PoolConfig::default().with_client(told)] {
        let api = TestPool::start(config).await;
        for name in GIVEN {
            let given = attributes(json!({ "email": "eve@example.com", name: WANTED }));
            api.sign_up("eve@example.com", given).await.refused("InvalidParameterException", &fixed(name));
        }
        for name in CLAIMS {
            let given = attributes(json!({ "email": "eve@example.com", name: "chosen" }));
            let refused = api.sign_up("eve@example.com", given).await;
            assert!(refused.status == 400 && refused.text.contains("ttribute"), "{name} {}", refused.text);
        }
        api.sign_up("eve@example.com", attributes(json!({ "email": "eve@example.com" }))).await.ok();
        confirm(&api, "eve@example.com").await;
        check_sub(&api, &api.tokens("eve@example.com").await).await;
    }
}

#[tokio::test]
async fn no_later_change_gives_another_sub() {
    let api = TestPool::with_ann().await;
    let tokens = api.tokens("ann").await;
    let token = &tokens["AccessToken"];
    for name in GIVEN {
        for value in [WANTED, ""] {
            let given = attributes(json!({ name: value }));
            let own = api.call("UpdateUserAttributes", json!({ "AccessToken": token, "UserAttributes": given })).await;
            let body = json!({ "Username": "ann", "UserAttributes": given });
            let by_admin = admin(&api, "AdminUpdateUserAttributes", body).await;
            for refused in [own, by_admin] {
                refused.refused_as("InvalidParameterException");
            }
        }
        let names = json!([name]);
        let own = api.call("DeleteUserAttributes", json!({ "AccessToken": token, "UserAttributeNames": names })).await;
        let body = json!({ "Username": "ann", "UserAttributeNames": names });
        let by_admin = admin(&api, "AdminDeleteUserAttributes", body).await;
        for refused in [own, by_admin] {
            refused.refused_as("InvalidParameterException");
        }
    }
    check_sub(&api, &tokens).await;
    check_sub(&api, &api.tokens("ann").await).await;
}

#[tokio::test]
async fn an_administrator_and_a_first_sign_in_cannot_choose_it_either() {
    let api = TestPool::start(PoolConfig::default()).await;
    let create = async |given: Value| {
        let body = json!({ "Username": "tom", "TemporaryPassword": PHRASE, "UserAttributes": attributes(given) });
        admin(&api, "AdminCreateUser", body).await
    };
    for name in GIVEN {
        create(json!({ name: WANTED })).await.refused("InvalidParameterException", &fixed(name));
    }
    create(json!({})).await.ok();
    let session = api.password("tom", PHRASE).await.ok()["Session"].clone();
    for name in GIVEN {
        let mut responses = json!({ "USERNAME": "tom", "NEW_PASSWORD": PASSWORD });
        responses[format!("userAttributes.{name}")] = json!(WANTED);
        api.respond("NEW_PASSWORD_REQUIRED", Some(&session), responses).await.refused_as("InvalidParameterException");
    }
    let responses = json!({ "USERNAME": "tom", "NEW_PASSWORD": PASSWORD });
    let tokens = api.respond("NEW_PASSWORD_REQUIRED", Some(&session), responses).await.ok();
    check_sub(&api, &tokens["AuthenticationResult"]).await;
}

#[tokio::test]
async fn a_configuration_cannot_choose_it() {
    for name in GIVEN {
        let config = PoolConfig::default().with_user("ann", PASSWORD, &[(name, WANTED)]);
        let refused = LocalPool::start(config).await.unwrap_err().to_string();
        assert!(refused.contains(&fixed(name)), "{refused}");
        let toml = format!(
            "[[pools]]\n[[pools.users]]\nusername = \"ann\"\npassword = \"{PASSWORD}\"\n\
             attributes = {{ {name} = \"{WANTED}\" }}"
        );
        let refused = LocalPool::start(ServerConfig::from_toml(&toml).unwrap()).await.unwrap_err().to_string();
        assert!(refused.contains(&fixed(name)), "{refused}");
    }
    let api = TestPool::with_ann().await;
    api.server.create_user("tom", PASSWORD, &[("sub", WANTED)]).unwrap_err();
    // Nor does the schema make it one that can be changed.
    let schema = json!([{ "Name": "sub", "AttributeDataType": "String", "Mutable": true }]);
    let made = api.call("CreateUserPool", json!({ "PoolName": "other", "Schema": schema })).await;
    if made.status == 200 {
        let listed = made.json()["UserPool"]["SchemaAttributes"].as_array().unwrap().clone();
        assert!(listed.iter().any(|known| known["Name"] == "sub" && known["Mutable"] == false));
    }
}

#[tokio::test]
async fn a_migration_cannot_choose_it() {
    let api = TestPool::start(PoolConfig::default()).await;
    api.server.set_trigger(TriggerKind::UserMigration, |mut event| {
        event["response"] = json!({
            "userAttributes": { "email": "old@example.com", "sub": WANTED, "identities": "[]" },
            "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS",
        });
        Ok(event)
    });
    let tokens = api.password("old", "weak").await.ok()["AuthenticationResult"].clone();
    check_sub(&api, &tokens).await;
    assert_eq!(claims(&tokens["IdToken"]).get("identities"), None);
}

#[tokio::test]
async fn a_trigger_at_a_sign_up_cannot_choose_it() {
    let api = TestPool::start(PoolConfig::default()).await;
    api.server.set_trigger(TriggerKind::PreSignUp, |mut event| {
        event["request"]["userAttributes"]["sub"] = json!(WANTED);
        event["response"] = json!({ "autoConfirmUser": true, "userAttributes": { "sub": WANTED }, "sub": WANTED });
        event["userName"] = json!("ann");
        Ok(event)
    });
    api.sign_up("tom", json!([])).await.ok();
    let tokens = api.tokens("tom").await;
    assert_eq!(claims(&tokens["AccessToken"])["username"], "tom");
    check_sub(&api, &tokens).await;
}

#[tokio::test]
async fn a_trigger_before_the_tokens_cannot_choose_it() {
    for (version, member) in [("V1_0", "claimsOverrideDetails"), ("V2_0", "claimsAndScopeOverrideDetails")] {
        let config = PoolConfig { pre_token_generation_version: version.into(), ..PoolConfig::default() };
        let api = TestPool::start(config.with_user("ann", PASSWORD, &[])).await;
        let before = api.tokens("ann").await;
        api.server.set_trigger(TriggerKind::PreTokenGeneration, move |mut event| {
            let names = ["sub", "username", "cognito:username", "iss", "identities", "client_id", "token_use"];
            let added: serde_json::Map<String, Value> = names.iter().map(|n| ((*n).into(), json!(WANTED))).collect();
            let change = json!({ "claimsToAddOrOverride": added, "claimsToSuppress": names });
            event["request"]["userAttributes"]["sub"] = json!(WANTED);
            event["response"][member] = match version {
                "V1_0" => change,
                _ => json!({ "idTokenGeneration": change, "accessTokenGeneration": change }),
            };
            Ok(event)
        });
        let after = api.tokens("ann").await;
        check_sub(&api, &after).await;
        for token in ["IdToken", "AccessToken"] {
            for name in ["sub", "username", "cognito:username", "iss", "client_id", "aud", "token_use"] {
                assert_eq!(claims(&after[token])[name], claims(&before[token])[name], "{name} of {token}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_immutable_is_given_once() {
    let tenant = CustomAttribute { name: "tenant".into(), data_type: "String".into(), mutable: false };
    let api = TestPool::start(PoolConfig { custom_attributes: vec![tenant], ..PoolConfig::default() }).await;
    let name = "custom:tenant";
    api.sign_up("ann", attributes(json!({ name: "red" }))).await.ok();
    confirm(&api, "ann").await;
    let body =
        json!({ "Username": "tom", "TemporaryPassword": PHRASE, "UserAttributes": attributes(json!({ name: "red" })) });
    admin(&api, "AdminCreateUser", body).await.ok();
    admin(&api, "AdminCreateUser", json!({ "Username": "max", "TemporaryPassword": PHRASE })).await.ok();

    let token = api.tokens("ann").await["AccessToken"].clone();
    for value in ["blue", "red", ""] {
        let given = attributes(json!({ name: value }));
        let own = json!({ "AccessToken": token, "UserAttributes": given });
        api.call("UpdateUserAttributes", own).await.refused("InvalidParameterException", &fixed(name));
        for user in ["ann", "tom", "max"] {
            let body = json!({ "Username": user, "UserAttributes": given });
            let refused = admin(&api, "AdminUpdateUserAttributes", body).await;
            refused.refused("InvalidParameterException", &fixed(name));
        }
    }
    let body = json!({ "AccessToken": token, "UserAttributeNames": [name] });
    api.call("DeleteUserAttributes", body).await.refused("InvalidParameterException", &fixed(name));
    let body = json!({ "Username": "tom", "UserAttributeNames": [name] });
    admin(&api, "AdminDeleteUserAttributes", body).await.refused("InvalidParameterException", &fixed(name));

    for user in ["tom", "max"] {
        let session = api.password(user, PHRASE).await.ok()["Session"].clone();
        let mut responses = json!({ "USERNAME": user, "NEW_PASSWORD": PASSWORD });
        responses[format!("userAttributes.{name}")] = json!("blue");
        let refused = api.respond("NEW_PASSWORD_REQUIRED", Some(&session), responses).await;
        refused.refused("InvalidParameterException", &fixed(name));
        let responses = json!({ "USERNAME": user, "NEW_PASSWORD": PASSWORD });
        api.respond("NEW_PASSWORD_REQUIRED", Some(&session), responses).await.ok();
    }
    let tenant = async |user: &str| claims(&api.tokens(user).await["IdToken"])[name].clone();
    assert_eq!(
        (tenant("ann").await, tenant("tom").await, tenant("max").await),
        (json!("red"), json!("red"), Value::Null)
    );
}
