//! `kill -9` while clients write: what was acknowledged is there afterwards.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use crate::client::{PASSWORD, http};
use crate::program::{Program, call, command, succeed};

const WRITERS: usize = 4;
const ROUNDS: usize = 4;
/// Acknowledged before the kill, at least: so that it comes while they are at it.
const WARM: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_write_is_lost_when_the_server_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pool.sqlite");
    let start = || Program::serve(&["--data", file.to_str().unwrap()]);
    let program = start();
    let pool = succeed(&program.endpoint, "CreateUserPool", json!({ "PoolName": "p" })).await;
    let pool_id = pool["UserPool"]["Id"].as_str().unwrap().to_owned();
    program.kill();
    let (acknowledged, next) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicU64::new(0)));
    for round in 0..ROUNDS {
        let program = start();
        let before = acknowledged.lock().unwrap().len();
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| {
                let (endpoint, pool_id) = (program.endpoint.clone(), pool_id.clone());
                let (acknowledged, next) = (Arc::clone(&acknowledged), Arc::clone(&next));
                tokio::spawn(async move {
                    let http = http();
                    loop {
                        let name = format!("user-{}", next.fetch_add(1, Ordering::Relaxed));
                        let user = json!({ "UserPoolId": pool_id, "Username": name, "TemporaryPassword": PASSWORD });
                        let Some((status, answer)) = call(&http, &endpoint, "AdminCreateUser", &user).await else {
                            return;
                        };
                        assert_eq!(status, 200, "{answer}");
                        acknowledged.lock().unwrap().push(name);
                    }
                })
            })
            .collect();
        while acknowledged.lock().unwrap().len() < before + WARM {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // Some moment of a write; which one differs from run to run anyway.
        tokio::time::sleep(Duration::from_millis(7 * round as u64)).await;
        program.kill();
        for writer in writers {
            writer.await.unwrap();
        }
    }
    let program = start();
    let all = acknowledged.lock().unwrap().clone();
    assert!(all.len() >= ROUNDS * WARM);
    let http = http();
    for name in &all {
        let user = json!({ "UserPoolId": pool_id, "Username": name });
        let (status, answer) = call(&http, &program.endpoint, "AdminGetUser", &user).await.unwrap();
        assert_eq!(status, 200, "{name} of {}: {answer}", all.len());
    }
}

#[tokio::test]
async fn what_a_killed_server_left_in_the_temporary_folder_goes_at_the_next_start() {
    let (temporary, triggers) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(triggers.path().join("preSignUp.js"), "exports.handler = async (event) => event;").unwrap();
    let start = || {
        let mut serve = command(&["--triggers", triggers.path().to_str().unwrap()]);
        serve.env("TMPDIR", temporary.path());
        Program::of(serve)
    };
    let folders = || std::fs::read_dir(temporary.path()).unwrap().count();
    start().kill();
    assert_eq!(folders(), 1);
    let alive = start();
    assert_eq!(folders(), 1);
    let mut beside = start();
    assert_eq!(folders(), 2);
    beside.signal("TERM");
    assert!(beside.end(Duration::from_secs(30)).success());
    assert_eq!(folders(), 1);
    drop(alive);
}
