//! Montgomery's reduction, four rows at a time.

use std::hint::black_box;

use crypto_bigint::modular::ConstMontyParams as _;
use crypto_bigint::{CtAssign as _, CtLt as _, U3072, Word};

use crate::kernel::{N, Scratch, WORDS, full_columns, last_columns, multiply_add};
use crate::{Element, Modulus};

/// result := product/R modulo N, for a product below R²; below R, not always below N.
///
/// Product + q·N is below R² + R·N, so its quotient by R is below R + N: taking N away once, where R is reached,
/// leaves a number below R (Gueron's almost Montgomery multiplication).
pub(crate) fn reduce(result: &mut U3072, product: &mut Scratch) {
    let mut carry = 0;
    for row in (0..WORDS).step_by(4) {
        carry = four_rows(&mut product.0[row..][..WORDS + 4], carry);
    }
    result.as_mut_words().copy_from_slice(&product.0[WORDS..]);
    subtract_modulus(result, carry);
}

/// Adds the multiple of N that makes the first four columns zero; they are left as they were, for nobody reads them.
///
/// N's lowest word is −1. So the multiplier of a row is its lowest column itself, and that column needs no product:
/// q + q·(2^w − 1) is zero with the carry q.
#[inline(always)]
fn four_rows(columns: &mut [Word], carry: Word) -> Word {
    let (mut c0, mut c1, c2);
    let mut sum;
    let q0 = columns[0];

    let q1;
    (q1, c0) = multiply_add(columns[1], q0, N[1], q0);

    let q2;
    (sum, c0) = multiply_add(columns[2], q0, N[2], c0);
    (q2, c1) = multiply_add(sum, q1, N[1], q1);

    let q3;
    (sum, c0) = multiply_add(columns[3], q0, N[3], c0);
    (sum, c1) = multiply_add(sum, q1, N[2], c1);
    (q3, c2) = multiply_add(sum, q2, N[1], q2);

    let q = [q0, q1, q2, q3];
    let carries = full_columns(&mut columns[4..WORDS], q, &N[1..], [c0, c1, c2, q3]);
    last_columns(&mut columns[WORDS..], q, &N[WORDS - 3..], carries, carry)
}

/// Takes N away if the carry is 1, modulo R.
#[inline(always)]
fn subtract_modulus(number: &mut U3072, carry: Word) {
    // The compiler must not see that the mask has only two values, or it might branch on it.
    let mask = black_box(carry.wrapping_neg());
    let mut borrow = false;
    for (word, n) in number.as_mut_words().iter_mut().zip(&N) {
        let (difference, first) = word.overflowing_sub(n & mask);
        let (difference, second) = difference.overflowing_sub(Word::from(borrow));
        *word = difference;
        borrow = first | second;
    }
}

/// The element that a number below R stands for: below N, for R is less than 2·N.
pub(crate) fn into_element(mut number: U3072) -> Element {
    let modulus = Modulus::PARAMS.modulus().as_ref();
    let reduced = number.wrapping_sub(modulus);
    number.ct_assign(&reduced, !number.ct_lt(modulus));
    Element::from_montgomery(number)
}
