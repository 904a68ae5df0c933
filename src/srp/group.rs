//! Arithmetic modulo the 3072-bit prime of RFC 3526 §5, in constant time where an exponent is secret.

use crypto_bigint::modular::{ConstMontyForm, ConstMontyParams as _};
use crypto_bigint::{Choice, CtSelect as _, U256, U3072, U512, const_monty_params};

const_monty_params!(
    Modulus,
    U3072,
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3be39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff",
    "The prime N of the 3072-bit MODP group."
);

/// A number modulo N.
pub type Element = ConstMontyForm<Modulus, { U3072::LIMBS }>;

/// Bytes of a number below N.
pub const LENGTH: usize = 384;

/// The multiplier k = SHA-256(BYTES(N) ‖ BYTES(g)).
pub const K: U256 = U256::from_be_hex("538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6");

const TEETH: usize = 5;
/// Bits between two teeth of the comb: 5 × 52 covers 256 bits.
const GAP: usize = 52;
const ENTRIES: usize = 1 << TEETH;

/// Products of g^(2^(52·i)) for every set of teeth i, in Montgomery form: entry j has the teeth that are bits of j.
/// The test below makes it anew.
static COMB: [U3072; ENTRIES] = read_comb(include_bytes!("comb.bin"));

const fn read_comb(bytes: &[u8; ENTRIES * LENGTH]) -> [U3072; ENTRIES] {
    let mut table = [U3072::ZERO; ENTRIES];
    let mut rest: &[u8] = bytes;
    let mut entry = 0;
    while entry < ENTRIES {
        let (number, after) = rest.split_at(LENGTH);
        table[entry] = U3072::from_be_slice(number);
        rest = after;
        entry += 1;
    }
    table
}

/// g^exponent. Constant time: 51 squarings and 52 products, and every entry of the table is read for each of them.
#[must_use]
pub fn generator_power(exponent: &U256) -> Element {
    let mut power = Element::from_montgomery(comb_entry(column(exponent, GAP - 1)));
    for position in (0..GAP - 1).rev() {
        power = power.square() * Element::from_montgomery(comb_entry(column(exponent, position)));
    }
    power
}

/// base^(a + u·x), the exponent below 2^513. Constant time in the exponent.
#[must_use]
pub fn session_power(base: &Element, a: &U256, u: &U256, x: &U256) -> Element {
    let product: U512 = u.concatenating_mul(x);
    let exponent: U3072 = product.resize::<{ U3072::LIMBS }>().wrapping_add(&a.resize());
    base.pow_amm_bounded_exp(&exponent, 513)
}

/// The number that the bytes are, modulo N. At most [`LENGTH`] bytes count; the caller has checked that.
#[must_use]
pub fn element(big_endian: &[u8]) -> Element {
    let mut padded = [0; LENGTH];
    let take = big_endian.len().min(LENGTH);
    padded[LENGTH - take..].copy_from_slice(&big_endian[big_endian.len() - take..]);
    Element::new(&U3072::from_be_slice(&padded))
}

/// k as a number modulo N.
#[must_use]
pub fn multiplier() -> Element {
    Element::new(&K.resize())
}

/// The teeth that stand on set bits of the exponent at this position of the comb.
fn column(exponent: &U256, position: usize) -> u32 {
    let words = exponent.as_words();
    let mut teeth = 0;
    for tooth in 0..TEETH {
        let bit = tooth * GAP + position;
        if bit < 256 {
            let set = words[bit / crypto_bigint::Word::BITS as usize] >> (bit % crypto_bigint::Word::BITS as usize) & 1;
            teeth |= (set as u32) << tooth;
        }
    }
    teeth
}

/// Reads one entry by reading all of them.
fn comb_entry(index: u32) -> U3072 {
    let mut entry = COMB[0];
    for (number, candidate) in (0_u32..).zip(&COMB) {
        entry = entry.ct_select(candidate, Choice::from_u32_eq(number, index));
    }
    entry
}

/// The table, made from nothing but the generator.
#[doc(hidden)]
#[must_use]
pub fn make_comb() -> Vec<u8> {
    let mut teeth = [Element::new(&U3072::from_u8(2)); TEETH];
    for tooth in 1..TEETH {
        teeth[tooth] = (0..GAP).fold(teeth[tooth - 1], |power, _| power.square());
    }
    (0..ENTRIES)
        .flat_map(|entry| {
            let one = Element::from_montgomery(*Modulus::PARAMS.one());
            let chosen = (0..TEETH).filter(|tooth| entry >> tooth & 1 == 1);
            chosen.fold(one, |product, tooth| product * teeth[tooth]).to_montgomery().to_be_bytes().to_vec()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigUint;
    use proptest::prelude::*;

    fn number(element: &Element) -> BigUint {
        BigUint::from_bytes_be(&element.retrieve().to_be_bytes())
    }

    fn n() -> BigUint {
        BigUint::from_bytes_be(&Modulus::PARAMS.modulus().to_be_bytes())
    }

    #[test]
    fn the_table_is_what_the_generator_makes() {
        assert_eq!(make_comb(), include_bytes!("comb.bin"));
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
