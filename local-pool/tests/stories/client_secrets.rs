//! A client with a secret proves it on every operation that it is named in.

use local_pool::{ClientConfig, LocalPool, OPERATIONS, PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::{PASSWORD, TestPool, http, secret_hash, srp};

const SECRET: &str = "abcdefghijklmnopqrstuvwxyz0123456789";

/// Where a request has its proof.
#[derive(Clone, Copy)]
enum Proof {
    /// `SecretHash`
    Member,
    /// `SECRET_HASH` in `AuthParameters` or `ChallengeResponses`
    In(&'static str),
    /// `ClientSecret`, in clear
    Clear,
}

impl Proof {
    fn put(self, body: &mut Value, hash: &str) {
        match self {
            Self::Member => body["SecretHash"] = json!(hash),
            Self::In(member) => body[member]["SECRET_HASH"] = json!(hash),
            Self::Clear => body["ClientSecret"] = json!(hash),
        }
    }
}

const CHALLENGES: [&str; 15] = [
    "SMS_MFA",
    "EMAIL_OTP",
    "SOFTWARE_TOKEN_MFA",
    "SELECT_MFA_TYPE",
    "MFA_SETUP",
    "PASSWORD_VERIFIER",
    "CUSTOM_CHALLENGE",
    "SELECT_CHALLENGE",
    "DEVICE_SRP_AUTH",
    "DEVICE_PASSWORD_VERIFIER",
    "NEW_PASSWORD_REQUIRED",
    "SMS_OTP",
    "PASSWORD",
    "WEB_AUTHN",
    "PASSWORD_SRP",
];

/// Every request that names a client, without its proof.
fn requests(api: &TestPool, refresh_token: &Value) -> Vec<(&'static str, Proof, Value)> {
    let (client, pool) = (api.server.client_id(), api.server.pool_id());
    let named = || json!({ "ClientId": client, "Username": "ann" });
    let with = |additions: Value| {
        let mut body = named();
        body.as_object_mut().unwrap().extend(additions.as_object().unwrap().clone());
        body
    };
    let mut all = vec![
        ("SignUp", Proof::Member, with(json!({ "Password": PASSWORD }))),
        ("ConfirmSignUp", Proof::Member, with(json!({ "ConfirmationCode": "123456" }))),
        ("ResendConfirmationCode", Proof::Member, named()),
        ("ForgotPassword", Proof::Member, named()),
        ("ConfirmForgotPassword", Proof::Member, with(json!({ "ConfirmationCode": "1", "Password": PASSWORD }))),
        ("RevokeToken", Proof::Clear, json!({ "ClientId": client, "Token": refresh_token })),
        ("GetTokensFromRefreshToken", Proof::Clear, json!({ "ClientId": client, "RefreshToken": refresh_token })),
    ];
    let half = srp::SrpClient::new().public_hex();
    let flows = [
        ("USER_PASSWORD_AUTH", json!({ "USERNAME": "ann", "PASSWORD": PASSWORD })),
        ("USER_SRP_AUTH", json!({ "USERNAME": "ann", "SRP_A": half })),
        ("CUSTOM_AUTH", json!({ "USERNAME": "ann" })),
        ("CUSTOM_AUTH", json!({ "USERNAME": "ann", "CHALLENGE_NAME": "SRP_A", "SRP_A": half })),
        ("USER_AUTH", json!({ "USERNAME": "ann" })),
        ("USER_AUTH", json!({ "USERNAME": "ann", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD })),
        ("USER_AUTH", json!({ "USERNAME": "ann", "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": half })),
        ("REFRESH_TOKEN_AUTH", json!({ "REFRESH_TOKEN": refresh_token })),
        ("REFRESH_TOKEN", json!({ "REFRESH_TOKEN": refresh_token })),
    ];
    for (flow, parameters) in flows {
        let body = json!({ "ClientId": client, "AuthFlow": flow, "AuthParameters": parameters });
        all.push(("InitiateAuth", Proof::In("AuthParameters"), body));
    }
    let admin_password = json!({ "USERNAME": "ann", "PASSWORD": PASSWORD });
    let body = json!({
        "UserPoolId": pool, "ClientId": client, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": admin_password,
    });
    all.push(("AdminInitiateAuth", Proof::In("AuthParameters"), body));
    for challenge in CHALLENGES {
        let responses = json!({
            "USERNAME": "ann", "ANSWER": "x", "NEW_PASSWORD": "Brand-New-2!", "SMS_MFA_CODE": "123456",
            "PASSWORD_CLAIM_SECRET_BLOCK": "AAAA", "PASSWORD_CLAIM_SIGNATURE": "AAAA",
            "TIMESTAMP": "Mon Jan 5 09:03:07 UTC 2026", "DEVICE_KEY": "us-east-1_1", "SRP_A": half,
        });
        let body = json!({
            "ClientId": client, "ChallengeName": challenge, "Session": "s".repeat(40), "ChallengeResponses": responses,
        });
        let mut by_administrator = body.clone();
        by_administrator["UserPoolId"] = json!(pool);
        all.push(("RespondToAuthChallenge", Proof::In("ChallengeResponses"), body));
        all.push(("AdminRespondToAuthChallenge", Proof::In("ChallengeResponses"), by_administrator));
    }
    all.into_iter().filter(|(operation, ..)| OPERATIONS.contains(operation)).collect()
}

async fn api(secret: Option<&str>) -> TestPool {
    let client = ClientConfig { secret: secret.map(str::to_owned), ..ClientConfig::default() };
    let ann = [("email", "ann@example.com"), ("email_verified", "true")];
    let config = PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &ann);
    let api = TestPool { server: LocalPool::start(config).await.unwrap(), http: http() };
    api.server.set_trigger(TriggerKind::DefineAuthChallenge, |mut event| {
        event["response"]["failAuthentication"] = json!(true);
        Ok(event)
    });
    api
}

async fn refresh_token(api: &TestPool, secret: Option<&str>) -> Value {
    let mut parameters = json!({ "USERNAME": "ann", "PASSWORD": PASSWORD });
    if let Some(secret) = secret {
        parameters["SECRET_HASH"] = json!(secret_hash(secret, "ann", api.server.client_id()));
    }
    let answer = api.initiate("USER_PASSWORD_AUTH", parameters).await.ok();
    answer["AuthenticationResult"]["RefreshToken"].clone()
}

#[tokio::test]
async fn no_operation_that_names_a_client_is_left_out() {
    let api = api(None).await;
    let listed = requests(&api, &Value::Null);
    for operation in OPERATIONS {
        let empty = api.call(operation, json!({})).await.text;
        // Operations on clients themselves prove nothing by their secret.
        let settings = operation.ends_with("UserPoolClient");
        if empty.contains("'clientId'") && !settings {
            assert!(listed.iter().any(|(name, ..)| name == operation), "{operation}");
        }
    }
}

#[tokio::test]
async fn a_missing_or_wrong_proof_is_refused_everywhere() {
    let api = api(Some(SECRET)).await;
    let client = api.server.client_id();
    let token = refresh_token(&api, Some(SECRET)).await;
    for (operation, proof, body) in requests(&api, &token) {
        let what = format!("{operation} {body}");
        let missing = api.call(operation, body.clone()).await;
        let (name, text) = match proof {
            Proof::Clear => ("NotAuthorizedException", "is configured for secret but secret was not received"),
            _ => ("NotAuthorizedException", "is configured with secret but SECRET_HASH was not received"),
        };
        assert_eq!(missing.json(), json!({ "__type": name, "message": format!("Client {client} {text}") }), "{what}");

        let others = secret_hash(SECRET, "eve", client);
        let foreign = secret_hash("another secret of the same length...", "ann", client);
        let wrong = match proof {
            Proof::Clear => vec!["x".repeat(SECRET.len()), secret_hash(SECRET, "ann", client).replace(['/', '='], "a")],
            _ => vec![others, foreign, SECRET.to_owned(), "AAAA".to_owned()],
        };
        for hash in wrong {
            let mut body = body.clone();
            proof.put(&mut body, &hash);
            let refused = api.call(operation, body).await;
            let (name, text) = match operation {
                "RevokeToken" => ("UnauthorizedException", "Invalid client secret".to_owned()),
                _ => ("NotAuthorizedException", format!("Unable to verify secret hash for client {client}")),
            };
            assert_eq!(refused.json(), json!({ "__type": name, "message": text }), "{what} with {hash}");
        }
    }
}

#[tokio::test]
async fn the_right_proof_gets_past_the_check() {
    let api = api(Some(SECRET)).await;
    let client = api.server.client_id();
    let token = refresh_token(&api, Some(SECRET)).await;
    let mut all = requests(&api, &token);
    // Revoking comes last.
    all.sort_by_key(|(operation, ..)| *operation == "RevokeToken");
    for (operation, proof, mut body) in all {
        let right = match proof {
            Proof::Clear => SECRET.to_owned(),
            _ => secret_hash(SECRET, "ann", client),
        };
        proof.put(&mut body, &right);
        let reply = api.call(operation, body.clone()).await;
        assert!(!reply.text.contains("secret"), "{operation} {body}: {}", reply.text);
    }
}

#[tokio::test]
async fn a_client_without_a_secret_is_sent_none() {
    let api = api(None).await;
    let client = api.server.client_id();
    let token = refresh_token(&api, None).await;
    for (operation, proof, mut body) in requests(&api, &token) {
        let hash = match proof {
            Proof::Clear => SECRET.to_owned(),
            _ => secret_hash(SECRET, "ann", client),
        };
        proof.put(&mut body, &hash);
        let name = if operation == "RevokeToken" { "UnauthorizedException" } else { "NotAuthorizedException" };
        let reply = api.call(operation, body.clone()).await;
        assert_eq!(reply.json()["__type"], name, "{operation} {body}: {}", reply.text);
        assert!(reply.text.contains("secret"), "{operation} {body}: {}", reply.text);
    }
}
