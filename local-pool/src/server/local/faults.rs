//! `/_local/faults`: the fault switches.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response};
use axum::routing::{get, put};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answers::{done, tell};
use super::body::{duration, invalid, out_of_range, read};
use super::refusal::{Refusal, Told};
use crate::faults::{Fault, Switch};
use crate::server::app::App;
use crate::server::names;

/// Clients give up long before.
const LONGEST_DELAY: Duration = Duration::from_secs(3600);

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/faults", get(list).delete(clear_all))
        .route("/faults/{operation}", put(set).post(queue).delete(clear))
}

/// A fault as a body has it.
#[derive(Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case", deny_unknown_fields)]
enum Wanted {
    Delay {
        seconds: f64,
    },
    Answer {
        status: u16,
        error_type: Option<String>,
        #[serde(default)]
        body: String,
    },
    Exception {
        name: String,
        #[serde(default = "bad_request")]
        status: u16,
        #[serde(default)]
        message: String,
    },
    Reset {},
    DropAfterCommit {},
    LetThrough {},
}

fn bad_request() -> u16 {
    400
}

impl Wanted {
    /// None: requests are let through.
    fn fault(self) -> Result<Option<Fault>, Refusal> {
        Ok(Some(match self {
            Self::Delay { seconds } => Fault::Delay(duration(seconds, LONGEST_DELAY)?),
            Self::Answer { status, error_type, body } => {
                check_answer(status, error_type.as_deref())?;
                Fault::Answer { status, error_type, body }
            }
            Self::Exception { name, status, message } => {
                check_answer(status, Some(&name))?;
                Fault::exception(&name, status, &message)
            }
            Self::Reset {} => Fault::Reset,
            Self::DropAfterCommit {} => Fault::DropAfterCommit,
            Self::LetThrough {} => return Ok(None),
        }))
    }
}

fn check_answer(status: u16, error_type: Option<&str>) -> Result<(), Refusal> {
    if !(200..=599).contains(&status) {
        return Err(out_of_range(format!("status is to be from 200 to 599, not {status}.")));
    }
    if error_type.is_some_and(|text| text.is_empty() || HeaderValue::from_str(text).is_err()) {
        return Err(invalid("the name of an error becomes a header: it cannot be empty or have line breaks"));
    }
    Ok(())
}

async fn list(State(app): State<App>) -> Response<Body> {
    let shown = |queue: Vec<Switch>| queue.iter().map(shown).collect::<Value>();
    let all: Map<_, _> = app.faults.list().into_iter().map(|(name, queue)| (name, shown(queue))).collect();
    tell(&app, Ok(all.into()))
}

/// A switch in the form of the body that makes it; without `times` it is for good.
fn shown(switch: &Switch) -> Value {
    let mut shown = match &switch.fault {
        None => json!({ "fault": "let_through" }),
        Some(Fault::Delay(time)) => json!({ "fault": "delay", "seconds": time.as_secs_f64() }),
        Some(Fault::Answer { status, error_type, body }) => {
            json!({ "fault": "answer", "status": status, "error_type": error_type, "body": body })
        }
        Some(Fault::Reset) => json!({ "fault": "reset" }),
        Some(Fault::DropAfterCommit) => json!({ "fault": "drop_after_commit" }),
    };
    if let Some(times) = switch.times_left {
        shown["times"] = json!(times);
    }
    shown
}

async fn set(State(app): State<App>, Path(operation): Path<String>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let set = || -> Told {
        check_operation(&operation)?;
        let Some(fault) = read::<Wanted>(&headers, &body)?.fault()? else {
            return Err(invalid("let_through is for POST, with times; DELETE takes a fault away"));
        };
        app.faults.set(&operation, fault);
        Ok(done())
    };
    tell(&app, set())
}

async fn queue(
    State(app): State<App>,
    Path(operation): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let queue = || -> Told {
        check_operation(&operation)?;
        let mut members: Map<String, Value> = read(&headers, &body)?;
        let times = members.remove("times").map_or(Ok(1), times)?;
        match serde_json::from_value::<Wanted>(members.into()).map_err(invalid)?.fault()? {
            Some(fault) => app.faults.queue(&operation, fault, times),
            None => app.faults.queue_success(&operation, times),
        }
        Ok(done())
    };
    tell(&app, queue())
}

fn times(value: Value) -> Result<u32, Refusal> {
    let times = value.as_u64().and_then(|times| u32::try_from(times).ok()).filter(|times| *times > 0);
    times.ok_or_else(|| out_of_range(format!("times is to be a whole number from 1 to {}, not {value}.", u32::MAX)))
}

async fn clear(State(app): State<App>, Path(operation): Path<String>) -> Response<Body> {
    let cleared = check_operation(&operation).map(|()| {
        app.faults.clear(&operation);
        done()
    });
    tell(&app, cleared)
}

async fn clear_all(State(app): State<App>) -> Response<Body> {
    app.faults.clear_all();
    tell(&app, Ok(done()))
}

/// A fault for something that nobody calls would let a test pass that tests nothing.
fn check_operation(name: &str) -> Result<(), Refusal> {
    if name == "*" || names::is_served(name) {
        return Ok(());
    }
    let known = "Give a name that GET /_local/operations lists, `*` for all, `jwks.json` or `openid-configuration`.";
    Err(Refusal::bad_request("unknown_operation", format!("There is no operation `{name}`. {known}")))
}
