//! The hosted pages of the scripted service: whoever comes is signed in at once, and every code counts once.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portcullis::AuthConfigurationBuilder;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{Fixture, Service, tokens_with};

/// What a code stands for.
#[derive(Debug)]
pub struct Code {
    username: String,
    redirect_uri: String,
    challenge: String,
    nonce: String,
}

pub fn parameters(url: &str) -> HashMap<String, String> {
    Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

impl Service {
    /// A person signs in on that page. Gives the URL that their browser comes back with.
    pub fn visit(&self, url: &str, username: &str) -> String {
        let asked = parameters(url);
        assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
        let mut codes = self.codes.lock().unwrap();
        let code = format!("code-{}", codes.len());
        let of = |name: &str| asked[name].clone();
        codes.push(Some(Code {
            username: username.to_owned(),
            redirect_uri: of("redirect_uri"),
            challenge: of("code_challenge"),
            nonce: of("nonce"),
        }));
        format!("{}?code={code}&state={}", of("redirect_uri"), of("state"))
    }
}

pub fn exchange(service: &Service, body: &Value) -> (u16, Value) {
    let of = |name: &str| body[name].as_str().unwrap_or_default();
    let refused = |error: &str| (400, json!({ "error": error }));
    let number = of("code").strip_prefix("code-").and_then(|number| number.parse::<usize>().ok());
    let mut codes = service.codes.lock().unwrap();
    let Some(code) = number.and_then(|number| codes.get_mut(number)?.take()) else { return refused("invalid_grant") };
    let hashed = URL_SAFE_NO_PAD.encode(Sha256::digest(of("code_verifier")));
    if hashed != code.challenge || of("redirect_uri") != code.redirect_uri || of("client_id") != "client" {
        return refused("invalid_grant");
    }
    let tokens = tokens_with(service, &code.username, &|claims| claims["nonce"] = code.nonce.clone().into());
    let refresh = service.rotate(&code.username);
    (
        200,
        json!({ "access_token": tokens["AccessToken"], "id_token": tokens["IdToken"], "refresh_token": refresh,
        "token_type": "Bearer", "expires_in": 3600 }),
    )
}

/// With hosted pages and an address to come back to.
pub fn fixture() -> Fixture {
    Fixture::with_configuration(with_pages)
}

pub fn with_pages(builder: AuthConfigurationBuilder) -> AuthConfigurationBuilder {
    let builder = builder.hosted_ui_domain("pages.example.org").hosted_ui_scopes(["openid"]);
    builder.sign_in_redirect_uris(["myapp://signed-in/"]).sign_out_redirect_uris(["myapp://signed-out/"])
}
