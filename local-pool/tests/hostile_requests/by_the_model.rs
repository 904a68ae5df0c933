//! Requests of the services' models, most members as they should be and some as they should not.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use super::random::Random;

/// Values that fit a member of a name, by the names of members and of challenge parameters.
pub type Known = HashMap<&'static str, Vec<Value>>;

/// What both services take.
pub struct Models(Vec<Model>);

struct Model {
    /// What `X-Amz-Target` begins with.
    service: &'static str,
    shapes: Map<String, Value>,
    inputs: BTreeMap<String, String>,
}

const PARAMETERS: [&str; 22] = [
    "USERNAME",
    "PASSWORD",
    "SRP_A",
    "SECRET_HASH",
    "REFRESH_TOKEN",
    "DEVICE_KEY",
    "PREFERRED_CHALLENGE",
    "ANSWER",
    "CREDENTIAL",
    "SMS_MFA_CODE",
    "SOFTWARE_TOKEN_MFA_CODE",
    "EMAIL_OTP_CODE",
    "SMS_OTP_CODE",
    "NEW_PASSWORD",
    "PASSWORD_CLAIM_SECRET_BLOCK",
    "PASSWORD_CLAIM_SIGNATURE",
    "TIMESTAMP",
    "CHALLENGE_NAME",
    "SESSION",
    "userAttributes.email",
    "DEVICE_GROUP_KEY",
    "",
];

impl Models {
    pub fn read() -> Self {
        let user_pools = include_str!("../../src/wire/service-model.json");
        let identity_pools = include_str!("../../src/wire/identity-model.json");
        Self(vec![
            Model::read("AWSCognitoIdentityProviderService", user_pools),
            Model::read("AWSCognitoIdentityService", identity_pools),
        ])
    }

    /// The target of a request and its body: of every operation as many as of any other.
    pub fn request(&self, random: &mut Random, known: &Known) -> (String, Vec<u8>) {
        let all: usize = self.0.iter().map(|model| model.inputs.len()).sum();
        let mut chosen = random.below(all);
        for model in &self.0 {
            if chosen < model.inputs.len() {
                return model.request(chosen, random, known);
            }
            chosen -= model.inputs.len();
        }
        unreachable!("it is below the sum")
    }
}

impl Model {
    fn read(service: &'static str, text: &str) -> Self {
        let model: Value = serde_json::from_str(text).unwrap();
        let input = |entry: &Value| entry["input"].as_str().unwrap().to_owned();
        let operations = model["operations"].as_object().unwrap();
        Self {
            service,
            inputs: operations.iter().map(|(name, entry)| (name.clone(), input(entry))).collect(),
            shapes: model["shapes"].as_object().unwrap().clone(),
        }
    }

    fn request(&self, chosen: usize, random: &mut Random, known: &Known) -> (String, Vec<u8>) {
        let mut operation = self.inputs.keys().nth(chosen).unwrap().clone();
        // A life without its pool teaches nothing.
        if random.percent(98) {
            match operation.as_str() {
                "DeleteUserPool" => operation = "InitiateAuth".into(),
                "DeleteIdentityPool" => operation = "GetId".into(),
                _ => {}
            }
        }
        let mut body = self.structure(&self.inputs[&operation], random, known, 0).to_string().into_bytes();
        if random.percent(4) {
            spoil(&mut body, random);
        }
        if random.percent(1) {
            operation.push(char::from(b'a' + u8::try_from(random.below(26)).unwrap()));
        }
        (format!("{}.{operation}", self.service), body)
    }

    fn structure(&self, name: &str, random: &mut Random, known: &Known, depth: usize) -> Value {
        let shape = &self.shapes[name];
        let required: Vec<&str> =
            shape["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut object = Map::new();
        for member in shape["members"].as_array().into_iter().flatten() {
            let (name, of) = (member[0].as_str().unwrap(), member[1].as_str().unwrap());
            if random.percent(if required.contains(&name) { 97 } else { 35 }) {
                object.insert(name.into(), self.member(name, of, random, known, depth));
            }
        }
        Value::Object(object)
    }

    fn member(&self, name: &str, of: &str, random: &mut Random, known: &Known, depth: usize) -> Value {
        if random.percent(4) {
            return wild(random);
        }
        match known.get(name) {
            Some(values) if random.percent(80) => random.one_of(values),
            _ => self.value(of, random, known, depth),
        }
    }

    fn value(&self, name: &str, random: &mut Random, known: &Known, depth: usize) -> Value {
        let shape = &self.shapes[name];
        let bound = |key: &str, other: i64| shape[key].as_i64().unwrap_or(other);
        match shape["type"].as_str().unwrap() {
            _ if depth > 6 => Value::Null,
            "string" => match shape["enum"].as_array() {
                Some(values) => random.one_of(values),
                None => text(bound("min", 0), bound("max", 40), random),
            },
            "integer" | "long" => {
                let (min, max) = (bound("min", -5), bound("max", 1 << 31));
                json!(random.one_of(&[min, max, min - 1, max + 1, (min + max) / 2, 0, i64::MAX, i64::MIN]))
            }
            "boolean" => json!(random.percent(50)),
            "map" => (0..random.below(6))
                .map(|_| {
                    let key = random.one_of(&PARAMETERS);
                    let of = shape["of"].as_str().unwrap_or("StringType");
                    (key.to_owned(), self.member(key, of, random, known, depth + 1))
                })
                .collect(),
            "list" => {
                let of = shape["of"].as_str().unwrap();
                (0..random.below(4)).map(|_| self.value(of, random, known, depth + 1)).collect()
            }
            "structure" => self.structure(name, random, known, depth + 1),
            _ => wild(random),
        }
    }
}

fn text(min: i64, max: i64, random: &mut Random) -> Value {
    let lengths = [min, max.min(3_000), (max + 1).min(3_000), 0, 1, 6, 20];
    let length = usize::try_from(random.one_of(&lengths)).unwrap_or(0);
    let letters = [
        "a",
        "Z",
        "7",
        "_",
        "-",
        " ",
        ".",
        "{####}",
        "ä",
        "😀",
        "\u{0}",
        "\"",
        "%00",
        "us-east-1_",
        "@b.example",
        "+1555",
    ];
    let letter = random.one_of(&letters);
    json!(letter.repeat(length / letter.len() + 1).chars().take(length).collect::<String>())
}

/// A value that fits nowhere.
fn wild(random: &mut Random) -> Value {
    match random.below(16) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(1e308),
        4 => json!(u64::MAX),
        5 => json!([]),
        6 => json!({}),
        7 => json!(""),
        8 => json!([null]),
        9 => json!({ "": { "": [] } }),
        10 if random.percent(20) => json!("x".repeat(100_000)),
        11 => json!("\u{0}\u{1f}\u{7f}\u{feff}\u{202e}"),
        12 => json!("'; DROP TABLE users; --"),
        13 => json!("../../../../etc/passwd"),
        14 => (0..60).fold(json!(1), |inner, _| json!([inner])),
        _ => json!("\r\nX-Injected: yes\r\n\r\n"),
    }
}

/// Breaks the JSON.
fn spoil(body: &mut Vec<u8>, random: &mut Random) {
    let place = random.below(body.len() + 1);
    match random.below(8) {
        0 => body.truncate(place),
        1 => body.insert(place, random.one_of(&[0, b'"', b'\\', b'{', 0xff, 0xc3])),
        2 => body.extend_from_slice(b"{}"),
        3 => *body = "[".repeat(10_000).into_bytes(),
        4 => *body = format!("{}1{}", "{\"a\":".repeat(2_000), "}".repeat(2_000)).into_bytes(),
        5 => *body = b"{\"Username\":\"\\ud83d\",\"ClientId\":\"\\udc00x\"}".to_vec(),
        6 => body.clear(),
        _ => {
            if let Some(byte) = body.get_mut(place) {
                *byte ^= 1 << random.below(8);
            }
        }
    }
}
