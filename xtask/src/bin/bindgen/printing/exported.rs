//! What the library exports, with what the sources say of it.

use std::error::Error;

use camino::Utf8Path;
use uniffi_bindgen::interface::{AsType as _, Field, Type};
use uniffi_bindgen::{BindgenLoader, BindgenPaths, ComponentInterface};

use super::declared::Declared;
use super::types::{Case, Part, Print, Printed};

/// The types that the library exports and that print something else than all they hold; the sources are under `root`.
pub(crate) fn read(library: &Utf8Path, paths: BindgenPaths, root: &Utf8Path) -> Result<Vec<Printed>, Box<dyn Error>> {
    let loader = BindgenLoader::new(paths, Default::default());
    let declared = Declared::under(&root.join("src"))?;
    let mut printed = Vec::new();
    for interface in loader.load_cis(loader.load_metadata(library)?)? {
        printed.extend(of(&interface, &declared)?);
    }
    Ok(printed)
}

fn of(interface: &ComponentInterface, declared: &Declared) -> Result<Vec<Printed>, String> {
    let mut printed = Vec::new();
    for record in interface.record_definitions() {
        let cases = [("", record.fields())];
        printed.extend(one(record.name(), &cases, false, declared)?);
    }
    // An error's text is made to be printed.
    for data in interface.enum_definitions().iter().filter(|data| !interface.is_name_used_as_error(data.name())) {
        if data.is_flat() {
            continue;
        }
        let cases: Vec<_> = data.variants().iter().map(|case| (case.name(), case.fields())).collect();
        printed.extend(one(data.name(), &cases, true, declared)?);
    }
    Ok(printed)
}

fn one(name: &str, cases: &[(&str, &[Field])], is_enum: bool, declared: &Declared) -> Result<Option<Printed>, String> {
    let has_text = cases.iter().flat_map(|(_, fields)| *fields).any(|field| is_text(&field.as_type()));
    if has_text && !declared.has(name) {
        return Err(format!("{name} has text and no `shows!` that says what of it is printed"));
    }
    // Without text everything is shown, which an enum's cases need said in Kotlin.
    if !is_enum && !declared.has(name) {
        return Ok(None);
    }
    let part = |case: &str, field: &Field| {
        let print = if declared.has(name) { declared.of(name, case, field.name()) } else { Print::Whole };
        Part { name: lower_camel(field.name()), print }
    };
    let cases = cases.iter().map(|(case, fields)| Case {
        name: (*case).to_owned(),
        fields: fields.iter().map(|field| part(case, field)).collect(),
    });
    Ok(Some(Printed { name: name.to_owned(), cases: cases.collect(), is_enum }))
}

/// Text, or a list or map of it. What a record holds the record itself says.
fn is_text(data: &Type) -> bool {
    match data {
        Type::String | Type::Bytes | Type::Custom { .. } => true,
        Type::Optional { inner_type } | Type::Sequence { inner_type } | Type::Set { inner_type } => is_text(inner_type),
        Type::Box { inner_type } => is_text(inner_type),
        Type::Map { key_type, value_type } => is_text(key_type) || is_text(value_type),
        _ => false,
    }
}

/// `client_metadata` as the generators spell it.
fn lower_camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default();
    words.fold(first.to_owned(), |name, word| name + &upper_first(word))
}

fn upper_first(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_as_the_generators_do() {
        assert_eq!(lower_camel("user_pool_id"), "userPoolId");
        assert_eq!(lower_camel("all"), "all");
    }
}
