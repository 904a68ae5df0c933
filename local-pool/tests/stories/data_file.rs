//! The data file itself: whose it is, what version, and what a start with it may not repeat.

use std::collections::BTreeSet;
use std::path::Path;

use local_pool::{LocalPool, PoolConfig, ServerConfig, StartError};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::client::{PASSWORD, TestPool, attributes};
use crate::program::{Program, command, succeed};

const POOL_ID: &str = "eu-west-1_Kept00001";

fn config(file: &Path) -> ServerConfig {
    let pool = PoolConfig { id: Some(POOL_ID.into()), ..PoolConfig::default() };
    ServerConfig { data: Some(file.into()), seed: Some(7), ..pool.with_user("ann", PASSWORD, &[]).into() }
}

fn refusal(file: &Path) -> String {
    match LocalPool::start_blocking(config(file)) {
        Err(error @ StartError::DataFile { .. }) => error.to_string(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it starts"),
    }
}

/// Every value that randomness made, in answers and in the outbox.
async fn made_up(api: &TestPool, name: &str) -> Vec<String> {
    let email = attributes(json!({ "email": format!("{name}@example.com") }));
    let sub = api.sign_up(name, email).await.ok()["UserSub"].as_str().unwrap().to_owned();
    let tokens = api.tokens("ann").await;
    let claims = crate::client::claims(&tokens["IdToken"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    vec![
        sub,
        text(&claims["jti"]),
        text(&claims["event_id"]),
        text(&claims["origin_jti"]),
        text(&tokens["RefreshToken"]),
    ]
}

#[tokio::test]
async fn two_starts_with_one_seed_and_one_file_never_make_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pool.sqlite");
    let (mut seen, mut count) = (BTreeSet::new(), 0);
    for start in 0..4 {
        let api = TestPool::start(config(&file)).await;
        for user in 0..3 {
            let values = made_up(&api, &format!("user-{start}-{user}")).await;
            count += values.len();
            seen.extend(values);
        }
    }
    assert_eq!(seen.len(), count);
}

#[tokio::test]
async fn a_seed_makes_the_first_start_with_a_new_file_repeat() {
    let mut made = Vec::new();
    for _ in 0..2 {
        let folder = tempfile::tempdir().unwrap();
        let api = TestPool::start(config(&folder.path().join("pool.sqlite"))).await;
        made.push(made_up(&api, "tom").await[0].clone());
    }
    assert_eq!(made[0], made[1]);
}

#[tokio::test]
async fn a_second_server_on_one_file_is_refused_and_the_first_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pool.sqlite");
    let data = file.to_str().unwrap();
    let mut first = Program::serve(&["--data", data]);
    for arguments in [vec!["--data", data], vec!["--data", data, "--listen", "127.0.0.1:0"]] {
        let second = command(&arguments).output().unwrap();
        let said = String::from_utf8(second.stderr).unwrap();
        assert!(!second.status.success() && said.contains(data) && said.contains("another local-pool"), "{said}");
    }
    // Under another name, and in another process than the first.
    let linked = folder.path().join("linked.sqlite");
    std::os::unix::fs::symlink(&file, &linked).unwrap();
    assert!(refusal(&linked).contains("another local-pool"));
    succeed(&first.endpoint, "ListUserPools", json!({ "MaxResults": 1 })).await;

    // A killed server leaves no claim behind, and one that stops does not either.
    first.signal("KILL");
    first.child.wait().unwrap();
    let next = LocalPool::start_blocking(config(&file)).unwrap();
    assert!(refusal(&file).contains("another local-pool"));
    drop(next);
    LocalPool::start_blocking(config(&file)).unwrap();
}

#[tokio::test]
async fn servers_in_memory_do_not_mind_each_other() {
    let (one, other) = (Program::serve(&[]), Program::serve(&[]));
    for program in [one, other] {
        succeed(&program.endpoint, "ListUserPools", json!({ "MaxResults": 1 })).await;
    }
}

#[test]
fn a_file_of_another_version_is_refused_by_its_name_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pool.sqlite");
    for (change, told) in [
        ("PRAGMA user_version = 99", "newer local-pool"),
        ("ALTER TABLE sessions ADD COLUMN more TEXT", "other columns"),
        ("ALTER TABLE clients ADD COLUMN more TEXT", "other columns"),
        ("CREATE TABLE more (id INTEGER)", "other columns"),
    ] {
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            std::fs::remove_file(entry.unwrap().path()).unwrap();
        }
        drop(LocalPool::start_blocking(config(&file)).unwrap());
        Connection::open(&file).unwrap().execute_batch(change).unwrap();
        let before = std::fs::read(&file).unwrap();
        let said = refusal(&file);
        assert!(said.contains(file.to_str().unwrap()) && said.contains(told) && !said.contains("Some("), "{said}");
        assert_eq!(std::fs::read(&file).unwrap(), before);
    }
}

#[test]
fn a_file_that_is_no_data_file_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "nothing to do with pools\n".repeat(200)).unwrap();
    let other = folder.path().join("other.sqlite");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE notes (text TEXT)").unwrap();
    for file in [text, other, folder.path().to_owned(), folder.path().join("missing/pool.sqlite")] {
        let before = std::fs::read(&file).unwrap_or_default();
        let said = refusal(&file);
        assert!(said.contains(file.to_str().unwrap()) && !said.contains("Some("), "{said}");
        assert_eq!(std::fs::read(&file).unwrap_or_default(), before);
    }
}

#[tokio::test]
async fn a_status_that_no_user_has_is_not_taken_for_another() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pool.sqlite");
    drop(LocalPool::start_blocking(config(&file)).unwrap());
    let change = "UPDATE users SET status = 'ARCHIVED'";
    Connection::open(&file).unwrap().execute_batch(change).unwrap();
    let pool = PoolConfig { id: Some(POOL_ID.into()), ..PoolConfig::default() };
    let api = TestPool::start(ServerConfig { data: Some(file.clone()), ..pool.into() }).await;
    let answer = api.call("AdminGetUser", json!({ "UserPoolId": POOL_ID, "Username": "ann" })).await;
    assert_eq!(answer.status, 500);
    assert!(answer.text.contains("ARCHIVED"), "{}", answer.text);
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_their_owners_alone_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt as _;
    for umask in ["000", "022", "777"] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pool.sqlite");
        let program = env!("CARGO_BIN_EXE_local-pool");
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &format!("umask {umask}; exec \"$0\" serve --data \"$1\""), program]).arg(&file);
        let served = Program::of(shell);
        succeed(&served.endpoint, "CreateUserPool", json!({ "PoolName": "p" })).await;
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
            names.push(entry.file_name().into_string().unwrap());
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{umask}: {} has {mode:o}", names[names.len() - 1]);
        }
        names.sort();
        assert_eq!(names, ["pool.sqlite", "pool.sqlite-lock", "pool.sqlite-shm", "pool.sqlite-wal"]);
    }
}
