//! Collects the facts for one request: from the provider, and the installation's id from the store.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::facts::DeviceFacts;
use crate::storage::RecordStore;
use crate::support::clock::{ServiceClock, unix_milliseconds};
use crate::support::hex;
use crate::support::ordered::ordered;
use crate::support::random::Random;
use crate::support::shown::shows;
use crate::support::task::{blocking, detached};

/// How long a request waits for the facts. Then the last ones are good enough, and none at all if there are no last ones.
const PATIENCE: Duration = Duration::from_millis(250);

/// Facts as Cognito names them.
pub(super) type Facts = BTreeMap<String, String>;

#[derive(Clone, Debug)]
pub(super) struct Collector {
    sources: Arc<Sources>,
    /// Held while the sources are asked: one that hangs is not asked again.
    turn: Arc<tokio::sync::Mutex<()>>,
    last: Arc<Mutex<Option<Arc<Facts>>>>,
    patience: Duration,
}

struct Sources {
    records: RecordStore,
    clock: Arc<ServiceClock>,
    random: Arc<dyn Random>,
    provider: Option<Arc<dyn DeviceFacts>>,
    device_id: tokio::sync::OnceCell<String>,
}
shows!(Sources { records, clock });

impl Collector {
    pub fn new(
        records: RecordStore,
        clock: Arc<ServiceClock>,
        random: Arc<dyn Random>,
        provider: Option<Arc<dyn DeviceFacts>>,
    ) -> Self {
        let sources = Sources { records, clock, random, provider, device_id: tokio::sync::OnceCell::new() };
        Self { sources: Arc::new(sources), turn: Arc::default(), last: Arc::default(), patience: PATIENCE }
    }

    pub async fn facts(&self) -> Option<Arc<Facts>> {
        let collected = tokio::time::timeout(self.patience, async {
            let turn = self.turn.clone().lock_owned().await;
            let (sources, last) = (self.sources.clone(), self.last.clone());
            let asked = detached(async move {
                let facts = sources.collect().await.map(Arc::new);
                if let Some(facts) = &facts {
                    *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(facts.clone());
                }
                drop(turn);
                Ok(facts)
            });
            asked.await.ok().flatten()
        });
        match collected.await {
            Ok(facts) => facts,
            Err(_elapsed) => self.last.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}

impl Sources {
    async fn collect(&self) -> Option<Facts> {
        let device_id = self.device_id.get_or_try_init(|| self.stored_id()).await.ok()?;
        let mut facts = match self.provider.clone() {
            Some(provider) => blocking("the provider of device facts", move || provider.facts()).await.ok()?.ok()?,
            None => std::collections::HashMap::new(),
        };
        facts.entry("DeviceId".to_owned()).or_insert_with(|| device_id.clone());
        facts.entry("Platform".to_owned()).or_insert_with(|| built_for().to_owned());
        Some(ordered(facts))
    }

    async fn stored_id(&self) -> Result<String, ()> {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes).map_err(drop)?;
        let fresh = format!("{}:{}", uuid(bytes), unix_milliseconds(self.clock.now()));
        self.records.threat_device_id(fresh).await.map_err(drop)
    }
}

const fn built_for() -> &'static str {
    if cfg!(target_vendor = "apple") { "iOS" } else { "ANDROID" }
}

/// A random UUID (RFC 9562 §5.4) as text.
fn uuid(mut random: [u8; 16]) -> String {
    random[6] = random[6] & 0x0f | 0x40;
    random[8] = random[8] & 0x3f | 0x80;
    let digits = hex::lower(&random);
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use crate::storage::{MemoryStore, SecureStore, StoreFailure, Stored};
    use crate::support::clock::SystemClock;
    use crate::support::random::SystemRandom;
    use crate::threat_protection::DeviceFactsUnavailable;

    fn collector(store: Arc<dyn SecureStore>, provider: Option<Arc<dyn DeviceFacts>>) -> Collector {
        let clock = Arc::new(ServiceClock::new(Arc::new(SystemClock)));
        let random = Arc::new(SystemRandom);
        let records = RecordStore::new(store, "eu-west-1_A", "client", random.clone());
        Collector::new(records, clock, random, provider)
    }

    /// Fails, panics, hangs or answers, in turn.
    #[derive(Debug)]
    struct FaultyFacts {
        asked: AtomicUsize,
        hanging: Mutex<std::sync::mpsc::Receiver<()>>,
    }

    impl DeviceFacts for FaultyFacts {
        fn facts(&self) -> Result<HashMap<String, String>, DeviceFactsUnavailable> {
            match self.asked.fetch_add(1, Ordering::SeqCst) {
                0 => return Err(DeviceFactsUnavailable),
                1 => panic!("scripted"),
                3 => drop(self.hanging.lock().unwrap().recv()), // until the test ends
                _ => {}
            }
            Ok(HashMap::from([("DeviceName".to_owned(), "Ann's phone".to_owned())]))
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_provider_with_any_fault_holds_nothing_up() {
        let (release, hanging) = std::sync::mpsc::channel();
        let provider = Arc::new(FaultyFacts { asked: AtomicUsize::new(0), hanging: Mutex::new(hanging) });
        let mut collector = collector(Arc::new(MemoryStore::default()), Some(provider.clone()));
        collector.patience = Duration::from_secs(30); // a busy machine is no fault
        assert_eq!(collector.facts().await, None);
        assert_eq!(collector.facts().await, None);
        let facts = collector.facts().await.unwrap();
        assert_eq!(facts["DeviceName"], "Ann's phone");
        collector.patience = Duration::from_millis(50);
        for _ in 0..3 {
            assert_eq!(collector.facts().await, Some(facts.clone()));
        }
        assert!(provider.asked.load(Ordering::SeqCst) <= 4, "one that hangs is not asked again");
        drop(release);
    }

    #[tokio::test]
    async fn the_installations_id_stays() {
        let store = Arc::new(MemoryStore::default());
        let first = collector(store.clone(), None).facts().await.unwrap();
        let (uuid, milliseconds) = first["DeviceId"].split_once(':').unwrap();
        assert_eq!((uuid.len(), uuid.as_bytes()[14]), (36, b'4'));
        assert!(milliseconds.parse::<u64>().unwrap() > 1_700_000_000_000);
        assert_eq!(collector(store, None).facts().await.unwrap(), first);
    }

    #[derive(Debug)]
    struct Broken;

    impl SecureStore for Broken {
        fn read(&self, _: &str) -> Result<Stored, StoreFailure> {
            Err(StoreFailure::Locked)
        }
        fn write(&self, _: &str, _: &[u8]) -> Result<(), StoreFailure> {
            Err(StoreFailure::Locked)
        }
        fn remove(&self, _: &str) -> Result<(), StoreFailure> {
            Err(StoreFailure::Locked)
        }
        fn keys(&self, _: &str) -> Result<Vec<String>, StoreFailure> {
            Err(StoreFailure::Locked)
        }
    }

    #[tokio::test]
    async fn without_the_store_there_are_no_facts() {
        assert_eq!(collector(Arc::new(Broken), None).facts().await, None);
    }

    #[test]
    fn a_random_uuid() {
        assert_eq!(uuid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid([0; 16]), "00000000-0000-4000-8000-000000000000");
    }
}
