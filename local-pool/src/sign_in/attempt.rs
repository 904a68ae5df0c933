//! An unfinished sign-in as a value: who signs in and how, what was proven, which question is out. No I/O.
//!
//! A proof remembers what it was made with. Once that is replaced (another password, another address, a passkey that was
//! deleted) it proves nothing any more: see [`FirstProof::holds`] and its like.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::crypto::{hex, sha256};
use crate::devices::Device;
use crate::passkeys::Passkey;
use crate::pools::Pool;
use crate::users::first_factors::FirstFactor;
use crate::users::mfa::Factor;
use crate::users::{User, names};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Flow {
    UserSrp,
    UserPassword,
    Custom,
    /// USER_AUTH.
    Choice,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub flow: Flow,
    /// The internal user name, or what stands for it when the user is not known and that is hidden.
    pub username: String,
    /// What was typed at the start.
    pub typed: String,
    /// Whose sign-in it is; None for somebody who is not known. Whoever takes the name of a deleted user is another.
    pub sub: Option<String>,
    pub proven: Proven,
    /// What the person chose last.
    pub choice: Option<Choice>,
    pub custom: Option<CustomState>,
    /// The client's `A`, where the password is to be proven by SRP.
    pub srp_a: Option<String>,
    /// `DEVICE_KEY`, as last sent.
    pub device_key: Option<String>,
    /// The question that is out, as its challenge words it.
    pub asked: Option<String>,
    /// What the challenge that is out needs to judge the answer; its own affair.
    pub state: Value,
    /// The hash of the session that goes with a question that can be answered without one.
    pub session_hash: Option<[u8; 32]>,
}

/// What was proven, and with what.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Proven {
    pub first: Option<FirstProof>,
    /// Whether the password was replaced in this sign-in.
    pub new_password: bool,
    pub second: Option<SecondProof>,
    pub device: Option<DeviceProof>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FirstProof {
    Password {
        verifier: Fingerprint,
        /// Whether it was proven under another name than the user's own.
        under_alias: bool,
    },
    /// A code to an address.
    Code {
        factor: FirstFactor,
        address: String,
    },
    Passkey {
        credential_id: Vec<u8>,
    },
    /// The sign-up that this sign-in goes on from, which verifies the address.
    SignUp {
        factor: FirstFactor,
        address: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SecondProof {
    pub factor: Factor,
    /// Of the secret of the authenticator app, or of the address that the code went to.
    pub with: Fingerprint,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeviceProof {
    pub key: String,
    pub verifier: Fingerprint,
}

/// Tells two secrets apart without holding them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fingerprint(String);

/// A choice of the person's, or what their software sends to begin a proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Choice {
    First(FirstFactor),
    Second(Factor),
    /// The address that MFA_SETUP is to send a code to.
    SetUp {
        email: String,
    },
    /// The `A` that a remembered device begins its proof with.
    Device {
        srp_a: String,
    },
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct CustomState {
    pub history: Vec<ChallengeResult>,
    /// What the define trigger said last, until it is answered.
    pub said: Option<Said>,
}

/// What the define trigger says is to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Said {
    Tokens,
    Fail,
    Challenge(String),
}

/// An entry of `session` in the events of the custom flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChallengeResult {
    pub challenge_name: String,
    pub challenge_result: bool,
    pub challenge_metadata: Option<String>,
}

/// What a right answer is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Learned {
    First(FirstProof),
    /// The password was replaced; the proof is of the new one.
    NewPassword(FirstProof),
    Second(SecondProof),
    Device(DeviceProof),
    /// Nothing yet.
    Choice(Choice),
    /// A choice of first factor that came with the client's `A`.
    SrpBegun(FirstFactor, String),
    /// What the verify trigger made of an answer to a custom challenge.
    Custom(ChallengeResult),
}

impl Attempt {
    pub fn new(flow: Flow, username: &str, typed: &str, user: Option<&User>) -> Self {
        Self {
            flow,
            username: username.into(),
            typed: names::typed(typed),
            sub: user.map(|user| user.sub.clone()),
            proven: Proven::default(),
            choice: None,
            custom: (flow == Flow::Custom).then(CustomState::default),
            srp_a: None,
            device_key: None,
            asked: None,
            state: Value::Null,
            session_hash: None,
        }
    }

    /// Takes in what the answer to `challenge` was worth. The custom flow's triggers get to see what was proven.
    pub fn learn(&mut self, challenge: &str, learned: Learned) {
        let mut entry = Some(ChallengeResult::built_in(challenge));
        match learned {
            Learned::First(proof) => self.proven.first = Some(proof),
            Learned::NewPassword(proof) => {
                self.proven.first = Some(proof);
                self.proven.new_password = true;
            }
            Learned::Second(proof) => self.proven.second = Some(proof),
            Learned::Custom(result) => entry = Some(result),
            Learned::Choice(choice) => {
                self.choice = Some(choice);
                return;
            }
            Learned::SrpBegun(factor, srp_a) => {
                self.choice = Some(Choice::First(factor));
                self.srp_a = Some(srp_a);
                return;
            }
            // Comes after the custom flow's last word.
            Learned::Device(proof) => {
                self.proven.device = Some(proof);
                return;
            }
        }
        self.choice = None;
        if let Some(custom) = &mut self.custom {
            custom.history.extend(entry);
            custom.said = None;
        }
    }

    pub fn is_proven_under_alias(&self) -> bool {
        matches!(self.proven.first, Some(FirstProof::Password { under_alias: true, .. }))
    }
}

impl FirstProof {
    pub fn password(user: &User, under_alias: bool) -> Self {
        Self::Password { verifier: Fingerprint::of(&user.verifier), under_alias }
    }

    /// Whether it still proves something of a user with these passkeys.
    pub fn holds(&self, pool: &Pool, user: &User, passkeys: &[Passkey]) -> bool {
        match self {
            Self::Password { verifier, .. } => user.has_password() && *verifier == Fingerprint::of(&user.verifier),
            Self::Code { factor, address } | Self::SignUp { factor, address } => {
                let current = factor.attribute().and_then(|attribute| user.attribute(attribute));
                factor.is_allowed(pool) && current == Some(address)
            }
            Self::Passkey { credential_id } => {
                FirstFactor::WebAuthn.is_allowed(pool)
                    && passkeys.iter().any(|passkey| passkey.credential_id == *credential_id)
            }
        }
    }
}

impl SecondProof {
    /// A proof of `factor` as the user has it; None where they have nothing to prove it with.
    pub fn of(factor: Factor, user: &User) -> Option<Self> {
        let with = match factor.attribute() {
            Some(attribute) => user.attribute(attribute)?.as_bytes(),
            None => user.mfa.software_token.as_ref()?.secret.as_bytes(),
        };
        Some(Self { factor, with: Fingerprint::of(with) })
    }

    pub fn holds(&self, user: &User) -> bool {
        Self::of(self.factor, user).as_ref() == Some(self)
    }
}

impl DeviceProof {
    pub fn of(device: &Device) -> Self {
        Self { key: device.key.clone(), verifier: Fingerprint::of(&device.verifier) }
    }

    /// Whether the device is still one that proves something.
    pub fn holds(&self, device: &Device) -> bool {
        device.remembered && *self == Self::of(device)
    }
}

impl Fingerprint {
    pub fn of(secret: &[u8]) -> Self {
        Self(hex(&sha256(&[secret])))
    }
}

impl ChallengeResult {
    pub fn built_in(name: &str) -> Self {
        Self { challenge_name: name.into(), challenge_result: true, challenge_metadata: None }
    }
}
