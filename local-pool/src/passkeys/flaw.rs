/// Why what an authenticator sent is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Not what WebAuthn says it looks like.
    Malformed,
    /// Made for the other ceremony.
    OtherCeremony,
    OtherChallenge,
    OriginNotAllowed,
    OtherRelyingParty,
    UserNotPresent,
    UserNotVerified,
    /// A kind of key or of attestation that is not taken.
    NotSupported,
    WrongSignature,
    /// The counter has not grown: there may be a copy of the authenticator.
    CounterNotGrown,
    OtherUser,
}

pub(super) type Checked<T> = Result<T, Flaw>;
