//! The calls about the signed-in user's attributes, and deleting the user.

use super::AuthClient;
use crate::account::{
    AttributeUpdate, SendVerificationCodeOptions, UpdateUserAttributeResult, UpdateUserAttributesOptions,
    VerifiedContacts, checked_name,
};
use crate::error::{AuthError, Error, ErrorCode, InputError};
use crate::events::AuthEvent;
use crate::factors::CodeDeliveryDetails;
use crate::protocol::user_pool::UserAttribute;
use crate::support::input::check_code;
use crate::support::secret::Secret;

impl AuthClient {
    /// The signed-in user's attributes, from the service (`GetUser`); custom ones have their `custom:` prefix. What the
    /// ID token says of them is in the session, without the network.
    ///
    /// # Errors
    /// `not_signed_in`, `session_expired`, and what every call may give.
    pub async fn fetch_user_attributes(&self) -> Result<Vec<UserAttribute>, AuthError> {
        self.run(|inner| async move {
            inner.sessions.caller().await?.authorized(|token| inner.accounts.attributes(token)).await
        })
        .await
    }

    /// Which of the signed-in user's e-mail address and phone number are verified (`GetUser`).
    ///
    /// # Errors
    /// `not_signed_in`, `session_expired`, and what every call may give.
    pub async fn fetch_verified_contacts(&self) -> Result<VerifiedContacts, AuthError> {
        self.run(|inner| async move {
            inner.sessions.caller().await?.authorized(|token| inner.accounts.verified_contacts(token)).await
        })
        .await
    }

    /// Updates attributes of the signed-in user (`UpdateUserAttributes`): all of them or none. The result has one entry
    /// for each of them, in their order; some need a code before they count.
    ///
    /// # Errors
    /// `alias_exists`, `invalid_parameter` (the pool has no such attribute), `not_authorized` (the app client may not
    /// write it), `code_delivery_failed`, `lambda_rejected`, `not_signed_in`, `session_expired`, and what every call may
    /// give.
    pub async fn update_user_attributes(
        &self,
        attributes: Vec<UserAttribute>,
        options: UpdateUserAttributesOptions,
    ) -> Result<Vec<UpdateUserAttributeResult>, AuthError> {
        self.run(|inner| async move {
            let update = AttributeUpdate::new(attributes, options)?;
            let send = |token| inner.accounts.update_attributes(token, update.clone());
            let results = match inner.sessions.caller().await {
                Ok(caller) => caller.authorized(send).await,
                Err(error) => Err(error),
            };
            inner.hub.emit(&match &results {
                Ok(_) => AuthEvent::UserAttributesUpdated { attribute_names: update.names() },
                Err(error) => AuthEvent::UserAttributesUpdateFailed { error: error.clone().into() },
            });
            results
        })
        .await
    }

    /// Updates one attribute of the signed-in user; see [`update_user_attributes`](Self::update_user_attributes).
    ///
    /// # Errors
    /// As [`update_user_attributes`](Self::update_user_attributes).
    pub async fn update_user_attribute(
        &self,
        attribute: UserAttribute,
        options: UpdateUserAttributesOptions,
    ) -> Result<UpdateUserAttributeResult, AuthError> {
        let mut results = self.update_user_attributes(vec![attribute], options).await?;
        results.pop().ok_or_else(|| Error::internal("an update without a result").into())
    }

    /// Deletes attributes of the signed-in user (`DeleteUserAttributes`); those that the pool requires stay.
    ///
    /// # Errors
    /// `invalid_parameter`, `not_authorized`, `not_signed_in`, `session_expired`, and what every call may give.
    pub async fn delete_user_attributes(&self, attribute_names: Vec<String>) -> Result<(), AuthError> {
        self.run(|inner| async move {
            if attribute_names.is_empty() {
                return Err(InputError::new("attributeNames", "there is no attribute to delete").into());
            }
            let names = attribute_names.into_iter().map(checked_name).collect::<Result<Vec<_>, _>>()?;
            inner
                .sessions
                .caller()
                .await?
                .authorized(|token| inner.accounts.delete_attributes(token, names.clone()))
                .await
        })
        .await
    }

    /// Sends a code that verifies an attribute, `email` or `phone_number` (`GetUserAttributeVerificationCode`); an older
    /// code no longer counts.
    ///
    /// # Errors
    /// `invalid_parameter` (the user has no such attribute, or it is verified already), `limit_exceeded`,
    /// `code_delivery_failed`, `not_signed_in`, `session_expired`, and what every call may give.
    pub async fn send_verification_code(
        &self,
        attribute_name: impl Into<String>,
        options: SendVerificationCodeOptions,
    ) -> Result<CodeDeliveryDetails, AuthError> {
        let name = attribute_name.into();
        self.run(|inner| async move {
            let name = checked_name(name)?;
            let send = |token| inner.accounts.send_verification_code(token, name.clone(), options.clone());
            inner.sessions.caller().await?.authorized(send).await
        })
        .await
    }

    /// Verifies an attribute with the code that was sent to it (`VerifyUserAttribute`).
    ///
    /// # Errors
    /// `code_mismatch` (ask again), `code_expired`, `alias_exists`, `limit_exceeded`, `not_signed_in`,
    /// `session_expired`, and what every call may give.
    pub async fn confirm_user_attribute(
        &self,
        attribute_name: impl Into<String>,
        confirmation_code: impl Into<String>,
    ) -> Result<(), AuthError> {
        let (name, code) = (attribute_name.into(), Secret::new(confirmation_code));
        self.run(|inner| async move {
            let name = checked_name(name)?;
            check_code(code.expose())?;
            let verify = |token| inner.accounts.verify_attribute(token, name.clone(), code.clone());
            inner.sessions.caller().await?.authorized(verify).await
        })
        .await
    }

    /// Deletes the signed-in user's account at the service, for good (`DeleteUser`), and then the session here. A user
    /// whom the service does not know any more counts as deleted. After any other failure the user stays signed in.
    ///
    /// # Errors
    /// `not_signed_in`, `session_expired`, and what every call may give.
    pub async fn delete_user(&self) -> Result<(), AuthError> {
        self.run(|inner| async move {
            let caller = inner.sessions.caller().await?;
            let user = caller.user();
            let deleted = caller.authorized(|token| inner.accounts.delete_user(token)).await;
            if let Some(error) = deleted.err().filter(|error| !is_gone(error)) {
                return Err(error);
            }
            inner.sessions.forget_deleted(user).await;
            if let Some(device_key) = caller.device_key() {
                inner.hub.report_storing(inner.devices.remove_record(&user.username, device_key).await);
            }
            Ok(())
        })
        .await
    }
}

/// Whether the service said that it does not know the user: at once, or when the session was renewed for the call.
fn is_gone(error: &Error) -> bool {
    match error {
        Error::SessionExpired { reason, .. } => reason == ErrorCode::UserNotFound.as_str(),
        other => other.code() == ErrorCode::UserNotFound,
    }
}
