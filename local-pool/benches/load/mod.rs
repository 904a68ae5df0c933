//! The client's side of the bench, in a process of its own: what it costs is not the server's.
//!
//! It is made cheap: blocking sockets, numbers A made before the clock starts, g^x computed once. What it cannot be
//! spared is one power per sign-in, since B is new each time.

mod http;
mod srp;

use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use http::Connection;
use serde_json::json;
use srp::{Ephemeral, Password};

use crate::usage::Usage;

/// Connections, each with one request under way.
const CONNECTIONS: usize = 8;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Work {
    AdminCreateUser,
    SrpSignIn,
}

/// What the child process measured.
pub struct Report {
    pub wall: Duration,
    pub client_user: Duration,
}

pub struct Target<'a> {
    pub endpoint: &'a str,
    pub pool_id: &'a str,
    pub client_id: &'a str,
    pub username: &'a str,
    pub password: &'a str,
}

const ARGUMENT: &str = "--as-client";

/// Runs the work in a child process, `count` times over all connections.
pub fn run(work: Work, count: usize, target: &Target<'_>) -> Report {
    let name = if work == Work::SrpSignIn { "srp" } else { "create" };
    let Target { endpoint, pool_id, client_id, username, password } = target;
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args([ARGUMENT, name, &count.to_string(), endpoint, pool_id, client_id, username, password]);
    let output = child.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "the client failed");
    let text = String::from_utf8(output.stdout).unwrap();
    let micros: Vec<u64> = text.split_whitespace().map(|number| number.parse().unwrap()).collect();
    Report { wall: Duration::from_micros(micros[0]), client_user: Duration::from_micros(micros[1]) }
}

/// Is this process the child? Then does its work and returns true.
pub fn is_client() -> bool {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [first, work, count, endpoint, pool_id, client_id, username, password] = arguments.as_slice() else {
        return false;
    };
    if first != ARGUMENT {
        return false;
    }
    let target = Target { endpoint, pool_id, client_id, username, password };
    let each = count.parse::<usize>().unwrap() / CONNECTIONS;
    let report = if work == "srp" { sign_in(each, &target) } else { create_users(each, &target) };
    println!("{} {}", report.wall.as_micros(), report.client_user.as_micros());
    true
}

fn create_users(each: usize, target: &Target<'_>) -> Report {
    timed(|worker, ready| {
        let mut connection = Connection::open(target.endpoint);
        ready.wait();
        for index in 0..each {
            let body = json!({
                "UserPoolId": target.pool_id, "Username": format!("user-{worker}-{index}"),
                "TemporaryPassword": "Temporary-1!", "MessageAction": "SUPPRESS",
            });
            connection.call("AdminCreateUser", &body);
        }
    })
}

fn sign_in(each: usize, target: &Target<'_>) -> Report {
    let pool_name = target.pool_id.split_once('_').unwrap().1;
    timed(|_, ready| {
        let mut connection = Connection::open(target.endpoint);
        let mut password = Password::new(pool_name, target.password);
        let ephemerals: Vec<Ephemeral> = (0..each).map(|_| Ephemeral::new()).collect();
        // So that g^x is there.
        whole_sign_in(&mut connection, target, &mut password, &Ephemeral::new());
        ready.wait();
        for ephemeral in &ephemerals {
            whole_sign_in(&mut connection, target, &mut password, ephemeral);
        }
    })
}

fn whole_sign_in(connection: &mut Connection, target: &Target<'_>, password: &mut Password<'_>, ephemeral: &Ephemeral) {
    let first = json!({
        "AuthFlow": "USER_SRP_AUTH", "ClientId": target.client_id,
        "AuthParameters": { "USERNAME": target.username, "SRP_A": ephemeral.public_hex() },
    });
    let challenge = connection.call("InitiateAuth", &first);
    let responses = password.responses(ephemeral, &challenge["ChallengeParameters"]);
    let second = json!({
        "ChallengeName": "PASSWORD_VERIFIER", "ClientId": target.client_id, "ChallengeResponses": responses,
    });
    let answer = connection.call("RespondToAuthChallenge", &second);
    assert!(answer["AuthenticationResult"]["AccessToken"].is_string());
}

/// Runs one thread per connection; the clock starts when all of them are ready.
fn timed(work: impl Fn(usize, &Barrier) + Sync) -> Report {
    let ready = Barrier::new(CONNECTIONS + 1);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS)
            .map(|worker| {
                scope.spawn({
                    let (work, ready) = (&work, &ready);
                    move || work(worker, ready)
                })
            })
            .collect();
        ready.wait();
        let (started, before) = (Instant::now(), Usage::now());
        for worker in workers {
            worker.join().unwrap();
        }
        Report { wall: started.elapsed(), client_user: Usage::now().user - before.user }
    })
}
