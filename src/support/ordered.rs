//! Maps that are made one entry at a time: collecting into a `BTreeMap` sorts first, and each sort of another type is
//! 5 kB of the library for maps of a few entries.

use std::collections::BTreeMap;

/// The pairs by their keys; of two with one key the later one.
pub(crate) fn ordered<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in pairs {
        map.insert(key, value);
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_values_with_one_key_the_later_one_counts() {
        let map = ordered([("b", 1), ("a", 2), ("b", 3)]);
        assert_eq!(map.into_iter().collect::<Vec<_>>(), [("a", 2), ("b", 3)]);
    }
}
