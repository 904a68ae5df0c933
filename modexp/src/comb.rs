//! Powers of the generator 2 by a fixed-base comb (Lim and Lee 1994): 256-bit exponents in four rows of 64 bits,
//! two tables of 16 entries. 31 squares and 64 products instead of 256 squares and as many products.

use crypto_bigint::modular::ConstMontyParams as _;
use crypto_bigint::{U256, U3072, Word};
use zeroize::{Zeroize as _, Zeroizing};

use crate::kernel::{Scratch, WORDS};
use crate::power::choose;
use crate::product::multiply;
use crate::reduction::into_element;
use crate::square::square;
use crate::{Element, Modulus};

/// Rows of the exponent; a column of it selects an entry.
pub(crate) const TEETH: usize = 4;
/// Bits of a row.
pub(crate) const GAP: u32 = 64;
/// Each table serves this many of a row's columns.
pub(crate) const BLOCK: u32 = 32;
pub(crate) const TABLES: usize = (GAP / BLOCK) as usize;
pub(crate) const ENTRIES: usize = 1 << TEETH;

const BYTES: usize = 384;

/// Entry j of table t is the product of 2^(2^(64·i + 32·t)) over the bits i of j, in Montgomery form. R is the same for
/// every word size, so one file serves all targets. A test makes it anew.
static COMB: [[U3072; ENTRIES]; TABLES] = read(include_bytes!("comb.bin"));

const fn read(bytes: &[u8; TABLES * ENTRIES * BYTES]) -> [[U3072; ENTRIES]; TABLES] {
    let mut tables = [[U3072::ZERO; ENTRIES]; TABLES];
    let mut rest: &[u8] = bytes;
    let mut entry = 0;
    while entry < TABLES * ENTRIES {
        let (number, after) = rest.split_at(BYTES);
        tables[entry / ENTRIES][entry % ENTRIES] = U3072::from_be_slice(number);
        rest = after;
        entry += 1;
    }
    tables
}

/// 2^exponent modulo N. Constant time: every entry of the tables is read for each column.
#[must_use]
pub fn generator_power(exponent: &U256) -> Element {
    const { assert!(WORDS * Word::BITS as usize == 8 * BYTES) };
    let mut scratch = Scratch::new();
    let mut result = *Modulus::PARAMS.one();
    let mut chosen = Zeroizing::new(U3072::ZERO);
    for position in (0..BLOCK).rev() {
        if position + 1 < BLOCK {
            square(&mut result, &mut scratch);
        }
        for (table, first) in COMB.iter().zip((0..).step_by(BLOCK as usize)) {
            choose(&mut chosen, table, column(exponent, first + position));
            multiply(&mut result, &chosen, &mut scratch);
        }
    }
    let element = into_element(result);
    result.zeroize();
    element
}

/// The bits of the exponent's rows at this position, as a number.
fn column(exponent: &U256, position: u32) -> Word {
    let words = exponent.as_words();
    (0..TEETH).zip((position..).step_by(GAP as usize)).fold(0, |column, (tooth, bit)| {
        let set = words[(bit / Word::BITS) as usize] >> (bit % Word::BITS) & 1;
        column | set << tooth
    })
}
