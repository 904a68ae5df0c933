//! Groups, their members, and what tokens say of them; resource servers.

use local_pool::{GroupConfig, PoolConfig, UserConfig};
use serde_json::{Value, json};

use crate::client::{PASSWORD, Reply, TestPool, claims};

async fn call(api: &TestPool, operation: &str, mut body: Value) -> Reply {
    body["UserPoolId"] = json!(api.server.pool_id());
    api.call(operation, body).await
}

fn role(name: &str) -> String {
    format!("arn:aws:iam::123456789012:role/{name}")
}

#[tokio::test]
async fn a_groups_life() {
    let api = TestPool::with_ann().await;
    let create = json!({ "GroupName": "staff", "Description": "All of us", "RoleArn": role("staff"), "Precedence": 3 });
    let group = call(&api, "CreateGroup", create.clone()).await.ok()["Group"].clone();
    assert_eq!(group["GroupName"], "staff");
    assert_eq!(group["Precedence"], 3);
    assert_eq!(group["UserPoolId"], api.server.pool_id());
    assert!(group["CreationDate"].is_f64() && group["LastModifiedDate"].is_f64());
    call(&api, "CreateGroup", create).await.refused("GroupExistsException", "A group with the name already exists.");
    assert_eq!(call(&api, "GetGroup", json!({ "GroupName": "staff" })).await.ok()["Group"], group);

    // What an update leaves out stays.
    let updated = call(&api, "UpdateGroup", json!({ "GroupName": "staff", "Precedence": 1 })).await.ok();
    assert_eq!((&updated["Group"]["Precedence"], &updated["Group"]["Description"]), (&json!(1), &json!("All of us")));

    let member = json!({ "GroupName": "staff", "Username": "ann" });
    call(&api, "AdminAddUserToGroup", member.clone()).await.ok_empty();
    call(&api, "AdminAddUserToGroup", member.clone()).await.ok_empty();
    let mine = call(&api, "AdminListGroupsForUser", json!({ "Username": "ann" })).await.ok();
    assert_eq!(mine["Groups"][0]["GroupName"], "staff");
    let members = call(&api, "ListUsersInGroup", json!({ "GroupName": "staff" })).await.ok();
    assert_eq!(members["Users"].as_array().unwrap().len(), 1);
    assert_eq!(members["Users"][0]["Username"], "ann");
    assert!(members["Users"][0]["Attributes"].is_array());
    assert_eq!(claims(&api.tokens("ann").await["IdToken"])["cognito:groups"], json!(["staff"]));

    call(&api, "AdminRemoveUserFromGroup", member.clone()).await.ok_empty();
    let tokens = api.tokens("ann").await;
    for token in ["IdToken", "AccessToken"] {
        assert!(claims(&tokens[token]).get("cognito:groups").is_none());
    }
    call(&api, "AdminAddUserToGroup", member.clone()).await.ok_empty();
    call(&api, "DeleteGroup", json!({ "GroupName": "staff" })).await.ok_empty();
    // Members of a group that is made anew are not the old one's.
    call(&api, "CreateGroup", json!({ "GroupName": "staff" })).await.ok();
    let members = call(&api, "ListUsersInGroup", json!({ "GroupName": "staff" })).await.ok();
    assert_eq!(members["Users"], json!([]));
    call(&api, "AdminAddUserToGroup", member).await.ok_empty();
    call(&api, "AdminDeleteUser", json!({ "Username": "ann" })).await.ok_empty();
    let members = call(&api, "ListUsersInGroup", json!({ "GroupName": "staff" })).await.ok();
    assert_eq!(members["Users"], json!([]));
}

#[tokio::test]
async fn groups_and_users_that_are_not_there() {
    let api = TestPool::with_ann().await;
    for operation in ["GetGroup", "DeleteGroup", "UpdateGroup", "ListUsersInGroup"] {
        let reply = call(&api, operation, json!({ "GroupName": "none" })).await;
        reply.refused("ResourceNotFoundException", "Group not found.");
    }
    for operation in ["AdminAddUserToGroup", "AdminRemoveUserFromGroup"] {
        let reply = call(&api, operation, json!({ "GroupName": "none", "Username": "ann" })).await;
        reply.refused("ResourceNotFoundException", "Group not found.");
        let reply = call(&api, operation, json!({ "GroupName": "none", "Username": "nobody" })).await;
        reply.refused("UserNotFoundException", "User does not exist.");
    }
    let reply = call(&api, "AdminListGroupsForUser", json!({ "Username": "nobody" })).await;
    reply.refused("UserNotFoundException", "User does not exist.");
    let reply =
        call(&api, "CreateGroup", json!({ "GroupName": "a b", "Precedence": -1, "RoleArn": "arn:aws:iam" })).await;
    assert!(reply.json()["message"].as_str().unwrap().starts_with("4 validation errors detected: "), "{}", reply.text);
}

#[tokio::test]
async fn lists_come_in_pages() {
    let groups = (0..7).map(|index| GroupConfig { name: format!("g{index}"), ..GroupConfig::default() });
    let users = (0..7).map(|index| UserConfig {
        username: format!("u{index}"),
        password: PASSWORD.into(),
        groups: vec!["g0".into()],
        ..UserConfig::default()
    });
    let config = PoolConfig { groups: groups.collect(), users: users.collect(), ..PoolConfig::default() };
    let api = TestPool::start(config).await;
    for index in 0..7 {
        let member = json!({ "GroupName": format!("g{index}"), "Username": "u0" });
        call(&api, "AdminAddUserToGroup", member).await.ok_empty();
    }
    let cases = [
        ("ListGroups", json!({}), "Groups", "GroupName"),
        ("AdminListGroupsForUser", json!({ "Username": "u0" }), "Groups", "GroupName"),
        ("ListUsersInGroup", json!({ "GroupName": "g0" }), "Users", "Username"),
    ];
    for (operation, mut body, key, name) in cases {
        body["Limit"] = json!(3);
        let (mut seen, mut sizes) = (Vec::new(), Vec::new());
        loop {
            let page = call(&api, operation, body.clone()).await.ok();
            let items = page[key].as_array().unwrap();
            sizes.push(items.len());
            seen.extend(items.iter().map(|item| item[name].as_str().unwrap().to_owned()));
            match page.get("NextToken") {
                Some(token) => body["NextToken"] = token.clone(),
                None => break,
            }
        }
        assert_eq!(sizes, [3, 3, 1], "{operation}");
        seen.dedup();
        assert_eq!(seen.len(), 7, "{operation}");
        body["NextToken"] = json!("nonsense");
        call(&api, operation, body).await.refused_as("InvalidParameterException");
    }
}

#[tokio::test]
async fn tokens_tell_groups_and_roles() {
    let group = |name: &str, precedence: Option<i64>, has_role: bool| GroupConfig {
        name: name.into(),
        precedence,
        role_arn: has_role.then(|| role(name)),
        ..GroupConfig::default()
    };
    let user = |username: &str, groups: &[&str]| UserConfig {
        username: username.into(),
        password: PASSWORD.into(),
        groups: groups.iter().map(|name| (*name).to_owned()).collect(),
        ..UserConfig::default()
    };
    let config = PoolConfig {
        groups: vec![
            group("b", Some(1), true),
            group("a", Some(2), true),
            group("c", Some(1), true),
            group("z", None, false),
        ],
        users: vec![user("ann", &["a", "b", "z"]), user("tie", &["b", "c"]), user("made", &["new"])],
        ..PoolConfig::default()
    };
    let api = TestPool::start(config).await;
    let of = async |name: &str| {
        let tokens = api.tokens(name).await;
        (claims(&tokens["IdToken"]), claims(&tokens["AccessToken"]))
    };
    let (id, access) = of("ann").await;
    assert_eq!(id["cognito:groups"], json!(["b", "a", "z"]));
    assert_eq!(access["cognito:groups"], id["cognito:groups"]);
    assert_eq!(id["cognito:roles"], json!([role("b"), role("a")]));
    assert_eq!(id["cognito:preferred_role"], json!(role("b")));
    assert!(access.get("cognito:roles").is_none() && access.get("cognito:preferred_role").is_none());
    let (tie, _) = of("tie").await;
    assert_eq!(tie["cognito:roles"], json!([role("b"), role("c")]));
    assert!(tie.get("cognito:preferred_role").is_none());
    // A group that only a user names exists as well.
    let (made, _) = of("made").await;
    assert_eq!(made["cognito:groups"], json!(["new"]));
    assert!(made.get("cognito:roles").is_none());
}

#[tokio::test]
async fn resource_servers_are_kept() {
    let api = TestPool::with_ann().await;
    let scopes = json!([{ "ScopeName": "read", "ScopeDescription": "To read" }]);
    let create = json!({ "Identifier": "https://shop.example", "Name": "shop", "Scopes": scopes });
    let made = call(&api, "CreateResourceServer", create.clone()).await.ok()["ResourceServer"].clone();
    assert_eq!(made["Scopes"], scopes);
    call(&api, "CreateResourceServer", create).await.refused_as("InvalidParameterException");
    let named = json!({ "Identifier": "https://shop.example" });
    assert_eq!(call(&api, "DescribeResourceServer", named.clone()).await.ok()["ResourceServer"], made);
    let update = json!({ "Identifier": "https://shop.example", "Name": "store" });
    let updated = call(&api, "UpdateResourceServer", update).await.ok()["ResourceServer"].clone();
    assert_eq!(updated["Name"], "store");
    assert!(updated.get("Scopes").is_none());
    let listed = call(&api, "ListResourceServers", json!({ "MaxResults": 10 })).await.ok();
    assert_eq!(listed, json!({ "ResourceServers": [updated] }));
    call(&api, "DeleteResourceServer", named.clone()).await.ok_empty();
    for operation in ["DescribeResourceServer", "DeleteResourceServer"] {
        call(&api, operation, named.clone()).await.refused_as("ResourceNotFoundException");
    }
    let unslashed =
        json!({ "Identifier": "x", "Name": "x", "Scopes": [{ "ScopeName": "a/b", "ScopeDescription": "d" }] });
    call(&api, "CreateResourceServer", unslashed).await.refused_as("InvalidParameterException");
}
