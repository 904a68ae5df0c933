//! The Montgomery product.

use crypto_bigint::U3072;

use crate::kernel::{Scratch, WORDS, full_columns, last_columns, multiply_add};
use crate::reduction::reduce;

/// x := x·y/R modulo N, for any x and y below R; the result is below R as well, not always below N.
pub(crate) fn multiply(x: &mut U3072, y: &U3072, scratch: &mut Scratch) {
    let y = y.as_words();
    scratch.0.fill(0);
    for (row, four) in x.as_words().chunks_exact(4).enumerate() {
        let x = [four[0], four[1], four[2], four[3]];
        let columns = &mut scratch.0[4 * row..][..WORDS + 4];
        let (mut c0, mut c1, c2);
        let mut sum;
        (columns[0], c0) = multiply_add(columns[0], x[0], y[0], 0);

        (sum, c0) = multiply_add(columns[1], x[0], y[1], c0);
        (columns[1], c1) = multiply_add(sum, x[1], y[0], 0);

        (sum, c0) = multiply_add(columns[2], x[0], y[2], c0);
        (sum, c1) = multiply_add(sum, x[1], y[1], c1);
        (columns[2], c2) = multiply_add(sum, x[2], y[0], 0);

        let carries = full_columns(&mut columns[3..WORDS], x, y, [c0, c1, c2, 0]);
        // The four columns were zero and the product of what is done so far fits: nothing is carried out of them.
        last_columns(&mut columns[WORDS..], x, &y[WORDS - 3..], carries, 0);
    }
    reduce(x, scratch);
}
