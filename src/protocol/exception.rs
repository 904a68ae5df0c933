//! Reading an answer: the service's result, its exception, or something that is not the service at all.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::transport::HttpResponse;
use crate::error::{Error, Result, ServiceError, TransportFailure};

/// The answer's value, or the failure that it is.
pub(super) fn read<T: DeserializeOwned>(operation: &'static str, response: &HttpResponse) -> Result<T> {
    let not_the_service =
        || Error::Transport { operation, failure: TransportFailure::NotTheService { status: response.status } };
    if response.status == 200 && response.header("x-amzn-errortype").is_none() {
        // Operations without an output shape answer nothing at all.
        let body: &[u8] = if response.body.is_empty() && is_json(response) { b"{}" } else { &response.body };
        return serde_json::from_slice(body).map_err(|_| not_the_service());
    }
    Err(exception(operation, response).map_or_else(not_the_service, Error::Service))
}

#[derive(Default, Deserialize)]
struct Body {
    #[serde(rename = "__type")]
    kind: Option<String>,
    code: Option<String>,
    #[serde(alias = "Message")]
    message: Option<String>,
}

/// The exception that the answer names, if it names one.
fn exception(operation: &'static str, response: &HttpResponse) -> Option<ServiceError> {
    let body: Option<Body> = serde_json::from_slice(&response.body).ok();
    let header = response.header("x-amzn-errortype");
    let body = body.or_else(|| header.map(|_| Body::default()))?;
    let named = header.map(str::to_owned).or(body.kind).or(body.code)?;
    let name = named.split(':').next().unwrap_or_default();
    let name = name.rsplit(['#', '.']).next().unwrap_or_default();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let text = body.message.or_else(|| response.header("x-amzn-errormessage").map(str::to_owned)).unwrap_or_default();
    Some(ServiceError {
        operation,
        exception: name.to_owned(),
        text,
        status: response.status,
        request_id: response.header("x-amzn-requestid").map(str::to_owned),
    })
}

fn is_json(response: &HttpResponse) -> bool {
    response.header("content-type").is_none_or(|kind| kind.contains("json"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use zeroize::Zeroizing;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Result<Value> {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        read("GetUser", &HttpResponse { status, headers, body: Zeroizing::new(body.as_bytes().to_vec()) })
    }

    fn named(result: &Result<Value>) -> Option<(&str, &str)> {
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
    }

    #[test]
    fn what_is_not_the_service() {
        for (status, body) in [
            (200, "<html>log in to this network</html>"),
            (200, "{\"a\":"),
            (400, "{\"message\":\"no name\"}"),
            (302, ""),
            (503, "<html>503</html>"),
        ] {
            let result = answer(status, &[("content-type", "text/html")], body);
            let expected = TransportFailure::NotTheService { status };
            assert_eq!(result, Err(Error::Transport { operation: "GetUser", failure: expected }), "{body}");
        }
        assert_eq!(answer(200, &[], ""), Ok(serde_json::json!({})));
    }
}
