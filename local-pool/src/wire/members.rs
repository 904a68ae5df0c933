//! Members of the sign-in operations, until those are read by the model alone.

use super::constraint::{Kind, Text, optional, required};
use super::patterns::{POOL_ID_PATTERN, WORDS_AND_PLUS};

pub(crate) const CLIENT_ID: Kind = Kind::Text(Text { min: 1, max: 128, pattern: Some(WORDS_AND_PLUS) });
pub(crate) const POOL_ID: Kind = Kind::Text(Text { min: 1, max: 55, pattern: Some(POOL_ID_PATTERN) });
pub(crate) const SESSION: Kind = Kind::SecretText(Text { min: 20, max: 4096, pattern: None });
/// What administrators' calls tell about the user's request.
pub(crate) const CONTEXT_DATA: Kind = Kind::Structure(&[
    required("IpAddress", ANY_TEXT),
    required("ServerName", ANY_TEXT),
    required("ServerPath", ANY_TEXT),
    required("HttpHeaders", Kind::List { of: &HTTP_HEADER, min: 0, max: usize::MAX }),
    optional("EncodedData", ANY_TEXT),
]);
const ANY_TEXT: Kind = Kind::Text(Text { min: 0, max: 131_072, pattern: None });
const HTTP_HEADER: Kind = Kind::Structure(&[optional("headerName", ANY_TEXT), optional("headerValue", ANY_TEXT)]);
