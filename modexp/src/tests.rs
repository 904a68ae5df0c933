//! The kernel against crypto-bigint's Montgomery form and against num-bigint, which share no code with it.
#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use crypto_bigint::modular::ConstMontyParams as _;
use crypto_bigint::{U256, U3072, Word};
use num_bigint::BigUint;
use proptest::prelude::*;

use crate::comb::{BLOCK, ENTRIES, GAP, TABLES, TEETH};
use crate::kernel::{Scratch, WORDS};
use crate::product::multiply;
use crate::reduction::into_element;
use crate::square::square;
use crate::{Element, Modulus, generator_power, power};

fn n() -> BigUint {
    big(Modulus::PARAMS.modulus().as_ref())
}

fn big(number: &U3072) -> BigUint {
    BigUint::from_bytes_be(&number.to_be_bytes())
}

fn value(element: &Element) -> BigUint {
    big(&element.retrieve())
}

fn big_of_words(words: &[Word]) -> BigUint {
    words.iter().rev().fold(BigUint::ZERO, |number, word| (number << Word::BITS) + *word)
}

fn product(x: &U3072, y: &U3072) -> U3072 {
    let mut x = *x;
    multiply(&mut x, y, &mut Scratch::new());
    x
}

fn squared(x: &U3072) -> U3072 {
    let mut x = *x;
    square(&mut x, &mut Scratch::new());
    x
}

/// x·y/R modulo N, from the definition.
fn montgomery(x: &U3072, y: &U3072) -> BigUint {
    static INVERSE_OF_R: LazyLock<BigUint> = LazyLock::new(|| (BigUint::from(1_u8) << 3072_u32).modinv(&n()).unwrap());
    big(x) * big(y) * &*INVERSE_OF_R % n()
}

fn check(x: &U3072, y: &U3072) {
    let expected = montgomery(x, y);
    let ours = product(x, y);
    assert_eq!(big(&ours) % n(), expected, "{x} times {y}");
    assert_eq!(big(into_element(ours).as_montgomery()), expected, "{x} times {y}, reduced");
    assert_eq!(into_element(squared(x)), into_element(product(x, x)), "{x} squared");
    if big(x) < n() && big(y) < n() {
        let (x, y) = (Element::from_montgomery(*x), Element::from_montgomery(*y));
        assert_eq!(into_element(ours), x * y);
        assert_eq!(into_element(squared(x.as_montgomery())), x.square());
    }
}

#[test]
fn carries_at_their_limits() {
    let modulus = *Modulus::PARAMS.modulus().as_ref();
    let pattern = |word: fn(usize) -> Word| U3072::from_words(std::array::from_fn(word));
    let edges = [
        U3072::ZERO,
        U3072::ONE,
        modulus.wrapping_sub(&U3072::ONE),
        modulus,
        modulus.wrapping_add(&U3072::ONE),
        U3072::MAX.wrapping_sub(&U3072::ONE),
        U3072::MAX,
        *Modulus::PARAMS.one(),
        pattern(|_| 1 << (Word::BITS - 1)),
        pattern(|index| if index % 2 == 0 { Word::MAX } else { 0 }),
        pattern(|index| if index % 4 == 3 { Word::MAX } else { 1 }),
        pattern(|index| if index < WORDS / 2 { Word::MAX } else { 0 }),
        pattern(|index| if index < WORDS - 4 { 0 } else { Word::MAX }),
    ];
    for x in &edges {
        for y in &edges {
            check(x, y);
        }
    }
}

/// Words that are random or at the limits, in stretches, so that long carry chains occur.
fn numbers() -> impl Strategy<Value = U3072> {
    let word = prop_oneof![4 => any::<Word>(), 1 => Just(0), 2 => Just(Word::MAX), 1 => Just(1 << (Word::BITS - 1))];
    prop::collection::vec((word, 1..8_usize), WORDS).prop_map(|stretches| {
        let mut words = stretches.into_iter().flat_map(|(word, length)| std::iter::repeat_n(word, length));
        U3072::from_words(std::array::from_fn(|_| words.next().unwrap()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn products_and_squares(x in numbers(), y in numbers()) {
        check(&x, &y);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn powers_of_the_generator(bytes: [u8; 32]) {
        let expected = BigUint::from(2_u8).modpow(&BigUint::from_bytes_be(&bytes), &n());
        prop_assert_eq!(value(&generator_power(&U256::from_be_slice(&bytes))), expected);
    }

    #[test]
    fn powers(base in numbers(), exponent in prop::collection::vec(any::<Word>(), 0..=17), bits in 0..1100_u32) {
        let base = Element::new(&base);
        let kept = big_of_words(&exponent) % (BigUint::from(1_u8) << bits);
        let ours = power(&base, &exponent, bits);
        prop_assert_eq!(value(&ours), value(&base).modpow(&kept, &n()));
        let mut padded = [0; WORDS];
        padded[..exponent.len()].copy_from_slice(&exponent);
        prop_assert_eq!(ours, base.pow_amm_bounded_exp(&U3072::from_words(padded), bits));
    }
}

#[test]
fn exponents_at_their_limits() {
    let two = Element::new(&U3072::from_u8(2));
    let mut single_bits: Vec<U256> = (0..256).map(|bit| U256::ONE.shl_vartime(bit)).collect();
    single_bits.extend([U256::ZERO, U256::ONE, U256::MAX]);
    for exponent in &single_bits {
        let expected = BigUint::from(2_u8).modpow(&BigUint::from_bytes_be(&exponent.to_be_bytes()), &n());
        assert_eq!(value(&generator_power(exponent)), expected, "2^{exponent}");
        assert_eq!(value(&power(&two, exponent.as_words(), 256)), expected, "2^{exponent}");
    }
    let all_ones = [Word::MAX; 17];
    let expected = BigUint::from(2_u8).modpow(&((BigUint::from(1_u8) << 513_u32) - 1_u8), &n());
    assert_eq!(value(&power(&two, &all_ones, 513)), expected);
    assert_eq!(power(&two, &[], 513), Element::ONE);
    assert_eq!(power(&Element::ZERO, &all_ones, 513), Element::ZERO);
}

/// The comb's tables, made from nothing but the generator, with crypto-bigint's products. To write the file anew:
/// `COMB_BIN=modexp/src/comb.bin cargo test -p portcullis-modexp the_tables`, with an absolute path.
#[test]
fn the_tables_are_what_the_generator_makes() {
    let mut made = Vec::new();
    for table in 0..TABLES {
        let teeth: Vec<Element> = (0..TEETH)
            .map(|tooth| {
                let squares = u32::try_from(tooth).unwrap() * GAP + u32::try_from(table).unwrap() * BLOCK;
                (0..squares).fold(Element::new(&U3072::from_u8(2)), |power, _| power.square())
            })
            .collect();
        for entry in 0..ENTRIES {
            let chosen = teeth.iter().enumerate().filter(|(tooth, _)| entry >> tooth & 1 == 1);
            let product = chosen.fold(Element::ONE, |product, (_, power)| product * power);
            made.extend_from_slice(&product.to_montgomery().to_be_bytes());
        }
    }
    if let Some(path) = std::env::var_os("COMB_BIN") {
        std::fs::write(path, &made).unwrap();
    }
    assert!(made == include_bytes!("comb.bin"), "comb.bin is not what the generator makes");
}
