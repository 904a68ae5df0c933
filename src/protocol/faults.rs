//! Networks as they are: what the client makes of a server that misbehaves.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use tokio::net::TcpListener;
use tokio::time::Instant;

use super::fault_server::{FINE, Fault, serve};
use super::http::{Http, IDLE};
use super::user_pool::{Call, ConfirmSignUp, GlobalSignOut, UserPool};
use crate::config::AuthConfiguration;
use crate::error::{Error, Result, TransportFailure};
use crate::support::clock::{Clock, ServiceClock, SystemClock};
use crate::support::random::SystemRandom;

/// The device's clock, seconds after 1970.
#[derive(Debug)]
struct ManualClock(AtomicU64);

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

fn pool_with(endpoint: &str, total: Duration, clock: Arc<dyn Clock>) -> UserPool {
    let configuration = AuthConfiguration::builder("eu-west-1_A", "c")
        .endpoint(endpoint)
        .connect_timeout(total.min(Duration::from_secs(10)))
        .total_timeout(total)
        .build()
        .unwrap();
    let transport = Arc::new(Http::new(&configuration, clock.clone()));
    UserPool::new(&configuration, transport, Arc::new(ServiceClock::new(clock)), Arc::new(SystemRandom))
}

fn pool(endpoint: &str, total: Duration) -> UserPool {
    pool_with(endpoint, total, Arc::new(SystemClock))
}

const LONG: Duration = Duration::from_secs(20);

/// May be sent again.
fn repeatable() -> GlobalSignOut {
    GlobalSignOut { access_token: "t".into() }
}

/// Must not be sent again: it uses a code up.
fn once() -> ConfirmSignUp {
    ConfirmSignUp {
        client_id: "c".to_owned(),
        secret_hash: None,
        username: "ann".to_owned(),
        confirmation_code: "123456".into(),
        force_alias_creation: None,
        session: None,
        client_metadata: std::collections::BTreeMap::default(),
    }
}

async fn failure<C: Call>(pool: &UserPool, call: &C) -> TransportFailure {
    match pool.call(call).await.map(drop) {
        Err(Error::Transport { failure, .. }) => failure,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn silence_and_slowness_end_at_the_total_timeout() {
    for script in [&[Fault::Nothing], &[Fault::Drips]] {
        let (address, seen) = serve(script).await;
        let pool = pool(&address, Duration::from_millis(400));
        let begun = Instant::now();
        assert_eq!(failure(&pool, &repeatable()).await, TransportFailure::TimedOut);
        assert!(begun.elapsed() >= Duration::from_millis(400) && begun.elapsed() < Duration::from_secs(5));
        assert_eq!(seen.requests(), 1);
    }
}

/// The peer is gone without a word: its side of a kept connection takes a request and says nothing.
#[tokio::test]
async fn a_half_open_connection_costs_the_total_time_and_no_more() -> Result<()> {
    let (address, seen) = serve(&[Fault::Answers(FINE), Fault::Nothing, Fault::Answers(FINE)]).await;
    let pool = pool(&address, Duration::from_millis(1500));
    pool.call(&once()).await?;
    assert_eq!(failure(&pool, &once()).await, TransportFailure::TimedOut);
    assert_eq!((seen.connections(), seen.requests()), (1, 2));
    // The connection that said nothing is not used again.
    pool.call(&once()).await?;
    assert_eq!((seen.connections(), seen.requests()), (2, 3));
    Ok(())
}

#[tokio::test]
async fn what_may_have_been_seen_is_sent_again_only_where_that_is_safe() {
    for script in [&[Fault::Closes], &[Fault::Resets], &[Fault::AnswersHalf]] {
        let (address, seen) = serve(script).await;
        let pool = pool(&address, LONG);
        assert!(matches!(failure(&pool, &once()).await, TransportFailure::Broken(_)));
        assert_eq!(seen.requests(), 1);
        assert!(matches!(failure(&pool, &repeatable()).await, TransportFailure::Broken(_)));
        assert_eq!(seen.requests(), 1 + 3);
    }
}

#[tokio::test]
async fn a_kept_connection_that_breaks_under_a_request_is_a_failure_too() -> Result<()> {
    let (address, seen) = serve(&[Fault::Answers(FINE), Fault::Resets, Fault::Answers(FINE)]).await;
    let pool = pool(&address, LONG);
    pool.call(&once()).await?;
    assert!(matches!(failure(&pool, &once()).await, TransportFailure::Broken(_)));
    assert_eq!((seen.connections(), seen.requests()), (1, 2));
    Ok(())
}

#[tokio::test]
async fn nobody_there_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let found = failure(&pool(&address, LONG), &once()).await;
    let TransportFailure::NotConnected(why) = found else { panic!("{found:?}") };
    assert!(!why.contains("127.0.0.1"), "the text repeats the URL: {why}");
}

#[tokio::test]
async fn answers_that_are_not_the_services() {
    const HTML: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 13\r\n\r\n<html></html>";
    const REDIRECT: &str = "HTTP/1.1 307 X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    const UNFINISHED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{\"a\":";
    for (script, status) in
        [(&[Fault::Answers(HTML)], 200), (&[Fault::Answers(REDIRECT)], 307), (&[Fault::Answers(UNFINISHED)], 200)]
    {
        let (address, seen) = serve(script).await;
        let found = failure(&pool(&address, LONG), &repeatable()).await;
        assert_eq!(found, TransportFailure::NotTheService { status });
        assert_eq!(seen.requests(), 1);
    }
}

#[tokio::test]
async fn a_gateway_without_its_service_is_tried_again_where_that_is_safe() -> Result<()> {
    const GATEWAY: &str = "HTTP/1.1 502 X\r\ncontent-type: text/html\r\ncontent-length: 13\r\n\r\n<html></html>";
    let (address, seen) = serve(&[Fault::Answers(GATEWAY), Fault::Answers(GATEWAY), Fault::Answers(FINE)]).await;
    let pool = pool(&address, LONG);
    assert_eq!(failure(&pool, &once()).await, TransportFailure::NotTheService { status: 502 });
    assert_eq!(seen.requests(), 1);
    pool.call(&repeatable()).await?;
    assert_eq!((seen.connections(), seen.requests()), (1, 3));
    Ok(())
}

#[tokio::test]
async fn too_long_an_answer_is_cut_off() {
    for script in [&[Fault::AnnouncesTooMuch], &[Fault::NeverStops]] {
        let (address, _) = serve(script).await;
        let found = failure(&pool(&address, LONG), &once()).await;
        assert_eq!(found, TransportFailure::Broken("the answer is too long".to_owned()));
    }
}

#[tokio::test]
async fn one_connection_serves_many_calls() -> Result<()> {
    let (address, seen) = serve(&[Fault::AnswersInChunks]).await;
    let pool = pool(&address, LONG);
    for _ in 0..3 {
        pool.call(&once()).await?;
        pool.call(&repeatable()).await?;
    }
    assert_eq!((seen.connections(), seen.requests()), (1, 6));
    Ok(())
}

#[tokio::test]
async fn a_connection_that_was_reset_while_idle_is_replaced_without_a_failure() -> Result<()> {
    let (address, seen) = serve(&[Fault::AnswersAndResets]).await;
    let pool = pool(&address, LONG);
    for number in 1..=3 {
        pool.call(&once()).await?;
        while seen.closed() < number {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await; // the client gets to notice
    }
    assert_eq!((seen.connections(), seen.requests()), (3, 3));
    Ok(())
}

/// A phone that slept: its connection is dead, and the monotonic clock did not notice.
#[tokio::test]
async fn a_connection_from_before_the_sleep_is_not_used() -> Result<()> {
    let (address, seen) = serve(&[Fault::Answers(FINE)]).await;
    let clock = Arc::new(ManualClock(AtomicU64::new(1_767_603_787)));
    let pool = pool_with(&address, LONG, clock.clone());
    let mut connections = Vec::new();
    for seconds in [0, IDLE.as_secs() - 1, IDLE.as_secs(), 0, 86_400] {
        clock.0.fetch_add(seconds, Ordering::SeqCst);
        pool.call(&once()).await?;
        connections.push(seen.connections());
    }
    assert_eq!(connections, [1, 1, 2, 2, 3]);
    clock.0.fetch_sub(3600, Ordering::SeqCst); // a corrected clock says nothing about the time that passed
    pool.call(&once()).await?;
    assert_eq!(seen.connections(), 4);
    Ok(())
}
