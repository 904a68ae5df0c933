//! Reading an answer: the service's result, its exception, or something that is not the service at all.

use std::time::{Duration, SystemTime};

use serde::de::DeserializeOwned;

use super::redaction::without_values;
use super::transport::HttpResponse;
use crate::error::{Error, Result, ServiceError, TransportFailure, Verdict, meaning_of};
use crate::support::clock::is_plausible;
use crate::support::json;

/// The answer's value, or the failure that it is.
///
/// An answer is a JSON object. An empty one counts as `null`, which only operations without an output shape may answer.
pub(crate) fn read<T: DeserializeOwned>(operation: &'static str, response: &HttpResponse) -> Result<T> {
    let body = json::mended(&response.body);
    serde_json::from_str(result(operation, response, &body)?).map_err(|_| not_the_service(operation, response))
}

/// The JSON text of the answer's value.
fn result<'a>(operation: &'static str, response: &HttpResponse, body: &'a [u8]) -> Result<&'a str> {
    let unknown = || not_the_service(operation, response);
    if response.status == 200 && name_in_header(response).is_none() {
        return match body.trim_ascii_start() {
            object @ [b'{', ..] => std::str::from_utf8(object).map_err(|_| unknown()),
            [] if may_be_json(response) => Ok("null"),
            _ => Err(unknown()),
        };
    }
    Err(exception(operation, response, body).map_or_else(unknown, Error::Service))
}

fn not_the_service(operation: &'static str, response: &HttpResponse) -> Error {
    Error::Transport { operation, failure: TransportFailure::NotTheService { status: response.status } }
}

/// How long the answer asks to wait (RFC 9110 §10.2.3, in seconds; the form with a date is not used by the service).
pub(super) fn retry_after(response: &HttpResponse) -> Option<Duration> {
    response.header("retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

/// When the answer was made. A moment before 2020 or after 2100 is no time that a service has.
pub(super) fn date(response: &HttpResponse) -> Option<SystemTime> {
    httpdate::parse_http_date(response.header("date")?).ok().filter(|date| is_plausible(*date))
}

/// The exception that the answer names, if it names one.
fn exception(operation: &'static str, response: &HttpResponse, body: &[u8]) -> Option<ServiceError> {
    let text_in_header = response.header("x-amzn-errormessage");
    let body = if body.is_empty() && text_in_header.is_some() {
        json::Members::new()
    } else {
        // Half an answer, or another one than the service's, is no verdict, whatever its headers say.
        json::members(std::str::from_utf8(body).ok()?)?
    };
    let in_body = |key| json::text(&body, key);
    let name_in_body = |key| in_body(key).as_deref().and_then(name_of).map(str::to_owned);
    let exception = name_in_header(response)
        .map(str::to_owned)
        .or_else(|| name_in_body("__type"))
        .or_else(|| name_in_body("code"))?;
    let text = in_body("message").or_else(|| in_body("Message"));
    let text = text.as_deref().or(text_in_header).unwrap_or_default();
    // What the app's own trigger says is for the app to word.
    let is_the_apps = exception == "UserLambdaValidationException";
    let error = ServiceError {
        operation,
        exception,
        text: if is_the_apps { text.to_owned() } else { without_values(text) },
        status: response.status,
        request_id: response.header("x-amzn-requestid").map(str::to_owned),
    };
    // Proxies use words like these too; a verdict on a session must be spelt as the service spells it.
    let ends_sessions = meaning_of(&error).verdict == Verdict::EndsSession;
    (error.exception.ends_with("Exception") || !ends_sessions).then_some(error)
}

fn name_in_header(response: &HttpResponse) -> Option<&str> {
    response.header("x-amzn-errortype").and_then(name_of)
}

/// The exception's name without what may stand around it: a namespace before, an address after. Things in between that
/// fill the header in with nothing, or with a dash, have named no exception.
fn name_of(named: &str) -> Option<&str> {
    let name = named.split(':').next()?.trim();
    let name = name.rsplit(['#', '.']).next()?;
    (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(name)
}

fn may_be_json(response: &HttpResponse) -> bool {
    response.header("content-type").is_none_or(|kind| kind.contains("json"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};

    use super::*;
    use crate::protocol::user_pool::Nothing;
    use crate::support::clock::from_unix_seconds;

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
    fn a_header_that_names_nothing_hides_nothing() {
        for nothing in ["", "-", " ", ":", "n/a", "-:http://internal.amazon.com/"] {
            let headers = &[("x-amzn-errortype", nothing)] as &[_];
            let typed = answer(400, headers, r#"{"__type":"CodeMismatchException","message":"m"}"#);
            assert_eq!(named(&typed), Some(("CodeMismatchException", "m")), "{nothing:?}");
            let coded = answer(400, headers, r#"{"__type":"-","code":"CodeMismatchException","message":"m"}"#);
            assert_eq!(named(&coded), Some(("CodeMismatchException", "m")), "{nothing:?}");
            assert!(answer(200, headers, r#"{"Username":"ann"}"#).is_ok(), "{nothing:?}");
        }
    }

    #[test]
    fn what_is_odd_beside_the_name_hides_nothing() {
        for body in [
            "\u{feff}{\"__type\":\"XException\",\"message\":\"m\"}",
            r#"{"more":1.5e400,"__type":"XException","message":"m"}"#,
            r#"{"more":"\ud83d","__type":"XException","message":"m"}"#,
            &format!(r#"{{"more":{}{},"__type":"XException","message":"m"}}"#, "[".repeat(500), "]".repeat(500)),
        ] {
            assert_eq!(named(&answer(400, &[], body)), Some(("XException", "m")), "{body}");
        }
        assert!(answer(200, &[], "\u{feff}{}").is_ok());
        assert_eq!(answer(200, &[], r#"{"a":"\ud83d"}"#).unwrap()["a"], "\u{fffd}");
    }

    #[test]
    fn a_moment_before_2020_or_after_2100_is_no_time() {
        let at = |value| date(&response(200, &[("Date", value)], ""));
        assert_eq!(at("Mon, 05 Jan 2026 09:03:07 GMT"), Some(from_unix_seconds(1_767_603_787)));
        for wrong in [
            "Fri, 31 Dec 9999 23:59:59 GMT",
            "Fri, 01 Jan 2100 00:00:00 GMT",
            "Tue, 31 Dec 2019 23:59:59 GMT",
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "yesterday",
            "",
        ] {
            assert_eq!(at(wrong), None, "{wrong}");
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
