//! A signed-in person looks at their attributes, changes and verifies them, and deletes the account.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod house;

use std::collections::BTreeMap;
use std::time::Duration;

use house::{House, KINDS, Kind, PASSWORD, client_of};
use local_pool::{CustomAttribute, Fault, PoolConfig};
use portcullis::{
    AuthError, AuthEvent, AuthFlow, AuthState, CodeDeliveryDetails, DeliveryMedium, SecureStore as _,
    SendVerificationCodeOptions, SignInOptions, UpdateUserAttributeStep, UpdateUserAttributesOptions, UserAttribute,
};

fn pool(kind: Kind) -> PoolConfig {
    let custom = |name: &str| CustomAttribute { name: name.into(), data_type: "String".into(), mutable: true };
    let ann = [("email", "ann@example.org"), ("email_verified", "true"), ("custom:tenant", "red")];
    PoolConfig { custom_attributes: vec![custom("tenant"), custom("colour")], ..PoolConfig::default() }
        .with_client(client_of(kind))
        .with_user("ann", PASSWORD, &ann)
}

async fn signed_in(config: PoolConfig) -> House {
    let house = House::with(config).await;
    house.sign_in(AuthFlow::UserSrp).await;
    house
}

async fn attributes(house: &House) -> BTreeMap<String, String> {
    let attributes = house.client.fetch_user_attributes().await.unwrap();
    attributes.into_iter().map(|attribute| (attribute.name, attribute.value)).collect()
}

fn options() -> UpdateUserAttributesOptions {
    UpdateUserAttributesOptions::new()
}

async fn update(house: &House, name: &str, value: &str) -> Result<UpdateUserAttributeStep, AuthError> {
    let result = house.client.update_user_attribute(UserAttribute::new(name, value), options()).await?;
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
        let house = signed_in(pool(kind)).await;
        let now = attributes(&house).await;
        assert_eq!((now["email"].as_str(), now["custom:tenant"].as_str()), ("ann@example.org", "red"));
        assert_eq!(now["sub"], house.client.get_current_user().await.unwrap().user_id);

        let wanted =
            [("nickname", "Annie"), ("email", "new@example.org"), ("tenant", "blue"), ("custom:colour", "green")];
        let wanted = wanted.map(|(name, value)| UserAttribute::new(name, value)).to_vec();
        let results = house.client.update_user_attributes(wanted, options()).await.unwrap();
        let names: Vec<_> = results.iter().map(|result| (result.name.as_str(), result.is_updated)).collect();
        assert_eq!(
            names,
            [("nickname", true), ("email", false), ("custom:tenant", true), ("custom:colour", true)],
            "one for each, in their order"
        );
        let delivery_details = by_mail("n***@e***");
        assert_eq!(results[1].next_step, UpdateUserAttributeStep::ConfirmAttributeWithCode { delivery_details });
        let now = attributes(&house).await;
        assert_eq!((now["nickname"].as_str(), now["custom:tenant"].as_str()), ("Annie", "blue"));
        assert_eq!(now["custom:colour"], "green");

        let unverified = house.client.fetch_verified_contacts().await.unwrap();
        assert_eq!(unverified.unverified, [UserAttribute::new("email", "new@example.org")]);
        assert!(unverified.verified.is_empty());
        let code = house.code("ann");
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let error = house.client.confirm_user_attribute("email", wrong).await.unwrap_err();
        assert!(matches!(error, AuthError::CodeMismatch { .. }), "{error}");
        house.client.confirm_user_attribute("email", format!(" {code}\u{200b}")).await.unwrap();
        let verified = house.client.fetch_verified_contacts().await.unwrap();
        assert_eq!(verified.verified, [UserAttribute::new("email", "new@example.org")]);
    }
}

#[tokio::test]
async fn where_a_new_address_must_be_proved_before_it_counts() {
    let config = PoolConfig { verify_before_update: vec!["email".to_owned()], ..pool(Kind::Plain) };
    let house = signed_in(config).await;
    let step = update(&house, "email", "new@example.org").await.unwrap();
    assert!(matches!(step, UpdateUserAttributeStep::ConfirmAttributeWithCode { .. }));
    assert_eq!(attributes(&house).await["email"], "ann@example.org");
    let code = house.pool.outbox(None, None).pop().unwrap().code;
    house.client.confirm_user_attribute("email", code).await.unwrap();
    assert_eq!(attributes(&house).await["email"], "new@example.org");
}

#[tokio::test]
async fn a_contact_is_verified_later_and_an_old_code_is_told_apart() {
    let house = signed_in(pool(Kind::Plain)).await;
    update(&house, "phone_number", "+15555551234").await.unwrap();
    let contacts = house.client.fetch_verified_contacts().await.unwrap();
    assert_eq!(contacts.verified, [UserAttribute::new("email", "ann@example.org")]);
    assert_eq!(contacts.unverified, [UserAttribute::new("phone_number", "+15555551234")]);

    let send = async |name: &str| house.client.send_verification_code(name, SendVerificationCodeOptions::new()).await;
    let sent = send("phone_number").await.unwrap();
    assert_eq!((sent.medium, sent.destination.as_deref()), (Some(DeliveryMedium::Sms), Some("+*******1234")));
    house.pass(Duration::from_secs(25 * 3600));
    let late = house.client.confirm_user_attribute("phone_number", house.code("ann")).await.unwrap_err();
    assert_eq!(late.code(), "code_expired");
    send("phone_number").await.unwrap();
    house.client.confirm_user_attribute("phone_number", house.code("ann")).await.unwrap();
    assert!(house.client.fetch_verified_contacts().await.unwrap().unverified.is_empty());
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
    let house = signed_in(pool(Kind::Plain)).await;
    update(&house, "nickname", "Annie").await.unwrap();
    update(&house, "colour", "green").await.unwrap();
    let names = ["nickname", "tenant", "custom:colour"].map(str::to_owned).to_vec();
    house.client.delete_user_attributes(names).await.unwrap();
    let now = attributes(&house).await;
    assert!(!now.contains_key("nickname") && !now.contains_key("custom:tenant") && !now.contains_key("custom:colour"));
    let unknown = house.client.delete_user_attributes(vec!["shoe".to_owned()]).await.unwrap_err();
    assert_eq!(unknown.code(), "invalid_parameter");
}

#[tokio::test]
async fn refusals_leave_everything_as_it_is_and_are_told() {
    let house = signed_in(pool(Kind::Plain)).await;
    let events = house.client.events();
    let unknown = vec![UserAttribute::new("nickname", "Annie"), UserAttribute::new("shoe", "42")];
    let error = house.client.update_user_attributes(unknown, options()).await.unwrap_err();
    assert_eq!(error.code(), "invalid_parameter");
    assert!(!attributes(&house).await.contains_key("nickname"), "all or none");
    update(&house, "nickname", "Annie").await.unwrap();
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
    let house = signed_in(pool(Kind::Plain)).await;
    update(&house, "phone_number", "+12065550100").await.unwrap();
    house.pool.reset_counters();
    for (count, name) in ["phone_number", "tenant", "email"].into_iter().enumerate() {
        let _ = update(&house, name, "").await; // the pool may require one of them
        assert_eq!(house.pool.all_requests()["UpdateUserAttributes"], count as u64 + 1, "{name}");
    }
    let now = attributes(&house).await;
    assert!(now.get("phone_number").is_none_or(String::is_empty), "{now:?}");
}

#[tokio::test]
async fn what_is_certainly_wrong_is_not_sent() {
    let house = House::with(pool(Kind::Plain)).await;
    let client = &house.client;
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
        assert_eq!(field(update(&house, name, value).await.unwrap_err()), expected, "{name}");
    }
    assert_eq!(field(client.update_user_attributes(vec![], options()).await.unwrap_err()), "attributes");
    assert_eq!(field(client.delete_user_attributes(vec![]).await.unwrap_err()), "attributeNames");
    assert_eq!(field(client.delete_user_attributes(vec![String::new()]).await.unwrap_err()), "attributeName");
    assert_eq!(field(client.confirm_user_attribute("email", "").await.unwrap_err()), "confirmationCode");
    let send = client.send_verification_code("", SendVerificationCodeOptions::new()).await;
    assert_eq!(field(send.unwrap_err()), "attributeName");
    assert_eq!(house.pool.all_requests().values().sum::<u64>(), 0);
    let signed_out = client.fetch_user_attributes().await.unwrap_err();
    assert!(matches!(signed_out, AuthError::NotSignedIn { .. }), "{signed_out}");
}

#[tokio::test]
async fn deleting_the_account() {
    for kind in KINDS {
        let house = signed_in(pool(kind)).await;
        // Until the service has done it, nothing is forgotten.
        house.pool.faults().set("DeleteUser", Fault::exception("InternalErrorException", 500, "x"));
        assert_eq!(house.client.delete_user().await.unwrap_err().code(), "service_unavailable");
        assert!(matches!(house.client.state(), AuthState::SignedIn { .. }));
        house.pool.faults().clear_all();

        let events = house.client.events();
        house.client.delete_user().await.unwrap();
        assert_eq!(house.client.state(), AuthState::SignedOut);
        assert!(house.store.keys("").unwrap().iter().all(|key| !key.contains("/session/")));
        assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
        let deleted = events.next().await.unwrap();
        assert_eq!(deleted.hub_name(), "userDeleted");
        assert!(matches!(deleted, AuthEvent::UserDeleted { user } if user.username == "ann"));
        let gone = house.client.sign_in("ann", Some(PASSWORD), SignInOptions::new()).await.unwrap_err();
        assert!(matches!(gone, AuthError::UserNotFound { .. }), "{gone}");
        assert!(matches!(house.client.delete_user().await.unwrap_err(), AuthError::NotSignedIn { .. }));
    }
}

#[tokio::test]
async fn an_account_that_is_gone_already_is_deleted() {
    for stale in [false, true] {
        let house = signed_in(pool(Kind::Plain)).await;
        house.pool.delete_user("ann").unwrap();
        if stale {
            house.pass(Duration::from_secs(2 * 3600)); // so that renewing the tokens meets it first
            let gone = Fault::exception("UserNotFoundException", 400, "User does not exist.");
            house.pool.faults().set("GetTokensFromRefreshToken", gone);
        }
        house.client.delete_user().await.unwrap();
        assert_eq!(house.client.state(), AuthState::SignedOut);
        assert_eq!(house.restarted().load().await.unwrap(), AuthState::SignedOut);
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_deletes_the_account_all_the_same() {
    let house = signed_in(pool(Kind::Plain)).await;
    house.pool.faults().queue("DeleteUser", Fault::DropAfterCommit, 1);
    house.client.delete_user().await.unwrap();
    assert_eq!(house.client.state(), AuthState::SignedOut);
}
