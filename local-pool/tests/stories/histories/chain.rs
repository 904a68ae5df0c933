//! A sign-in that is under way, as its client holds it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::model::{Claim, Proven, Secret};
use crate::client::device::Device;
use crate::client::srp::SrpClient;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    Password,
    Srp,
    Choice,
    Custom,
}

impl Flow {
    pub const ALL: [Self; 4] = [Self::Password, Self::Srp, Self::Choice, Self::Custom];

    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "USER_PASSWORD_AUTH",
            Self::Srp => "USER_SRP_AUTH",
            Self::Choice => "USER_AUTH",
            Self::Custom => "CUSTOM_AUTH",
        }
    }
}

pub struct Chain {
    /// Which of the names it is under.
    pub who: usize,
    pub claim: Claim,
    pub flow: Flow,
    pub proven: Proven,
    /// The challenge that is out.
    pub asked: Value,
    /// The code that went out with it, and where to.
    pub sent: Option<(String, String)>,
    pub srp: Arc<SrpClient>,
    /// An app that is being set up: its secret, and whether it was verified.
    pub app: Option<(Secret, bool)>,
    /// The address that is being set up.
    pub address: Option<String>,
    pub device: Option<Device>,
}

impl Chain {
    pub fn name(&self) -> &str {
        self.asked["ChallengeName"].as_str().unwrap_or_default()
    }

    pub fn session(&self) -> Value {
        self.asked["Session"].clone()
    }

    /// The members of a list that a parameter holds as text.
    pub fn listed(&self, parameter: &str) -> Vec<String> {
        let text = self.asked["ChallengeParameters"][parameter].as_str().unwrap_or("[]");
        serde_json::from_str(text).unwrap()
    }

    /// The responses that prove `secret` for a group and an id.
    pub fn proof(&self, group: &str, id: &str, secret: &str, timestamp: &str) -> Value {
        use base64::Engine as _;
        let parameters = &self.asked["ChallengeParameters"];
        let signature = self.srp.signature_of(group, id, secret, parameters, timestamp);
        json!({
            "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": base64::engine::general_purpose::STANDARD.encode(signature),
            "TIMESTAMP": timestamp,
        })
    }
}
