//! The dialog: the service's answers and the person's in, the next request, question or result out. No I/O.

use std::sync::Arc;

use crate::config::AuthConfiguration;
use crate::error::{Error, ErrorCode, InputError, Result};
use crate::protocol::user_pool::{AuthAnswer, AuthenticationResult};

use super::call::AuthCall;
use super::challenge::{self, Challenge};
use super::context::{Context, Inputs, Parameters};
use super::opening;
use super::options::ConfirmSignInOptions;
use super::step::SignInStep;

/// An unfinished sign-in: a value, so it can wait, be tried again or be dropped.
#[derive(Clone, Debug)]
pub(crate) struct Dialog {
    context: Context,
    /// The challenge that was put last; none before the first answer of the service.
    challenge: Option<Challenge>,
}

/// What comes next.
#[derive(Debug)]
pub(crate) enum Turn {
    /// Send this, and give the answer to [`Dialog::on_response`].
    Send { dialog: Dialog, call: AuthCall },
    /// Ask the person, and give the answer to [`Dialog::answer`].
    Ask { dialog: Dialog, step: SignInStep },
    /// Signed in.
    Done(AuthenticationResult),
    /// The sign-in cannot go on before the person has done something else.
    Detour(SignInStep),
    /// It failed; with a dialog, the same question can be answered again.
    Refused { dialog: Option<Dialog>, error: Error },
}

/// Begins a sign-in.
pub(crate) fn start(configuration: Arc<AuthConfiguration>, parameters: Parameters, inputs: Inputs<'_>) -> Turn {
    let flow = parameters.flow.clone();
    let mut context = Context::new(configuration, parameters);
    match opening::open(flow, &mut context, inputs) {
        Ok(call) => Turn::Send { dialog: Dialog { context, challenge: None }, call },
        Err(error) => Turn::Refused { dialog: None, error },
    }
}

impl Dialog {
    /// Goes on with what the service answered to the request of the last [`Turn::Send`].
    pub fn on_response(mut self, answer: Result<AuthAnswer>, inputs: Inputs<'_>) -> Turn {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return self.refused(error),
        };
        if let Some(tokens) = answer.authentication_result {
            return Turn::Done(tokens);
        }
        let Some(name) = answer.challenge_name else {
            return self.refused(Error::internal("the service answered neither tokens nor a challenge"));
        };
        self.context.learn(answer.session, &answer.challenge_parameters);
        match challenge::enter(&name, answer.challenge_parameters, &mut self.context, inputs) {
            Ok(challenge::Entered::Ask(challenge)) => {
                let step = challenge.step();
                self.challenge = Some(challenge);
                Turn::Ask { dialog: self, step }
            }
            Ok(challenge::Entered::Send(call)) => {
                self.challenge = None;
                Turn::Send { dialog: self, call }
            }
            Err(error) => Turn::Refused { dialog: None, error },
        }
    }

    /// Goes on with the person's answer to the question of the last [`Turn::Ask`].
    pub fn answer(mut self, text: &str, options: ConfirmSignInOptions) -> Turn {
        if text.is_empty() {
            let error = InputError::new("challengeResponse", "the answer is empty").into();
            return Turn::Refused { dialog: Some(self), error };
        }
        let Some(challenge) = &self.challenge else {
            return Turn::Refused { dialog: None, error: Error::NoSignInInProgress };
        };
        self.context.client_metadata.extend(options.client_metadata);
        let call = challenge.answer(text, &self.context);
        Turn::Send { dialog: self, call }
    }

    /// A refusal by the service or the network: some are steps of their own, some leave the question open.
    fn refused(self, error: Error) -> Turn {
        match error.code() {
            ErrorCode::UserNotConfirmed => Turn::Detour(SignInStep::ConfirmSignUp),
            ErrorCode::PasswordResetRequired => Turn::Detour(SignInStep::ResetPassword),
            code => Turn::Refused { dialog: (self.challenge.is_some() && leaves_open(code)).then_some(self), error },
        }
    }
}

/// Whether the question can be answered again after this failure.
fn leaves_open(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::CodeMismatch
            | ErrorCode::CodeExpired
            | ErrorCode::InvalidPassword
            | ErrorCode::PasswordReused
            | ErrorCode::InvalidParameter
            | ErrorCode::LimitExceeded
            | ErrorCode::AttemptsExceeded
            | ErrorCode::Throttled
            | ErrorCode::NetworkUnavailable
            | ErrorCode::Timeout
            | ErrorCode::BadResponse
            | ErrorCode::ServiceUnavailable
            | ErrorCode::LambdaRejected
            | ErrorCode::LambdaFailed
    )
}
