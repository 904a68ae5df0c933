//! What the options of calls have in common.

/// For options with `client_metadata`: the defaults, and a way to add an entry.
macro_rules! client_metadata_builder {
    ($($options:ty),+) => { $(
        impl $options {
            /// The defaults.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }

            /// Adds an entry for the pool's Lambda triggers.
            #[must_use]
            pub fn client_metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
                self.client_metadata.insert(key.into(), value.into());
                self
            }
        }
    )+ };
}

pub(crate) use client_metadata_builder;
