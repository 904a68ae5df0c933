use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use super::form::Form;
use super::role::Role;
use crate::aws::AwsError;
use crate::aws::xml::element;
use crate::identities::credentials::{self, Grant};
use crate::identities::{roles, tags};
use crate::logins::{OWN_PROVIDER, OwnTokenFlaw, read_own_token};
use crate::service::Service;
use crate::store::identity_pools;

const TIME: &[BorrowedFormatItem<'static>] = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

/// The role's trust policy is that it is one of the identity pool's.
pub(super) async fn run(service: &Service, form: &Form) -> Result<String, AwsError> {
    let role_arn = text(form, "RoleArn", 20, 2048, |_| true)?;
    let session = text(form, "RoleSessionName", 2, 64, |c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c))?;
    let token = text(form, "WebIdentityToken", 4, 20_000, |_| true)?;
    let seconds = duration(form)?;
    let (own, pool_id) = read_own_token(service, token).await?.map_err(|flaw| match flaw {
        OwnTokenFlaw::NoToken => invalid_token(
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
        ),
        OwnTokenFlaw::Foreign => invalid_token("Couldn't verify signed token."),
        OwnTokenFlaw::Expired => {
            AwsError::bad_request("ExpiredTokenException", "Token expired: it can be used no longer.")
        }
    })?;
    let pool = service.store.read(|db| identity_pools::by_id(db, &pool_id)).map_err(|_| denied())?;
    if !roles::trusts(&pool, role_arn, own.authenticated) {
        return Err(denied());
    }
    let grant = Grant {
        identity_id: own.identity_id.clone(),
        pool_id: pool_id.clone(),
        role_arn: role_arn.to_owned(),
        session_name: session.to_owned(),
        seconds,
        tags: tags::told(&own.claims),
    };
    let given = credentials::issue(service, grant)?;
    let role = Role::of(role_arn);
    let ends = OffsetDateTime::from_unix_timestamp(given.ends_s).ok().and_then(|time| time.format(TIME).ok());
    let parts = [
        ("AccessKeyId", given.access_key_id.as_str()),
        ("SecretAccessKey", &given.secret),
        ("SessionToken", &given.session_token),
        ("Expiration", &ends.unwrap_or_default()),
    ];
    let credentials: String = parts.into_iter().map(|(name, text)| element(name, text)).collect();
    let user =
        [element("AssumedRoleId", &role.session_id(session)), element("Arn", &role.session_arn(session))].concat();
    Ok(format!(
        "<Credentials>{credentials}</Credentials><AssumedRoleUser>{user}</AssumedRoleUser>{}{}{}",
        element("SubjectFromWebIdentityToken", &own.identity_id),
        element("Provider", OWN_PROVIDER),
        element("Audience", &pool_id),
    ))
}

fn duration(form: &Form) -> Result<i64, AwsError> {
    let Some(text) = form.get("DurationSeconds") else { return Ok(credentials::LIFE_S) };
    let seconds = text.parse().ok().filter(|seconds| (900..=43_200).contains(seconds));
    seconds.ok_or_else(|| invalid("durationSeconds", "Member must have value from 900 to 43200"))
}

fn text<'a>(form: &'a Form, name: &str, min: usize, max: usize, fits: fn(char) -> bool) -> Result<&'a str, AwsError> {
    let member = name.chars().next().map(|first| first.to_ascii_lowercase()).into_iter().chain(name.chars().skip(1));
    let member: String = member.collect();
    let Some(text) = form.get(name) else { return Err(invalid(&member, "Member must not be null")) };
    let length = text.chars().count();
    if length < min {
        return Err(invalid(&member, &format!("Member must have length greater than or equal to {min}")));
    }
    if length > max {
        return Err(invalid(&member, &format!("Member must have length less than or equal to {max}")));
    }
    if !text.chars().all(fits) {
        return Err(invalid(&member, "Member must satisfy regular expression pattern: [\\w+=,.@-]*"));
    }
    Ok(text)
}

fn invalid(member: &str, rule: &str) -> AwsError {
    let text = format!("1 validation error detected: Value at '{member}' failed to satisfy constraint: {rule}");
    AwsError::bad_request("ValidationError", text)
}

fn invalid_token(text: &str) -> AwsError {
    AwsError::bad_request("InvalidIdentityToken", text)
}

fn denied() -> AwsError {
    AwsError::forbidden("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
}
