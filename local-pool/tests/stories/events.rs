//! What developers see who watch the server: `/_local/events`.

use std::time::Duration;

use local_pool::{ClientConfig, Fault, PoolConfig, TriggerKind};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

use crate::client::{TestPool, raw};

/// A reader of the stream.
struct Watcher {
    response: reqwest::Response,
    text: String,
}

impl Watcher {
    async fn since(api: &TestPool, id: u64) -> Self {
        Self::of(api.http.get(format!("{}/_local/events?since={id}", api.server.endpoint()))).await
    }

    async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new() }
    }

    /// Id, kind and data of the next event; None at the end of the stream.
    async fn next(&mut self) -> Option<(u64, String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
                let found = field("event: ").map(|kind| {
                    let id = field("id: ").map_or(0, |id| id.parse().unwrap());
                    (id, kind, serde_json::from_str(&field("data: ").unwrap()).unwrap())
                });
                self.text = rest.to_owned();
                if found.is_some() {
                    return found;
                }
                continue;
            }
            let chunk = tokio::time::timeout(Duration::from_secs(20), self.response.chunk()).await;
            let chunk = chunk.expect("an event comes soon").expect("the stream ends whole")?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The data of the next event of a kind.
    async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let (_, found, data) = self.next().await.expect("another event");
            if found == kind {
                return data;
            }
        }
    }
}

#[tokio::test]
async fn requests_are_told_with_what_is_behind_their_refusals() {
    let hiding = ClientConfig { prevent_user_existence_errors: true, ..ClientConfig::default() };
    let api = TestPool::start(PoolConfig::default().with_client(hiding)).await;
    let mut watcher = Watcher::since(&api, 0).await;
    let client = api.server.client_id();
    let body = json!({ "ClientId": client, "Username": "nobody", "ConfirmationCode": "123456" });
    let reply = api.call("ConfirmSignUp", body).await;
    reply.refused("ExpiredCodeException", "Invalid code provided, please request a code again.");
    assert!(!reply.text.contains("unknown") && !format!("{:?}", reply.headers).contains("unknown"));
    let told = watcher.next_of("request").await;
    let expected = [
        ("operation", json!("ConfirmSignUp")),
        ("client", json!(client)),
        ("user", json!("nobody")),
        ("status", json!(400)),
        ("exception", json!("ExpiredCodeException")),
        ("reason", json!("unknown user")),
    ];
    for (name, value) in expected {
        assert_eq!(told[name], value, "{told}");
    }
    assert!(told["at"].is_number() && told["seconds"].is_number());

    api.server.faults().queue("ListUserPools", Fault::exception("TooManyRequestsException", 400, "x"), 1);
    api.call("ListUserPools", json!({})).await.refused_as("TooManyRequestsException");
    assert_eq!(watcher.next_of("request").await["fault"], "answer");
    let foreign = api.http.get(format!("{}/_local/outbox", api.server.endpoint())).header("host", "evil.example");
    assert_eq!(foreign.send().await.unwrap().status(), 403);
    let told = watcher.next_of("request").await;
    assert_eq!((&told["operation"], &told["status"]), (&json!("/_local/outbox"), &json!(403)));
}

#[tokio::test]
async fn messages_triggers_and_sign_ins_are_told() {
    let api = TestPool::with_ann().await;
    api.server.set_trigger(TriggerKind::PreSignUp, |event| {
        if event["userName"] == "bad" { Err("not you".into()) } else { Ok(event) }
    });
    let mut watcher = Watcher::since(&api, 0).await;
    api.sign_up("tom", json!([{ "Name": "email", "Value": "tom@example.com" }])).await.ok();
    let (first, kind, trigger) = watcher.next().await.unwrap();
    assert_eq!((first, kind.as_str()), (1, "trigger"));
    assert_eq!((&trigger["name"], &trigger["source"]), (&json!("PreSignUp"), &json!("PreSignUp_SignUp")));
    assert_eq!((&trigger["user"], &trigger["outcome"]), (&json!("tom"), &json!("answered")));
    let message = watcher.next_of("message").await;
    assert_eq!(message["code"], json!(api.server.last_code("tom").unwrap()));
    assert_eq!((&message["kind"], &message["destination"]), (&json!("signup"), &json!("tom@example.com")));
    let request = watcher.next_of("request").await;
    assert_eq!((&request["operation"], &request["status"]), (&json!("SignUp"), &json!(200)));
    api.sign_up("bad", json!([])).await.refused_as("UserLambdaValidationException");
    let trigger = watcher.next_of("trigger").await;
    assert_eq!((&trigger["outcome"], &trigger["error"]), (&json!("threw"), &json!("not you")));

    api.tokens("ann").await;
    let signed_in = watcher.next_of("sign_in").await;
    assert_eq!(signed_in["tokens"], json!(["AccessToken", "IdToken", "RefreshToken"]));
    assert_eq!((&signed_in["user"], &signed_in["client"]), (&json!("ann"), &json!(api.server.client_id())));
    api.initiate("USER_SRP_AUTH", json!({ "USERNAME": "ann", "SRP_A": "abcdef" })).await.ok();
    assert_eq!(watcher.next_of("sign_in").await["challenge"], "PASSWORD_VERIFIER");
}

#[tokio::test]
async fn who_comes_later_or_again_reads_on_where_they_were() {
    let api = TestPool::with_ann().await;
    for _ in 0..1_010 {
        api.call("ListUserPools", json!({ "MaxResults": 1 })).await.ok();
    }
    let mut watcher = Watcher::since(&api, 3).await;
    let (_, kind, data) = watcher.next().await.unwrap();
    assert_eq!((kind.as_str(), data), ("missed", json!({ "events": 7 })));
    for id in 11..=1_010 {
        assert_eq!(watcher.next().await.unwrap().0, id);
    }
    let url = format!("{}/_local/events?since=11", api.server.endpoint());
    let mut again = Watcher::of(api.http.get(&url).header("last-event-id", "1009")).await;
    assert_eq!(again.next().await.unwrap().0, 1_010);
    // Without a word about the past only what is new is told.
    let mut fresh = Watcher::of(api.http.get(format!("{}/_local/events", api.server.endpoint()))).await;
    api.call("ListUserPools", json!({ "MaxResults": 1 })).await.ok();
    assert_eq!(fresh.next().await.unwrap().0, 1_011);
    // An id of a server that ran before.
    let mut other = Watcher::since(&api, 5_000).await;
    assert_eq!(other.next().await.unwrap().1, "missed");
    let bad = api.http.get(format!("{}/_local/events?since=x", api.server.endpoint())).send().await.unwrap();
    assert_eq!(bad.status(), 400);
}

/// Thirty who never read, and one who does.
#[tokio::test]
async fn who_reads_slowly_holds_nobody_up() {
    let api = TestPool::with_ann().await;
    let mut stuck = Vec::new();
    for _ in 0..30 {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4_096).unwrap();
        let host = raw::address(&api.server);
        let mut stream = socket.connect(host.parse().unwrap()).await.unwrap();
        let request = format!("GET /_local/events?since=0 HTTP/1.1\r\nHost: {host}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        stuck.push(stream);
    }
    let mut watcher = Watcher::since(&api, 0).await;
    let long = "x".repeat(1_500);
    for _ in 0..1_100 {
        let body = json!({ "ClientId": api.server.client_id(), "Username": long });
        api.call("ForgotPassword", body).await.refused_as("InvalidParameterException");
    }
    loop {
        let (id, _, _) = watcher.next().await.unwrap();
        if id == 1_100 {
            break;
        }
    }
    // There are seats for 32.
    let _last = Watcher::since(&api, 0).await;
    let refused = api.http.get(format!("{}/_local/events", api.server.endpoint())).send().await.unwrap();
    assert_eq!(refused.status(), 503);
    assert!(refused.text().await.unwrap().contains("too_many_watching"));
    drop(stuck);
}

#[tokio::test]
async fn the_stream_ends_when_the_server_stops() {
    let api = TestPool::with_ann().await;
    let mut watcher = Watcher::since(&api, 0).await;
    api.tokens("ann").await;
    watcher.next_of("sign_in").await;
    watcher.next_of("request").await;
    let TestPool { server: pool, .. } = api;
    let stopped = tokio::task::spawn_blocking(move || drop(pool));
    assert_eq!(watcher.next().await, None);
    stopped.await.unwrap();
}
