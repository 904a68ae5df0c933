//! The loop that sends what the dialog asks for. It knows no challenge and no flow.

use crate::error::Error;
use crate::protocol::user_pool::UserPool;
use crate::storage::record::DeviceRecord;
use crate::support::clock::ServiceClock;
use crate::support::random::Random;

use super::context::Inputs;
use super::dialog::{Dialog, Finished, Turn};
use super::step::SignInStep;

/// Where the dialog came to rest.
#[derive(Debug)]
pub(super) enum Rest {
    Ask { dialog: Dialog, step: SignInStep },
    Done(Finished),
    Detour(SignInStep),
    Refused { dialog: Option<Dialog>, error: Error },
    DeviceRefused { device: DeviceRecord, error: Error },
}

pub(super) async fn drive(mut turn: Turn, pool: &UserPool, clock: &ServiceClock, random: &dyn Random) -> Rest {
    loop {
        match turn {
            Turn::Send { dialog, call } => {
                let reply = call.send(pool).await;
                turn = dialog.on_response(reply, Inputs { now: clock.now(), random });
            }
            Turn::Ask { dialog, step } => return Rest::Ask { dialog, step },
            Turn::Done(finished) => return Rest::Done(finished),
            Turn::Detour(step) => return Rest::Detour(step),
            Turn::DeviceRefused { device, error } => return Rest::DeviceRefused { device, error },
            Turn::Refused { dialog, error } => return Rest::Refused { dialog, error },
        }
    }
}
