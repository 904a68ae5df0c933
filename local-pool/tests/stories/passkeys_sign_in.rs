//! Signing in with a passkey.

use local_pool::{ClientConfig, PoolConfig};
use serde_json::{Value, json};

use crate::client::authenticator::SoftwareAuthenticator;
use crate::client::{PASSWORD, Reply, TestPool, claims};

const ORIGIN: &str = "https://login.example.com";
const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");

fn config() -> PoolConfig {
    PoolConfig {
        first_factors: vec!["PASSWORD".into(), "WEB_AUTHN".into()],
        relying_party: Some("example.com".into()),
        ..PoolConfig::default()
    }
    .with_user("ann", PASSWORD, &[("email", "ann@example.com")])
    .with_user("bob", PASSWORD, &[])
}

async fn register(api: &TestPool, user: &str, authenticator: &mut SoftwareAuthenticator) {
    let token = api.tokens(user).await["AccessToken"].clone();
    let started = api.call("StartWebAuthnRegistration", json!({ "AccessToken": token })).await.ok();
    let credential = authenticator.create(ORIGIN, &started["CredentialCreationOptions"]).await.unwrap();
    let request = json!({ "AccessToken": token, "Credential": credential });
    api.call("CompleteWebAuthnRegistration", request).await.ok();
}

async fn bench_of(config: PoolConfig, mut authenticator: SoftwareAuthenticator) -> (TestPool, SoftwareAuthenticator) {
    let api = TestPool::start(config).await;
    register(&api, "ann", &mut authenticator).await;
    (api, authenticator)
}

/// A session and what is to be signed in it.
async fn challenge(api: &TestPool, user: &str) -> (Value, String) {
    let parameters = json!({ "USERNAME": user, "PREFERRED_CHALLENGE": "WEB_AUTHN" });
    let answer = api.initiate("USER_AUTH", parameters).await.ok();
    assert_eq!(answer["ChallengeName"], "WEB_AUTHN");
    let options = answer["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"].as_str().unwrap();
    (answer["Session"].clone(), options.to_owned())
}

async fn answer(api: &TestPool, user: &str, session: &Value, credential: &str) -> Reply {
    api.respond("WEB_AUTHN", Some(session), json!({ "USERNAME": user, "CREDENTIAL": credential })).await
}

#[tokio::test]
async fn an_assertion_gives_tokens() {
    let (api, mut authenticator) = bench_of(config(), SoftwareAuthenticator::default()).await;
    let parameters = json!({ "USERNAME": "ann", "PREFERRED_CHALLENGE": "WEB_AUTHN" });
    let first = api.initiate("USER_AUTH", parameters).await.ok();
    assert_eq!(first["AvailableChallenges"], json!(["PASSWORD_SRP", "PASSWORD", "WEB_AUTHN"]));
    let options: Value =
        serde_json::from_str(first["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"].as_str().unwrap()).unwrap();
    assert_eq!(options["rpId"], "example.com");
    assert_eq!(options["allowCredentials"].as_array().unwrap().len(), 1);
    assert_eq!(options["userVerification"], "preferred");

    let assertion = authenticator.get(ORIGIN, &options.to_string()).await.unwrap();
    let tokens = answer(&api, "ann", &first["Session"], &assertion).await.ok();
    assert_eq!(claims(&tokens["AuthenticationResult"]["AccessToken"])["username"], "ann");
    // The session was used up with the challenge.
    let again = answer(&api, "ann", &first["Session"], &assertion).await;
    again.refused("NotAuthorizedException", "Invalid session for the user, session can only be used once.");
}

#[tokio::test]
async fn what_does_not_verify_is_refused_and_the_session_stays() {
    let (api, mut authenticator) = bench_of(config(), SoftwareAuthenticator::default()).await;
    let (session, options) = challenge(&api, "ann").await;
    let mut forgeries = Vec::new();
    for change in [
        |data: &mut Value| data["origin"] = json!("https://example.com.evil.test"),
        |data: &mut Value| data["challenge"] = json!("AAAA"),
        |data: &mut Value| data["type"] = json!("webauthn.create"),
        |data: &mut Value| data["crossOrigin"] = json!(true),
    ] {
        forgeries.push(authenticator.get_forged(ORIGIN, &options, change).await);
    }
    // Another relying party's, by a page of its own.
    let mut elsewhere: Value = serde_json::from_str(&options).unwrap();
    elsewhere["rpId"] = json!("login.example.com");
    forgeries.push(authenticator.get(ORIGIN, &elsewhere.to_string()).await.unwrap());
    let right: Value = serde_json::from_str(&authenticator.get(ORIGIN, &options).await.unwrap()).unwrap();
    for (member, value) in [
        ("signature", json!("MEUCIQDAAAA")),
        ("authenticatorData", json!("AAAA")),
        ("userHandle", json!("Ym9i")),
        ("clientDataJSON", json!("e30")),
    ] {
        let mut forged = right.clone();
        forged["response"][member] = value;
        forgeries.push(forged.to_string());
    }
    let mut unknown = right.clone();
    unknown["id"] = json!("AAAA");
    unknown["rawId"] = json!("AAAA");
    forgeries.extend([unknown.to_string(), "{}".into(), "no JSON".into()]);
    for forged in forgeries {
        answer(&api, "ann", &session, &forged).await.refused(WRONG.0, WRONG.1);
    }
    answer(&api, "ann", &session, &right.to_string()).await.ok();
}

#[tokio::test]
async fn the_passkey_of_one_user_signs_in_no_other() {
    let (api, mut anns) = bench_of(config(), SoftwareAuthenticator::default()).await;
    register(&api, "bob", &mut SoftwareAuthenticator::default()).await;
    let (_, for_ann) = challenge(&api, "ann").await;
    let (session, for_bob) = challenge(&api, "bob").await;
    let mut options: Value = serde_json::from_str(&for_ann).unwrap();
    options["challenge"] = serde_json::from_str::<Value>(&for_bob).unwrap()["challenge"].clone();
    let assertion = anns.get(ORIGIN, &options.to_string()).await.unwrap();
    answer(&api, "bob", &session, &assertion).await.refused(WRONG.0, WRONG.1);
    answer(&api, "ann", &session, &assertion).await.refused("NotAuthorizedException", "Invalid session for the user.");
}

#[tokio::test]
async fn a_counter_that_does_not_grow_is_refused() {
    let (api, mut authenticator) = bench_of(config(), SoftwareAuthenticator::counting()).await;
    let (first, second) = (challenge(&api, "ann").await, challenge(&api, "ann").await);
    let earlier = authenticator.get(ORIGIN, &first.1).await.unwrap();
    let later = authenticator.get(ORIGIN, &second.1).await.unwrap();
    answer(&api, "ann", &second.0, &later).await.ok();
    answer(&api, "ann", &first.0, &earlier).await.refused(WRONG.0, WRONG.1);
    // A copy that was made before counts from where it was.
    let mut copy = authenticator.clone();
    let third = challenge(&api, "ann").await;
    answer(&api, "ann", &third.0, &authenticator.get(ORIGIN, &third.1).await.unwrap()).await.ok();
    let fourth = challenge(&api, "ann").await;
    answer(&api, "ann", &fourth.0, &copy.get(ORIGIN, &fourth.1).await.unwrap()).await.refused(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn where_users_have_to_be_verified_presence_is_not_enough() {
    let config = PoolConfig { user_verification: "required".into(), ..config() };
    let (api, mut authenticator) = bench_of(config, SoftwareAuthenticator::default()).await;
    let (session, options) = challenge(&api, "ann").await;
    let careless = options.replace(r#""userVerification":"required""#, r#""userVerification":"discouraged""#);
    assert_ne!(options, careless);
    let unverified = authenticator.get(ORIGIN, &careless).await.unwrap();
    answer(&api, "ann", &session, &unverified).await.refused(WRONG.0, WRONG.1);
    let verified = authenticator.get(ORIGIN, &options).await.unwrap();
    answer(&api, "ann", &session, &verified).await.ok();
}

#[tokio::test]
async fn it_is_chosen_from_the_list_and_may_be_answered_there() {
    let (api, mut authenticator) = bench_of(config(), SoftwareAuthenticator::default()).await;
    let select = async || api.initiate("USER_AUTH", json!({ "USERNAME": "ann" })).await.ok()["Session"].clone();
    let choice = json!({ "USERNAME": "ann", "ANSWER": "WEB_AUTHN" });
    for (challenge, responses) in [("SELECT_CHALLENGE", &choice), ("WEB_AUTHN", &json!({ "USERNAME": "ann" }))] {
        let chosen = api.respond(challenge, Some(&select().await), responses.clone()).await.ok();
        assert_eq!(chosen["ChallengeName"], "WEB_AUTHN");
        let options = chosen["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"].as_str().unwrap();
        let credential = authenticator.get(ORIGIN, options).await.unwrap();
        let mut finished = choice.clone();
        finished["CREDENTIAL"] = json!(credential);
        api.respond("SELECT_CHALLENGE", Some(&chosen["Session"]), finished).await.ok();
    }
}

#[tokio::test]
async fn disabled_users_deleted_passkeys_and_unknown_users_get_nowhere() {
    let client = ClientConfig { prevent_user_existence_errors: true, ..ClientConfig::default() };
    let (api, mut authenticator) = bench_of(config().with_client(client), SoftwareAuthenticator::default()).await;
    let (session, options) = challenge(&api, "ann").await;
    let assertion = authenticator.get(ORIGIN, &options).await.unwrap();
    api.server.disable_user("ann").unwrap();
    // Where users are hidden, nobody is told.
    answer(&api, "ann", &session, &assertion).await.refused(WRONG.0, WRONG.1);
    api.server.enable_user("ann").unwrap();

    let token = api.tokens("ann").await["AccessToken"].clone();
    let id = serde_json::from_str::<Value>(&assertion).unwrap()["id"].clone();
    api.call("DeleteWebAuthnCredential", json!({ "AccessToken": token, "CredentialId": id })).await.ok();
    answer(&api, "ann", &session, &assertion).await.refused(WRONG.0, WRONG.1);

    // Without a passkey a user looks like one who is not there.
    let ask = async |user: &str| {
        let parameters = json!({ "USERNAME": user, "PREFERRED_CHALLENGE": "WEB_AUTHN" });
        api.initiate("USER_AUTH", parameters).await.ok()
    };
    let (known, unknown) = (ask("ann").await, ask("nobody").await);
    assert_eq!(known["ChallengeName"], "SELECT_CHALLENGE");
    assert_eq!(known["AvailableChallenges"], unknown["AvailableChallenges"]);
}

#[tokio::test]
async fn with_a_second_factor_a_passkey_signs_in_only_where_it_stands_for_both() {
    let config = PoolConfig { mfa: "OPTIONAL".into(), ..config() };
    let (api, mut authenticator) = bench_of(config, SoftwareAuthenticator::default()).await;
    let token = api.tokens("ann").await["AccessToken"].clone();
    let prefer = async |more: Value| {
        let mut request = json!({ "AccessToken": token });
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        api.call("SetUserMFAPreference", request).await
    };
    let both = json!({ "EmailMfaSettings": { "Enabled": true }, "WebAuthnMfaSettings": { "Enabled": true } });
    // The pool has to say so first.
    prefer(both.clone()).await.refused_as("InvalidParameterException");
    let multi_factor = json!({ "WebAuthnConfiguration": {
        "RelyingPartyId": "example.com", "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION",
    } });
    api.server.call("SetUserPoolMfaConfig", multi_factor).await.unwrap();
    prefer(json!({ "WebAuthnMfaSettings": { "Enabled": true } }))
        .await
        .refused("InvalidParameterException", "WebAuthn MFA requires enabling an additional MFA setting.");

    let offered =
        async || api.initiate("USER_AUTH", json!({ "USERNAME": "ann" })).await.ok()["AvailableChallenges"].clone();
    prefer(json!({ "EmailMfaSettings": { "Enabled": true } })).await.ok();
    assert_eq!(offered().await, json!(["PASSWORD_SRP", "PASSWORD"]));
    prefer(both).await.ok();
    assert_eq!(offered().await, json!(["PASSWORD_SRP", "PASSWORD", "WEB_AUTHN"]));
    let user = api.call("GetUser", json!({ "AccessToken": token })).await.ok();
    assert_eq!(user["UserMFASettingList"], json!(["EMAIL_OTP", "WEB_AUTHN_MFA"]));

    // No code is asked for after it, and it has to have verified the user.
    let (session, options) = challenge(&api, "ann").await;
    assert!(options.contains(r#""userVerification":"required""#));
    let careless = options.replace(r#""userVerification":"required""#, r#""userVerification":"discouraged""#);
    let unverified = authenticator.get(ORIGIN, &careless).await.unwrap();
    answer(&api, "ann", &session, &unverified).await.refused(WRONG.0, WRONG.1);
    let verified = authenticator.get(ORIGIN, &options).await.unwrap();
    let tokens = answer(&api, "ann", &session, &verified).await.ok();
    assert!(tokens["AuthenticationResult"]["AccessToken"].is_string());
    // After a password it is.
    assert_eq!(api.password("ann", PASSWORD).await.ok()["ChallengeName"], "EMAIL_OTP");

    prefer(json!({ "EmailMfaSettings": { "Enabled": false } })).await.ok();
    let user = api.call("GetUser", json!({ "AccessToken": token })).await.ok();
    assert_eq!(user.get("UserMFASettingList"), None);
}
