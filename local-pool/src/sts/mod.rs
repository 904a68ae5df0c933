//! The operations of the Security Token Service that identities are good for.

mod assume_role_with_web_identity;
mod form;
mod get_caller_identity;
mod role;

use std::sync::Arc;

pub(crate) use self::form::{Form, read as read_form};
use crate::aws::{AwsError, Incoming, xml};
use crate::service::Service;

/// The operations of STS that this server serves, in alphabetical order.
pub const STS_OPERATIONS: &[&str] = &["AssumeRoleWithWebIdentity", "GetCallerIdentity"];

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// Runs an action and returns the whole answer.
pub(crate) async fn run(
    service: &Arc<Service>,
    action: &str,
    form: &Form,
    request: &Incoming<'_>,
) -> Result<String, AwsError> {
    match action {
        "AssumeRoleWithWebIdentity" => assume_role_with_web_identity::run(service, form).await,
        "GetCallerIdentity" => get_caller_identity::run(service, request),
        _ => {
            let text =
                format!("Could not find operation {} for version 2011-06-15", crate::wire::shortened(action, 100));
            Err(AwsError::bad_request("InvalidAction", text))
        }
    }
}

/// The answer around a result.
pub(crate) fn answer(action: &str, result: &str, request_id: &str) -> String {
    let id = xml::element("RequestId", request_id);
    format!(
        "<{action}Response xmlns=\"{NAMESPACE}\"><{action}Result>{result}</{action}Result>\
         <ResponseMetadata>{id}</ResponseMetadata></{action}Response>"
    )
}

/// A refusal.
pub(crate) fn refusal(error: &AwsError, request_id: &str) -> String {
    scripted_refusal(error.status, error.code, &error.text, request_id)
}

/// A refusal that a test has made up.
pub(crate) fn scripted_refusal(status: u16, code: &str, text: &str, request_id: &str) -> String {
    let (code, text) = (xml::element("Code", code), xml::element("Message", text));
    let fault = if status < 500 { "Sender" } else { "Receiver" };
    let id = xml::element("RequestId", request_id);
    format!("<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>{fault}</Type>{code}{text}</Error>{id}</ErrorResponse>")
}
