//! Blanks inside a password, and names that a sign-up cannot have.

use local_pool::PoolConfig;
use serde_json::{Value, json};

use crate::client::{PASSWORD, Reply, TestPool, attributes, srp};

const PHRASE: &str = "Correct horse battery 9";
const OTHER: &str = "Staple it\tagain  7 times";
/// Neither at the beginning nor at the end.
const PADDED: [&str; 4] = [" Correct horse 9", "Correct horse 9 ", "\tCorrect horse 9", "Correct horse 9\u{a0}"];

#[track_caller]
fn check_padded(reply: &Reply, member: &str) {
    reply.refused_as("InvalidParameterException");
    let told = reply.text.contains(member) && reply.text.contains(r"^[\\S]+.*[\\S]+$");
    assert!(told, "{}", reply.text);
}

async fn check_signs_in(api: &TestPool, password: &str) -> Value {
    let by_srp = srp::sign_in(api, "ann", password).await.ok();
    assert!(by_srp["AuthenticationResult"].is_object());
    api.password("ann", password).await.ok()["AuthenticationResult"]["AccessToken"].clone()
}

#[tokio::test]
async fn a_pass_phrase_is_a_password_to_every_operation() {
    let api = TestPool::start(PoolConfig::default()).await;
    let client = api.server.client_id().to_owned();
    let mail = attributes(json!({ "email": "ann@example.com" }));
    let sign_up =
        |password: &str| json!({ "ClientId": client, "Username": "ann", "Password": password, "UserAttributes": mail });
    for padded in PADDED {
        check_padded(&api.call("SignUp", sign_up(padded)).await, "'password'");
    }
    api.call("SignUp", sign_up(PHRASE)).await.ok();
    let code = api.server.last_code("ann").unwrap();
    let confirm = json!({ "ClientId": client, "Username": "ann", "ConfirmationCode": code });
    api.call("ConfirmSignUp", confirm).await.ok();
    let token = check_signs_in(&api, PHRASE).await;

    let change = |new: &str| json!({ "AccessToken": token, "PreviousPassword": PHRASE, "ProposedPassword": new });
    check_padded(&api.call("ChangePassword", change(PADDED[0])).await, "'proposedPassword'");
    api.call("ChangePassword", change(OTHER)).await.ok();
    check_signs_in(&api, OTHER).await;

    api.call("ForgotPassword", json!({ "ClientId": client, "Username": "ann" })).await.ok();
    let code = api.server.last_code("ann").unwrap();
    let reset = |new: &str| json!({ "ClientId": client, "Username": "ann", "ConfirmationCode": code, "Password": new });
    check_padded(&api.call("ConfirmForgotPassword", reset(PADDED[1])).await, "'password'");
    api.call("ConfirmForgotPassword", reset(PHRASE)).await.ok();
    check_signs_in(&api, PHRASE).await;

    let set = |new: &str, permanent: bool| {
        let pool = api.server.pool_id();
        json!({ "UserPoolId": pool, "Username": "ann", "Password": new, "Permanent": permanent })
    };
    check_padded(&api.call("AdminSetUserPassword", set(PADDED[0], true)).await, "'password'");
    api.call("AdminSetUserPassword", set(OTHER, true)).await.ok();
    check_signs_in(&api, OTHER).await;

    api.call("AdminSetUserPassword", set(PHRASE, false)).await.ok();
    let session = api.password("ann", PHRASE).await.ok()["Session"].clone();
    let answer = json!({ "USERNAME": "ann", "NEW_PASSWORD": "Yet another phrase 3" });
    api.respond("NEW_PASSWORD_REQUIRED", Some(&session), answer).await.ok();
    check_signs_in(&api, "Yet another phrase 3").await;
}

/// Also where it comes among the answers to a challenge, which no shape describes.
#[tokio::test]
async fn a_new_password_has_no_blank_at_its_ends() {
    for padded in PADDED {
        let api = TestPool::start(PoolConfig::default()).await;
        api.server.create_user_with_temporary_password("ann", "Temporary-1!", &[]).unwrap();
        let session = api.password("ann", "Temporary-1!").await.ok()["Session"].clone();
        let answer = json!({ "USERNAME": "ann", "NEW_PASSWORD": padded });
        let refused = api.respond("NEW_PASSWORD_REQUIRED", Some(&session), answer).await;
        assert_eq!(refused.status, 400, "{padded:?} {}", refused.text);
    }
}

#[tokio::test]
async fn a_sign_up_has_no_preferred_user_name_where_that_is_an_alias() {
    let aliases = vec!["preferred_username".into(), "email".into()];
    let api = TestPool::start(PoolConfig { alias_attributes: aliases, ..PoolConfig::default() }).await;
    let wanted = attributes(json!({ "preferred_username": "tiger", "email": "ann@example.com" }));
    let text = "Preferred username cannot be provided for unconfirmed account, please try to set preferred username \
                after confirmation.";
    api.sign_up("ann", wanted).await.refused("InvalidParameterException", text);
    api.sign_up("ann", attributes(json!({ "email": "ann@example.com" }))).await.ok();
    api.server.call("AdminConfirmSignUp", json!({ "Username": "ann" })).await.unwrap();
    // After confirmation it can be set, and signs in.
    let token = api.tokens("ann").await["AccessToken"].clone();
    let update =
        json!({ "AccessToken": token, "UserAttributes": attributes(json!({ "preferred_username": "tiger" })) });
    api.call("UpdateUserAttributes", update).await.ok();
    api.tokens("tiger").await;
    // Where it is no alias, it is an attribute like others.
    let api = TestPool::start(PoolConfig::default()).await;
    api.sign_up("ann", attributes(json!({ "preferred_username": "tiger" }))).await.ok();
    api.password("tiger", PASSWORD).await.refused_as("UserNotFoundException");
}
