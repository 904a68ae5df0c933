//! What the service is asked and told about a session: new tokens, and that tokens are not needed any more. What could
//! not be told is told later, as long as the process lives.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::identity::claims_of;
use crate::config::AuthConfiguration;
use crate::error::{Error, ErrorCode, Result, Verdict};
use crate::protocol::user_pool::{
    AuthenticationResult, GetTokensFromRefreshToken, GlobalSignOut, RevokeToken, UserPool,
};
use crate::storage::SignedOutAccount;
use crate::storage::record::SessionRecord;
use crate::support::deadline;
use crate::support::random::Random;
use crate::support::secret::Secret;
use crate::support::task::spawn;

/// A lost answer is asked for again after so long, each time a random part of it and at least half: two tries within
/// some three seconds. A pool that rotates refresh tokens takes the spent one again for its grace period, which is 10 s
/// in the documentation's examples and may be 0 to 60 s.
const AGAIN_AFTER: [Duration; 2] = [Duration::from_millis(1000), Duration::from_millis(2000)];
/// An answer that has not come after this time is taken for lost.
const SILENCE: Duration = Duration::from_secs(6);
/// After this time since the first request no lost answer is asked for again: the grace period may be over.
const GRACE: Duration = Duration::from_secs(9);

/// Until a revocation is given up, it is tried again after so long.
const REVOKE_AGAIN_AFTER: [Duration; 5] = [
    Duration::from_secs(2),
    Duration::from_secs(15),
    Duration::from_secs(60),
    Duration::from_secs(300),
    Duration::from_secs(900),
];

#[derive(Debug)]
pub(super) struct Remote {
    configuration: Arc<AuthConfiguration>,
    pool: Arc<UserPool>,
    random: Arc<dyn Random>,
}

impl Remote {
    pub fn new(configuration: Arc<AuthConfiguration>, pool: Arc<UserPool>, random: Arc<dyn Random>) -> Self {
        Self { configuration, pool, random }
    }

    /// `GetTokensFromRefreshToken`. A lost answer is asked for again within seconds: the tokens may have been rotated,
    /// and only now the service still takes the old one. A definite answer is never asked for again.
    pub async fn request_tokens(
        &self,
        record: &SessionRecord,
        client_metadata: BTreeMap<String, String>,
    ) -> Result<AuthenticationResult> {
        let refresh_token = record.refresh_token.clone().ok_or(Error::NothingToRenewWith)?;
        let call = GetTokensFromRefreshToken {
            refresh_token,
            client_id: self.configuration.client_id().to_owned(),
            client_secret: self.configuration.client_secret().cloned(),
            device_key: record.device_key.clone(),
            client_metadata,
        };
        let begun = Instant::now();
        for wait in AGAIN_AFTER {
            // An answer is only given up for lost while there is time for another one.
            let may_ask_again = |after: Duration| is_time_left(after + wait, begun.elapsed(), deadline::left());
            let asked = self.pool.call(&call);
            let answer = if may_ask_again(SILENCE) { deadline::within(SILENCE, asked).await } else { asked.await };
            match answer {
                Err(error) if error.is_lost_answer() && may_ask_again(Duration::ZERO) => {}
                answer => return tokens_of(answer),
            }
            tokio::time::sleep(self.part_of(wait)).await;
        }
        tokens_of(self.pool.call(&call).await)
    }

    /// Ends all sessions of the user at the service.
    pub async fn sign_out_globally(&self, access_token: Secret) -> Result<()> {
        self.pool.call(&GlobalSignOut { access_token }).await.map(drop)
    }

    /// Revokes a session's refresh token, if it is of an app client whose tokens can be revoked (`origin_jti`).
    pub async fn revoke(&self, refresh_token: &Secret) -> Result<()> {
        match self.pool.call(&self.revocation(refresh_token.clone())).await {
            Err(error) if error.code() == ErrorCode::Unsupported => Ok(()), // revocation was switched off since
            other => other.map(drop),
        }
    }

    /// The refresh token that can be revoked, if there is one.
    pub fn revocable(access_token: &Secret, refresh_token: Option<&Secret>) -> Option<Secret> {
        let origin = claims_of(access_token)?.get("origin_jti").is_some();
        refresh_token.filter(|_| origin).cloned()
    }

    /// Revokes the tokens of a session that nobody will use; nobody waits for it.
    pub fn revoke_later(self: &Arc<Self>, record: &SessionRecord) {
        self.revoke_token_later(Self::revocable(&record.access_token, record.refresh_token.as_ref()));
    }

    /// Revokes the tokens of sessions that others took the place of.
    pub fn revoke_accounts_later(self: &Arc<Self>, accounts: Vec<SignedOutAccount>) {
        for account in accounts {
            self.revoke_token_later(Self::revocable(&account.access_token, account.refresh_token.as_ref()));
        }
    }

    pub fn revoke_token_later(self: &Arc<Self>, refresh_token: Option<Secret>) {
        let Some(token) = refresh_token else { return };
        let this = self.clone();
        spawn(async move {
            for wait in REVOKE_AGAIN_AFTER {
                match this.revoke(&token).await {
                    Err(error) if error.verdict() == Verdict::None => tokio::time::sleep(wait).await,
                    _ => return,
                }
            }
        });
    }

    fn revocation(&self, token: Secret) -> RevokeToken {
        RevokeToken {
            token,
            client_id: self.configuration.client_id().to_owned(),
            client_secret: self.configuration.client_secret().cloned(),
        }
    }

    /// Between half of it and all of it, at random.
    fn part_of(&self, wait: Duration) -> Duration {
        let mut byte = [0xff];
        let _ = self.random.fill(&mut byte); // without randomness all of it is a good wait too
        part_of(wait, byte[0])
    }
}

fn tokens_of(answer: Result<crate::protocol::user_pool::AuthAnswer>) -> Result<AuthenticationResult> {
    answer?.authentication_result.ok_or_else(|| Error::bad_answer("there are no tokens in it"))
}

/// Whether something can be asked for after this wait: within the grace since the first request, and within the call.
fn is_time_left(wait: Duration, elapsed: Duration, left: Option<Duration>) -> bool {
    elapsed + wait < GRACE && left.is_none_or(|left| wait < left)
}

fn part_of(wait: Duration, byte: u8) -> Duration {
    wait.mul_f64(0.5 + f64::from(byte) / 510.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_end_of_the_grace_or_of_the_call_nothing_is_asked_for_any_more() {
        let second = Duration::from_secs(1);
        let just_before = second - Duration::from_millis(1);
        assert!(is_time_left(just_before, GRACE - second, None));
        assert!(!is_time_left(second, GRACE - second, None));
        assert!(is_time_left(just_before, Duration::ZERO, Some(second)));
        assert!(!is_time_left(second, Duration::ZERO, Some(second)));
    }

    #[test]
    fn a_wait_is_between_half_of_it_and_all_of_it() {
        let part = |byte| part_of(Duration::from_secs(2), byte);
        assert_eq!((part(0), part(0xff)), (Duration::from_secs(1), Duration::from_secs(2)));
        assert!(part(0x80) > Duration::from_millis(1_400) && part(0x80) < Duration::from_millis(1_600));
    }
}
