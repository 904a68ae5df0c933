//! Reading form bodies (`application/x-www-form-urlencoded`).

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

/// The members of a request. The last of several of a name counts.
pub(crate) type Form = BTreeMap<String, String>;

/// What is no UTF-8 is replaced; `:` and `/` may come as they are.
pub(crate) fn read(body: &str) -> Form {
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = body.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect()
}
