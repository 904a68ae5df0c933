//! Keys and records as small numbers: a world is then quick to copy and to compare.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;
use std::sync::{LazyLock, Mutex};

use crate::storage::record::{AccountsRecord, SessionRecord, decode};

use super::transaction::Session;

/// A key, or the bytes of a record. The same bytes are the same number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bytes(usize);

type Table = (Vec<Vec<u8>>, HashMap<Vec<u8>, usize>);
static TABLE: LazyLock<Mutex<Table>> = LazyLock::new(Mutex::default);

impl Bytes {
    pub fn new(bytes: &[u8]) -> Self {
        let (list, numbers) = &mut *TABLE.lock().unwrap();
        if let Some(number) = numbers.get(bytes) {
            return Self(*number);
        }
        list.push(bytes.to_vec());
        numbers.insert(bytes.to_vec(), list.len() - 1);
        Self(list.len() - 1)
    }

    pub fn to_vec(self) -> Vec<u8> {
        TABLE.lock().unwrap().0[self.0].clone()
    }

    pub fn text(self) -> String {
        String::from_utf8(self.to_vec()).unwrap()
    }

    /// What these bytes say as the list of accounts.
    pub fn accounts(self) -> Rc<AccountsRecord> {
        thread_local!(static READ: RefCell<HashMap<Bytes, Rc<AccountsRecord>>> = RefCell::default());
        let read = || Rc::new(decode(&self.to_vec()).unwrap());
        READ.with_borrow_mut(|known| known.entry(self).or_insert_with(read).clone())
    }

    /// What these bytes say as a session.
    pub fn session(self) -> Session {
        thread_local!(static READ: RefCell<HashMap<Bytes, Session>> = RefCell::default());
        let read = || Session::of(&decode::<SessionRecord>(&self.to_vec()).unwrap());
        READ.with_borrow_mut(|known| *known.entry(self).or_insert_with(read))
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}
