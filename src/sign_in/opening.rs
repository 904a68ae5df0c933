//! The first request of each flow.

use crate::config::AuthFlow;
use crate::error::{InputError, Result};
use crate::srp::client::{ClientSecret, Ephemeral};
use crate::support::secret::Secret;

use super::call::AuthCall;
use super::context::{Context, Inputs};

/// `InitiateAuth` for the flow.
pub(super) fn open(flow: AuthFlow, context: &mut Context, inputs: Inputs<'_>) -> Result<AuthCall> {
    match flow {
        AuthFlow::UserSrp => {
            need_password(context)?;
            let srp_a = draw(context, inputs)?;
            Ok(context.initiate("USER_SRP_AUTH", [("SRP_A", srp_a)]))
        }
        AuthFlow::UserPassword => {
            need_password(context)?;
            let password = context.password.take().unwrap_or_else(|| Secret::new(""));
            Ok(context.initiate("USER_PASSWORD_AUTH", [("PASSWORD", password)]))
        }
        AuthFlow::CustomWithSrp => {
            need_password(context)?;
            let srp_a = draw(context, inputs)?;
            Ok(context.initiate("CUSTOM_AUTH", [("CHALLENGE_NAME", "SRP_A".into()), ("SRP_A", srp_a)]))
        }
        AuthFlow::UserAuth { .. } => Err(crate::error::Error::UnsupportedChallenge("USER_AUTH".into())),
        AuthFlow::CustomWithoutSrp => {
            context.password = None;
            Ok(context.initiate("CUSTOM_AUTH", []))
        }
    }
}

fn need_password(context: &Context) -> Result<()> {
    match &context.password {
        Some(password) if !password.is_empty() => Ok(()),
        _ => Err(InputError::new("password", "this flow needs the user's password").into()),
    }
}

/// A fresh secret exponent for this attempt; gives its public half.
fn draw(context: &mut Context, inputs: Inputs<'_>) -> Result<Secret> {
    let mut bytes = zeroize::Zeroizing::new([0; 32]);
    inputs.random.fill(&mut *bytes)?;
    let ephemeral = Ephemeral::new(ClientSecret::from_bytes(*bytes))?;
    let srp_a = ephemeral.public_hex().into();
    context.ephemeral = Some(ephemeral);
    Ok(srp_a)
}
