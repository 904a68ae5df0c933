//! How the table of errors becomes types.

/// Makes [`AuthError`](super::AuthError) of the cases and [`ErrorCode`](super::ErrorCode) of the codes in them.
macro_rules! errors {
    ($(
        $(#[doc = $case_doc:literal])+
        $case:ident {
            $($(#[doc = $meaning:literal])+ $code:ident = $text:literal, $retryable:literal, $recovery:literal;)+
        }
    )+) => {
        /// Every failure of every call: one case per thing that the caller can do about it.
        /// The [`AuthErrorInfo`] in each case holds the stable code, a recovery sentence and the facts for a bug report.
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
        #[uniffi(name = "CoreError")]
        pub enum AuthError {
            $($(#[doc = $case_doc])+ #[error("{info}")] $case {
                /// The details.
                info: AuthErrorInfo,
            },)+
        }

        /// A stable error code. [`ErrorCode::as_str`] is what crosses to Swift and Kotlin and what logs should hold.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[doc = concat!("`", $text, "`:", $($meaning),+, " ", $recovery)] $code,)+)+
        }

        impl AuthError {
            /// The details, whatever the case.
            #[must_use]
            pub const fn info(&self) -> &AuthErrorInfo {
                match self { $(Self::$case { info })|+ => info }
            }
        }

        impl ErrorCode {
            /// Every code there is, by the cases of [`AuthError`].
            pub const ALL: &'static [Self] = &[$($(Self::$code),+),+];

            /// The code as text, for example `code_mismatch`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($(Self::$code => $text),+),+ }
            }

            /// One sentence: what happened. An error has it for its text where nothing closer is known.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $($(Self::$code => concat!($($meaning),+).trim_ascii()),+),+ }
            }

            /// One sentence for the developer: what to do about it.
            #[must_use]
            pub const fn recovery(self) -> &'static str {
                match self { $($(Self::$code => $recovery),+),+ }
            }

            /// Whether the same call can succeed later without anything else being changed.
            #[must_use]
            pub const fn is_retryable(self) -> bool {
                match self { $($(Self::$code => $retryable),+),+ }
            }

            /// The case's name and what it says of itself, for what is written from the table.
            #[doc(hidden)]
            #[must_use]
            pub const fn case(self) -> (&'static str, &'static str) {
                match self {
                    $($(Self::$code)|+ => (stringify!($case), concat!($($case_doc),+).trim_ascii()),)+
                }
            }

            /// The public error of this code.
            pub(super) fn error(self, info: AuthErrorInfo) -> AuthError {
                match self { $($(Self::$code)|+ => AuthError::$case { info },)+ }
            }
        }
    };
}

pub(super) use errors;
