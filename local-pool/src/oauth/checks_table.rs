//! Every row of the reference's table of checks, and what attackers try with each.

use super::checks::{At, KnownProvider, Refusal, judge};
use super::parameters::Parameters;
use crate::model::client::{Client, ClientSettings};

const CB: &str = "https://app.example/cb";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn client() -> Client {
    let settings = ClientSettings {
        allowed_oauth_flows_user_pool_client: true,
        allowed_oauth_flows: texts(&["code"]),
        allowed_oauth_scopes: texts(&["openid", "email", "profile", "api/read"]),
        callback_urls: texts(&[CB, "myapp://cb"]),
        supported_identity_providers: texts(&["COGNITO", "Google"]),
        ..ClientSettings::default()
    };
    let (id, pool_id) = ("client1".into(), "us-east-1_Pool".into());
    Client { id, pool_id, secret: None, settings, created_ms: 0, modified_ms: 0 }
}

/// A request that is granted, with changes: `None` takes a parameter away.
fn asked(changes: &[(&str, Option<&str>)]) -> Parameters {
    let mut all = Parameters::from_pairs([
        ("client_id", "client1"),
        ("redirect_uri", CB),
        ("response_type", "code"),
        ("scope", "openid email"),
        ("state", "s1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    for (name, value) in changes {
        all = match value {
            Some(value) => all.with(name, value),
            None => all.without(&[name]),
        };
    }
    all
}

fn outcome_of(client: Option<&Client>, asked: &Parameters, at: At) -> String {
    let google = KnownProvider { name: "Google".into(), identifiers: texts(&["google.example"]) };
    let other = KnownProvider { name: "Other".into(), identifiers: texts(&["other.example"]) };
    match judge(asked, client, &[google, other], at) {
        Ok(granted) => format!("granted {}", granted.scopes.join(" ")),
        Err(Refusal::ErrorPage { error, client_id }) => format!("error page {error} {}", client_id.unwrap_or_default()),
        Err(Refusal::Page(text)) => format!("page {text}"),
        Err(Refusal::Back { back, error, description }) => format!("to {}", back.with_error(error, description)),
        Err(Refusal::NoSuchOption(_)) => "no such option".into(),
    }
}

fn outcome(changes: &[(&str, Option<&str>)]) -> String {
    outcome_of(Some(&client()), &asked(changes), At::Authorize)
}

fn back(rest: &str) -> String {
    format!("to {CB}?{rest}")
}

#[test]
fn a_whole_request_is_granted() {
    assert_eq!(outcome(&[]), "granted openid email");
    assert_eq!(outcome(&[("scope", None)]), "granted openid email profile api/read");
    assert_eq!(outcome(&[("code_challenge", None), ("code_challenge_method", None)]), "granted openid email");
    assert_eq!(outcome(&[("redirect_uri", Some("myapp://cb"))]), "granted openid email");
    assert_eq!(outcome(&[("scope", Some("api/read"))]), "granted api/read");
    assert_eq!(outcome(&[("prompt", Some("null")), ("state", None)]), "granted openid email");
}

#[test]
fn step_1_the_client_is_known() {
    assert_eq!(outcome_of(None, &asked(&[]), At::Authorize), "error page invalid_request client1");
    assert_eq!(outcome_of(None, &asked(&[("client_id", None)]), At::Authorize), "error page invalid_request ");
}

#[test]
fn step_2_there_is_a_redirect_uri() {
    let text = "page Required String parameter 'redirect_uri' is not present";
    assert_eq!(outcome(&[("redirect_uri", None)]), text);
    assert_eq!(outcome(&[("redirect_uri", Some(""))]), text);
}

#[test]
fn step_3_the_redirect_uri_is_registered_byte_for_byte() {
    for uri in [
        "https://evil.example/",
        "https://app.example/cb/",
        "https://app.example/cb?x=1",
        "https://app.example/cb#x",
        "https://app.example/cb/../evil",
        "https://app.example/CB",
        "HTTPS://app.example/cb",
        "https://APP.example/cb",
        "https://app.example:443/cb",
        "https://app.example/c",
        "https://app.example/cb.evil.example",
        "https://app.example@evil.example/cb",
        "https://app.example%2fcb",
        " https://app.example/cb",
        "https://app.example/cb\r\nSet-Cookie: a=b",
        "//app.example/cb",
        "http://app.example/cb",
        "myapp://cb/",
        "myapp://CB",
        "javascript:alert(1)",
    ] {
        let changes = [("redirect_uri", Some(uri))];
        assert_eq!(outcome(&changes), "error page redirect_mismatch client1", "{uri}");
        let at_login = outcome_of(Some(&client()), &asked(&changes), At::Login);
        assert_eq!(at_login, "page Client is not enabled for OAuth2.0 flows.", "{uri}");
    }
}

#[test]
fn step_3_two_redirect_uris_are_none() {
    let twice = Parameters::read(&format!("{}&redirect_uri=https%3A%2F%2Fevil.example%2F", asked(&[]).encoded()));
    assert_eq!(outcome_of(Some(&client()), &twice, At::Authorize), "error page redirect_mismatch client1");
    let twice = Parameters::read(&format!("{}&client_id=other", asked(&[]).encoded()));
    assert_eq!(outcome_of(Some(&client()), &twice, At::Authorize), "error page invalid_request client1");
}

#[test]
fn step_4_oauth_is_on() {
    let mut off = client();
    off.settings.allowed_oauth_flows_user_pool_client = false;
    let text = "error_description=Client+is+not+enabled+for+OAuth2.0+flows.&state=s1&error=invalid_request";
    assert_eq!(outcome_of(Some(&off), &asked(&[]), At::Authorize), back(text));
    assert_eq!(outcome_of(Some(&off), &asked(&[]), At::Login), back(text));
}

#[test]
fn step_5_response_type_and_pkce() {
    let refused = back("state=s1&error=invalid_request");
    for changes in [
        [("response_type", None), ("state", Some("s1"))],
        [("response_type", Some("id_token")), ("state", Some("s1"))],
        [("response_type", Some("code token")), ("state", Some("s1"))],
        [("code_challenge", None), ("state", Some("s1"))],
        [("code_challenge_method", None), ("state", Some("s1"))],
        [("code_challenge_method", Some("plain")), ("state", Some("s1"))],
        [("code_challenge_method", Some("s256")), ("state", Some("s1"))],
        [("code_challenge", Some("short")), ("state", Some("s1"))],
        [("code_challenge", Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM")), ("state", Some("s1"))],
        [("resource", Some("not a url")), ("state", Some("s1"))],
        [("resource", Some("https://api.example/#x")), ("state", Some("s1"))],
    ] {
        assert_eq!(outcome(&changes), refused, "{changes:?}");
    }
    let twice = Parameters::read(&format!("{}&scope=openid", asked(&[]).encoded()));
    assert_eq!(outcome_of(Some(&client()), &twice, At::Authorize), refused);
    // Of two states neither goes back.
    let twice = Parameters::read(&format!("{}&state=s2", asked(&[]).encoded()));
    assert_eq!(outcome_of(Some(&client()), &twice, At::Authorize), back("error=invalid_request"));
}

#[test]
fn step_6_the_flow_is_the_clients() {
    let refused = format!("to {CB}#state=s1&error=unauthorized_client");
    assert_eq!(outcome(&[("response_type", Some("token"))]), refused);
    let mut implicit = client();
    implicit.settings.allowed_oauth_flows = texts(&["implicit"]);
    let code = outcome_of(Some(&implicit), &asked(&[]), At::Authorize);
    assert_eq!(code, back("state=s1&error=unauthorized_client"));
    let token = asked(&[("response_type", Some("token"))]);
    assert_eq!(outcome_of(Some(&implicit), &token, At::Authorize), "granted openid email");
}

#[test]
fn step_7_the_scopes_are_the_clients() {
    let refused = back("error_description=invalid_scope&state=s1&error=invalid_request");
    for scope in
        ["phone", "openid phone", "openid OpenID", "api", "api/write", "email", "profile api/read", " ", "openid,email"]
    {
        assert_eq!(outcome(&[("scope", Some(scope))]), refused, "{scope}");
    }
}

#[test]
fn step_8_the_provider_is_the_clients_and_exists() {
    for changes in [
        [("identity_provider", Some("Google"))],
        [("identity_provider", Some("COGNITO"))],
        [("idp_identifier", Some("google.example"))],
    ] {
        assert_eq!(outcome(&changes), "granted openid email", "{changes:?}");
    }
    for changes in [
        [("identity_provider", Some("Facebook"))],
        [("identity_provider", Some("Other"))],
        [("identity_provider", Some("google"))],
        [("idp_identifier", Some("other.example"))],
        [("idp_identifier", Some("Google"))],
    ] {
        assert_eq!(outcome(&changes), "no such option", "{changes:?}");
    }
    let both = [("identity_provider", Some("Google")), ("idp_identifier", Some("google.example"))];
    assert_eq!(outcome(&both), "no such option");
}

#[test]
fn an_earlier_step_speaks_first() {
    // Nothing goes to an address that is not registered, whatever else is wrong.
    let all = [("redirect_uri", Some("https://evil.example/")), ("response_type", None), ("scope", Some("phone"))];
    assert_eq!(outcome(&all), "error page redirect_mismatch client1");
    let all = [("response_type", None), ("scope", Some("phone")), ("identity_provider", Some("Other"))];
    assert_eq!(outcome(&all), back("state=s1&error=invalid_request"));
}
