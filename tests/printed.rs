//! What is personal or secret is in nothing that a public type prints: each one that has text is made here with a canary in
//! every text that is not to be shown. That every type with text says what is shown is checked in `layers/printing.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeSet, HashMap};
use std::fmt::Debug;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use portcullis::*;

const CANARY: &str = "canary";
/// What is to be shown.
const SHOWN: &str = "seen";

#[derive(Default)]
struct Tried {
    names: BTreeSet<String>,
    printed: Vec<String>,
}

impl Tried {
    fn print<T: Debug>(&mut self, value: T) {
        let name = std::any::type_name::<T>().rsplit("::").next().unwrap();
        self.names.insert(name.to_owned());
        self.printed.push(format!("{value:?} {value:#?}"));
    }
}

fn text() -> String {
    CANARY.to_owned()
}

fn shown() -> String {
    SHOWN.to_owned()
}

fn map() -> HashMap<String, String> {
    HashMap::from([(shown(), text())])
}

fn attribute() -> UserAttribute {
    UserAttribute::new(SHOWN, CANARY)
}

fn user() -> AuthUser {
    AuthUser { username: text(), user_id: text() }
}

fn delivery() -> CodeDeliveryDetails {
    let medium = Some(DeliveryMedium::Unknown { name: shown() });
    CodeDeliveryDetails { destination: Some(text()), medium, attribute_name: Some(shown()) }
}

fn every_value() -> Tried {
    let mut tried = Tried::default();
    options(&mut tried);
    steps(&mut tried);
    events(&mut tried);
    configuration(&mut tried);
    what_the_service_says(&mut tried);
    tried
}

fn options(tried: &mut Tried) {
    let automatic =
        AutoSignInOptions { validation_data: map(), client_metadata: map(), ..AutoSignInOptions::default() };
    tried.print(automatic.clone());
    tried.print(SignInOptions { client_metadata: map(), validation_data: map(), ..SignInOptions::new() });
    tried.print(ConfirmSignInOptions {
        client_metadata: map(),
        user_attributes: vec![attribute()],
        friendly_device_name: Some(text()),
    });
    tried.print(SignUpOptions {
        user_attributes: vec![attribute()],
        validation_data: map(),
        client_metadata: map(),
        auto_sign_in: Some(automatic),
    });
    tried.print(ConfirmSignUpOptions { client_metadata: map(), ..ConfirmSignUpOptions::default() });
    tried.print(ResendSignUpCodeOptions { client_metadata: map() });
    tried.print(ResetPasswordOptions { client_metadata: map() });
    tried.print(ConfirmResetPasswordOptions { client_metadata: map() });
    tried.print(UpdateUserAttributesOptions { client_metadata: map() });
    tried.print(SendVerificationCodeOptions { client_metadata: map() });
    tried.print(AwsCredentialsOptions::new().custom_role_arn(SHOWN));
    tried.print(AwsRequest { headers: map(), body: CANARY.into(), ..AwsRequest::new(SHOWN, CANARY, SHOWN, SHOWN) });
    tried.print(FederateOptions::new().identity_id(CANARY).user([(shown(), text())]));
    tried.print(FetchSessionOptions { client_metadata: map(), ..FetchSessionOptions::default() });
    tried.print(SignOutOptions { account: Some(user()), ..SignOutOptions::default() });
    tried.print(VerifyTotpSetupOptions { friendly_device_name: Some(text()) });
    let asked = WebUiSignInOptions::new().provider(AuthProvider::Named { name: shown() }).redirect_uri(SHOWN);
    tried.print(WebUiSignInOptions { login_hint: Some(text()), ..asked.custom_state(CANARY) });
    tried.print(AuthProvider::Named { name: shown() });
    tried.print(WebUiRequest { url: text(), redirect_uri: shown() });
    tried.print(ListPasskeysOptions { next_token: Some(text()), ..ListPasskeysOptions::default() });
}

fn steps(tried: &mut Tried) {
    let details = TotpSetupDetails { shared_secret: text(), username: text() };
    tried.print(details.clone());
    for step in [
        SignInStep::ConfirmSignInWithCustomChallenge { parameters: map() },
        SignInStep::ConfirmSignInWithNewPassword { parameters: map(), missing_attributes: vec![shown()] },
        SignInStep::ConfirmSignInWithSmsMfaCode { delivery_details: delivery() },
        SignInStep::ConfirmSignInWithTotpCode { friendly_device_name: Some(text()) },
        SignInStep::ConfirmSignInWithOtp { delivery_details: delivery() },
        SignInStep::ConfirmSignInWithPasskey { request: text() },
        SignInStep::ContinueSignInWithMfaSelection { types: vec![MfaType::Other { name: shown() }] },
        SignInStep::ContinueSignInWithTotpSetup { details },
        SignInStep::ContinueSignInWithFirstFactorSelection { factors: vec![FirstFactor::Other { name: shown() }] },
    ] {
        tried.print(PendingSignIn { step: step.clone(), asked_at: SystemTime::UNIX_EPOCH });
        tried.print(step);
    }
    tried.print(MfaType::Other { name: shown() });
    tried.print(FirstFactor::Other { name: shown() });
    tried.print(DeliveryMedium::Unknown { name: shown() });
    tried.print(delivery());
    let next_step = SignUpStep::ConfirmUser { delivery_details: Some(delivery()), user_id: Some(text()) };
    tried.print(next_step.clone());
    tried.print(SignUpResult { is_sign_up_complete: false, next_step, user_id: Some(text()) });
    let next_step = UpdateUserAttributeStep::ConfirmAttributeWithCode { delivery_details: delivery() };
    tried.print(UpdateUserAttributeResult { name: shown(), is_updated: false, next_step });
}

fn events(tried: &mut Tried) {
    for event in [
        AuthEvent::Configured { state: AuthState::SignedIn { user: user() } },
        AuthEvent::SignedIn { user: user() },
        AuthEvent::SignedUp { username: text(), needs_confirmation: true },
        AuthEvent::SignUpConfirmed { username: text() },
        AuthEvent::PasswordResetRequested { username: text() },
        AuthEvent::PasswordReset { username: text() },
        AuthEvent::CustomState { custom_state: text() },
        AuthEvent::UserAttributesUpdated { attribute_names: vec![shown()] },
    ] {
        tried.print(event);
    }
    let federated = AuthState::Federated { identity_id: text() };
    tried.print(federated.clone());
    tried.print(AuthEvent::StateChanged { state: federated });
    tried.print(AuthEvent::Federated { identity_id: text() });
    tried.print(AuthEvent::FederationCleared { identity_id: text() });
    tried.print(user());
    let error = AuthConfiguration::from_json("").unwrap_err();
    tried.print(AuthEvent::PasswordResetFailed { username: text(), error: error.info().clone() });
    tried.print(error.info().clone());
}

fn configuration(tried: &mut Tried) {
    let builder = AuthConfiguration::builder("eu-west-1_AbCdEfGh1", "client")
        .client_secret(CANARY)
        .client_metadata(map())
        .analytics_endpoint_id(CANARY);
    tried.print(builder.clone());
    let configuration = builder.build().unwrap();
    tried.print(configuration.clone());
    let identity_pool = configuration.to_builder().identity_pool_id("eu-west-1:0a").build().unwrap();
    tried.print(identity_pool.identity_pool().unwrap().clone());
    let pages = configuration.to_builder().hosted_ui_domain("a.example.org").build().unwrap();
    tried.print(pages.hosted_ui().unwrap().clone());
    tried.print(AuthClient::builder(configuration).device_name(CANARY));
    let store = MemoryStore::new();
    store.write(CANARY, CANARY.as_bytes()).unwrap();
    tried.print(store);
    tried.print(Stored::Found(CANARY.as_bytes().to_vec()));
    tried.print(Stored::Corrupt(shown()));
    let body = || CANARY.as_bytes().to_vec().into();
    let url = "https://example.org".parse().unwrap();
    tried.print(HttpRequest { url, headers: vec![("authorization", text())], body: body() });
    tried.print(HttpResponse { status: 200, headers: vec![("set-cookie".to_owned(), text())], body: body() });
}

fn what_the_service_says(tried: &mut Tried) {
    let provider = FederatedProvider::Oidc { issuer: shown() };
    tried.print(provider.clone());
    tried.print(FederatedToken { token: text(), expires_at: None });
    tried.print(FederatedInfo { provider, token: text(), identity_id: text(), expires_at: None, user: map() });
    tried.print(attribute());
    tried.print(VerifiedContacts { verified: vec![attribute()], unverified: vec![attribute()] });
    tried.print(AuthDevice {
        id: text(),
        name: Some(text()),
        is_current: true,
        attributes: map(),
        created_at: None,
        last_modified_at: None,
        last_authenticated_at: None,
    });
    let passkey = Passkey {
        credential_id: text(),
        friendly_name: Some(text()),
        relying_party_id: Some(shown()),
        authenticator_attachment: Some(shown()),
        transports: vec![shown()],
        created_at: None,
    };
    tried.print(passkey.clone());
    tried.print(PasskeyPage { passkeys: vec![passkey], next_token: Some(text()) });
    let claim = ClaimValue::Text { value: text() };
    let all = HashMap::from([
        (shown(), claim.clone()),
        ("list".to_owned(), ClaimValue::Texts { values: vec![text()] }),
        ("json".to_owned(), ClaimValue::Json { value: text() }),
    ]);
    for value in all.values() {
        tried.print(value.clone());
    }
    tried.print(TokenClaims {
        subject: Some(text()),
        username: Some(text()),
        token_use: Some(text()),
        issuer: Some(text()),
        client_id: Some(text()),
        issued_at: None,
        expires_at: None,
        authenticated_at: None,
        scopes: vec![text()],
        groups: vec![text()],
        email: Some(text()),
        email_verified: Some(true),
        phone_number: Some(text()),
        phone_number_verified: Some(true),
        all,
    });
}

#[test]
fn nothing_personal_or_secret_is_printed() {
    let printed = every_value().printed;
    let told: Vec<_> = printed.iter().filter(|text| text.contains(CANARY)).collect();
    assert!(told.is_empty(), "{told:#?}");
    assert!(printed.iter().filter(|text| text.contains(SHOWN)).count() > 30, "names are shown");
}

#[test]
fn every_public_type_with_text_is_tried() {
    let mut tried = every_value().names;
    // Nobody can make these: `credentials.rs` has them from a service.
    tried.extend(["AwsCredentials", "SessionIdentity"].map(str::to_owned));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let public = public_names(&fs::read_to_string(root.join("lib.rs")).unwrap());
    let mut declared = BTreeSet::new();
    collect(&root, &mut declared);
    let forgotten: Vec<_> = declared.iter().filter(|name| public.contains(*name) && !tried.contains(*name)).collect();
    assert!(forgotten.is_empty(), "not tried: {forgotten:?}");
    assert!(declared.contains("AuthUser") && public.contains("AuthUser"), "the sources are not read as they should be");
}

/// What `lib.rs` makes public; Apple's keychain is only there on Apple's systems.
fn public_names(lib: &str) -> BTreeSet<String> {
    let uses = lib.split("\npub use ").skip(1).filter_map(|rest| rest.split_once(';')).map(|(names, _)| names);
    let names = uses.flat_map(|names| names.split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
    names.filter(|name| name != "KeychainStore").collect()
}

/// The types that say what is shown of them.
fn collect(folder: &Path, declared: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, declared);
            continue;
        }
        let code = fs::read_to_string(&path).unwrap();
        let names = code.split("\nshows!(").skip(1).map(|rest| rest.trim_start_matches("enum ").trim_start());
        declared.extend(names.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric()).collect()));
    }
}
