//! Domains of user pools.

use local_pool::{ClientConfig, PoolConfig};
use serde_json::{Value, json};

use crate::client::hosted::{self, CALLBACK, get, location, url_of};
use crate::client::{Reply, TestPool};

async fn admin(api: &TestPool, operation: &str, mut body: Value) -> Reply {
    if body.get("UserPoolId").is_none() {
        body["UserPoolId"] = json!(api.server.pool_id());
    }
    api.call(operation, body).await
}

#[tokio::test]
async fn a_domain_is_made_described_changed_and_deleted() {
    let api = hosted::start().await;
    let made = admin(&api, "CreateUserPoolDomain", json!({ "Domain": "my-app", "ManagedLoginVersion": 2 })).await.ok();
    assert_eq!(made, json!({ "ManagedLoginVersion": 2 }));
    let described =
        api.call("DescribeUserPoolDomain", json!({ "Domain": "my-app" })).await.ok()["DomainDescription"].clone();
    assert_eq!((&described["UserPoolId"], &described["Status"]), (&json!(api.server.pool_id()), &json!("ACTIVE")));
    assert_eq!(described["ManagedLoginVersion"], 2);
    admin(&api, "UpdateUserPoolDomain", json!({ "Domain": "my-app", "ManagedLoginVersion": 1 })).await.ok();
    let taken = admin(&api, "CreateUserPoolDomain", json!({ "Domain": "my-app" })).await;
    taken.refused("InvalidParameterException", "Domain already associated with another user pool.");
    admin(&api, "CreateUserPoolDomain", json!({ "Domain": "other" })).await.refused_as("InvalidParameterException");
    admin(&api, "CreateUserPoolDomain", json!({ "Domain": "my-cognito" }))
        .await
        .refused_as("InvalidParameterException");
    admin(&api, "CreateUserPoolDomain", json!({ "Domain": "My_App" })).await.refused_as("InvalidParameterException");
    let protected = admin(&api, "DeleteUserPool", json!({})).await;
    let text = "User pool cannot be deleted. It has a domain configured that should be deleted first.";
    protected.refused("InvalidParameterException", text);
    admin(&api, "DeleteUserPoolDomain", json!({ "Domain": "my-app" })).await.ok();
    let described = api.call("DescribeUserPoolDomain", json!({ "Domain": "my-app" })).await.ok();
    assert_eq!(described, json!({ "DomainDescription": {} }));
    admin(&api, "DeleteUserPool", json!({})).await.ok_empty();
}

#[tokio::test]
async fn a_host_that_is_a_domain_has_the_pages_of_its_pool_and_nothing_else() {
    let other = PoolConfig { name: "other".into(), ..PoolConfig::default() };
    let other = other.with_client(
        ClientConfig { id: Some("other1".into()), ..ClientConfig::default() }.with_hosted_ui(&[CALLBACK], &[]),
    );
    let mut config: local_pool::ServerConfig = hosted::pool().into();
    config.pools.push(other);
    let api = TestPool::start(config).await;
    let domain = json!({ "Domain": "my-app", "UserPoolId": api.server.pool_id() });
    api.call("CreateUserPoolDomain", domain).await.ok();
    let host = [("host", "my-app.auth.us-east-1.amazoncognito.com")];
    let page = get(&url_of(&api, "/login", &[]), &host).await;
    assert_eq!(page.status, 200);
    let elsewhere = get(&url_of(&api, "/oauth2/authorize", &[("client_id", "other1")]), &host).await;
    assert_eq!(location(&elsewhere.headers), "/error?error=invalid_request&client_id=other1");
    let refused = get(&format!("{}/_local/outbox", api.server.endpoint()), &host).await;
    assert_eq!((refused.status, refused.json()["error"].clone()), (403, json!("foreign_host")));
    for host in ["my-app2.auth.us-east-1.amazoncognito.com", "my-app.auth.eu-west-1.amazoncognito.com", "my-app"] {
        let refused = get(&url_of(&api, "/login", &[]), &[("host", host)]).await;
        assert_eq!(refused.status, 403, "{host}");
    }
    let own = json!({
        "Domain": "login-example", "UserPoolId": api.server.pool_id(),
        "CustomDomainConfig": { "CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/x" },
    });
    let made = api.call("CreateUserPoolDomain", own).await.ok();
    assert!(made["CloudFrontDomain"].as_str().unwrap().ends_with(".cloudfront.net"));
    assert_eq!(get(&url_of(&api, "/login", &[]), &[("host", "login-example")]).await.status, 200);
}
