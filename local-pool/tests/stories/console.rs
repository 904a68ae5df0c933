//! The console at `/_local/`, and the routes that are there for it. `tests/browser` drives it in a browser.

use local_pool::{Fault, IdentityPoolConfig, PoolConfig};
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::client::{PASSWORD, TestPool};

async fn get(api: &TestPool, path: &str, headers: &[(&str, &str)]) -> (u16, HeaderMap, String) {
    let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let mut request = http.get(format!("{}{path}", api.server.endpoint()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.headers().clone(), response.text().await.unwrap())
}

async fn call(api: &TestPool, operation: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/_local/call/{operation}", api.server.endpoint());
    let response = api.http.post(url).json(&body).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn the_page_is_there_and_loads_nothing_from_elsewhere() {
    let api = TestPool::with_ann().await;
    let (status, headers, _) = get(&api, "/_local", &[]).await;
    assert_eq!((status, headers["location"].to_str().unwrap()), (303, "/_local/"));
    let (status, headers, page) = get(&api, "/_local/", &[]).await;
    assert_eq!((status, headers["content-type"].to_str().unwrap()), (200, "text/html; charset=utf-8"));
    let policy = headers["content-security-policy"].to_str().unwrap();
    for part in
        ["default-src 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "base-uri 'none'"]
    {
        assert!(policy.contains(part), "{policy}");
    }
    assert_eq!(headers["x-frame-options"], "DENY");
    assert!(page.contains("console/main.js") && !page.contains("ann"));
    for (file, kind) in [("main.js", "text/javascript; charset=utf-8"), ("console.css", "text/css; charset=utf-8")] {
        let (status, headers, _) = get(&api, &format!("/_local/console/{file}"), &[]).await;
        assert_eq!((status, headers["content-type"].to_str().unwrap()), (200, kind));
        assert_eq!(headers["x-content-type-options"], "nosniff");
    }
    for missing in ["nothing.js", "..%2f..%2fCargo.toml", "index.html"] {
        assert_eq!(get(&api, &format!("/_local/console/{missing}"), &[]).await.0, 404, "{missing}");
    }
}

#[tokio::test]
async fn other_pages_and_other_names_do_not_reach_it() {
    let api = TestPool::with_ann().await;
    for path in ["/_local/", "/_local/console/main.js", "/_local/amplify-outputs?client=x"] {
        for headers in
            [("origin", "https://app.example"), ("sec-fetch-site", "cross-site"), ("host", "evil.example:9229")]
        {
            assert_eq!(get(&api, path, &[headers]).await.0, 403, "{path} {headers:?}");
        }
    }
    let disable = format!("{}/_local/call/AdminDisableUser", api.server.endpoint());
    let body = json!({ "Username": "ann" }).to_string();
    let foreign = api.http.post(&disable).header("origin", "https://app.example").json(&json!({ "Username": "ann" }));
    assert_eq!(foreign.send().await.unwrap().status(), 403);
    // What a form of another page could send without a question in advance.
    let form = api.http.post(&disable).header("content-type", "text/plain").body(body).send().await.unwrap();
    assert_eq!(form.status(), 400);
    api.password("ann", PASSWORD).await.ok();
}

#[tokio::test]
async fn an_operation_is_called_past_faults_and_counters() {
    let api = TestPool::with_ann().await;
    api.server.faults().set("*", Fault::Reset);
    let (status, user) = call(&api, "AdminGetUser", json!({ "Username": "ann" })).await;
    assert_eq!((status, &user["Username"]), (200, &json!("ann")));
    assert_eq!(api.server.requests("AdminGetUser"), 0);
    assert_eq!(call(&api, "AdminDisableUser", json!({ "Username": "ann" })).await, (200, json!({})));
    api.server.faults().clear_all();

    let (status, refusal) = call(&api, "AdminGetUser", json!({ "Username": "nobody" })).await;
    assert_eq!((status, &refusal["error"]), (400, &json!("refused")));
    assert_eq!(refusal["message"], "UserNotFoundException: User does not exist.");
    let (status, refusal) = call(&api, "AdminGetUsers", json!({})).await;
    assert_eq!((status, &refusal["error"]), (400, &json!("unknown_operation")));
    // A body that the API's model refuses is refused here too.
    let (status, refusal) = call(&api, "AdminGetUser", json!({ "Username": 7 })).await;
    assert_eq!((status, &refusal["error"]), (400, &json!("refused")));
}

#[tokio::test]
async fn the_configuration_is_the_one_that_the_program_prints() {
    let api = TestPool::start(PoolConfig::default().with_identity_pool(IdentityPoolConfig::default())).await;
    let path = format!("/_local/amplify-outputs?client={}", api.server.client_id());
    let (status, _, text) = get(&api, &path, &[]).await;
    let told: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, told), (200, serde_json::from_str(&api.server.amplify_outputs()).unwrap()));
    for wrong in ["", "?client=nobody", "?client=a&x=1"] {
        assert_eq!(get(&api, &format!("/_local/amplify-outputs{wrong}"), &[]).await.0, 400, "{wrong}");
    }
    let (status, pools) = call(&api, "DescribeIdentityPool", json!({})).await;
    assert_eq!((status, &pools["IdentityPoolId"]), (200, &json!(api.server.identity_pool_id())));
}
