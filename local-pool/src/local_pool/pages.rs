//! A person at the hosted pages.

use serde_json::Value;

use super::LocalPool;
use crate::browser::{Browser, BrowserError};

impl LocalPool {
    /// Where the hosted pages and the OAuth endpoints are, of every pool: `hosted_ui_endpoint` of the outputs.
    pub fn hosted_ui_endpoint(&self) -> String {
        self.endpoint()
    }

    /// A browser without a window, for the hosted pages: it keeps cookies and fills in forms.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.endpoint(), self.certificate())
    }

    /// The certificate as PEM, for clients to trust, where the server speaks https.
    pub fn certificate(&self) -> Option<String> {
        self.app.tls.as_ref().map(|tls| tls.pem.clone())
    }

    /// Opens an address of `/oauth2/authorize` as a fresh browser would, signs in on the page, and gives the address that
    /// the pages lead back to: the app's own, with a code or an error.
    pub async fn authorize_as(&self, url: &str, username: &str, password: &str) -> Result<String, BrowserError> {
        let (mut browser, url) = (self.browser(), url.to_owned());
        let (username, password) = (username.to_owned(), password.to_owned());
        let run = self.running.spawn(async move { browser.sign_in(&url, &username, &password).await });
        run.await.unwrap_or(Err(BrowserError::Stopped))
    }

    /// As [`LocalPool::authorize_as`], with an identity provider that this server plays: on its page the person says that
    /// they are `subject`, with these claims. The address names the provider (`identity_provider`).
    pub async fn authorize_with(
        &self,
        url: &str,
        subject: &str,
        claims: &[(&str, &str)],
    ) -> Result<String, BrowserError> {
        let (mut browser, url, subject) = (self.browser(), url.to_owned(), subject.to_owned());
        let claims: Vec<_> = claims.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
        let claims = Value::Object(claims.into_iter().collect());
        let run = self.running.spawn(async move { browser.sign_in_elsewhere(&url, &subject, &claims).await });
        run.await.unwrap_or(Err(BrowserError::Stopped))
    }
}
