//! What `CreateUserPool`, `UpdateUserPool` and `SetUserPoolMfaConfig` say of a pool (botocore service model).

use super::constraint::{Kind, Member, Pattern, Text, optional, required};
use super::members::{ARN, ARN_PATTERN, OAUTH_FLOW, SCOPES, USER_NAME_PATTERN, all, visible};

/// The members that creating and updating share, after those of their own.
macro_rules! with_pool_settings {
    ($($own:expr),* $(,)?) => {
        &[
            $($own,)*
            optional("Policies", pool_members::POLICIES),
            optional("DeletionProtection", pool_members::DELETION_PROTECTION),
            optional("LambdaConfig", pool_members::LAMBDA_CONFIG),
            optional("AutoVerifiedAttributes", pool_members::CONTACTS),
            optional("SmsVerificationMessage", pool_members::SMS_TEXT),
            optional("EmailVerificationMessage", pool_members::EMAIL_TEXT),
            optional("EmailVerificationSubject", pool_members::SUBJECT),
            optional("VerificationMessageTemplate", pool_members::MESSAGE_TEMPLATE),
            optional("SmsAuthenticationMessage", pool_members::SMS_TEXT),
            optional("MfaConfiguration", pool_members::MFA),
            optional("UserAttributeUpdateSettings", pool_members::UPDATE_SETTINGS),
            optional("EmailConfiguration", pool_members::EMAIL_CONFIGURATION),
            optional("SmsConfiguration", pool_members::SMS_CONFIGURATION),
            optional("AdminCreateUserConfig", pool_members::ADMIN_CREATE_USER),
            optional("UserPoolAddOns", pool_members::ADD_ONS),
            optional("DcrConfiguration", pool_members::DCR),
            optional("AccountRecoverySetting", pool_members::RECOVERY),
            optional("UserPoolTier", pool_members::TIER),
            optional("KeyConfiguration", pool_members::KEY),
            optional("IssuerConfiguration", pool_members::ISSUER),
        ]
    };
}
pub(crate) use with_pool_settings;

pub(crate) const POLICIES: Kind = Kind::Structure(&[
    optional(
        "PasswordPolicy",
        Kind::Structure(&[
            optional("MinimumLength", Kind::Integer { min: 6, max: 99 }),
            optional("PasswordHistorySize", Kind::Integer { min: 0, max: 24 }),
            optional("TemporaryPasswordValidityDays", Kind::Integer { min: 0, max: 365 }),
        ]),
    ),
    optional(
        "SignInPolicy",
        Kind::Structure(&[optional("AllowedFirstAuthFactors", Kind::List { of: &FIRST_FACTOR, min: 1, max: 5 })]),
    ),
]);
const FIRST_FACTOR: Kind = Kind::Enum(&["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "SOFTWARE_TOKEN"]);
pub(crate) const DELETION_PROTECTION: Kind = Kind::Enum(&["ACTIVE", "INACTIVE"]);
pub(crate) const LAMBDA_CONFIG: Kind = Kind::Structure(&[
    optional("PreSignUp", ARN),
    optional("CustomMessage", ARN),
    optional("PostConfirmation", ARN),
    optional("PreAuthentication", ARN),
    optional("PostAuthentication", ARN),
    optional("DefineAuthChallenge", ARN),
    optional("CreateAuthChallenge", ARN),
    optional("VerifyAuthChallengeResponse", ARN),
    optional("PreTokenGeneration", ARN),
    optional("UserMigration", ARN),
    optional("PreTokenGenerationConfig", lambda(&[required("LambdaVersion", PRE_TOKEN_VERSION), LAMBDA_ARN])),
    optional("CustomSMSSender", lambda(&[required("LambdaVersion", FIRST_VERSION), LAMBDA_ARN])),
    optional("CustomEmailSender", lambda(&[required("LambdaVersion", FIRST_VERSION), LAMBDA_ARN])),
    optional("InboundFederation", lambda(&[required("LambdaVersion", FIRST_VERSION), LAMBDA_ARN])),
    optional("KMSKeyID", ARN),
]);
const LAMBDA_ARN: Member = required("LambdaArn", ARN);
const PRE_TOKEN_VERSION: Kind = Kind::Enum(&["V1_0", "V2_0", "V3_0"]);
const FIRST_VERSION: Kind = Kind::Enum(&["V1_0"]);

const fn lambda(members: &'static [Member]) -> Kind {
    Kind::Structure(members)
}

const CONTACT: Kind = Kind::Enum(&["phone_number", "email"]);
pub(crate) const CONTACTS: Kind = Kind::List { of: &CONTACT, min: 0, max: usize::MAX };
pub(crate) const ALIASES: Kind =
    Kind::List { of: &Kind::Enum(&["phone_number", "email", "preferred_username"]), min: 0, max: usize::MAX };
pub(crate) const SMS_TEXT: Kind = Kind::Text(Text { min: 6, max: 140, pattern: Some(SMS_CODE) });
pub(crate) const EMAIL_TEXT: Kind = Kind::Text(Text { min: 6, max: 20_000, pattern: Some(EMAIL_CODE) });
pub(crate) const SUBJECT: Kind = Kind::Text(Text { min: 1, max: 140, pattern: Some(LINES) });
pub(crate) const MESSAGE_TEMPLATE: Kind = Kind::Structure(&[
    optional("SmsMessage", SMS_TEXT),
    optional("EmailMessage", EMAIL_TEXT),
    optional("EmailSubject", SUBJECT),
    optional("EmailMessageByLink", Kind::Text(Text { min: 6, max: 20_000, pattern: Some(EMAIL_LINK) })),
    optional("EmailSubjectByLink", SUBJECT),
    optional("DefaultEmailOption", Kind::Enum(&["CONFIRM_WITH_LINK", "CONFIRM_WITH_CODE"])),
]);
pub(crate) const MFA: Kind = Kind::Enum(&["OFF", "ON", "OPTIONAL"]);
pub(crate) const UPDATE_SETTINGS: Kind =
    Kind::Structure(&[optional("AttributesRequireVerificationBeforeUpdate", CONTACTS)]);
pub(crate) const EMAIL_CONFIGURATION: Kind = Kind::Structure(&[
    optional("SourceArn", ARN),
    optional("ReplyToEmailAddress", Kind::Text(Text { min: 0, max: usize::MAX, pattern: Some(ADDRESS) })),
    optional("EmailSendingAccount", Kind::Enum(&["COGNITO_DEFAULT", "DEVELOPER"])),
    optional("ConfigurationSet", Kind::Text(Text { min: 1, max: 64, pattern: Some(SET_NAME) })),
]);
pub(crate) const SMS_CONFIGURATION: Kind = Kind::Structure(&[
    optional("SnsCallerArn", Kind::Text(Text { min: 0, max: 2048, pattern: Some(ARN_OR_NOTHING) })),
    optional("SnsRegion", REGION),
    optional("EumsSms", Kind::Structure(&[required("CallerArn", ARN), optional("Region", REGION)])),
]);
const REGION: Kind = Kind::Text(Text { min: 5, max: 32, pattern: None });
pub(crate) const ADMIN_CREATE_USER: Kind = Kind::Structure(&[
    optional("UnusedAccountValidityDays", Kind::Integer { min: 0, max: 365 }),
    optional("InviteMessageTemplate", INVITATION),
]);
const INVITATION: Kind = Kind::Structure(&[
    optional("SMSMessage", Kind::Text(Text { min: 6, max: 140, pattern: None })),
    optional("EmailMessage", Kind::Text(Text { min: 6, max: 20_000, pattern: Some(ANY_LINES) })),
    optional("EmailSubject", SUBJECT),
]);
pub(crate) const ADD_ONS: Kind = Kind::Structure(&[
    required("AdvancedSecurityMode", Kind::Enum(&["OFF", "AUDIT", "ENFORCED"])),
    optional(
        "AdvancedSecurityAdditionalFlows",
        Kind::Structure(&[optional("CustomAuthMode", Kind::Enum(&["AUDIT", "ENFORCED"]))]),
    ),
]);
pub(crate) const DCR: Kind = Kind::Structure(&[
    optional("EnableStatus", Kind::Enum(&["Enabled", "Disabled"])),
    optional("AuthenticatedGrantTypes", Kind::List { of: &OAUTH_FLOW, min: 0, max: 3 }),
    optional("OpenDcrGrantTypes", Kind::List { of: &OAUTH_FLOW, min: 0, max: 3 }),
    optional("AllowedScopes", SCOPES),
]);
pub(crate) const RECOVERY: Kind =
    Kind::Structure(&[optional("RecoveryMechanisms", Kind::List { of: &MECHANISM, min: 1, max: 2 })]);
const MECHANISM: Kind = Kind::Structure(&[
    required("Priority", Kind::Integer { min: 1, max: 2 }),
    required("Name", Kind::Enum(&["verified_email", "verified_phone_number", "admin_only"])),
]);
pub(crate) const TIER: Kind = Kind::Enum(&["LITE", "ESSENTIALS", "PLUS"]);
pub(crate) const KEY: Kind = Kind::Structure(&[
    optional("KeyType", Kind::Enum(&["AWS_OWNED_KEY", "CUSTOMER_MANAGED_KEY"])),
    optional("KmsKeyArn", ARN),
]);
pub(crate) const ISSUER: Kind = Kind::Structure(&[optional("Type", Kind::Enum(&["ORIGINAL", "UPDATED"]))]);

const SMS_CODE: Pattern = Pattern { text: r".*\{####\}.*", matches: |text| text.contains("{####}") };
const EMAIL_CODE: Pattern = Pattern {
    text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
    matches: |text| lines(text) && text.contains("{####}"),
};
const EMAIL_LINK: Pattern = Pattern {
    text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{##[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*##\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
    matches: |text| lines(text) && text.split_once("{##").is_some_and(|(_, rest)| rest.contains("##}")),
};
const LINES: Pattern =
    Pattern { text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+", matches: |text| !text.is_empty() && lines(text) };
const ANY_LINES: Pattern = Pattern { text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*", matches: lines };
const ADDRESS: Pattern = Pattern {
    text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
    matches: |text| {
        let parts = text.split_once('@');
        parts.is_some_and(|(name, host)| (USER_NAME_PATTERN.matches)(name) && (USER_NAME_PATTERN.matches)(host))
    },
};
const SET_NAME: Pattern = Pattern {
    text: r"^[a-zA-Z0-9_-]+$",
    matches: |text| all(text, |c| c.is_ascii_alphanumeric() || c == '_' || c == '-'),
};
const ARN_OR_NOTHING: Pattern = Pattern {
    text: r"(arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?)?",
    matches: |text| text.is_empty() || (ARN_PATTERN.matches)(text),
};

fn lines(text: &str) -> bool {
    text.chars().all(|c| visible(c) || c.is_whitespace())
}
