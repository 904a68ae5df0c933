//! What every request goes through: it is counted, a fault switch may act, and what the client says it is is noted.

use axum::body::Body;
use axum::http::{HeaderMap, Response};

use super::app::{App, stamp};
use super::connection::ConnectionSwitch;
use super::report::FaultName;
use crate::faults::Fault;
use crate::wire::answer;
use crate::wire::shortened;

/// How much is repeated of what a client says it is.
const LONGEST_SDK: usize = 100;

/// Counts a request and lets its fault switch act around `handle`.
pub(super) async fn faulty<F: Future<Output = Response<Body>>>(
    app: &App,
    connection: &ConnectionSwitch,
    operation: &str,
    handle: impl FnOnce() -> F,
) -> Response<Body> {
    app.counters.add_request(operation);
    let Some(fault) = app.faults.next(operation) else { return handle().await };
    let name = FaultName(fault.name());
    let mut response = match fault {
        Fault::Delay(time) => {
            tokio::time::sleep(time).await;
            handle().await
        }
        Fault::Answer { status, error_type, body } => {
            answer::scripted(status, error_type.as_deref(), body, &stamp(app))
        }
        Fault::Reset => {
            connection.reset();
            Response::default()
        }
        Fault::DropAfterCommit => {
            let lost = handle().await;
            connection.close();
            lost
        }
    };
    response.extensions_mut().insert(name);
    response
}

/// `aws-sdk-js-2.1639.0` for a user agent that says `aws-sdk-js/2.1639.0`.
pub(super) fn sdk_of(headers: &HeaderMap) -> String {
    let agents = ["x-amz-user-agent", "user-agent"].into_iter().filter_map(|name| headers.get(name)?.to_str().ok());
    let products = agents.flat_map(|agent| agent.split(' '));
    let sdk = products.filter(|product| product.starts_with("aws-sdk-")).find(|product| product.contains('/'));
    sdk.map_or_else(|| "aws-sdk-unknown-unknown".into(), |product| shortened(&product.replace('/', "-"), LONGEST_SDK))
}
