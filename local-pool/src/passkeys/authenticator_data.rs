//! Authenticator data (section 6.1): a hash of the relying party's id, flags, a counter, and at registration the key.

use ciborium::Value;

use super::flaw::{Checked, Flaw};
use super::public_key::PublicKey;
use super::relying_party::RelyingParty;
use crate::crypto::{same_secret, sha256};

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const ATTESTED: u8 = 1 << 6;
const EXTENSIONS: u8 = 1 << 7;

/// The longest credential id (section 4).
const LONGEST_ID: usize = 1023;

pub(super) struct AuthenticatorData {
    rp_id_hash: [u8; 32],
    flags: u8,
    pub sign_count: u32,
    pub attested: Option<AttestedCredential>,
}

pub(super) struct AttestedCredential {
    pub aaguid: [u8; 16],
    pub credential_id: Vec<u8>,
    pub key: PublicKey,
    /// The key as it came.
    pub key_bytes: Vec<u8>,
}

impl AuthenticatorData {
    pub fn read(bytes: &[u8]) -> Checked<Self> {
        let mut rest = bytes;
        let rp_id_hash = take(&mut rest)?;
        let [flags] = take(&mut rest)?;
        let sign_count = u32::from_be_bytes(take(&mut rest)?);
        let attested = if flags & ATTESTED == 0 { None } else { Some(AttestedCredential::read(&mut rest)?) };
        if flags & EXTENSIONS != 0 && !read_cbor(&mut rest)?.is_map() {
            return Err(Flaw::Malformed);
        }
        let backed_up_though_it_cannot_be = flags & BACKED_UP != 0 && flags & BACKUP_ELIGIBLE == 0;
        if !rest.is_empty() || backed_up_though_it_cannot_be {
            return Err(Flaw::Malformed);
        }
        Ok(Self { rp_id_hash, flags, sign_count, attested })
    }

    pub fn check(&self, party: &RelyingParty<'_>) -> Checked<()> {
        if !same_secret(&self.rp_id_hash, &sha256(&[party.id.as_bytes()])) {
            return Err(Flaw::OtherRelyingParty);
        }
        if self.flags & USER_PRESENT == 0 {
            return Err(Flaw::UserNotPresent);
        }
        if party.verifies_users && self.flags & USER_VERIFIED == 0 {
            return Err(Flaw::UserNotVerified);
        }
        Ok(())
    }
}

impl AttestedCredential {
    fn read(rest: &mut &[u8]) -> Checked<Self> {
        let aaguid = take(rest)?;
        let length = usize::from(u16::from_be_bytes(take(rest)?));
        let (id, after) = rest.split_at_checked(length).ok_or(Flaw::Malformed)?;
        if id.is_empty() || id.len() > LONGEST_ID {
            return Err(Flaw::Malformed);
        }
        let mut unread = after;
        let key = PublicKey::from_cose(&read_cbor(&mut unread)?)?;
        let key_bytes = after[..after.len() - unread.len()].to_vec();
        *rest = unread;
        Ok(Self { aaguid, credential_id: id.to_vec(), key, key_bytes })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Checked<[u8; N]> {
    let (taken, after) = rest.split_first_chunk().ok_or(Flaw::Malformed)?;
    *rest = after;
    Ok(*taken)
}

/// Reads one item and leaves what follows it.
fn read_cbor(rest: &mut &[u8]) -> Checked<Value> {
    ciborium::from_reader(rest).map_err(|_| Flaw::Malformed)
}
