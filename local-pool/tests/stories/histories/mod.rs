//! Random histories: sign-ins of several flows kept open and answered in any order, while what they rest on changes.
//! Tokens come only when all that is required now was proven with what is so now; no session works twice; nothing fails
//! inside.
//!
//! A history that fails prints its seed: `HISTORY_SEED=… cargo test -p local-pool --test stories histories` repeats it.
//! `HISTORIES=…` runs more of them.

mod answers;
mod chain;
mod changes;
mod model;
mod random;
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use local_pool::{ClientConfig, DeviceConfig, PoolConfig};

use self::world::World;
use crate::client::TestPool;
use crate::client::srp::SrpClient;

const HISTORIES: u64 = 220;
const STEPS: usize = 32;

/// A pool for each way to use first factors: codes among them exclude required MFA.
async fn api(first: &[&str]) -> TestPool {
    let client =
        ClientConfig { auth_session_minutes: 15, access_token_seconds: 86_400 * 365, ..ClientConfig::default() };
    let config = PoolConfig {
        first_factors: first.iter().map(|factor| (*factor).to_owned()).collect(),
        relying_party: Some("example.com".into()),
        mfa: "OPTIONAL".into(),
        devices: Some(DeviceConfig { challenge_required_on_new_device: true, ..DeviceConfig::default() }),
        lock_out: false,
        rate_limits: false,
        ..PoolConfig::default()
    };
    let api = TestPool::start(config.with_client(client)).await;
    world::set_triggers(&api);
    api
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

#[tokio::test]
async fn tokens_come_when_all_was_proven_with_current_secrets() {
    let benches =
        [api(&["PASSWORD", "WEB_AUTHN"]).await, api(&["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]).await];
    let repeated = number("HISTORY_SEED");
    let first = repeated.unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        u64::try_from(now.as_nanos() % 1_000_000_000_000).unwrap()
    });
    let count = if repeated.is_some() { 1 } else { number("HISTORIES").unwrap_or(HISTORIES) };
    let srp = Arc::new(SrpClient::new());
    let mut finished = BTreeMap::new();
    for seed in first..first + count {
        let codes_first = seed % 2 == 1;
        let api = &benches[usize::from(codes_first)];
        let mut world = World::new(
            api,
            Arc::clone(&srp),
            seed,
            if codes_first { &["OFF", "OPTIONAL"] } else { &["OFF", "OPTIONAL", "ON", "ON"] },
        );
        world.begin().await;
        for _ in 0..STEPS {
            world.step().await;
        }
        for (how, times) in world.finished {
            *finished.entry(how).or_insert(0) += times;
        }
    }
    println!("{count} histories from seed {first}: {finished:?}");
    if repeated.is_none() && count >= HISTORIES {
        // It would prove nothing if nobody ever got in.
        for how in ["Password", "Srp", "Choice", "Custom", "second", "device", "passkey", "code", "set up", "refused"] {
            assert!(finished.get(how).is_some_and(|times| *times > 0), "{how} {finished:?}");
        }
    }
}
