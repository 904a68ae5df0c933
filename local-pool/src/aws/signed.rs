//! Checking the signature of a request by the credentials that this server has given.

use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use super::error::AwsError;
use crate::crypto::sigv4::{Authorization, PathEncoding, Request};
use crate::crypto::{hex, sha256};
use crate::identities::credentials::{self, Flaw, Holder};
use crate::service::Service;

/// How far the time of a request may be off.
const SKEW_S: i64 = 15 * 60;
const TIME: &[BorrowedFormatItem<'static>] = format_description!("[year][month][day]T[hour][minute][second]Z");
const EMPTY_QUERY: &str = "";

/// A request as it came.
pub(crate) struct Incoming<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub query: Option<&'a str>,
    /// Names in small letters.
    pub headers: &'a [(String, String)],
    pub body: &'a [u8],
}

/// How a service signs, and what it says to refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Sts,
    S3,
}

impl Incoming<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Whose request it is.
pub(crate) fn verify(service: &Service, style: Style, request: &Incoming<'_>) -> Result<Holder, AwsError> {
    let authorization = request.header("authorization").ok_or_else(|| style.unsigned())?;
    let authorization = Authorization::read(authorization).ok_or_else(|| style.malformed())?;
    let time = request.header("x-amz-date").unwrap_or_default();
    let at_s = seconds_of(time).ok_or_else(|| style.malformed())?;
    let token = request.header("x-amz-security-token").ok_or_else(|| style.foreign())?;
    let known = credentials::read(service, &authorization.access_key_id, token)?;
    let (holder, secret) = known.map_err(|flaw| match flaw {
        Flaw::Foreign => style.foreign(),
        Flaw::Expired => style.expired(),
    })?;
    let now_s = service.now_ms().div_euclid(1000);
    if (now_s - at_s).abs() > SKEW_S {
        return Err(style.skewed(at_s, now_s));
    }
    check_scope(style, &authorization, time)?;
    let signed = request.headers.iter().map(|(name, _)| name).filter(|name| style.has_to_be_signed(name));
    if let Some(name) = signed.into_iter().find(|name| !authorization.signs(name)) {
        return Err(AwsError::forbidden("AccessDenied", format!("The header {name} is not signed.")));
    }
    let payload = style.payload(request)?;
    let signed = Request {
        method: request.method,
        path: request.path,
        query: request.query.unwrap_or(EMPTY_QUERY),
        headers: request.headers,
        payload: &payload,
        time,
        path_encoding: if style == Style::S3 { PathEncoding::Once } else { PathEncoding::Twice },
    };
    if authorization.is_of(&signed, &secret) { Ok(holder) } else { Err(mismatch()) }
}

fn check_scope(style: Style, authorization: &Authorization, time: &str) -> Result<(), AwsError> {
    let service = if style == Style::S3 { "s3" } else { "sts" };
    if authorization.service != service {
        let text = format!("Credential should be scoped to correct service: '{service}'.");
        return Err(AwsError::forbidden("SignatureDoesNotMatch", text));
    }
    if !time.starts_with(&authorization.date) {
        let text = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.";
        return Err(AwsError::forbidden("SignatureDoesNotMatch", text));
    }
    Ok(())
}

fn mismatch() -> AwsError {
    let text = "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                Access Key and signing method. Consult the service documentation for details.";
    AwsError::forbidden("SignatureDoesNotMatch", text)
}

impl Style {
    fn unsigned(self) -> AwsError {
        match self {
            Self::Sts => AwsError::forbidden("MissingAuthenticationToken", "Request is missing Authentication Token"),
            Self::S3 => AwsError::forbidden("AccessDenied", "Access Denied"),
        }
    }

    fn malformed(self) -> AwsError {
        let text = "The Authorization header or the X-Amz-Date header is missing or malformed.";
        match self {
            Self::Sts => AwsError::bad_request("IncompleteSignature", text),
            Self::S3 => AwsError::bad_request("AuthorizationHeaderMalformed", text),
        }
    }

    fn foreign(self) -> AwsError {
        let text = match self {
            Self::Sts => "The security token included in the request is invalid.",
            Self::S3 => "The AWS Access Key Id you provided does not exist in our records.",
        };
        AwsError::forbidden(if self == Self::S3 { "InvalidAccessKeyId" } else { "InvalidClientTokenId" }, text)
    }

    fn expired(self) -> AwsError {
        match self {
            Self::Sts => AwsError::forbidden("ExpiredToken", "The security token included in the request is expired"),
            Self::S3 => AwsError::bad_request("ExpiredToken", "The provided token has expired."),
        }
    }

    fn skewed(self, at_s: i64, now_s: i64) -> AwsError {
        if self == Self::S3 {
            let text = "The difference between the request time and the current time is too large.";
            return AwsError::forbidden("RequestTimeTooSkewed", text);
        }
        let (at, now) = (text_of(at_s), text_of(now_s));
        let text = if at_s < now_s {
            format!("Signature expired: {at} is now earlier than {} ({now} - 15 min.)", text_of(now_s - SKEW_S))
        } else {
            format!("Signature not yet current: {at} is still later than {} ({now} + 15 min.)", text_of(now_s + SKEW_S))
        };
        AwsError::forbidden("SignatureDoesNotMatch", text)
    }

    fn has_to_be_signed(self, header: &str) -> bool {
        match header {
            "host" | "x-amz-date" | "x-amz-security-token" => true,
            header => self == Self::S3 && header.starts_with("x-amz-"),
        }
    }

    /// What stands for the body.
    fn payload(self, request: &Incoming<'_>) -> Result<String, AwsError> {
        let actual = hex(&sha256(&[request.body]));
        match request.header("x-amz-content-sha256") {
            None if self == Self::S3 => Err(AwsError::bad_request(
                "InvalidRequest",
                "Missing required header for this request: x-amz-content-sha256",
            )),
            Some("UNSIGNED-PAYLOAD") if self == Self::S3 => Ok("UNSIGNED-PAYLOAD".into()),
            Some(said) if said.starts_with("STREAMING-") => {
                let text = "Bodies in signed chunks are not taken: send the SHA-256 of the whole body.";
                Err(AwsError::bad_request("NotImplemented", text))
            }
            Some(said) if said != actual => {
                let text = "The provided 'x-amz-content-sha256' header does not match what was computed.";
                Err(AwsError::bad_request("XAmzContentSHA256Mismatch", text))
            }
            _ => Ok(actual),
        }
    }
}

fn seconds_of(time: &str) -> Option<i64> {
    Some(PrimitiveDateTime::parse(time, TIME).ok()?.assume_utc().unix_timestamp())
}

/// A time as SigV4 writes it.
fn text_of(seconds: i64) -> String {
    let time = OffsetDateTime::from_unix_timestamp(seconds).ok();
    time.and_then(|time| time.format(TIME).ok()).unwrap_or_default()
}
