//! What goes along with requests: metadata for the pool's Lambda triggers, data for threat protection and analytics.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;
mod test_pool;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use local_pool::{PoolConfig, TriggerKind};
use portcullis::{
    AuthClient, AuthConfiguration, AuthConfigurationBuilder, AuthFlow, ConfirmResetPasswordOptions,
    ConfirmSignUpOptions, DeviceFacts, DeviceFactsUnavailable, FetchSessionOptions, ResendSignUpCodeOptions,
    ResetPasswordOptions, SendVerificationCodeOptions, SignInOptions, SignOutOptions, SignUpOptions,
    UpdateUserAttributesOptions, UserAttribute,
};
use scripted::{ManualClock, Reply, Service, Store, StoreFault, Wire};
use serde_json::{Value, json};
use test_pool::{KINDS, PASSWORD, TestPool, client_of};

#[tokio::test]
async fn triggers_see_the_metadata_of_the_call_over_the_configured_one() {
    for kind in KINDS {
        let ann = [("email", "ann@example.org"), ("email_verified", "true")];
        let config = PoolConfig::default().with_client(client_of(kind)).with_user("ann", PASSWORD, &ann);
        let pool = TestPool::with(config).await;
        let seen: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
        for trigger in [TriggerKind::CustomMessage, TriggerKind::PostConfirmation] {
            let noted = seen.clone();
            pool.server.set_trigger(trigger, move |event| {
                let source = event["triggerSource"].as_str().unwrap().to_owned();
                noted.lock().unwrap().push((source, event["request"]["clientMetadata"].clone()));
                Ok(event)
            });
        }
        let mut builder = pool.client.configuration().to_builder();
        builder = builder.client_metadata([("app", "cellar"), ("screen", "?")].map(|(k, v)| (k.into(), v.into())));
        if let Some(secret) = pool.server.client_secret() {
            builder = builder.client_secret(secret);
        }
        let client = AuthClient::new(builder.build().unwrap());

        client.reset_password("ann", ResetPasswordOptions::new().client_metadata("screen", "forgot")).await.unwrap();
        let options = ConfirmResetPasswordOptions::new().client_metadata("screen", "replace");
        client.confirm_reset_password("ann", "Better-Stapler-7", pool.code("ann"), options).await.unwrap();
        client.sign_in("ann", Some("Better-Stapler-7"), SignInOptions::new()).await.unwrap();
        let options = UpdateUserAttributesOptions::new().client_metadata("screen", "profile");
        client.update_user_attribute(UserAttribute::new("email", "new@example.org"), options).await.unwrap();
        let options = SendVerificationCodeOptions::new().client_metadata("screen", "verify");
        client.send_verification_code("email", options).await.unwrap();
        let options = SignUpOptions::new().attribute("email", "bob@example.org").client_metadata("screen", "join");
        client.sign_up("bob", Some(PASSWORD), options).await.unwrap();
        let options = ResendSignUpCodeOptions { client_metadata: HashMap::from([("screen".into(), "again".into())]) };
        client.resend_sign_up_code("bob", options).await.unwrap();
        let options = ConfirmSignUpOptions {
            client_metadata: HashMap::from([("screen".into(), "code".into())]),
            ..Default::default()
        };
        client.confirm_sign_up("bob", pool.code("bob"), options).await.unwrap();

        let expected = [
            ("CustomMessage_ForgotPassword", "forgot"),
            ("PostConfirmation_ConfirmForgotPassword", "replace"),
            ("CustomMessage_UpdateUserAttribute", "profile"),
            ("CustomMessage_VerifyUserAttribute", "verify"),
            ("CustomMessage_SignUp", "join"),
            ("CustomMessage_ResendCode", "again"),
            ("PostConfirmation_ConfirmSignUp", "code"),
        ];
        let expected =
            expected.map(|(source, screen)| (source.to_owned(), json!({ "app": "cellar", "screen": screen }))).to_vec();
        assert_eq!(*seen.lock().unwrap(), expected);
    }
}

/// The phone's facts, and how often they were asked for.
#[derive(Debug, Default)]
struct Phone(AtomicUsize);

impl DeviceFacts for Phone {
    fn facts(&self) -> Result<HashMap<String, String>, DeviceFactsUnavailable> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok([("DeviceName", "Ann's phone"), ("Platform", "ANDROID")].map(|(k, v)| (k.into(), v.into())).into())
    }
}

struct Fixture {
    service: Arc<Service>,
    store: Arc<Store>,
    phone: Arc<Phone>,
    client: AuthClient,
}

fn fixture(configure: impl FnOnce(AuthConfigurationBuilder) -> AuthConfigurationBuilder) -> Fixture {
    let clock = ManualClock::new();
    let service = Service::new(clock.clone(), false);
    let (store, phone) = (Arc::new(Store::default()), Arc::new(Phone::default()));
    let configuration = configure(AuthConfiguration::builder("eu-west-1_AbCdEfGh1", "client")).build().unwrap();
    let client = AuthClient::builder(configuration)
        .store(store.clone())
        .clock(clock)
        .transport(Arc::new(Wire(service.clone())))
        .device_facts(phone.clone())
        .build();
    Fixture { service, store, phone, client }
}

const WITH_CONTEXT: [&str; 7] = [
    "InitiateAuth",
    "RespondToAuthChallenge",
    "SignUp",
    "ConfirmSignUp",
    "ResendConfirmationCode",
    "ForgotPassword",
    "ConfirmForgotPassword",
];

impl Fixture {
    /// Every kind of call that there is. What the service answers does not matter here.
    async fn call_everything(&self) {
        let client = &self.client;
        let options = SignInOptions::new().auth_flow(AuthFlow::UserPassword);
        client.sign_in("ann", Some("password"), options).await.unwrap();
        let _ = client.update_password(Some("old"), "new").await;
        let _ = client.fetch_user_attributes().await;
        let nickname = vec![UserAttribute::new("nickname", "Annie")];
        let _ = client.update_user_attributes(nickname, UpdateUserAttributesOptions::new()).await;
        let _ = client.delete_user_attributes(vec!["nickname".to_owned()]).await;
        let _ = client.send_verification_code("email", SendVerificationCodeOptions::new()).await;
        let _ = client.confirm_user_attribute("email", "123456").await;
        let _ = client.set_up_totp().await;
        let _ = client.verify_totp_setup("123456", Default::default()).await;
        let _ = client.update_mfa_preference(Some(portcullis::MfaSetting::Disabled), None, None).await;
        let _ = client.begin_passkey_registration().await;
        let passkey = r#"{"id":"a","rawId":"a","type":"public-key","response":{}}"#;
        let _ = client.complete_passkey_registration(passkey).await;
        let _ = client.list_passkeys(Default::default()).await;
        let _ = client.delete_passkey("a").await;
        let _ = client.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)).await;
        client.sign_out(SignOutOptions::new()).await;
        let _ = client.sign_up("ann", Some("password"), SignUpOptions::new()).await;
        let _ = client.confirm_sign_up("ann", "123456", ConfirmSignUpOptions::default()).await;
        let _ = client.resend_sign_up_code("ann", ResendSignUpCodeOptions::default()).await;
        let _ = client.reset_password("ann", ResetPasswordOptions::new()).await;
        let _ = client.confirm_reset_password("ann", "new", "123456", ConfirmResetPasswordOptions::new()).await;
        self.service.then([Reply::Refuses("NotAuthorizedException", "no")]);
        let _ = client.sign_in("ann", Some("password"), SignInOptions::new().auth_flow(AuthFlow::UserPassword)).await;
    }

    fn requests(&self) -> Vec<(String, Value)> {
        self.service.requests.lock().unwrap().clone()
    }
}

fn decoded(request: &Value) -> Value {
    let text = request["UserContextData"]["EncodedData"].as_str().unwrap();
    let mut outer: Value = serde_json::from_slice(&STANDARD.decode(text).unwrap()).unwrap();
    outer["payload"] = serde_json::from_str(outer["payload"].as_str().unwrap()).unwrap();
    outer
}

#[tokio::test]
async fn the_operations_before_a_sign_in_carry_client_data_and_no_other() {
    let fixture = fixture(|builder| builder.threat_protection(true).analytics_endpoint_id("endpoint-1"));
    fixture.call_everything().await;
    let requests = fixture.requests();
    let mut seen = Vec::new();
    for (operation, body) in &requests {
        let wanted = WITH_CONTEXT.contains(&operation.as_str());
        assert_eq!(body.get("UserContextData").is_some(), wanted, "{operation}");
        assert_eq!(body.get("AnalyticsMetadata").is_some(), wanted, "{operation}");
        if wanted {
            seen.push(operation.as_str());
            assert_eq!(body["AnalyticsMetadata"], json!({ "AnalyticsEndpointId": "endpoint-1" }));
            let data = decoded(body);
            assert_eq!(data["version"], "ANDROID20171114");
            assert_eq!(data["payload"]["username"], "ann");
            assert_eq!(data["payload"]["userPoolId"], "eu-west-1_AbCdEfGh1");
            assert_eq!(data["payload"]["timestamp"], "1767603787000");
            assert_eq!(data["payload"]["contextData"]["DeviceName"], "Ann's phone");
        }
    }
    for operation in WITH_CONTEXT.iter().filter(|name| **name != "RespondToAuthChallenge") {
        assert!(seen.contains(operation), "{operation} is among {seen:?}");
    }
    assert!(requests.len() > seen.len() + 12, "{requests:?}");
    // The installation keeps its id through all of it.
    let ids = requests.iter().filter(|(name, _)| WITH_CONTEXT.contains(&name.as_str()));
    let mut ids: Vec<_> = ids.map(|(_, body)| decoded(body)["payload"]["contextData"]["DeviceId"].clone()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
}

#[tokio::test]
async fn the_answer_to_a_challenge_carries_client_data_too() {
    let fixture = fixture(|builder| builder.threat_protection(true).analytics_endpoint_id("endpoint-1"));
    let challenge = json!({ "ChallengeName": "CUSTOM_CHALLENGE", "Session": "s", "ChallengeParameters": {} });
    fixture.service.then([Reply::Answers(challenge)]);
    let options = SignInOptions::new().auth_flow(AuthFlow::CustomWithoutSrp);
    fixture.client.sign_in("ann", None, options).await.unwrap();
    let _ = fixture.client.confirm_sign_in("answer", Default::default()).await;
    let requests = fixture.requests();
    let (operation, body) = &requests[1];
    assert_eq!(operation, "RespondToAuthChallenge");
    assert_eq!(decoded(body)["payload"]["username"], "ann");
    assert_eq!(body["AnalyticsMetadata"]["AnalyticsEndpointId"], "endpoint-1");
}

#[tokio::test]
async fn nobody_who_did_not_ask_for_it_sends_anything() {
    let fixture = fixture(|builder| builder);
    fixture.call_everything().await;
    for (operation, body) in fixture.requests() {
        assert!(body.get("UserContextData").is_none() && body.get("AnalyticsMetadata").is_none(), "{operation}");
    }
    assert_eq!(fixture.phone.0.load(Ordering::SeqCst), 0);
    let keys = portcullis::SecureStore::keys(&fixture.store.inner, "portcullis/install").unwrap();
    assert!(keys.is_empty(), "{keys:?}");
}

#[tokio::test]
async fn a_store_that_is_locked_fails_no_call() {
    let fixture = fixture(|builder| builder.threat_protection(true));
    fixture.store.be(StoreFault::Locked);
    fixture.client.reset_password("ann", ResetPasswordOptions::new()).await.unwrap();
    assert!(fixture.requests()[0].1.get("UserContextData").is_none());
    fixture.store.be(StoreFault::Well);
    fixture.client.reset_password("ann", ResetPasswordOptions::new()).await.unwrap();
    assert!(fixture.requests()[1].1.get("UserContextData").is_some());
}
