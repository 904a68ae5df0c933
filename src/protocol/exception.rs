//! Reading an answer: the service's result, its exception, or something that is not the service at all.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::transport::HttpResponse;
use crate::error::{Error, Result, ServiceError, SessionEffect, TransportFailure, meaning_of};

/// The answer's value, or the failure that it is.
///
/// An answer is a JSON object. An empty one counts as `null`, which only operations without an output shape may answer.
pub(crate) fn read<T: DeserializeOwned>(operation: &'static str, response: &HttpResponse) -> Result<T> {
    let not_the_service =
        || Error::Transport { operation, failure: TransportFailure::NotTheService { status: response.status } };
    if response.status == 200 && response.header("x-amzn-errortype").is_none() {
        let body = match response.body.trim_ascii_start() {
            object @ [b'{', ..] => object,
            [] if may_be_json(response) => b"null",
            _ => return Err(not_the_service()),
        };
        return serde_json::from_slice(body).map_err(|_| not_the_service());
    }
    Err(exception(operation, response).map_or_else(not_the_service, Error::Service))
}

/// How long the answer asks to wait (RFC 9110 §10.2.3, in seconds; the form with a date is not used by the service).
pub(super) fn retry_after(response: &HttpResponse) -> Option<Duration> {
    response.header("retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

/// The exception that the answer names, if it names one.
fn exception(operation: &'static str, response: &HttpResponse) -> Option<ServiceError> {
    let text_in_header = response.header("x-amzn-errormessage");
    let body: Map<String, Value> = if response.body.is_empty() && text_in_header.is_some() {
        Map::new()
    } else {
        // Half an answer, or another one than the service's, is no verdict, whatever its headers say.
        serde_json::from_slice(&response.body).ok()?
    };
    let in_body = |key| body.get(key).and_then(Value::as_str);
    let named = response.header("x-amzn-errortype").or_else(|| in_body("__type")).or_else(|| in_body("code"))?;
    let name = named.split(':').next().unwrap_or_default();
    let name = name.rsplit(['#', '.']).next().unwrap_or_default();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let text = in_body("message").or_else(|| in_body("Message")).or(text_in_header).unwrap_or_default();
    let error = ServiceError {
        operation,
        exception: name.to_owned(),
        text: without_values(text),
        status: response.status,
        request_id: response.header("x-amzn-requestid").map(str::to_owned),
    };
    // Proxies use words like these too; a verdict on a session must be spelt as the service spells it.
    let is_verdict = meaning_of(&error).on_refresh == SessionEffect::Ends;
    (name.ends_with("Exception") || !is_verdict).then_some(error)
}

/// The text without the values that the service repeats when it refuses them: they may be codes or names.
fn without_values(text: &str) -> String {
    const BEFORE: &str = "Value '";
    const AFTER: &str = "' at '";
    const NEXT: &str = "' failed to satisfy constraint";
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once(BEFORE) {
        // The value can hold these words too: it ends at the last of them in its sentence, or in all of a text that is
        // not built as it should be.
        let sentence = &tail[..tail.find(NEXT).unwrap_or(tail.len())];
        let Some(end) = sentence.rfind(AFTER).or_else(|| tail.rfind(AFTER)) else { break };
        kept.extend([head, "Value at '"]);
        rest = &tail[end + AFTER.len()..];
    }
    kept + rest
}

fn may_be_json(response: &HttpResponse) -> bool {
    response.header("content-type").is_none_or(|kind| kind.contains("json"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::user_pool::Nothing;

    fn response(status: u16, headers: &[(&str, &str)], body: &str) -> HttpResponse {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        HttpResponse::new(status, headers, body.as_bytes().to_vec())
    }

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Result<Map<String, Value>> {
        read("GetUser", &response(status, headers, body))
    }

    fn named(result: &Result<Map<String, Value>>) -> Option<(&str, &str)> {
        match result {
            Err(Error::Service(error)) => Some((&error.exception, &error.text)),
            _ => None,
        }
    }

    #[test]
    fn the_name_comes_from_wherever_it_is() {
        let header = answer(400, &[("x-amzn-errortype", "CodeMismatchException:http://x")], r#"{"message":"m"}"#);
        assert_eq!(named(&header), Some(("CodeMismatchException", "m")));
        let kind = answer(400, &[], r#"{"__type":"com.amazonaws#LimitExceededException","Message":"m"}"#);
        assert_eq!(named(&kind), Some(("LimitExceededException", "m")));
        let code = answer(404, &[], r#"{"code":"BadRequest","message":"m"}"#);
        assert_eq!(named(&code), Some(("BadRequest", "m")));
        let no_body = answer(400, &[("x-amzn-errortype", "X:"), ("x-amzn-errormessage", "m")], "");
        assert_eq!(named(&no_body), Some(("X", "m")));
        let odd = answer(400, &[], r#"{"__type":"X","code":404,"message":null,"Message":"m","more":[1]}"#);
        assert_eq!(named(&odd), Some(("X", "m")));
        let under_200 = answer(200, &[("X-Amzn-ErrorType", "X")], r#"{"message":"m"}"#);
        assert_eq!(named(&under_200), Some(("X", "m")));
    }

    #[test]
    fn the_facts_for_a_bug_report() {
        let headers = [("x-amzn-requestid", "request-1"), ("x-amzn-errortype", "XException")];
        let Err(Error::Service(error)) = answer(418, &headers, "{}") else { panic!("no exception") };
        assert_eq!((error.operation, error.status, error.request_id.as_deref()), ("GetUser", 418, Some("request-1")));
    }

    #[test]
    fn what_is_not_the_service() {
        let with_header = &[("x-amzn-errortype", "NotAuthorizedException")] as &[_];
        let html = &[("content-type", "text/html")] as &[_];
        for (status, headers, body) in [
            (200, html, "<html>log in to this network</html>"),
            (200, html, ""),
            (200, &[], ""),
            (200, &[], "{\"a\":"),
            (200, &[], "null"),
            (200, &[], "[]"),
            (204, &[], ""),
            (302, html, ""),
            (400, &[], "{\"message\":\"no name\"}"),
            (400, &[], "{\"__type\":\"../../x\"}"),
            (400, with_header, "{\"message\":\"Unable to ver"),
            (400, with_header, ""),
            (403, with_header, "<html>no</html>"),
            (403, &[], "{\"code\":\"NotAuthorized\",\"message\":\"Refresh Token has expired\"}"),
            (503, html, "<html>503</html>"),
        ] {
            let expected = TransportFailure::NotTheService { status };
            let result = answer(status, headers, body);
            assert_eq!(result, Err(Error::Transport { operation: "GetUser", failure: expected }), "{body}");
        }
    }

    #[test]
    fn only_an_operation_without_an_answer_may_answer_nothing() {
        for body in ["", " {}", r#"{"NewField":1}"#] {
            assert!(read::<Nothing>("RevokeToken", &response(200, &[], body)).is_ok(), "{body}");
        }
        for (headers, body) in
            [(&[] as &[_], "<html>"), (&[], "[]"), (&[], "null"), (&[("content-type", "text/html")], "")]
        {
            assert!(read::<Nothing>("RevokeToken", &response(200, headers, body)).is_err(), "{body}");
        }
    }

    #[test]
    fn refused_values_are_not_repeated() {
        let text = "2 validation errors detected: Value '12 34' at 'confirmationCode' failed to satisfy constraint: \
                    Member must not be blank; Value 'it's' at 'username' failed to satisfy constraint: Member";
        let kept = "2 validation errors detected: Value at 'confirmationCode' failed to satisfy constraint: \
                    Member must not be blank; Value at 'username' failed to satisfy constraint: Member";
        assert_eq!(without_values(text), kept);
        let in_a_value =
            "1 validation error detected: Value 'at 'home' at 'noon' at 'password' failed to satisfy constraint: x";
        let kept = "1 validation error detected: Value at 'password' failed to satisfy constraint: x";
        assert_eq!(without_values(in_a_value), kept);
        for same in ["", "User is disabled.", "Value 'x", "Value at 'password' failed to satisfy constraint"] {
            assert_eq!(without_values(same), same);
        }
    }

    #[test]
    fn retry_after_is_in_seconds() {
        let asked = |value| retry_after(&response(503, &[("Retry-After", value)], ""));
        assert_eq!(asked(" 2 "), Some(Duration::from_secs(2)));
        assert_eq!(asked("Tue, 24 Nov 2026 17:00:00 GMT"), None);
        assert_eq!(asked("-1"), None);
        assert_eq!(retry_after(&response(503, &[], "")), None);
    }
}
