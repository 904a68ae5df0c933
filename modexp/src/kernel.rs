//! The inner loops: four rows of a long multiplication at once.
//!
//! The rows lag one column behind each other, so a column is read and written once for four products, and the four
//! carries stay in registers. Everything here runs the same instructions whatever the numbers are.

use crypto_bigint::modular::ConstMontyParams as _;
use crypto_bigint::{U3072, WideWord, Word};
use zeroize::Zeroize as _;

use crate::Modulus;

/// Words of a number below R = 2^3072. A multiple of four on every target.
pub(crate) const WORDS: usize = U3072::LIMBS;

pub(crate) type Words = [Word; WORDS];

/// N, least significant word first.
pub(crate) const N: Words = Modulus::PARAMS.modulus().as_ref().to_words();

// The lowest word of N is −1. So −1/N is 1 modulo the word size, which the reduction takes for granted.
const _: () = assert!(N[0] == Word::MAX && WORDS.is_multiple_of(4));

/// Room for a product of two numbers; wiped when dropped. One serves a whole exponentiation.
pub(crate) struct Scratch(pub(crate) [Word; 2 * WORDS]);

impl Scratch {
    pub(crate) const fn new() -> Self {
        Self([0; 2 * WORDS])
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// x·y + a + c, low and high word. It always fits.
#[inline(always)]
pub(crate) const fn multiply_add(a: Word, x: Word, y: Word, c: Word) -> (Word, Word) {
    split(x as WideWord * y as WideWord + a as WideWord + c as WideWord)
}

/// a + b + c, sum and carry.
#[inline(always)]
pub(crate) const fn add(a: Word, b: Word, c: Word) -> (Word, Word) {
    split(a as WideWord + b as WideWord + c as WideWord)
}

#[allow(clippy::cast_possible_truncation)] // the purpose
const fn split(wide: WideWord) -> (Word, Word) {
    (wide as Word, (wide >> Word::BITS) as Word)
}

/// The columns in which all four rows have a product: adds x₀·y[j+3] + x₁·y[j+2] + x₂·y[j+1] + x₃·y[j] to column j,
/// for every column. `y` has three words more than there are columns. Returns the rows' carries.
#[inline(always)]
pub(crate) fn full_columns(columns: &mut [Word], x: [Word; 4], y: &[Word], carries: [Word; 4]) -> [Word; 4] {
    let [mut c0, mut c1, mut c2, mut c3] = carries;
    let [mut y0, mut y1, mut y2] = [y[0], y[1], y[2]];
    for (column, &y3) in columns.iter_mut().zip(&y[3..]) {
        let mut sum;
        (sum, c0) = multiply_add(*column, x[0], y3, c0);
        (sum, c1) = multiply_add(sum, x[1], y2, c1);
        (sum, c2) = multiply_add(sum, x[2], y1, c2);
        (sum, c3) = multiply_add(sum, x[3], y0, c3);
        *column = sum;
        (y0, y1, y2) = (y1, y2, y3);
    }
    [c0, c1, c2, c3]
}

/// The last four columns, in which one row after the other ends. `y` is the last three words of the multiplicand.
/// `carry` comes from the same columns of the four rows before, and what is returned goes to those of the next.
#[inline(always)]
pub(crate) fn last_columns(
    columns: &mut [Word],
    x: [Word; 4],
    y: &[Word],
    carries: [Word; 4],
    mut carry: Word,
) -> Word {
    let [c0, mut c1, mut c2, mut c3] = carries;
    let mut sum;
    (sum, carry) = add(columns[0], c0, carry);
    (sum, c1) = multiply_add(sum, x[1], y[2], c1);
    (sum, c2) = multiply_add(sum, x[2], y[1], c2);
    (sum, c3) = multiply_add(sum, x[3], y[0], c3);
    columns[0] = sum;

    (sum, carry) = add(columns[1], c1, carry);
    (sum, c2) = multiply_add(sum, x[2], y[2], c2);
    (sum, c3) = multiply_add(sum, x[3], y[1], c3);
    columns[1] = sum;

    (sum, carry) = add(columns[2], c2, carry);
    (sum, c3) = multiply_add(sum, x[3], y[2], c3);
    columns[2] = sum;

    (columns[3], carry) = add(columns[3], c3, carry);
    carry
}
