use serde::Serialize;

/// A message with a code in it.
#[derive(Clone, PartialEq, Serialize)]
pub struct SentMessage {
    /// The pool's id.
    pub pool: String,
    /// The internal user name.
    pub user: String,
    /// `signup`, `resend`, `forgot`, `attr`, `invite`; `sms` and `email` are codes of a sign-in.
    pub kind: String,
    /// `EMAIL` or `SMS`.
    pub medium: String,
    /// Where it went, unmasked.
    pub destination: String,
    /// The attribute the destination is from: `email` or `phone_number`.
    pub attribute: String,
    /// The code; in an invitation the temporary password.
    pub code: String,
    /// Empty for an SMS.
    pub subject: String,
    pub message: String,
    /// Seconds after 1970-01-01T00:00Z, by the server's clock.
    pub sent_at: f64,
}

impl std::fmt::Debug for SentMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SentMessage")
            .field("pool", &self.pool)
            .field("user", &self.user)
            .field("kind", &self.kind)
            .field("medium", &self.medium)
            .finish_non_exhaustive()
    }
}
