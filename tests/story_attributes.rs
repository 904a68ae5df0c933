//! A signed-in person looks at their attributes, changes and verifies them, and deletes the account.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod test_pool;

use std::collections::BTreeMap;
use std::time::Duration;

use local_pool::{CustomAttribute, Fault, PoolConfig};
use portcullis::{
    AuthError, AuthEvent, AuthFlow, AuthState, CodeDeliveryDetails, DeliveryMedium, SecureStore as _,
    SendVerificationCodeOptions, SignInOptions, UpdateUserAttributeStep, UpdateUserAttributesOptions, UserAttribute,
};
use test_pool::{KINDS, Kind, PASSWORD, TestPool, client_of};

fn pool(kind: Kind) -> PoolConfig {
    let custom = |name: &str| CustomAttribute { name: name.into(), data_type: "String".into(), mutable: true };
    let ann = [("email", "ann@example.org"), ("email_verified", "true"), ("custom:tenant", "red")];
    PoolConfig { custom_attributes: vec![custom("tenant"), custom("colour")], ..PoolConfig::default() }
        .with_client(client_of(kind))
        .with_user("ann", PASSWORD, &ann)
}

async fn signed_in(config: PoolConfig) -> TestPool {
    let pool = TestPool::with(config).await;
    pool.sign_in(AuthFlow::UserSrp).await;
    pool
}

async fn attributes(pool: &TestPool) -> BTreeMap<String, String> {
    let attributes = pool.client.fetch_user_attributes().await.unwrap();
    attributes.into_iter().map(|attribute| (attribute.name, attribute.value)).collect()
}

fn options() -> UpdateUserAttributesOptions {
    UpdateUserAttributesOptions::new()
}

async fn update(pool: &TestPool, name: &str, value: &str) -> Result<UpdateUserAttributeStep, AuthError> {
    let result = pool.client.update_user_attribute(UserAttribute::new(name, value), options()).await?;
    assert_eq!(result.is_updated, result.next_step == UpdateUserAttributeStep::Done);
    Ok(result.next_step)
}

fn by_mail(masked: &str) -> CodeDeliveryDetails {
    CodeDeliveryDetails {
        destination: Some(masked.to_owned()),
        medium: Some(DeliveryMedium::Email),
        attribute_name: Some("email".to_owned()),
    }
}

#[tokio::test]
async fn each_attribute_is_changed_and_says_what_it_needs() {
    for kind in KINDS {
        let pool = signed_in(pool(kind)).await;
        let now = attributes(&pool).await;
        assert_eq!((now["email"].as_str(), now["custom:tenant"].as_str()), ("ann@example.org", "red"));
        assert_eq!(now["sub"], pool.client.get_current_user().await.unwrap().user_id);

        let wanted =
            [("nickname", "Annie"), ("email", "new@example.org"), ("tenant", "blue"), ("custom:colour", "green")];
        let wanted = wanted.map(|(name, value)| UserAttribute::new(name, value)).to_vec();
        let results = pool.client.update_user_attributes(wanted, options()).await.unwrap();
        let names: Vec<_> = results.iter().map(|result| (result.name.as_str(), result.is_updated)).collect();
        assert_eq!(
            names,
            [("nickname", true), ("email", false), ("custom:tenant", true), ("custom:colour", true)],
            "one for each, in their order"
        );
        let delivery_details = by_mail("n***@e***");
        assert_eq!(results[1].next_step, UpdateUserAttributeStep::ConfirmAttributeWithCode { delivery_details });
        let now = attributes(&pool).await;
        assert_eq!((now["nickname"].as_str(), now["custom:tenant"].as_str()), ("Annie", "blue"));
        assert_eq!(now["custom:colour"], "green");

        let unverified = pool.client.fetch_verified_contacts().await.unwrap();
        assert_eq!(unverified.unverified, [UserAttribute::new("email", "new@example.org")]);
        assert!(unverified.verified.is_empty());
        let code = pool.code("ann");
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let error = pool.client.confirm_user_attribute("email", wrong).await.unwrap_err();
        assert!(matches!(error, AuthError::CodeMismatch { .. }), "{error}");
        pool.client.confirm_user_attribute("email", format!(" {code}\u{200b}")).await.unwrap();
        let verified = pool.client.fetch_verified_contacts().await.unwrap();
        assert_eq!(verified.verified, [UserAttribute::new("email", "new@example.org")]);
    }
}

#[tokio::test]
async fn where_a_new_address_must_be_proved_before_it_counts() {
    let config = PoolConfig { verify_before_update: vec!["email".to_owned()], ..pool(Kind::Plain) };
    let pool = signed_in(config).await;
    let step = update(&pool, "email", "new@example.org").await.unwrap();
    assert!(matches!(step, UpdateUserAttributeStep::ConfirmAttributeWithCode { .. }));
    assert_eq!(attributes(&pool).await["email"], "ann@example.org");
    let code = pool.server.outbox(None, None).pop().unwrap().code;
    pool.client.confirm_user_attribute("email", code).await.unwrap();
    assert_eq!(attributes(&pool).await["email"], "new@example.org");
}

#[tokio::test]
async fn a_contact_is_verified_later_and_an_old_code_is_told_apart() {
    let pool = signed_in(pool(Kind::Plain)).await;
    update(&pool, "phone_number", "+15555551234").await.unwrap();
    let contacts = pool.client.fetch_verified_contacts().await.unwrap();
    assert_eq!(contacts.verified, [UserAttribute::new("email", "ann@example.org")]);
    assert_eq!(contacts.unverified, [UserAttribute::new("phone_number", "+15555551234")]);

    let send = async |name: &str| pool.client.send_verification_code(name, SendVerificationCodeOptions::new()).await;
    let sent = send("phone_number").await.unwrap();
    assert_eq!((sent.medium, sent.destination.as_deref()), (Some(DeliveryMedium::Sms), Some("+*******1234")));
    pool.pass(Duration::from_secs(25 * 3600));
    let late = pool.client.confirm_user_attribute("phone_number", pool.code("ann")).await.unwrap_err();
    assert_eq!(late.code(), "code_expired");
    send("phone_number").await.unwrap();
    pool.client.confirm_user_attribute("phone_number", pool.code("ann")).await.unwrap();
    assert!(pool.client.fetch_verified_contacts().await.unwrap().unverified.is_empty());
    assert_eq!(send("nickname").await.unwrap_err().code(), "invalid_parameter");
    let error = loop {
        match send("phone_number").await {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), "limit_exceeded");
}

#[tokio::test]
async fn attributes_are_deleted_by_either_name() {
    let pool = signed_in(pool(Kind::Plain)).await;
    update(&pool, "nickname", "Annie").await.unwrap();
    update(&pool, "colour", "green").await.unwrap();
    let names = ["nickname", "tenant", "custom:colour"].map(str::to_owned).to_vec();
    pool.client.delete_user_attributes(names).await.unwrap();
    let now = attributes(&pool).await;
    assert!(!now.contains_key("nickname") && !now.contains_key("custom:tenant") && !now.contains_key("custom:colour"));
    let unknown = pool.client.delete_user_attributes(vec!["shoe".to_owned()]).await.unwrap_err();
    assert_eq!(unknown.code(), "invalid_parameter");
}

#[tokio::test]
async fn refusals_leave_everything_as_it_is_and_are_told() {
    let pool = signed_in(pool(Kind::Plain)).await;
    let events = pool.client.events();
    let unknown = vec![UserAttribute::new("nickname", "Annie"), UserAttribute::new("shoe", "42")];
    let error = pool.client.update_user_attributes(unknown, options()).await.unwrap_err();
    assert_eq!(error.code(), "invalid_parameter");
    assert!(!attributes(&pool).await.contains_key("nickname"), "all or none");
    update(&pool, "nickname", "Annie").await.unwrap();
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
    let failed = events.next().await.unwrap();
    assert_eq!(failed.hub_name(), "updateUserAttributes_failure");
    let updated = events.next().await.unwrap();
    assert_eq!(updated.hub_name(), "updateUserAttributes");
    assert_eq!(updated, AuthEvent::UserAttributesUpdated { attribute_names: vec!["nickname".to_owned()] });
}

/// API reference of `UpdateUserAttributes`: "To delete an attribute from your user, submit the attribute with a blank value."
#[tokio::test]
async fn a_blank_value_is_sent_since_it_deletes() {
    let pool = signed_in(pool(Kind::Plain)).await;
    update(&pool, "phone_number", "+12065550100").await.unwrap();
    pool.server.reset_counters();
    for (count, name) in ["phone_number", "tenant", "email"].into_iter().enumerate() {
        let _ = update(&pool, name, "").await; // the pool may require one of them
        assert_eq!(pool.server.all_requests()["UpdateUserAttributes"], count as u64 + 1, "{name}");
    }
    let now = attributes(&pool).await;
    assert!(now.get("phone_number").is_none_or(String::is_empty), "{now:?}");
}

#[tokio::test]
async fn what_is_certainly_wrong_is_not_sent() {
    let pool = TestPool::with(pool(Kind::Plain)).await;
    let client = &pool.client;
    let field = |error: AuthError| {
        assert_eq!(error.code(), "validation_failed");
        error.info().field.clone().unwrap()
    };
    for (name, value, expected) in [
        ("phone_number", "0555 1234", "phone_number"),
        ("", "x", "attributeName"),
        ("a-name-that-is-longer-than-that-of-any", "x", "attributeName"),
        ("nickname", &"x".repeat(2049), "attributeValue"),
    ] {
        assert_eq!(field(update(&pool, name, value).await.unwrap_err()), expected, "{name}");
    }
    assert_eq!(field(client.update_user_attributes(vec![], options()).await.unwrap_err()), "attributes");
    assert_eq!(field(client.delete_user_attributes(vec![]).await.unwrap_err()), "attributeNames");
    assert_eq!(field(client.delete_user_attributes(vec![String::new()]).await.unwrap_err()), "attributeName");
    assert_eq!(field(client.confirm_user_attribute("email", "").await.unwrap_err()), "confirmationCode");
    let send = client.send_verification_code("", SendVerificationCodeOptions::new()).await;
    assert_eq!(field(send.unwrap_err()), "attributeName");
    assert_eq!(pool.server.all_requests().values().sum::<u64>(), 0);
    let signed_out = client.fetch_user_attributes().await.unwrap_err();
    assert!(matches!(signed_out, AuthError::NotSignedIn { .. }), "{signed_out}");
}

#[tokio::test]
async fn deleting_the_account() {
    for kind in KINDS {
        let pool = signed_in(pool(kind)).await;
        // Until the service has done it, nothing is forgotten.
        pool.server.faults().set("DeleteUser", Fault::exception("InternalErrorException", 500, "x"));
        assert_eq!(pool.client.delete_user().await.unwrap_err().code(), "service_unavailable");
        assert!(matches!(pool.client.state(), AuthState::SignedIn { .. }));
        pool.server.faults().clear_all();

        let events = pool.client.events();
        pool.client.delete_user().await.unwrap();
        assert_eq!(pool.client.state(), AuthState::SignedOut);
        assert!(pool.store.keys("").unwrap().iter().all(|key| !key.contains("/session/")));
        assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
        let deleted = events.next().await.unwrap();
        assert_eq!(deleted.hub_name(), "userDeleted");
        assert!(matches!(deleted, AuthEvent::UserDeleted { user } if user.username == "ann"));
        let gone = pool.client.sign_in("ann", Some(PASSWORD), SignInOptions::new()).await.unwrap_err();
        assert!(matches!(gone, AuthError::UserNotFound { .. }), "{gone}");
        assert!(matches!(pool.client.delete_user().await.unwrap_err(), AuthError::NotSignedIn { .. }));
    }
}

#[tokio::test]
async fn an_account_that_is_gone_already_is_deleted() {
    for stale in [false, true] {
        let pool = signed_in(pool(Kind::Plain)).await;
        pool.server.delete_user("ann").unwrap();
        if stale {
            pool.pass(Duration::from_secs(2 * 3600)); // so that renewing the tokens meets it first
            let gone = Fault::exception("UserNotFoundException", 400, "User does not exist.");
            pool.server.faults().set("GetTokensFromRefreshToken", gone);
        }
        pool.client.delete_user().await.unwrap();
        assert_eq!(pool.client.state(), AuthState::SignedOut);
        assert_eq!(pool.restarted().load().await.unwrap(), AuthState::SignedOut);
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_deletes_the_account_all_the_same() {
    let pool = signed_in(pool(Kind::Plain)).await;
    pool.server.faults().queue("DeleteUser", Fault::DropAfterCommit, 1);
    pool.client.delete_user().await.unwrap();
    assert_eq!(pool.client.state(), AuthState::SignedOut);
}
