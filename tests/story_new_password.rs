//! The first sign-in with a password that an administrator gave.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod test_pool;

use local_pool::PoolConfig;
use portcullis::{AuthFlow, ConfirmSignInOptions, SignInStep};
use serde_json::json;
use test_pool::{KINDS, PASSWORD, TestPool, client_of};

const TEMPORARY: &str = "Temporary-Horse-9";

async fn invited(kind: test_pool::Kind) -> TestPool {
    let config = PoolConfig { required_attributes: vec!["given_name".into()], ..PoolConfig::default() };
    let pool = TestPool::with(config.with_client(client_of(kind))).await;
    let request = json!({ "Username": "ann", "TemporaryPassword": TEMPORARY, "MessageAction": "SUPPRESS",
        "UserAttributes": [{ "Name": "email", "Value": "ann@example.org" }] });
    pool.server.call("AdminCreateUser", request).await.unwrap();
    pool
}

#[tokio::test]
async fn a_new_password_and_what_was_missing() {
    for kind in KINDS {
        for flow in [AuthFlow::UserSrp, AuthFlow::UserPassword] {
            let pool = invited(kind).await;
            let options = portcullis::SignInOptions::new().auth_flow(flow);
            let result = pool.client.sign_in("ann", Some(TEMPORARY), options).await.unwrap();
            let SignInStep::ConfirmSignInWithNewPassword { parameters, missing_attributes } = result.next_step else {
                panic!("{result:?}")
            };
            assert_eq!(missing_attributes, ["given_name"]);
            assert!(parameters["userAttributes"].contains("ann@example.org"));
            // Too weak, and without the attribute: both can be made good.
            let named = || ConfirmSignInOptions::new().attribute("given_name", "Ann");
            let weak = pool.client.confirm_sign_in("weak", named()).await.unwrap_err();
            assert_eq!(weak.code(), "invalid_password");
            let missing = pool.client.confirm_sign_in(PASSWORD, ConfirmSignInOptions::new()).await.unwrap_err();
            assert_eq!(missing.code(), "invalid_parameter");
            assert!(pool.client.confirm_sign_in(PASSWORD, named()).await.unwrap().is_signed_in, "{kind:?}");
            assert!(pool.sign_in(AuthFlow::UserSrp).await.is_signed_in);
        }
    }
}
