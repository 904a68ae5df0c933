//! Roles by their ARNs.

use data_encoding::BASE32_NOPAD;

use crate::crypto::sha256;
use crate::model::pool::ACCOUNT_ID;

/// `arn:aws:iam::<account>:role/<path><name>`
pub(super) struct Role<'a> {
    pub account: &'a str,
    pub name: &'a str,
    arn: &'a str,
}

impl<'a> Role<'a> {
    pub fn of(arn: &'a str) -> Self {
        let account = arn.split(':').nth(4).filter(|account| !account.is_empty()).unwrap_or(ACCOUNT_ID);
        let name = arn.rsplit('/').next().unwrap_or(arn);
        Self { account, name, arn }
    }

    /// What `AROA` and the name of a session are, of a role that always has the same.
    pub fn session_id(&self, session: &str) -> String {
        let id = BASE32_NOPAD.encode(&sha256(&[self.arn.as_bytes()]));
        format!("AROA{}:{session}", id.get(..17).unwrap_or_default())
    }

    pub fn session_arn(&self, session: &str) -> String {
        format!("arn:aws:sts::{}:assumed-role/{}/{session}", self.account, self.name)
    }
}
