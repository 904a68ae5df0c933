//! Who may talk to the server: by which names, and pages of which origins.

use local_pool::{OPERATIONS, PoolConfig, ServerConfig};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::client::{PASSWORD, TestPool, raw};

const EVIL: &str = "https://evil.example";

struct Seen {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Seen {
    #[track_caller]
    fn is_refused(&self, code: &str, advice: &str) {
        assert_eq!((self.status, &self.body["error"]), (403, &json!(code)), "{}", self.body);
        assert_eq!(self.body["__type"], "ForbiddenException");
        assert!(self.body["message"].as_str().unwrap().contains(advice), "{}", self.body);
        assert_eq!(self.cors(), None);
    }

    fn cors(&self) -> Option<&str> {
        self.headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap())
    }
}

async fn ask(api: &TestPool, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Seen {
    let mut request = api.http.request(method, format!("{}{path}", api.server.endpoint())).json(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Seen { status, headers, body: response.json().await.unwrap_or_default() }
}

async fn operate(api: &TestPool, operation: &str, headers: &[(&str, &str)], body: &Value) -> Seen {
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    let headers: Vec<_> = headers.iter().copied().chain([("x-amz-target", target.as_str())]).collect();
    ask(api, Method::POST, "/", &headers, body).await
}

async fn allowing(hosts: &[&str], origins: &[&str]) -> TestPool {
    let text = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let pools = vec![PoolConfig::default().with_user("ann", PASSWORD, &[])];
    let (allow_hosts, allow_origins) = (text(hosts), text(origins));
    TestPool::start(ServerConfig { pools, allow_hosts, allow_origins, ..ServerConfig::default() }).await
}

#[tokio::test]
async fn nothing_answers_to_a_foreign_name() {
    let api = TestPool::with_ann().await;
    let pool = api.server.pool_id().to_owned();
    let keys = format!("/{pool}/.well-known/jwks.json");
    for host in ["evil.example", "evil.example:9229", "127.0.0.1.evil.example", "10.1.2.3"] {
        let headers = [("host", host)];
        for path in ["/", "/_local/outbox", "/_local/clock", &keys, "/elsewhere"] {
            ask(&api, Method::GET, path, &headers, &Value::Null).await.is_refused("foreign_host", "--allow-host");
        }
        ask(&api, Method::OPTIONS, "/", &headers, &Value::Null).await.is_refused("foreign_host", host);
        for operation in ["InitiateAuth", "AdminGetUser", "MakeCoffee"] {
            operate(&api, operation, &headers, &json!({})).await.is_refused("foreign_host", "--allow-host");
        }
    }
    for host in ["localhost", "localhost:4711", "127.0.0.1", "[::1]:9229"] {
        let seen = operate(&api, "ListUserPools", &[("host", host)], &json!({ "MaxResults": 1 })).await;
        assert_eq!(seen.status, 200, "{host}");
    }
}

#[tokio::test]
async fn a_request_names_its_host_once() {
    let api = TestPool::with_ann().await;
    let own = raw::address(&api.server);
    let body = r#"{"MaxResults":1}"#;
    let request = |headers: &str| raw::request("ListUserPools", headers, body);
    let good = raw::exchange(&api.server, request(&format!("Host: {own}\r\n")).as_bytes()).await;
    assert!(good.starts_with("HTTP/1.1 200"), "{good}");
    let absolute = |authority: &str, host: &str| {
        request(&format!("Host: {host}\r\n")).replacen("POST /", &format!("POST http://{authority}/"), 1)
    };
    let good = raw::exchange(&api.server, absolute(&own, &own).as_bytes()).await;
    assert!(good.starts_with("HTTP/1.1 200"), "{good}");
    let bad = [
        request(""),
        request(&format!("Host: {own}\r\nHost: evil.example\r\n")),
        request(&format!("Host: {own}\r\nHost: {own}\r\n")),
        request("").replacen("HTTP/1.1", "HTTP/1.0", 1),
        absolute("evil.example", &own),
        absolute(&own, "evil.example"),
        absolute("ann@evil.example", &own),
    ];
    for request in bad {
        let answer = raw::exchange(&api.server, request.as_bytes()).await;
        assert!(answer.contains(" 403 ") && answer.contains("foreign_host"), "{request}\n{answer}");
    }
}

#[tokio::test]
async fn no_foreign_page_administers() {
    let api = TestPool::with_ann().await;
    let foreign = [("origin", EVIL), ("content-type", "text/plain")];
    let administrative = OPERATIONS.iter().filter(|name| {
        name.starts_with("Admin") || ["User", "Pool", "Group", "Server"].iter().any(|end| name.ends_with(end))
    });
    let users = ["GetUser", "DeleteUser"];
    for operation in administrative.filter(|name| !users.contains(name)) {
        operate(&api, operation, &foreign, &json!({})).await.is_refused("foreign_origin", "--allow-origin");
    }
    let pool = api.server.pool_id();
    let disable = json!({ "UserPoolId": pool, "Username": "ann" });
    operate(&api, "AdminDisableUser", &foreign, &disable).await.is_refused("foreign_origin", EVIL);
    api.tokens("ann").await;
    for origin in ["null", "http://localhost:3000", "http://evil.example"] {
        operate(&api, "ListUsers", &[("origin", origin)], &json!({ "UserPoolId": pool }))
            .await
            .is_refused("foreign_origin", origin);
    }
    // A page can send simple requests without telling its origin; the browser tells that they are another site's.
    let site = [("sec-fetch-site", "same-site")];
    ask(&api, Method::GET, "/_local/outbox", &site, &Value::Null).await.is_refused("foreign_origin", "--allow-origin");
    let authenticator = [("origin", EVIL)];
    let create = ask(&api, Method::POST, "/_local/authenticator/create", &authenticator, &json!({})).await;
    create.is_refused("foreign_origin", EVIL);
}

#[tokio::test]
async fn pages_call_for_their_users_as_at_the_service() {
    let api = TestPool::with_ann().await;
    let parameters = json!({ "USERNAME": "ann", "PASSWORD": PASSWORD });
    let body = json!({
        "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": api.server.client_id(), "AuthParameters": parameters,
    });
    let seen = operate(&api, "InitiateAuth", &[("origin", EVIL)], &body).await;
    assert_eq!((seen.status, seen.cors()), (200, Some("*")));
    let token = &seen.body["AuthenticationResult"]["AccessToken"];
    let seen = operate(&api, "GetUser", &[("origin", EVIL)], &json!({ "AccessToken": token })).await;
    assert_eq!((seen.status, seen.cors()), (200, Some("*")));
    // Without a page there is nothing to say to one.
    let seen = operate(&api, "ListUserPools", &[], &json!({ "MaxResults": 1 })).await;
    assert_eq!((seen.status, seen.cors()), (200, None));
}

#[tokio::test]
async fn origins_and_hosts_are_let_in_by_name() {
    let api = allowing(&["pool", "pool.test.example"], &["http://localhost:3000"]).await;
    let list = json!({ "MaxResults": 1 });
    let own = [("origin", "http://localhost:3000")];
    for host in ["pool", "POOL:9229", "pool.test.example:80", "localhost"] {
        assert_eq!(operate(&api, "ListUserPools", &[("host", host)], &list).await.status, 200, "{host}");
    }
    operate(&api, "ListUserPools", &[("host", "evil.example")], &list).await.is_refused("foreign_host", "evil.example");
    let seen = operate(&api, "ListUserPools", &own, &list).await;
    assert_eq!((seen.status, seen.cors()), (200, Some("http://localhost:3000")));
    assert_eq!(seen.headers["vary"], "Origin");
    let seen = ask(&api, Method::GET, "/_local/clock", &own, &Value::Null).await;
    assert_eq!((seen.status, seen.cors()), (200, Some("http://localhost:3000")));
    let asked = [own[0], ("access-control-request-method", "PUT")];
    let seen = ask(&api, Method::OPTIONS, "/_local/faults/SignUp", &asked, &Value::Null).await;
    assert_eq!((seen.status, seen.cors()), (200, Some("http://localhost:3000")));
    assert!(seen.headers["access-control-allow-methods"].to_str().unwrap().contains("PUT"));
    for origin in ["http://localhost:3001", "https://localhost:3000", "null"] {
        operate(&api, "ListUserPools", &[("origin", origin)], &list).await.is_refused("foreign_origin", origin);
    }

    let api = allowing(&[], &["*"]).await;
    let seen = operate(&api, "ListUserPools", &[("origin", "null")], &list).await;
    assert_eq!((seen.status, seen.cors()), (200, Some("*")));
}
