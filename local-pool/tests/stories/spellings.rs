//! Where `Amy` and `amy` are one, every spelling is: for a known name as for one that is not and where that is hidden.

use local_pool::{ClientConfig, PoolConfig};
use serde_json::{Value, json};

use crate::client::srp::SrpClient;
use crate::client::{PASSWORD, Reply, TestPool, claims};

const LOCKED: (&str, &str) = ("NotAuthorizedException", "Password attempts exceeded");
const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");
const MANY: (&str, &str) = ("LimitExceededException", "Attempt limit exceeded, please try after some time.");

/// Ways to write a name, as many as there are tries in any limit and one more.
fn spellings(name: &str) -> Vec<String> {
    let upper = |index: usize| {
        let letters = name.chars().enumerate();
        letters.map(|(at, c)| if at == index { c.to_ascii_uppercase() } else { c }).collect::<String>()
    };
    let mut all = vec![name.to_owned(), name.to_uppercase(), upper(0), upper(1), upper(2)];
    all.extend([name.to_uppercase(), upper(0), upper(2)]);
    all
}

fn config() -> PoolConfig {
    let client = ClientConfig { prevent_user_existence_errors: true, ..ClientConfig::default() };
    PoolConfig { case_sensitive: false, ..PoolConfig::default() }.with_client(client)
}

/// Pools, each with a known name and one that nobody has.
async fn pools() -> Vec<(TestPool, &'static str, &'static str)> {
    let names = TestPool::start(config()).await;
    names.server.create_user("Amy", PASSWORD, &[("email", "amy@example.com"), ("email_verified", "true")]).unwrap();
    let mail = TestPool::start(PoolConfig { username_attributes: vec!["email".into()], ..config() }).await;
    mail.server.create_user("Amy@Example.com", PASSWORD, &[("email_verified", "true")]).unwrap();
    vec![(names, "amy", "bob"), (mail, "amy@example.com", "bob@example.com")]
}

async fn srp(api: &TestPool, name: &str) -> Value {
    let parameters = json!({ "USERNAME": name, "SRP_A": SrpClient::new().public_hex() });
    api.initiate("USER_SRP_AUTH", parameters).await.ok()["ChallengeParameters"].clone()
}

#[tokio::test]
async fn the_challenge_is_the_same_under_each_of_them() {
    for (api, known, unknown) in pools().await {
        for name in [known, unknown] {
            let first = srp(&api, name).await;
            let by_name = !name.contains('@');
            assert_eq!(by_name, first["USER_ID_FOR_SRP"] == name, "{first}");
            for spelling in spellings(name) {
                let other = srp(&api, &spelling).await;
                for stable in ["USER_ID_FOR_SRP", "USERNAME", "SALT"] {
                    assert_eq!(other[stable], first[stable], "{stable} of {spelling}");
                }
            }
        }
    }
}

/// Tries under changing spellings until they are refused otherwise than at first; how many were not.
async fn tries(
    api: &TestPool,
    name: &str,
    attempt: impl AsyncFn(&TestPool, &str) -> Reply,
    end: (&str, &str),
) -> usize {
    for (index, spelling) in spellings(name).iter().enumerate() {
        let reply = attempt(api, spelling).await;
        if reply.json()["__type"] == end.0 && reply.json()["message"] == end.1 {
            return index;
        }
    }
    usize::MAX
}

#[tokio::test]
async fn wrong_passwords_are_counted_over_all_of_them() {
    let by_password = async |api: &TestPool, name: &str| api.password(name, "Wrong-Horse-9").await;
    let by_srp = async |api: &TestPool, name: &str| {
        let client = SrpClient::new();
        let first = json!({ "USERNAME": name, "SRP_A": client.public_hex() });
        let challenge = api.initiate("USER_SRP_AUTH", first).await.ok()["ChallengeParameters"].clone();
        api.respond("PASSWORD_VERIFIER", None, client.responses(api, "Wrong-Horse-9", &challenge)).await
    };
    let by_choice = async |api: &TestPool, name: &str| {
        let first = json!({ "USERNAME": name, "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "Wrong-Horse-9" });
        api.initiate("USER_AUTH", first).await
    };
    for (api, known, unknown) in pools().await {
        for name in [known, unknown] {
            assert_eq!(tries(&api, name, by_password, LOCKED).await, 5, "{name}");
            api.server.clock().advance(std::time::Duration::from_secs(3600));
            assert_eq!(tries(&api, name, by_srp, LOCKED).await, 5, "{name} by SRP");
            api.server.clock().advance(std::time::Duration::from_secs(3600));
            assert_eq!(tries(&api, name, by_choice, LOCKED).await, 5, "{name} by choice");
            api.server.clock().advance(std::time::Duration::from_secs(3600));
            // And over all ways to guess.
            for _ in 0..2 {
                by_password(&api, name).await.refused(WRONG.0, WRONG.1);
                by_srp(&api, &name.to_uppercase()).await.refused(WRONG.0, WRONG.1);
            }
            by_choice(&api, name).await.refused(WRONG.0, WRONG.1);
            for locked in [by_password(&api, name).await, by_srp(&api, name).await, by_choice(&api, name).await] {
                locked.refused(LOCKED.0, LOCKED.1);
            }
        }
    }
}

#[tokio::test]
async fn codes_asked_for_are_counted_over_all_of_them() {
    for (api, known, unknown) in pools().await {
        let new = if known.contains('@') { "Cyd@Example.com" } else { "Cyd" };
        api.sign_up(new, json!([{ "Name": "email", "Value": "cyd@example.com" }])).await.ok();
        let ask = async |operation: &str, api: &TestPool, name: &str| {
            api.call(operation, json!({ "ClientId": api.server.client_id(), "Username": name })).await
        };
        for name in [known, unknown] {
            let forgot = async |api: &TestPool, name: &str| ask("ForgotPassword", api, name).await;
            assert_eq!(tries(&api, name, forgot, MANY).await, 5, "{name}");
        }
        for name in [new, unknown] {
            let resend = async |api: &TestPool, name: &str| ask("ResendConfirmationCode", api, name).await;
            assert_eq!(tries(&api, &name.to_lowercase(), resend, MANY).await, 5, "{name}");
        }
    }
}

#[tokio::test]
async fn codes_tried_are_counted_over_all_of_them() {
    for (api, known, unknown) in pools().await {
        let client = api.server.client_id().to_owned();
        api.call("ForgotPassword", json!({ "ClientId": client, "Username": known })).await.ok();
        let attempt = async |api: &TestPool, name: &str| {
            let body = json!({ "ClientId": client, "Username": name, "ConfirmationCode": "0", "Password": PASSWORD });
            api.call("ConfirmForgotPassword", body).await
        };
        for name in [known, unknown] {
            assert_eq!(tries(&api, name, attempt, MANY).await, 5, "{name}");
        }
    }
}

/// The service keeps user names in lower case there; tokens and triggers show them so.
#[tokio::test]
async fn user_names_are_kept_in_one_of_them() {
    let api = TestPool::start(config()).await;
    api.sign_up("AnnLee", json!([])).await.ok();
    api.server.call("AdminConfirmSignUp", json!({ "Username": "ANNLEE" })).await.unwrap();
    api.server.create_user("TomRay", PASSWORD, &[]).unwrap();
    let made = json!({ "Username": "MaxFox", "TemporaryPassword": PASSWORD });
    assert_eq!(api.server.call("AdminCreateUser", made).await.unwrap()["User"]["Username"], "maxfox");
    for name in ["AnnLee", "TOMRAY"] {
        let tokens = api.tokens(name).await;
        assert_eq!(claims(&tokens["IdToken"])["cognito:username"], name.to_lowercase());
        assert_eq!(claims(&tokens["AccessToken"])["username"], name.to_lowercase());
    }
    api.sign_up("ANNlee", json!([])).await.refused("UsernameExistsException", "User already exists");
    // An address stays as it was given.
    let mail = TestPool::start(PoolConfig { username_attributes: vec!["email".into()], ..config() }).await;
    mail.server.create_user("Amy@Example.com", PASSWORD, &[]).unwrap();
    assert_eq!(claims(&mail.tokens("amy@example.com").await["IdToken"])["email"], "Amy@Example.com");
}
