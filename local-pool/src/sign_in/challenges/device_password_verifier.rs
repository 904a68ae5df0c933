//! DEVICE_PASSWORD_VERIFIER: the proof of a remembered device. Found by its SECRET_BLOCK, as PASSWORD_VERIFIER is.

use serde_json::{Map, json};

use super::challenge::{Challenge, Kept, Put, state_of};
use super::srp_claim::{SrpClaim, SrpState};
use super::verdict::Wrong;
use crate::devices;
use crate::error::{Outcome, ServiceError};
use crate::sign_in::attempt::{Attempt, Choice, DeviceProof, Learned};
use crate::sign_in::context::{Response, SignIn};
use crate::sign_in::facts::Facts;
use crate::sign_in::sessions::Opened;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DevicePasswordVerifier {
    pub device_key: String,
}

impl Challenge for DevicePasswordVerifier {
    const NAME: &'static str = "DEVICE_PASSWORD_VERIFIER";
    const FORGOTTEN: bool = true;

    /// As a proof that is wrong.
    fn stale() -> ServiceError {
        ServiceError::wrong_credentials()
    }

    fn key(&self) -> String {
        format!("{} {}", Self::NAME, self.device_key)
    }

    async fn put(&self, sign_in: &SignIn<'_>, attempt: &Attempt, facts: &Facts<'_>) -> Outcome<Put> {
        let (Some(device), Some(Choice::Device { srp_a })) = (&facts.device, &attempt.choice) else {
            return Err(ServiceError::invalid_session());
        };
        let (state, block) = SrpState::begin(&sign_in.call.service.random, srp_a.clone(), device.verifier.clone());
        let parameters = Map::from_iter([
            ("USERNAME".to_owned(), json!(attempt.username)),
            ("DEVICE_KEY".to_owned(), json!(device.key)),
            ("SRP_B".to_owned(), json!(state.public_hex())),
            ("SALT".to_owned(), json!(SrpState::hex_number(&device.salt))),
            ("SECRET_BLOCK".to_owned(), json!(block.text())),
        ]);
        let kept = Kept::By { hash: block.hash(), session_too: true };
        Ok(Put { parameters, state: serde_json::to_value(&state)?, kept })
    }

    fn open(sign_in: &SignIn<'_>, response: &Response<'_>) -> Result<Opened, Wrong> {
        let found = SrpClaim::read(response.parameters)?.open(sign_in, response, Self::NAME)?;
        Ok(found.ok_or_else(|| ServiceError::wrong_credentials().because("no such SECRET_BLOCK"))?)
    }

    async fn judge(
        _: &SignIn<'_>,
        response: &Response<'_>,
        attempt: &Attempt,
        facts: &Facts<'_>,
    ) -> Result<Learned, Wrong> {
        let claim = SrpClaim::read(response.parameters)?;
        let state: SrpState = state_of(attempt)?;
        let wrong = || Wrong::last_guess(ServiceError::wrong_credentials().because("wrong proof of the device"));
        let (user, device) = facts.user.as_ref().zip(facts.device.as_ref()).ok_or_else(wrong)?;
        let is_this_device = response.parameters.get("DEVICE_KEY").is_none_or(|key| *key == device.key);
        let group_key = devices::group_key(facts.pool, user);
        if !is_this_device || device.verifier != state.verifier || !claim.proves(&state, &group_key, &device.key) {
            return Err(wrong());
        }
        Ok(Learned::Device(DeviceProof::of(device)))
    }
}
