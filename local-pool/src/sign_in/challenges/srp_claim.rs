//! What PASSWORD_VERIFIER and DEVICE_PASSWORD_VERIFIER have in common: the server's half of SRP while the challenge is
//! out, and the proof in the answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::timestamp::Timestamp;
use crate::crypto::{hex, same_secret, sha256, srp};
use crate::error::{Outcome, ServiceError};
use crate::random::Random;
use crate::sign_in::context::{Parameters, Response, SignIn, required};
use crate::sign_in::sessions::{self, Opened};

/// How far a client's clock may be off.
const SKEW_S: i64 = 300;

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SrpState {
    /// A, as the client sent it.
    pub client_public: String,
    pub secret: [u8; 32],
    pub public: Vec<u8>,
    /// The verifier that `public` was made from; another one in its place voids the challenge.
    pub verifier: Vec<u8>,
}

/// What a SECRET_BLOCK holds. The server keeps the attempt; to the client it is opaque either way.
pub(super) struct SecretBlock(String);

impl SecretBlock {
    pub fn text(&self) -> &str {
        &self.0
    }

    pub fn hash(&self) -> [u8; 32] {
        sessions::hash_of(&self.0)
    }
}

impl SrpState {
    pub fn begin(random: &Random, client_public: String, verifier: Vec<u8>) -> (Self, SecretBlock) {
        let secret = random.bytes::<32>();
        let public = srp::server_public(&verifier, &secret);
        let mut block = vec![0; 1_024];
        random.fill(&mut block);
        (Self { client_public, secret, public, verifier }, SecretBlock(STANDARD.encode(block)))
    }

    /// `SRP_B`
    pub fn public_hex(&self) -> String {
        Self::hex_number(&self.public)
    }

    /// A number as the service writes it: without leading zeros.
    pub fn hex_number(bytes: &[u8]) -> String {
        hex(bytes).trim_start_matches('0').to_owned()
    }
}

pub(super) struct SrpClaim<'a> {
    block: &'a str,
    signature: &'a str,
    timestamp: &'a str,
    time: Timestamp,
}

impl<'a> SrpClaim<'a> {
    pub fn read(parameters: &'a Parameters) -> Outcome<Self> {
        let block = required(parameters, "PASSWORD_CLAIM_SECRET_BLOCK")?;
        let signature = required(parameters, "PASSWORD_CLAIM_SIGNATURE")?;
        let timestamp = required(parameters, "TIMESTAMP")?;
        let time = Timestamp::read(timestamp).ok_or_else(|| {
            ServiceError::invalid_parameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
        })?;
        Ok(Self { block, signature, timestamp, time })
    }

    /// The attempt that the SECRET_BLOCK stands for; None when it is not this user's, not this challenge's, old or used.
    /// A session has to be the one that came with it.
    pub fn open(&self, sign_in: &SignIn<'_>, response: &Response<'_>, challenge: &str) -> Outcome<Option<Opened>> {
        let opened = sessions::load_by_hash(sign_in, challenge, &sha256(&[self.block.as_bytes()]))?;
        let Some(opened) = opened.filter(|opened| response.is_for(&opened.attempt)) else { return Ok(None) };
        let session_fits = response.session.is_none_or(|session| {
            let given = sessions::hash_of(session);
            opened.attempt.session_hash.is_some_and(|hash| same_secret(&hash, &given))
        });
        if !session_fits {
            return Err(ServiceError::invalid_session());
        }
        self.check_time(sign_in.call.service.now_ms())?;
        Ok(Some(opened))
    }

    /// Refuses what was not signed about now: before it is judged, so that it is no guess. The client can set its clock
    /// right and sign again.
    fn check_time(&self, now_ms: i64) -> Outcome<()> {
        let is_timely = self.time.is_exact && (self.time.epoch_s - now_ms.div_euclid(1000)).abs() <= SKEW_S;
        if is_timely { Ok(()) } else { Err(ServiceError::wrong_credentials().because("TIMESTAMP is not about now")) }
    }

    /// Whether the signature proves the secret of `id` in `group`: a user in a pool, or a device in its group.
    pub fn proves(&self, state: &SrpState, group: &str, id: &str) -> bool {
        let (Ok(block), Ok(signature)) = (STANDARD.decode(self.block), STANDARD.decode(self.signature)) else {
            return false;
        };
        let Ok(client_public) = srp::client_public(&state.client_public) else { return false };
        let key = srp::session_key(&client_public, &state.verifier, &state.secret, &state.public);
        same_secret(&srp::proof(&key, group, id, &block, self.timestamp), &signature)
    }
}
