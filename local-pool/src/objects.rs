//! A toy of an object store: something that takes credentials. Whoever has any may read and write everything.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::aws::AwsError;
use crate::crypto::{hex, sha256};

/// How much is kept: objects, and bytes of all of them.
const MOST: usize = 1_000;
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// The objects of all buckets. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Objects(Arc<Mutex<BTreeMap<String, Object>>>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Object {
    pub bytes: Vec<u8>,
    pub content_type: Option<String>,
}

impl Object {
    pub fn etag(&self) -> String {
        format!("\"{}\"", hex(&sha256(&[&self.bytes])[..16]))
    }
}

impl Objects {
    pub fn get(&self, path: &str) -> Result<Object, AwsError> {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        found.ok_or_else(|| AwsError::new(404, "NoSuchKey", "The specified key does not exist."))
    }

    pub fn put(&self, path: &str, object: Object) -> Result<(), AwsError> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let others = || all.iter().filter(|(known, _)| *known != path);
        let bytes: usize = others().map(|(_, object)| object.bytes.len()).sum();
        if others().count() >= MOST || bytes + object.bytes.len() > MOST_BYTES {
            let text = format!("local-pool keeps at most {MOST} objects of {MOST_BYTES} bytes together.");
            return Err(AwsError::bad_request("EntityTooLarge", text));
        }
        all.insert(path.to_owned(), object);
        Ok(())
    }

    pub fn delete(&self, path: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded() {
        let objects = Objects::default();
        let object = |length: usize| Object { bytes: vec![7; length], content_type: None };
        objects.put("a/big", object(MOST_BYTES)).unwrap();
        objects.put("a/big", object(MOST_BYTES)).unwrap();
        assert_eq!(objects.put("a/more", object(1)).unwrap_err().code, "EntityTooLarge");
        objects.delete("a/big");
        for number in 0..MOST {
            objects.put(&number.to_string(), object(1)).unwrap();
        }
        assert!(objects.put("a/more", object(1)).is_err());
        assert_eq!(objects.get("7").unwrap(), object(1));
        assert_eq!(objects.get("a/big").unwrap_err().status, 404);
    }
}
