//! The loop of a sign-in: look, decide, ask a trigger or the person, until there are tokens.

use serde_json::{Value, json};

use super::attempt::Attempt;
use super::challenges::{Answered, Kept, Question, Wrong, select_challenge};
use super::context::{Response, SignIn};
use super::facts::Facts;
use super::next_step::{Next, Refusal, next_step};
use super::sessions::{self, Opened};
use super::{custom_flow, device, finish, lock_out};
use crate::error::{Outcome, ServiceError};
use crate::service::Call;

/// Goes on to the next question or to tokens.
pub(crate) async fn go_on(sign_in: &SignIn<'_>, mut attempt: Attempt) -> Outcome<Value> {
    loop {
        let facts = Facts::gather(sign_in, &attempt)?;
        match next_step(&attempt, &facts)? {
            Next::Ask(question) => return put(sign_in, attempt, &facts, &question).await,
            Next::Tokens => return finish::tokens(sign_in, &attempt, &facts).await,
            Next::Define => {
                let said = custom_flow::define(sign_in, &attempt, &facts).await?;
                attempt.custom.get_or_insert_default().said = Some(said);
            }
        }
    }
}

/// Takes the answer to a challenge, and goes on.
pub(crate) async fn respond(sign_in: &SignIn<'_>, response: &Response<'_>) -> Outcome<Value> {
    let name = select_challenge::answered(response.challenge, response.parameters);
    // No session of this server stands for any other challenge.
    let challenge = Answered::named(name).ok_or_else(ServiceError::invalid_session)?;
    if challenge.checks_device_first() {
        device::check_key(sign_in, Some(&response.named))?;
    }
    let (service, pool) = (&sign_in.call.service, &sign_in.pool);
    let opened = open(sign_in, response, challenge);
    // Without what a question came with nobody can guess its answer, and so does not count against anybody.
    let (counted, is_try) = match &opened {
        Ok(opened) => (opened.attempt.username.clone(), true),
        Err(wrong) => (response.named.clone(), wrong.was_guess),
    };
    let tried = match challenge.counts().filter(|_| is_try) {
        Some(of) => lock_out::begin(service, pool, of, &counted).await?,
        None => None,
    };
    let judged = match opened {
        Ok(opened) => judge(sign_in, response, challenge, opened).await,
        Err(wrong) => Err(wrong),
    };
    match judged {
        Ok(attempt) => {
            if let Some(of) = challenge.counts() {
                lock_out::reset(service, pool, of, &counted)?;
            }
            drop(tried);
            go_on(sign_in, attempt).await
        }
        Err(wrong) => {
            if wrong.was_guess {
                lock_out::failed(service, pool, tried)?;
            }
            Err(wrong.error)
        }
    }
}

/// The attempt that an answer belongs to, if its question would still be put.
fn open(sign_in: &SignIn<'_>, response: &Response<'_>, challenge: Answered) -> Result<Opened, Wrong> {
    let opened = challenge.open(sign_in, response)?;
    check_asked(sign_in, challenge, &opened.attempt)?;
    Ok(opened)
}

/// The attempt with what a right answer is worth. Its session is taken for the answer, so that of two at once one is
/// judged, and given back where another can be tried.
async fn judge(
    sign_in: &SignIn<'_>,
    response: &Response<'_>,
    challenge: Answered,
    opened: Opened,
) -> Result<Attempt, Wrong> {
    let Opened { hash, mut attempt, .. } = opened;
    sessions::claim(sign_in, &hash)?;
    let judged = match Facts::gather(sign_in, &attempt) {
        Ok(facts) => challenge.judge(sign_in, response, &attempt, &facts).await,
        Err(error) => Err(error.into()),
    };
    match judged {
        Ok(learned) => {
            if challenge.is_forgotten() {
                sessions::forget(sign_in, &hash)?;
            }
            attempt.learn(challenge.name(), learned);
            (attempt.asked, attempt.state, attempt.session_hash) = (None, Value::Null, None);
            Ok(attempt)
        }
        Err(wrong) => {
            if wrong.can_be_answered_again {
                sessions::release(sign_in, &hash)?;
            } else {
                sessions::forget(sign_in, &hash)?;
            }
            Err(wrong)
        }
    }
}

/// Refuses an answer to a question that would not be put any more.
fn check_asked(sign_in: &SignIn<'_>, challenge: Answered, attempt: &Attempt) -> Outcome<()> {
    let facts = Facts::gather(sign_in, attempt)?;
    match next_step(attempt, &facts) {
        Ok(Next::Ask(question)) if attempt.asked.as_ref() == Some(&question.key()) => Ok(()),
        Ok(_) => Err(challenge.stale().because("something else would be asked by now")),
        Err(Refusal::Stale) => Err(challenge.stale().because("what was proven is not so any more")),
        Err(refusal) => Err(refusal.into()),
    }
}

async fn put(sign_in: &SignIn<'_>, mut attempt: Attempt, facts: &Facts<'_>, question: &Question) -> Outcome<Value> {
    let put = question.put(sign_in, &attempt, facts).await?;
    (attempt.asked, attempt.state) = (Some(question.key()), put.state);
    let mut answer = json!({ "ChallengeName": question.name(), "ChallengeParameters": put.parameters });
    if sign_in.device_key.is_some() {
        attempt.device_key.clone_from(&sign_in.device_key);
    }
    match put.kept {
        Kept::BySession => answer["Session"] = json!(sessions::open(sign_in, question.name(), &attempt)?),
        Kept::By { hash, session_too } => {
            if session_too {
                answer["Session"] = json!(with_session(sign_in, &mut attempt));
            }
            sessions::keep(sign_in, question.name(), &attempt, &[&hash])?;
        }
        Kept::BySessionOr(hash) => {
            let session = with_session(sign_in, &mut attempt);
            sessions::keep(sign_in, question.name(), &attempt, &[&sessions::hash_of(&session), &hash])?;
            answer["Session"] = json!(session);
        }
    }
    Ok(answer)
}

fn with_session(sign_in: &SignIn<'_>, attempt: &mut Attempt) -> String {
    let session = sessions::new_session(sign_in);
    attempt.session_hash = Some(sessions::hash_of(&session));
    session
}

/// The sign-in of a session of MFA_SETUP, for AssociateSoftwareToken and VerifySoftwareToken, which do not name their
/// client.
pub(crate) fn open_set_up<'a>(call: &'a Call, session: &str) -> Outcome<(SignIn<'a>, Opened)> {
    let client_id = sessions::client_of(call, session)?;
    let (client, pool) = call.service.client_and_pool(&client_id)?;
    let sign_in = SignIn::bare(call, pool, client);
    let opened = sessions::load(&sign_in, Answered::MfaSetup.name(), session)?;
    check_asked(&sign_in, Answered::MfaSetup, &opened.attempt)?;
    Ok((sign_in, opened))
}
