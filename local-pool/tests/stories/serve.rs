//! The program.

use std::io::{BufRead, BufReader, Read as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::http;
use crate::program::{Program, command};

const STOPPING: Duration = Duration::from_secs(30);

#[tokio::test]
async fn it_prints_its_address_and_the_configuration_to_use() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pool.toml");
    let text = "[[pools]]\nid = \"eu-west-1_Abc123456\"\n[[pools.users]]\nusername = \"ann\"\npassword = \"Correct-Horse-9\"\n";
    std::fs::write(&file, text).unwrap();
    let mut served = Program::serve(&["--config", file.to_str().unwrap()]);
    let endpoint = served.endpoint.clone();
    assert!(endpoint.starts_with("http://127.0.0.1:"));
    assert_eq!(served.line(), "amplify_outputs.json:");
    let outputs = Value::deserialize_first(&mut served.out);
    assert_eq!(outputs["auth"]["user_pool_id"], "eu-west-1_Abc123456");
    assert_eq!(outputs["auth"]["aws_region"], "eu-west-1");
    assert_eq!(outputs["custom"]["portcullis"]["user_pool_endpoint"], json!(endpoint));

    let body = json!({
        "ClientId": outputs["auth"]["user_pool_client_id"], "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "ann", "PASSWORD": "Correct-Horse-9" },
    });
    let request = http().post(&endpoint).header("x-amz-target", "AWSCognitoIdentityProviderService.InitiateAuth");
    assert_eq!(request.body(body.to_string()).send().await.unwrap().status(), 200);
    served.signal("INT");
    assert!(served.end(STOPPING).success());
}

#[tokio::test]
async fn without_configuration_it_starts_empty() {
    let mut served = Program::serve(&["--listen", "127.0.0.1:0"]);
    let endpoint = served.endpoint.clone();
    let request = http().post(&endpoint).header("x-amz-target", "AWSCognitoIdentityProviderService.ListUserPools");
    let answer: Value = request.body(r#"{"MaxResults":10}"#).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer, json!({ "UserPools": [] }));
    served.signal("INT");
    assert!(served.end(STOPPING).success());
    let mut rest = String::new();
    served.out.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

#[test]
fn a_wrong_file_is_told_by_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pool.toml");
    std::fs::write(&file, "[[pools]]\nself_signup = true\n").unwrap();
    let output = command(&["--config", file.to_str().unwrap()]).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("self_signup"));
}

#[test]
fn help_and_mistakes_are_told() {
    let run = |arguments: &[&str]| Command::new(env!("CARGO_BIN_EXE_local-pool")).args(arguments).output().unwrap();
    let help = run(&["--help"]);
    assert!(help.status.success() && help.stderr.is_empty());
    assert!(String::from_utf8(help.stdout).unwrap().contains("--allow-origin"));
    let mistakes: [(&[&str], &str); 3] = [
        (&["serve", "--lisen=127.0.0.1:1"], "--lisen"),
        (&["serve", "--allow-host", "http://pool"], "`allow_hosts`"),
        (&["serve", "--allow-origin", "localhost"], "`allow_origins`"),
    ];
    for (arguments, told) in mistakes {
        let output = run(arguments);
        assert!(!output.status.success() && output.stdout.is_empty());
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.starts_with("local-pool: ") && error.contains(told), "{error}");
    }
}

#[test]
fn listening_beyond_the_loopback_is_told() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_local-pool"))
        .args(["serve", "--listen", "0.0.0.0:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut told).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    for part in ["0.0.0.0:0", "administer", "/_local", "--allow-host"] {
        assert!(told.contains(part), "{told}");
    }
}

/// Reads the first JSON value of a stream.
trait DeserializeFirst: Sized {
    fn deserialize_first(input: &mut impl BufRead) -> Self;
}

impl DeserializeFirst for Value {
    fn deserialize_first(input: &mut impl BufRead) -> Self {
        serde_json::Deserializer::from_reader(input).into_iter::<Self>().next().unwrap().unwrap()
    }
}
