//! Portcullis: authentication for apps that use Amazon Cognito user pools. One Rust core, for Swift, Kotlin and Rust.
//!
//! ```no_run
//! # async fn example(json: &str, answer: &str) -> Result<(), portcullis::AuthError> {
//! use portcullis::{AuthClient, AuthConfiguration, AuthFlow, ConfirmSignInOptions, SignInOptions, SignInStep};
//!
//! let auth = AuthClient::new(AuthConfiguration::from_json(json)?);
//! let options = SignInOptions::new().auth_flow(AuthFlow::CustomWithoutSrp);
//! let mut result = auth.sign_in("ann", None, options).await?;
//! while let SignInStep::ConfirmSignInWithCustomChallenge { parameters } = &result.next_step {
//!     println!("the challenge says: {parameters:?}");
//!     result = auth.confirm_sign_in(answer, ConfirmSignInOptions::new()).await?;
//! }
//! let session = auth.fetch_auth_session(Default::default()).await?;
//! # Ok(()) }
//! ```
//!
//! The modules, from the ground up: [`config`](AuthConfiguration) and [`error`](AuthError); `protocol` (the wire), `srp`
//! (the proof of the password), `storage` ([`SecureStore`]) and `events` ([`AuthEvent`], [`AuthState`]); the features
//! `sign_in`, `account` and `session`; [`AuthClient`] on top. `ARCHITECTURE.md` has the picture and the rule.

mod support;

mod config;
mod error;
mod factors;

mod events;
mod protocol;
#[doc(hidden)]
pub mod srp;
mod storage;

mod account;
mod credentials;
mod devices;
mod hosted_ui;
mod mfa;
mod passkeys;
mod session;
mod sign_in;
mod threat_protection;

mod client;

mod ffi;

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;

pub use account::{
    AutoSignInOptions, ConfirmResetPasswordOptions, ConfirmSignUpOptions, ResendSignUpCodeOptions,
    ResetPasswordOptions, ResetPasswordResult, ResetPasswordStep, SendVerificationCodeOptions, SignUpOptions,
    SignUpResult, SignUpStep, UpdateUserAttributeResult, UpdateUserAttributeStep, UpdateUserAttributesOptions,
    VerifiedContacts,
};
#[cfg(feature = "aws-sdk")]
pub use client::AwsCredentialsProvider;
pub use client::{AuthClient, AuthClientBuilder, AuthSession, SessionIdentity};
pub use config::{
    AuthConfiguration, AuthConfigurationBuilder, AuthFlow, HostedUiConfiguration, IdentityPoolConfiguration,
    SignUpVerification,
};
pub use credentials::{
    AwsCredentials, AwsCredentialsOptions, AwsRequest, FederateOptions, FederatedInfo, FederatedProvider,
    FederatedToken, FederatedTokenFailure, FederatedTokenProvider,
};
pub use devices::AuthDevice;
pub use error::{AuthError, AuthErrorInfo, ErrorCode, PasskeyFailure};
pub use events::{AuthEvent, AuthState, AuthUser, EventStream, UnknownReason};
pub use factors::{CodeDeliveryDetails, DeliveryMedium, FirstFactor, MfaType, TotpSetupDetails};
pub use hosted_ui::{AuthProvider, WebUiRequest, WebUiSignInOptions};
pub use mfa::{MfaPreference, MfaSetting, VerifyTotpSetupOptions};
pub use passkeys::{ListPasskeysOptions, Passkey, PasskeyPage};
pub use protocol::user_pool::UserAttribute;
pub use protocol::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
pub use session::{
    AuthTokens, ClaimValue, FetchSessionOptions, RefreshMetadataProvider, RefreshMetadataUnavailable, SessionTokens,
    SignOutOptions, SignOutResult, TokenClaims, decode_claims,
};
pub use sign_in::{ConfirmSignInOptions, PendingSignIn, SignInOptions, SignInResult, SignInStep};
#[cfg(target_vendor = "apple")]
pub use storage::KeychainStore;
pub use storage::{
    ExistingSession, FileStore, LockOutcome, MemoryStore, MovingStore, SecureStore, StoreFailure, Stored,
};
pub use support::clock::{Clock, SystemClock};
pub use support::random::{Random, RandomUnavailable, SystemRandom};
pub use threat_protection::{DeviceFacts, DeviceFactsUnavailable};

uniffi::setup_scaffolding!("portcullis");
