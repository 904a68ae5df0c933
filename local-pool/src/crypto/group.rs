//! Arithmetic in the group SRP runs in: the 3072-bit MODP prime of RFC 3526, section 5, with generator 2. Powers come
//! from `portcullis-modexp`, in constant time.

use crypto_bigint::{CtEq as _, U256, U3072};

pub(crate) const BYTES: usize = 384;
const EXPONENT_BITS: u32 = 256;

/// A residue modulo N.
#[derive(Clone)]
pub(crate) struct Element(portcullis_modexp::Element);

/// N, 384 big-endian bytes.
#[cfg(test)]
pub(crate) fn modulus() -> [u8; BYTES] {
    use crypto_bigint::modular::ConstMontyParams as _;
    portcullis_modexp::Modulus::PARAMS.modulus().as_ref().to_be_bytes().into()
}

/// `2^e mod N` for a big-endian 256-bit exponent.
pub(crate) fn generator_power(exponent: &[u8; 32]) -> Element {
    Element(portcullis_modexp::generator_power(&U256::from_be_slice(exponent)))
}

impl Element {
    /// The residue of a big-endian number of any length.
    pub fn from_be_bytes(bytes: &[u8]) -> Self {
        // Digit by digit to the base 2^3072, the most significant first.
        let mut digits = bytes.rchunks(BYTES).rev().map(Self::from_digit);
        let first = digits.next().unwrap_or_else(|| Self::from_digit(&[]));
        digits.fold(first, |value, digit| value.times(&Self::base()).plus(&digit))
    }

    /// At most 384 bytes.
    fn from_digit(bytes: &[u8]) -> Self {
        let mut padded = [0; BYTES];
        padded[BYTES - bytes.len()..].copy_from_slice(bytes);
        Self(portcullis_modexp::Element::new(&U3072::from_be_slice(&padded)))
    }

    /// 2^3072
    fn base() -> Self {
        Self(portcullis_modexp::generator_power(&U256::from_u32(3072)))
    }

    /// `self^e` for a big-endian 256-bit exponent.
    pub fn power(&self, exponent: &[u8; 32]) -> Self {
        let exponent = U256::from_be_slice(exponent);
        Self(portcullis_modexp::power(&self.0, exponent.as_words(), EXPONENT_BITS))
    }

    pub fn times(&self, other: &Self) -> Self {
        Self(self.0.mul(&other.0))
    }

    pub fn plus(&self, other: &Self) -> Self {
        Self(self.0.add(&other.0))
    }

    pub fn is_zero(&self) -> bool {
        self.0.as_montgomery().ct_eq(&U3072::ZERO).to_bool()
    }

    /// 384 big-endian bytes, leading zeros included.
    pub fn to_be_bytes(&self) -> [u8; BYTES] {
        self.0.retrieve().to_be_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigUint;
    use proptest::prelude::*;

    fn big(bytes: &[u8]) -> BigUint {
        BigUint::from_bytes_be(bytes)
    }

    fn number(element: &Element) -> BigUint {
        big(&element.to_be_bytes())
    }

    fn n() -> BigUint {
        big(&modulus())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn powers_of_the_generator_agree_with_num_bigint(exponent: [u8; 32]) {
            prop_assert_eq!(number(&generator_power(&exponent)), BigUint::from(2_u8).modpow(&big(&exponent), &n()));
        }

        #[test]
        fn powers_agree_with_num_bigint(base in prop::collection::vec(any::<u8>(), 0..=384), exponent: [u8; 32]) {
            let power = Element::from_be_bytes(&base).power(&exponent);
            prop_assert_eq!(number(&power), big(&base).modpow(&big(&exponent), &n()));
        }

        #[test]
        fn numbers_of_any_length_are_reduced(bytes in prop::collection::vec(any::<u8>(), 0..=1200)) {
            prop_assert_eq!(number(&Element::from_be_bytes(&bytes)), big(&bytes) % n());
        }

        #[test]
        fn sums_and_products_agree_with_num_bigint(
            one in prop::collection::vec(any::<u8>(), 384), other in prop::collection::vec(any::<u8>(), 384),
        ) {
            let (a, b) = (Element::from_be_bytes(&one), Element::from_be_bytes(&other));
            prop_assert_eq!(number(&a.times(&b)), big(&one) * big(&other) % n());
            prop_assert_eq!(number(&a.plus(&b)), (big(&one) + big(&other)) % n());
        }
    }

    #[test]
    fn only_multiples_of_n_are_zero() {
        for multiple in [BigUint::ZERO, n(), n() * 2_u8] {
            assert!(Element::from_be_bytes(&multiple.to_bytes_be()).is_zero());
            assert!(!Element::from_be_bytes(&(multiple + 1_u8).to_bytes_be()).is_zero());
        }
    }

    #[test]
    fn the_prime_is_the_one_of_rfc_3526() {
        // k = SHA256(BYTES(N) | BYTES(g)), the published check value.
        let k = crate::crypto::sha256(&[&[0], &modulus(), &[2]]);
        assert_eq!(crate::crypto::hex(&k), "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6");
    }
}
