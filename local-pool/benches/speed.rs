//! How fast the pool is: start to first answer, AdminCreateUser, whole SRP sign-ins, memory. `cargo api -p local-pool`.
//!
//! The server runs in this process and its client in a child process, on the same processors. So this process's CPU
//! time is the server's alone, and the wall time holds both.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]
#![allow(clippy::disallowed_methods, reason = "a api measures real time")]

#[allow(dead_code, reason = "the stories use the rest")]
#[path = "../tests/stories/client/mod.rs"]
mod client;
mod load;
mod usage;

use std::time::{Duration, Instant};

use client::{PASSWORD, TestPool};
use load::{Target, Work};
use local_pool::{LocalPool, PoolConfig, ServerConfig};
use serde_json::json;
use usage::Usage;

const STARTS: usize = 20;
const USERS: usize = 8_000;
const SIGN_INS: usize = 2_000;

fn main() {
    if load::is_client() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(start_to_first_answer());
    let api = runtime.block_on(async {
        let api = TestPool::with_ann().await;
        api.tokens("ann").await;
        api
    });
    // The first sign-in took the signing keys; new spare ones are being made in the background.
    std::thread::sleep(Duration::from_secs(3));
    measure("AdminCreateUser", Work::AdminCreateUser, USERS, &api.server);
    measure("whole SRP sign-ins (InitiateAuth, RespondToAuthChallenge)", Work::SrpSignIn, SIGN_INS, &api.server);
    if let Some((now, most)) = usage::resident() {
        println!("memory: {now} MiB resident at the end with {USERS} users, {most} MiB at most");
    }
    drop(api);
    with_a_data_file(&runtime);
}

fn with_a_data_file(runtime: &tokio::runtime::Runtime) {
    let folder = tempfile::tempdir().unwrap();
    let data = Some(folder.path().join("pool.sqlite"));
    let pool = PoolConfig::default().with_user("ann", PASSWORD, &[]);
    let api = runtime.block_on(TestPool::start(ServerConfig { data, ..pool.into() }));
    runtime.block_on(api.tokens("ann"));
    std::thread::sleep(Duration::from_secs(3));
    measure("AdminCreateUser, data file", Work::AdminCreateUser, USERS / 4, &api.server);
    measure("whole SRP sign-ins, data file", Work::SrpSignIn, SIGN_INS, &api.server);
}

async fn start_to_first_answer() {
    let mut times = Vec::new();
    let mut used = Duration::ZERO;
    for _ in 0..STARTS {
        let http = client::http();
        let (started, before) = (Instant::now(), Usage::now());
        let server = LocalPool::start(PoolConfig::default()).await.unwrap();
        let api = TestPool { server, http };
        api.call("ListUserPools", json!({ "MaxResults": 1 })).await.ok();
        times.push(started.elapsed());
        used += Usage::now().since(before).user;
    }
    let first = times[0];
    times.sort_unstable();
    println!(
        "start to first answer: wall first {first:.1?}, median {:.1?}, worst {:.1?}; user CPU {:.1?} each, client included",
        times[STARTS / 2],
        times[STARTS - 1],
        used / u32::try_from(STARTS).unwrap(),
    );
}

fn measure(what: &str, work: Work, count: usize, pool: &LocalPool) {
    let target = Target {
        endpoint: &pool.endpoint(),
        pool_id: pool.pool_id(),
        client_id: pool.client_id(),
        username: "ann",
        password: PASSWORD,
    };
    let before = Usage::now();
    let report = load::run(work, count, &target);
    let used = Usage::now().since(before).over(count);
    let a_second = |time: Duration, processors: f64| processors / time.as_secs_f64();
    let wall = count as f64 / report.wall.as_secs_f64();
    println!("{what}: wall {wall:.0} a second, client and server on the same processors");
    println!(
        "  server alone {:.2?} user CPU + {:.2?} system CPU each, so {:.0} a second on two processors; \
         client {:.2?} user CPU each",
        used.user,
        used.system,
        a_second(used.user + used.system, 2.0),
        report.client_user / u32::try_from(count).unwrap(),
    );
}
