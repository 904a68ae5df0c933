use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use num_bigint::BigUint;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Reply, TestPool};

const N_HEX: &str = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

/// One run of the client's half.
pub struct SrpClient {
    a: BigUint,
    pub public: BigUint,
}

pub fn n() -> BigUint {
    BigUint::parse_bytes(N_HEX.as_bytes(), 16).unwrap()
}

pub fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// `java.math.BigInteger.toByteArray` of a positive number.
fn padded(number: &BigUint) -> Vec<u8> {
    let mut bytes = number.to_bytes_be();
    if bytes[0] >= 0x80 {
        bytes.insert(0, 0);
    }
    bytes
}

fn hash(parts: &[&[u8]]) -> BigUint {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    BigUint::from_bytes_be(&hash.finalize())
}

fn private_key(salt: &BigUint, group: &str, id: &str, secret: &str) -> BigUint {
    let inner = Sha256::digest(format!("{group}{id}:{secret}"));
    hash(&[&padded(salt), &inner])
}

/// `DeviceSecretVerifierConfig` for a device's secret.
pub fn verifier_config(salt: &[u8], group: &str, key: &str, secret: &str) -> Value {
    let salt = BigUint::from_bytes_be(salt);
    let verifier = BigUint::from(2_u8).modpow(&private_key(&salt, group, key, secret), &n());
    json!({ "Salt": STANDARD.encode(padded(&salt)), "PasswordVerifier": STANDARD.encode(padded(&verifier)) })
}

impl SrpClient {
    pub fn new() -> Self {
        let mut a = [0; 32];
        getrandom::fill(&mut a).unwrap();
        let a = BigUint::from_bytes_be(&a);
        let public = BigUint::from(2_u8).modpow(&a, &n());
        Self { a, public }
    }

    pub fn public_hex(&self) -> String {
        self.public.to_str_radix(16)
    }

    /// The raw signature for the parameters of a PASSWORD_VERIFIER challenge.
    pub fn signature(&self, pool_id: &str, password: &str, parameters: &Value, timestamp: &str) -> Vec<u8> {
        let pool_name = pool_id.split_once('_').unwrap().1;
        let user = parameters["USER_ID_FOR_SRP"].as_str().unwrap();
        self.signature_of(pool_name, user, password, parameters, timestamp)
    }

    /// As [`Self::signature`], of a user in a pool or of a device in its group.
    pub fn signature_of(&self, group: &str, id: &str, secret: &str, parameters: &Value, timestamp: &str) -> Vec<u8> {
        let text = |name: &str| parameters[name].as_str().unwrap().to_owned();
        let number = |name: &str| BigUint::parse_bytes(text(name).as_bytes(), 16).unwrap();
        let (n, g, b_public) = (n(), BigUint::from(2_u8), number("SRP_B"));
        let k = hash(&[&padded(&n), &padded(&g)]);
        let u = hash(&[&padded(&self.public), &padded(&b_public)]);
        let x = private_key(&number("SALT"), group, id, secret);
        let base = (&b_public + &n * &k - &k * g.modpow(&x, &n)) % &n;
        let s = base.modpow(&(&self.a + &u * &x), &n);
        let prk = hmac(&padded(&u), &padded(&s));
        let key = &hmac(&prk, b"Caldera Derived Key\x01")[..16];
        let block = STANDARD.decode(text("SECRET_BLOCK")).unwrap();
        hmac(key, &[group.as_bytes(), id.as_bytes(), &block, timestamp.as_bytes()].concat())
    }

    /// The responses to a PASSWORD_VERIFIER challenge.
    pub fn responses(&self, api: &TestPool, password: &str, parameters: &Value) -> Value {
        let timestamp = timestamp(api.server.clock().now_ms() / 1000);
        let signature = self.signature(api.server.pool_id(), password, parameters, &timestamp);
        json!({
            "USERNAME": parameters["USER_ID_FOR_SRP"],
            "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": STANDARD.encode(signature),
            "TIMESTAMP": timestamp,
        })
    }
}

/// A whole USER_SRP_AUTH sign-in; the reply to the proof.
pub async fn sign_in(api: &TestPool, username: &str, password: &str) -> Reply {
    let srp = SrpClient::new();
    let first = api.initiate("USER_SRP_AUTH", json!({ "USERNAME": username, "SRP_A": srp.public_hex() })).await.ok();
    assert_eq!(first["ChallengeName"], "PASSWORD_VERIFIER");
    let responses = srp.responses(api, password, &first["ChallengeParameters"]);
    api.respond("PASSWORD_VERIFIER", None, responses).await
}

/// `EEE MMM d HH:mm:ss 'UTC' yyyy`
pub fn timestamp(epoch_s: i64) -> String {
    let days = epoch_s.div_euclid(86_400);
    let (mut year, mut rest) = (1970, days);
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    while rest >= 365 + i64::from(leap(year)) {
        rest -= 365 + i64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + i64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while rest >= lengths[month] {
        rest -= lengths[month];
        month += 1;
    }
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][usize::try_from(days % 7).unwrap()];
    let (hour, minute, second) = (epoch_s / 3600 % 24, epoch_s / 60 % 60, epoch_s % 60);
    format!("{weekday} {} {} {hour:02}:{minute:02}:{second:02} UTC {year}", names[month], rest + 1)
}
