//! Which triggers see the ClientMetadata of which operation.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use local_pool::{PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::{PASSWORD, TestPool, attributes};

/// Notes who sees what, as `source clientMetadata` and `source validationData`.
struct Watch {
    api: TestPool,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Watch {
    async fn start() -> Self {
        let ann = [("email", "ann@example.com"), ("email_verified", "true")];
        let api = TestPool::start(PoolConfig::default().with_user("ann", PASSWORD, &ann)).await;
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        for kind in TriggerKind::all() {
            let log = Arc::clone(&seen);
            api.server.set_trigger(kind, move |mut event| {
                let source = event["triggerSource"].as_str().unwrap().to_owned();
                for member in ["clientMetadata", "validationData"] {
                    let shown = &event["request"][member];
                    if !shown.is_null() && *shown != json!({}) {
                        assert_eq!(*shown, json!({ "mark": "1" }), "{source}");
                        log.lock().unwrap().push(format!("{source} {member}"));
                    }
                }
                log.lock().unwrap().push(source);
                let first = event["request"]["session"].as_array().is_some_and(Vec::is_empty);
                match kind {
                    TriggerKind::DefineAuthChallenge if first => {
                        event["response"] = json!({ "challengeName": "CUSTOM_CHALLENGE" });
                    }
                    TriggerKind::DefineAuthChallenge => event["response"] = json!({ "issueTokens": true }),
                    TriggerKind::VerifyAuthChallengeResponse => event["response"] = json!({ "answerCorrect": true }),
                    _ => {}
                }
                Ok(event)
            });
        }
        Self { api, seen }
    }

    /// Calls with metadata; returns the answer, who saw it, and who ran without seeing it.
    async fn call(&self, operation: &str, mut body: Value) -> (Value, BTreeSet<String>, BTreeSet<String>) {
        self.seen.lock().unwrap().clear();
        body["ClientMetadata"] = json!({ "mark": "1" });
        let answer = self.api.call(operation, body).await;
        let answer = if answer.text.is_empty() { Value::Null } else { answer.json() };
        let log: BTreeSet<String> = self.seen.lock().unwrap().iter().cloned().collect();
        let saw: BTreeSet<_> = log.iter().filter(|line| line.contains(' ')).cloned().collect();
        let blind = log
            .iter()
            .filter(|line| !line.contains(' ') && !saw.iter().any(|saw| saw.starts_with(&format!("{line} "))));
        let blind = blind.cloned().collect();
        (answer, saw, blind)
    }

    #[track_caller]
    fn check(operation: &str, found: &(Value, BTreeSet<String>, BTreeSet<String>), saw: &[&str], blind: &[&str]) {
        let set = |names: &[&str]| -> BTreeSet<String> { names.iter().map(|name| (*name).to_owned()).collect() };
        assert!(found.0.get("__type").is_none_or(|name| name == "UserNotFoundException"), "{operation}: {}", found.0);
        assert_eq!((&found.1, &found.2), (&set(saw), &set(blind)), "{operation}");
    }
}

#[tokio::test]
async fn each_trigger_sees_what_is_meant_for_it() {
    let watch = Watch::start().await;
    let (client, pool) = (watch.api.server.client_id().to_owned(), watch.api.server.pool_id().to_owned());
    let email = attributes(json!({ "email": "tom@test.example" }));

    let body = json!({ "ClientId": client, "Username": "tom", "Password": PASSWORD, "UserAttributes": email });
    let found = watch.call("SignUp", body).await;
    Watch::check("SignUp", &found, &["PreSignUp_SignUp clientMetadata", "CustomMessage_SignUp clientMetadata"], &[]);
    let found = watch.call("ResendConfirmationCode", json!({ "ClientId": client, "Username": "tom" })).await;
    Watch::check("ResendConfirmationCode", &found, &["CustomMessage_ResendCode clientMetadata"], &[]);
    let code = watch.api.server.last_code("tom").unwrap();
    let found =
        watch.call("ConfirmSignUp", json!({ "ClientId": client, "Username": "tom", "ConfirmationCode": code })).await;
    Watch::check("ConfirmSignUp", &found, &["PostConfirmation_ConfirmSignUp clientMetadata"], &[]);

    let found = watch.call("ForgotPassword", json!({ "ClientId": client, "Username": "tom" })).await;
    Watch::check("ForgotPassword", &found, &["CustomMessage_ForgotPassword clientMetadata"], &[]);
    let code = watch.api.server.last_code("tom").unwrap();
    let body = json!({ "ClientId": client, "Username": "tom", "ConfirmationCode": code, "Password": PASSWORD });
    let found = watch.call("ConfirmForgotPassword", body).await;
    Watch::check("ConfirmForgotPassword", &found, &["PostConfirmation_ConfirmForgotPassword clientMetadata"], &[]);
    let found = watch.call("ForgotPassword", json!({ "ClientId": client, "Username": "nobody" })).await;
    Watch::check("ForgotPassword", &found, &["UserMigration_ForgotPassword clientMetadata"], &[]);

    // InitiateAuth's data reaches what runs before the password, by another name, and nothing after it.
    let password = |name: &str| {
        json!({ "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": name, "PASSWORD": PASSWORD } })
    };
    let found = watch.call("InitiateAuth", password("ann")).await;
    let after = ["PostAuthentication_Authentication", "TokenGeneration_Authentication"];
    Watch::check("InitiateAuth", &found, &["PreAuthentication_Authentication validationData"], &after);
    let tokens = found.0["AuthenticationResult"].clone();
    let found = watch.call("InitiateAuth", password("nobody")).await;
    Watch::check("InitiateAuth", &found, &["UserMigration_Authentication validationData"], &[]);
    let custom = json!({ "ClientId": client, "AuthFlow": "CUSTOM_AUTH", "AuthParameters": { "USERNAME": "ann" } });
    let found = watch.call("InitiateAuth", custom).await;
    let rounds = ["DefineAuthChallenge_Authentication", "CreateAuthChallenge_Authentication"];
    Watch::check("InitiateAuth", &found, &[], &rounds);
    let answer = json!({
        "ClientId": client, "ChallengeName": "CUSTOM_CHALLENGE", "Session": found.0["Session"],
        "ChallengeResponses": { "USERNAME": "ann", "ANSWER": "x" },
    });
    let found = watch.call("RespondToAuthChallenge", answer).await;
    let all = [
        "VerifyAuthChallengeResponse_Authentication clientMetadata",
        "DefineAuthChallenge_Authentication clientMetadata",
        "PostAuthentication_Authentication clientMetadata",
        "TokenGeneration_Authentication clientMetadata",
    ];
    Watch::check("RespondToAuthChallenge", &found, &all, &[]);
    let body = json!({ "RefreshToken": tokens["RefreshToken"], "ClientId": client });
    let found = watch.call("GetTokensFromRefreshToken", body).await;
    Watch::check("GetTokensFromRefreshToken", &found, &["TokenGeneration_RefreshTokens clientMetadata"], &[]);

    let access = &tokens["AccessToken"];
    let body = json!({ "AccessToken": access, "UserAttributes": attributes(json!({ "email": "new@example.com" })) });
    let found = watch.call("UpdateUserAttributes", body).await;
    Watch::check("UpdateUserAttributes", &found, &["CustomMessage_UpdateUserAttribute clientMetadata"], &[]);
    let body = json!({ "AccessToken": access, "AttributeName": "email" });
    let found = watch.call("GetUserAttributeVerificationCode", body).await;
    Watch::check(
        "GetUserAttributeVerificationCode",
        &found,
        &["CustomMessage_VerifyUserAttribute clientMetadata"],
        &[],
    );

    let body = json!({ "UserPoolId": pool, "Username": "eve", "UserAttributes": email });
    let found = watch.call("AdminCreateUser", body).await;
    let both = ["PreSignUp_AdminCreateUser clientMetadata", "CustomMessage_AdminCreateUser clientMetadata"];
    Watch::check("AdminCreateUser", &found, &both, &[]);
    let update = attributes(json!({ "email": "tom3@test.example" }));
    let body = json!({ "UserPoolId": pool, "Username": "tom", "UserAttributes": update });
    let found = watch.call("AdminUpdateUserAttributes", body).await;
    Watch::check("AdminUpdateUserAttributes", &found, &["CustomMessage_UpdateUserAttribute clientMetadata"], &[]);
    let code = watch.api.server.last_code("tom").unwrap();
    let token = watch.api.tokens("tom").await["AccessToken"].clone();
    let verify = json!({ "AccessToken": token, "AttributeName": "email", "Code": code });
    watch.api.call("VerifyUserAttribute", verify).await.ok();
    let found = watch.call("AdminResetUserPassword", json!({ "UserPoolId": pool, "Username": "tom" })).await;
    Watch::check("AdminResetUserPassword", &found, &["CustomMessage_ForgotPassword clientMetadata"], &[]);
    watch.api.sign_up("sam", json!([])).await.ok();
    let found = watch.call("AdminConfirmSignUp", json!({ "UserPoolId": pool, "Username": "sam" })).await;
    Watch::check("AdminConfirmSignUp", &found, &["PostConfirmation_ConfirmSignUp clientMetadata"], &[]);
}

#[tokio::test]
async fn it_is_text_by_text_and_nothing_means_nothing() {
    let api = TestPool::with_ann().await;
    for nothing in [Value::Null, json!({}), json!({ "a": null })] {
        let body = json!({ "ClientId": api.server.client_id(), "Username": "ann", "ClientMetadata": nothing });
        api.call("ForgotPassword", body).await.ok();
    }
    for wrong in [json!("text"), json!(["a"]), json!({ "a": 1 }), json!({ "a": { "b": "c" } })] {
        let body = json!({ "ClientId": api.server.client_id(), "Username": "ann", "ClientMetadata": wrong });
        api.call("ForgotPassword", body).await.refused_as("SerializationException");
    }
}
