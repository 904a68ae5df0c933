//! The calls about the session.

use std::sync::Arc;

use super::AuthCore;
use super::table::calls;
use crate::events::{AuthState, AuthUser};
use crate::ffi::refresh_metadata::{BridgedMetadata, RefreshMetadata};
use crate::ffi::session::CoreSession;
use crate::session::{FetchSessionOptions, SignOutOptions, SignOutResult};

calls! {
    /// Reads the stored session, if that has not been done yet, and gives the state.
    fn load(client) -> AuthState { client.load() }

    /// The session, with new tokens if the present ones are about to expire. What is fresh in memory is given by
    /// `fresh_session`, without a task.
    fn fetch_auth_session(client, options: FetchSessionOptions) -> CoreSession {
        async { client.asked_auth_session(options).await.map(CoreSession::from) }
    }

    /// Who is signed in, from memory or the store, never from the network.
    fn get_current_user(client) -> AuthUser { client.get_current_user() }

    /// Asks the service whether the signed-in user is still welcome.
    fn verify_session(client) -> AuthUser { client.verify_session() }

    /// Makes another account that is signed in here the current one.
    fn switch_account(client, user: AuthUser) -> () { client.switch_account(&user) }

    /// Signs out: here at once and always, then at the service. Fails only as cancelled or if this library is broken;
    /// the user is then signed out all the same.
    fn sign_out(client, options: SignOutOptions) -> SignOutResult { async { Ok(client.sign_out(options).await) } }
}

#[uniffi::export]
impl AuthCore {
    /// Has the metadata of refreshes asked for there; absent: no longer. Gives whether it was asked before.
    pub fn set_refresh_metadata(&self, metadata: Option<Arc<dyn RefreshMetadata>>) -> bool {
        self.client.set_refresh_metadata_provider(metadata.map(|asked| Arc::new(BridgedMetadata(asked)) as Arc<_>))
    }
}
