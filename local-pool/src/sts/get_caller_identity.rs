use super::role::Role;
use crate::aws::xml::element;
use crate::aws::{self, AwsError, Incoming, Style};
use crate::service::Service;

pub(super) fn run(service: &Service, request: &Incoming<'_>) -> Result<String, AwsError> {
    let holder = aws::verify(service, Style::Sts, request)?;
    let role = Role::of(&holder.role_arn);
    Ok([
        element("Arn", &role.session_arn(&holder.session_name)),
        element("UserId", &role.session_id(&holder.session_name)),
        element("Account", role.account),
    ]
    .concat())
}
