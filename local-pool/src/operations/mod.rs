//! The operations of the service, one file each, and their dispatch by name.

use serde_json::{Map, Value, json};

use crate::error::{Outcome, ServiceError};
use crate::paging::with_page;
use crate::service::Call;
use crate::wire::answer::Answer;
use crate::wire::{model, request};

mod pace;

macro_rules! operations {
    ($($name:literal => $module:ident),+ $(,)?) => {
        $(mod $module;)+

        /// The operations this server serves, by their names in `X-Amz-Target`, in alphabetical order.
        pub const OPERATIONS: &[&str] = &[$($name),+];

        /// Reads the request by the service's model and runs it.
        async fn dispatch(call: &Call, operation: &str, body: Map<String, Value>) -> Outcome<Answer> {
            match operation {
                $($name => {
                    let request = request::typed(body, model::members($name))?;
                    Box::pin($module::run(call, request)).await
                })+
                _ => Err(ServiceError::unknown_operation()),
            }
        }
    };
}

/// Runs an operation.
pub(crate) async fn run(call: &Call, operation: &str, body: Map<String, Value>) -> Outcome<Answer> {
    let leaves = pace::of(call, operation, &body);
    let answer = dispatch(call, operation, body).await;
    pace::keep(leaves).await;
    answer
}

/// As [`run`], of work that an operation would do: answers as late as that does where time must not tell who has an account.
pub(crate) async fn paced<T>(
    call: &Call,
    operation: &str,
    body: &Map<String, Value>,
    work: impl Future<Output = T>,
) -> T {
    let leaves = pace::of(call, operation, body);
    let answer = work.await;
    pace::keep(leaves).await;
    answer
}

operations! {
    "AddCustomAttributes" => add_custom_attributes,
    "AdminAddUserToGroup" => admin_add_user_to_group,
    "AdminConfirmSignUp" => admin_confirm_sign_up,
    "AdminCreateUser" => admin_create_user,
    "AdminDeleteUser" => admin_delete_user,
    "AdminDeleteUserAttributes" => admin_delete_user_attributes,
    "AdminDisableProviderForUser" => admin_disable_provider_for_user,
    "AdminDisableUser" => admin_disable_user,
    "AdminEnableUser" => admin_enable_user,
    "AdminForgetDevice" => admin_forget_device,
    "AdminGetDevice" => admin_get_device,
    "AdminGetUser" => admin_get_user,
    "AdminInitiateAuth" => admin_initiate_auth,
    "AdminLinkProviderForUser" => admin_link_provider_for_user,
    "AdminListDevices" => admin_list_devices,
    "AdminListGroupsForUser" => admin_list_groups_for_user,
    "AdminRemoveUserFromGroup" => admin_remove_user_from_group,
    "AdminResetUserPassword" => admin_reset_user_password,
    "AdminRespondToAuthChallenge" => admin_respond_to_auth_challenge,
    "AdminSetUserMFAPreference" => admin_set_user_mfa_preference,
    "AdminSetUserPassword" => admin_set_user_password,
    "AdminSetUserSettings" => admin_set_user_settings,
    "AdminUpdateDeviceStatus" => admin_update_device_status,
    "AdminUpdateUserAttributes" => admin_update_user_attributes,
    "AdminUserGlobalSignOut" => admin_user_global_sign_out,
    "AssociateSoftwareToken" => associate_software_token,
    "ChangePassword" => change_password,
    "CompleteWebAuthnRegistration" => complete_web_authn_registration,
    "ConfirmDevice" => confirm_device,
    "ConfirmForgotPassword" => confirm_forgot_password,
    "ConfirmSignUp" => confirm_sign_up,
    "CreateGroup" => create_group,
    "CreateIdentityProvider" => create_identity_provider,
    "CreateResourceServer" => create_resource_server,
    "CreateUserPool" => create_user_pool,
    "CreateUserPoolClient" => create_user_pool_client,
    "CreateUserPoolDomain" => create_user_pool_domain,
    "DeleteGroup" => delete_group,
    "DeleteIdentityProvider" => delete_identity_provider,
    "DeleteResourceServer" => delete_resource_server,
    "DeleteUser" => delete_user,
    "DeleteUserAttributes" => delete_user_attributes,
    "DeleteUserPool" => delete_user_pool,
    "DeleteUserPoolClient" => delete_user_pool_client,
    "DeleteUserPoolDomain" => delete_user_pool_domain,
    "DeleteWebAuthnCredential" => delete_web_authn_credential,
    "DescribeIdentityProvider" => describe_identity_provider,
    "DescribeResourceServer" => describe_resource_server,
    "DescribeUserPool" => describe_user_pool,
    "DescribeUserPoolClient" => describe_user_pool_client,
    "DescribeUserPoolDomain" => describe_user_pool_domain,
    "ForgetDevice" => forget_device,
    "ForgotPassword" => forgot_password,
    "GetDevice" => get_device,
    "GetGroup" => get_group,
    "GetIdentityProviderByIdentifier" => get_identity_provider_by_identifier,
    "GetTokensFromRefreshToken" => get_tokens_from_refresh_token,
    "GetUser" => get_user,
    "GetUserAttributeVerificationCode" => get_user_attribute_verification_code,
    "GetUserAuthFactors" => get_user_auth_factors,
    "GetUserPoolMfaConfig" => get_user_pool_mfa_config,
    "GlobalSignOut" => global_sign_out,
    "InitiateAuth" => initiate_auth,
    "ListDevices" => list_devices,
    "ListGroups" => list_groups,
    "ListIdentityProviders" => list_identity_providers,
    "ListResourceServers" => list_resource_servers,
    "ListUserPoolClients" => list_user_pool_clients,
    "ListUserPools" => list_user_pools,
    "ListUsers" => list_users,
    "ListUsersInGroup" => list_users_in_group,
    "ListWebAuthnCredentials" => list_web_authn_credentials,
    "ResendConfirmationCode" => resend_confirmation_code,
    "RespondToAuthChallenge" => respond_to_auth_challenge,
    "RevokeToken" => revoke_token,
    "SetUserMFAPreference" => set_user_mfa_preference,
    "SetUserPoolMfaConfig" => set_user_pool_mfa_config,
    "SetUserSettings" => set_user_settings,
    "SignUp" => sign_up,
    "StartWebAuthnRegistration" => start_web_authn_registration,
    "UpdateDeviceStatus" => update_device_status,
    "UpdateGroup" => update_group,
    "UpdateIdentityProvider" => update_identity_provider,
    "UpdateResourceServer" => update_resource_server,
    "UpdateUserAttributes" => update_user_attributes,
    "UpdateUserPool" => update_user_pool,
    "UpdateUserPoolClient" => update_user_pool_client,
    "UpdateUserPoolDomain" => update_user_pool_domain,
    "VerifySoftwareToken" => verify_software_token,
    "VerifyUserAttribute" => verify_user_attribute,
}

// What the hosted pages do for somebody whom a browser's session stands for.
pub(crate) use complete_web_authn_registration::complete as complete_passkey;
pub(crate) use start_web_authn_registration::options_for as start_passkey;

/// The reason behind texts that do not say so.
const UNKNOWN_USER: &str = "unknown user";

/// What operations by name without a password answer about a user they do not know, where that may be known.
fn unknown_name() -> ServiceError {
    ServiceError::user_not_found("Username/client id combination not found.")
}

/// The answer of a list of `key` with `limit` items a page, 60 unless given.
fn page_answer(key: &str, items: Vec<Value>, token: Option<&str>, limit: Option<i64>) -> Outcome<Answer> {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0);
    Ok(Answer::Json(with_page(json!({}), key, items, token, limit.unwrap_or(60))?))
}
