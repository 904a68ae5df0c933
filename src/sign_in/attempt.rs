//! The one unfinished sign-in of a client: kept while the person thinks, replaced by a new one, never in the way.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::config::AuthConfiguration;
use crate::error::{Error, Result};
use crate::protocol::user_pool::{AuthenticationResult, UserPool};
use crate::support::clock::ServiceClock;
use crate::support::random::Random;

use super::context::{Inputs, Parameters};
use super::dialog::{self, Dialog};
use super::driver::{Rest, drive};
use super::options::ConfirmSignInOptions;
use super::step::{PendingSignIn, SignInStep};

/// How a call ended that did not fail.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The person has something to do.
    Step(SignInStep),
    /// The service gave tokens.
    Tokens(AuthenticationResult),
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
}

impl Attempts {
    pub fn new(pool: Arc<UserPool>, clock: Arc<ServiceClock>, random: Arc<dyn Random>) -> Self {
        Self { pool, clock, random, slot: Mutex::default() }
    }

    /// Begins a sign-in; an unfinished one is abandoned.
    pub async fn start(&self, configuration: Arc<AuthConfiguration>, parameters: Parameters) -> Result<Ended> {
        let number = self.cancel();
        let turn = dialog::start(configuration, parameters, self.inputs());
        let rest = drive(turn, &self.pool, &self.clock, &*self.random).await;
        self.settle(number, rest)
    }

    /// Answers the question of the unfinished sign-in. A failure that can be made good leaves it as it was.
    pub async fn answer(&self, text: &str, options: ConfirmSignInOptions) -> Result<Ended> {
        let (number, pending) = {
            let slot = self.lock();
            (slot.number, slot.pending.clone().ok_or(Error::NoSignInInProgress)?)
        };
        let turn = pending.dialog.answer(text, options);
        let rest = drive(turn, &self.pool, &self.clock, &*self.random).await;
        self.settle(number, rest)
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

    fn settle(&self, number: u64, rest: Rest) -> Result<Ended> {
        let mut slot = self.lock();
        if slot.number != number {
            return Err(Error::Superseded("another sign-in was begun meanwhile, or this one was cancelled"));
        }
        match rest {
            Rest::Ask { dialog, step } => {
                slot.pending = Some(Pending { dialog, step: step.clone(), asked_at: self.clock.now() });
                Ok(Ended::Step(step))
            }
            Rest::Done(tokens) => {
                slot.pending = None;
                Ok(Ended::Tokens(tokens))
            }
            Rest::Detour(step) => {
                slot.pending = None;
                Ok(Ended::Step(step))
            }
            Rest::Refused { dialog: Some(dialog), error } => {
                if let Some(pending) = &mut slot.pending {
                    pending.dialog = dialog;
                }
                Err(error)
            }
            Rest::Refused { dialog: None, error } => {
                slot.pending = None;
                Err(error)
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
