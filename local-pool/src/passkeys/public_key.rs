//! The two kinds of key the creation options ask for, in COSE's form (RFC 9053, section 7.1; RFC 8230, section 4).

use ciborium::Value;
use ring::signature::{ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};

use super::flaw::{Checked, Flaw};

pub(super) const ES256: i64 = -7;
pub(super) const RS256: i64 = -257;

pub(super) enum PublicKey {
    /// The point, uncompressed.
    Es256([u8; 65]),
    Rs256 {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
}

impl PublicKey {
    pub fn read(bytes: &[u8]) -> Checked<Self> {
        Self::from_cose(&ciborium::from_reader(bytes).map_err(|_| Flaw::Malformed)?)
    }

    pub fn from_cose(key: &Value) -> Checked<Self> {
        const TYPE: i64 = 1;
        const ALGORITHM: i64 = 3;
        let members = key.as_map().ok_or(Flaw::Malformed)?;
        let member = |label: i64| {
            let found = members.iter().find(|(name, _)| integer(name) == Some(label));
            found.map(|(_, value)| value).ok_or(Flaw::Malformed)
        };
        let bytes = |label: i64| member(label)?.as_bytes().cloned().ok_or(Flaw::Malformed);
        let number = |label: i64| integer(member(label)?).ok_or(Flaw::Malformed);
        match (number(TYPE)?, number(ALGORITHM)?) {
            (2, ES256) => {
                const P_256: i64 = 1;
                if number(-1)? != P_256 {
                    return Err(Flaw::NotSupported);
                }
                let (x, y) = (bytes(-2)?, bytes(-3)?);
                let point = [&[4][..], &x, &y].concat();
                if x.len() == 32 {
                    point.try_into().map(Self::Es256).map_err(|_| Flaw::Malformed)
                } else {
                    Err(Flaw::Malformed)
                }
            }
            (3, RS256) => Ok(Self::Rs256 { modulus: unpadded(&bytes(-1)?), exponent: unpadded(&bytes(-2)?) }),
            _ => Err(Flaw::NotSupported),
        }
    }

    pub fn algorithm(&self) -> i64 {
        match self {
            Self::Es256(_) => ES256,
            Self::Rs256 { .. } => RS256,
        }
    }

    pub fn check(&self, message: &[u8], signature: &[u8]) -> Checked<()> {
        let result = match self {
            Self::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature),
            Self::Rs256 { modulus: n, exponent: e } => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        };
        result.map_err(|_| Flaw::WrongSignature)
    }
}

pub(super) fn integer(value: &Value) -> Option<i64> {
    value.as_integer().and_then(|number| i64::try_from(number).ok())
}

/// ring takes numbers without leading zeros only.
fn unpadded(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().skip_while(|byte| *byte == 0).collect()
}
