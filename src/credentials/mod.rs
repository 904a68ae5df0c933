//! AWS credentials of an identity pool: for guests, for users of the user pool, and for whoever another provider vouches
//! for. The README beside this file has the diagrams and the rules.

mod aws_credentials;
mod aws_request;
mod exchange;
mod federated_info;
mod federation;
mod freshness;
mod identities;
mod provider;
mod signing;
mod token_provider;

pub use aws_credentials::{AwsCredentials, AwsCredentialsOptions};
pub use aws_request::AwsRequest;
pub use federated_info::{FederateOptions, FederatedInfo};
pub(crate) use federation::Federation;
pub(crate) use identities::{Identities, Login, Wanted};
pub use provider::FederatedProvider;
pub(crate) use signing::sign;
pub use token_provider::{FederatedToken, FederatedTokenFailure, FederatedTokenProvider};
