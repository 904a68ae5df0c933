//! What every chapter is played on: a pool, a client of it, and lines on the screen.

use std::error::Error;
use std::time::Duration;

use local_pool::{LocalPool, ServerConfig, totp_code};
use portcullis::{
    AuthClient, AuthConfiguration, AuthError, AuthEvent, CodeDeliveryDetails, DeliveryMedium, EventStream, MfaType,
    SignInResult, SignInStep,
};

pub type Outcome<T = ()> = Result<T, Box<dyn Error>>;

pub const PASSWORD: &str = "Correct-Horse-9";

pub struct Stage {
    pub pool: LocalPool,
    pub auth: AuthClient,
    events: EventStream,
}

impl Stage {
    pub async fn open(config: impl Into<ServerConfig>) -> Outcome<Self> {
        let pool = LocalPool::start(config).await?;
        println!(
            "local-pool listens on {}: a user pool that speaks Cognito's API, in this process.\n",
            pool.endpoint()
        );
        let auth = AuthClient::new(AuthConfiguration::from_json(&pool.amplify_outputs())?);
        let stage = Self { events: auth.events(), pool, auth };
        stage.tell().await;
        Ok(stage)
    }

    /// Prints what the listeners were told meanwhile.
    pub async fn tell(&self) {
        while let Ok(Some(event)) = tokio::time::timeout(Duration::from_millis(50), self.events.next()).await {
            let user = match &event {
                AuthEvent::SignedIn { user }
                | AuthEvent::SignedOut { user }
                | AuthEvent::TokensRefreshed { user }
                | AuthEvent::UserDeleted { user } => format!(" ({})", user.username),
                _ => String::new(),
            };
            println!("  * event {}{user}", event.hub_name());
        }
    }

    /// The code that an authenticator app shows for this secret.
    pub fn app_code(&self, secret: &str) -> String {
        let code = totp_code(secret, self.pool.clock().now());
        got(&format!("(the authenticator app shows the code: {code})"));
        code
    }

    /// Lets the pool's clock run on: an app's code is taken once, and nobody wants to wait for the next.
    pub fn next_app_code(&self, secret: &str) -> String {
        self.pool.clock().advance(Duration::from_secs(30));
        got("(half a minute later, by the pool's clock)");
        self.app_code(secret)
    }
}

/// What happens now.
pub fn scene(title: &str) {
    println!("\n{title}");
}

/// What the app calls.
pub fn call(text: &str) {
    println!("  > {text}");
}

/// What it gets.
pub fn got(text: &str) {
    println!("    {text}");
}

/// The code that the pool sent to somebody.
pub fn in_hand(pool: &LocalPool, user: &str) -> Outcome<String> {
    let code = pool.last_code(user).ok_or("no code was sent")?;
    got(&format!("(the pool's outbox shows the code: {code})"));
    Ok(code)
}

/// Prints the error that has to come, and gives it.
pub fn failed<T>(result: Result<T, AuthError>) -> Outcome<AuthError> {
    let error = result.err().ok_or("it was accepted")?;
    got(&format!("code: {}", error.code()));
    got(&format!("recovery: {}", error.recovery()));
    Ok(error)
}

pub fn show(result: &SignInResult) {
    got(&format!("next step: {}", step(&result.next_step)));
}

fn step(step: &SignInStep) -> String {
    match step {
        SignInStep::ConfirmSignInWithCustomChallenge { parameters } => {
            let question = parameters.get("question").map_or("?", String::as_str);
            format!("ConfirmSignInWithCustomChallenge; its question is {question}")
        }
        SignInStep::ConfirmSignInWithNewPassword { missing_attributes, .. } => {
            format!("ConfirmSignInWithNewPassword; missing attributes: {}", missing_attributes.join(", "))
        }
        SignInStep::ConfirmSignInWithSmsMfaCode { delivery_details } => {
            format!("ConfirmSignInWithSmsMfaCode; {}", sent_to(delivery_details))
        }
        SignInStep::ConfirmSignInWithOtp { delivery_details } => {
            format!("ConfirmSignInWithOtp; {}", sent_to(delivery_details))
        }
        SignInStep::ConfirmSignInWithTotpCode { friendly_device_name } => {
            let place = friendly_device_name.as_ref().map(|name| format!("; the app is on {name:?}"));
            format!("ConfirmSignInWithTotpCode{}", place.unwrap_or_default())
        }
        SignInStep::ConfirmSignInWithPasskey { request } => {
            format!("ConfirmSignInWithPasskey; the request for the platform is\n      {request}")
        }
        SignInStep::ContinueSignInWithMfaSelection { types } => {
            format!("ContinueSignInWithMfaSelection; {}", names(types, MfaType::name))
        }
        SignInStep::ContinueSignInWithMfaSetupSelection { types } => {
            format!("ContinueSignInWithMfaSetupSelection; {}", names(types, MfaType::name))
        }
        SignInStep::ContinueSignInWithTotpSetup { details } => {
            format!("ContinueSignInWithTotpSetup; the QR code says\n      {}", details.setup_uri("Demo", None))
        }
        SignInStep::ContinueSignInWithFirstFactorSelection { factors } => {
            let names = names(factors, portcullis::FirstFactor::name);
            format!("ContinueSignInWithFirstFactorSelection; {names}")
        }
        SignInStep::Done => "Done; signed in".into(),
        step => format!("{step:?}"),
    }
}

fn names<T>(all: &[T], name: fn(&T) -> &str) -> String {
    format!("one of {}", all.iter().map(name).collect::<Vec<_>>().join(", "))
}

pub fn sent_to(details: &CodeDeliveryDetails) -> String {
    let medium = match &details.medium {
        Some(DeliveryMedium::Email) => "e-mail",
        Some(DeliveryMedium::Sms) => "text message",
        _ => "?",
    };
    format!("a code went by {medium} to {}", details.destination.as_deref().unwrap_or("?"))
}
