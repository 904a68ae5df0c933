//! Answers to a refresh, with their exceptions. An input is written like an HTTP answer: the status, the headers, an empty
//! line, the body.

use portcullis::HttpResponse;
use portcullis::fuzzing::{Verdict, judge_answer, members};
use serde_json::json;

use super::SECRET;

/// The exceptions that end a session whatever their text says, spelt out here a second time on purpose.
const ALWAYS_ENDING: [&str; 4] = [
    "PasswordResetRequiredException",
    "RefreshTokenReuseException",
    "UserNotConfirmedException",
    "UserNotFoundException",
];
/// The one that ends it with one of these texts.
const NOT_AUTHORIZED: &str = "NotAuthorizedException";
const ENDING_TEXTS: [&str; 4] =
    ["User is disabled", "Refresh Token", "Access Token has been revoked", "Access Token has expired"];

pub fn check(input: &[u8]) {
    let response = response(input);
    match judge_answer(&response) {
        Verdict::Exception { name, ends_the_session: true, .. } => ended(&response, &name),
        Verdict::Exception { name, .. } => {
            assert!(!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{name:?}");
        }
        Verdict::Result(_) => assert_eq!(response.status, 200),
        Verdict::NotTheService => {}
        Verdict::Other(what) => panic!("an answer is no {what}"),
    }
    refused_values(&response);
}

/// A session ends only for a listed exception that the answer spells completely.
fn ended(response: &HttpResponse, name: &str) {
    let body = members(&response.body);
    let text_in = |key| serde_json::from_str::<String>(body.as_ref()?.get(key)?).ok();
    let header = response.header("x-amzn-errortype").map(str::to_owned);
    let spelt = [header, text_in("__type"), text_in("code")].into_iter().flatten().find(|named| is_a_name(named));
    let spelt = spelt.unwrap_or_default();
    let whole = spelt.split(':').next().unwrap_or_default().trim();
    let ends = [name.to_owned(), format!("#{name}"), format!(".{name}")];
    assert!(whole == name || ends[1..].iter().any(|end| whole.ends_with(end)), "{spelt:?} was taken for {name}");

    let by_header = response.body.is_empty() && response.header("x-amzn-errormessage").is_some();
    assert!(body.is_some() || by_header, "half an answer ended the session");
    let in_header = || response.header("x-amzn-errormessage").map(str::to_owned);
    let text = text_in("message").or_else(|| text_in("Message")).or_else(in_header).unwrap_or_default();
    let by_text = name == NOT_AUTHORIZED && ENDING_TEXTS.iter().any(|ending| text.contains(ending));
    assert!(ALWAYS_ENDING.contains(&name) || by_text, "{name} ({text:?}) ended the session");
}

/// Whatever surrounds it, a value that the service refused and quotes is shown nowhere. One that holds the end of such a
/// sentence itself cannot be told from two sentences.
fn refused_values(response: &HttpResponse) {
    let noise = String::from_utf8_lossy(&response.body);
    let (before, rest) = halves(&noise);
    let (inside, after) = halves(rest);
    if noise.contains(SECRET) || inside.contains("' failed to satisfy constraint") {
        return;
    }
    let text = format!(
        "{before}Value '{inside}{SECRET}' at 'password' failed to satisfy constraint: Member must not be {after}"
    );
    let body = json!({ "__type": "InvalidParameterException", "message": text }).to_string();
    match judge_answer(&HttpResponse::new(400, Vec::new(), body.into_bytes())) {
        Verdict::Exception { shown, .. } => {
            for shown in shown {
                assert!(!shown.contains(SECRET), "{shown:?} shows the value in {text:?}");
            }
        }
        other => panic!("an exception was taken for {other:?}"),
    }
}

fn response(input: &[u8]) -> HttpResponse {
    let end = input.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = end.map_or((input, &[][..]), |end| (&input[..end], &input[end + 2..]));
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.trim().parse().ok()).unwrap_or(400);
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_owned(), value.to_owned()));
    HttpResponse::new(status, headers.collect(), body.to_vec())
}

/// Whether it names an exception: a header of nothing, or of a dash, does not.
fn is_a_name(named: &str) -> bool {
    let name = named.split(':').next().unwrap_or_default().trim();
    let name = name.rsplit(['#', '.']).next().unwrap_or_default();
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn halves(text: &str) -> (&str, &str) {
    let middle = (text.len() / 2..).find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    text.split_at(middle)
}
