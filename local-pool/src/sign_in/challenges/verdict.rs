//! Why an answer is refused, and what becomes of its session and of the count of tries.

use crate::error::ServiceError;

#[derive(Debug)]
pub(crate) struct Wrong {
    pub error: ServiceError,
    /// Whether it was a guess. Otherwise it does not count.
    pub was_guess: bool,
    /// Whether the same question can be answered again.
    pub can_be_answered_again: bool,
}

impl Wrong {
    /// A wrong code: it counts, and another can be tried.
    pub fn guess(error: ServiceError) -> Self {
        Self { error, was_guess: true, can_be_answered_again: true }
    }

    /// A wrong proof: there is one a challenge (RFC 5054, section 2.6).
    pub fn last_guess(error: ServiceError) -> Self {
        Self { error, was_guess: true, can_be_answered_again: false }
    }
}

/// What is no answer at all, or cannot be judged now, costs nothing.
impl From<ServiceError> for Wrong {
    fn from(error: ServiceError) -> Self {
        Self { error, was_guess: false, can_be_answered_again: true }
    }
}
