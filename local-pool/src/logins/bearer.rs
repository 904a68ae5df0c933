use serde_json::{Map, Value};

use crate::model::identity::LinkedLogin;

/// Somebody who has proven to be who a provider says.
#[derive(Debug)]
pub(crate) struct Bearer {
    /// The provider, by one name whatever the request called it.
    pub provider: String,
    pub subject: String,
    /// By what the pool's role mappings and principal tags know the provider.
    pub mapping_key: String,
    /// The last member of `amr`.
    pub method: String,
    /// Of the id token; of what the provider tells about an access token.
    pub claims: Map<String, Value>,
}

impl Bearer {
    pub fn link(&self) -> LinkedLogin {
        LinkedLogin { provider: self.provider.clone(), subject: self.subject.clone(), developer: false }
    }
}
