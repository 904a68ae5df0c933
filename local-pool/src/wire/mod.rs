//! The AWS JSON 1.1 wire: what requests may look like and how answers do.

pub(crate) mod answer;
pub(crate) mod constraint;
pub(crate) mod model;
mod patterns;
pub(crate) mod request;

/// The first `most` characters of a text that somebody else made.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
