//! The attestation object (section 6.5). Nobody's word is taken for what made a key, as the options ask for none; a
//! self attestation has to hold where there is one.

use ciborium::Value;

use super::authenticator_data::{AttestedCredential, AuthenticatorData};
use super::flaw::{Checked, Flaw};
use super::public_key::integer;
use super::relying_party::RelyingParty;

/// Formats that certificates vouch for, which are not looked at.
const VOUCHED_FOR: [&str; 5] = ["android-key", "android-safetynet", "apple", "fido-u2f", "tpm"];

/// What an attestation object holds once it was checked.
pub(super) struct Attested {
    pub credential: AttestedCredential,
    pub sign_count: u32,
}

pub(super) fn check(object: &[u8], client_data_hash: &[u8; 32], party: &RelyingParty<'_>) -> Checked<Attested> {
    let object: Value = ciborium::from_reader(object).map_err(|_| Flaw::Malformed)?;
    let bytes = member(&object, "authData")?.as_bytes().ok_or(Flaw::Malformed)?;
    let data = AuthenticatorData::read(bytes)?;
    data.check(party)?;
    let credential = data.attested.ok_or(Flaw::Malformed)?;
    let statement = member(&object, "attStmt")?;
    match member(&object, "fmt")?.as_text().ok_or(Flaw::Malformed)? {
        "none" if statement.as_map().is_some_and(|members| members.is_empty()) => {}
        "none" => return Err(Flaw::Malformed),
        "packed" if member(statement, "x5c").is_err() => {
            if integer(member(statement, "alg")?) != Some(credential.key.algorithm()) {
                return Err(Flaw::Malformed);
            }
            let signature = member(statement, "sig")?.as_bytes().ok_or(Flaw::Malformed)?;
            credential.key.check(&[bytes.as_slice(), client_data_hash].concat(), signature)?;
        }
        "packed" => {}
        other if VOUCHED_FOR.contains(&other) => {}
        _ => return Err(Flaw::NotSupported),
    }
    Ok(Attested { credential, sign_count: data.sign_count })
}

fn member<'a>(map: &'a Value, name: &str) -> Checked<&'a Value> {
    let members = map.as_map().ok_or(Flaw::Malformed)?;
    let found = members.iter().find(|(key, _)| key.as_text() == Some(name));
    found.map(|(_, value)| value).ok_or(Flaw::Malformed)
}

#[cfg(test)]
#[path = "attestation_tests.rs"]
mod tests;
