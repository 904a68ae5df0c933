//! AWS's published examples, another signer's word, and what is refused.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sigv4::http_request as theirs;
use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::storage::identity_record::{CredentialsRecord, IdentityRecord};
use crate::support::clock::from_unix_seconds;

const NOW: i64 = 1_440_938_160;

#[derive(Deserialize)]
struct Vectors {
    access_key_id: String,
    secret_access_key: String,
    region: String,
    service: String,
    time: String,
    unix_seconds: i64,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
    canonical: String,
    signature: Option<String>,
    /// What was sent is encoded once more.
    #[serde(default)]
    twice: bool,
    #[serde(default)]
    normalize: bool,
    #[serde(default)]
    sign_body: bool,
    token: Option<String>,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../tests/vectors/sigv4.json")).unwrap()
}

#[test]
fn signatures_are_those_of_the_published_examples() {
    let vectors = vectors();
    assert_eq!((vectors.cases.len(), vectors.unix_seconds), (39, NOW));
    assert_eq!(time(from_unix_seconds(NOW)), vectors.time);
    for case in &vectors.cases {
        let (path, query) = case.target.split_once('?').unwrap_or((&case.target, ""));
        // The examples that normalize encode a path that was not encoded before.
        let plain = String::from_utf8(decoded(path)).unwrap();
        let (path, rule) = match (case.twice, case.normalize) {
            (true, _) => (path, PathRule::Normalized),
            (false, true) => (plain.as_str(), PathRule::Normalized),
            (false, false) => (path, PathRule::AsItIs),
        };
        let headers = case.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.as_str())).collect();
        let request = Checked { host: String::new(), path, query, headers };
        // These two are of another day, and without a signature.
        let time = if case.twice { "20210511T154045Z" } else { &vectors.time };
        let hash = hex::lower(&*sha256(&[case.body.as_bytes()]));
        let mut added = vec![(DATE, time.to_owned())];
        added.extend(case.token.iter().map(|token| (TOKEN, token.clone())));
        added.extend(case.sign_body.then(|| (BODY_HASH, hash.clone())));
        let headers = signed_headers(&request, &added);
        let text = canonical(&case.method, &request, rule, &headers, &hash);
        assert_eq!(text, case.canonical, "{}", case.name);
        let scope = Scope { time, region: &vectors.region, service: &vectors.service };
        let signature = scope.signature(&text, &vectors.secret_access_key);
        if let Some(expected) = &case.signature {
            assert_eq!(signature, *expected, "{}", case.name);
            assert_eq!(
                scope.authorization(&vectors.access_key_id, &headers, expected),
                format!(
                    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                     SignedHeaders={}, Signature={expected}",
                    text.rsplit('\n').nth(1).unwrap()
                )
            );
        }
    }
}

fn credentials() -> AwsCredentials {
    let credentials = CredentialsRecord {
        access_key_id: "ASIAEXAMPLE".to_owned(),
        secret_access_key: "a secret/key+".into(),
        session_token: "the/session+token==".into(),
        custom_role_arn: None,
        received_at: 0,
        expires_at: i64::MAX,
        unknown: serde_json::Map::new(),
    };
    AwsCredentials::of(&IdentityRecord {
        identity_pool_id: String::new(),
        identity_id: String::new(),
        owner: None,
        credentials: Some(credentials),
        unknown: serde_json::Map::new(),
    })
    .unwrap()
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW.unsigned_abs())
}

fn signed(request: &AwsRequest) -> HashMap<String, String> {
    sign(request, &credentials(), now()).unwrap()
}

fn refused(request: &AwsRequest) -> InputError {
    sign(request, &credentials(), now()).unwrap_err()
}

fn get(url: &str) -> AwsRequest {
    AwsRequest::new("GET", url, "eu-west-1", "execute-api")
}

/// As the AWS SDK for Rust signs it.
fn as_the_sdk_signs_it(request: &AwsRequest) -> HashMap<String, String> {
    let ours = credentials();
    let identity = aws_sdk_sts::config::Credentials::new(
        ours.access_key_id(),
        ours.secret_access_key(),
        Some(ours.session_token().to_owned()),
        None,
        "test",
    )
    .into();
    let mut settings = theirs::SigningSettings::default();
    if request.service == "s3" {
        settings.percent_encoding_mode = theirs::PercentEncodingMode::Single;
        settings.payload_checksum_kind = theirs::PayloadChecksumKind::XAmzSha256;
        settings.uri_path_normalization_mode = theirs::UriPathNormalizationMode::Disabled;
    }
    let parameters = aws_sigv4::sign::v4::SigningParams::builder()
        .identity(&identity)
        .region(&request.region)
        .name(&request.service)
        .time(now())
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let body = theirs::SignableBody::Bytes(&request.body);
    let signable = theirs::SignableRequest::new(&request.method, &request.url, headers, body).unwrap();
    let (instructions, _) = theirs::sign(signable, &parameters).unwrap().into_parts();
    instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

proptest! {
    #[test]
    fn the_aws_sdk_for_rust_signs_the_same(
        method in "GET|PUT|POST|DELETE",
        // S3 encodes what came anew, and the SDK sends it so that nothing changes.
        (service, path) in prop_oneof![
            (Just("execute-api"), "(/([A-Za-z0-9~_@:!$'(),;=-]|%[3-7][0-9A-F]|%2[0-9A-DF]|%C3%A4|\\.){0,6}){0,4}"),
            (Just("s3"), "(/([A-Za-z0-9~_-]|%2[0-9A-C]|%3[A-F]|%C3%A4|a\\.){0,6}){0,4}"),
        ],
        query in "([a-z~-]{1,3}(=([A-Za-z0-9/:.@-]|%2B|%20|%C3%A4){0,4})?){0,1}(&[a-c]{1,2}=[0-9]{0,2}){0,3}",
        port in prop::option::of(1024..65_535_u16),
        headers in prop::collection::hash_map("x-[a-z]{1,6}|content-type|user-agent", "[a-z\"=,]( {0,3}[a-z0-9/]){0,4} ?", 0..4),
        body in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let query = if query.is_empty() { query } else { format!("?{query}") };
        let url = format!("https://example.amazonaws.com{port}{path}{query}");
        let request = AwsRequest { headers, ..AwsRequest::new(method, url, "eu-west-1", service).body(body) };
        let lower = signed(&request).into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value));
        prop_assert_eq!(lower.collect::<HashMap<_, _>>(), as_the_sdk_signs_it(&request));
    }
}

#[test]
fn gives_the_headers_that_the_request_lacks() {
    let headers = signed(&get("https://abc.execute-api.eu-west-1.amazonaws.com/pets?b=2&a=1"));
    let mut names: Vec<_> = headers.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["Authorization", "X-Amz-Date", "X-Amz-Security-Token"]);
    assert_eq!(headers["X-Amz-Security-Token"], credentials().session_token());
    assert!(headers["Authorization"].contains("SignedHeaders=host;x-amz-date;x-amz-security-token, "));
    for service in ["s3", "s3express", "s3-outposts"] {
        let request = AwsRequest { service: service.to_owned(), ..get("https://b.s3.amazonaws.com/k").body("hello") };
        assert_eq!(signed(&request)["X-Amz-Content-Sha256"], hex::lower(&*sha256(&[b"hello"])));
        let unread = signed(&request.clone().header("X-AMZ-Content-SHA256", "UNSIGNED-PAYLOAD"));
        assert!(!unread.contains_key("X-Amz-Content-Sha256"));
        let another = AwsRequest { body: b"another".to_vec(), ..request.clone() };
        assert_ne!(signed(&request), signed(&another));
        assert_eq!(unread, signed(&another.header("x-amz-content-sha256", "UNSIGNED-PAYLOAD")));
    }
    assert!(!signed(&AwsRequest { service: "s3vectors".to_owned(), ..get("https://a.b/") }).contains_key(BODY_HASH));
}

#[test]
fn old_signatures_and_what_changes_on_the_way_are_not_signed() {
    let plain = get("https://example.org/");
    let old = ["authorization", "X-AMZ-DATE", "x-amz-security-token", "User-Agent", "Connection", "x-amzn-trace-id"];
    let again = old.iter().fold(plain.clone(), |request, name| request.header(*name, "old"));
    assert_eq!(signed(&again), signed(&plain));
    // Everything else counts.
    for other in [
        plain.clone().header("accept", "a/b"),
        plain.clone().header("host", "example.com"),
        plain.clone().body("x"),
        AwsRequest { method: "PUT".to_owned(), ..plain.clone() },
        AwsRequest { region: "eu-west-2".to_owned(), ..plain.clone() },
        AwsRequest { service: "sts".to_owned(), ..plain.clone() },
        get("https://example.org:444/"),
        get("https://example.org/a"),
        get("https://example.org/?a"),
    ] {
        assert_ne!(signed(&other)["Authorization"], signed(&plain)["Authorization"], "{other:?}");
    }
    for same in
        ["https://example.org:443/", "https://example.org", "https://example.org/#part", "https://example.org/?"]
    {
        assert_eq!(signed(&get(same)), signed(&plain), "{same}");
    }
}

#[test]
fn what_clients_would_send_in_different_ways_is_refused_by_its_field() {
    let good = get("http://127.0.0.1:9229/");
    assert!(sign(&good, &credentials(), now()).is_ok());
    for url in [
        "",
        "/path",
        "example.org/",
        "https:example.org",
        "https:/example.org/?://",
        "ftp://example.org/",
        "http://example.org/",
        "http://localhost.example.org/",
        "https://ann@example.org/",
        "https://ann:pass@example.org/",
        "https://example.org/a b",
        "https://example.org/ä",
        "https://exämple.org/",
        "https://example.org/\n",
        "https://example.org\\a",
        "https://example.org/100%",
        "https://example.org/%4",
        "https://example.org/?a=%zz",
        "https://example.org/?a=b+c",
        "https://example.org/a/%2E./b",
        "https://example.org/%2e",
    ] {
        assert_eq!(refused(&get(url)).field, "url", "{url}");
    }
    assert_eq!(signed(&get("https://example.org/a/../b/.")), signed(&get("https://example.org/b/")));
    for url in ["https://example.org/a/../b", "https://example.org/./b", "https://example.org/a/.."] {
        let object = AwsRequest { service: "s3".to_owned(), ..get(url) };
        assert_eq!(refused(&object).field, "url", "{url}");
    }
    for method in ["", "get", "GET ", "GE\nT"] {
        assert_eq!(refused(&AwsRequest { method: method.to_owned(), ..good.clone() }).field, "method");
    }
    for bad in ["", "a/b", "a b", "ä"] {
        assert_eq!(refused(&AwsRequest { region: bad.to_owned(), ..good.clone() }).field, "region");
        assert_eq!(refused(&AwsRequest { service: bad.to_owned(), ..good.clone() }).field, "service");
    }
    for (name, value) in [("", "a"), ("a b", "a"), ("a:", "a"), ("x", "a\r\nevil: yes"), ("x", "ä"), ("x", "\0")] {
        let error = refused(&good.clone().header(name, value));
        assert_eq!(error.field, "headers", "{name}: {value}");
        assert!(!error.problem.contains("evil"));
    }
    assert_eq!(refused(&good.header("X-A", "1").header("x-a", "1")).field, "headers");
}
