/// Why a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    SignUp,
    Resend,
    Forgot,
    Invite,
    /// An attribute was changed.
    AttributeChange,
    /// Somebody asked for a code to verify an attribute.
    AttributeCode,
    /// A factor of a sign-in.
    SignIn,
}

impl Occasion {
    pub(super) fn outbox_kind(self, sms: bool) -> &'static str {
        match self {
            Self::SignUp => "signup",
            Self::Resend => "resend",
            Self::Forgot => "forgot",
            Self::Invite => "invite",
            Self::AttributeChange | Self::AttributeCode => "attr",
            Self::SignIn if sms => "sms",
            Self::SignIn => "email",
        }
    }

    pub(super) fn trigger_source(self) -> &'static str {
        match self {
            Self::SignUp => "CustomMessage_SignUp",
            Self::Resend => "CustomMessage_ResendCode",
            Self::Forgot => "CustomMessage_ForgotPassword",
            Self::Invite => "CustomMessage_AdminCreateUser",
            Self::AttributeChange => "CustomMessage_UpdateUserAttribute",
            Self::AttributeCode => "CustomMessage_VerifyUserAttribute",
            Self::SignIn => "CustomMessage_Authentication",
        }
    }
}
