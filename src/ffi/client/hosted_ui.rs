//! Signing in and out on the pool's hosted pages.

use super::AuthCore;
use super::table::calls;
use crate::error::AuthError;
use crate::ffi::secret_text::SecretText;
use crate::hosted_ui::{WebUiRequest, WebUiSignInOptions};
use crate::sign_in::SignInResult;

calls! {
    /// Begins a sign-in on the hosted pages.
    fn begin_web_ui_sign_in(client, options: WebUiSignInOptions) -> WebUiRequest { client.begin_web_ui_sign_in(options) }

    /// Completes it with the URL that the browser came back with.
    fn complete_web_ui_sign_in(client, callback_url: SecretText) -> SignInResult {
        client.complete_web_ui_sign_in(&*callback_url)
    }
}

#[uniffi::export]
impl AuthCore {
    /// Says that the person closed the browser.
    pub fn cancel_web_ui_sign_in(&self) {
        self.client.cancel_web_ui_sign_in();
    }

    /// The page that ends the browser's own session.
    pub fn web_ui_sign_out(&self, redirect_uri: Option<String>) -> Result<WebUiRequest, AuthError> {
        self.client.web_ui_sign_out(redirect_uri)
    }
}
