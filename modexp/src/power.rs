//! A power of any base, by windows of four bits.

use std::hint::black_box;

use crypto_bigint::modular::ConstMontyParams as _;
use crypto_bigint::{CtEq as _, U3072, Word};
use zeroize::{Zeroize as _, Zeroizing};

use crate::kernel::Scratch;
use crate::product::multiply;
use crate::reduction::into_element;
use crate::square::square;
use crate::{Element, Modulus};

const WINDOW: u32 = 4;

/// base^exponent, for an exponent of that many bits, least significant word first; bits above are ignored and missing
/// words are zero. Constant time in base and exponent: only `bits` shows.
#[must_use]
pub fn power(base: &Element, exponent: &[Word], bits: u32) -> Element {
    let mut scratch = Scratch::new();
    let powers = small_powers(base, &mut scratch);
    let mut result = *Modulus::PARAMS.one();
    let mut chosen = Zeroizing::new(U3072::ZERO);
    let windows = bits.div_ceil(WINDOW);
    for window in (0..windows).rev() {
        if window + 1 < windows {
            (0..WINDOW).for_each(|_| square(&mut result, &mut scratch));
        }
        choose(&mut chosen, &*powers, window_digit(exponent, window, bits));
        multiply(&mut result, &chosen, &mut scratch);
    }
    let element = into_element(result);
    result.zeroize();
    element
}

/// base^0 to base^15.
fn small_powers(base: &Element, scratch: &mut Scratch) -> Zeroizing<[U3072; 1 << WINDOW]> {
    let mut powers = Zeroizing::new([*Modulus::PARAMS.one(); 1 << WINDOW]);
    powers[1] = *base.as_montgomery();
    for number in 2..powers.len() {
        let mut next = powers[number / 2];
        square(&mut next, scratch);
        if number % 2 == 1 {
            multiply(&mut next, base.as_montgomery(), scratch);
        }
        powers[number] = next;
    }
    powers
}

/// The window's digit of the exponent.
fn window_digit(exponent: &[Word], window: u32, bits: u32) -> Word {
    let low = window * WINDOW;
    let word = exponent.get((low / Word::BITS) as usize).copied().unwrap_or(0);
    let kept = WINDOW.min(bits - low);
    word >> (low % Word::BITS) & ((1 << kept) - 1)
}

/// Reads one entry of a table by reading all of them.
#[inline(always)]
pub(crate) fn choose(chosen: &mut U3072, table: &[U3072], index: Word) {
    let chosen = chosen.as_mut_words();
    chosen.fill(0);
    for (number, entry) in (0..).zip(table) {
        // All ones for the entry, zero for the others. As in the reduction, the compiler must not see that.
        let mask = black_box(Word::from(index.ct_eq(&number).to_u8()).wrapping_neg());
        for (word, other) in chosen.iter_mut().zip(entry.as_words()) {
            *word |= other & mask;
        }
    }
}
