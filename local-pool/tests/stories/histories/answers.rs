//! Answers to challenges, right and wrong, and what they prove.

use serde_json::{Value, json};

use super::chain::Chain;
use super::model::{APP, First, MAIL, Person, Second, Secret, Status};
use super::world::{ORIGIN, World};
use crate::client::srp::timestamp;

/// What an answer proves.
pub enum Worth {
    Nothing,
    Wrong,
    Password(String),
    NewPassword(Secret),
    App(Secret),
    Code(String),
    Device(String),
    Passkey(String),
    Custom,
}

impl World<'_> {
    /// What is answered, and what that is worth if it is taken; None where there is nothing to answer with.
    pub async fn responses(&mut self, chain: &mut Chain) -> Option<(Value, Worth)> {
        let who = chain.who;
        let now = timestamp(self.api.server.clock().now_ms() / 1000);
        let answer = match chain.name() {
            "PASSWORD_VERIFIER" => {
                let text = self.guess_password(who);
                let group = self.api.server.pool_id().split_once('_').unwrap().1;
                (chain.proof(group, &self.seats[who].name, &text, &now), Worth::Password(text))
            }
            "SELECT_CHALLENGE" => {
                let factor = self.choices.of(&["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]);
                let text = self.guess_password(who);
                let responses = json!({ "ANSWER": factor, "PASSWORD": text, "SRP_A": chain.srp.public_hex() });
                (responses, if factor == "PASSWORD" { Worth::Password(text) } else { Worth::Nothing })
            }
            "NEW_PASSWORD_REQUIRED" => {
                let secret = self.new_password();
                (json!({ "NEW_PASSWORD": secret.text }), Worth::NewPassword(secret))
            }
            APP => {
                let current = self.seats[who].person.as_ref().and_then(|person| person.app.clone());
                let current = current.filter(|_| self.choices.percent(85));
                let secret = match current {
                    Some(secret) => secret,
                    None if self.seats[who].apps.is_empty() => return None,
                    None => self.choices.of(&self.seats[who].apps),
                };
                (json!({ "SOFTWARE_TOKEN_MFA_CODE": self.app_code(&secret.text) }), Worth::App(secret))
            }
            name @ (MAIL | "SMS_MFA" | "SMS_OTP") => {
                let others: Vec<String> = self.chains.iter().filter_map(|other| Some(other.sent.clone()?.0)).collect();
                let own = chain.sent.clone().map(|(code, _)| code).filter(|_| self.choices.percent(85));
                let guessed = || "00000000".to_owned();
                let code = own.unwrap_or_else(|| if others.is_empty() { guessed() } else { self.choices.of(&others) });
                (json!({ (format!("{name}_CODE")): code }), Worth::Code(code))
            }
            "SELECT_MFA_TYPE" => {
                (json!({ "ANSWER": self.choices.of(&chain.listed("MFAS_CAN_CHOOSE")) }), Worth::Nothing)
            }
            "MFA_SETUP" => (json!({}), chain.app.clone().map_or(Worth::Nothing, |(secret, _)| Worth::App(secret))),
            "DEVICE_SRP_AUTH" => {
                let key = chain.asked["ChallengeParameters"]["DEVICE_KEY"].clone();
                (json!({ "DEVICE_KEY": key, "SRP_A": chain.srp.public_hex() }), Worth::Nothing)
            }
            "DEVICE_PASSWORD_VERIFIER" => {
                let device = chain.device.as_ref()?;
                let secret = if self.choices.percent(85) { device.secret.as_str() } else { "guessed" };
                let mut responses = chain.proof(&device.group, &device.key, secret, &now);
                responses["DEVICE_KEY"] = json!(device.key);
                let is_right = secret == device.secret;
                (responses, if is_right { Worth::Device(device.key.clone()) } else { Worth::Wrong })
            }
            "WEB_AUTHN" => {
                let options = chain.asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"].as_str()?.to_owned();
                let credential = self.seats[who].authenticator.get(ORIGIN, &options).await.ok()?;
                let id = serde_json::from_str::<Value>(&credential).unwrap()["id"].as_str()?.to_owned();
                (json!({ "CREDENTIAL": credential }), Worth::Passkey(id))
            }
            "CUSTOM_CHALLENGE" => {
                let is_right = self.choices.percent(85);
                let answer = if is_right { "blue" } else { "red" };
                (json!({ "ANSWER": answer }), if is_right { Worth::Custom } else { Worth::Wrong })
            }
            name => self.fail(&format!("{name} was asked")),
        };
        Some(answer)
    }

    /// Takes in what an answer that was taken proves, and checks that it did.
    pub fn learn(&mut self, chain: &mut Chain, worth: Worth) {
        let who = chain.who;
        let number = chain.claim.number;
        let Some(person) = self.seats[who].person.clone().filter(|person| person.number == number) else {
            self.fail("an answer was taken for somebody who is not there");
        };
        match worth {
            Worth::Nothing => {}
            Worth::Wrong => self.fail("a wrong answer was taken"),
            Worth::Password(text) => chain.proven.first = Some(self.password_taken(who, &text)),
            Worth::NewPassword(secret) => {
                if person.status == Status::Confirmed || chain.proven.first != Some(First::Password(person.password)) {
                    self.fail("a password was replaced that did not have to be");
                }
                chain.proven.first = Some(First::Password(secret.clone()));
                self.replace_password(who, secret, Status::Confirmed);
            }
            Worth::App(secret) => {
                if person.app.as_ref() != Some(&secret) {
                    self.fail("the code of another app was taken");
                }
                chain.proven.second = Some(Second::App(secret));
            }
            Worth::Code(code) => self.learn_code(chain, &person, &code),
            Worth::Device(key) => chain.proven.device = Some(key),
            Worth::Passkey(id) => chain.proven.first = Some(First::Passkey(id)),
            Worth::Custom => chain.proven.custom = true,
        }
    }

    fn learn_code(&mut self, chain: &mut Chain, person: &Person, code: &str) {
        let Some((_, address)) = chain.sent.clone().filter(|(sent, _)| sent == code) else {
            self.fail("a code was taken that was sent for something else");
        };
        let is_mail = chain.name() == MAIL;
        if let Some(address) = &chain.address {
            if !person.has_to_set_up(self.mfa) {
                self.fail("an address was set up beside another factor");
            }
            if let Some(person) = &mut self.seats[chain.who].person {
                person.mail = Some(address.clone());
                person.active.insert(MAIL);
            }
        }
        match (chain.proven.first.is_some(), is_mail) {
            (false, true) => chain.proven.first = Some(First::Mail(address)),
            (false, false) => chain.proven.first = Some(First::Phone(address)),
            (true, true) => chain.proven.second = Some(Second::Mail(address)),
            (true, false) => chain.proven.second = Some(Second::Phone(address)),
        }
    }

    /// A step of MFA_SETUP before its answer.
    pub async fn set_up(&mut self, mut chain: Chain) {
        let offered = chain.listed("MFAS_CAN_SETUP");
        let session = chain.session();
        let by_mail = offered.iter().any(|factor| factor == MAIL) && chain.app.is_none() && self.choices.percent(40);
        if by_mail {
            let address = format!("new{}@example.com", self.number());
            if let Ok(answer) = self.respond(&chain, json!({ "EMAIL": address }), &session).await {
                self.spend(&chain);
                chain.address = Some(address);
                self.go_on(chain, answer).await;
            }
            return;
        }
        let verified = match chain.app.clone() {
            None => {
                let Ok(answer) = self.call("AssociateSoftwareToken", json!({ "Session": session })).await else {
                    return;
                };
                let text = answer["SecretCode"].as_str().unwrap().to_owned();
                chain.app = Some((Secret { text, number: self.number() }, false));
                answer
            }
            Some((secret, _)) => {
                let other = (!self.seats[chain.who].apps.is_empty() && self.choices.percent(15))
                    .then(|| self.choices.of(&self.seats[chain.who].apps));
                let code = self.app_code(&other.as_ref().unwrap_or(&secret).text);
                let request = json!({ "Session": session, "UserCode": code });
                let Ok(answer) = self.call("VerifySoftwareToken", request).await else {
                    return self.chains.push(chain);
                };
                let person = self.seats[chain.who].person.clone();
                let is_due =
                    person.is_some_and(|person| person.number == chain.claim.number && person.has_to_set_up(self.mfa));
                if !is_due || other.is_some() {
                    self.fail("an app was set up that nobody had to set up");
                }
                self.set_app(chain.who, secret.clone());
                if let Some(person) = &mut self.seats[chain.who].person {
                    person.active.insert(APP);
                }
                chain.app = Some((secret, true));
                answer
            }
        };
        self.spend(&chain);
        chain.asked["Session"] = verified["Session"].clone();
        self.chains.push(chain);
    }
}
