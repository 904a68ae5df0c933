//! Options in short, and what is left of accounts.

use std::time::Duration;

use portcullis::{AuthFlow, FetchSessionOptions, SignInOptions};

use super::Fixture;

pub fn plain() -> FetchSessionOptions {
    FetchSessionOptions::new()
}

pub fn forced() -> FetchSessionOptions {
    FetchSessionOptions::new().force_refresh(true)
}

pub fn with_password() -> SignInOptions {
    SignInOptions::new().auth_flow(AuthFlow::UserPassword)
}

/// Until nothing of the accounts but these names is stored.
pub async fn only_left(fixture: &Fixture, names: &[&str]) {
    for _ in 0..1_000 {
        let left = fixture.records("account/");
        if left.iter().all(|key| names.iter().any(|name| key.contains(&format!("/{name}/")))) {
            return;
        }
        let _ = fixture.client.get_current_user().await; // any call gives the store another chance
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("left over: {:?}", fixture.records("account/"));
}
