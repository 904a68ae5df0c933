//! A history: what is done to the pool, and what its answers have to be like.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use local_pool::{Refused, TriggerKind};
use serde_json::{Value, json};

use super::chain::{Chain, Flow};
use super::model::{self, Claim, First, Person, Proven, Secret};
use super::random::Choices;
use crate::client::authenticator::SoftwareAuthenticator;
use crate::client::device::Device;
use crate::client::mfa::totp;
use crate::client::srp::SrpClient;
use crate::client::{TestPool, claims};

pub const ORIGIN: &str = "https://login.example.com";
const MOST_CHAINS: usize = 6;

/// One of the two names, and all that was ever right under it.
#[derive(Default)]
pub struct Seat {
    pub name: String,
    pub person: Option<Person>,
    pub authenticator: SoftwareAuthenticator,
    pub passwords: Vec<String>,
    pub apps: Vec<Secret>,
    pub devices: Vec<Device>,
    /// An access token, and the number of whom it was given to.
    pub token: Option<(u32, Value)>,
}

pub struct World<'a> {
    pub api: &'a TestPool,
    /// Clients make a new one for each sign-in; that one does for all spares much time.
    pub srp: Arc<SrpClient>,
    pub choices: Choices,
    pub seats: [Seat; 2],
    pub mfa: &'static str,
    pub modes: &'static [&'static str],
    pub finished: BTreeMap<&'static str, u32>,
    pub chains: Vec<Chain>,
    /// Answers that were taken.
    taken: Vec<Value>,
    spent: BTreeSet<String>,
    numbers: u32,
    seed: u64,
    log: Vec<String>,
}

/// After the password one custom challenge, and a password that has to be replaced before it.
pub fn set_triggers(api: &TestPool) {
    api.server.set_trigger(TriggerKind::DefineAuthChallenge, |mut event| {
        let rounds = event["request"]["session"].as_array().unwrap().clone();
        let was = |name: &str| rounds.iter().any(|round| round["challengeName"] == name);
        let status = event["request"]["userAttributes"]["cognito:user_status"].as_str().unwrap_or_default().to_owned();
        let next = match status.as_str() {
            _ if !was("PASSWORD_VERIFIER") => "PASSWORD_VERIFIER",
            "FORCE_CHANGE_PASSWORD" | "RESET_REQUIRED" => "NEW_PASSWORD_REQUIRED",
            _ => "CUSTOM_CHALLENGE",
        };
        let response = &mut event["response"];
        if rounds.iter().any(|round| round["challengeResult"] == false) {
            response["failAuthentication"] = json!(true);
        } else if was("CUSTOM_CHALLENGE") && next == "CUSTOM_CHALLENGE" {
            response["issueTokens"] = json!(true);
        } else {
            response["challengeName"] = json!(next);
        }
        Ok(event)
    });
    api.server.set_trigger(TriggerKind::CreateAuthChallenge, Ok);
    api.server.set_trigger(TriggerKind::VerifyAuthChallengeResponse, |mut event| {
        event["response"]["answerCorrect"] = json!(event["request"]["challengeAnswer"] == "blue");
        Ok(event)
    });
}

impl<'a> World<'a> {
    pub fn new(api: &'a TestPool, srp: Arc<SrpClient>, seed: u64, modes: &'static [&'static str]) -> Self {
        let seat = |letter: char| Seat { name: format!("{letter}{seed}"), ..Seat::default() };
        Self {
            api,
            srp,
            choices: Choices::new(seed),
            seats: [seat('a'), seat('b')],
            mfa: "OFF",
            modes,
            finished: BTreeMap::new(),
            chains: Vec::new(),
            taken: Vec::new(),
            spent: BTreeSet::new(),
            numbers: 0,
            seed,
            log: Vec::new(),
        }
    }

    pub async fn begin(&mut self) {
        for who in 0..2 {
            self.make(who);
            self.equip(who).await;
        }
        self.switch_mfa().await;
    }

    pub async fn step(&mut self) {
        match self.choices.below(100) {
            0..28 => self.sign_in().await,
            28..76 => self.answer().await,
            76..80 => self.answer_again().await,
            _ => self.change().await,
        }
    }

    pub fn number(&mut self) -> u32 {
        self.numbers += 1;
        self.numbers
    }

    pub fn note(&mut self, text: String) {
        self.log.push(text);
    }

    pub fn fail(&self, text: &str) -> ! {
        panic!("{text}\nHISTORY_SEED={}, MFA {}\n{}", self.seed, self.mfa, self.log.join("\n"));
    }

    pub async fn call(&mut self, operation: &str, request: Value) -> Result<Value, Refused> {
        let answer = self.api.server.call(operation, request).await;
        let outcome = match &answer {
            Ok(answer) => format!("ok {}", answer["ChallengeName"].as_str().unwrap_or_default()),
            Err(refused) => refused.to_string(),
        };
        self.note(format!("  {operation}: {outcome}"));
        match &answer {
            Err(refused) if refused.exception.starts_with("Internal") => self.fail("it failed inside"),
            _ => answer,
        }
    }

    /// The code that the app with this secret shows next.
    pub fn app_code(&self, secret: &str) -> String {
        self.api.server.clock().advance(Duration::from_secs(31));
        totp(self.api, &json!(secret), 0)
    }

    pub fn guess_password(&mut self, who: usize) -> String {
        let seat = &self.seats[who];
        match &seat.person {
            Some(person) if self.choices.percent(80) => person.password.text.clone(),
            _ => self.choices.of(&self.seats[who].passwords),
        }
    }

    /// The person's password, which `text` has to be, since it was taken.
    pub fn password_taken(&self, who: usize, text: &str) -> First {
        match &self.seats[who].person {
            Some(person) if person.password.text == text => First::Password(person.password.clone()),
            _ => self.fail("a wrong password was taken"),
        }
    }

    async fn sign_in(&mut self) {
        let (who, flow) = (self.choices.below(2), self.choices.of(&Flow::ALL));
        let srp = Arc::clone(&self.srp);
        let mut parameters = json!({ "USERNAME": self.seats[who].name });
        let mut text = None;
        let has_passkey = self.seats[who].person.as_ref().is_some_and(|person| !person.passkeys.is_empty());
        let preferred = match self.choices.of(&["", "PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]) {
            _ if has_passkey && self.choices.percent(40) => "WEB_AUTHN",
            preferred => preferred,
        };
        match flow {
            Flow::Password => text = Some(self.guess_password(who)),
            Flow::Srp => {}
            Flow::Custom => parameters["CHALLENGE_NAME"] = json!("SRP_A"),
            Flow::Choice if !preferred.is_empty() => {
                parameters["PREFERRED_CHALLENGE"] = json!(preferred);
                text = (preferred == "PASSWORD").then(|| self.guess_password(who));
            }
            Flow::Choice => {}
        }
        match &text {
            Some(text) => parameters["PASSWORD"] = json!(text),
            None => parameters["SRP_A"] = json!(srp.public_hex()),
        }
        let devices = self.seats[who].devices.len();
        let device = (devices > 0 && self.choices.percent(40)).then(|| {
            let device = &self.seats[who].devices[self.choices.below(devices)];
            Device { key: device.key.clone(), group: device.group.clone(), secret: device.secret.clone() }
        });
        if let Some(device) = &device {
            parameters["DEVICE_KEY"] = json!(device.key);
        }
        self.note(format!("{who} begins {flow:?} {preferred}"));
        let client = self.api.server.client_id();
        let request = json!({ "ClientId": client, "AuthFlow": flow.name(), "AuthParameters": parameters });
        let Ok(answer) = self.call("InitiateAuth", request).await else { return };
        let mut proven = Proven::default();
        if let Some(text) = &text
            && answer["ChallengeName"] != "SELECT_CHALLENGE"
        {
            proven.first = Some(self.password_taken(who, text));
        }
        let Some(person) = &self.seats[who].person else { self.fail("somebody who is not there was asked") };
        let claim = Claim { number: person.number, is_custom: flow == Flow::Custom };
        let asked = Value::Null;
        let chain = Chain { who, claim, flow, proven, asked, sent: None, srp, app: None, address: None, device };
        self.go_on(chain, answer).await;
    }

    /// Takes in what a sign-in is answered: the next question, or tokens that had better be deserved.
    pub async fn go_on(&mut self, mut chain: Chain, answer: Value) {
        let who = chain.who;
        if let Some(result) = answer.get("AuthenticationResult") {
            let person = self.seats[who].person.as_ref();
            if let Some(objection) = model::objection(person, chain.claim, &chain.proven, self.mfa) {
                self.fail(&format!("tokens for {who} by {:?}, but {objection}", chain.flow));
            }
            if claims(&result["AccessToken"])["username"] != self.seats[who].name.as_str() {
                self.fail("tokens of somebody else");
            }
            self.count(&chain);
            self.seats[who].token = Some((chain.claim.number, result["AccessToken"].clone()));
            self.confirm_device(who, result).await;
            return;
        }
        chain.asked = answer;
        let kind = match chain.name() {
            "EMAIL_OTP" => Some("email"),
            "SMS_MFA" | "SMS_OTP" => Some("sms"),
            _ => None,
        };
        chain.sent = kind.and_then(|kind| {
            let sent = self.api.server.outbox(Some(&self.seats[who].name), Some(kind)).pop()?;
            Some((sent.code, sent.destination))
        });
        if self.chains.len() == MOST_CHAINS {
            let given_up = self.choices.below(MOST_CHAINS);
            self.chains.swap_remove(given_up);
        }
        self.chains.push(chain);
    }

    fn count(&mut self, chain: &Chain) {
        let flow = match chain.flow {
            Flow::Password => "Password",
            Flow::Srp => "Srp",
            Flow::Choice => "Choice",
            Flow::Custom => "Custom",
        };
        let more = [
            ("second", chain.proven.second.is_some()),
            ("device", chain.proven.device.is_some()),
            ("passkey", matches!(chain.proven.first, Some(First::Passkey(_)))),
            ("code", matches!(chain.proven.first, Some(First::Mail(_) | First::Phone(_)))),
            ("set up", chain.app.is_some() || chain.address.is_some()),
        ];
        for (how, _) in std::iter::once((flow, true)).chain(more).filter(|(_, holds)| *holds) {
            *self.finished.entry(how).or_insert(0) += 1;
        }
    }

    /// Answers one of the questions that are out.
    async fn answer(&mut self) {
        if self.chains.is_empty() {
            return self.sign_in().await;
        }
        let index = self.choices.below(self.chains.len());
        let mut chain = self.chains.swap_remove(index);
        self.note(format!("{} answers {}", chain.who, chain.name()));
        if chain.name() == "MFA_SETUP" && chain.app.as_ref().is_none_or(|(_, verified)| !verified) {
            return self.set_up(chain).await;
        }
        let Some((responses, worth)) = self.responses(&mut chain).await else { return };
        let session = chain.session();
        let answer = self.respond(&chain, responses, &session).await;
        match answer {
            Ok(answer) => {
                self.spend(&chain);
                self.learn(&mut chain, worth);
                self.go_on(chain, answer).await;
            }
            Err(_) => {
                *self.finished.entry("refused").or_insert(0) += 1;
                self.chains.push(chain);
            }
        }
    }

    pub async fn respond(&mut self, chain: &Chain, mut responses: Value, session: &Value) -> Result<Value, Refused> {
        let other = self.choices.percent(4);
        let name = &self.seats[if other { 1 - chain.who } else { chain.who }].name;
        responses["USERNAME"] = json!(name);
        let client = self.api.server.client_id();
        let mut request = json!({ "ClientId": client, "ChallengeName": chain.name(), "ChallengeResponses": responses });
        if session.is_string() {
            request["Session"] = session.clone();
        }
        let answer = self.call("RespondToAuthChallenge", request.clone()).await;
        if answer.is_ok() {
            if other {
                self.fail("it was answered under another name");
            }
            self.taken.push(request);
        }
        answer
    }

    /// No question is answered twice.
    pub fn spend(&mut self, chain: &Chain) {
        let block = chain.asked["ChallengeParameters"]["SECRET_BLOCK"].as_str();
        let ticket = chain.asked["Session"].as_str().or(block).unwrap_or_default().to_owned();
        if !self.spent.insert(ticket) {
            self.fail("a session worked twice");
        }
    }

    /// Sends an answer again that was taken before.
    async fn answer_again(&mut self) {
        if self.taken.is_empty() {
            return;
        }
        let request = self.choices.of(&self.taken);
        self.note("an answer again".into());
        if self.call("RespondToAuthChallenge", request).await.is_ok() {
            self.fail("an answer was taken twice");
        }
    }
}
