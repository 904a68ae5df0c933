//! `/logout`: where it leads. No I/O.

use super::parameters::Parameters;
use crate::model::client::Client;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Leads {
    /// To the app.
    To(String),
    /// To `/login`, to sign in as somebody else.
    ToSignIn,
    /// A page with this text.
    Nowhere(&'static str),
}

/// `client` is the one that `client_id` names, if there is one.
pub(crate) fn leads(asked: &Parameters, client: Option<&Client>) -> Leads {
    let no_client = Leads::Nowhere("Required String parameter 'client_id' is not present");
    let Some(client) = client.filter(|_| !asked.repeats("client_id")) else { return no_client };
    let registered = asked.get("logout_uri").filter(|uri| client.settings.logout_urls.iter().any(|known| known == uri));
    if let Some(uri) = registered.filter(|_| !asked.repeats("logout_uri")) {
        return Leads::To(super::back::in_ascii(uri));
    }
    if asked.get("redirect_uri").is_some() && asked.get("response_type").is_some() {
        return Leads::ToSignIn;
    }
    Leads::Nowhere("Required String parameter 'redirect_uri' is not present")
}
