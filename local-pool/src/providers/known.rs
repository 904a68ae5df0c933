//! Which providers there are, and what their tokens look like.

/// The form of a provider's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// An id token, which says itself whose it is.
    IdToken,
    /// An access token, about which the provider is asked. It begins with this, as real ones do.
    AccessToken(&'static str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Provider {
    /// Its key among the logins of a request.
    pub login: String,
    pub form: Form,
}

const KNOWN: [(&str, &str, Form); 6] = [
    ("google", "accounts.google.com", Form::IdToken),
    ("apple", "appleid.apple.com", Form::IdToken),
    ("facebook", "graph.facebook.com", Form::AccessToken("EAA")),
    ("amazon", "www.amazon.com", Form::AccessToken("Atza|")),
    ("twitter", "api.twitter.com", Form::AccessToken("")),
    ("digits", "www.digits.com", Form::AccessToken("")),
];

/// The provider of that short name or login key; any other name is the domain of an OpenID Connect provider.
pub(crate) fn provider(name: &str) -> Provider {
    let known = KNOWN.iter().find(|(short, login, _)| *short == name || *login == name);
    match known {
        Some((_, login, form)) => Provider { login: (*login).to_owned(), form: *form },
        None => Provider { login: name.to_owned(), form: Form::IdToken },
    }
}
