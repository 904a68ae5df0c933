//! `/_local/s3`: objects that credentials are good for. SDKs reach it as an endpoint of S3 with path-style addresses.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::routing::any;

use crate::aws::{self, AwsError, Incoming, Style, xml};
use crate::objects::Object;
use crate::server::app::{App, stamp};
use crate::server::sts;
use crate::wire::answer;

pub(super) fn router() -> Router<App> {
    Router::new().route("/s3/{bucket}/{*key}", any(object))
}

async fn object(
    State(app): State<App>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    Path((bucket, key)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let outcome = handle(&app, &method, &uri, &format!("{bucket}/{key}"), &headers, body);
    outcome.unwrap_or_else(|error| {
        let stamp = stamp(&app);
        let parts = [
            xml::element("Code", error.code),
            xml::element("Message", &error.text),
            xml::element("RequestId", &stamp.request_id),
        ];
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
        let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>{}</Error>", parts.concat());
        sts::xml(status, body, &stamp)
    })
}

fn handle(
    app: &App,
    method: &Method,
    uri: &Uri,
    path: &str,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Response<Body>, AwsError> {
    let plain = sts::plain(headers);
    let request =
        Incoming { method: method.as_str(), path: uri.path(), query: uri.query(), headers: &plain, body: &body };
    aws::verify(&app.service, Style::S3, &request)?;
    let content_type = || headers.get(header::CONTENT_TYPE)?.to_str().ok().map(str::to_owned);
    let stored = match method.as_str() {
        "PUT" => {
            let object = Object { bytes: body.to_vec(), content_type: content_type() };
            let etag = object.etag();
            app.objects.put(path, object)?;
            return Ok(shown(app, Vec::new(), &etag, None));
        }
        "GET" | "HEAD" => app.objects.get(path)?,
        "DELETE" => {
            app.objects.delete(path);
            let mut response = answer::plain_text(Body::empty(), &stamp(app));
            *response.status_mut() = StatusCode::NO_CONTENT;
            return Ok(response);
        }
        _ => {
            let text = "The specified method is not allowed against this resource.";
            return Err(AwsError::new(405, "MethodNotAllowed", text));
        }
    };
    let etag = stored.etag();
    Ok(shown(app, stored.bytes, &etag, stored.content_type.as_deref()))
}

fn shown(app: &App, bytes: Vec<u8>, etag: &str, content_type: Option<&str>) -> Response<Body> {
    let mut response = answer::plain_text(bytes, &stamp(app));
    let kind = content_type.unwrap_or("application/octet-stream");
    for (name, value) in [(header::ETAG, etag), (header::CONTENT_TYPE, kind)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
