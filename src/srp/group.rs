//! Arithmetic modulo the 3072-bit prime of RFC 3526 §5. Powers, whose exponents are secret, come from
//! `portcullis-modexp`, in constant time.

use crypto_bigint::{U256, U512, U576, U3072};
use zeroize::Zeroizing;

pub use portcullis_modexp::{Element, Modulus, generator_power};

/// Bytes of a number below N.
pub const LENGTH: usize = 384;

/// The multiplier k = SHA-256(BYTES(N) ‖ BYTES(g)).
pub const K: U256 = U256::from_be_hex("538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6");

/// base^(a + u·x), the exponent below 2^513. Constant time in base and exponent.
#[must_use]
pub fn session_power(base: &Element, a: &U256, u: &U256, x: &U256) -> Element {
    let product: Zeroizing<U512> = Zeroizing::new(u.concatenating_mul(x));
    let exponent: Zeroizing<U576> = Zeroizing::new(product.resize().wrapping_add(&a.resize()));
    portcullis_modexp::power(base, exponent.as_words(), 513)
}

/// The number that the bytes are, modulo N. At most [`LENGTH`] bytes count; the caller has checked that.
#[must_use]
pub fn element(big_endian: &[u8]) -> Element {
    let mut padded = [0; LENGTH];
    let take = big_endian.len().min(LENGTH);
    padded[LENGTH - take..].copy_from_slice(&big_endian[big_endian.len() - take..]);
    Element::new(&U3072::from_be_slice(&padded))
}

/// The number's bytes, padded to [`LENGTH`].
#[must_use]
pub fn big_endian(number: &U3072) -> [u8; LENGTH] {
    number.to_be_bytes().into()
}

/// k as a number modulo N.
#[must_use]
pub fn multiplier() -> Element {
    Element::new(&K.resize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crypto_bigint::modular::ConstMontyParams as _;
    use num_bigint::BigUint;
    use proptest::prelude::*;

    fn number(element: &Element) -> BigUint {
        BigUint::from_bytes_be(&element.retrieve().to_be_bytes())
    }

    fn n() -> BigUint {
        BigUint::from_bytes_be(&Modulus::PARAMS.modulus().to_be_bytes())
    }

    #[test]
    fn k_is_the_hash_of_the_group() {
        let made = super::super::bytes::sha256(&[
            &super::super::bytes::signed(&Modulus::PARAMS.modulus().to_be_bytes()),
            &super::super::bytes::signed(&[2]),
        ]);
        assert_eq!(U256::from_be_slice(&*made), K);
    }

    #[test]
    fn edge_exponents() {
        for (exponent, expected) in [
            (U256::ZERO, BigUint::from(1_u8)),
            (U256::ONE, BigUint::from(2_u8)),
            (U256::MAX, BigUint::from(2_u8).modpow(&BigUint::from_bytes_be(&[0xff; 32]), &n())),
        ] {
            assert_eq!(number(&generator_power(&exponent)), expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn generator_power_agrees_with_num_bigint(bytes: [u8; 32]) {
            let expected = BigUint::from(2_u8).modpow(&BigUint::from_bytes_be(&bytes), &n());
            prop_assert_eq!(number(&generator_power(&U256::from_be_slice(&bytes))), expected);
        }

        #[test]
        fn session_power_agrees_with_num_bigint(base in prop::collection::vec(any::<u8>(), 1..=384), a: [u8; 32], u: [u8; 32], x: [u8; 32]) {
            let big = |bytes: &[u8]| BigUint::from_bytes_be(bytes);
            let expected = big(&base).modpow(&(big(&a) + big(&u) * big(&x)), &n());
            let small = |bytes: &[u8]| U256::from_be_slice(bytes);
            let power = session_power(&element(&base), &small(&a), &small(&u), &small(&x));
            prop_assert_eq!(number(&power), expected);
        }
    }
}
