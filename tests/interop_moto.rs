//! Our client against a server that we did not write: moto's. `cargo xtask interop-test` installs and runs it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use portcullis::{
    AuthClient, AuthConfiguration, AuthFlow, AuthState, ConfirmSignUpOptions, FetchSessionOptions, SignInOptions,
    SignInStep, SignOutOptions, SignUpOptions,
};
use serde_json::Value;

struct Moto(Child);

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn moto() -> (Moto, Value) {
    let python = std::env::var("PORTCULLIS_PYTHON").expect("PORTCULLIS_PYTHON");
    let mut child = Command::new(python)
        .arg("tests/interop/moto_pool.py")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let moto = Moto(child);
    let mut line = String::new();
    while !line.starts_with('{') {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "moto did not start");
    }
    (moto, serde_json::from_str(&line).unwrap())
}

#[tokio::test]
#[ignore = "run by cargo xtask interop-test"]
async fn signs_up_confirms_and_signs_in_against_moto() {
    let (_moto, made) = moto();
    let text = |key: &str| made[key].as_str().unwrap().to_owned();
    let configuration = AuthConfiguration::builder(text("pool"), text("client")).endpoint(text("endpoint")).build();
    let auth = AuthClient::new(configuration.unwrap());
    let options = SignUpOptions::new().attribute("email", "ann@example.org");
    let signed_up = auth.sign_up("ann", Some("Correct-Horse-9"), options).await.unwrap();
    assert!(!signed_up.is_sign_up_complete);
    let plain = || SignInOptions::new().auth_flow(AuthFlow::UserPassword);
    let early = auth.sign_in("ann", Some("Correct-Horse-9"), plain()).await.unwrap();
    assert_eq!(early.next_step, SignInStep::ConfirmSignUp);
    // moto sends no code and takes any.
    auth.confirm_sign_up("ann", "123456", ConfirmSignUpOptions::default()).await.unwrap();
    let wrong = auth.sign_in("ann", Some("Wrong-Horse-9"), plain()).await.unwrap_err();
    assert_eq!(wrong.info().service_code.as_deref(), Some("NotAuthorizedException"));
    assert!(auth.sign_in("ann", Some("Correct-Horse-9"), plain()).await.unwrap().is_signed_in);
    assert_eq!(auth.get_current_user().await.unwrap().username, "ann");
    let session = auth.fetch_auth_session(FetchSessionOptions::new()).await.unwrap();
    assert_eq!(session.tokens().unwrap().id_claims().unwrap().username.as_deref(), Some("ann"));
    auth.sign_out(SignOutOptions::new().global(true)).await;
    assert_eq!(auth.state(), AuthState::SignedOut);
}
