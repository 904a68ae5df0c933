//! The process that is scanned: it signs in, renews, changes and signs out, and then waits. It gets its secrets masked
//! and keeps none of them itself.

use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use portcullis::{
    AuthClient, AuthConfiguration, AuthFlow, ConfirmSignInOptions, FetchSessionOptions, FileStore, FirstFactor,
    SignInOptions, SignInStep, SignOutOptions,
};
use zeroize::Zeroizing;

/// A line on which the process asks for something begins with this.
pub const ASKS: &str = "asks: ";

/// What the parent answers: a mask, and the text under it, both in hexadecimal.
pub fn masked(text: &str) -> String {
    let mask: Vec<u8> = text.bytes().map(|_| rand_byte()).collect();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let hidden: Vec<u8> = text.bytes().zip(&mask).map(|(byte, mask)| byte ^ mask).collect();
    format!("{} {}\n", hex(&mask), hex(&hidden))
}

/// Never 0, so that no byte shows.
fn rand_byte() -> u8 {
    let mut byte = [0];
    while byte[0] == 0 {
        getrandom::fill(&mut byte).unwrap();
    }
    byte[0]
}

fn ask(what: &str) -> Zeroizing<String> {
    let mut out = std::io::stdout();
    writeln!(out, "\n{ASKS}{what}").unwrap();
    out.flush().unwrap();
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).unwrap();
    let (mask, hidden) = line.trim_end_matches('\n').split_once(' ').unwrap();
    let byte = |hex: &str, at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    let mut text = Zeroizing::new(String::with_capacity(mask.len()));
    for at in (0..mask.len()).step_by(2) {
        text.push(char::from(byte(mask, at) ^ byte(hidden, at)));
    }
    text
}

fn by(flow: AuthFlow) -> SignInOptions {
    SignInOptions::new().auth_flow(flow)
}

/// The whole story; the parent scans when "the end" is asked for.
pub fn tell() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = client();
        first_sign_in(&client).await;
        ask("look");
        client.sign_out(SignOutOptions::new()).await;
        ask("signed out");
        second_sign_in(&client).await;
        ask("look");
        ask("control");
        client.sign_out(SignOutOptions::new().global(&*ask("how to sign out") == "globally")).await;
        ask("signed out");
    });
    drop(runtime);
    ask("the end");
}

fn client() -> AuthClient {
    let configuration = AuthConfiguration::from_json(&ask("configuration")).unwrap().to_builder();
    let configuration = configuration.endpoint(ask("endpoint").as_str()).client_secret(ask("client secret").as_str());
    let configuration = configuration.build().unwrap();
    let store = Arc::new(FileStore::new(Path::new(ask("directory").as_str())));
    AuthClient::builder(configuration).store(store).build()
}

/// With an administrator's password, which is to be replaced; on a device that is new.
async fn first_sign_in(client: &AuthClient) {
    let result = client.sign_in("ann", Some(&ask("temporary password")), by(AuthFlow::UserSrp)).await.unwrap();
    assert!(matches!(result.next_step, SignInStep::ConfirmSignInWithNewPassword { .. }), "{result:?}");
    let result = client.confirm_sign_in(ask("password").as_str(), ConfirmSignInOptions::new()).await.unwrap();
    assert!(result.is_signed_in);
    renew(client).await;
}

/// With the password as such on a device that is known, with a code, with a question, and after a wrong password.
async fn second_sign_in(client: &AuthClient) {
    let result = client.sign_in("ann", Some(&ask("password")), by(AuthFlow::UserPassword)).await.unwrap();
    assert!(result.is_signed_in, "{result:?}");
    client.sign_in("ann", Some(&ask("wrong password")), by(AuthFlow::UserPassword)).await.unwrap_err();
    ask("look");
    client.update_password(Some(&ask("password")), &ask("new password")).await.unwrap();
    let flow = AuthFlow::UserAuth { preferred_first_factor: Some(FirstFactor::EmailOtp) };
    let result = client.sign_in("ann", None, by(flow)).await.unwrap();
    assert!(matches!(result.next_step, SignInStep::ConfirmSignInWithOtp { .. }), "{result:?}");
    let result = client.confirm_sign_in(ask("code").as_str(), ConfirmSignInOptions::new()).await.unwrap();
    assert!(result.is_signed_in, "{result:?}");
    ask("look");
    client.sign_in("ann", Some(&ask("new password")), by(AuthFlow::CustomWithSrp)).await.unwrap();
    client.confirm_sign_in(ask("answer").as_str(), ConfirmSignInOptions::new()).await.unwrap();
    let result = client.confirm_sign_in("1", ConfirmSignInOptions::new()).await.unwrap();
    assert!(result.is_signed_in, "{result:?}");
    renew(client).await;
}

/// Tokens are given out, renewed and used, on more than one connection at once.
async fn renew(client: &AuthClient) {
    client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap().tokens().unwrap();
    ask("look");
    let (attributes, devices, session) = tokio::join!(
        client.fetch_user_attributes(),
        client.fetch_devices(),
        client.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)),
    );
    assert!(!attributes.unwrap().is_empty());
    devices.unwrap();
    session.unwrap().tokens().unwrap();
}
