//! Time does not tell who has an account, where clients hide it: known, unknown and disabled users are asked for in turn,
//! and the best threshold that one half of the times gives is no good guess for the other half.
//!
//! Ignored by default: it wants an optimised server and a quiet machine. `LOCAL_POOL_PROGRAM` names the program to
//! measure, which is the one of this build otherwise:
//! `cargo xtask timing` builds it and runs this
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]
#![allow(clippy::disallowed_methods, reason = "this test measures real time")]

#[path = "timing/connection.rs"]
mod connection;
#[path = "timing/server.rs"]
mod server;

use std::time::Instant;

use serde_json::{Value, json};

use connection::Connection;
use server::{PASSWORD, Server};

/// Requests for each of the three, interleaved.
const EACH: usize = 700;
/// The share of right guesses that is still chance, and how often it may look like more.
const CHANCE: f64 = 0.55;
const TRIES: usize = 5;

/// As long as each other, so that no length tells. Who is asked for codes of a sign-up has to have one outstanding.
const CONFIRMED: [&str; 3] = ["known.ann", "nobody.at", "disab.led"];
const UNCONFIRMED: [&str; 3] = ["unconfirm", "nobody.at", "disab.new"];
const PAIRS: [(usize, usize); 3] = [(0, 1), (0, 2), (1, 2)];

struct Operation {
    title: &'static str,
    name: &'static str,
    users: [&'static str; 3],
    body: fn(client: &str, user: &str) -> Value,
}

/// The client's A of an SRP proof: the generator to the power of one will do, since nobody answers.
const A: &str = "2";

fn initiate(client: &str, flow: &str, parameters: Value) -> Value {
    json!({ "ClientId": client, "AuthFlow": flow, "AuthParameters": parameters })
}

fn code(client: &str, user: &str) -> Value {
    json!({ "ClientId": client, "Username": user, "ConfirmationCode": "123456", "Password": PASSWORD })
}

const OPERATIONS: [Operation; 10] = [
    Operation {
        title: "USER_SRP_AUTH",
        name: "InitiateAuth",
        users: CONFIRMED,
        body: |client, user| initiate(client, "USER_SRP_AUTH", json!({ "USERNAME": user, "SRP_A": A })),
    },
    Operation {
        title: "USER_PASSWORD_AUTH",
        name: "InitiateAuth",
        users: CONFIRMED,
        body: |client, user| {
            initiate(client, "USER_PASSWORD_AUTH", json!({ "USERNAME": user, "PASSWORD": "Wrong-Horse-9" }))
        },
    },
    Operation {
        title: "USER_AUTH",
        name: "InitiateAuth",
        users: CONFIRMED,
        body: |client, user| initiate(client, "USER_AUTH", json!({ "USERNAME": user })),
    },
    Operation {
        title: "USER_AUTH by a code",
        name: "InitiateAuth",
        users: CONFIRMED,
        body: |client, user| {
            initiate(client, "USER_AUTH", json!({ "USERNAME": user, "PREFERRED_CHALLENGE": "EMAIL_OTP" }))
        },
    },
    Operation {
        title: "USER_AUTH by SRP",
        name: "InitiateAuth",
        users: CONFIRMED,
        body: |client, user| {
            initiate(
                client,
                "USER_AUTH",
                json!({ "USERNAME": user, "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": A }),
            )
        },
    },
    Operation {
        title: "CUSTOM_AUTH",
        name: "InitiateAuth",
        users: CONFIRMED,
        body: |client, user| initiate(client, "CUSTOM_AUTH", json!({ "USERNAME": user })),
    },
    Operation {
        title: "ForgotPassword",
        name: "ForgotPassword",
        users: CONFIRMED,
        body: |client, user| json!({ "ClientId": client, "Username": user }),
    },
    Operation { title: "ConfirmForgotPassword", name: "ConfirmForgotPassword", users: CONFIRMED, body: code },
    Operation {
        title: "ResendConfirmationCode",
        name: "ResendConfirmationCode",
        users: UNCONFIRMED,
        body: |client, user| json!({ "ClientId": client, "Username": user }),
    },
    Operation {
        title: "ConfirmSignUp",
        name: "ConfirmSignUp",
        users: UNCONFIRMED,
        body: |client, user| {
            let mut body = code(client, user);
            body.as_object_mut().unwrap().remove("Password");
            body
        },
    },
];

#[test]
#[ignore = "it measures: see above"]
fn time_does_not_tell_who_is_known() {
    let mut telling = Vec::new();
    for operation in &OPERATIONS {
        let server = Server::start(&[&CONFIRMED, &UNCONFIRMED]);
        let shares: Vec<[f64; 3]> = (0..TRIES).map(|_| measure(&server, operation)).take_while_telling();
        let last = shares.last().unwrap();
        let shown = last.map(|share| format!("{:.1} %", share * 100.0)).join(", ");
        println!(
            "{}: known/unknown, known/disabled, unknown/disabled: {shown} ({} tries)",
            operation.title,
            shares.len()
        );
        if last.iter().any(|share| *share > CHANCE) {
            telling.push(operation.title);
        }
    }
    assert!(telling.is_empty(), "time tells: {telling:?}");
}

trait Telling {
    fn take_while_telling(self) -> Vec<[f64; 3]>;
}

impl<I: Iterator<Item = [f64; 3]>> Telling for I {
    /// Up to the first that does not tell: other processes make noise, and never less of it.
    fn take_while_telling(self) -> Vec<[f64; 3]> {
        let mut all = Vec::new();
        for shares in self {
            all.push(shares);
            if shares.iter().all(|share| *share <= CHANCE) {
                break;
            }
        }
        all
    }
}

/// The share of right guesses for each pair.
fn measure(server: &Server, operation: &Operation) -> [f64; 3] {
    let mut connection = Connection::open(&server.address);
    let bodies = operation.users.map(|user| (operation.body)(&server.client, user).to_string());
    let mut times: [Vec<f64>; 3] = Default::default();
    let mut state: u64 = 0x2545_f491_4f6c_dd1d;
    for round in 0..EACH + 20 {
        let mut order = [0, 1, 2];
        for last in [2, 1] {
            // xorshift (Marsaglia): the order must not follow what the server does in the background.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            order.swap(last, usize::try_from(state % (last as u64 + 1)).unwrap());
        }
        for index in order {
            let started = Instant::now();
            connection.call(operation.name, &bodies[index]);
            let took = started.elapsed().as_secs_f64();
            // The first ones warm up.
            if round >= 20 {
                times[index].push(took);
            }
        }
    }
    PAIRS.map(|(one, other)| guesses(&times[one], &times[other]))
}

/// The share of right guesses in one half with the threshold that is best in the other.
fn guesses(one: &[f64], other: &[f64]) -> f64 {
    let half = |times: &[f64], which: usize| -> Vec<f64> { times.iter().copied().skip(which).step_by(2).collect() };
    let (threshold, slower) = best(&half(one, 0), &half(other, 0));
    let right = |times: &[f64], is_slower: bool| times.iter().filter(|time| (**time > threshold) == is_slower).count();
    let (one, other) = (half(one, 1), half(other, 1));
    (right(&one, slower) + right(&other, !slower)) as f64 / (one.len() + other.len()) as f64
}

/// The threshold that tells best, and whether the first are the slower ones.
fn best(one: &[f64], other: &[f64]) -> (f64, bool) {
    let mut all: Vec<(f64, i64)> =
        one.iter().map(|time| (*time, 1)).chain(other.iter().map(|time| (*time, -1))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut lead, mut most, mut threshold) = (0_i64, 0_i64, 0.0);
    for (time, whose) in all {
        lead += whose;
        if lead.abs() > most.abs() {
            (most, threshold) = (lead, time);
        }
    }
    // Those of the first that are below lead: then the first are the faster ones.
    (threshold, most < 0)
}

#[test]
fn what_tells_is_seen() {
    let slow: Vec<f64> = (0..1_000).map(|number| 1.0 + f64::from(number % 10) / 10.0).collect();
    let slower: Vec<f64> = slow.iter().map(|time| time + 0.5).collect();
    assert!(guesses(&slow, &slower) > 0.6 && guesses(&slower, &slow) > 0.6);
    assert!((guesses(&slow, &slow) - 0.5).abs() < 0.01);
}
