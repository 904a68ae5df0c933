//! Pagination tokens: opaque, bound to the pool, good for an hour.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use serde_json::Value;

use crate::crypto::{hmac_sha256, same_secret};
use crate::error::{Outcome, ServiceError};
use crate::model::pool::Pool;

const LIFE_MS: i64 = 3_600_000;
const TAG: usize = 32;

/// A token for the page after `last`.
pub(crate) fn write(pool: &Pool, last: &str, now_ms: i64) -> String {
    let mut bytes = (now_ms + LIFE_MS).to_be_bytes().to_vec();
    bytes.extend_from_slice(last.as_bytes());
    let tag = hmac_sha256(&pool.secret, &[b"page", &bytes]);
    STANDARD.encode([&tag[..], &bytes].concat())
}

/// After what the page begins that a token stands for; empty without a token.
pub(crate) fn read(pool: &Pool, token: Option<&str>, now_ms: i64) -> Outcome<String> {
    let Some(token) = token else { return Ok(String::new()) };
    let invalid = || ServiceError::invalid_parameter("Invalid pagination token given.");
    let bytes = STANDARD.decode(token).map_err(|_| invalid())?;
    let (tag, rest) = bytes.split_at_checked(TAG).ok_or_else(invalid)?;
    let (until, last) = rest.split_first_chunk::<8>().ok_or_else(invalid)?;
    let genuine = same_secret(tag, &hmac_sha256(&pool.secret, &[b"page", rest]));
    if !genuine || i64::from_be_bytes(*until) < now_ms {
        return Err(invalid());
    }
    String::from_utf8(last.to_vec()).map_err(|_| invalid())
}

/// The answer with one page of a short list as `key`, and the token of the next if there is one.
pub(crate) fn with_page(
    mut answer: Value,
    key: &str,
    items: Vec<Value>,
    token: Option<&str>,
    most: usize,
) -> Outcome<Value> {
    let (page, next) = page_of(items, token, most)?;
    answer[key] = Value::Array(page);
    if let Some(next) = next {
        answer["NextToken"] = Value::String(next);
    }
    Ok(answer)
}

/// One page, and the token of the next. The token is how many items came before, in base64.
fn page_of(items: Vec<Value>, token: Option<&str>, most: usize) -> Outcome<(Vec<Value>, Option<String>)> {
    let invalid = || ServiceError::invalid_parameter("Invalid pagination token given.");
    let read = |token: &str| {
        let text = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
        text.strip_prefix("after ")?.parse::<usize>().ok()
    };
    let before = token.map_or(Some(0), read).ok_or_else(invalid)?;
    let end = before.saturating_add(most);
    let next = (end < items.len()).then(|| STANDARD.encode(format!("after {end}")));
    Ok((items.into_iter().skip(before).take(most).collect(), next))
}
