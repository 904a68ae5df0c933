//! Test 1 of the users' list: whatever happens, nothing but the user, or a verdict, removes a session.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use portcullis::{AuthState, FetchSessionOptions};
use proptest::prelude::*;
use scripted::{Fixture, Reply, StoreFault};

#[derive(Clone, Debug)]
enum Step {
    Fetch,
    ForcedFetch,
    CurrentUser,
    Hours(u8),
    Store(u8),
    Network(u8),
    Restart,
    FailedSignIn,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Fetch),
        Just(Step::ForcedFetch),
        Just(Step::CurrentUser),
        (1..48_u8).prop_map(Step::Hours),
        (0..4_u8).prop_map(Step::Store),
        (0..6_u8).prop_map(Step::Network),
        Just(Step::Restart),
        Just(Step::FailedSignIn),
    ]
}

fn options(force: bool) -> FetchSessionOptions {
    FetchSessionOptions::new().force_refresh(force)
}

async fn take(fixture: &mut Fixture, step: Step) {
    match step {
        Step::Fetch => drop(fixture.client.fetch_auth_session(options(false)).await),
        Step::ForcedFetch => drop(fixture.client.fetch_auth_session(options(true)).await),
        Step::CurrentUser => drop(fixture.client.get_current_user().await),
        Step::Hours(hours) => fixture.device.advance(i64::from(hours) * 3600),
        Step::Store(fault) => {
            fixture
                .store
                .be([StoreFault::Well, StoreFault::Locked, StoreFault::Failing, StoreFault::ReadOnly]
                    [usize::from(fault)])
        }
        Step::Network(fault) => {
            let faults = [
                Reply::Unreachable,
                Reply::LosesTheAnswer,
                Reply::AnswersHtml,
                Reply::Refuses("InternalErrorException", ""),
                Reply::Refuses("TooManyRequestsException", "Rate exceeded"),
                Reply::Refuses("SomethingNewException", ""),
            ];
            fixture.service.then([faults[usize::from(fault)].clone()]);
        }
        Step::Restart => fixture.restart(),
        Step::FailedSignIn => {
            fixture.service.script.lock().unwrap().clear(); // the refusal is for this request and no other
            fixture.service.then([Reply::Refuses("NotAuthorizedException", "Incorrect username or password.")]);
            drop(fixture.client.sign_in("ann", Some("wrong"), portcullis::SignInOptions::new()).await);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]
    #[test]
    fn nothing_removes_a_session_without_cause(steps in prop::collection::vec(step(), 1..25)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let mut fixture = Fixture::new();
            fixture.sign_in("ann").await;
            for step in steps {
                take(&mut fixture, step).await;
                let state = fixture.client.state();
                let known = matches!(state, AuthState::SignedIn { .. } | AuthState::Unknown { .. });
                assert!(known, "{state:?}");
            }
            assert!(fixture.store.removed.lock().unwrap().is_empty());
            fixture.store.be(StoreFault::Well);
            fixture.service.script.lock().unwrap().clear();
            let session = fixture.client.fetch_auth_session(options(false)).await.unwrap();
            assert_eq!(session.user.as_ref().unwrap().username, "ann");
            assert!(session.tokens().is_ok(), "{session:?}");
        });
    }
}
