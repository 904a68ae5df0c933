//! A session in memory: the stored record with its claims read once, so that asking for it costs nothing.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use serde_json::Map;

use super::claims::TokenClaims;
use super::identity::{CheckedTokens, Subject, check, claims_of};
use super::lifetime::{Freshness, Lifetime};
use crate::config::AuthConfiguration;
use crate::error::{AuthErrorInfo, Error, Result};
use crate::events::{AuthState, AuthUser};
use crate::protocol::user_pool::AuthenticationResult;
use crate::storage::record::{EndRecord, SessionRecord};
use crate::support::clock::{ClockReading, ServiceClock, from_unix_seconds, is_plausible};
use crate::support::secret::Secret;
use crate::support::shown::shows;

/// A session and what its tokens say. Its access token leaves it only for the user whose it is.
#[derive(Clone)]
pub(crate) struct Session {
    record: SessionRecord,
    access_claims: TokenClaims,
    id_claims: Option<TokenClaims>,
    /// When the tokens came, in milliseconds by the running clock: known in the process that they came to.
    received: Option<i64>,
    /// Tells sign-ins of this process apart that the store has not put in order yet.
    sign_in: Option<u64>,
    number: u64,
}
shows!(Session { record });

/// How a user signed in, as far as it matters later.
#[derive(Clone, Default)]
pub(crate) struct Origin {
    /// The device that the service knows them on, to which the tokens are bound.
    pub device_key: Option<String>,
    /// On the hosted pages.
    pub web_ui: bool,
}
shows!(Origin { web_ui });

/// Counts the sign-ins of this process.
static SIGN_INS: AtomicU64 = AtomicU64::new(0);
/// Counts the sessions that were made, from 1 on.
static NUMBERS: AtomicU64 = AtomicU64::new(1);

fn next_number() -> u64 {
    NUMBERS.fetch_add(1, Ordering::Relaxed)
}

/// What a refresh made of a session.
pub(super) struct Renewal {
    pub session: Session,
    /// The answer had no usable access token; what else it had is in the session.
    pub problem: Option<Error>,
}

impl Session {
    /// The session that the record holds.
    pub fn from_record(record: SessionRecord) -> Self {
        let claims = |token: &Secret| claims_of(token).unwrap_or_else(|| TokenClaims::from_map(BTreeMap::new()));
        let (access_claims, id_claims) = (claims(&record.access_token), record.id_token.as_ref().map(claims));
        Self { record, access_claims, id_claims, received: None, sign_in: None, number: next_number() }
    }

    /// The same session as it was stored, by now or by another process.
    pub fn as_stored(&self, record: SessionRecord) -> Self {
        let received = self.received.filter(|_| record.received_at == self.record.received_at);
        let sign_in = self.sign_in.filter(|_| self.record.began == 0 || self.record.began == record.began);
        Self { received, sign_in, ..Self::from_record(record) }
    }

    /// The session that a sign-in began. Its place in the order of sessions comes from the store.
    pub fn begin(
        configuration: &AuthConfiguration,
        clock: &ServiceClock,
        tokens: AuthenticationResult,
        origin: Origin,
    ) -> Result<Self> {
        let Origin { device_key, web_ui } = origin;
        let tokens = check(configuration, tokens)?;
        note_issue(clock, &tokens.access_claims);
        let (life, reading) = (life_of(&tokens, clock), clock.reading());
        let CheckedTokens { access_token, access_claims, id_token, refresh_token, user, .. } = tokens;
        let (id_token, id_claims) = id_token.unzip();
        let record = SessionRecord {
            began: 0,
            revision: 1,
            username: user.username,
            user_id: user.user_id,
            access_token,
            id_token,
            refresh_token,
            device_key,
            signed_in_at: clock.now_ms(),
            received_at: life.received_at,
            expires_at: life.expires_at,
            wall_clock: reading.wall,
            clock_offset: reading.offset,
            web_ui,
            ended: None,
            unknown: Map::new(),
        };
        let sign_in = Some(SIGN_INS.fetch_add(1, Ordering::Relaxed));
        let number = next_number();
        Ok(Self { record, access_claims, id_claims, received: Some(clock.running()), sign_in, number })
    }

    /// The session with the tokens that a refresh gave. What it did not give stays: without rotation there is no new
    /// refresh token. Tokens of another user, pool or app client are refused.
    pub fn renewed(
        &self,
        configuration: &AuthConfiguration,
        clock: &ServiceClock,
        tokens: AuthenticationResult,
    ) -> Result<Renewal> {
        let mut record = SessionRecord { ended: None, revision: self.record.revision + 1, ..self.record.clone() };
        let given = |token: &Option<Secret>| token.clone().filter(|token| !token.is_empty());
        let access_token = given(&tokens.access_token);
        if access_token.as_ref().and_then(claims_of).is_none() {
            // Nothing in it names a user. A refresh token that was rotated is the only one that still counts.
            record.refresh_token = given(&tokens.refresh_token).or(record.refresh_token);
            let problem = Some(Error::bad_answer("there is no access token in it that can be read"));
            return Ok(Renewal { session: self.as_stored(record), problem });
        }
        let tokens = check(configuration, tokens)?;
        if tokens.user.user_id != self.record.user_id {
            return Err(Error::bad_answer("its tokens are of another user"));
        }
        note_issue(clock, &tokens.access_claims);
        let (life, reading) = (life_of(&tokens, clock), clock.reading());
        (record.received_at, record.expires_at) = (life.received_at, life.expires_at);
        (record.wall_clock, record.clock_offset) = (reading.wall, reading.offset);
        record.access_token = tokens.access_token;
        let (id_token, id_claims) = tokens.id_token.unzip();
        record.id_token = id_token.or(record.id_token);
        record.refresh_token = tokens.refresh_token.or(record.refresh_token);
        let id_claims = id_claims.or_else(|| self.id_claims.clone());
        let received = Some(clock.running());
        let sign_in = self.sign_in;
        let number = next_number();
        let session = Self { record, access_claims: tokens.access_claims, id_claims, received, sign_in, number };
        Ok(Renewal { session, problem: None })
    }

    /// The session after a verdict of the service. Its tokens stay readable for who asks whose session it was.
    pub fn ended(&self, error: &Error) -> Self {
        let info = AuthErrorInfo::from(error.clone());
        let AuthErrorInfo { code, text, service_code, request_id, .. } = info;
        let ended = Some(EndRecord { code, text, service_code, request_id, unknown: Map::new() });
        self.as_stored(SessionRecord { ended, revision: self.record.revision + 1, ..self.record.clone() })
    }

    /// The access token, for a call that is made for this user.
    pub fn token_for(&self, subject: &Subject) -> Result<Secret> {
        if self.is_of(subject) { Ok(self.record.access_token.clone()) } else { Err(Subject::another()) }
    }

    /// The ID token, for a call that is made for this user.
    pub fn id_token_for(&self, subject: &Subject) -> Result<Option<Secret>> {
        if self.is_of(subject) { Ok(self.record.id_token.clone()) } else { Err(Subject::another()) }
    }

    /// Whether both are of one sign-in, of which one may not be stored yet.
    pub(super) fn is_same_sign_in(&self, other: &Self) -> bool {
        if !self.is_of(&other.subject()) {
            return false;
        }
        if let (Some(one), Some(other)) = (self.sign_in, other.sign_in) {
            return one == other;
        }
        let (one, other) = (&self.record, &other.record);
        let is_stored = one.began != 0 && other.began != 0;
        if is_stored { one.began == other.began } else { one.signed_in_at == other.signed_in_at }
    }

    pub fn is_of(&self, subject: &Subject) -> bool {
        let AuthUser { username, user_id } = subject.user();
        self.record.username == *username && self.record.user_id == *user_id
    }

    /// Whether the name, typed at a sign-in, means this user: theirs, or an alias that the ID token tells.
    pub fn answers_to(&self, name: &str) -> bool {
        let aliases = self.id_claims.iter().flat_map(|claims| {
            [claims.email.as_deref(), claims.phone_number.as_deref(), claims.text("preferred_username")]
        });
        let names = aliases.flatten().chain([self.record.username.as_str(), self.record.user_id.as_str()]);
        names.into_iter().any(|known| known.to_lowercase() == name.to_lowercase())
    }

    pub fn subject(&self) -> Subject {
        Subject::new(self.user())
    }

    /// What is stored of it.
    pub(super) const fn record(&self) -> &SessionRecord {
        &self.record
    }

    pub(super) fn freshness(&self, clock: &ServiceClock) -> Freshness {
        self.freshness_for(0, clock)
    }

    /// To somebody who needs the tokens for so many seconds.
    pub(super) fn freshness_for(&self, needed: i64, clock: &ServiceClock) -> Freshness {
        self.freshness_at(needed, clock, clock.running())
    }

    /// The same, for who has read the running clock just now.
    pub(super) fn freshness_at(&self, needed: i64, clock: &ServiceClock, running: i64) -> Freshness {
        let age = match self.received {
            Some(received) => Some((running - received).div_euclid(1000)),
            None => clock.is_known().then(|| clock.now_seconds() - self.record.received_at),
        };
        let SessionRecord { received_at, expires_at, .. } = self.record;
        Lifetime { received_at, expires_at }.freshness(age, needed)
    }

    pub(super) fn is_fresh_for(&self, needed: i64, clock: &ServiceClock) -> bool {
        self.freshness_for(needed, clock) == Freshness::Fresh
    }

    /// Whether the tokens are known to work now.
    pub(super) fn is_valid(&self, clock: &ServiceClock) -> bool {
        matches!(self.freshness(clock), Freshness::Fresh | Freshness::Ending)
    }

    /// What the process that stored it knew of the clocks.
    pub(super) const fn clock_reading(&self) -> ClockReading {
        Self::reading_of(&self.record)
    }

    pub(super) const fn reading_of(record: &SessionRecord) -> ClockReading {
        ClockReading { wall: record.wall_clock, offset: record.clock_offset }
    }

    pub fn expires_at(&self) -> SystemTime {
        from_unix_seconds(self.record.expires_at)
    }

    /// Tells what was made apart: with the same number the tokens and all else are the same.
    pub const fn number(&self) -> u64 {
        self.number
    }

    pub const fn username(&self) -> &String {
        &self.record.username
    }

    /// Whether it was not renewed in between.
    pub fn has_tokens_of(&self, other: &Self) -> bool {
        self.record.access_token == other.record.access_token
    }

    pub(super) fn access_token(&self) -> &str {
        self.record.access_token.expose()
    }

    pub(super) fn id_token(&self) -> Option<&str> {
        self.record.id_token.as_ref().map(Secret::expose)
    }

    pub const fn access_claims(&self) -> &TokenClaims {
        &self.access_claims
    }

    pub const fn id_claims(&self) -> Option<&TokenClaims> {
        self.id_claims.as_ref()
    }

    pub fn device_key(&self) -> Option<&String> {
        self.record.device_key.as_ref()
    }

    pub fn user(&self) -> AuthUser {
        AuthUser { username: self.record.username.clone(), user_id: self.record.user_id.clone() }
    }

    /// The error that callers get once the session has ended.
    pub fn end(&self) -> Option<Error> {
        self.record.ended.clone().map(|end| {
            let EndRecord { code, text, service_code, request_id, .. } = end;
            Error::SessionExpired { reason: code, text, service_code, request_id }
        })
    }

    pub const fn is_live(&self) -> bool {
        self.record.ended.is_none()
    }

    pub fn state(&self) -> AuthState {
        match self.end() {
            None => AuthState::SignedIn { user: self.user() },
            Some(error) => AuthState::SessionExpired { user: self.user(), error: error.into() },
        }
    }
}

fn life_of(tokens: &CheckedTokens, clock: &ServiceClock) -> Lifetime {
    let id_claims = tokens.id_token.as_ref().map(|(_, claims)| claims);
    Lifetime::of(&tokens.access_claims, id_claims, tokens.expires_in, clock.now_seconds())
}

fn note_issue(clock: &ServiceClock, claims: &TokenClaims) {
    if let Some(issued_at) = claims.issued_at.filter(|issued_at| is_plausible(*issued_at)) {
        clock.observe_issue(issued_at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(began: u64, received_at: i64) -> SessionRecord {
        SessionRecord {
            began,
            revision: 1,
            username: "ann".to_owned(),
            user_id: "sub".to_owned(),
            access_token: Secret::new("access"),
            id_token: None,
            refresh_token: None,
            device_key: None,
            signed_in_at: 0,
            received_at,
            expires_at: 0,
            wall_clock: 0,
            clock_offset: 0,
            web_ui: false,
            ended: None,
            unknown: Map::new(),
        }
    }

    #[test]
    fn what_only_this_process_knows_stays_with_the_tokens_and_the_sign_in_that_it_is_of() {
        let known = |began| Session { received: Some(5), sign_in: Some(1), ..Session::from_record(record(began, 100)) };
        let kept = |session: Session| (session.received, session.sign_in);
        assert_eq!(kept(known(0).as_stored(record(3, 100))), (Some(5), Some(1)), "it gets its place");
        assert_eq!(kept(known(3).as_stored(record(3, 100))), (Some(5), Some(1)));
        assert_eq!(kept(known(3).as_stored(record(3, 200))), (None, Some(1)), "other tokens");
        assert_eq!(kept(known(3).as_stored(record(4, 100))), (Some(5), None), "another sign-in");
    }

    #[test]
    fn what_is_printed_holds_no_name() {
        let printed = format!("{:?}", Session::from_record(record(3, 100)));
        assert_eq!(printed, "Session { record: SessionRecord { began: 3, revision: 1, ended: None, .. }, .. }");
    }

    #[test]
    fn sign_ins_are_told_apart_by_what_is_known_of_both() {
        let of = |sign_in, began, signed_in_at| {
            let record = SessionRecord { signed_in_at, ..record(began, 100) };
            Session { sign_in, ..Session::from_record(record) }
        };
        let same = |one: &Session, other: &Session| {
            assert_eq!(one.is_same_sign_in(other), other.is_same_sign_in(one));
            one.is_same_sign_in(other)
        };
        // Both of this process, in whatever order the store has put them.
        assert!(same(&of(Some(1), 0, 10), &of(Some(1), 3, 10)));
        assert!(!same(&of(Some(1), 3, 10), &of(Some(2), 3, 10)));
        // Both stored: their place counts, and not the time.
        assert!(same(&of(Some(1), 3, 10), &of(None, 3, 11)));
        assert!(!same(&of(Some(1), 3, 10), &of(None, 4, 10)));
        // One of them not stored yet.
        assert!(same(&of(Some(1), 0, 10), &of(None, 4, 10)));
        assert!(!same(&of(Some(1), 0, 10), &of(None, 4, 11)));
    }

    #[test]
    fn a_user_who_was_deleted_and_made_again_is_another() {
        let session = Session::from_record(record(1, 100));
        let subject = |username: &str, user_id: &str| {
            Subject::new(AuthUser { username: username.to_owned(), user_id: user_id.to_owned() })
        };
        assert!(session.is_of(&subject("ann", "sub")));
        assert!(!session.is_of(&subject("ann", "another")) && !session.is_of(&subject("another", "sub")));
        assert!(session.token_for(&subject("ann", "another")).is_err());
    }

    #[test]
    fn a_session_that_is_renewed_goes_on_even_if_the_answer_was_of_no_use() {
        let configuration = AuthConfiguration::builder("eu-west-1_A", "c").build().unwrap();
        let clock = ServiceClock::new(std::sync::Arc::new(crate::support::clock::SystemClock));
        let ended = Session::from_record(record(1, 100)).ended(&Error::NothingToRenewWith);
        assert!(!ended.is_live());
        let renewal = ended.renewed(&configuration, &clock, AuthenticationResult::default()).unwrap();
        assert!(renewal.problem.is_some() && renewal.session.is_live());
        assert_eq!(renewal.session.record().age(), (1, 3));
    }
}
