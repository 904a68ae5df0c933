//! What administrators and developers' back ends do with identity pools.

use std::time::Duration;

use local_pool::{IdentityPoolConfig, IdpToken};
use serde_json::{Value, json};

use crate::client::identity::{APP, all, config, start};
use crate::client::{TestPool, claims};

const NO_MATCH: &str =
    "Logins don't match. Please include at least one valid login for this identity or identity pool.";
const OWN: &str = "cognito-identity.amazonaws.com";

async fn developer(api: &TestPool, body: Value) -> crate::client::Reply {
    let mut request = json!({ "IdentityPoolId": api.server.identity_pool_id() });
    request.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    api.identity("GetOpenIdTokenForDeveloperIdentity", request).await
}

async fn developer_id(api: &TestPool, user: &str) -> String {
    developer(api, json!({ "Logins": { "login.example": user } })).await.ok()["IdentityId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_pool_is_made_changed_described_listed_and_deleted() {
    let api = start(config()).await;
    let made = json!({
        "IdentityPoolName": "by api",
        "AllowUnauthenticatedIdentities": true,
        "SupportedLoginProviders": { "accounts.google.com": APP },
        "DeveloperProviderName": "login.example",
        "IdentityPoolTags": { "team": "blue" },
    });
    let pool = api.identity("CreateIdentityPool", made.clone()).await.ok();
    let id = pool["IdentityPoolId"].as_str().unwrap().to_owned();
    assert!(id.starts_with("us-east-1:") && pool.get("AllowClassicFlow").is_none(), "{pool}");
    let described = async |id: &str| api.identity("DescribeIdentityPool", json!({ "IdentityPoolId": id })).await;
    assert_eq!(described(&id).await.ok(), pool);
    // An update replaces what it leaves out, but for the developer's provider.
    let update = json!({ "IdentityPoolId": id, "IdentityPoolName": "new", "AllowUnauthenticatedIdentities": false });
    let updated = api.identity("UpdateIdentityPool", update.clone()).await.ok();
    let expected = json!({
        "IdentityPoolId": id, "IdentityPoolName": "new", "AllowUnauthenticatedIdentities": false,
        "DeveloperProviderName": "login.example",
    });
    assert_eq!(updated, expected);
    let mut other = update;
    other["DeveloperProviderName"] = json!("another");
    api.identity("UpdateIdentityPool", other).await.refused_as("InvalidParameterException");
    let list = async |body: Value| api.identity("ListIdentityPools", body).await.ok();
    let page = list(json!({ "MaxResults": 1 })).await;
    assert_eq!(page["IdentityPools"][0]["IdentityPoolName"], "local");
    let rest = list(json!({ "MaxResults": 1, "NextToken": page["NextToken"] })).await;
    assert_eq!(rest, json!({ "IdentityPools": [{ "IdentityPoolId": id, "IdentityPoolName": "new" }] }));
    api.identity("DeleteIdentityPool", json!({ "IdentityPoolId": id })).await.ok_empty();
    let not_found = format!("IdentityPool '{id}' not found.");
    described(&id).await.refused("ResourceNotFoundException", &not_found);
    let again = api.identity("DeleteIdentityPool", json!({ "IdentityPoolId": id })).await;
    again.refused("ResourceNotFoundException", &not_found);
}

#[tokio::test]
async fn identities_go_with_their_pool() {
    let api = start(config()).await;
    let guest = api.guest().await;
    let pool = api.server.identity_pool_id();
    api.identity("DeleteIdentityPool", json!({ "IdentityPoolId": pool })).await.ok_empty();
    let described = api.identity("DescribeIdentity", json!({ "IdentityId": guest })).await;
    described.refused("ResourceNotFoundException", &format!("Identity '{guest}' not found."));
    let outputs: Value = serde_json::from_str(&api.server.amplify_outputs()).unwrap();
    assert_eq!(outputs["auth"].get("identity_pool_id"), None);
}

#[tokio::test]
async fn roles_and_mappings_are_set_and_checked() {
    let api = start(config()).await;
    let pool = api.server.identity_pool_id();
    let role = "arn:aws:iam::000000000000:role/one";
    let mapping = |body: Value| json!({ "IdentityPoolId": pool, "Roles": { "authenticated": role }, "RoleMappings": { "accounts.google.com": body } });
    let rule = json!({ "Claim": "email", "MatchType": "Equals", "Value": "x", "RoleARN": role });
    let rules = |count: usize| json!({ "Rules": vec![rule.clone(); count] });
    let good = mapping(json!({ "Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": rules(25) }));
    api.identity("SetIdentityPoolRoles", good.clone()).await.ok_empty();
    let got = api.identity("GetIdentityPoolRoles", json!({ "IdentityPoolId": pool })).await.ok();
    assert_eq!(got, good);
    for bad in [
        json!({ "Type": "Token" }),
        json!({ "Type": "Rules", "AmbiguousRoleResolution": "Deny" }),
        json!({ "Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": rules(26) }),
    ] {
        api.identity("SetIdentityPoolRoles", mapping(bad)).await.refused_as("InvalidParameterException");
    }
    api.identity("SetIdentityPoolRoles", json!({ "IdentityPoolId": pool, "Roles": {} })).await.ok_empty();
    let got = api.identity("GetIdentityPoolRoles", json!({ "IdentityPoolId": pool })).await.ok();
    assert_eq!(got, json!({ "IdentityPoolId": pool, "Roles": {} }));
}

#[tokio::test]
async fn open_id_tokens_say_who_has_asked_how() {
    let api = start(config()).await;
    let token = async |id: &str, logins: &Value| {
        let answer = api.identity("GetOpenIdToken", json!({ "IdentityId": id, "Logins": logins })).await.ok();
        assert_eq!(answer["IdentityId"], id);
        answer["Token"].clone()
    };
    let (guest, ann) = (api.guest().await, api.user_login("ann").await);
    let of_guest = claims(&token(&guest, &json!({})).await);
    assert_eq!(of_guest["amr"], json!(["unauthenticated"]));
    assert_eq!(of_guest["sub"], guest);
    assert_eq!(of_guest["aud"], api.server.identity_pool_id());
    assert_eq!(of_guest["iss"], "https://cognito-identity.amazonaws.com");
    assert_eq!(of_guest["exp"].as_i64().unwrap() - of_guest["iat"].as_i64().unwrap(), 600);
    let arn = format!("arn:aws:cognito-identity:us-east-1:000000000000:identitypool/{}", api.server.identity_pool_id());
    assert_eq!(of_guest["https://cognito-identity.amazonaws.com/identity-pool-arn"], arn);
    let id = api.id(&ann).await;
    let provider = ann.as_object().unwrap().keys().next().unwrap();
    let sub = claims(&ann[provider])["sub"].as_str().unwrap().to_owned();
    let methods = json!(["authenticated", provider, format!("{provider}:CognitoSignIn:{sub}")]);
    let of_ann = token(&id, &ann).await;
    assert_eq!(claims(&of_ann)["amr"], methods);
    // The keys are where the issuer says.
    let keys = api.get("/.well-known/jwks_uri").await;
    let key: jsonwebtoken::jwk::Jwk = serde_json::from_value(keys["keys"][0].clone()).unwrap();
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS512);
    rules.set_audience(&[api.server.identity_pool_id()]);
    let key = jsonwebtoken::DecodingKey::from_jwk(&key).unwrap();
    let read = jsonwebtoken::decode::<Value>(of_ann.as_str().unwrap(), &key, &rules).unwrap();
    assert_eq!((read.header.kid.as_deref(), read.header.typ.as_deref()), (Some("us-east-11"), Some("JWS")));
}

#[tokio::test]
async fn the_classic_flow_can_be_off() {
    let refused = async |pool: IdentityPoolConfig, text: &str| {
        let api = start(pool).await;
        let guest = api.guest().await;
        let reply = api.identity("GetOpenIdToken", json!({ "IdentityId": guest })).await;
        reply.refused("InvalidParameterException", text);
    };
    let off = IdentityPoolConfig { classic_flow: false, ..config() };
    refused(off, "Basic (classic) flow is not enabled, please use enhanced flow.").await;
    let mapped = IdentityPoolConfig { role_mappings: vec![Default::default()], ..config() };
    refused(mapped, "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.").await;
}

#[tokio::test]
async fn a_developers_token_is_a_login_of_its_identity() {
    let api = start(config()).await;
    let answer = developer(&api, json!({ "Logins": { "login.example": "user-1" } })).await.ok();
    let (id, token) = (answer["IdentityId"].as_str().unwrap(), &answer["Token"]);
    let pool = api.server.identity_pool_id();
    let said = claims(token);
    assert_eq!(said["amr"], json!(["authenticated", "login.example", format!("login.example:{pool}:user-1")]));
    assert_eq!(said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(), 900);
    let own = json!({ OWN: token });
    assert_eq!(api.id_for(id, &own).await, id);
    assert_eq!(developer_id(&api, "user-1").await, id);
    let forbidden = format!("Access to Identity '{id}' is forbidden.");
    api.credentials(id, &json!({})).await.refused("NotAuthorizedException", &forbidden);
    api.get_id(own.clone())
        .await
        .refused("NotAuthorizedException", "Invalid login token. Can't pass in a Cognito token.");
    let google = api.google("1").await;
    let not_ours = json!({ OWN: google["accounts.google.com"] });
    api.credentials(id, &not_ours).await.refused("NotAuthorizedException", "Invalid login token. Not a Cognito token.");
    // Another's is of no use.
    let other = developer_id(&api, "user-2").await;
    api.credentials(&other, &own).await.refused("NotAuthorizedException", NO_MATCH);
    // A further login is linked with it.
    assert_eq!(api.id_for(id, &all(&[&own, &google])).await, id);
    assert_eq!(api.id(&google).await, id);
    api.server.clock().advance(Duration::from_secs(900));
    api.credentials(id, &own).await.refused("NotAuthorizedException", "Invalid login token. Token is expired.");
}

#[tokio::test]
async fn a_guests_token_is_no_login_of_an_identity_that_is_one_no_longer() {
    let api = start(config()).await;
    let guest = api.guest().await;
    let answer = api.identity("GetOpenIdToken", json!({ "IdentityId": guest })).await.ok();
    let own = json!({ OWN: answer["Token"] });
    assert_eq!(api.id_for(&guest, &own).await, guest);
    api.id_for(&guest, &api.google("1").await).await;
    api.credentials(&guest, &own).await.refused("NotAuthorizedException", NO_MATCH);
}

#[tokio::test]
async fn developer_identities_link_and_refuse() {
    let api = start(config()).await;
    let text = "This identity pool does not support the specified developer provider";
    let unknown = developer(&api, json!({ "Logins": { "other.example": "user-1" } })).await;
    unknown.refused("InvalidParameterException", text);
    let google = api.google("1").await;
    let id = api.id(&google).await;
    // An identity with logins needs one of them.
    let mut body = json!({ "IdentityId": id, "Logins": { "login.example": "user-1" } });
    developer(&api, body.clone()).await.refused("NotAuthorizedException", NO_MATCH);
    body["Logins"]["accounts.google.com"] = google["accounts.google.com"].clone();
    body["TokenDuration"] = json!(86_400);
    let answer = developer(&api, body).await.ok();
    assert_eq!(answer["IdentityId"], id);
    let said = claims(&answer["Token"]);
    assert_eq!(said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(), 86_400);
    assert_eq!(developer_id(&api, "user-1").await, id);
    // Somebody who is linked elsewhere cannot be linked again.
    let other = developer_id(&api, "user-2").await;
    let body = json!({ "IdentityId": other, "Logins": { "login.example": "user-1" } });
    developer(&api, body).await.refused_as("DeveloperUserAlreadyRegisteredException");
    let too_long = json!({ "Logins": { "login.example": "user-1" }, "TokenDuration": 86_401 });
    developer(&api, too_long).await.refused_as("ValidationException");
    // A guest becomes the developer's user.
    let guest = api.guest().await;
    let body = json!({ "IdentityId": guest, "Logins": { "login.example": "user-3" } });
    assert_eq!(developer(&api, body).await.ok()["IdentityId"], guest);
}

#[tokio::test]
async fn developer_identities_are_looked_up_merged_and_unlinked() {
    let api = start(config()).await;
    let pool = api.server.identity_pool_id();
    let (one, two) = (developer_id(&api, "user-1").await, developer_id(&api, "user-2").await);
    let look = async |body: Value| {
        let mut request = json!({ "IdentityPoolId": pool });
        request.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        api.identity("LookupDeveloperIdentity", request).await
    };
    let found = json!({ "IdentityId": one, "DeveloperUserIdentifierList": ["user-1"] });
    assert_eq!(look(json!({ "DeveloperUserIdentifier": "user-1" })).await.ok(), found);
    assert_eq!(look(json!({ "IdentityId": one })).await.ok(), found);
    assert_eq!(look(json!({ "IdentityId": one, "DeveloperUserIdentifier": "user-1" })).await.ok(), found);
    look(json!({ "IdentityId": one, "DeveloperUserIdentifier": "user-2" }))
        .await
        .refused_as("ResourceConflictException");
    look(json!({ "DeveloperUserIdentifier": "nobody" })).await.refused_as("ResourceNotFoundException");
    look(json!({})).await.refused_as("InvalidParameterException");
    let merge = json!({
        "IdentityPoolId": pool, "DeveloperProviderName": "login.example",
        "SourceUserIdentifier": "user-1", "DestinationUserIdentifier": "user-2",
    });
    assert_eq!(api.identity("MergeDeveloperIdentities", merge.clone()).await.ok()["IdentityId"], two);
    // Once only.
    api.identity("MergeDeveloperIdentities", merge).await.refused_as("ResourceConflictException");
    assert_eq!(developer_id(&api, "user-1").await, two);
    let page = look(json!({ "IdentityId": two, "MaxResults": 1 })).await.ok();
    assert_eq!(page["DeveloperUserIdentifierList"], json!(["user-1"]));
    let rest = look(json!({ "IdentityId": two, "MaxResults": 1, "NextToken": page["NextToken"] })).await.ok();
    assert_eq!(rest["DeveloperUserIdentifierList"], json!(["user-2"]));
    let unlink = json!({
        "IdentityPoolId": pool, "DeveloperProviderName": "login.example",
        "IdentityId": two, "DeveloperUserIdentifier": "user-1",
    });
    api.identity("UnlinkDeveloperIdentity", unlink.clone()).await.ok_empty();
    api.identity("UnlinkDeveloperIdentity", unlink).await.refused_as("ResourceNotFoundException");
    let anew = developer_id(&api, "user-1").await;
    assert!(anew != one && anew != two);
}

#[tokio::test]
async fn merging_is_refused_where_both_have_a_login_of_one_provider_or_there_are_too_many() {
    let api = start(config()).await;
    let pool = api.server.identity_pool_id();
    let merge = async |from: &str, to: &str| {
        let body = json!({
            "IdentityPoolId": pool, "DeveloperProviderName": "login.example",
            "SourceUserIdentifier": from, "DestinationUserIdentifier": to,
        });
        api.identity("MergeDeveloperIdentities", body).await
    };
    for user in ["one", "two"] {
        let google = api.google(user).await["accounts.google.com"].clone();
        developer(&api, json!({ "Logins": { "login.example": user, "accounts.google.com": google } })).await.ok();
    }
    merge("one", "two").await.refused_as("ResourceConflictException");
    let first = developer_id(&api, "many-0").await;
    for number in 1..20 {
        let body = json!({ "IdentityId": first, "Logins": { "login.example": format!("many-{number}") } });
        developer(&api, body).await.ok();
    }
    let body = json!({ "IdentityId": first, "Logins": { "login.example": "many-20" } });
    developer(&api, body).await.refused_as("ResourceConflictException");
    merge("one", "many-0").await.refused_as("ResourceConflictException");
}

#[tokio::test]
async fn principal_tags_are_made_of_claims() {
    let api = start(config()).await;
    let pool = api.server.identity_pool_id();
    let ann = api.user_login("ann").await;
    let provider = ann.as_object().unwrap().keys().next().unwrap().clone();
    let set = async |provider: &str, more: Value| {
        let mut body = json!({ "IdentityPoolId": pool, "IdentityProviderName": provider });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let set = api.identity("SetPrincipalTagAttributeMap", body).await.ok();
        let body = json!({ "IdentityPoolId": pool, "IdentityProviderName": provider });
        assert_eq!(api.identity("GetPrincipalTagAttributeMap", body).await.ok(), set);
        set
    };
    let tags = async |logins: &Value| {
        let id = api.id(logins).await;
        let answer = api.identity("GetOpenIdToken", json!({ "IdentityId": id, "Logins": logins })).await.ok();
        claims(&answer["Token"])["https://aws.amazon.com/tags"]["principal_tags"].clone()
    };
    assert_eq!(tags(&ann).await, Value::Null);
    set(&provider, json!({ "UseDefaults": true })).await;
    let sub = claims(&ann[&provider])["sub"].clone();
    assert_eq!(tags(&ann).await, json!({ "client": [api.server.client_id()], "username": [sub] }));
    let set =
        set("accounts.google.com", json!({ "UseDefaults": false, "PrincipalTags": { "mail": "email", "none": "x" } }))
            .await;
    assert_eq!(set["PrincipalTags"], json!({ "mail": "email", "none": "x" }));
    let google = api.login(IdpToken::new("google", "1").claim("email", "g@example.com")).await;
    assert_eq!(tags(&google).await, json!({ "mail": ["g@example.com"] }));
    let body = json!({ "Logins": { "login.example": "user-1" }, "PrincipalTags": { "team": "blue" } });
    let said = claims(&developer(&api, body).await.ok()["Token"]);
    assert_eq!(said["https://aws.amazon.com/tags"]["principal_tags"], json!({ "team": ["blue"] }));
}

#[tokio::test]
async fn administrators_operations_are_not_for_pages() {
    let api = start(config()).await;
    let ask = async |operation: &str| {
        let request = api.http.post(api.server.endpoint()).header("origin", "https://evil.example");
        let target = format!("AWSCognitoIdentityService.{operation}");
        let body = json!({ "IdentityPoolId": api.server.identity_pool_id(), "MaxResults": 1 }).to_string();
        request.header("x-amz-target", target).body(body).send().await.unwrap().status().as_u16()
    };
    assert_eq!(ask("ListIdentityPools").await, 403);
    assert_eq!(ask("GetOpenIdTokenForDeveloperIdentity").await, 403);
    assert_eq!(ask("GetId").await, 200);
}

#[tokio::test]
async fn an_identity_of_another_pool_is_of_no_use() {
    let api = start(config()).await;
    let made = json!({
        "IdentityPoolName": "second", "AllowUnauthenticatedIdentities": true, "DeveloperProviderName": "login.example",
    });
    let second = api.identity("CreateIdentityPool", made).await.ok()["IdentityPoolId"].clone();
    let guest = api.identity("GetId", json!({ "IdentityPoolId": second })).await.ok()["IdentityId"].clone();
    let body = json!({ "IdentityId": guest, "Logins": { "login.example": "user-1" } });
    developer(&api, body).await.refused("NotAuthorizedException", NO_MATCH);
    // Its own token is no login of an identity of the first, even of the same user.
    let body = json!({ "IdentityPoolId": second, "Logins": { "login.example": "user-1" } });
    let other = api.identity("GetOpenIdTokenForDeveloperIdentity", body).await.ok();
    let mine = developer_id(&api, "user-1").await;
    assert_ne!(other["IdentityId"], mine);
    api.credentials(&mine, &json!({ OWN: other["Token"] })).await.refused("NotAuthorizedException", NO_MATCH);
    // Where nobody has said anything about the classic flow, it is allowed.
    api.identity("GetOpenIdToken", json!({ "IdentityId": guest })).await.ok();
    // And a pool without roles gives no credentials.
    let guest = guest.as_str().unwrap().to_owned();
    api.credentials(&guest, &json!({})).await.refused_as("InvalidIdentityPoolConfigurationException");
}
