//! The first request of each flow.

use crate::config::AuthFlow;
use crate::error::Result;
use crate::factors::FirstFactor;

use super::challenge::{Challenge, NextAction};
use super::context::{Context, Inputs};

/// `InitiateAuth` for the flow; or a question, where the person has to give something first.
pub(super) fn open(context: &mut Context, inputs: Inputs<'_>) -> Result<NextAction> {
    let call = match context.flow.clone() {
        AuthFlow::UserSrp => {
            need_password(context)?;
            let srp_a = context.draw_ephemeral(inputs)?;
            context.initiate("USER_SRP_AUTH", [("SRP_A", srp_a)])
        }
        AuthFlow::UserPassword => {
            let password = context.take_password()?;
            context.initiate("USER_PASSWORD_AUTH", [("PASSWORD", password)])
        }
        AuthFlow::CustomWithSrp => {
            need_password(context)?;
            let srp_a = context.draw_ephemeral(inputs)?;
            context.initiate("CUSTOM_AUTH", [("CHALLENGE_NAME", "SRP_A".into()), ("SRP_A", srp_a)])
        }
        AuthFlow::CustomWithoutSrp => {
            context.password = None;
            context.initiate("CUSTOM_AUTH", [])
        }
        AuthFlow::UserAuth { preferred_first_factor } => {
            let has_password = context.password.as_ref().is_some_and(|password| !password.is_empty());
            let preferred = preferred_first_factor.or_else(|| has_password.then_some(FirstFactor::PasswordSrp));
            return user_auth(preferred, context, inputs);
        }
    };
    Ok(NextAction::Send(call))
}

/// `USER_AUTH`: with the preferred factor, if there is one.
pub(super) fn user_auth(
    preferred: Option<FirstFactor>,
    context: &mut Context,
    inputs: Inputs<'_>,
) -> Result<NextAction> {
    let Some(factor) = preferred else { return Ok(NextAction::Send(context.initiate(USER_AUTH, []))) };
    let needs_password = matches!(factor, FirstFactor::Password | FirstFactor::PasswordSrp);
    if needs_password && context.password.as_ref().is_none_or(|password| password.is_empty()) {
        return Ok(NextAction::Ask(Challenge::password_anew(factor)));
    }
    let preferred = (PREFERRED, factor.name().into());
    Ok(NextAction::Send(match factor {
        FirstFactor::Password => {
            let password = context.take_password()?;
            context.initiate(USER_AUTH, [preferred, ("PASSWORD", password)])
        }
        FirstFactor::PasswordSrp => {
            let srp_a = context.draw_ephemeral(inputs)?;
            context.initiate(USER_AUTH, [preferred, ("SRP_A", srp_a)])
        }
        _ => {
            context.password = None;
            context.chosen = Some(factor.clone());
            context.initiate(USER_AUTH, [preferred])
        }
    }))
}

const USER_AUTH: &str = "USER_AUTH";
const PREFERRED: &str = "PREFERRED_CHALLENGE";

/// The password is taken later, by the proof.
fn need_password(context: &mut Context) -> Result<()> {
    context.password = Some(context.take_password()?);
    Ok(())
}
