//! The attributes of the signed-in user.

use std::collections::HashMap;

use super::sign_up::Accounts;
use crate::error::{InputError, Result};
use crate::factors::CodeDeliveryDetails;
use crate::protocol::user_pool::{
    DeleteUser, DeleteUserAttributes, GetUser, GetUserAttributeVerificationCode, NameValue, UpdateUserAttributes,
    UserAttribute, VerifyUserAttribute, attribute_name,
};
use crate::support::input::{check_attribute_name, check_attribute_value, check_code};
use crate::support::options::client_metadata_builder;
use crate::support::secret::Secret;
use crate::support::shown::shows;

/// Options of `updateUserAttributes` and `updateUserAttribute`.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct UpdateUserAttributesOptions {
    /// `ClientMetadata` for the custom-message trigger, over the configured one.
    #[uniffi(default)]
    pub client_metadata: HashMap<String, String>,
}
shows!(UpdateUserAttributesOptions { client_metadata: names });

/// Options of `sendVerificationCode`.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct SendVerificationCodeOptions {
    /// `ClientMetadata` for the custom-message trigger, over the configured one.
    #[uniffi(default)]
    pub client_metadata: HashMap<String, String>,
}
shows!(SendVerificationCodeOptions { client_metadata: names });

client_metadata_builder!(UpdateUserAttributesOptions, SendVerificationCodeOptions);

/// What comes after the update of one attribute.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum UpdateUserAttributeStep {
    /// Ask the user for the code and call `confirmUserAttribute`. Until then the pool's settings say whether the old or
    /// the new value counts.
    ConfirmAttributeWithCode {
        /// Where the code was sent.
        delivery_details: CodeDeliveryDetails,
    },
    /// The attribute has its new value.
    Done,
}

/// How the update of one attribute went.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct UpdateUserAttributeResult {
    /// The attribute's name, a custom attribute's with its prefix.
    pub name: String,
    /// Whether `next_step` is done.
    pub is_updated: bool,
    /// What to do next.
    pub next_step: UpdateUserAttributeStep,
}
shows!(UpdateUserAttributeResult { name, is_updated, next_step });

/// Which ways to reach the signed-in user are proved to be theirs: of the attributes `email` and `phone_number`, those
/// that the user has.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct VerifiedContacts {
    /// Verified ones.
    pub verified: Vec<UserAttribute>,
    /// The others: `sendVerificationCode` begins to verify one.
    pub unverified: Vec<UserAttribute>,
}

impl VerifiedContacts {
    fn of(attributes: &[UserAttribute]) -> Self {
        let value = |name: &str| attributes.iter().find(|attribute| attribute.name == name).map(|found| &found.value);
        let mut contacts = Self::default();
        for name in ["email", "phone_number"] {
            let Some(contact) = value(name).filter(|value| !value.is_empty()) else { continue };
            let is_verified = value(&format!("{name}_verified")).is_some_and(|verified| verified == "true");
            let list = if is_verified { &mut contacts.verified } else { &mut contacts.unverified };
            list.push(UserAttribute::new(name, contact));
        }
        contacts
    }
}

/// Attributes as the service takes them; each has been checked.
pub(super) fn checked(attributes: Vec<UserAttribute>) -> Result<Vec<NameValue>, InputError> {
    let checked = |attribute: UserAttribute| {
        let pair = NameValue { name: checked_name(attribute.name)?, value: attribute.value };
        check_attribute_value(&pair.name, &pair.value)?;
        Ok(pair)
    };
    attributes.into_iter().map(checked).collect()
}

/// The name of an attribute as the service has it, checked.
pub(crate) fn checked_name(name: String) -> Result<String, InputError> {
    if name.is_empty() {
        check_attribute_name(&name)?; // before a prefix makes a name of it
    }
    let name = attribute_name(name);
    check_attribute_name(&name)?;
    Ok(name)
}

/// An update that is worth sending.
#[derive(Clone)]
pub(crate) struct AttributeUpdate {
    attributes: Vec<NameValue>,
    client_metadata: HashMap<String, String>,
}

impl AttributeUpdate {
    pub fn new(attributes: Vec<UserAttribute>, options: UpdateUserAttributesOptions) -> Result<Self, InputError> {
        if attributes.is_empty() {
            return Err(InputError::new("attributes", "there is no attribute to update"));
        }
        Ok(Self { attributes: checked(attributes)?, client_metadata: options.client_metadata })
    }

    /// The names of the attributes, each as the service has it.
    pub fn names(&self) -> Vec<String> {
        self.attributes.iter().map(|pair| pair.name.clone()).collect()
    }
}

impl Accounts {
    pub async fn attributes(&self, access_token: Secret) -> Result<Vec<UserAttribute>> {
        let user = self.pool.call(&GetUser { access_token }).await?;
        Ok(user.user_attributes.into_iter().map(|pair| UserAttribute::new(pair.name, pair.value)).collect())
    }

    pub async fn verified_contacts(&self, access_token: Secret) -> Result<VerifiedContacts> {
        Ok(VerifiedContacts::of(&self.attributes(access_token).await?))
    }

    /// One result for each requested attribute, in their order.
    pub async fn update_attributes(
        &self,
        access_token: Secret,
        update: AttributeUpdate,
    ) -> Result<Vec<UpdateUserAttributeResult>> {
        let names = update.names();
        let answer = self
            .pool
            .call(&UpdateUserAttributes {
                access_token,
                user_attributes: update.attributes,
                client_metadata: self.metadata(update.client_metadata),
            })
            .await?;
        let sent: Vec<CodeDeliveryDetails> =
            answer.code_delivery_details_list.into_iter().map(CodeDeliveryDetails::from).collect();
        let result = |name: String| {
            let code = sent.iter().find(|details| details.attribute_name.as_ref() == Some(&name)).cloned();
            let next_step = code.map_or(UpdateUserAttributeStep::Done, |delivery_details| {
                UpdateUserAttributeStep::ConfirmAttributeWithCode { delivery_details }
            });
            let is_updated = next_step == UpdateUserAttributeStep::Done;
            UpdateUserAttributeResult { name, is_updated, next_step }
        };
        Ok(names.into_iter().map(result).collect())
    }

    pub async fn delete_attributes(&self, access_token: Secret, user_attribute_names: Vec<String>) -> Result<()> {
        self.pool.call(&DeleteUserAttributes { access_token, user_attribute_names }).await.map(drop)
    }

    pub async fn send_verification_code(
        &self,
        access_token: Secret,
        attribute_name: String,
        options: SendVerificationCodeOptions,
    ) -> Result<CodeDeliveryDetails> {
        let client_metadata = self.metadata(options.client_metadata);
        let call = GetUserAttributeVerificationCode { access_token, attribute_name, client_metadata };
        Ok(self.pool.call(&call).await?.delivery())
    }

    pub async fn verify_attribute(&self, access_token: Secret, attribute_name: String, code: Secret) -> Result<()> {
        let code = check_code(code.expose())?;
        let call = VerifyUserAttribute { access_token, attribute_name, code };
        self.pool.call(&call).await.map(drop).map_err(|error| error.without([call.code.expose()]))
    }

    pub async fn delete_user(&self, access_token: Secret) -> Result<()> {
        self.pool.call(&DeleteUser { access_token }).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_told_apart_by_what_the_service_says() {
        let contacts = VerifiedContacts::of(&[
            UserAttribute::new("email_verified", "true"),
            UserAttribute::new("email", "ann@example.org"),
            UserAttribute::new("phone_number", "+12065550100"),
            UserAttribute::new("phone_number_verified", "false"),
        ]);
        assert_eq!(contacts.verified, [UserAttribute::new("email", "ann@example.org")]);
        assert_eq!(contacts.unverified, [UserAttribute::new("phone_number", "+12065550100")]);
        let none =
            VerifiedContacts::of(&[UserAttribute::new("email", ""), UserAttribute::new("email_verified", "true")]);
        assert_eq!(none, VerifiedContacts::default());
    }

    #[test]
    fn names_are_the_services() {
        assert_eq!(checked_name("tenant".to_owned()).unwrap(), "custom:tenant");
        assert_eq!(checked_name("custom:tenant".to_owned()).unwrap(), "custom:tenant");
        assert_eq!(checked_name("email".to_owned()).unwrap(), "email");
        assert_eq!(checked_name(String::new()).unwrap_err().field, "attributeName");
        assert_eq!(checked_name("n".repeat(26)).unwrap_err().field, "attributeName");
    }
}
