//! Fault switches: what a test wants to go wrong, per operation.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Something that goes wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The request is handled after a while.
    Delay(Duration),
    /// The request is not handled; this is the answer. `error_type` becomes the header `x-amzn-ErrorType`.
    Answer { status: u16, error_type: Option<String>, body: String },
    /// The request is not handled; the connection is reset.
    Reset,
    /// The request is handled and its effect stays, but the connection closes without an answer.
    DropAfterCommit,
}

/// The switches of a server. Clones are the same switches.
///
/// Operations go by their names, `InitiateAuth` for example; `jwks.json` and `openid-configuration` are the documents
/// under `.well-known`; `*` is every request.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Mutex<HashMap<String, VecDeque<Switch>>>>);

#[derive(Clone, Debug)]
pub(crate) struct Switch {
    /// None: the request is let through.
    pub fault: Option<Fault>,
    /// None: for good.
    pub times_left: Option<u32>,
}

impl Fault {
    /// The answer of a modelled exception: `Fault::exception("TooManyRequestsException", 400, "Rate exceeded")`.
    pub fn exception(name: &str, status: u16, message: &str) -> Self {
        let body = serde_json::json!({ "__type": name, "message": message }).to_string();
        Self::Answer { status, error_type: Some(format!("{name}:")), body }
    }

    /// As `/_local/faults` calls it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Delay(_) => "delay",
            Self::Answer { .. } => "answer",
            Self::Reset => "reset",
            Self::DropAfterCommit => "drop_after_commit",
        }
    }
}

impl Faults {
    /// Every request of `operation` gets this fault, until it is cleared. Replaces what was set before.
    pub fn set(&self, operation: &str, fault: Fault) {
        self.replace(operation, Switch { fault: Some(fault), times_left: None });
    }

    /// The next `times` requests of `operation` get this fault, after those that are lined up already.
    pub fn queue(&self, operation: &str, fault: Fault, times: u32) {
        self.push(operation, Switch { fault: Some(fault), times_left: Some(times) });
    }

    /// Lets `times` requests of `operation` through before what is queued next.
    pub fn queue_success(&self, operation: &str, times: u32) {
        self.push(operation, Switch { fault: None, times_left: Some(times) });
    }

    pub fn clear(&self, operation: &str) {
        self.lock().remove(operation);
    }

    pub fn clear_all(&self) {
        self.lock().clear();
    }

    /// What is set and lined up, in its order.
    pub(crate) fn list(&self) -> BTreeMap<String, Vec<Switch>> {
        let waiting = |queue: &VecDeque<Switch>| -> Vec<Switch> {
            queue.iter().filter(|switch| switch.times_left != Some(0)).cloned().collect()
        };
        let all = self.lock();
        let named = all.iter().map(|(operation, queue)| (operation.clone(), waiting(queue)));
        named.filter(|(_, queue)| !queue.is_empty()).collect()
    }

    /// The fault of a request that has just come in.
    pub(crate) fn next(&self, operation: &str) -> Option<Fault> {
        let mut all = self.lock();
        [operation, "*"].into_iter().find_map(|key| {
            let queue = all.get_mut(key)?;
            while queue.front().is_some_and(|switch| switch.times_left == Some(0)) {
                queue.pop_front();
            }
            let switch = queue.front_mut()?;
            if let Some(left) = &mut switch.times_left {
                *left -= 1;
            }
            switch.fault.clone()
        })
    }

    fn replace(&self, operation: &str, switch: Switch) {
        self.lock().insert(operation.to_owned(), VecDeque::from([switch]));
    }

    fn push(&self, operation: &str, switch: Switch) {
        self.lock().entry(operation.to_owned()).or_default().push_back(switch);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, VecDeque<Switch>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queued_faults_run_out_and_set_ones_stay() {
        let faults = Faults::default();
        faults.queue_success("SignUp", 1);
        faults.queue("SignUp", Fault::Reset, 1);
        assert_eq!(faults.next("SignUp"), None);
        assert_eq!(faults.next("SignUp"), Some(Fault::Reset));
        assert_eq!(faults.next("SignUp"), None);
        faults.set("*", Fault::DropAfterCommit);
        assert_eq!(faults.next("GetUser"), Some(Fault::DropAfterCommit));
        faults.clear_all();
        assert_eq!(faults.next("GetUser"), None);
    }
}
