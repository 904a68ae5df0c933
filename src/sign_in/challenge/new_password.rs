//! `NEW_PASSWORD_REQUIRED`: the password was given by an administrator, and the person chooses their own; required
//! attributes that are missing go with it.

use std::collections::BTreeMap;

use super::{Answer, AuthCall, Context, SignInStep};
use crate::error::Result;
use crate::protocol::user_pool::attribute_name;
use crate::support::input::check_new_password;
use crate::support::secret::Secret;
use crate::support::shown::shows;

pub(super) const NAME: &str = "NEW_PASSWORD_REQUIRED";

const PREFIX: &str = "userAttributes.";

#[derive(Clone)]
pub(in super::super) struct NewPassword {
    parameters: BTreeMap<String, String>,
}
shows!(NewPassword { parameters: names });

impl NewPassword {
    pub fn new(parameters: BTreeMap<String, String>) -> Self {
        Self { parameters }
    }

    pub fn step(&self) -> SignInStep {
        let required = self.parameters.get("requiredAttributes").map_or("[]", String::as_str);
        let names: Vec<String> = serde_json::from_str(required).unwrap_or_default();
        let without_prefix = |name: String| name.strip_prefix(PREFIX).map_or(name.clone(), str::to_owned);
        SignInStep::ConfirmSignInWithNewPassword {
            parameters: self.parameters.clone().into_iter().collect(),
            missing_attributes: names.into_iter().map(without_prefix).collect(),
        }
    }

    pub fn answer(&self, answer: Answer<'_>, context: &Context) -> Result<AuthCall> {
        check_new_password(answer.text)?;
        let attributes = answer.user_attributes.into_iter();
        let named = |name: String| format!("{PREFIX}{}", attribute_name(name));
        let mut responses: Vec<(String, Secret)> =
            attributes.map(|attribute| (named(attribute.name), attribute.value.into())).collect();
        responses.push(("NEW_PASSWORD".to_owned(), answer.text.into()));
        Ok(context.respond(NAME, responses))
    }
}
