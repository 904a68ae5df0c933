//! How long credentials are given out. Pure.

use crate::storage::identity_record::CredentialsRecord;
use crate::support::clock::ServiceClock;

/// Credentials this close to their end are renewed, in milliseconds: who gets them has some use of them.
const MARGIN: i64 = 5 * 60_000;
/// How far in the future they may seem to have come, before the clock is doubted.
const AHEAD: i64 = 60_000;
/// The longest life that a role's session can have; what claims more is renewed after that.
const LONGEST: i64 = 12 * 3_600_000;

impl CredentialsRecord {
    /// Whether they can be given out without asking the service.
    pub(super) fn are_fresh(&self, clock: &ServiceClock) -> bool {
        let life = self.expires_at.saturating_sub(self.received_at).clamp(0, LONGEST);
        // A life that is itself short keeps most of its use.
        self.have_left(clock, MARGIN.min(life / 5))
    }

    /// Whether they are known to work now.
    pub(super) fn work(&self, clock: &ServiceClock) -> bool {
        self.have_left(clock, 0)
    }

    fn have_left(&self, clock: &ServiceClock, margin: i64) -> bool {
        let now = clock.now_ms();
        let end = self.expires_at.min(self.received_at.saturating_add(LONGEST));
        clock.is_known() && now >= self.received_at.saturating_sub(AHEAD) && now < end.saturating_sub(margin)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use super::*;
    use crate::support::clock::Clock;

    const COME: i64 = 1_767_600_000_000;
    const HOUR: i64 = 3_600_000;

    #[derive(Debug)]
    struct At(i64);

    impl Clock for At {
        fn now(&self) -> SystemTime {
            UNIX_EPOCH + Duration::from_millis(u64::try_from(self.0).unwrap())
        }
    }

    fn living(life: i64) -> CredentialsRecord {
        CredentialsRecord {
            access_key_id: String::new(),
            secret_access_key: "".into(),
            session_token: "".into(),
            custom_role_arn: None,
            received_at: COME,
            expires_at: COME.saturating_add(life),
            unknown: serde_json::Map::new(),
        }
    }

    #[test]
    fn the_margin_is_five_minutes_or_a_fifth_of_a_short_life() {
        for (life, after, fresh, work) in [
            (HOUR, 0, true, true),
            (HOUR, HOUR - MARGIN - 1, true, true),
            (HOUR, HOUR - MARGIN, false, true),
            (HOUR, HOUR - 1, false, true),
            (HOUR, HOUR, false, false),
            (100_000, 79_999, true, true),
            (100_000, 80_000, false, true),
            (0, 0, false, false),
            (-HOUR, 0, false, false),
            (i64::MAX, LONGEST - MARGIN, false, true),
            (i64::MAX, LONGEST, false, false),
            (HOUR, -AHEAD, true, true),
            (HOUR, -AHEAD - 1, false, false), // the clock was put back: only the service knows
        ] {
            let clock = ServiceClock::new(Arc::new(At(COME + after)));
            let credentials = living(life);
            assert_eq!((credentials.are_fresh(&clock), credentials.work(&clock)), (fresh, work), "{life} {after}");
        }
    }
}
