//! The signed-in user's attributes, and deleting the user.

use std::sync::Arc;

use super::AuthCore;
use crate::account::{
    SendVerificationCodeOptions, UpdateUserAttributeResult, UpdateUserAttributesOptions, VerifiedContacts,
};
use crate::error::AuthError;
use crate::factors::CodeDeliveryDetails;
use crate::ffi::cancel::CancelToken;
use crate::ffi::runtime::run;
use crate::protocol::user_pool::UserAttribute;

#[uniffi::export]
impl AuthCore {
    /// The signed-in user's attributes, from the service.
    pub async fn fetch_user_attributes(
        &self,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<Vec<UserAttribute>, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.fetch_user_attributes().await }).await
    }

    /// Which of the signed-in user's e-mail address and phone number are verified.
    pub async fn fetch_verified_contacts(
        &self,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<VerifiedContacts, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.fetch_verified_contacts().await }).await
    }

    /// Updates attributes of the signed-in user: all of them or none. One result for each, in their order.
    pub async fn update_user_attributes(
        &self,
        attributes: Vec<UserAttribute>,
        options: UpdateUserAttributesOptions,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<Vec<UpdateUserAttributeResult>, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.update_user_attributes(attributes, options).await }).await
    }

    /// Updates one attribute of the signed-in user.
    pub async fn update_user_attribute(
        &self,
        attribute: UserAttribute,
        options: UpdateUserAttributesOptions,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<UpdateUserAttributeResult, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.update_user_attribute(attribute, options).await }).await
    }

    /// Deletes attributes of the signed-in user.
    pub async fn delete_user_attributes(
        &self,
        attribute_names: Vec<String>,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.delete_user_attributes(attribute_names).await }).await
    }

    /// Sends a code that verifies an attribute, `email` or `phone_number`.
    pub async fn send_verification_code(
        &self,
        attribute_name: String,
        options: SendVerificationCodeOptions,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<CodeDeliveryDetails, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.send_verification_code(attribute_name, options).await }).await
    }

    /// Verifies an attribute with the code that was sent to it.
    pub async fn confirm_user_attribute(
        &self,
        attribute_name: String,
        confirmation_code: String,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.confirm_user_attribute(attribute_name, confirmation_code).await }).await
    }

    /// Deletes the signed-in user's account at the service, for good, and then the session here.
    pub async fn delete_user(&self, cancel: Option<Arc<CancelToken>>) -> Result<(), AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.delete_user().await }).await
    }
}
