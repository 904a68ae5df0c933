//! The one unfinished sign-in of a client: kept while the person thinks, replaced by a new one, never in the way.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::config::AuthConfiguration;
use crate::error::Error;
use crate::protocol::user_pool::UserPool;
use crate::storage::record::DeviceRecord;
use crate::support::clock::ServiceClock;
use crate::support::random::Random;

use super::context::{Inputs, Parameters};
use super::dialog::{self, Dialog, Finished, Outcome, Transition};
use super::driver::drive;
use super::options::ConfirmSignInOptions;
use super::step::{PendingSignIn, SignInStep};

/// Where a call that did not fail came to.
#[derive(Debug)]
pub(crate) enum Progress {
    /// The person has something to do.
    Step(SignInStep),
    /// The service gave tokens. They count as long as [`Attempts::is_latest`] says so of the number.
    Tokens { finished: Box<Finished>, number: u64 },
}

/// How a call failed.
#[derive(Debug)]
pub(crate) struct Failed {
    pub error: Error,
    /// Whether a sign-in ended by it, so that it is news.
    pub for_good: bool,
    /// The device that the service would not take, where the sign-in could not begin anew without it.
    pub refused_device: Option<Box<DeviceRecord>>,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, for_good: false, refused_device: None }
    }
}

/// An answer on its way. However the call ends, by a panic or with its runtime included, the question can be answered
/// afterwards.
struct Answering<'a> {
    attempts: &'a Attempts,
    number: u64,
}

impl Answering<'_> {
    /// The call came to its end: what becomes of the question is decided by that.
    fn end(self) {
        std::mem::forget(self);
    }
}

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        let mut slot = self.attempts.lock();
        if slot.number == self.number
            && let Some(pending) = &mut slot.pending
        {
            pending.answering = false;
        }
    }
}

fn superseded() -> Error {
    Error::Superseded("another sign-in was begun meanwhile, or this one was cancelled")
}

/// The sign-ins of one client: at most one is unfinished.
#[derive(Debug)]
pub(crate) struct Attempts {
    pool: Arc<UserPool>,
    clock: Arc<ServiceClock>,
    random: Arc<dyn Random>,
    slot: Mutex<Slot>,
}

#[derive(Debug, Default)]
struct Slot {
    /// Counts the sign-ins begun, so that a late answer to an abandoned one is known as such.
    number: u64,
    pending: Option<Pending>,
}

#[derive(Clone, Debug)]
struct Pending {
    dialog: Dialog,
    step: SignInStep,
    asked_at: SystemTime,
    /// Whether an answer is on its way: a second one would use the service's session up.
    answering: bool,
}

impl Attempts {
    pub fn new(pool: Arc<UserPool>, clock: Arc<ServiceClock>, random: Arc<dyn Random>) -> Self {
        Self { pool, clock, random, slot: Mutex::default() }
    }

    /// Draws the number of a sign-in that begins now; an unfinished one is abandoned.
    pub fn begin(&self) -> u64 {
        self.cancel()
    }

    /// Sends the first request of a sign-in, unless another one was begun since it drew its number.
    pub async fn start(
        &self,
        number: u64,
        configuration: Arc<AuthConfiguration>,
        parameters: Parameters,
    ) -> Result<Progress, Failed> {
        if !self.is_latest(number) {
            return Err(superseded().into());
        }
        let first = dialog::start(configuration, parameters, self.inputs());
        let outcome = drive(first, &self.pool, &self.clock, &*self.random).await;
        self.settle(number, outcome)
    }

    /// Answers the question of the unfinished sign-in. A failure that can be made good leaves it as it was.
    pub async fn answer(&self, text: &str, options: ConfirmSignInOptions) -> Result<Progress, Failed> {
        self.go_on(|dialog, inputs| dialog.answer(text, options, inputs)).await
    }

    /// Has the code of the unfinished sign-in sent once more.
    pub async fn resend_code(&self) -> Result<Progress, Failed> {
        self.go_on(Dialog::resend_code).await
    }

    async fn go_on(&self, next: impl FnOnce(Dialog, Inputs<'_>) -> Transition) -> Result<Progress, Failed> {
        let (number, dialog) = {
            let mut slot = self.lock();
            let number = slot.number;
            let pending = slot.pending.as_mut().ok_or(Error::NoSignInInProgress)?;
            if std::mem::replace(&mut pending.answering, true) {
                return Err(Error::AnswerInProgress.into());
            }
            (number, pending.dialog.clone())
        };
        let answering = Answering { attempts: self, number };
        let outcome = drive(next(dialog, self.inputs()), &self.pool, &self.clock, &*self.random).await;
        answering.end();
        self.settle(number, outcome)
    }

    /// Whether no other sign-in was begun since, and none cancelled.
    pub fn is_latest(&self, number: u64) -> bool {
        self.lock().number == number
    }

    /// What the unfinished sign-in waits for.
    pub fn pending(&self) -> Option<PendingSignIn> {
        let slot = self.lock();
        slot.pending.as_ref().map(|pending| PendingSignIn { step: pending.step.clone(), asked_at: pending.asked_at })
    }

    /// Abandons the unfinished sign-in, if there is one. Gives the number of the sign-in that may come next.
    pub fn cancel(&self) -> u64 {
        let mut slot = self.lock();
        slot.pending = None;
        slot.number += 1;
        slot.number
    }

    fn settle(&self, number: u64, outcome: Outcome) -> Result<Progress, Failed> {
        let mut slot = self.lock();
        if slot.number != number {
            return Err(superseded().into());
        }
        let before = slot.pending.take();
        match outcome {
            Outcome::Ask { dialog, step } => {
                let (asked_at, answering) = (self.clock.now(), false);
                slot.pending = Some(Pending { dialog, step: step.clone(), asked_at, answering });
                Ok(Progress::Step(step))
            }
            Outcome::Done(finished) => Ok(Progress::Tokens { finished: Box::new(finished), number }),
            Outcome::Blocked(step) => Ok(Progress::Step(step)),
            Outcome::DeviceRefused { device, error } => {
                Err(Failed { error, for_good: true, refused_device: Some(Box::new(device)) })
            }
            Outcome::Refused { dialog, error } => {
                slot.pending =
                    before.zip(dialog).map(|(pending, dialog)| Pending { dialog, answering: false, ..pending });
                // What was refused before anything was sent is no sign-in that failed.
                let for_good = slot.pending.is_none() && !matches!(error, Error::Input(_));
                Err(Failed { error, for_good, refused_device: None })
            }
        }
    }

    fn inputs(&self) -> Inputs<'_> {
        Inputs { now: self.clock.now(), random: &*self.random }
    }

    /// No caller's code runs under this lock, so a poisoned one is still consistent.
    fn lock(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::config::AuthFlow;
    use crate::protocol::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
    use crate::support::clock::SystemClock;
    use crate::support::random::SystemRandom;

    #[derive(Clone, Copy, Debug)]
    enum Reply {
        Asks,
        Panics,
        Hangs,
        Refuses,
        Repeats,
    }

    #[derive(Debug)]
    struct Script(Mutex<VecDeque<Reply>>);

    impl Transport for Script {
        fn send<'a>(&'a self, _: HttpRequest) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
            let next = self.0.lock().unwrap().pop_front().unwrap();
            Box::pin(async move {
                let (status, body) = match next {
                    Reply::Asks => (200, json!({ "ChallengeName": "CUSTOM_CHALLENGE", "Session": "s" })),
                    Reply::Panics => panic!("the transport"),
                    Reply::Hangs => std::future::pending().await,
                    Reply::Repeats => {
                        let text = "canary-1 is wrong: Value at 'password' canary-1 at 'password' failed";
                        (400, json!({ "__type": "InvalidParameterException", "message": text }))
                    }
                    Reply::Refuses => (400, json!({ "__type": "CodeMismatchException", "message": "wrong" })),
                };
                Ok(HttpResponse::new(status, vec![], body.to_string().into_bytes()))
            })
        }
    }

    async fn asked(script: &[Reply]) -> Arc<Attempts> {
        let configuration = Arc::new(AuthConfiguration::builder("eu-west-1_A", "c").build().unwrap());
        let clock = Arc::new(ServiceClock::new(Arc::new(SystemClock)));
        let script = Arc::new(Script(Mutex::new(script.iter().copied().collect())));
        let random = Arc::new(SystemRandom);
        let pool = Arc::new(UserPool::new(&configuration, script, clock.clone(), random.clone()));
        let attempts = Arc::new(Attempts::new(pool, clock, random));
        let parameters = Parameters {
            username: "ann".to_owned(),
            password: None,
            flow: AuthFlow::CustomWithoutSrp,
            client_metadata: [].into(),
            sign_up_session: None,
            devices: Vec::new(),
        };
        let number = attempts.begin();
        assert!(matches!(attempts.start(number, configuration, parameters).await, Ok(Progress::Step(_))));
        attempts
    }

    async fn code(attempts: &Attempts) -> &'static str {
        attempts.answer("1", ConfirmSignInOptions::new()).await.unwrap_err().error.code().as_str()
    }

    #[tokio::test]
    async fn however_an_answer_ends_the_question_can_be_answered_again() {
        let attempts = asked(&[Reply::Asks, Reply::Panics, Reply::Hangs, Reply::Refuses]).await;
        let panicking = attempts.clone();
        assert!(tokio::spawn(async move { code(&panicking).await }).await.unwrap_err().is_panic());
        assert!(attempts.pending().is_some());
        // As when its runtime ends.
        assert!(tokio::time::timeout(Duration::from_millis(20), code(&attempts)).await.is_err());
        assert_eq!(code(&attempts).await, "code_mismatch");
    }

    /// In words that no rule for texts foresees.
    #[tokio::test]
    async fn what_the_person_typed_is_never_passed_on() {
        let attempts = asked(&[Reply::Asks, Reply::Repeats]).await;
        let error = attempts.answer("canary-1", ConfirmSignInOptions::new()).await.unwrap_err().error;
        assert_eq!(error.code().as_str(), "invalid_parameter");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    }

    #[tokio::test]
    async fn an_abandoned_answer_leaves_the_next_sign_in_alone() {
        let attempts = asked(&[Reply::Asks, Reply::Hangs, Reply::Asks, Reply::Hangs, Reply::Refuses]).await;
        let abandoned = tokio::time::timeout(Duration::from_millis(20), code(&attempts));
        let cancelling = async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            attempts.cancel();
        };
        assert!(tokio::join!(abandoned, cancelling).0.is_err());
        assert_eq!(code(&attempts).await, "no_sign_in_in_progress");
    }

    #[tokio::test]
    async fn a_second_answer_waits_for_the_first() {
        let attempts = asked(&[Reply::Asks, Reply::Hangs, Reply::Refuses]).await;
        let first = tokio::time::timeout(Duration::from_millis(50), code(&attempts));
        let second = async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            code(&attempts).await
        };
        let (first, second) = tokio::join!(first, second);
        assert!(first.is_err());
        assert_eq!(second, "answer_in_progress");
        assert_eq!(code(&attempts).await, "code_mismatch");
    }
}
