//! What the server remembers between two requests of a sign-in, and the sessions that stand for it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::SignIn;
use crate::crypto::sha256;
use crate::error::{Outcome, ServiceError};
use crate::service::Call;
use crate::store::sessions::{self, SessionRow};
use crate::users::mfa::Factor;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Flow {
    UserSrp,
    UserPassword,
    Custom,
    /// USER_AUTH.
    Choice,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub flow: Flow,
    /// The internal user name, or what stands for it when the user is not known and that is hidden.
    pub username: String,
    /// What was typed at the start.
    pub typed: String,
    pub known: bool,
    pub srp: Option<SrpState>,
    pub custom: Option<CustomState>,
    pub new_password_set: bool,
    /// The hash of the session that goes with a SECRET_BLOCK, where one was given.
    pub session_hash: Option<[u8; 32]>,
    /// The code that was sent for the challenge that is out.
    #[serde(default)]
    pub code: Option<SentCode>,
    /// What SELECT_MFA_TYPE or MFA_SETUP lets the user choose from.
    #[serde(default)]
    pub offered: Vec<Factor>,
    /// Whether VerifySoftwareToken succeeded with a session of this attempt.
    #[serde(default)]
    pub software_token_verified: bool,
    /// What a passkey is to sign.
    #[serde(default)]
    pub passkey_challenge: Option<[u8; 32]>,
    /// Whether a second factor was proven.
    #[serde(default)]
    pub second_factor_proven: bool,
    /// Whether the password was proven under another name than the user's own.
    #[serde(default)]
    pub proven_under_alias: bool,
    /// `DEVICE_KEY`, as last sent.
    #[serde(default)]
    pub device_key: Option<String>,
    /// The remembered device that is being asked for its proof.
    #[serde(default)]
    pub device: Option<DeviceStep>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct DeviceStep {
    pub key: String,
    /// Once its `SRP_A` has come.
    pub srp: Option<SrpState>,
}

/// A code in a message, as long as its challenge is out.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SentCode {
    pub code: String,
    /// `email` or `phone_number`.
    pub attribute: String,
    pub address: String,
    /// Whether the code stands in place of the password; otherwise it follows it.
    pub first_factor: bool,
    /// Whether a right code makes the address the user's, as in MFA_SETUP.
    pub sets_attribute: bool,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SrpState {
    /// A, as the client sent it.
    pub client_public: String,
    pub secret: [u8; 32],
    pub public: Vec<u8>,
    /// The verifier that `public` was made from; a password change in between voids the attempt.
    pub verifier: Vec<u8>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct CustomState {
    pub history: Vec<ChallengeResult>,
    /// The metadata and private parameters of the challenge that is out.
    pub challenge_metadata: Option<String>,
    pub private_parameters: Map<String, Value>,
}

/// An entry of `session` in the events of the custom flow.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChallengeResult {
    pub challenge_name: String,
    pub challenge_result: bool,
    pub challenge_metadata: Option<String>,
}

impl ChallengeResult {
    pub fn built_in(name: &str) -> Self {
        Self { challenge_name: name.into(), challenge_result: true, challenge_metadata: None }
    }
}

impl Attempt {
    pub fn new(flow: Flow, username: &str, typed: &str, known: bool) -> Self {
        Self {
            flow,
            username: username.into(),
            typed: typed.into(),
            known,
            srp: None,
            custom: (flow == Flow::Custom).then(CustomState::default),
            new_password_set: false,
            session_hash: None,
            code: None,
            offered: Vec::new(),
            software_token_verified: false,
            passkey_challenge: None,
            second_factor_proven: false,
            proven_under_alias: false,
            device_key: None,
            device: None,
        }
    }
}

/// An attempt found by its session.
pub(crate) struct Opened {
    pub hash: [u8; 32],
    pub attempt: Attempt,
}

/// A text nobody can guess, with the look and the length of Cognito's sessions.
pub(crate) fn new_session(sign_in: &SignIn<'_>) -> String {
    format!("AYABe{}", sign_in.call.service.random.base64url(1_080))
}

/// Keeps an attempt under a new session.
pub(crate) fn open(sign_in: &SignIn<'_>, challenge: &str, attempt: &Attempt) -> Outcome<String> {
    let session = new_session(sign_in);
    keep(sign_in, challenge, attempt, &sha256(&[session.as_bytes()]))?;
    Ok(session)
}

/// Keeps an attempt under the hash of whatever the client will send back.
pub(crate) fn keep(sign_in: &SignIn<'_>, challenge: &str, attempt: &Attempt, hash: &[u8; 32]) -> Outcome<()> {
    let service = &sign_in.call.service;
    let now = service.now_ms();
    let row = SessionRow {
        client_id: sign_in.client.id.clone(),
        challenge: challenge.into(),
        attempt: serde_json::to_string(&with_device_key(sign_in, attempt.clone()))?,
        expires_ms: now + sign_in.client.session_life_ms(),
        used: false,
    };
    service.store.write(|db| sessions::insert(db, hash, &row, now))
}

/// The attempt with the request's `DEVICE_KEY`: clients need not send it each time.
fn with_device_key(sign_in: &SignIn<'_>, attempt: Attempt) -> Attempt {
    let device_key = sign_in.device_key.clone().or(attempt.device_key);
    Attempt { device_key, ..attempt }
}

/// The client a session was given to, for requests that do not name it.
pub(crate) fn client_of(call: &Call, session: &str) -> Outcome<String> {
    let row = call.service.store.read(|db| sessions::find(db, &sha256(&[session.as_bytes()])))?;
    row.map(|row| row.client_id).ok_or_else(ServiceError::invalid_session)
}

/// The attempt of a session that was given to this client for this challenge and is neither old nor used.
pub(crate) fn load(sign_in: &SignIn<'_>, challenge: &str, session: &str) -> Outcome<Opened> {
    let hash = sha256(&[session.as_bytes()]);
    let row = find(sign_in, challenge, &hash)?.ok_or_else(ServiceError::invalid_session)?;
    if row.used {
        return Err(used_up());
    }
    if row.expires_ms <= sign_in.call.service.now_ms() {
        return Err(ServiceError::not_authorized("Invalid session for the user, session is expired."));
    }
    Ok(Opened { hash, attempt: with_device_key(sign_in, serde_json::from_str(&row.attempt)?) })
}

/// As [`load`], by the hash the attempt is kept under; there is no telling why one is not good.
pub(crate) fn load_by_hash(sign_in: &SignIn<'_>, challenge: &str, hash: &[u8; 32]) -> Outcome<Option<Opened>> {
    let now = sign_in.call.service.now_ms();
    let row = find(sign_in, challenge, hash)?.filter(|row| !row.used && row.expires_ms > now);
    row.map(|row| Ok(Opened { hash: *hash, attempt: with_device_key(sign_in, serde_json::from_str(&row.attempt)?) }))
        .transpose()
}

/// Uses a session up; of two requests with the same one only the first gets past this.
pub(crate) fn consume(sign_in: &SignIn<'_>, hash: &[u8; 32]) -> Outcome<()> {
    let first = sign_in.call.service.store.write(|db| sessions::consume(db, hash))?;
    if first { Ok(()) } else { Err(used_up()) }
}

/// Forgets a session; sent again, it is garbage.
pub(crate) fn forget(sign_in: &SignIn<'_>, hash: &[u8; 32]) -> Outcome<()> {
    let first = sign_in.call.service.store.write(|db| sessions::delete(db, hash))?;
    if first { Ok(()) } else { Err(ServiceError::invalid_session()) }
}

fn find(sign_in: &SignIn<'_>, challenge: &str, hash: &[u8; 32]) -> Outcome<Option<SessionRow>> {
    let row = sign_in.call.service.store.read(|db| sessions::find(db, hash))?;
    Ok(row.filter(|row| row.client_id == sign_in.client.id && row.challenge == challenge))
}

fn used_up() -> ServiceError {
    ServiceError::not_authorized("Invalid session for the user, session can only be used once.")
}
