//! The byte rules: how numbers are written before they are hashed, and how the service writes them.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::SrpError;
use super::group::LENGTH;

/// BYTES(n): the fewest big-endian bytes that hold the number, with a zero byte before a set top bit (two's
/// complement, as Java's `BigInteger.toByteArray`). Never padded to a fixed length.
#[must_use]
pub fn signed(big_endian: &[u8]) -> Zeroizing<Vec<u8>> {
    let zeros = big_endian.iter().take_while(|byte| **byte == 0).count();
    let digits = &big_endian[zeros..];
    let mut bytes = Zeroizing::new(Vec::with_capacity(digits.len() + 1));
    if digits.first().is_none_or(|first| first & 0x80 != 0) {
        bytes.push(0);
    }
    bytes.extend_from_slice(digits);
    bytes
}

/// A number that the service wrote in hexadecimal: any case, an odd number of digits, leading zeros.
///
/// # Errors
/// When it is no such number or longer than the group.
pub fn from_hex(text: &str, name: &'static str) -> Result<Vec<u8>, SrpError> {
    let digits = text.trim_start_matches('0');
    if text.is_empty() || digits.len() > 2 * LENGTH {
        return Err(SrpError::BadServerValue(name));
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(digits.len() / 2 + 1);
    let (odd, pairs) = digits.as_bytes().split_at(digits.len() % 2);
    for group in odd.chunks(1).chain(pairs.chunks(2)) {
        let value = group.iter().try_fold(0_u8, |value, byte| Some(value << 4 | digit(*byte)?));
        bytes.push(value.ok_or(SrpError::BadServerValue(name))?);
    }
    Ok(bytes)
}

/// Lower-case hexadecimal without leading zeros.
#[must_use]
pub fn to_hex(big_endian: &[u8]) -> String {
    crate::support::hex::lower(big_endian).trim_start_matches('0').to_owned()
}

/// SHA-256 of the parts one after the other.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    Zeroizing::new(hash.finalize().into())
}

/// HMAC-SHA-256 of the parts one after the other.
#[must_use]
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    // The key as RFC 2104 pads it to a block: unlike the constructor from a slice, the one from a block cannot fail.
    let mut block = Zeroizing::new([0; 64]);
    match block.get_mut(..key.len()) {
        Some(start) => start.copy_from_slice(key),
        None => block[..32].copy_from_slice(&*sha256(&[key])),
    }
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    for part in parts {
        mac.update(part);
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_any_length() {
        // RFC 4231, test cases 2 (short key), 6 (a key longer than a block); the block's own length by definition.
        let cases: [(&[u8], &[u8], &str); 2] = [
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ];
        for (key, message, expected) in cases {
            assert_eq!(crate::support::hex::lower(&*hmac_sha256(key, &[message])), expected);
        }
        let padded = [&[0x0b; 20][..], &[0; 44]].concat();
        assert_eq!(hmac_sha256(&[0x0b; 20], &[b"Hi There"]), hmac_sha256(&padded, &[b"Hi ", b"There"]));
        let long = [7; 65];
        assert_eq!(hmac_sha256(&long, &[b"x"]), hmac_sha256(&*sha256(&[&long]), &[b"x"]));
    }

    #[test]
    fn numbers_are_minimal_and_signed() {
        let cases: [(&[u8], &[u8]); 7] = [
            (&[], &[0]),
            (&[0, 0], &[0]),
            (&[1], &[1]),
            (&[0x7f], &[0x7f]),
            (&[0x80], &[0, 0x80]),
            (&[0, 0x80, 1], &[0, 0x80, 1]),
            (&[0, 0, 5, 0], &[5, 0]),
        ];
        for (given, expected) in cases {
            assert_eq!(*signed(given), expected);
        }
    }

    #[test]
    fn hexadecimal_in_all_the_forms_the_service_may_use() {
        assert_eq!(from_hex("0Ab", "x"), Ok(vec![0xab]));
        assert_eq!(from_hex("abc", "x"), Ok(vec![0x0a, 0xbc]));
        assert_eq!(from_hex("0000", "x"), Ok(vec![]));
        assert_eq!(from_hex("", "x"), Err(SrpError::BadServerValue("x")));
        assert_eq!(from_hex("12g4", "x"), Err(SrpError::BadServerValue("x")));
        assert_eq!(from_hex("é", "x"), Err(SrpError::BadServerValue("x")));
        assert_eq!(from_hex(&"f".repeat(769), "x"), Err(SrpError::BadServerValue("x")));
        assert_eq!(to_hex(&[0, 0x0a, 0xbc]), "abc");
    }
}
