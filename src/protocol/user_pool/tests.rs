//! What is written and read, and how the attempts of one call are spread over its time. No network: the time is
//! tokio's paused clock, which a wait moves forward at once.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use serde_json::json;
use tokio::time::Instant;

use super::super::transport::{BoxFuture, HttpRequest, HttpResponse, TransportError};
use super::*;
use crate::error::TransportFailure;
use crate::support::clock::{Clock, from_unix_seconds, unix_seconds};
use crate::support::random::RandomUnavailable;

/// Answers as the script says; after it, fine.
#[derive(Debug, Default)]
struct Script {
    answers: Mutex<VecDeque<(Duration, Result<HttpResponse, TransportError>)>>,
    requests: Mutex<Vec<(Instant, HttpRequest)>>,
}

impl Transport for Script {
    fn send<'a>(&'a self, request: HttpRequest) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        self.requests.lock().unwrap().push((Instant::now(), request));
        let next = self.answers.lock().unwrap().pop_front();
        let (time, answer) =
            next.unwrap_or_else(|| (Duration::ZERO, Ok(HttpResponse::new(200, vec![], b"{}".to_vec()))));
        Box::pin(async move {
            tokio::time::sleep(time).await;
            answer
        })
    }
}

/// Always the longest wait.
#[derive(Debug)]
struct Longest;

impl Random for Longest {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomUnavailable> {
        buffer.fill(0xff);
        Ok(())
    }
}

#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> SystemTime {
        from_unix_seconds(1_767_603_787)
    }
}

struct Fixture {
    script: Arc<Script>,
    clock: Arc<ServiceClock>,
    pool: UserPool,
}

fn fixture(answers: impl IntoIterator<Item = (Duration, Result<HttpResponse, TransportError>)>) -> Fixture {
    let configuration = AuthConfiguration::builder("eu-west-1_A", "c").build().unwrap();
    let script = Arc::new(Script { answers: Mutex::new(answers.into_iter().collect()), requests: Mutex::default() });
    let clock = Arc::new(ServiceClock::new(Arc::new(Still)));
    let pool = UserPool::new(&configuration, script.clone(), clock.clone(), Arc::new(Longest));
    Fixture { script, clock, pool }
}

impl Fixture {
    /// When the requests were sent, in milliseconds after the first.
    fn sent_at(&self) -> Vec<u128> {
        let requests = self.script.requests.lock().unwrap();
        requests.iter().map(|(at, _)| (*at - requests[0].0).as_millis()).collect()
    }
}

const NOW: Duration = Duration::ZERO;

fn answer(status: u16, headers: &[(&str, &str)], body: &serde_json::Value) -> Result<HttpResponse, TransportError> {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Ok(HttpResponse::new(status, headers, body.to_string().into_bytes()))
}

fn throttled(headers: &[(&str, &str)]) -> Result<HttpResponse, TransportError> {
    answer(400, headers, &json!({ "__type": "TooManyRequestsException", "message": "Rate exceeded" }))
}

fn unreachable() -> Result<HttpResponse, TransportError> {
    Err(TransportError::NotConnected("scripted".to_owned()))
}

fn refresh() -> GetTokensFromRefreshToken {
    GetTokensFromRefreshToken {
        refresh_token: "r".into(),
        client_id: "c".to_owned(),
        client_secret: None,
        device_key: None,
        client_metadata: BTreeMap::new(),
    }
}

fn revoke() -> RevokeToken {
    RevokeToken { token: "r".into(), client_id: "c".to_owned(), client_secret: Some("s".into()) }
}

#[tokio::test(start_paused = true)]
async fn a_request_as_the_service_wants_it() -> Result<()> {
    let fixture = fixture([]);
    fixture.pool.call(&revoke()).await?;
    let requests = fixture.script.requests.lock().unwrap();
    let [(_, request)] = requests.as_slice() else { panic!("{} requests", requests.len()) };
    assert_eq!(request.url.as_str(), "https://cognito-idp.eu-west-1.amazonaws.com/");
    let expected = [
        ("content-type", "application/x-amz-json-1.1"),
        ("x-amz-target", "AWSCognitoIdentityProviderService.RevokeToken"),
        ("cache-control", "no-store"),
    ];
    assert_eq!(request.headers, expected.map(|(name, value)| (name, value.to_owned())));
    assert_eq!(request.body.as_slice(), br#"{"Token":"r","ClientId":"c","ClientSecret":"s"}"#);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn at_most_three_attempts_of_the_same_request_each_later_than_the_last() -> Result<()> {
    let fixture = fixture([(NOW, unreachable()), (NOW, unreachable())]);
    fixture.pool.call(&refresh()).await?;
    assert_eq!(fixture.sent_at(), [0, 200, 600]);
    let bodies: Vec<_> =
        fixture.script.requests.lock().unwrap().iter().map(|(_, request)| request.body.clone()).collect();
    assert!(bodies.iter().all(|body| *body == bodies[0]));

    let fixture = self::fixture((0..9).map(|_| (NOW, unreachable())));
    let failed = fixture.pool.call(&refresh()).await.map(drop);
    let failure = TransportFailure::NotConnected("scripted".to_owned());
    assert_eq!(failed, Err(Error::Transport { operation: "GetTokensFromRefreshToken", failure }));
    assert_eq!(fixture.sent_at().len(), 3);
    Ok(())
}

/// With rotation, a second request would present a used token and so end the session.
#[tokio::test(start_paused = true)]
async fn a_refresh_that_may_have_been_seen_is_not_sent_again() {
    let server_error = json!({ "__type": "InternalErrorException", "message": "m" });
    for lost in [
        Err(TransportError::Broken("scripted".to_owned())),
        Err(TransportError::TimedOut),
        answer(500, &[], &server_error),
        answer(503, &[], &json!("<html>")),
        Ok(HttpResponse::new(200, vec![], vec![])),
    ] {
        let fixture = fixture([(NOW, lost)]);
        assert!(fixture.pool.call(&refresh()).await.is_err());
        assert_eq!(fixture.sent_at().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn throttling_waits_as_long_as_the_service_says_if_that_is_short() -> Result<()> {
    let fixture = fixture([(NOW, throttled(&[("retry-after", "2")])), (NOW, throttled(&[]))]);
    fixture.pool.call(&refresh()).await?;
    assert_eq!(fixture.sent_at(), [0, 2000, 2400]);

    let fixture = self::fixture([(NOW, throttled(&[("retry-after", "60")]))]);
    let failed = fixture.pool.call(&refresh()).await.map(drop);
    assert!(matches!(failed, Err(Error::Service(error)) if error.exception == "TooManyRequestsException"));
    assert_eq!(fixture.sent_at(), [0]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_total_time_covers_all_attempts() {
    let slow = Duration::from_secs(20);
    let fixture = fixture([(slow, Err(TransportError::TimedOut)), (slow, answer(200, &[], &json!({})))]);
    let begun = Instant::now();
    let failed = fixture.pool.call(&revoke()).await.map(drop);
    let failure = TransportFailure::TimedOut;
    assert_eq!(failed, Err(Error::Transport { operation: "RevokeToken", failure }));
    assert_eq!(begun.elapsed(), Duration::from_secs(30));
    assert_eq!(fixture.sent_at(), [0, 20_200]);
}

#[tokio::test(start_paused = true)]
async fn the_services_time_is_taken_from_its_answers_only() {
    let date = [("Date", "Mon, 05 Jan 2026 10:03:07 GMT")]; // an hour after the device's time
    for (answer, learns) in [
        (answer(200, &date, &json!({})), true),
        (answer(400, &date, &json!({ "__type": "CodeMismatchException" })), true),
        (answer(200, &date, &json!("<html>")), false),
        (answer(200, &[("date", "yesterday")], &json!({})), false),
        (answer(200, &[("date", "Fri, 31 Dec 9999 23:59:59 GMT")], &json!({})), false),
        (answer(200, &[("date", "Thu, 01 Jan 1970 00:00:00 GMT")], &json!({})), false),
        (answer(200, &[], &json!({})), false),
    ] {
        let fixture = fixture([(NOW, answer)]);
        let _ = fixture.pool.call(&revoke()).await;
        let expected = 1_767_603_787 + if learns { 3600 } else { 0 };
        assert_eq!(unix_seconds(fixture.clock.now()), expected);
    }
}

fn written(call: &impl Call) -> serde_json::Value {
    serde_json::to_value(call).unwrap()
}

#[test]
fn absent_values_are_not_sent() {
    let (client_id, username) = ("c".to_owned(), "ann".to_owned());
    let mut initiate = InitiateAuth {
        auth_flow: "CUSTOM_AUTH",
        client_id: client_id.clone(),
        auth_parameters: [("USERNAME".to_owned(), "ann".into())].into(),
        client_metadata: BTreeMap::new(),
        session: None,
    };
    let bare = json!({ "AuthFlow": "CUSTOM_AUTH", "ClientId": "c", "AuthParameters": { "USERNAME": "ann" } });
    assert_eq!(written(&initiate), bare);
    initiate.client_metadata.insert("a".to_owned(), "b".to_owned());
    assert_eq!(written(&initiate)["ClientMetadata"], json!({ "a": "b" }));

    let sign_up = SignUp {
        client_id: client_id.clone(),
        secret_hash: None,
        username: username.clone(),
        password: None,
        user_attributes: vec![],
        validation_data: vec![],
        client_metadata: BTreeMap::new(),
    };
    assert_eq!(written(&sign_up), json!({ "ClientId": "c", "Username": "ann" }));
    let full = SignUp {
        password: Some("p".into()),
        user_attributes: vec![NameValue { name: "email".to_owned(), value: "a@b".to_owned() }],
        ..sign_up
    };
    assert_eq!(written(&full)["UserAttributes"], json!([{ "Name": "email", "Value": "a@b" }]));
    let confirm = ConfirmSignUp {
        client_id,
        secret_hash: Some("h".into()),
        username,
        confirmation_code: "123456".into(),
        force_alias_creation: Some(false),
        session: None,
        client_metadata: BTreeMap::new(),
    };
    let expected = json!({ "ClientId": "c", "SecretHash": "h", "Username": "ann", "ConfirmationCode": "123456",
        "ForceAliasCreation": false });
    assert_eq!(written(&confirm), expected);
    assert_eq!(written(&refresh()), json!({ "RefreshToken": "r", "ClientId": "c" }));
}

#[test]
fn answers_are_read_with_null_as_absent_and_the_unknown_ignored() {
    let null =
        json!({ "ChallengeName": null, "Session": null, "ChallengeParameters": null, "AuthenticationResult": null });
    for empty in [json!({}), null] {
        let read: AuthAnswer = serde_json::from_value(empty).unwrap();
        assert!(read.challenge_name.is_none() && read.session.is_none() && read.authentication_result.is_none());
        assert!(read.challenge_parameters.is_empty());
    }
    let read: AuthAnswer = serde_json::from_value(json!({
        "ChallengeName": "CUSTOM_CHALLENGE", "Session": "s", "AvailableChallenges": ["X"], "New": { "a": [1] },
        "ChallengeParameters": { "text": "a", "none": null, "number": 5, "object": { "b": true } },
    }))
    .unwrap();
    assert_eq!(read.challenge_name.as_deref(), Some("CUSTOM_CHALLENGE"));
    let expected = [("number", "5"), ("object", "{\"b\":true}"), ("text", "a")];
    assert!(read.challenge_parameters.iter().map(|(key, value)| (key.as_str(), value.as_str())).eq(expected));
    let read: <SignUp as Call>::Answer =
        serde_json::from_value(json!({ "UserConfirmed": null, "UserSub": "u", "CodeDeliveryDetails": null })).unwrap();
    assert!(!read.user_confirmed && read.code_delivery_details.is_none());
}

#[test]
fn nothing_secret_is_printed() {
    let respond = RespondToAuthChallenge {
        client_id: "c".to_owned(),
        challenge_name: "CUSTOM_CHALLENGE".to_owned(),
        challenge_responses: [("ANSWER".to_owned(), "Correct-Horse-9".into())].into(),
        session: Some("Correct-Horse-9".into()),
        client_metadata: [("m".to_owned(), "Correct-Horse-9".to_owned())].into(),
    };
    let answer = json!({ "Session": "Correct-Horse-9", "ChallengeParameters": { "hint": "Correct-Horse-9" },
        "AuthenticationResult": { "AccessToken": "Correct-Horse-9" } });
    let answer: AuthAnswer = serde_json::from_value(answer).unwrap();
    let printed = format!("{respond:?} {answer:?} {:?}", answer.authentication_result);
    assert!(!printed.contains("Horse"), "{printed}");
}
