//! Verification by a link in place of a code, where the pool's `DefaultEmailOption` is `CONFIRM_WITH_LINK`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::User;
use super::occasion::Occasion;
use crate::pools::Pool;
use crate::service::Service;

/// What is encoded in a query (RFC 3986, section 2.3).
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const OPEN: &str = "{##";
const CLOSE: &str = "##}";

/// Whether the e-mail of an occasion has a link.
pub(crate) fn takes_link(pool: &Pool, occasion: Occasion) -> bool {
    let option = pool.settings.verification_message_template.default_email_option.as_str();
    option == "CONFIRM_WITH_LINK" && matches!(occasion, Occasion::SignUp | Occasion::Resend)
}

/// Whether a text has the placeholder `{##…##}` for a link.
pub(crate) fn has_placeholder(text: &str) -> bool {
    parts(text).is_some()
}

/// Puts the link in the place of its placeholder.
pub(crate) fn fill(service: &Service, client_id: &str, user: &User, code: &str, text: &str) -> String {
    let Some((before, label, after)) = parts(text) else { return text.to_owned() };
    let (endpoint, name) = (&service.endpoint, utf8_percent_encode(&user.username, QUERY));
    let address = format!("{endpoint}/confirmUser?client_id={client_id}&user_name={name}&confirmation_code={code}");
    format!("{before}<a href={address}>{label}</a>{after}")
}

/// What is before, in and after the first placeholder. `{####}`, which has no label, is the one for codes.
fn parts(text: &str) -> Option<(&str, &str, &str)> {
    let starts = text.match_indices(OPEN).map(|(index, _)| index);
    starts
        .filter_map(|index| {
            let (label, after) = text[index + OPEN.len()..].split_once(CLOSE)?;
            (!label.is_empty()).then_some((&text[..index], label, after))
        })
        .next()
}
