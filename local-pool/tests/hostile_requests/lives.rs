//! Twenty servers, a thousand requests each. A life is the same on every run.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use local_pool::{
    ClientConfig, DeviceConfig, IDENTITY_OPERATIONS, IdentityPoolConfig, LocalPool, OPERATIONS, PoolConfig,
    ServerConfig,
};
use serde_json::{Value, json};

use super::by_the_model::{Known, Models};
use super::http::Client;
use super::random::{Random, seed};
use super::watch::Watch;

const LIVES: u64 = 20;
const REQUESTS: usize = 1_000;
const PASSWORD: &str = "Correct-Horse-9";
/// What twenty servers with all that was made in them may leave behind in allocators and caches.
const MOST_MIB: u64 = 150;

#[test]
fn requests_by_the_model() {
    let watch = Watch::start();
    let seed = seed();
    let only = std::env::var("HOSTILE_LIFE").ok().map(|life| life.parse::<u64>().expect("HOSTILE_LIFE is a number"));
    let model = Models::read();
    let (next, seen) = (AtomicU64::new(0), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                loop {
                    let life = next.fetch_add(1, Ordering::SeqCst);
                    if life >= LIVES {
                        return;
                    }
                    if only.is_none_or(|only| only == life) {
                        live(seed, life, &model, &seen);
                    }
                }
            });
        }
    });
    watch.check(MOST_MIB);
    if only.is_none() {
        let seen = seen.into_inner().unwrap();
        // The requests are near enough to good ones to get behind the first checks.
        for (service, operations) in
            [("AWSCognitoIdentityProviderService", OPERATIONS), ("AWSCognitoIdentityService", IDENTITY_OPERATIONS)]
        {
            let was_seen = |name: &&&str| seen.contains_key(&(format!("{service}.{name}"), 200));
            let succeeded = operations.iter().filter(was_seen).count();
            assert!(succeeded > operations.len() / 2, "only {succeeded} operations ever succeeded: {seen:?}");
        }
    }
}

type Seen = Mutex<BTreeMap<(String, u16), usize>>;

fn live(seed: u64, life: u64, model: &Models, seen: &Seen) {
    let mut random = Random::of(seed, life);
    let pool = LocalPool::start_blocking(world(life)).unwrap();
    let mut client = Client::new(pool.endpoint().trim_start_matches("http://").to_owned());
    let mut known = known(&pool);
    for number in 0..REQUESTS {
        if number % 100 == 0 {
            sign_in(&pool, &mut client, &mut known);
        }
        let (operation, body) = model.request(&mut random, &known);
        let reply = client.send(&operation, &body);
        let shown =
            || format!("seed {seed}, life {life}, request {number}: {operation} {}", String::from_utf8_lossy(&body));
        assert!(reply.status < 500, "{} {}\n{}", reply.status, String::from_utf8_lossy(&reply.body), shown());
        assert!(matches!(reply.status, 200 | 400 | 413), "{}\n{}", reply.status, shown());
        assert!(reply.body.len() < 1 << 20, "{} bytes\n{}", reply.body.len(), shown());
        if let Ok(answer) = serde_json::from_slice::<Value>(&reply.body) {
            learn(&answer, &mut known);
        }
        *seen.lock().unwrap().entry((operation, reply.status)).or_default() += 1;
    }
}

/// Pools differ in what they ask for.
fn world(life: u64) -> ServerConfig {
    let hiding = ClientConfig {
        secret: (life % 4 == 1).then(|| "a-secret-of-a-client-0123456789".into()),
        prevent_user_existence_errors: life % 2 == 1,
        rotation_grace_seconds: (life % 3 == 1).then_some(10),
        ..ClientConfig::default()
    };
    let attributes = [("email", "ann@example.com"), ("email_verified", "true"), ("phone_number", "+15555551234")];
    let pool = PoolConfig {
        mfa: ["OFF", "OPTIONAL", "ON"][usize::try_from(life % 3).unwrap()].into(),
        alias_attributes: if life % 4 == 2 { vec!["email".into(), "preferred_username".into()] } else { Vec::new() },
        case_sensitive: !life.is_multiple_of(5),
        devices: (life.is_multiple_of(2)).then(DeviceConfig::default),
        relying_party: Some("example.com".into()),
        // What is stopped by a limit is not tried.
        rate_limits: life.is_multiple_of(4),
        lock_out: life.is_multiple_of(4),
        ..PoolConfig::default()
    };
    let pool = pool.with_client(hiding).with_user("ann", PASSWORD, &attributes);
    let identities = IdentityPoolConfig { guests: life % 4 != 3, classic_flow: life % 5 != 3, ..Default::default() };
    let identities = identities.with_login_provider("accounts.google.com", "app").with_developer_provider("dev");
    let identities = identities.with_login_provider("graph.facebook.com", "app");
    let config = ServerConfig { pools: vec![pool], seed: Some(life), ..ServerConfig::default() };
    config.with_identity_pool(identities)
}

fn known(pool: &LocalPool) -> Known {
    let texts = |values: &[&str]| values.iter().map(|value| json!(value)).collect::<Vec<_>>();
    let names = texts(&["ann", "tom", "ann@example.com", "nobody"]);
    let passwords = texts(&[PASSWORD, "Wrong-Horse-9", "short"]);
    let codes = texts(&["123456", "000000"]);
    let clients = vec![json!(pool.client_id()); 3];
    let pools = vec![json!(pool.pool_id()); 3];
    let attributes = vec![
        json!([{ "Name": "email", "Value": "tom@example.com" }]),
        json!([{ "Name": "phone_number", "Value": "+15555559876" }, { "Name": "sub", "Value": "x" }]),
        json!([{ "Name": "custom:team", "Value": "" }]),
    ];
    Known::from([
        ("Username", names.clone()),
        ("USERNAME", names),
        ("Password", passwords.clone()),
        ("PASSWORD", passwords.clone()),
        ("NEW_PASSWORD", passwords.clone()),
        ("PreviousPassword", passwords.clone()),
        ("ProposedPassword", passwords),
        ("ClientId", clients),
        ("UserPoolId", pools),
        ("SRP_A", texts(&["abcdef0123456789", "0", "zz"])),
        ("PREFERRED_CHALLENGE", texts(&["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "WEB_AUTHN"])),
        ("ANSWER", texts(&["PASSWORD", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA", "SMS_MFA", "no"])),
        ("ConfirmationCode", codes.clone()),
        ("Code", codes.clone()),
        ("UserCode", codes.clone()),
        ("SMS_MFA_CODE", codes.clone()),
        ("EMAIL_OTP_CODE", codes.clone()),
        ("SOFTWARE_TOKEN_MFA_CODE", codes),
        (
            "TIMESTAMP",
            texts(&["Mon Jan 5 09:03:07 UTC 2026", "Mon Jan 05 09:03:07 UTC 2026", "Mon Feb 31 25:61:61 UTC 0000"]),
        ),
        ("GroupName", texts(&["staff", "other"])),
        ("Identifier", texts(&["https://api.example", "api"])),
        ("AttributeName", texts(&["email", "phone_number", "custom:team"])),
        ("UserAttributes", attributes.clone()),
        ("ValidationData", attributes),
        ("UserAttributeNames", vec![json!(["email"]), json!(["sub"])]),
        ("Filter", texts(&["email ^= \"a\"", "sub = \"", "username = \"ann\"", "x ^= 'y'"])),
        ("IdentityPoolId", vec![json!(pool.identity_pool_id()); 3]),
        ("IdentityPoolName", texts(&["one", "two"])),
        ("DeveloperProviderName", texts(&["dev"])),
        ("DeveloperUserIdentifier", texts(&["user-1", "user-2"])),
        ("SourceUserIdentifier", texts(&["user-1", "user-3"])),
        ("DestinationUserIdentifier", texts(&["user-2"])),
        ("IdentityProviderName", texts(&["accounts.google.com", "dev"])),
        ("LoginsToRemove", vec![json!(["accounts.google.com"]), json!(["dev"])]),
        ("Roles", vec![json!({ "authenticated": "arn:aws:iam::000000000000:role/x" }), json!({})]),
        ("PoolName", texts(&["one", "two"])),
        ("ClientName", texts(&["one", "two"])),
    ])
}

/// Whatever the requests before have done to her, ann is there and has fresh tokens if her pool lets her in.
fn sign_in(pool: &LocalPool, client: &mut Client, known: &mut Known) {
    let json = "Content-Type: application/json\r\n";
    let user = json!({ "username": "ann", "password": PASSWORD, "attributes": { "email": "ann@example.com" } });
    client.post("/_local/users", json, user.to_string().as_bytes());
    client.post("/_local/users/ann/enable", json, b"");
    let body = json!({
        "UserPoolId": pool.pool_id(), "ClientId": pool.client_id(), "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "ann", "PASSWORD": PASSWORD },
    });
    let reply = client.operate("AdminInitiateAuth", body.to_string().as_bytes());
    let mut logins = vec![json!({}), json!({ "dev": "user-1" }), json!({ "dev": "user-2" }), json!({ "dev": "x" })];
    if let Ok(answer) = serde_json::from_slice::<Value>(&reply.body) {
        learn(&answer, known);
        let token = &answer["AuthenticationResult"]["IdToken"];
        logins.push(json!({ format!("cognito-idp.us-east-1.amazonaws.com/{}", pool.pool_id()): token }));
    }
    for provider in ["google", "facebook"] {
        let reply = client.post(&format!("/_local/idp/{provider}/token"), json, b"{\"subject\":\"1\"}");
        let answer: Value = serde_json::from_slice(&reply.body).unwrap();
        logins.push(json!({ answer["provider"].as_str().unwrap(): answer["token"] }));
    }
    known.insert("Logins", logins);
}

/// Takes over what later requests can use: tokens, sessions, ids, the parameters of challenges.
fn learn(answer: &Value, known: &mut Known) {
    const NAMES: [(&str, &str); 14] = [
        ("AccessToken", "AccessToken"),
        ("RefreshToken", "RefreshToken"),
        ("RefreshToken", "REFRESH_TOKEN"),
        ("RefreshToken", "Token"),
        ("Session", "Session"),
        ("DeviceKey", "DeviceKey"),
        ("DeviceKey", "DEVICE_KEY"),
        ("SECRET_BLOCK", "PASSWORD_CLAIM_SECRET_BLOCK"),
        ("SALT", "PASSWORD_CLAIM_SIGNATURE"),
        ("NextToken", "NextToken"),
        ("PaginationToken", "PaginationToken"),
        ("CredentialId", "CredentialId"),
        ("ChallengeName", "ChallengeName"),
        ("IdentityId", "IdentityId"),
    ];
    match answer {
        Value::Object(members) => {
            for (name, value) in members {
                for (_, known_as) in NAMES.iter().filter(|(from, _)| from == name && value.is_string()) {
                    let values = known.entry(known_as).or_default();
                    values.push(value.clone());
                    if values.len() > 5 {
                        values.remove(0);
                    }
                }
                learn(value, known);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| learn(item, known)),
        _ => {}
    }
}
