//! Makes one call and notes what it came to.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use portcullis::{
    AuthClient, AuthError, AuthFlow, AuthState, AuthTokens, AuthUser, ConfirmSignInOptions, FetchSessionOptions,
    SessionTokens, SignInOptions, SignInResult, SignOutOptions, UpdateUserAttributesOptions, UserAttribute,
};

use super::play::Shared;
use super::pool::access_number;
use super::step::{Call, Planned};

/// A call that was begun.
#[derive(Clone, Debug)]
pub struct Done {
    pub number: u64,
    pub gate: u64,
    pub call: Call,
    /// In milliseconds of the history.
    pub begun: i64,
    pub ended: i64,
    /// How long it took while the device was awake, and how long it might.
    pub took: i64,
    pub limit: i64,
    /// Whom the process said was there when it began, and who was the store's current one.
    pub user_before: Option<String>,
    pub current_before: Option<String>,
    pub outcome: Outcome,
    /// The number of the user's access token that was stored when the call gave one.
    pub on_disk: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its future was dropped.
    Dropped,
    Failed(String),
    Done,
    User(String),
    /// Somebody is signed in, or there is a question.
    SignedIn(bool),
    SignedOut {
        stored: bool,
    },
    /// Tokens: whose, the number of the access token, and whether they are said to be fresh.
    Tokens {
        user: String,
        access: usize,
        fresh: bool,
    },
    NoTokens {
        code: String,
    },
}

impl Done {
    /// Whether its work may go on although it is over.
    pub fn goes_on(&self) -> bool {
        match &self.outcome {
            Outcome::Dropped => true,
            _ if self.took * 10 >= self.limit * 8 => true, // it gave up a little before its limit
            Outcome::Failed(code) => code == "timeout",
            Outcome::SignedOut { stored } => !stored,
            // Its removal has half of the time that is left, and goes on then.
            Outcome::Done => self.call == Call::Delete && self.limit < 30_000,
            _ => false,
        }
    }
}

pub async fn make(shared: Arc<Shared>, client: AuthClient, gate: u64, number: u64, planned: Planned) -> Done {
    let Planned { call, after, polls, limit, .. } = planned;
    tokio::time::sleep(Duration::from_millis(after)).await;
    let client = limit.map_or_else(|| client.clone(), |limit| client.with_timeout(Duration::from_millis(limit)));
    let begun = shared.world.moment();
    let user_before = match client.state() {
        AuthState::SignedIn { user } | AuthState::SessionExpired { user, .. } => Some(user.username),
        _ => None,
    };
    let current_before = shared.disk.accounts().0;
    let outcome = match polls {
        None => run(&shared, &client, number, call).await,
        Some(polls) => polled(run(&shared, &client, number, call), polls).await.unwrap_or(Outcome::Dropped),
    };
    let on_disk = match &outcome {
        Outcome::Tokens { user, .. } => shared.disk.session(user),
        _ => None,
    };
    let on_disk = on_disk.and_then(|record| record["access_token"].as_str().map(access_number));
    let ended = shared.world.moment();
    let limit = limit.map_or(30_000, |limit| i64::try_from(limit).unwrap());
    let (took, begun, ended) = (ended.awake - begun.awake, begun.elapsed, ended.elapsed);
    Done { number, gate, call, begun, ended, took, limit, user_before, current_before, outcome, on_disk }
}

async fn run(shared: &Shared, client: &AuthClient, number: u64, call: Call) -> Outcome {
    match call {
        Call::Fetch | Call::ForcedFetch => {
            let options = FetchSessionOptions::new().force_refresh(call == Call::ForcedFetch);
            match client.fetch_auth_session(options).await {
                Err(error) => failed(&error),
                Ok(session) => {
                    let user = session.user.map(|user| user.username).unwrap_or_default();
                    let tokens = |tokens: &AuthTokens| access_number(tokens.access_token());
                    match session.tokens {
                        SessionTokens::Available(given) => {
                            Outcome::Tokens { user, access: tokens(&given), fresh: true }
                        }
                        SessionTokens::Stale(given, _) => {
                            Outcome::Tokens { user, access: tokens(&given), fresh: false }
                        }
                        SessionTokens::Unavailable(error) => Outcome::NoTokens { code: error.code().to_owned() },
                    }
                }
            }
        }
        Call::CurrentUser => client
            .get_current_user()
            .await
            .map_or_else(|error| failed(&error), |AuthUser { username, .. }| Outcome::User(username)),
        Call::SignIn(user, existing) => {
            let options = SignInOptions::new().auth_flow(AuthFlow::UserPassword).existing_session(existing);
            signed_in(client.sign_in(user, Some("password"), options.client_metadata("call", number.to_string())).await)
        }
        Call::Begin(user, existing) => {
            let options = SignInOptions::new().auth_flow(AuthFlow::CustomWithoutSrp).existing_session(existing);
            signed_in(client.sign_in(user, None, options).await)
        }
        Call::Answer => {
            let mut options = ConfirmSignInOptions::new();
            options.client_metadata.insert("call".to_owned(), number.to_string());
            signed_in(client.confirm_sign_in("answer", options).await)
        }
        Call::Cancel => {
            client.cancel_sign_in();
            Outcome::Done
        }
        Call::SignOut => signed_out(client, SignOutOptions::new()).await,
        Call::SignOutGlobally => signed_out(client, SignOutOptions::new().global(true)).await,
        Call::SignOutAll => signed_out(client, SignOutOptions::new().all_accounts(true)).await,
        Call::SignOutAccount(user) => signed_out(client, SignOutOptions::new().account(shared.user(user))).await,
        Call::Switch(user) => done(client.switch_account(&shared.user(user)).await),
        Call::Update => {
            let attribute = UserAttribute::new("nickname", number.to_string());
            done(client.update_user_attributes(vec![attribute], UpdateUserAttributesOptions::new()).await)
        }
        Call::Attributes => client
            .fetch_user_attributes()
            .await
            .map_or_else(|error| failed(&error), |attributes| Outcome::User(attributes[0].value.clone())),
        Call::Delete => done(client.delete_user().await),
    }
}

fn failed(error: &AuthError) -> Outcome {
    Outcome::Failed(error.code().to_owned())
}

fn done<T>(result: Result<T, AuthError>) -> Outcome {
    result.map_or_else(|error| failed(&error), |_| Outcome::Done)
}

fn signed_in(result: Result<SignInResult, AuthError>) -> Outcome {
    result.map_or_else(|error| failed(&error), |result| Outcome::SignedIn(result.is_signed_in))
}

async fn signed_out(client: &AuthClient, options: SignOutOptions) -> Outcome {
    let result = client.sign_out(options).await;
    Outcome::SignedOut { stored: result.storage_error.is_none() }
}

/// Polls so often, then drops.
async fn polled<T>(work: impl Future<Output = T>, polls: u32) -> Option<T> {
    let mut work = pin!(work);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        let polled = work.as_mut().poll(context).map(Some);
        if polled.is_pending() && left == 0 {
            context.waker().wake_by_ref();
        }
        polled
    })
    .await
}
