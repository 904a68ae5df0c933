//! What an app's calls cost against a local-pool in the same process: the session from memory, a sign-in over SRP, and
//! the pool's own start.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::disallowed_methods)]

use std::hint::black_box;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use cpu_time::{ProcessTime, ThreadTime};
use local_pool::{LocalPool, PoolConfig};
use portcullis::{AuthClient, AuthConfiguration, AuthFlow, FetchSessionOptions, FileStore, SignInOptions, SignInStep};
use tokio::runtime::Runtime;

const PASSWORD: &str = "Correct-Horse-9";
/// The argument with which this program starts itself to time the start of a pool in a fresh process.
const POOL_START: &str = "--pool-start";

const GOAL_FETCH: Duration = Duration::from_nanos(500);
const GOAL_RESTORED: Duration = Duration::from_millis(1);
const GOAL_REQUESTS: u64 = 2;
const GOAL_CONNECTIONS: u64 = 1;
const GOAL_START: Duration = Duration::from_millis(20);

fn main() {
    if std::env::args().any(|argument| argument == POOL_START) {
        return first_answer();
    }
    let sizes = Sizes::from_arguments();
    let runtime = Runtime::new().unwrap();
    let pool = runtime.block_on(LocalPool::start(PoolConfig::default())).unwrap();
    pool.create_user("ann", PASSWORD, &[("email", "ann@example.org")]).unwrap();

    println!("One sign-in over SRP, its traffic");
    let client = new_client(&pool);
    runtime.block_on(sign_in(&client));
    let first = traffic(&pool);
    runtime.block_on(sign_in(&client));
    let second = traffic(&pool);
    row("requests", first.0.to_string(), &goal(first.0 <= GOAL_REQUESTS, GOAL_REQUESTS));
    row("TCP connections", first.1.to_string(), &goal(first.1 <= GOAL_CONNECTIONS, GOAL_CONNECTIONS));
    row("the same client again", format!("{} and {}", second.0, second.1), "");

    println!("fetch_auth_session from memory, CPU time of a call");
    let mut times: Vec<_> = (0..sizes.rounds).map(|_| runtime.block_on(fetch_many(&client, sizes.calls))).collect();
    let one = median(&mut times);
    row("one thread", format!("{one:?}"), &goal(one <= GOAL_FETCH, format!("{GOAL_FETCH:?}")));
    for threads in [2, 8] {
        let mut times: Vec<_> =
            (0..sizes.rounds).map(|_| fetch_on_threads(&runtime, &client, threads, sizes.calls)).collect();
        row(&format!("{threads} threads at once"), format!("{:?}", median(&mut times)), "");
    }
    assert_eq!(traffic(&pool), (0, 0), "a session from memory needs no network");

    println!("A new client until it has the stored session again (file store, warm)");
    let directory = tempfile::tempdir().unwrap();
    let stored = |store: &Arc<FileStore>| AuthClient::builder(configuration(&pool)).store(store.clone()).build();
    let store = Arc::new(FileStore::new(directory.path()));
    runtime.block_on(sign_in(&stored(&store)));
    traffic(&pool);
    let mut times: Vec<_> = (0..sizes.rounds * 10)
        .map(|_| {
            let start = Instant::now();
            let client = stored(&store);
            assert!(runtime.block_on(client.fetch_auth_session(FetchSessionOptions::new())).unwrap().is_signed_in);
            start.elapsed()
        })
        .collect();
    let cold = median(&mut times);
    row("wall clock, median", format!("{cold:.0?}"), &goal(cold <= GOAL_RESTORED, format!("{GOAL_RESTORED:?}")));
    assert_eq!(traffic(&pool), (0, 0), "a stored session needs no network");

    println!("Whole sign-ins over SRP, one after the other, client and pool on this machine");
    let (wall, cpu) = (Instant::now(), ProcessTime::now());
    for _ in 0..sizes.sign_ins {
        runtime.block_on(sign_in(&client));
    }
    let (wall, cpu) = (wall.elapsed(), cpu.elapsed());
    row("sign-ins in a second", format!("{:.0}", f64::from(sizes.sign_ins) / wall.as_secs_f64()), "");
    row("CPU time of one, both sides", format!("{:.2?}", cpu / sizes.sign_ins), "");

    println!("A pool in a fresh process, from its launch to the first answer");
    let mut times: Vec<_> = (0..sizes.starts).map(|_| launch()).collect();
    let start = median(&mut times);
    row("median", format!("{start:.1?}"), &goal(start <= GOAL_START, format!("{GOAL_START:?}")));
}

/// How much is measured: a taste when `cargo test` runs this, all of it when `cargo bench` does.
struct Sizes {
    rounds: usize,
    calls: u32,
    sign_ins: u32,
    starts: usize,
}

impl Sizes {
    fn from_arguments() -> Self {
        if std::env::args().any(|argument| argument == "--bench") {
            Self { rounds: 21, calls: 200_000, sign_ins: 300, starts: 15 }
        } else {
            Self { rounds: 1, calls: 1000, sign_ins: 2, starts: 1 }
        }
    }
}

fn configuration(pool: &LocalPool) -> AuthConfiguration {
    AuthConfiguration::from_json(&pool.amplify_outputs()).unwrap()
}

fn new_client(pool: &LocalPool) -> AuthClient {
    AuthClient::new(configuration(pool))
}

async fn sign_in(client: &AuthClient) {
    let options = SignInOptions::new().auth_flow(AuthFlow::UserSrp);
    let result = client.sign_in("ann", Some(PASSWORD), options).await.unwrap();
    assert_eq!(result.next_step, SignInStep::Done);
}

/// Requests and connections since the last time. The session that a sign-in takes the place of is revoked in the
/// background, whenever there is time.
fn traffic(pool: &LocalPool) -> (u64, u64) {
    let requests = pool.all_requests().into_iter().filter(|(operation, _)| operation != "RevokeToken");
    let counted = (requests.map(|(_, count)| count).sum(), pool.connections());
    pool.reset_counters();
    counted
}

async fn fetch_many(client: &AuthClient, calls: u32) -> Duration {
    let start = ThreadTime::now();
    for _ in 0..calls {
        let session = client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap();
        assert!(black_box(session).is_signed_in);
    }
    start.elapsed() / calls
}

fn fetch_on_threads(runtime: &Runtime, client: &AuthClient, threads: u32, calls: u32) -> Duration {
    let calls = calls / threads;
    let times: Vec<Duration> = std::thread::scope(|scope| {
        let running: Vec<_> =
            (0..threads).map(|_| scope.spawn(|| runtime.block_on(fetch_many(client, calls)))).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    times.iter().sum::<Duration>() / threads
}

/// Starts a pool, asks it over HTTP and says when the answer is there.
fn first_answer() {
    let pool = LocalPool::start_blocking(PoolConfig::default()).unwrap();
    let address = pool.endpoint().replace("http://", "");
    let path = format!("/{}/.well-known/openid-configuration", pool.pool_id());
    let mut connection = TcpStream::connect(&address).unwrap();
    write!(connection, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    println!("answered");
}

fn launch() -> Duration {
    let program = std::env::current_exe().unwrap();
    let start = Instant::now();
    let mut child = Command::new(program).arg(POOL_START).stdout(Stdio::piped()).spawn().unwrap();
    let mut first_byte = [0];
    child.stdout.as_mut().unwrap().read_exact(&mut first_byte).unwrap();
    let time = start.elapsed();
    assert!(child.wait().unwrap().success());
    time
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn goal(met: bool, goal: impl std::fmt::Display) -> String {
    format!("(goal at most {goal}: {})", if met { "met" } else { "missed" })
}

fn row(name: &str, figure: String, goal: &str) {
    println!("  {name:<28}{figure:>12}  {goal}");
}
