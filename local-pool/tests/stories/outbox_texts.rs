//! Messages as the service words them, and as a pool's templates do.

use local_pool::{PoolConfig, ServerConfig};
use serde_json::{Value, json};

use crate::client::{PASSWORD, TestPool, attributes};

const ALL_DEFAULT: [(&str, &str, &str); 5] = [
    ("signup", "Your verification code", "Your confirmation code is {####}"),
    ("forgot", "Your verification code", "Your confirmation code is {####}"),
    ("sms", "", "Your authentication code is {####}."),
    ("email", "Your authentication code", "Your authentication code is {####}."),
    ("invite", "Your temporary password", "Your username is {username} and temporary password is {####}."),
];
const CONTACTS: [&str; 2] = ["tom@example.com", "+15555551234"];

/// A server with an empty pool made by the API, and a client of it.
async fn made(pool: Value) -> (TestPool, String, String) {
    let api = TestPool::start(ServerConfig::default()).await;
    let made = api.call("CreateUserPool", pool).await.ok();
    let pool = made["UserPool"]["Id"].as_str().unwrap().to_owned();
    let flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH"];
    let client = json!({ "UserPoolId": pool, "ClientName": "one", "ExplicitAuthFlows": flows });
    let client = api.call("CreateUserPoolClient", client).await.ok();
    (api, pool, client["UserPoolClient"]["ClientId"].as_str().unwrap().to_owned())
}

/// Makes every kind of message go out: kind, subject and text, with placeholders where the code and the name were.
async fn all_texts(api: &TestPool, pool: &str, client: &str) -> Vec<(String, String, String)> {
    let contact = attributes(json!({ "email": CONTACTS[0], "phone_number": CONTACTS[1] }));
    let both = json!({ "ClientId": client, "Username": "tom", "Password": PASSWORD, "UserAttributes": contact });
    api.call("SignUp", both).await.ok();
    let tom = json!({ "UserPoolId": pool, "Username": "tom" });
    api.call("AdminConfirmSignUp", tom.clone()).await.ok();
    let verified = attributes(json!({ "email_verified": "true", "phone_number_verified": "true" }));
    let update = json!({ "UserPoolId": pool, "Username": "tom", "UserAttributes": verified });
    api.call("AdminUpdateUserAttributes", update).await.ok();
    api.call("ForgotPassword", json!({ "ClientId": client, "Username": "tom" })).await.ok();
    for challenge in ["SMS_OTP", "EMAIL_OTP"] {
        let parameters = json!({ "USERNAME": "tom", "PREFERRED_CHALLENGE": challenge });
        let body = json!({ "ClientId": client, "AuthFlow": "USER_AUTH", "AuthParameters": parameters });
        assert_eq!(api.call("InitiateAuth", body).await.ok()["ChallengeName"], challenge);
    }
    let email = attributes(json!({ "email": "ann@example.com" }));
    let invite = json!({
        "UserPoolId": pool, "Username": "ann", "UserAttributes": email, "TemporaryPassword": PASSWORD,
        "DesiredDeliveryMediums": ["EMAIL"],
    });
    api.call("AdminCreateUser", invite).await.ok();
    let sent = api.server.outbox(None, None).into_iter();
    sent.map(|sent| {
        let text = sent.message.replace(&sent.code, "{####}").replace("ann", "{username}");
        (sent.kind, sent.subject, text)
    })
    .collect()
}

fn with_first_factors(mut pool: Value) -> Value {
    pool["PoolName"] = json!("one");
    pool["AutoVerifiedAttributes"] = json!(["email"]);
    pool["Policies"] = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"] } });
    pool["AccountRecoverySetting"] = json!({ "RecoveryMechanisms": [{ "Priority": 1, "Name": "verified_email" }] });
    pool
}

#[tokio::test]
async fn without_templates_the_texts_are_the_services() {
    let (api, pool, client) = made(with_first_factors(json!({}))).await;
    let seen = all_texts(&api, &pool, &client).await;
    let seen: Vec<_> =
        seen.iter().map(|(kind, subject, text)| (kind.as_str(), subject.as_str(), text.as_str())).collect();
    assert_eq!(seen, ALL_DEFAULT);
}

#[tokio::test]
async fn templates_of_the_pool_word_each_message() {
    let pool = with_first_factors(json!({
        "VerificationMessageTemplate": { "EmailMessage": "Verify: {####}", "EmailSubject": "Verify" },
        "SmsAuthenticationMessage": "Sign in: {####}",
        "AdminCreateUserConfig": { "InviteMessageTemplate": {
            "EmailMessage": "Hello {username}: {####}", "EmailSubject": "Hello",
        } },
    }));
    let (api, pool, client) = made(pool).await;
    let email =
        json!({ "UserPoolId": pool, "EmailMfaConfiguration": { "Message": "Mail: {####}", "Subject": "Mail" } });
    api.call("SetUserPoolMfaConfig", email).await.ok();
    let seen = all_texts(&api, &pool, &client).await;
    let expected = [
        ("signup", "Verify", "Verify: {####}"),
        ("forgot", "Verify", "Verify: {####}"),
        ("sms", "", "Sign in: {####}"),
        ("email", "Mail", "Mail: {####}"),
        ("invite", "Hello", "Hello {username}: {####}"),
    ];
    let seen: Vec<_> =
        seen.iter().map(|(kind, subject, text)| (kind.as_str(), subject.as_str(), text.as_str())).collect();
    assert_eq!(seen, expected);
}

/// Where e-mail addresses are the names, nobody knows the internal one.
#[tokio::test]
async fn invitations_tell_the_name_to_sign_in_with() {
    let config = PoolConfig { username_attributes: vec!["email".into()], ..PoolConfig::default() };
    let api = TestPool::start(config).await;
    let body =
        json!({ "UserPoolId": api.server.pool_id(), "Username": CONTACTS[0], "DesiredDeliveryMediums": ["EMAIL"] });
    api.call("AdminCreateUser", body).await.ok();
    let sent = api.server.outbox(None, None).pop().unwrap();
    let told = format!("Your username is {} and temporary password is {}.", CONTACTS[0], sent.code);
    assert_eq!(sent.message, told);
}
