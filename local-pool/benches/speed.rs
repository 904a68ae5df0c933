//! How fast the pool is: start to first answer, AdminCreateUser, whole SRP sign-ins. `cargo bench -p local-pool`.
//!
//! Client and server share the processors here. The client's arithmetic is timed alone and taken off to tell what the
//! server itself costs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]
#![allow(clippy::disallowed_methods, reason = "a bench measures real time")]

#[allow(dead_code, reason = "the stories use the rest")]
#[path = "../tests/stories/client/mod.rs"]
mod client;

use std::sync::Arc;
use std::time::{Duration, Instant};

use client::srp::{self, SrpClient};
use client::{Bench, PASSWORD};
use cpu_time::{ProcessTime, ThreadTime};
use local_pool::PoolConfig;
use serde_json::json;

const STARTS: usize = 20;
const USERS: usize = 4_000;
const SIGN_INS: usize = 600;
/// Requests under way at a time.
const CONCURRENT: usize = 8;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        start_to_first_answer().await;
        admin_create_user().await;
        srp_sign_ins().await;
    });
}

async fn start_to_first_answer() {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let http = client::http();
        let started = Instant::now();
        let pool = local_pool::LocalPool::start(PoolConfig::default()).await.unwrap();
        let bench = Bench { pool, http };
        bench.call("ListUserPools", json!({ "MaxResults": 1 })).await.ok();
        times.push(started.elapsed());
    }
    let first = times[0];
    times.sort_unstable();
    println!("start to first answer: first {first:?}, median {:?}, worst {:?}", times[STARTS / 2], times[STARTS - 1]);
}

async fn admin_create_user() {
    let bench = Arc::new(Bench::start(PoolConfig::default()).await);
    let started = Instant::now();
    let workers = (0..CONCURRENT).map(|worker| {
        let bench = Arc::clone(&bench);
        tokio::spawn(async move {
            for index in 0..USERS / CONCURRENT {
                let body = json!({
                    "UserPoolId": bench.pool.pool_id(), "Username": format!("user-{worker}-{index}"),
                    "TemporaryPassword": "Temporary-1!", "MessageAction": "SUPPRESS",
                });
                bench.call("AdminCreateUser", body).await.ok();
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    println!("AdminCreateUser: {:.0} a second", USERS as f64 / started.elapsed().as_secs_f64());
}

async fn srp_sign_ins() {
    let bench = Arc::new(Bench::with_ann().await);
    srp::sign_in(&bench, "ann", PASSWORD).await.ok();
    let client_cost = client_arithmetic(&bench).await;
    // Spare signing keys are still being made in the background.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (started, cpu) = (Instant::now(), ProcessTime::now());
    let workers = (0..CONCURRENT).map(|_| {
        let bench = Arc::clone(&bench);
        tokio::spawn(async move {
            for _ in 0..SIGN_INS / CONCURRENT {
                srp::sign_in(&bench, "ann", PASSWORD).await.ok();
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    let whole = cpu.elapsed() / u32::try_from(SIGN_INS).unwrap();
    let server = whole.saturating_sub(client_cost);
    println!(
        "SRP sign-ins: {:.0} a second with the client's arithmetic ({client_cost:?} CPU each); \
         server and HTTP {server:?} CPU each, so {:.0} a second on two processors",
        SIGN_INS as f64 / started.elapsed().as_secs_f64(),
        2.0 / server.as_secs_f64(),
    );
}

/// CPU time of the client's half of one sign-in.
async fn client_arithmetic(bench: &Bench) -> Duration {
    const ROUNDS: u32 = 20;
    let start = json!({ "USERNAME": "ann", "SRP_A": SrpClient::new().public_hex() });
    let parameters = bench.initiate("USER_SRP_AUTH", start).await.ok()["ChallengeParameters"].clone();
    let cpu = ThreadTime::now();
    for _ in 0..ROUNDS {
        SrpClient::new().responses(bench, PASSWORD, &parameters);
    }
    cpu.elapsed() / ROUNDS
}
