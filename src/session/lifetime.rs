//! How long tokens count. Pure: the rules that keep a wrong clock, or a token whose end cannot be read, from making a
//! client refresh for ever or hand out what the service refuses.

use super::claims::TokenClaims;
use crate::support::clock::unix_seconds;

/// Tokens this close to their end are renewed, in seconds: a request on its way must not meet an expired one.
const MARGIN: i64 = 120;
/// The longest life that Cognito gives an access or ID token, in seconds; what claims more is renewed after that.
const LONGEST: i64 = 86_400;
/// The shortest life that Cognito can be configured to give; assumed where nothing says how long.
const SHORTEST: i64 = 300;
/// How far a token's `iat` may be from the moment it came, to be believed as its beginning, in seconds.
const ON_THE_WAY: i64 = 300;
/// How far in the future the moment may seem at which tokens came, before the clock is doubted, in seconds.
const AHEAD: i64 = 60;

/// When tokens came and when the first of them ends: Unix seconds by the service's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lifetime {
    pub received_at: i64,
    pub expires_at: i64,
}

/// What can be said of tokens now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// Good for a while yet.
    Fresh,
    /// They work, and should be renewed.
    Ending,
    /// They do not work any more.
    Expired,
    /// The clock cannot be right, so only the service knows.
    Doubtful,
}

impl Lifetime {
    /// Of tokens that have just come. The end is the beginning plus a length: what a token says of its end counts by the
    /// service's clock, and a length needs no clock. `ExpiresIn` is the access token's; the shortest of all counts.
    pub fn of(access: &TokenClaims, id: Option<&TokenClaims>, expires_in: Option<i64>, service_now: i64) -> Self {
        let is_length = |length: &i64| (1..=i64::MAX).contains(length);
        let stated = |claims: &TokenClaims| {
            let (issued, expires) = (claims.issued_at?, claims.expires_at?);
            Some(unix_seconds(expires).saturating_sub(unix_seconds(issued))).filter(is_length)
        };
        let until = |claims: &TokenClaims| {
            claims.expires_at.map(|expires| unix_seconds(expires).saturating_sub(service_now)).filter(is_length)
        };
        let access_length = [expires_in.filter(is_length), stated(access)].into_iter().flatten().min();
        let access_length = access_length.or_else(|| until(access));
        let id_length = id.and_then(|id| stated(id).or_else(|| until(id)));
        let length = [access_length, id_length].into_iter().flatten().min().unwrap_or(SHORTEST).min(LONGEST);
        let issued = access.issued_at.map(unix_seconds);
        let begin = issued.filter(|issued| (service_now - ON_THE_WAY..=service_now).contains(issued));
        Self { received_at: service_now, expires_at: begin.unwrap_or(service_now).saturating_add(length) }
    }

    /// What can be said so many seconds after the tokens came, `None` if the clock cannot say how many, to somebody who
    /// needs them to work for so many seconds more. Nobody gets tokens that live longer than the service gives: wanted are
    /// 4/5 of their life at most, so that an app that asks for too much does not renew them at every call.
    pub fn freshness(self, age: Option<i64>, needed: i64) -> Freshness {
        let Some(age) = age.filter(|age| *age >= -AHEAD) else { return Freshness::Doubtful };
        let length = self.expires_at.saturating_sub(self.received_at).clamp(0, LONGEST);
        // A lifetime that is itself short keeps most of its use.
        let margin = MARGIN.min(length / 5).max(needed.min(length * 4 / 5));
        match age.max(0) {
            age if age < length - margin => Freshness::Fresh,
            age if age < length => Freshness::Ending,
            _ => Freshness::Expired,
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    use super::*;
    use crate::session::decode_claims;

    const NOW: i64 = 1_767_603_787;

    fn claims(value: Value) -> TokenClaims {
        let payload = URL_SAFE_NO_PAD.encode(value.to_string());
        decode_claims(&format!("e30.{payload}.c2ln")).unwrap()
    }

    fn length(access: Value, id: Option<Value>, expires_in: Option<i64>) -> i64 {
        let life = Lifetime::of(&claims(access), id.map(claims).as_ref(), expires_in, NOW);
        assert_eq!(life.received_at, NOW);
        life.expires_at - NOW
    }

    #[test]
    fn the_shortest_statement_counts() {
        let hour = json!({ "iat": NOW, "exp": NOW + 3600 });
        let short = json!({ "iat": NOW, "exp": NOW + 600 });
        assert_eq!(length(hour.clone(), Some(hour.clone()), Some(3600)), 3600);
        assert_eq!(length(hour.clone(), Some(short.clone()), Some(3600)), 600);
        assert_eq!(length(hour.clone(), None, Some(900)), 900);
        assert_eq!(length(short, Some(hour), None), 600);
    }

    #[test]
    fn an_answer_that_took_a_while_does_not_prolong_its_tokens() {
        assert_eq!(length(json!({ "iat": NOW - 20, "exp": NOW + 3580 }), None, Some(3600)), 3580);
    }

    #[test]
    fn an_end_that_cannot_be_read_or_cannot_be_true_has_a_bound() {
        for (claims, expires_in, expected) in [
            (json!({}), None, 300),
            (json!({}), Some(3600), 3600),
            (json!({ "exp": "soon", "iat": NOW }), Some(3600), 3600),
            (json!({ "exp": NOW - 10, "iat": NOW }), Some(3600), 3600),
            (json!({ "exp": NOW - 10, "iat": NOW }), None, 300),
            (json!({ "exp": -5, "iat": -10 }), None, 5),
            (json!({ "exp": 253_402_300_799_i64, "iat": NOW }), None, 86_400),
            (json!({ "exp": 253_402_300_799_i64, "iat": NOW }), Some(3600), 3600),
            (json!({ "exp": NOW + 1800 }), None, 1800),
            (json!({ "exp": NOW - 3600, "iat": NOW - 7200 }), Some(3600), 3600),
            (json!({ "exp": NOW + 3600, "iat": NOW }), Some(0), 3600),
            (json!({ "exp": NOW + 3600, "iat": NOW }), Some(-1), 3600),
            (json!({ "exp": NOW + 3600, "iat": NOW }), Some(i64::MAX), 3600),
        ] {
            assert_eq!(length(claims.clone(), None, expires_in), expected, "{claims} {expires_in:?}");
        }
    }

    #[test]
    fn fresh_ending_expired_doubtful() {
        let life = |length| Lifetime { received_at: NOW, expires_at: NOW + length };
        for (length, age, expected) in [
            (3600, Some(0), Freshness::Fresh),
            (3600, Some(3479), Freshness::Fresh),
            (3600, Some(3480), Freshness::Ending),
            (3600, Some(3599), Freshness::Ending),
            (3600, Some(3600), Freshness::Expired),
            (3600, Some(i64::MAX), Freshness::Expired),
            (3600, Some(-60), Freshness::Fresh),
            (3600, Some(-61), Freshness::Doubtful),
            (3600, Some(i64::MIN), Freshness::Doubtful),
            (3600, None, Freshness::Doubtful),
            (10, Some(7), Freshness::Fresh),
            (10, Some(8), Freshness::Ending),
            (0, Some(0), Freshness::Expired),
            (-5, Some(0), Freshness::Expired),
            (i64::MAX - NOW, Some(86_400), Freshness::Expired),
        ] {
            assert_eq!(life(length).freshness(age, 0), expected, "{length} {age:?}");
        }
    }

    #[test]
    fn who_needs_tokens_for_longer_gets_newer_ones_as_far_as_there_are_any() {
        let life = |length| Lifetime { received_at: NOW, expires_at: NOW + length };
        for (length, age, needed, expected) in [
            (3600, 2999, 600, Freshness::Fresh),
            (3600, 3000, 600, Freshness::Ending),
            // Less than the usual margin is no wish.
            (3600, 3479, 1, Freshness::Fresh),
            (3600, 3480, 1, Freshness::Ending),
            (3600, 3480, i64::MIN, Freshness::Ending),
            // More than there can be: a fifth of the life is used all the same.
            (3600, 719, 3600, Freshness::Fresh),
            (3600, 719, i64::MAX, Freshness::Fresh),
            (3600, 720, i64::MAX, Freshness::Ending),
            (3600, 3600, i64::MAX, Freshness::Expired),
            (19, 3, 60, Freshness::Fresh),
            (19, 4, 60, Freshness::Ending),
            (0, 0, i64::MAX, Freshness::Expired),
        ] {
            assert_eq!(life(length).freshness(Some(age), needed), expected, "{length} {age} {needed}");
        }
    }
}
