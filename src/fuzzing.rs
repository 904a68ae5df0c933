//! What the fuzzer (`fuzz/`) may call of the insides: functions from bytes to plain values, so that no private type leaves
//! the crate. Only with the feature `fuzzing`, which is off by default, is hidden from the documentation, and is no part
//! of the API: it changes without notice.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::error::{AuthError, Error, TransportFailure, Verdict as Judgement};
use crate::protocol::{HttpResponse, exception};
use crate::storage::file::layout;
use crate::storage::record::{self, AccountsRecord, DeviceRecord, Record, SessionRecord};
use crate::support::json;

/// The kinds of stored records.
#[derive(Clone, Copy, Debug)]
pub enum RecordKind {
    Accounts,
    Session,
    Device,
}

/// A record that was read and written again.
#[derive(Debug)]
pub struct Rewritten {
    pub bytes: Vec<u8>,
    /// Whether these bytes mean the same record.
    pub is_same: bool,
}

/// Decodes stored bytes and encodes the record again; the error is the text of the refusal.
pub fn rewrite_record(kind: RecordKind, bytes: &[u8]) -> Result<Rewritten, String> {
    match kind {
        RecordKind::Accounts => rewrite::<AccountsRecord>(bytes),
        RecordKind::Session => rewrite::<SessionRecord>(bytes),
        RecordKind::Device => rewrite::<DeviceRecord>(bytes),
    }
}

fn rewrite<T: Record + PartialEq>(bytes: &[u8]) -> Result<Rewritten, String> {
    let body: T = record::decode(bytes).map_err(|error| error.to_string())?;
    let encoded = record::encode(&body).map_err(|error| error.to_string())?;
    let is_same = record::decode::<T>(&encoded).is_ok_and(|again| again == body);
    Ok(Rewritten { bytes: encoded.to_vec(), is_same })
}

/// What a record file holds.
#[derive(Debug, PartialEq, Eq)]
pub enum FileContent {
    Record { key: String, bytes: Vec<u8> },
    Newer,
    Damaged,
}

pub fn read_file(content: &[u8]) -> FileContent {
    match layout::parse(content) {
        Ok(record) => FileContent::Record { key: record.key, bytes: record.bytes.to_vec() },
        Err(layout::NotARecord::Newer) => FileContent::Newer,
        Err(layout::NotARecord::Damaged) => FileContent::Damaged,
    }
}

pub fn write_file(key: &str, bytes: &[u8]) -> Vec<u8> {
    layout::of_record(key, bytes).to_vec()
}

/// The members of the object that the bytes hold, each as its text, read as the library reads claims and answers.
pub fn members(bytes: &[u8]) -> Option<BTreeMap<String, String>> {
    let mended = json::mended(bytes);
    let found = json::members(std::str::from_utf8(&mended).ok()?)?;
    Some(found.into_iter().map(|(name, raw)| (name, raw.get().to_owned())).collect())
}

/// What the service's answer to a refresh is taken for.
#[derive(Debug)]
pub enum Verdict {
    Result(Map<String, Value>),
    Exception {
        name: String,
        ends_the_session: bool,
        /// Every text that an app or a log may get.
        shown: Vec<String>,
    },
    NotTheService,
    /// Anything else, which an answer must never be.
    Other(String),
}

pub fn judge_answer(response: &HttpResponse) -> Verdict {
    match exception::read::<Map<String, Value>>("GetTokensFromRefreshToken", response) {
        Ok(result) => Verdict::Result(result),
        Err(Error::Service(error)) => Verdict::Exception {
            name: error.exception.clone(),
            ends_the_session: Error::Service(error.clone()).verdict() == Judgement::EndsSession,
            shown: {
                let internal = Error::Service(error);
                let (text, details) = (internal.to_string(), format!("{internal:?}"));
                let public = AuthError::from(internal);
                vec![text, details, public.to_string(), format!("{public:?}")]
            },
        },
        Err(Error::Transport { failure: TransportFailure::NotTheService { .. }, .. }) => Verdict::NotTheService,
        Err(other) => Verdict::Other(format!("{other:?}")),
    }
}
