//! DEVICE_SRP_AUTH: a remembered device begins to prove that it is there, by SRP over a secret of its own.

use serde_json::{Map, Value, json};

use super::challenge::{Challenge, Kept, Put};
use super::verdict::Wrong;
use crate::crypto::sha256;
use crate::error::{Outcome, ServiceError};
use crate::sign_in::attempt::{Attempt, Choice, Learned};
use crate::sign_in::context::{Response, SignIn, required, srp_a};
use crate::sign_in::facts::Facts;
use crate::sign_in::sessions::{self, Opened};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeviceSrpAuth {
    pub device_key: String,
}

impl Challenge for DeviceSrpAuth {
    const NAME: &'static str = "DEVICE_SRP_AUTH";
    const FORGOTTEN: bool = true;

    fn key(&self) -> String {
        format!("{} {}", Self::NAME, self.device_key)
    }

    async fn put(&self, sign_in: &SignIn<'_>, attempt: &Attempt, _: &Facts<'_>) -> Outcome<Put> {
        let parameters = Map::from_iter([
            ("USERNAME".to_owned(), json!(attempt.username)),
            ("DEVICE_KEY".to_owned(), json!(self.device_key)),
        ]);
        // Some clients answer without a session.
        let kept = Kept::BySessionOr(name_hash(sign_in, &attempt.username, &self.device_key));
        Ok(Put { parameters, state: Value::Null, kept })
    }

    /// The attempt of the session, or else the last one of the user that waits for this device.
    fn open(sign_in: &SignIn<'_>, response: &Response<'_>) -> Result<Opened, Wrong> {
        if response.session.is_some() {
            return Ok(sessions::of_response(sign_in, response, Self::NAME)?);
        }
        let key = required(response.parameters, "DEVICE_KEY")?;
        let found = sessions::load_by_hash(sign_in, Self::NAME, &name_hash(sign_in, &response.named, key))?;
        let session = found.and_then(|found| found.attempt.session_hash).ok_or_else(ServiceError::invalid_session)?;
        // Both ways end at the session: of two answers only the first gets past.
        let opened = sessions::load_by_hash(sign_in, Self::NAME, &session)?;
        Ok(opened.ok_or_else(ServiceError::invalid_session)?)
    }

    async fn judge(
        _: &SignIn<'_>,
        response: &Response<'_>,
        attempt: &Attempt,
        _: &Facts<'_>,
    ) -> Result<Learned, Wrong> {
        let device_key = required(response.parameters, "DEVICE_KEY")?.to_owned();
        let srp_a = srp_a(response.parameters)?;
        if attempt.asked.as_ref() != Some(&Self { device_key }.key()) {
            return Err(ServiceError::invalid_session().because("another device was asked").into());
        }
        Ok(Learned::Choice(Choice::Device { srp_a }))
    }
}

fn name_hash(sign_in: &SignIn<'_>, username: &str, key: &str) -> [u8; 32] {
    // Neither a client id nor a user name has a blank in it.
    sha256(&[format!("device {} {username} {key}", sign_in.client.id).as_bytes()])
}
