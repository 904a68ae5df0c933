//! What changes while sign-ins are under way.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::model::{APP, MAIL, Person, SMS, Secret, Status};
use super::world::{ORIGIN, World};
use crate::client::authenticator::SoftwareAuthenticator;
use crate::client::device::Device;
use crate::client::srp::verifier_config;

impl World<'_> {
    pub async fn change(&mut self) {
        let who = self.choices.below(2);
        let name = self.seats[who].name.clone();
        if self.seats[who].person.is_none() {
            return self.make(who);
        }
        let kind = self.choices.below(18);
        self.note(format!("change {kind} of {who}"));
        match kind {
            0 => self.set_password(who, true).await,
            1 => self.set_password(who, false).await,
            2 => {
                self.api.server.require_password_reset(&name).unwrap();
                self.person(who).status = Status::Reset;
            }
            3 => self.forget_password(who).await,
            4 => self.change_password(who).await,
            5 | 6 => self.set_up_app(who).await,
            7 | 8 => self.prefer(who).await,
            9 => self.change_contact(who, "email").await,
            10 => self.change_contact(who, "phone_number").await,
            11 => {
                self.api.server.disable_user(&name).unwrap();
                self.person(who).enabled = false;
                self.seats[who].token = None;
            }
            12 => {
                self.api.server.delete_user(&name).unwrap();
                self.seats[who].person = None;
                if self.choices.percent(60) {
                    self.make(who);
                }
            }
            13 => self.switch_mfa().await,
            14 => self.register_passkey(who).await,
            15 => self.delete_passkey(who).await,
            16 => {
                self.api.server.forget_devices(&name).unwrap();
                self.person(who).devices.clear();
            }
            _ => {
                self.call("AdminUserGlobalSignOut", json!({ "Username": name })).await.unwrap();
                self.seats[who].token = None;
            }
        }
        // Nobody stays out for long, or nothing would happen any more.
        let is_out = self.seats[who].person.as_ref().is_some_and(|person| !person.enabled);
        if is_out && self.choices.percent(50) {
            self.api.server.enable_user(&name).unwrap();
            self.person(who).enabled = true;
        }
    }

    fn person(&mut self, who: usize) -> &mut Person {
        self.seats[who].person.as_mut().expect("somebody is there")
    }

    pub fn new_password(&mut self) -> Secret {
        let number = self.number();
        Secret { text: format!("Word-{number}-aB1!"), number }
    }

    pub fn replace_password(&mut self, who: usize, secret: Secret, status: Status) {
        self.seats[who].passwords.push(secret.text.clone());
        let person = self.person(who);
        person.password = secret;
        person.status = status;
    }

    pub fn set_app(&mut self, who: usize, secret: Secret) {
        self.seats[who].apps.push(secret.clone());
        self.person(who).app = Some(secret);
    }

    pub fn make(&mut self, who: usize) {
        let (password, number) = (self.new_password(), self.number());
        let mail = self.choices.percent(45).then(|| format!("mail{number}@example.com"));
        let phone = self.choices.percent(30).then(|| format!("+1555{number:07}"));
        let mut attributes = Vec::new();
        for (name, value) in [("email", &mail), ("phone_number", &phone)] {
            if let Some(value) = value {
                attributes.push((name, value.as_str()));
                attributes.push((if name == "email" { "email_verified" } else { "phone_number_verified" }, "true"));
            }
        }
        self.api.server.create_user(&self.seats[who].name, &password.text, &attributes).unwrap();
        self.seats[who].passwords.push(password.text.clone());
        self.seats[who].authenticator = SoftwareAuthenticator::default();
        self.seats[who].person = Some(Person {
            number,
            enabled: true,
            status: Status::Confirmed,
            password,
            mail,
            phone,
            app: None,
            active: BTreeSet::new(),
            preferred: None,
            passkeys: Vec::new(),
            devices: Vec::new(),
        });
    }

    /// Gives somebody who is new an access token, and often a passkey and second factors.
    pub async fn equip(&mut self, who: usize) {
        self.api.server.call("SetUserPoolMfaConfig", json!({ "MfaConfiguration": "OFF" })).await.unwrap();
        let parameters = json!({ "USERNAME": self.seats[who].name, "PASSWORD": self.person(who).password.text });
        let client = self.api.server.client_id();
        let request = json!({ "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
        let tokens = self.call("InitiateAuth", request).await.unwrap()["AuthenticationResult"].clone();
        self.seats[who].token = Some((self.person(who).number, tokens["AccessToken"].clone()));
        self.confirm_device(who, &tokens).await;
        if self.choices.percent(40) {
            self.register_passkey(who).await;
        }
        if self.choices.percent(40) {
            self.set_up_app(who).await;
        }
        if self.choices.percent(60) {
            self.prefer(who).await;
        }
    }

    pub async fn switch_mfa(&mut self) {
        self.mfa = self.choices.of(self.modes);
        let request = json!({ "MfaConfiguration": self.mfa });
        self.note(format!("MFA {}", self.mfa));
        self.call("SetUserPoolMfaConfig", request).await.unwrap();
    }

    async fn set_password(&mut self, who: usize, permanent: bool) {
        let secret = self.new_password();
        let name = self.seats[who].name.clone();
        let request = json!({ "Username": name, "Password": secret.text, "Permanent": permanent });
        self.call("AdminSetUserPassword", request).await.unwrap();
        self.replace_password(who, secret, if permanent { Status::Confirmed } else { Status::Temporary });
    }

    async fn forget_password(&mut self, who: usize) {
        let (client, name) = (self.api.server.client_id(), self.seats[who].name.clone());
        let asked = self.call("ForgotPassword", json!({ "ClientId": client, "Username": name })).await;
        let Some(sent) = self.api.server.outbox(Some(&name), Some("forgot")).pop().filter(|_| asked.is_ok()) else {
            return;
        };
        let secret = self.new_password();
        let request =
            json!({ "ClientId": client, "Username": name, "ConfirmationCode": sent.code, "Password": secret.text });
        self.call("ConfirmForgotPassword", request).await.unwrap();
        self.replace_password(who, secret, Status::Confirmed);
    }

    /// Does something with an access token of who sits there, and checks that it is theirs.
    async fn by_token(&mut self, who: usize, operation: &str, mut request: Value) -> Option<Value> {
        let (number, token) = self.seats[who].token.clone()?;
        request["AccessToken"] = token;
        let answer = self.call(operation, request).await.ok()?;
        let person = self.person(who);
        let is_theirs = person.number == number && person.enabled;
        if !is_theirs {
            self.fail("an access token was taken of somebody who is not there");
        }
        Some(answer)
    }

    async fn change_password(&mut self, who: usize) {
        let secret = self.new_password();
        let (previous, status) = (self.person(who).password.text.clone(), self.person(who).status);
        let request = json!({ "PreviousPassword": previous, "ProposedPassword": secret.text });
        if self.by_token(who, "ChangePassword", request).await.is_some() {
            self.replace_password(who, secret, status);
        }
    }

    async fn set_up_app(&mut self, who: usize) {
        let Some(answer) = self.by_token(who, "AssociateSoftwareToken", json!({})).await else { return };
        let secret = Secret { text: answer["SecretCode"].as_str().unwrap().into(), number: self.number() };
        let code = self.app_code(&secret.text);
        if self.by_token(who, "VerifySoftwareToken", json!({ "UserCode": code })).await.is_some() {
            self.set_app(who, secret);
        }
    }

    async fn prefer(&mut self, who: usize) {
        let factors = [(SMS, "SMSMfaSettings"), (APP, "SoftwareTokenMfaSettings"), (MAIL, "EmailMfaSettings")];
        let active: BTreeSet<&'static str> =
            factors.iter().map(|(factor, _)| *factor).filter(|_| self.choices.percent(40)).collect();
        let listed: Vec<_> = active.iter().copied().collect();
        let preferred = (!listed.is_empty() && self.choices.percent(50)).then(|| self.choices.of(&listed));
        let mut request = json!({ "Username": self.seats[who].name });
        for (factor, member) in factors {
            request[member] = json!({ "Enabled": active.contains(factor), "PreferredMfa": preferred == Some(factor) });
        }
        if self.call("AdminSetUserMFAPreference", request).await.is_ok() {
            let person = self.person(who);
            person.active = active;
            person.preferred = preferred;
        }
    }

    async fn change_contact(&mut self, who: usize, attribute: &str) {
        let (number, name) = (self.number(), self.seats[who].name.clone());
        let value = match attribute {
            _ if self.choices.percent(30) => None,
            "email" => Some(format!("mail{number}@example.com")),
            _ => Some(format!("+1555{number:07}")),
        };
        match &value {
            Some(value) => {
                let changed = json!([
                    { "Name": attribute, "Value": value }, { "Name": format!("{attribute}_verified"), "Value": "true" }
                ]);
                let request = json!({ "Username": name, "UserAttributes": changed });
                self.call("AdminUpdateUserAttributes", request).await.unwrap();
            }
            None => {
                let request = json!({ "Username": name, "UserAttributeNames": [attribute] });
                self.call("AdminDeleteUserAttributes", request).await.unwrap();
            }
        }
        let person = self.person(who);
        if attribute == "email" { person.mail = value } else { person.phone = value }
    }

    async fn register_passkey(&mut self, who: usize) {
        let Some(started) = self.by_token(who, "StartWebAuthnRegistration", json!({})).await else { return };
        let created = self.seats[who].authenticator.create(ORIGIN, &started["CredentialCreationOptions"]).await;
        let Ok(credential) = created else { return };
        let request = json!({ "Credential": credential });
        if self.by_token(who, "CompleteWebAuthnRegistration", request).await.is_some() {
            self.person(who).passkeys.push(credential["id"].as_str().unwrap().into());
        }
    }

    async fn delete_passkey(&mut self, who: usize) {
        let Some(id) = self.person(who).passkeys.last().cloned() else { return };
        if self.by_token(who, "DeleteWebAuthnCredential", json!({ "CredentialId": id })).await.is_some() {
            self.person(who).passkeys.pop();
        }
    }

    /// Has a device that was offered remembered, as an app does that wants to be.
    pub async fn confirm_device(&mut self, who: usize, result: &Value) {
        if result.get("NewDeviceMetadata").is_none() || !self.choices.percent(50) {
            return;
        }
        let device = Device::offered(result);
        let config = verifier_config(&[0xc3; 16], &device.group, &device.key, &device.secret);
        let request = json!({ "DeviceKey": device.key, "DeviceSecretVerifierConfig": config });
        if self.by_token(who, "ConfirmDevice", request).await.is_some() {
            self.person(who).devices.push(device.key.clone());
            self.seats[who].devices.push(device);
        }
    }
}
