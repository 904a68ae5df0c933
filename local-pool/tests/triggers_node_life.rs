//! The one `node`: it stays, follows changes, survives what handlers do to it, and ends with its owner.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod handlers;

use std::time::Duration;

use handlers::{Handlers, MARKS, event, run};
use local_pool::triggers::{TriggerFailure, TriggerKind, TriggerTiming};
use serde_json::{Value, json};

const PRE: TriggerKind = TriggerKind::PreSignUp;
const REPORTS_PID: &str = "exports.handler = async (event) => { event.response = { pid: process.pid }; };";

fn timing(millis: u64, tries: u32) -> TriggerTiming {
    TriggerTiming { limit: Duration::from_millis(millis), tries }
}

fn is_running(pid: &Value) -> bool {
    std::path::Path::new("/proc").join(pid.to_string()).join("exe").exists()
}

#[tokio::test]
async fn one_process_serves_all_functions_and_ends_with_its_owner() {
    let handlers = Handlers::new(&[("presignup.js", REPORTS_PID), ("postConfirmation/index.js", REPORTS_PID)]);
    let triggers = handlers.triggers();
    let first = run(&triggers, PRE, json!({})).await.unwrap();
    assert_eq!(run(&triggers, TriggerKind::PostConfirmation, json!({})).await.unwrap(), first);
    assert_eq!(run(&triggers.clone(), PRE, json!({})).await.unwrap(), first);
    drop(triggers);
    if cfg!(target_os = "linux") {
        let ends = async {
            while is_running(&first["pid"]) {
                tokio::time::sleep(Duration::from_millis(10)).await
            }
        };
        tokio::time::timeout(Duration::from_secs(5), ends).await.expect("node outlives the triggers");
    }
}

#[tokio::test]
async fn changes_are_picked_up_by_the_same_process() {
    let with = |word: &str| {
        format!(
            "const word = require('./word.js');\nexports.handler = async (event) => {{ event.response = {{ said: '{word} ' + word, pid: process.pid }}; }};"
        )
    };
    let handlers = Handlers::new(&[("presignup.js", &with("one")), ("word.js", "module.exports = 'a';")]);
    let triggers = handlers.triggers();
    let first = run(&triggers, PRE, json!({})).await.unwrap();
    assert_eq!(first["said"], "one a");
    handlers.write("word.js", "module.exports = 'bb';");
    assert_eq!(run(&triggers, PRE, json!({})).await.unwrap()["said"], "one bb");
    handlers.write("presignup.js", &with("two"));
    let last = run(&triggers, PRE, json!({})).await.unwrap();
    assert_eq!(last, json!({"said": "two bb", "pid": first["pid"]}));

    // An ES module and what it imports, run from a copy, likewise.
    let esm =
        "import { word } from './word.mjs';\nexport const handler = async (event) => { event.response = { word }; };";
    let handlers = Handlers::new(&[("presignup.js", esm), ("word.mjs", "export const word = 'a';")]);
    let triggers = handlers.triggers();
    assert_eq!(run(&triggers, PRE, json!({})).await, Ok(json!({"word": "a"})));
    handlers.write("word.mjs", "export const word = 'changed';");
    assert_eq!(run(&triggers, PRE, json!({})).await, Ok(json!({"word": "changed"})));
}

#[tokio::test]
async fn handlers_come_and_go_while_it_runs() {
    let handlers = Handlers::new(&[]);
    let triggers = handlers.triggers();
    assert!(!triggers.has(PRE, None));
    assert!(matches!(run(&triggers, PRE, json!({})).await, Err(TriggerFailure::NotInvocable(_))));
    handlers.write("preSignup.js", MARKS);
    assert!(triggers.has(PRE, None));
    assert_eq!(run(&triggers, PRE, json!({})).await, Ok(json!({"mark": "ran"})));
    // Two for one trigger: neither is guessed at, and the others still run.
    handlers.write("pre-signup.mjs", MARKS);
    handlers.write("custom-message.js", MARKS);
    let failure = run(&triggers, PRE, json!({})).await;
    assert!(
        matches!(&failure, Err(TriggerFailure::NotInvocable(text)) if text.contains("two handlers for PreSignUp")),
        "{failure:?}"
    );
    assert_eq!(run(&triggers, TriggerKind::CustomMessage, json!({})).await, Ok(json!({"mark": "ran"})));
}

#[tokio::test]
async fn state_of_a_module_lasts_from_call_to_call() {
    let handlers = Handlers::new(&[(
        "presignup.js",
        "let n = 0; exports.handler = async (event) => { event.response = { n: ++n }; };",
    )]);
    let triggers = handlers.triggers();
    for n in 1..=3 {
        assert_eq!(run(&triggers, PRE, json!({})).await, Ok(json!({"n": n})));
    }
}

#[tokio::test]
async fn calls_run_side_by_side() {
    let script = "exports.handler = async (event) => { await new Promise((go) => setTimeout(go, 300)); event.response.name = event.userName; };";
    let handlers = Handlers::new(&[("presignup.js", script)]);
    let triggers = handlers.triggers();
    triggers.load().await.unwrap();
    let calls: Vec<_> = (0..20)
        .map(|number| {
            let triggers = triggers.clone();
            let mut sent = event(json!({}));
            sent["userName"] = json!(format!("user{number}"));
            tokio::spawn(async move { triggers.invoke(PRE, None, sent).await })
        })
        .collect();
    // One after another they would take six seconds.
    let all = async {
        for (number, call) in calls.into_iter().enumerate() {
            let answer = call.await.unwrap().unwrap();
            assert_eq!(answer["response"]["name"], format!("user{number}"));
        }
    };
    tokio::time::timeout(Duration::from_secs(3), all).await.unwrap();
}

#[tokio::test]
async fn an_exit_fails_its_call_and_the_next_one_works() {
    let script = "exports.handler = async (event) => {
        console.log('about to', event.request.how);
        if (event.request.how === 'exit') process.exit(3);
        if (event.request.how === 'kill') process.kill(process.pid, 'SIGKILL');
        if (event.request.how !== 'work') await new Promise(() => {});
        event.response = { pid: process.pid };
    };";
    let handlers = Handlers::new(&[("presignup.js", script)]);
    let triggers = handlers.triggers();
    let working = json!({"how": "work"});
    let first = run(&triggers, PRE, working.clone()).await.unwrap();

    // process.exit ends only the function's own thread.
    let exited = run(&triggers, PRE, json!({"how": "exit"})).await;
    let expected = "Error: Runtime exited with error: exit status 3";
    assert!(matches!(&exited, Err(TriggerFailure::Threw(text)) if text.ends_with(expected)), "{exited:?}");
    handlers.wait_for_log("about to exit").await;
    assert_eq!(run(&triggers, PRE, working.clone()).await.unwrap(), first);

    let killed = run(&triggers, PRE, json!({"how": "kill"})).await;
    assert!(matches!(&killed, Err(TriggerFailure::Threw(text)) if text.contains("signal")), "{killed:?}");
    let second = run(&triggers, PRE, working).await.unwrap();
    assert_ne!(second, first);
}

#[tokio::test]
async fn a_slow_function_is_called_three_times() {
    let script =
        "exports.handler = async () => { console.log('called'); await new Promise((go) => setTimeout(go, 60_000)); };";
    let handlers = Handlers::new(&[("presignup.js", script)]);
    let triggers = handlers.triggers().with_timing(timing(150, 3));
    assert_eq!(run(&triggers, PRE, json!({})).await, Err(TriggerFailure::TimedOut));
    handlers.wait_for_log("[presignup] called\n[presignup] called\n[presignup] called").await;
    assert_eq!(handlers.logged().matches("called").count(), 3);
}

#[tokio::test]
async fn a_try_after_a_time_out_may_succeed() {
    let script = "const { existsSync, writeFileSync } = require('node:fs');
    exports.handler = async (event) => {
        const seen = event.request.file;
        if (!existsSync(seen)) { writeFileSync(seen, ''); await new Promise((go) => setTimeout(go, 60_000)); }
        event.response = { second: true };
    };";
    let handlers = Handlers::new(&[("presignup.js", script)]);
    let triggers = handlers.triggers().with_timing(timing(1_000, 3));
    let elsewhere = tempfile::tempdir().unwrap();
    let seen = elsewhere.path().join("seen");
    assert_eq!(run(&triggers, PRE, json!({"file": seen})).await, Ok(json!({"second": true})));
}

#[tokio::test]
async fn an_endless_loop_is_stopped_and_holds_up_nobody_else() {
    let handlers = Handlers::new(&[
        (
            "presignup.js",
            "exports.handler = async (event) => { for (;event.request.loop;); event.response = { pid: process.pid }; };",
        ),
        ("postConfirmation.js", REPORTS_PID),
    ]);
    let triggers = handlers.triggers().with_timing(timing(400, 1));
    let other = run(&triggers, TriggerKind::PostConfirmation, json!({})).await.unwrap();
    assert_eq!(run(&triggers, PRE, json!({"loop": true})).await, Err(TriggerFailure::TimedOut));
    assert_eq!(run(&triggers, TriggerKind::PostConfirmation, json!({})).await.unwrap(), other);
    assert_eq!(run(&triggers, PRE, json!({"loop": false})).await.unwrap(), other);
}

#[test]
fn triggers_outlive_the_runtime_they_were_first_used_on() {
    let handlers = Handlers::new(&[("presignup.js", MARKS)]);
    let triggers = handlers.triggers();
    for _ in 0..2 {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        assert_eq!(runtime.block_on(run(&triggers, PRE, json!({}))), Ok(json!({"mark": "ran"})));
    }
}
