//! The dialog: the service's answers and the person's in, the next request, question or result out. No I/O.

use std::sync::Arc;

use crate::config::AuthConfiguration;
use crate::error::{Error, ErrorCode, InputError, Result};
use crate::protocol::user_pool::{AuthAnswer, AuthenticationResult};
use crate::storage::record::DeviceRecord;
use crate::support::secret::Secret;

use super::call::{AuthCall, Reply};
use super::challenge::{self, Answer, Challenge, IncomingChallenge, NextAction};
use super::context::{Context, Inputs, Parameters};
use super::opening;
use super::options::ConfirmSignInOptions;
use super::step::SignInStep;
use crate::support::shown::shows;

/// An unfinished sign-in: a value, so it can wait, be tried again or be dropped.
#[derive(Clone, Debug)]
pub(crate) struct Dialog {
    context: Context,
    /// The challenge that was put last; none before the first answer of the service.
    challenge: Option<Challenge>,
    /// A request on its way that names the device, in case the service does not know it.
    with_device: Option<AuthCall>,
    /// What the sign-in began with, until the person is asked something: so long it can begin anew by itself.
    beginning: Option<Box<Parameters>>,
    /// What the library has done by itself since the person was heard last.
    unasked: Unasked,
    /// While a code is asked for again: the session of the one before, which still counts if that fails.
    before_resend: Option<Secret>,
}

/// What the library does by itself between two questions to the person. A service that always has one more challenge for
/// it must not keep a call from ending.
#[derive(Clone, Default)]
struct Unasked {
    requests: usize,
    /// The challenges that were answered. None of them comes twice in one stretch, unless the service goes in circles.
    challenges: Vec<String>,
}
shows!(Unasked { requests, challenges });

/// More requests than any flow needs between two questions. A sign-in that begins anew without its device counts anew.
const MOST_REQUESTS: usize = 8;

/// What comes next.
#[derive(Debug)]
pub(super) enum Transition {
    /// Send this, and give the answer to [`Dialog::on_response`].
    Send { dialog: Dialog, call: AuthCall },
    /// Nothing can be sent before the person, or a new sign-in, goes on.
    Stop(Outcome),
}

/// What the requests that need nobody came to.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Ask the person, and give the answer to [`Dialog::answer`].
    Ask { dialog: Dialog, step: SignInStep },
    /// Signed in.
    Done(Finished),
    /// The sign-in cannot go on before the person has done something else.
    Blocked(SignInStep),
    /// It failed; with a dialog, the same question can be answered again.
    Refused { dialog: Option<Dialog>, error: Error },
    /// It failed for good over the device's own proof, and only a new sign-in without the device can do better.
    DeviceRefused { device: DeviceRecord, error: Error },
}

impl From<Outcome> for Transition {
    fn from(outcome: Outcome) -> Self {
        Self::Stop(outcome)
    }
}

/// What a sign-in came to.
pub(crate) struct Finished {
    pub tokens: AuthenticationResult,
    /// The user name as typed.
    pub typed: String,
    /// The known device that took part.
    pub device: Option<DeviceRecord>,
    /// The device that the service no longer knew.
    pub lost_device: Option<DeviceRecord>,
}
shows!(Finished { tokens, device, lost_device });

/// Begins a sign-in.
pub(crate) fn start(configuration: Arc<AuthConfiguration>, parameters: Parameters, inputs: Inputs<'_>) -> Transition {
    let beginning = Some(Box::new(parameters.clone()));
    let context = Context::new(configuration, parameters);
    Dialog::new(context, beginning).open(inputs)
}

impl Dialog {
    fn new(context: Context, beginning: Option<Box<Parameters>>) -> Self {
        let unasked = Unasked::default();
        Self { context, challenge: None, with_device: None, beginning, unasked, before_resend: None }
    }

    fn open(mut self, inputs: Inputs<'_>) -> Transition {
        match opening::open(&mut self.context, inputs) {
            Ok(answered) => self.go_on(answered),
            Err(error) => Outcome::Refused { dialog: None, error }.into(),
        }
    }

    /// Goes on with what the service answered to the request of the last [`Transition::Send`].
    pub fn on_response(mut self, reply: Result<Reply>, inputs: Inputs<'_>) -> Transition {
        let with_device = self.with_device.take();
        let entered = match reply {
            Ok(Reply::Auth(AuthAnswer { authentication_result: Some(tokens), .. }))
                if tokens.access_token.is_some() =>
            {
                return self.done(tokens);
            }
            Ok(Reply::Auth(answer)) => self.enter(answer, inputs),
            Ok(Reply::Associated(answer)) => challenge::associated(answer, &mut self.context),
            Ok(Reply::Verified(answer)) => challenge::verified(answer, &mut self.context),
            Err(error) => match with_device.filter(|call| device_is_gone(&error, call)) {
                Some(call) => return self.retry_without_device(call, error, inputs),
                None => return self.refused(error),
            },
        };
        match entered {
            Ok(NextAction::Send(call)) => {
                self.challenge = self.challenge.and_then(Challenge::while_the_library_answers);
                self.send(call)
            }
            Ok(ask) => self.go_on(ask),
            Err(error) => self.refused(error),
        }
    }

    /// Goes on with the person's answer to the question of the last [`Outcome::Ask`].
    pub fn answer(mut self, text: &str, options: ConfirmSignInOptions, inputs: Inputs<'_>) -> Transition {
        if text.is_empty() {
            let error = InputError::new("challengeResponse", "the answer is empty").into();
            return Outcome::Refused { dialog: Some(self), error }.into();
        }
        self.unasked = Unasked::default();
        let before = self.clone();
        let Some(challenge) = &self.challenge else {
            return Outcome::Refused { dialog: None, error: Error::NoSignInInProgress }.into();
        };
        self.context.client_metadata.extend(options.client_metadata);
        let answer = Answer {
            text,
            user_attributes: options.user_attributes,
            friendly_device_name: options.friendly_device_name,
        };
        match challenge.answer(answer, &mut self.context, inputs) {
            Ok(answered) => self.go_on(answered),
            Err(error) => Outcome::Refused { dialog: Some(before), error }.into(),
        }
    }

    /// Asks the service for the code once more, where it can send one without the sign-in's first steps.
    pub fn resend_code(mut self, inputs: Inputs<'_>) -> Transition {
        self.unasked = Unasked::default();
        let before = self.clone();
        let again = self.challenge.as_ref().and_then(|challenge| challenge.resend(&self.context));
        let Some(factor) = again else {
            return Outcome::Refused { dialog: Some(before), error: Error::NoCodeToResend }.into();
        };
        self.before_resend = self.context.session.take();
        match opening::user_auth(Some(factor), &mut self.context, inputs) {
            Ok(answered) => self.go_on(answered),
            Err(error) => Outcome::Refused { dialog: Some(before), error }.into(),
        }
    }

    fn enter(&mut self, answer: AuthAnswer, inputs: Inputs<'_>) -> Result<NextAction> {
        let Some(name) = answer.challenge_name else {
            return Err(Error::bad_answer("the service answered neither tokens nor a challenge"));
        };
        self.before_resend = None;
        self.context.learn(answer.session, &answer.challenge_parameters);
        let put = IncomingChallenge {
            name: &name,
            parameters: answer.challenge_parameters,
            available: answer.available_challenges,
        };
        let mut entered = challenge::enter(put, &mut self.context, inputs);
        let by_itself = matches!(entered, Ok(NextAction::Send(_)) | Err(_));
        if by_itself && self.unasked.challenges.contains(&name) {
            entered = Err(Error::bad_answer(format!("the service put {name} twice without a question in between")));
        }
        self.unasked.challenges.push(name);
        if entered.is_err() {
            self.challenge = None; // the question before was answered, and this one cannot be
        }
        entered
    }

    fn go_on(mut self, answered: NextAction) -> Transition {
        match answered {
            NextAction::Send(call) => self.send(call),
            NextAction::Ask(challenge) => {
                let step = challenge.step();
                self.challenge = Some(challenge);
                self.drop_secrets();
                Outcome::Ask { dialog: self, step }.into()
            }
        }
    }

    /// While the person thinks, nothing waits here that could be stolen or grow old.
    fn drop_secrets(&mut self) {
        (self.beginning, self.context.password, self.context.ephemeral) = (None, None, None);
    }

    #[cfg(test)]
    pub fn holds_no_secret(&self) -> bool {
        self.beginning.is_none() && self.context.password.is_none() && self.context.ephemeral.is_none()
    }

    fn send(mut self, call: AuthCall) -> Transition {
        self.unasked.requests += 1;
        if self.unasked.requests > MOST_REQUESTS {
            let error = Error::bad_answer(format!("the service asks on and on, at last for {}", call.subject()));
            return Outcome::Refused { dialog: None, error }.into();
        }
        self.with_device = call.names_a_device().then(|| call.clone());
        Transition::Send { dialog: self, call }
    }

    fn done(self, tokens: AuthenticationResult) -> Transition {
        let (device, lost_device) = (self.context.device().cloned(), self.context.lost_device().cloned());
        Outcome::Done(Finished { tokens, typed: self.context.typed, device, lost_device }).into()
    }

    /// The service has forgotten the device: the request once more without it. One that is about the device itself
    /// means the sign-in once more, if the person need not be asked again for that.
    fn retry_without_device(mut self, call: AuthCall, error: Error, inputs: Inputs<'_>) -> Transition {
        self.context.lose_device();
        if !call.proves_a_device() {
            return self.send(call.without_device());
        }
        let lost = self.context.lost_device().cloned();
        let Some(beginning) = self.beginning.take() else {
            return match lost {
                Some(device) => Outcome::DeviceRefused { device, error }.into(),
                None => Outcome::Refused { dialog: None, error }.into(),
            };
        };
        let context = Context::new(self.context.configuration, *beginning).without(lost);
        Self::new(context, None).open(inputs)
    }

    /// A refusal by the service or the network: some are steps of their own, some leave the question open.
    fn refused(mut self, error: Error) -> Transition {
        self.drop_secrets();
        self.context.session = self.before_resend.take().or(self.context.session.take());
        match error.code() {
            ErrorCode::UserNotConfirmed => Outcome::Blocked(SignInStep::ConfirmSignUp).into(),
            ErrorCode::PasswordResetRequired => Outcome::Blocked(SignInStep::ResetPassword).into(),
            _ => {
                let open = self.challenge.take().and_then(|challenge| challenge.after_refusal(&error));
                let dialog = open.map(|challenge| Self { challenge: Some(challenge), ..self });
                Outcome::Refused { dialog, error }.into()
            }
        }
    }
}

/// Whether the service says that it does not know the device of this request.
fn device_is_gone(error: &Error, call: &AuthCall) -> bool {
    let Error::Service(service) = error else { return false };
    match service.exception.as_str() {
        "ResourceNotFoundException" => true,
        // The device's own proof failed; what is said of the user or the sign-in is not about the device.
        "NotAuthorizedException" if call.proves_a_device() => {
            !matches!(error.code(), ErrorCode::UserDisabled | ErrorCode::AttemptsExceeded | ErrorCode::InvalidSession)
        }
        _ => false,
    }
}
