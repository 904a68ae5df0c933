//! What `uniffi.toml` asks of the generated Swift.

/// UniFFI's camel case for what is written a word a letter: `User_S_R_P` is `UserSRP`.
fn joined(name: &str) -> String {
    name.replace('_', "")
}

/// What is renamed, and the path that it has in Swift then.
pub fn renames(settings: &str) -> Vec<(String, String)> {
    let (_, list) = settings.split_once("[bindings.swift.rename]\n").unwrap();
    let pairs: Vec<(&str, &str)> = list
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, renamed)| (name.trim_matches('"'), renamed.trim_matches('"')))
        .collect();
    let type_of = |name: &str| {
        let renamed = pairs.iter().find(|(old, _)| *old == name);
        renamed.map_or(name.to_owned(), |(_, renamed)| joined(renamed))
    };
    let in_swift = |(name, renamed): &(&str, &str)| match name.split_once('.') {
        None => joined(renamed),
        Some((owner, _)) => {
            let member = joined(renamed);
            let (first, rest) = member.split_at(1);
            format!("{}.{}{rest}", type_of(owner), first.to_lowercase())
        }
    };
    pairs.iter().map(|pair| (pair.0.to_owned(), in_swift(pair))).collect()
}

/// The records whose fields can be changed.
pub fn mutable_records(settings: &str) -> Vec<String> {
    let (_, list) = settings.split_once("mutable_records = [").unwrap();
    let (list, _) = list.split_once(']').unwrap();
    list.split('"').skip(1).step_by(2).map(joined).collect()
}
