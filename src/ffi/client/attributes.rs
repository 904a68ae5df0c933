//! The signed-in user's attributes, and deleting the user.

use super::AuthCore;
use super::table::calls;
use crate::account::{
    SendVerificationCodeOptions, UpdateUserAttributeResult, UpdateUserAttributesOptions, VerifiedContacts,
};
use crate::factors::CodeDeliveryDetails;
use crate::protocol::user_pool::UserAttribute;

calls! {
    /// The signed-in user's attributes, from the service.
    fn fetch_user_attributes(client) -> Vec<UserAttribute> { client.fetch_user_attributes() }

    /// Which of the signed-in user's e-mail address and phone number are verified.
    fn fetch_verified_contacts(client) -> VerifiedContacts { client.fetch_verified_contacts() }

    /// Updates attributes of the signed-in user: all of them or none. One result for each, in their order.
    fn update_user_attributes(
        client, attributes: Vec<UserAttribute>, options: UpdateUserAttributesOptions,
    ) -> Vec<UpdateUserAttributeResult> {
        client.update_user_attributes(attributes, options)
    }

    /// Updates one attribute of the signed-in user.
    fn update_user_attribute(
        client, attribute: UserAttribute, options: UpdateUserAttributesOptions,
    ) -> UpdateUserAttributeResult {
        client.update_user_attribute(attribute, options)
    }

    /// Deletes attributes of the signed-in user.
    fn delete_user_attributes(client, attribute_names: Vec<String>) -> () {
        client.delete_user_attributes(attribute_names)
    }

    /// Sends a code that verifies an attribute, `email` or `phone_number`.
    fn send_verification_code(
        client, attribute_name: String, options: SendVerificationCodeOptions,
    ) -> CodeDeliveryDetails {
        client.send_verification_code(attribute_name, options)
    }

    /// Verifies an attribute with the code that was sent to it.
    fn confirm_user_attribute(client, attribute_name: String, confirmation_code: String) -> () {
        client.confirm_user_attribute(attribute_name, confirmation_code)
    }

    /// Deletes the signed-in user's account at the service, for good, and then the session here.
    fn delete_user(client) -> () { client.delete_user() }
}
