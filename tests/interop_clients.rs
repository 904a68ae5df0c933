//! Clients that we did not write, against local-pool. `cargo xtask interop-test` installs and runs them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::process::Command;

use local_pool::{LocalPool, PoolConfig, ServerConfig, TriggerKind};
use serde_json::json;

/// Asks for a word in capitals, after SRP if the client begins with that.
fn ask_for_a_word(pool: &LocalPool) {
    pool.set_trigger(TriggerKind::DefineAuthChallenge, |mut event| {
        let session = event["request"]["session"].as_array().unwrap().clone();
        let next = |name: &str| json!({ "issueTokens": false, "failAuthentication": false, "challengeName": name });
        event["response"] = match session.last() {
            Some(last) if last["challengeName"] == "SRP_A" => next("PASSWORD_VERIFIER"),
            Some(last) if last["challengeName"] == "CUSTOM_CHALLENGE" && last["challengeResult"] == true => {
                json!({ "issueTokens": true, "failAuthentication": false })
            }
            _ => next("CUSTOM_CHALLENGE"),
        };
        Ok(event)
    });
    pool.set_trigger(TriggerKind::CreateAuthChallenge, |mut event| {
        event["response"]["publicChallengeParameters"] = json!({ "word": "portcullis" });
        event["response"]["privateChallengeParameters"] = json!({ "answer": "PORTCULLIS" });
        Ok(event)
    });
    pool.set_trigger(TriggerKind::VerifyAuthChallengeResponse, |mut event| {
        let request = &event["request"];
        let right = request["privateChallengeParameters"]["answer"] == request["challengeAnswer"];
        event["response"]["answerCorrect"] = right.into();
        Ok(event)
    });
}

fn succeeds(command: &mut Command) {
    let output = command.output().unwrap();
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("all done"), "{said}\n{complained}");
}

#[tokio::test]
#[ignore = "run by cargo xtask interop-test"]
async fn boto3() {
    let pool = LocalPool::start(PoolConfig::default()).await.unwrap();
    ask_for_a_word(&pool);
    let python = std::env::var("PORTCULLIS_PYTHON").expect("PORTCULLIS_PYTHON");
    succeeds(Command::new(python).arg("tests/interop/boto3_client.py").arg(pool.endpoint()));
}

/// Every operation there is, each answer judged by botocore's service model.
#[tokio::test]
#[ignore = "run by cargo xtask interop-test"]
async fn boto3_drives_every_operation() {
    let pool = LocalPool::start(ServerConfig::default()).await.unwrap();
    let python = std::env::var("PORTCULLIS_PYTHON").expect("PORTCULLIS_PYTHON");
    succeeds(Command::new(python).arg("tests/interop/boto3_operations.py").arg(pool.endpoint()));
    let driven = pool.all_requests();
    for operation in local_pool::OPERATIONS {
        assert!(driven.contains_key(*operation), "{operation}");
    }
}

/// Every constraint of botocore's service model is enforced, in the service's words.
#[tokio::test]
#[ignore = "run by cargo xtask interop-test"]
async fn boto3_knows_every_constraint() {
    let pool = LocalPool::start(ServerConfig::default()).await.unwrap();
    let python = std::env::var("PORTCULLIS_PYTHON").expect("PORTCULLIS_PYTHON");
    succeeds(Command::new(python).arg("tests/interop/boto3_constraints.py").arg(pool.endpoint()));
}

#[tokio::test]
#[ignore = "run by cargo xtask interop-test"]
async fn amazon_cognito_identity_js() {
    let pool = LocalPool::start(PoolConfig::default()).await.unwrap();
    ask_for_a_word(&pool);
    let modules = std::env::var("PORTCULLIS_NODE_MODULES").expect("PORTCULLIS_NODE_MODULES");
    let mut node = Command::new("node");
    node.env("NODE_PATH", modules).arg("tests/interop/identity_js_client.cjs");
    succeeds(node.args([&pool.endpoint(), pool.pool_id(), pool.client_id()]));
}
