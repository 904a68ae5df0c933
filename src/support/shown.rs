//! What of a value is printed. A type with text in it derives no `Debug`: it says with `shows!` which fields are shown, and
//! every other one stays hidden, a new one too. Who a user is and what belongs to them is personal and never shown; of
//! metadata and attributes the names are. `cargo xtask bindgen` reads these lines, so that the Swift and Kotlin types show
//! the same; `tests/layers/printing.rs` finds a type that says nothing.

use std::fmt::{Debug, Formatter, Result};

/// Implements `Debug`: `shows!(Type { field, map: names })`, or `shows!(enum Type { Case { field }, Hidden {}, One(value), Unit })`.
macro_rules! shows {
    (enum $type:ident { $(
        $case:ident $({ $($field:ident $(: $how:ident)?),* })? $(($item:ident))?
    ),* $(,)? }) => {
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {$(
                    Self::$case $({ $($field,)* .. })? $(($item))? => $crate::support::shown::case(f, stringify!($case), &[
                        $($((stringify!($field), shows!(@value $field $(, $how)?)),)*)?
                        $(("", $item),)?
                    ]),
                )*}
            }
        }
    };
    ($type:ident $(<$life:lifetime>)? { $($field:ident $(: $how:ident)?),* $(,)? }) => {
        impl $(<$life>)? std::fmt::Debug for $type $(<$life>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::support::shown::fields(f, stringify!($type), &[
                    $((stringify!($field), shows!(@value &self.$field $(, $how)?)),)*
                ])
            }
        }
    };
    (@value $value:expr) => { $value };
    (@value $value:expr, text) => { &($value).as_str() };
    (@value $value:expr, names) => { &$crate::support::shown::names($value) };
}
pub(crate) use shows;

pub(crate) fn fields(f: &mut Formatter<'_>, name: &str, shown: &[(&str, &dyn Debug)]) -> Result {
    let mut all = f.debug_struct(name);
    for (field, value) in shown {
        all.field(field, value);
    }
    all.finish_non_exhaustive()
}

pub(crate) fn case(f: &mut Formatter<'_>, name: &str, shown: &[(&str, &dyn Debug)]) -> Result {
    match shown {
        [] => f.write_str(name),
        [("", value)] => f.debug_tuple(name).field(value).finish(),
        _ => fields(f, name, shown),
    }
}

/// The keys of a map, in their order.
pub(crate) fn names<'a, V>(map: impl IntoIterator<Item = (&'a String, V)>) -> Vec<&'a String> {
    let mut names: Vec<_> = map.into_iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    struct Person {
        name: &'static str,
        age: u8,
        notes: HashMap<String, u8>,
    }
    shows!(Person { age, notes: names });

    enum Answer {
        Given { to: Person, word: &'static str },
        Secret { word: &'static str },
        Late(u8),
        None,
    }
    shows!(enum Answer { Given { to }, Secret {}, Late(by), None });

    #[test]
    fn only_what_is_named_is_shown() {
        let notes = HashMap::from([("b".to_owned(), 1), ("a".to_owned(), 2)]);
        let ann = Person { name: "Ann", age: 42, notes };
        assert_eq!(ann.name, "Ann");
        assert_eq!(format!("{ann:?}"), r#"Person { age: 42, notes: ["a", "b"], .. }"#);
        let given = Answer::Given { to: ann, word: "yes" };
        assert_eq!(format!("{given:?}"), r#"Given { to: Person { age: 42, notes: ["a", "b"], .. }, .. }"#);
        let others = [Answer::Secret { word: "no" }, Answer::Late(3), Answer::None];
        assert_eq!(format!("{others:?}"), "[Secret, Late(3), None]");
        assert!(matches!((&given, &others[0]), (Answer::Given { word: "yes", .. }, Answer::Secret { word: "no" })));
    }
}
