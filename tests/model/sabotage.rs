//! Faults that are planted to see that the model finds them. Each is in what the library is given, not in the library.

/// What is wrong on purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sabotage {
    #[default]
    None,
    /// The store's lock is everybody's: two processes refresh at once.
    LockForEverybody,
    /// The store says that it removed a record, and keeps it.
    ForgetsToRemove,
    /// The store returns before a write is durable.
    WritesLater,
    /// A call is made with the access token of another user.
    MixesUsers,
    /// Every request reaches the service twice.
    SendsTwice,
    /// The device's clocks stand still.
    ClockStandsStill,
}
