//! What each call of the library does, step by step. `trace.rs` runs the real client and compares.

use super::transaction::Call;
use super::world::Step;

use Step::{
    Adopted, AskForSession, AskForTokens, Begin, Enter, Forget, Generation, Hold, Leave, Load, Lock, Looked, News,
    Release, Renew, Renewed, Revoke, SignOut, SignedIn, SignedOut, Started, Switch, Switched, Tidy, Unlock, Whose,
};

/// `manager.rs`, `load`, the first time and later.
pub const START: &[Step] = &[Enter, Load, Started, Leave, Lock, Tidy, Unlock];
pub const LOOK: &[Step] = &[Generation, Looked, Enter, Load, News, Leave];
/// `manager.rs`, `establish`; and where the user signed out meanwhile.
pub const SIGN_IN: &[Step] = &[AskForSession, Enter, Lock, Begin, Unlock, SignedIn, Leave, Revoke];
pub const UNDO: &[Step] = &[Lock, SignOut, Unlock, SignedOut, Leave, Revoke];
/// `manager.rs`, `switch`.
pub const SWITCH: &[Step] = &[Enter, Lock, Switch, Unlock, Switched, Leave];
/// `sign_out.rs`, `sign_out`.
pub const SIGN_OUT: &[Step] = &[Forget, Enter, Generation, Whose, Lock, SignOut, Unlock, SignedOut, Leave, Revoke];
/// `refresh.rs`, `renew_locked` and `take`; `take_verdict`.
pub const REFRESH: &[Step] = &[Hold, Step::Session, Adopted, AskForTokens, Enter, Renew, Renewed, Leave, Release];
pub const VERDICT: &[Step] = &[Step::Session, Adopted, Enter, Renew, Renewed, Leave, Release];
pub const LEAVE: &[Step] = &[Leave, Release];
pub const RELEASE: &[Step] = &[Release];
/// Planted.
pub const LOOKING_REFRESH: &[Step] =
    &[Step::Session, Adopted, Hold, AskForTokens, Enter, Renew, Renewed, Leave, Release];

/// How the service and the lock treat a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    Done,
    /// The service does it, and its answer gets lost.
    AnswerLost,
    /// It does not reach the service.
    Unreachable,
    /// A sign-out does not wait for the lock any longer.
    WithoutLock,
}

/// What others can see of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    Nothing,
    Lock,
    Unlock,
    Store(Call),
    /// So many of this kind.
    Requests(&'static str, usize),
}
