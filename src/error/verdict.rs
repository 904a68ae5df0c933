//! The one answer to the question whether a failure is a verdict.

use super::{Error, meaning_of};

/// What a failure says about the thing it met: a session, a device, a challenge, a sign-up's promise to sign in.
///
/// | failure | verdict |
/// |---|---|
/// | no connection, no answer, a broken one, one that is not the service's or makes no sense | `None` |
/// | throttled, too many attempts, an internal error of the service, two calls at once | `None` |
/// | a firewall's word: `ForbiddenException`, "due to WAF" in a `NotAuthorizedException` | `None` |
/// | an exception that the table does not list, under any status, 403 included | `None` |
/// | a trigger or a pool that does not work (`UnexpectedLambdaException`, a role, a template) | `None` |
/// | the store, a cancelled or superseded call, a closed client, an argument refused here | `None` |
/// | `RefreshTokenReuseException`, `UserNotFoundException` and the others that the table lists as an end | `EndsSession` |
/// | every other listed exception | `Refused` |
///
/// It is another question than [`ErrorCode::is_retryable`](super::ErrorCode::is_retryable), which tells a caller
/// whether calling again at once has a point: a firewall's refusal has none, and is no verdict all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It says nothing: whatever it met stays as it is and may be tried again.
    None,
    /// The service itself refused this request for good.
    Refused,
    /// As `Refused`, and in the answer to a refresh, only there, the end of the session.
    EndsSession,
}

impl Error {
    /// What the failure says about the thing it met.
    pub(crate) fn verdict(&self) -> Verdict {
        match self {
            Self::Service(error) => meaning_of(error).verdict,
            // `VerifySoftwareToken` answers this with a status instead of an exception.
            Self::TotpNotVerified => Verdict::Refused,
            _ => Verdict::None,
        }
    }
}
