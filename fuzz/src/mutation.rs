//! Changes an input: as bytes, or as the JSON that is in it.

use fastrand::Rng;
use serde_json::{Map, Value};

use crate::words::{leaf, word};

/// A changed copy of `input`, of at most `longest` bytes.
#[must_use]
pub fn mutate(random: &mut Rng, input: &[u8], longest: usize) -> Vec<u8> {
    let mut changed = input.to_vec();
    for _ in 0..=random.u8(..3) {
        changed = match random.u8(..3) {
            0 => bytes(random, changed),
            _ => json(random, &changed).unwrap_or_else(|| bytes(random, changed)),
        };
    }
    changed.truncate(longest);
    changed
}

/// Arrays or objects, one in the other.
#[must_use]
pub fn nested(depth: usize, objects: bool) -> Vec<u8> {
    let (open, close) = if objects { ("{\"a\":", "}") } else { ("[", "]") };
    format!("{}0{}", open.repeat(depth), close.repeat(depth)).into_bytes()
}

fn bytes(random: &mut Rng, mut input: Vec<u8>) -> Vec<u8> {
    let at = random.usize(..=input.len());
    let end = random.usize(at..=input.len().min(at + 40));
    match random.u8(..7) {
        0 if at < input.len() => input[at] ^= 1 << random.u8(..8),
        1 if at < input.len() => input[at] = random.u8(..),
        2 => drop(input.drain(at..end)),
        3 => drop(input.splice(at..at, input[at..end].to_vec())),
        4 => input.truncate(at),
        5 => drop(input.splice(at..at, nested(random.usize(1..300), random.bool()))),
        _ => drop(input.splice(at..end, word(random).bytes())),
    }
    input
}

/// Changes the first object in the input; what is before and after it stays.
fn json(random: &mut Rng, input: &[u8]) -> Option<Vec<u8>> {
    let start = input.iter().position(|byte| *byte == b'{')?;
    let mut values = serde_json::Deserializer::from_slice(&input[start..]).into_iter::<Value>();
    let mut document = values.next()?.ok()?;
    let end = start + values.byte_offset();
    let mut places = Vec::new();
    pointers(&document, String::new(), &mut places);
    let other = document.pointer(random.choice(&places)?).cloned().unwrap_or_default();
    let place = document.pointer_mut(random.choice(&places)?)?;
    match (random.u8(..4), place) {
        (0, Value::Object(members)) => member(random, members, other),
        (1, place) => *place = other,
        (2, place) => {
            for _ in 0..random.u8(1..150) {
                *place = Value::Array(vec![place.take()]);
            }
        }
        (_, Value::Object(members)) => {
            let value = leaf(random);
            member(random, members, value);
        }
        (_, Value::Array(items)) => items.insert(random.usize(..=items.len()), leaf(random)),
        (_, place) => *place = leaf(random),
    }
    Some([&input[..start], document.to_string().as_bytes(), &input[end..]].concat())
}

/// Adds, renames, changes or removes a member.
fn member(random: &mut Rng, members: &mut Map<String, Value>, value: Value) {
    let names: Vec<String> = members.keys().cloned().collect();
    let name = random.choice(names).unwrap_or_default();
    match random.u8(..4) {
        0 => drop(members.insert(word(random).to_owned(), value)),
        1 => drop(members.remove(&name)),
        2 => {
            let moved = members.remove(&name).unwrap_or_default();
            members.insert(word(random).to_owned(), moved);
        }
        _ => drop(members.insert(name, value)),
    }
}

fn pointers(value: &Value, here: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, below) in members {
                pointers(below, format!("{here}/{}", key.replace('~', "~0").replace('/', "~1")), places);
            }
        }
        Value::Array(items) => {
            for (index, below) in items.iter().enumerate() {
                pointers(below, format!("{here}/{index}"), places);
            }
        }
        _ => {}
    }
    places.push(here);
}
