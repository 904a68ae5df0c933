//! The signed-in user's second factors.

use super::AuthCore;
use super::table::calls;
use crate::factors::TotpSetupDetails;
use crate::mfa::{MfaPreference, MfaSetting, VerifyTotpSetupOptions};

calls! {
    /// Begins to set up an authenticator app for the signed-in user.
    fn set_up_totp(client) -> TotpSetupDetails { client.set_up_totp() }

    /// Ends setting up an authenticator app, with a code that it shows.
    fn verify_totp_setup(client, code: String, options: VerifyTotpSetupOptions) -> () {
        client.verify_totp_setup(code, options)
    }

    /// The second factors that sign-in asks the signed-in user for.
    fn fetch_mfa_preference(client) -> MfaPreference { client.fetch_mfa_preference() }

    /// Changes the second factors that sign-in asks the signed-in user for; one that is not given stays as it is.
    fn update_mfa_preference(
        client, sms: Option<MfaSetting>, totp: Option<MfaSetting>, email: Option<MfaSetting>,
    ) -> () {
        client.update_mfa_preference(sms, totp, email)
    }
}
