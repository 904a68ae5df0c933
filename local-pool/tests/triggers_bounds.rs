//! Whatever a function sends or does, its call ends soon and nobody else's suffers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::disallowed_methods, reason = "these tests measure real time")]

mod handlers;

use std::time::{Duration, Instant};

use handlers::{Handlers, event, run};
use local_pool::triggers::{TriggerFailure, TriggerKind, TriggerTiming, Triggers};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const PRE: TriggerKind = TriggerKind::PreSignUp;
const SAYS: &str = "exports.handler = async (event) => {
    const deep = (levels) => { let value = 0; for (let level = 0; level < levels; level++) value = [value]; return value; };
    const { kind, size } = event.request;
    if (kind === 'half') event.response.text = 'half \\ud83d';
    if (kind === 'deep') event.response.deep = deep(size);
    if (kind === 'long') event.response.text = 'x'.repeat(size);
    if (kind === 'half error') throw new Error('half \\ud83d');
    if (kind === 'long error') throw new Error('x'.repeat(size));
    if (kind === 'half log') console.log('half \\ud83d of it');
    if (kind === 'long log') console.log('x'.repeat(size));
    return event;
};";

/// A time limit that no call is to reach.
fn patient(triggers: Triggers) -> Triggers {
    triggers.with_timing(TriggerTiming { limit: Duration::from_secs(60), tries: 3 })
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_refused_at_once() {
    let handlers = Handlers::new(&[("presignup.js", SAYS)]);
    let triggers = patient(handlers.triggers());
    triggers.load().await.unwrap();
    for request in [
        json!({ "kind": "half" }),
        json!({ "kind": "half error" }),
        json!({ "kind": "deep", "size": 127 }),
        json!({ "kind": "deep", "size": 5_000 }),
    ] {
        let started = Instant::now();
        assert_eq!(run(&triggers, PRE, request.clone()).await, Err(TriggerFailure::Unrecognizable), "{request}");
        assert!(started.elapsed() < Duration::from_secs(20), "{request}");
    }
    run(&triggers, PRE, json!({ "kind": "deep", "size": 100 })).await.unwrap();
}

#[tokio::test]
async fn what_a_function_says_is_bounded() {
    let handlers = Handlers::new(&[("presignup.js", SAYS)]);
    let triggers = patient(handlers.triggers());
    let long = run(&triggers, PRE, json!({ "kind": "long", "size": 50_000_000 })).await;
    let expected = "Response payload size exceeded maximum allowed payload size (6291556 bytes).";
    assert_eq!(long, Err(TriggerFailure::Threw(expected.into())));
    let just_fits = run(&triggers, PRE, json!({ "kind": "long", "size": 6_000_000 })).await.unwrap();
    assert_eq!(just_fits["text"].as_str().unwrap().len(), 6_000_000);
    let Err(TriggerFailure::Threw(text)) =
        run(&triggers, PRE, json!({ "kind": "long error", "size": 20_000_000 })).await
    else {
        panic!("it did not throw")
    };
    assert!(text.len() < 300_000, "{}", text.len());
    run(&triggers, PRE, json!({ "kind": "long log", "size": 20_000_000 })).await.unwrap();
    run(&triggers, PRE, json!({ "kind": "half log" })).await.unwrap();
    handlers.wait_for_log("half \u{fffd} of it").await;
    let longest = handlers.logged().lines().map(str::len).max().unwrap();
    assert!(longest < 70_000, "{longest}");
}

#[tokio::test]
async fn messages_that_a_function_forges_harm_only_itself() {
    let forges = "const { parentPort } = require('node:worker_threads');
    exports.handler = async (event) => {
        const forged = [null, 5, 'text', {}, { log: 5 }, { log: null }, { loaded: true }, { pong: true }, { loadError: {} },
            { loadError: 5 }, { id: 1 }, { id: 'x', body: 7 }, { id: 1, error: 5 }, { id: 1, error: { message: {} } },
            { id: 1, body: 'a\\nb' }, { id: event.request.id, body: '{' }, { id: event.request.id, error: {} }];
        for (const message of forged) parentPort.postMessage(message);
        await new Promise((go) => setTimeout(go, 50));
        return event;
    };";
    let pid = "exports.handler = async (event) => { event.response = { pid: process.pid }; };";
    let handlers = Handlers::new(&[("presignup.js", forges), ("postConfirmation.js", pid)]);
    let triggers = patient(handlers.triggers());
    let node = run(&triggers, TriggerKind::PostConfirmation, json!({})).await.unwrap();
    for id in 0..20 {
        let _whatever = run(&triggers, PRE, json!({ "id": id })).await;
        assert_eq!(run(&triggers, TriggerKind::PostConfirmation, json!({})).await.unwrap(), node);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_module_that_never_loads_is_given_up_on_and_burns_no_processor() {
    let pid = "exports.handler = async (event) => { event.response = { pid: process.pid }; };";
    let handlers = Handlers::new(&[("presignup.js", "for (;;);"), ("postConfirmation.js", pid)]);
    let triggers = handlers.triggers().with_timing(TriggerTiming { tries: 2, ..TriggerTiming::default() });
    let node = run(&triggers, TriggerKind::PostConfirmation, json!({})).await.unwrap()["pid"].clone();
    let started = Instant::now();
    assert_eq!(run(&triggers, PRE, json!({})).await, Err(TriggerFailure::TimedOut));
    let took = started.elapsed();
    assert!((Duration::from_secs(10)..Duration::from_secs(25)).contains(&took), "two tries took {took:?}");

    // The threads that looped are gone: no processor time goes by any more.
    let ticks = || {
        let stat = std::fs::read_to_string(format!("/proc/{node}/stat")).unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    };
    tokio::time::sleep(Duration::from_millis(500)).await;
    let before = ticks();
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(ticks() - before < 50, "{} ticks in two seconds", ticks() - before);

    handlers.write("presignup.js", pid);
    assert_eq!(run(&triggers, PRE, json!({})).await.unwrap()["pid"], node);
}

/// A Lambda endpoint that answers without end, at once or drop by drop.
async fn endless_endpoint(pause: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _length = stream.read(&mut request).await;
                let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
                let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
                let mut sent = stream.write_all(head.as_bytes()).await;
                while sent.is_ok() {
                    sent = stream.write_all(chunk.as_bytes()).await;
                    tokio::time::sleep(pause).await;
                }
            });
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn an_endpoint_that_answers_without_end_is_cut_off() {
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:endless";
    let call = |triggers: Triggers| async move { triggers.invoke(PRE, Some(arn), event(Value::Null)).await };
    let fast = endless_endpoint(Duration::ZERO).await;
    let triggers = patient(Triggers::default().with_lambda_endpoint(&fast).unwrap());
    assert_eq!(call(triggers).await, Err(TriggerFailure::Unrecognizable));
    let slow = endless_endpoint(Duration::from_millis(100)).await;
    let triggers = Triggers::default().with_lambda_endpoint(&slow).unwrap();
    let triggers = triggers.with_timing(TriggerTiming { limit: Duration::from_millis(500), tries: 2 });
    assert_eq!(call(triggers).await, Err(TriggerFailure::TimedOut));
}
