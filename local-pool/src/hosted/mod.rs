//! The hosted pages. Read README.md beside this file first: it has the diagram.

mod api;
mod asked;
mod authorize;
mod challenge;
mod confirm;
mod dialog;
mod endpoints;
mod federation;
mod finish;
mod forgot;
mod guard;
mod idp;
mod leave;
mod login;
mod page;
mod passkeys;
mod qr;
mod refusal;
mod sign_in;
mod sign_up;
mod texts;
pub(crate) mod visit;

use self::visit::{Reply, Visit};
use crate::service::Call;

/// What there is under a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Authorize,
    Token,
    Revoke,
    UserInfo,
    /// Where providers send people back to.
    IdpResponse,
    /// A provider's own page, where this server plays it.
    Idp,
    Login,
    SignUp,
    Confirm,
    ForgotPassword,
    ConfirmForgotPassword,
    AddPasskey,
    Logout,
    Error,
}

/// Paths, and the names that requests for them are counted and given faults by.
const PAGES: [(&str, Page, &str); 15] = [
    ("/oauth2/authorize", Page::Authorize, "authorize"),
    ("/oauth2/token", Page::Token, "token"),
    ("/oauth2/revoke", Page::Revoke, "revoke"),
    ("/oauth2/userInfo", Page::UserInfo, "userInfo"),
    ("/oauth2/idpresponse", Page::IdpResponse, "idpresponse"),
    ("/login", Page::Login, "login"),
    ("/signup", Page::SignUp, "signup"),
    ("/confirm", Page::Confirm, "confirm"),
    ("/resendcode", Page::Confirm, "confirm"),
    ("/forgotPassword", Page::ForgotPassword, "forgotPassword"),
    ("/confirmForgotPassword", Page::ConfirmForgotPassword, "confirmForgotPassword"),
    ("/resetPassword", Page::ConfirmForgotPassword, "confirmForgotPassword"),
    ("/passkeys/add", Page::AddPasskey, "passkeys"),
    ("/logout", Page::Logout, "logout"),
    ("/error", Page::Error, "error"),
];

/// The names of all pages among counters and faults.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(_, _, name)| *name)
}

impl Page {
    /// The page of a path; letters count as the same, small or not.
    pub fn of(path: &str) -> Option<Self> {
        PAGES.iter().find(|(known, _, _)| known.eq_ignore_ascii_case(path)).map(|(_, page, _)| *page)
    }

    pub fn name(self) -> &'static str {
        PAGES.iter().find(|(_, page, _)| *page == self).map_or("idp", |(_, _, name)| name)
    }

    fn takes(self, method: &str) -> bool {
        match self {
            Self::Token | Self::Revoke => method == "POST",
            Self::Login
            | Self::SignUp
            | Self::Confirm
            | Self::ForgotPassword
            | Self::ConfirmForgotPassword
            | Self::AddPasskey
            | Self::Idp => matches!(method, "GET" | "POST"),
            Self::Authorize | Self::IdpResponse | Self::UserInfo | Self::Logout | Self::Error => method == "GET",
        }
    }
}

/// Answers a request for a page.
pub(crate) async fn answer(call: &Call, page: Page, visit: &Visit) -> Reply {
    if !page.takes(&visit.method) {
        return Reply::empty(405);
    }
    match page {
        Page::Authorize => authorize::open(call, visit).await,
        Page::Token => endpoints::token(call, visit).await,
        Page::Revoke => endpoints::revoke(call, visit),
        Page::UserInfo => endpoints::user_info_of(call, visit).await,
        Page::IdpResponse => federation::arrive(call, visit).await,
        Page::Idp => idp::open(call, visit),
        Page::Login => sign_in::open(call, visit).await,
        Page::SignUp => sign_up::open(call, visit).await,
        Page::Confirm => confirm::open(call, visit).await,
        Page::ForgotPassword => forgot::open(call, visit).await,
        Page::ConfirmForgotPassword => forgot::confirm(call, visit).await,
        Page::AddPasskey => passkeys::open(call, visit).await,
        Page::Logout => leave::logout(call, visit),
        Page::Error => leave::error(call, visit),
    }
}
