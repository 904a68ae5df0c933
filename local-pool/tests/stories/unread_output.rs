//! A server whose standard error nobody reads, as a test harness may start one.

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use crate::client::{PASSWORD, http};
use crate::program::{Program, call, command};

const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn handlers_that_log_megabytes_stop_neither_sign_ins_nor_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let handler = "exports.handler = async (event) => {
        for (let line = 0; line < 100; line++) console.log('x'.repeat(10_000));
        return event;
    };";
    std::fs::create_dir(folder.path().join("triggers")).unwrap();
    std::fs::write(folder.path().join("triggers/preAuthentication.js"), handler).unwrap();
    let config = folder.path().join("pool.toml");
    let client = "4localclient5id6here7abc8d";
    let text = format!(
        "[[pools]]\n[[pools.clients]]\nid = \"{client}\"\n[[pools.users]]\nusername = \"ann\"\npassword = \"{PASSWORD}\"\n"
    );
    std::fs::write(&config, text).unwrap();
    let triggers = folder.path().join("triggers");
    let mut serve = command(&["--config", config.to_str().unwrap(), "--triggers", triggers.to_str().unwrap()]);
    serve.stderr(Stdio::piped());
    let mut program = Program::of(serve);
    // Held, and never read.
    let unread = program.child.stderr.take().unwrap();
    let http = http();
    let sign_in = json!({
        "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "ann", "PASSWORD": PASSWORD },
    });
    for number in 0..12 {
        let answer = tokio::time::timeout(SOON, call(&http, &program.endpoint, "InitiateAuth", &sign_in)).await;
        let (status, answer) = answer.unwrap_or_else(|_| panic!("sign-in {number} hangs")).unwrap();
        assert_eq!(status, 200, "{answer}");
    }
    program.signal("TERM");
    assert!(program.end(SOON).success());
    drop(unread);
}
