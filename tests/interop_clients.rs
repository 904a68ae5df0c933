//! Clients that we did not write, against local-pool. `cargo xtask interop-test` installs and runs them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::process::Command;

use local_pool::{ClientConfig, DeviceConfig, IdentityPoolConfig, LocalPool, PoolConfig, ServerConfig, TriggerKind};
use serde_json::json;

const PASSWORD: &str = "Correct-Horse-9";

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

/// Another OpenID Connect client and another's verifier of tokens, on the hosted pages.
#[tokio::test]
#[ignore = "run by cargo xtask interop-test"]
async fn authlib_signs_in_on_the_hosted_pages() {
    const CALLBACK: &str = "myapp://signed-in/";
    let client = ClientConfig::default().with_hosted_ui(&[CALLBACK], &[]);
    let pool = LocalPool::start(PoolConfig::default().with_client(client)).await.unwrap();
    pool.create_user("ann", PASSWORD, &[("email", "ann@example.com")]).unwrap();
    let python = std::env::var("PORTCULLIS_PYTHON").expect("PORTCULLIS_PYTHON");
    let mut script = Command::new(python);
    script.arg("tests/interop/authlib_hosted.py").args([&pool.endpoint(), pool.pool_id(), pool.client_id(), CALLBACK]);
    succeeds(&mut script);
}

/// Every operation of identity pools and of STS, each answer judged by botocore's service models.
#[tokio::test]
#[ignore = "run by cargo xtask interop-test"]
async fn boto3_drives_identity_pools() {
    let pool = LocalPool::start(PoolConfig::default()).await.unwrap();
    pool.create_user("ann", PASSWORD, &[("email", "ann@example.com")]).unwrap();
    let python = std::env::var("PORTCULLIS_PYTHON").expect("PORTCULLIS_PYTHON");
    let mut script = Command::new(python);
    script.arg("tests/interop/boto3_identity.py").args([&pool.endpoint(), pool.pool_id(), pool.client_id()]);
    succeeds(&mut script);
    let driven = pool.all_requests();
    for operation in local_pool::IDENTITY_OPERATIONS.iter().chain(local_pool::STS_OPERATIONS) {
        assert!(driven.contains_key(*operation), "{operation}");
    }
}

/// The credential provider of the AWS SDK for JavaScript.
#[tokio::test]
#[ignore = "run by cargo xtask interop-test"]
async fn sdk_js_gets_credentials() {
    let config = PoolConfig::default().with_identity_pool(IdentityPoolConfig::default());
    let pool = LocalPool::start(config).await.unwrap();
    pool.create_user("ann", PASSWORD, &[]).unwrap();
    let modules = std::env::var("PORTCULLIS_NODE_MODULES").expect("PORTCULLIS_NODE_MODULES");
    let mut node = Command::new("node");
    node.env("NODE_PATH", modules).arg("tests/interop/sdk_js/credentials.cjs");
    succeeds(node.args([&pool.endpoint(), pool.pool_id(), pool.client_id(), pool.identity_pool_id()]));
}

/// Every constraint of botocore's service model is enforced, in the service's words.
#[tokio::test]
#[ignore = "run by cargo xtask interop-test"]
async fn boto3_knows_every_constraint() {
    let pool = LocalPool::start(ServerConfig::default()).await.unwrap();
    let python = std::env::var("PORTCULLIS_PYTHON").expect("PORTCULLIS_PYTHON");
    succeeds(Command::new(python).arg("tests/interop/boto3_constraints.py").arg(pool.endpoint()));
}

/// Runs a script of `tests/interop/identity_js` against the pool.
fn identity_js(pool: &LocalPool, script: &str) {
    let modules = std::env::var("PORTCULLIS_NODE_MODULES").expect("PORTCULLIS_NODE_MODULES");
    let mut node = Command::new("node");
    node.env("NODE_PATH", modules).arg(format!("tests/interop/identity_js/{script}"));
    succeeds(node.args([&pool.endpoint(), pool.pool_id(), pool.client_id()]));
}

/// A pool with second factors whose clock stands still: codes of authenticator apps stay what they are.
async fn pool_with_factors(mfa: &str, factors: &[&str]) -> LocalPool {
    let mfa_factors = factors.iter().map(|factor| (*factor).to_owned()).collect();
    let pool = LocalPool::start(PoolConfig { mfa: mfa.into(), mfa_factors, ..PoolConfig::default() }).await.unwrap();
    pool.clock().freeze_at(pool.clock().now_ms());
    pool
}

async fn text_messages_for(pool: &LocalPool, username: &str) {
    let preference = json!({ "Username": username, "SMSMfaSettings": { "Enabled": true } });
    pool.call("AdminSetUserMFAPreference", preference).await.unwrap();
}

#[tokio::test]
#[ignore = "run by cargo xtask interop-test"]
async fn identity_js_signs_in() {
    let pool = LocalPool::start(PoolConfig::default()).await.unwrap();
    ask_for_a_word(&pool);
    identity_js(&pool, "sign_in.cjs");
}

#[tokio::test]
#[ignore = "run by cargo xtask interop-test"]
async fn identity_js_uses_second_factors() {
    let pool = pool_with_factors("OPTIONAL", &["SMS_MFA", "SOFTWARE_TOKEN_MFA"]).await;
    pool.create_user("ann", PASSWORD, &[]).unwrap();
    for (user, number) in [("sam", "+15555551111"), ("joe", "+15555552222"), ("ian", "+15555553333")] {
        pool.create_user(user, PASSWORD, &[("phone_number", number)]).unwrap();
    }
    text_messages_for(&pool, "sam").await;
    identity_js(&pool, "mfa.cjs");
}

#[tokio::test]
#[ignore = "run by cargo xtask interop-test"]
async fn identity_js_sets_a_second_factor_up() {
    let pool = pool_with_factors("ON", &["SOFTWARE_TOKEN_MFA"]).await;
    pool.create_user("ann", PASSWORD, &[]).unwrap();
    identity_js(&pool, "mfa_setup.cjs");
}

#[tokio::test]
#[ignore = "run by cargo xtask interop-test"]
async fn identity_js_takes_a_new_password() {
    let required_attributes = vec!["given_name".to_owned()];
    let pool = LocalPool::start(PoolConfig { required_attributes, ..PoolConfig::default() }).await.unwrap();
    let attributes = [("email", "tom@example.com")];
    pool.create_user_with_temporary_password("tom", "Temporary-Horse-9", &attributes).unwrap();
    identity_js(&pool, "new_password.cjs");
}

#[tokio::test]
#[ignore = "run by cargo xtask interop-test"]
async fn identity_js_looks_after_an_account() {
    let pool = LocalPool::start(PoolConfig::default()).await.unwrap();
    pool.create_user("ann", PASSWORD, &[("email", "ann@example.com"), ("email_verified", "true")]).unwrap();
    identity_js(&pool, "account.cjs");
}

#[tokio::test]
#[ignore = "run by cargo xtask interop-test"]
async fn identity_js_remembers_a_device() {
    let devices = DeviceConfig { challenge_required_on_new_device: true, only_remembered_on_user_prompt: true };
    let config = PoolConfig { mfa: "OPTIONAL".into(), devices: Some(devices), ..PoolConfig::default() };
    let pool = LocalPool::start(config).await.unwrap();
    pool.create_user("ann", PASSWORD, &[("phone_number", "+15555551234")]).unwrap();
    text_messages_for(&pool, "ann").await;
    identity_js(&pool, "devices.cjs");
}
