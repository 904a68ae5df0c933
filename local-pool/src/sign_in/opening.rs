//! The first request of each flow.

use serde_json::{Map, Value};

use super::attempt::{Attempt, ChallengeResult, FirstProof, Flow, Learned};
use super::challenges::select_challenge;
use super::context::{Parameters, SignIn, required, srp_a};
use super::facts::Facts;
use super::next_step::Refusal;
use super::{device, flow, lock_out, password, pre_authentication, sessions, sign_up_session};
use crate::error::{Outcome, ServiceError};
use crate::events;
use crate::model::trigger_kind::TriggerKind;
use crate::store::users;
use crate::users::first_factors::FirstFactor;
use crate::users::migration::{self, Newcomer};
use crate::users::{User, UserStatus, names};

/// What a sign-in begins with.
pub(crate) struct Opening<'a> {
    pub sign_in: &'a SignIn<'a>,
    pub parameters: &'a Parameters,
    /// This operation's metadata reaches pre authentication as validation data, and no other trigger but migration.
    pub validation_data: &'a Map<String, Value>,
    pub session: Option<&'a str>,
}

impl Opening<'_> {
    /// USER_SRP_AUTH.
    pub async fn user_srp(&self) -> Outcome<Value> {
        let typed = required(self.parameters, "USERNAME")?;
        let srp_a = srp_a(self.parameters)?;
        self.check_secret_hash(&[typed])?;
        let user = self.user_named(typed)?;
        self.pre_authentication(user.as_ref(), typed).await?;
        let mut attempt = self.attempt(Flow::UserSrp, typed, user.as_ref());
        attempt.srp_a = Some(srp_a);
        flow::go_on(self.sign_in, attempt).await
    }

    /// USER_PASSWORD_AUTH and its administrators' twins.
    pub async fn user_password(&self) -> Outcome<Value> {
        let typed = required(self.parameters, "USERNAME")?;
        let password = required(self.parameters, "PASSWORD")?;
        self.check_secret_hash(&[typed])?;
        let user = self.user_or_newcomer(typed, password).await?;
        self.check_device(user.as_ref())?;
        self.pre_authentication(user.as_ref(), typed).await?;
        // Whoever came over without a password has none to type.
        let is_imported = |user: &User| user.status == UserStatus::ResetRequired && !user.has_password();
        if user.as_ref().is_some_and(is_imported) && !self.sign_in.client.hides_users() {
            return Err(Refusal::ResetRequired.into());
        }
        let user = password::check(self.sign_in, user.as_ref(), typed, password).await?;
        let mut attempt = self.attempt(Flow::UserPassword, typed, Some(user));
        attempt.proven.first = Some(FirstProof::password(user, false));
        flow::go_on(self.sign_in, attempt).await
    }

    /// CUSTOM_AUTH, with or without the password's proof by SRP first.
    pub async fn custom(&self) -> Outcome<Value> {
        let typed = required(self.parameters, "USERNAME")?;
        let begins_with_srp = self.parameters.get("CHALLENGE_NAME").is_some_and(|name| name == "SRP_A");
        let srp_a = begins_with_srp.then(|| srp_a(self.parameters)).transpose()?;
        self.check_secret_hash(&[typed])?;
        let sign_in = self.sign_in;
        if !events::has(sign_in.call, &sign_in.pool, TriggerKind::DefineAuthChallenge) {
            let text = "Custom auth lambda trigger is not configured for the user pool.";
            return Err(ServiceError::invalid_parameter(text));
        }
        let user = self.user_named(typed)?;
        let mut attempt = self.attempt(Flow::Custom, typed, user.as_ref());
        if srp_a.is_none() {
            self.check_device(user.as_ref())?;
        } else {
            self.pre_authentication(user.as_ref(), typed).await?;
            attempt.custom.get_or_insert_default().history.push(ChallengeResult::built_in("SRP_A"));
        }
        attempt.srp_a = srp_a;
        flow::go_on(sign_in, attempt).await
    }

    /// USER_AUTH: any of the first factors. With a session of a sign-up, that is all it takes.
    pub async fn choice(&self) -> Outcome<Value> {
        if let Some(session) = self.session {
            return self.after_sign_up(session).await;
        }
        let typed = required(self.parameters, "USERNAME")?;
        self.check_secret_hash(&[typed])?;
        let sign_in = self.sign_in;
        let preferred = self.parameters.get("PREFERRED_CHALLENGE").and_then(|name| FirstFactor::named(name));
        let password = self.parameters.get("PASSWORD").filter(|_| preferred == Some(FirstFactor::Password));
        let user = match password {
            Some(password) => self.user_or_newcomer(typed, password).await?,
            None => self.user_named(typed)?,
        };
        if password.is_some() {
            self.check_device(user.as_ref())?;
        }
        self.pre_authentication(user.as_ref(), typed).await?;
        let mut attempt = self.attempt(Flow::Choice, typed, user.as_ref());
        let available = Facts::gather(sign_in, &attempt)?.first_factors(&attempt);
        if let Some(factor) = preferred.filter(|factor| available.contains(factor)) {
            let learned = select_challenge::choose(sign_in, user.as_ref(), typed, factor, self.parameters).await?;
            let is_first = matches!(learned, Learned::First(_));
            attempt.learn("PASSWORD", learned);
            if is_first {
                return flow::go_on(sign_in, attempt).await;
            }
        }
        let mut answer = flow::go_on(sign_in, attempt).await?;
        answer["AvailableChallenges"] = available.iter().map(|factor| factor.name()).collect();
        Ok(answer)
    }

    /// Tokens at once. Parameters are looked at only to see that they name the same user.
    async fn after_sign_up(&self, session: &str) -> Outcome<Value> {
        let sign_in = self.sign_in;
        let typed = self.parameters.get("USERNAME").map(String::as_str);
        let opened = match typed {
            Some(typed) => sign_up_session::load_of(sign_in, session, typed)?,
            None => sign_up_session::load(sign_in, session)?,
        };
        let user = Facts::gather(sign_in, &opened.attempt)?.user.ok_or_else(ServiceError::invalid_session)?;
        self.check_secret_hash(&[typed.unwrap_or_default(), &user.username])?;
        if user.status == UserStatus::Unconfirmed {
            return Err(Refusal::NotConfirmed.into());
        }
        sessions::claim(sign_in, &opened.hash)?;
        flow::go_on(sign_in, opened.attempt).await
    }

    fn attempt(&self, flow: Flow, typed: &str, user: Option<&User>) -> Attempt {
        let username = names::counted(&self.sign_in.pool, user, typed);
        let mut attempt = Attempt::new(flow, &username, typed, user);
        attempt.device_key.clone_from(&self.sign_in.device_key);
        attempt
    }

    fn check_secret_hash(&self, names: &[&str]) -> Outcome<()> {
        self.sign_in.client.check_secret_hash(self.parameters.get("SECRET_HASH").map(String::as_str), names)
    }

    /// Where this request ends the first factor, its device must be the user's; elsewhere the answer that ends it is
    /// looked at.
    fn check_device(&self, user: Option<&User>) -> Outcome<()> {
        device::check_key(self.sign_in, user.map(|user| user.username.as_str()))
    }

    async fn pre_authentication(&self, user: Option<&User>, typed: &str) -> Outcome<()> {
        pre_authentication::run(self.sign_in, user, typed, self.validation_data).await
    }

    /// The user of a name; None when there is none and the client hides that.
    fn user_named(&self, name: &str) -> Outcome<Option<User>> {
        let sign_in = self.sign_in;
        match sign_in.call.service.store.read(|db| users::find(db, &sign_in.pool, name))? {
            None if !sign_in.client.hides_users() => Err(ServiceError::no_such_user()),
            found => Ok(found),
        }
    }

    /// As [`Self::user_named`]; whom nobody here knows is taken over from elsewhere, if the pool does that. Tries are
    /// limited like those of a known user's password: the trigger may well check it.
    async fn user_or_newcomer(&self, typed: &str, password: &str) -> Outcome<Option<User>> {
        let SignIn { call, pool, client, .. } = self.sign_in;
        let known = call.service.store.read(|db| users::find(db, pool, typed))?;
        if known.is_some() || !migration::is_possible(call, pool) {
            return self.user_named(typed);
        }
        let counted = names::counted(pool, None, typed);
        let attempt = lock_out::begin(&call.service, pool, lock_out::Of::Password, &counted).await?;
        let (password, client_metadata) = (Some(password), self.validation_data);
        let newcomer = Newcomer { pool, client, name: typed, password, client_metadata };
        let migrated = migration::run(call, &newcomer).await;
        // Where unknown users are hidden, the check of the password counts.
        if migrated.is_err() || matches!(migrated, Ok(None)) && !client.hides_users() {
            lock_out::failed(&call.service, pool, attempt)?;
        } else {
            drop(attempt);
        }
        match migrated? {
            Some(newcomer) => Ok(Some(newcomer)),
            None => self.user_named(typed),
        }
    }
}
