//! Claims of tokens.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portcullis::fuzzing::members;
use portcullis::{TokenClaims, decode_claims};

use super::SECRET;

/// What the core takes for a token at most.
const LONGEST_TOKEN: usize = 64 * 1024;
/// The first second of year 1 and the last of year 9999, from 1970 on.
const YEARS: std::ops::RangeInclusive<i128> = -62_135_596_800..=253_402_300_799;

/// The input is tried as a token and as the claims of one.
pub fn check(input: &[u8]) {
    if let Ok(claims) = decode_claims(&String::from_utf8_lossy(input)) {
        sound(&claims);
    }
    let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(input));
    let object = members(input).filter(|_| token.len() <= LONGEST_TOKEN);
    match (decode_claims(&token), object) {
        (Ok(claims), Some(object)) => {
            assert_eq!(claims.all.len(), object.len());
            assert!(object.keys().all(|name| claims.all.contains_key(name)), "a claim is missing");
            sound(&claims);
            let hides = !format!("{claims:?}").contains(SECRET) || object.keys().any(|name| name.contains(SECRET));
            assert!(hides, "a claim is printed");
        }
        (Err(error), None) => assert_eq!(error.info().code, "validation_failed"),
        (Ok(_), None) => panic!("claims were read from what is no JSON object, or from too much"),
        (Err(error), Some(_)) => panic!("claims were refused: {error}"),
    }
}

fn sound(claims: &TokenClaims) {
    for time in [claims.issued_at, claims.expires_at, claims.authenticated_at].into_iter().flatten() {
        assert!(YEARS.contains(&unix_seconds(time)), "{time:?} is a time that some platforms cannot hold");
    }
    for value in claims.all.values() {
        let _ = value.to_string();
    }
}

fn unix_seconds(time: SystemTime) -> i128 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_secs().into(),
        Err(before) => -i128::from(before.duration().as_secs()),
    }
}
