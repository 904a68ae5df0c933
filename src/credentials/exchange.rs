//! From logins to credentials: which request comes next. Pure; `identities.rs` sends.

use crate::error::{Error, Result};
use crate::protocol::identity_pool::{
    Credentials, CredentialsAnswer, GetCredentialsForIdentity, GetId, IdAnswer, Logins,
};

/// One exchange on its way.
#[derive(Clone)]
pub(super) struct Exchange {
    pub pool_id: String,
    pub logins: Logins,
    pub role: Option<String>,
    /// Whether credentials are wanted, and not the identity's id alone.
    pub wants_credentials: bool,
    /// The identity as it was the last time.
    pub identity_id: Option<String>,
    /// The guest whose identity the logins are to get, if they have none.
    pub guest: Option<String>,
    /// Where the identity's id in use is from.
    pub from: From,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// It was kept from before, and may be gone.
    Before,
    /// It is the guest's.
    Guest,
    /// The service has just given it.
    Service,
}

/// What comes next.
pub(super) enum Next {
    Identify(GetId),
    Exchange(GetCredentialsForIdentity),
    Done(Obtained),
    Failed(Error),
}

/// What an exchange came to.
pub(super) struct Obtained {
    pub identity_id: String,
    pub credentials: Option<Credentials>,
    /// Whether the guest's identity is the logins' own now, or closed for good.
    pub took_guest: bool,
}

impl Exchange {
    pub const fn new(pool_id: String, logins: Logins) -> Self {
        let (identity_id, guest, role) = (None, None, None);
        Self { pool_id, logins, role, wants_credentials: true, identity_id, guest, from: From::Before }
    }

    pub fn start(&mut self) -> Next {
        if let Some(identity_id) = self.identity_id.clone() {
            self.from = From::Before;
            return if self.wants_credentials { self.exchange(identity_id) } else { done(identity_id, None, false) };
        }
        match self.guest.take() {
            // Only with credentials does the service link a login to an identity that is there.
            Some(guest) if !self.logins.is_empty() => {
                self.from = From::Guest;
                self.exchange(guest)
            }
            _ => self.identify(),
        }
    }

    pub fn on_id(&mut self, answer: Result<IdAnswer>) -> Next {
        match answer {
            Ok(IdAnswer { identity_id }) if identity_id.is_empty() => {
                Next::Failed(Error::bad_answer("the identity id is empty"))
            }
            Ok(IdAnswer { identity_id }) if self.wants_credentials => {
                self.from = From::Service;
                self.exchange(identity_id)
            }
            Ok(IdAnswer { identity_id }) => done(identity_id, None, false),
            Err(error) => Next::Failed(error),
        }
    }

    pub fn on_credentials(&mut self, answer: Result<CredentialsAnswer>) -> Next {
        match answer {
            Ok(CredentialsAnswer { identity_id, credentials }) => {
                let sent = self.identity_id.take().unwrap_or_default();
                let identity_id = identity_id.filter(|id| !id.is_empty()).unwrap_or(sent);
                done(identity_id, Some(credentials), self.from == From::Guest)
            }
            // An identity that was deleted, disabled by a merge or is another's: the logins have, or get, another one.
            Err(error) if self.from != From::Service && says_identity_is_lost(&error) => self.identify(),
            Err(error) => Next::Failed(error),
        }
    }

    fn identify(&mut self) -> Next {
        self.from = From::Service;
        Next::Identify(GetId { identity_pool_id: self.pool_id.clone(), logins: self.logins.clone() })
    }

    fn exchange(&mut self, identity_id: String) -> Next {
        self.identity_id = Some(identity_id.clone());
        let (logins, custom_role_arn) = (self.logins.clone(), self.role.clone());
        Next::Exchange(GetCredentialsForIdentity { identity_id, logins, custom_role_arn })
    }
}

fn done(identity_id: String, credentials: Option<Credentials>, took_guest: bool) -> Next {
    Next::Done(Obtained { identity_id, credentials, took_guest })
}

/// Whether the service says that nobody can use the identity, or not with these logins. A bad token is something else.
pub(super) fn says_identity_is_lost(error: &Error) -> bool {
    let Error::Service(service) = error else { return false };
    match service.exception.as_str() {
        "ResourceNotFoundException" => service.text.starts_with("Identity "),
        "NotAuthorizedException" => {
            service.text.starts_with("Access to Identity") || service.text.starts_with("Logins don't match")
        }
        "ResourceConflictException" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ServiceError;
    use crate::support::secret::Secret;

    fn logins() -> Logins {
        [("accounts.google.com".to_owned(), Secret::new("token"))].into()
    }

    fn refusal(exception: &str, text: &str) -> Error {
        Error::Service(ServiceError {
            operation: "GetCredentialsForIdentity",
            exception: exception.to_owned(),
            text: text.to_owned(),
            status: 400,
            request_id: None,
        })
    }

    fn credentials(identity_id: Option<&str>) -> CredentialsAnswer {
        let credentials = Credentials {
            access_key_id: "key".to_owned(),
            secret_key: "secret".into(),
            session_token: "token".into(),
            expiration: 1.0,
        };
        CredentialsAnswer { identity_id: identity_id.map(str::to_owned), credentials }
    }

    fn id(id: &str) -> Result<IdAnswer> {
        Ok(IdAnswer { identity_id: id.to_owned() })
    }

    /// The requests and the end in short.
    fn short(next: &Next) -> String {
        match next {
            Next::Identify(call) => format!("GetId {}", call.logins.len()),
            Next::Exchange(call) => format!("GetCredentials {} {}", call.identity_id, call.logins.len()),
            Next::Done(done) => {
                format!("{} {} {}", done.identity_id, done.credentials.is_some(), done.took_guest)
            }
            Next::Failed(error) => error.code().as_str().to_owned(),
        }
    }

    #[test]
    fn a_guest_who_was_never_here_gets_an_identity_and_credentials() {
        let mut exchange = Exchange::new("pool".to_owned(), Logins::new());
        assert_eq!(short(&exchange.start()), "GetId 0");
        assert_eq!(short(&exchange.on_id(id("g"))), "GetCredentials g 0");
        assert_eq!(short(&exchange.on_credentials(Ok(credentials(Some("g"))))), "g true false");
    }

    #[test]
    fn the_identity_that_the_service_returns_counts() {
        let mut exchange = Exchange { identity_id: Some("old".to_owned()), ..Exchange::new("p".to_owned(), logins()) };
        assert_eq!(short(&exchange.start()), "GetCredentials old 1");
        assert_eq!(short(&exchange.on_credentials(Ok(credentials(Some("new"))))), "new true false");
        assert_eq!(short(&exchange.start()), "GetId 1", "what was sent is used up");
    }

    #[test]
    fn an_identity_that_is_lost_is_asked_for_anew_once() {
        for (exception, text) in [
            ("ResourceNotFoundException", "Identity 'x' not found."),
            ("NotAuthorizedException", "Access to Identity 'x' is forbidden."),
            ("NotAuthorizedException", "Logins don't match. Please include at least one valid login"),
        ] {
            let mut exchange =
                Exchange { identity_id: Some("x".to_owned()), ..Exchange::new("p".to_owned(), logins()) };
            exchange.start();
            assert_eq!(short(&exchange.on_credentials(Err(refusal(exception, text)))), "GetId 1");
            assert_eq!(short(&exchange.on_id(id("y"))), "GetCredentials y 1");
            let again = exchange.on_credentials(Err(refusal(exception, text)));
            assert!(matches!(again, Next::Failed(_)), "{text}");
        }
    }

    #[test]
    fn a_pool_that_is_gone_or_a_token_that_is_refused_loses_no_identity() {
        for (exception, text) in [
            ("ResourceNotFoundException", "IdentityPool 'x' not found."),
            ("NotAuthorizedException", "Invalid login token. Token expired: 2 >= 1"),
            ("InvalidIdentityPoolConfigurationException", "Invalid identity pool configuration."),
        ] {
            let mut exchange =
                Exchange { identity_id: Some("x".to_owned()), ..Exchange::new("p".to_owned(), logins()) };
            exchange.start();
            assert!(matches!(exchange.on_credentials(Err(refusal(exception, text))), Next::Failed(_)), "{text}");
        }
    }

    #[test]
    fn a_guest_becomes_the_user_only_if_asked_and_only_if_the_service_agrees() {
        let merging = || Exchange { guest: Some("g".to_owned()), ..Exchange::new("p".to_owned(), logins()) };
        let mut exchange = merging();
        assert_eq!(short(&exchange.start()), "GetCredentials g 1");
        assert_eq!(short(&exchange.on_credentials(Ok(credentials(Some("g"))))), "g true true");
        // The user has an identity already: theirs counts, and the guest's is closed.
        let mut exchange = merging();
        exchange.start();
        assert_eq!(short(&exchange.on_credentials(Ok(credentials(Some("a"))))), "a true true");
        let mut exchange = merging();
        exchange.start();
        let refused = exchange.on_credentials(Err(refusal("ResourceConflictException", "")));
        assert_eq!(short(&refused), "GetId 1");
        assert_eq!(short(&exchange.on_id(id("a"))), "GetCredentials a 1");
        assert_eq!(short(&exchange.on_credentials(Ok(credentials(None)))), "a true false");
        let mut guest = Exchange { guest: Some("g".to_owned()), ..Exchange::new("p".to_owned(), Logins::new()) };
        assert_eq!(short(&guest.start()), "GetId 0", "a guest has nothing to merge with");
    }

    #[test]
    fn an_identity_alone_costs_one_request_or_none() {
        let without = |identity_id: Option<&str>| Exchange {
            wants_credentials: false,
            identity_id: identity_id.map(str::to_owned),
            ..Exchange::new("p".to_owned(), logins())
        };
        assert_eq!(short(&without(Some("x")).start()), "x false false");
        let mut exchange = without(None);
        assert_eq!(short(&exchange.start()), "GetId 1");
        assert_eq!(short(&exchange.on_id(id("y"))), "y false false");
        assert_eq!(short(&exchange.on_id(id(""))), "bad_response");
    }
}
