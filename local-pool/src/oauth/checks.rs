//! The checks of `/oauth2/authorize` and `/login`, in the service's order. No I/O.

use super::back::Back;
use super::parameters::Parameters;
use super::scopes;
use crate::model::client::Client;

/// What is asked for and may be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Granted {
    pub back: Back,
    pub scopes: Vec<String>,
    /// `code_challenge`; its method is S256.
    pub challenge: Option<String>,
    pub nonce: Option<String>,
    pub resource: Option<String>,
    pub prompt: Prompt,
    /// How old a sign-in may be, in seconds.
    pub max_age_s: Option<i64>,
    /// The one that the app named, `COGNITO` for the pool itself.
    pub provider: Option<String>,
    pub login_hint: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prompt {
    /// Answer at once, by the session that there is or not at all.
    pub none: bool,
    /// Sign in anew.
    pub login: bool,
    pub select_account: bool,
}

/// Why not, and where that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// On `/error`: nothing the app sent is to be trusted with an answer.
    ErrorPage { error: &'static str, client_id: Option<String> },
    /// In a text of the service, on a page.
    Page(&'static str),
    /// To the app.
    Back { back: Back, error: &'static str, description: Option<&'static str> },
    /// On the page of the sign-in: the provider that was asked for is none of the client's.
    NoSuchOption(Back),
}

/// An identity provider of the pool, as far as these checks know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct KnownProvider {
    pub name: String,
    pub identifiers: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    Authorize,
    Login,
}

/// The parameters that mean something; each may be there once (RFC 6749, section 3.1).
const PARAMETERS: [&str; 13] = [
    "response_type",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "identity_provider",
    "idp_identifier",
    "nonce",
    "prompt",
    "login_hint",
    "lang",
    "resource",
    "max_age",
];
const OFF: &str = "Client is not enabled for OAuth2.0 flows.";
const LONGEST: usize = 2_048;

/// `client` is the one that `client_id` names, if there is one.
pub(crate) fn judge(
    asked: &Parameters,
    client: Option<&Client>,
    providers: &[KnownProvider],
    at: At,
) -> Result<Granted, Refusal> {
    let unclear = |names: &[&str]| names.iter().any(|name| asked.repeats(name));
    let Some(client) = client.filter(|_| !asked.repeats("client_id")) else {
        let client_id = asked.get("client_id").map(str::to_owned);
        return Err(Refusal::ErrorPage { error: "invalid_request", client_id });
    };
    let Some(redirect_uri) = asked.get("redirect_uri") else {
        return Err(Refusal::Page("Required String parameter 'redirect_uri' is not present"));
    };
    // Byte for byte, and by no other rule.
    let is_registered = client.settings.callback_urls.iter().any(|known| known == redirect_uri);
    if !is_registered || asked.repeats("redirect_uri") {
        return Err(match at {
            At::Authorize => Refusal::ErrorPage { error: "redirect_mismatch", client_id: Some(client.id.clone()) },
            At::Login => Refusal::Page(OFF),
        });
    }
    let response_type = asked.get("response_type");
    let back = Back {
        redirect_uri: redirect_uri.to_owned(),
        state: asked.get("state").filter(|_| !asked.repeats("state")).map(str::to_owned),
        in_fragment: response_type == Some("token"),
    };
    let refuse = |error, description| Err(Refusal::Back { back: back.clone(), error, description });
    if !client.settings.allowed_oauth_flows_user_pool_client {
        return refuse("invalid_request", Some(OFF));
    }
    let flow = match response_type {
        Some("code") => "code",
        Some("token") => "implicit",
        _ => return refuse("invalid_request", None),
    };
    let challenge = asked.get("code_challenge");
    let pair_fits = match (challenge, asked.get("code_challenge_method")) {
        (None, None) => true,
        (Some(challenge), Some("S256")) => is_sha256(challenge),
        _ => false,
    };
    let resource = asked.get("resource");
    let resource_fits = resource.is_none_or(is_absolute_url);
    if unclear(&PARAMETERS) || !pair_fits || !resource_fits {
        return refuse("invalid_request", None);
    }
    if !client.allows_oauth(flow) {
        return refuse("unauthorized_client", None);
    }
    let Some(scopes) = scopes::granted(client, asked.get("scope")) else {
        return refuse("invalid_request", Some("invalid_scope"));
    };
    let provider = match (asked.get("identity_provider"), asked.get("idp_identifier")) {
        (None, None) => None,
        (Some(name), None) => Some(named(name, client, providers)),
        (None, Some(identifier)) => Some(identified(identifier, client, providers)),
        // Which of the two is meant is not said.
        (Some(_), Some(_)) => Some(None),
    };
    let provider = match provider {
        Some(None) => return Err(Refusal::NoSuchOption(back)),
        Some(found) => found,
        None => None,
    };
    let text = |name: &str| asked.get(name).filter(|text| text.len() <= LONGEST).map(str::to_owned);
    Ok(Granted {
        scopes,
        challenge: challenge.map(str::to_owned),
        nonce: text("nonce"),
        resource: resource.map(str::to_owned),
        prompt: prompt(asked.get("prompt").unwrap_or_default()),
        max_age_s: asked.get("max_age").and_then(|text| text.parse().ok()).filter(|age| *age >= 0),
        provider,
        login_hint: text("login_hint"),
        back,
    })
}

fn named(name: &str, client: &Client, providers: &[KnownProvider]) -> Option<String> {
    let exists = name == "COGNITO" || providers.iter().any(|known| known.name == name);
    (exists && client.offers(name)).then(|| name.to_owned())
}

fn identified(identifier: &str, client: &Client, providers: &[KnownProvider]) -> Option<String> {
    let found = providers.iter().find(|known| known.identifiers.iter().any(|known| known == identifier));
    found.map(|known| known.name.clone()).filter(|name| client.offers(name))
}

/// A list; values that nobody knows are passed over: Android sends `null`.
fn prompt(list: &str) -> Prompt {
    let has = |name: &str| list.split(' ').any(|listed| listed == name);
    Prompt { none: has("none"), login: has("login"), select_account: has("select_account") }
}

/// Whether a text can be a SHA-256 in base64url (RFC 7636, section 4.2).
fn is_sha256(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// As RFC 8707 wants a resource: absolute and without a fragment.
fn is_absolute_url(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    let has_scheme = scheme.is_some_and(|scheme| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    });
    has_scheme && text.len() <= LONGEST && !text.contains('#') && text.bytes().all(|byte| byte.is_ascii_graphic())
}
