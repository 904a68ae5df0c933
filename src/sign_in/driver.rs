//! The loop that sends what the dialog asks for. It knows no challenge and no flow.

use crate::protocol::user_pool::UserPool;
use crate::support::clock::ServiceClock;
use crate::support::random::Random;

use super::context::Inputs;
use super::dialog::{Outcome, Transition};

pub(super) async fn drive(mut next: Transition, pool: &UserPool, clock: &ServiceClock, random: &dyn Random) -> Outcome {
    loop {
        match next {
            Transition::Send { dialog, call } => {
                let reply = call.send(pool).await;
                next = dialog.on_response(reply, Inputs { now: clock.now(), random });
            }
            Transition::Stop(outcome) => return outcome,
        }
    }
}
