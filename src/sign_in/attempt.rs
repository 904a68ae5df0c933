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
use super::dialog::{self, Dialog, Finished, Turn};
use super::driver::{Rest, drive};
use super::options::ConfirmSignInOptions;
use super::step::{PendingSignIn, SignInStep};

/// How a call ended that did not fail.
#[derive(Debug)]
pub(crate) enum Ended {
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
    ) -> Result<Ended, Failed> {
        if !self.is_latest(number) {
            return Err(superseded().into());
        }
        let turn = dialog::start(configuration, parameters, self.inputs());
        let rest = drive(turn, &self.pool, &self.clock, &*self.random).await;
        self.settle(number, rest)
    }

    /// Answers the question of the unfinished sign-in. A failure that can be made good leaves it as it was.
    pub async fn answer(&self, text: &str, options: ConfirmSignInOptions) -> Result<Ended, Failed> {
        self.go_on(|dialog, inputs| dialog.answer(text, options, inputs)).await
    }

    /// Has the code of the unfinished sign-in sent once more.
    pub async fn resend_code(&self) -> Result<Ended, Failed> {
        self.go_on(Dialog::resend_code).await
    }

    async fn go_on(&self, turn: impl FnOnce(Dialog, Inputs<'_>) -> Turn) -> Result<Ended, Failed> {
        let (number, dialog) = {
            let mut slot = self.lock();
            let number = slot.number;
            let pending = slot.pending.as_mut().ok_or(Error::NoSignInInProgress)?;
            if std::mem::replace(&mut pending.answering, true) {
                return Err(Error::AnswerInProgress.into());
            }
            (number, pending.dialog.clone())
        };
        let rest = drive(turn(dialog, self.inputs()), &self.pool, &self.clock, &*self.random).await;
        self.settle(number, rest)
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

    fn settle(&self, number: u64, rest: Rest) -> Result<Ended, Failed> {
        let mut slot = self.lock();
        if slot.number != number {
            return Err(superseded().into());
        }
        let before = slot.pending.take();
        match rest {
            Rest::Ask { dialog, step } => {
                let (asked_at, answering) = (self.clock.now(), false);
                slot.pending = Some(Pending { dialog, step: step.clone(), asked_at, answering });
                Ok(Ended::Step(step))
            }
            Rest::Done(finished) => Ok(Ended::Tokens { finished: Box::new(finished), number }),
            Rest::Detour(step) => Ok(Ended::Step(step)),
            Rest::DeviceRefused { device, error } => {
                Err(Failed { error, for_good: true, refused_device: Some(Box::new(device)) })
            }
            Rest::Refused { dialog, error } => {
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
