//! Signing in in the system's browser, which comes back to this machine: for programs on a desktop and a command line
//! (RFC 8252 §7.3).

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

use super::AuthClient;
use crate::error::{AuthError, Error, ErrorCode};
use crate::hosted_ui::WebUiSignInOptions;
use crate::sign_in::SignInResult;
use crate::support::task::spawn;
use crate::support::web_url;

/// A browser sends its request at once.
const PATIENCE: Duration = Duration::from_secs(5);
/// More than the head of a browser's request.
const LONGEST_HEAD: usize = 16 * 1024;
/// So many connections may wait at a time.
const CONNECTIONS: usize = 16;

/// What somebody asked for, and where the answer goes.
type Asked = (String, oneshot::Sender<bool>);

impl AuthClient {
    /// Signs somebody in on the pool's hosted pages, in the system's browser: listens at an address of this machine, has the
    /// page opened, and waits until the browser comes back there. Requests that are not of this sign-in are refused and
    /// waited past. Dropping the future stops the listening. Needs tokio's I/O, and the feature `loopback`.
    ///
    /// `open` shows the page, for example with a crate that knows the system's browser.
    ///
    /// # Errors
    /// As [`begin_web_ui_sign_in`](Self::begin_web_ui_sign_in) and
    /// [`complete_web_ui_sign_in`](Self::complete_web_ui_sign_in); `configuration_invalid` too if no address of this
    /// machine with a port, in plain http, is among the sign-in's redirect URIs, and `web_ui_failed` (the port is taken, or
    /// the page could not be shown).
    pub async fn sign_in_with_browser(
        &self,
        mut options: WebUiSignInOptions,
        open: impl FnOnce(&str) -> io::Result<()>,
    ) -> Result<SignInResult, AuthError> {
        let asked = options.redirect_uri.take();
        let configured =
            self.configuration().hosted_ui().map(|pages| pages.sign_in_redirect_uris()).unwrap_or_default();
        let here = asked.as_ref().or_else(|| configured.iter().find(|uri| place(uri).is_some()));
        let (Some(here), Some((host, port))) = (here, here.and_then(|uri| place(uri))) else {
            let problem = "should have one on this machine with a port, for example http://127.0.0.1:8976/";
            let key = "sign_in_redirect_uris".to_owned();
            return Err(Error::Configuration { key, problem: problem.to_owned() }.into());
        };
        let failed = |_: io::Error| AuthError::from(ErrorCode::WebUiFailed);
        options.redirect_uri = Some(here.clone());
        // Before the page is opened: the browser may come back at once.
        let listener = TcpListener::bind((host.as_str(), port)).await.map_err(failed)?;
        let request = self.begin_web_ui_sign_in(options).await?;
        open(&request.url).map_err(failed)?;
        self.wait_for_browser(&listener, here).await
    }

    async fn wait_for_browser(&self, listener: &TcpListener, here: &str) -> Result<SignInResult, AuthError> {
        let origin = here.split('/').take(3).collect::<Vec<_>>().join("/");
        let (sender, mut asked) = mpsc::channel::<Asked>(CONNECTIONS);
        loop {
            let (target, answer) = tokio::select! {
                biased;
                Some(asked) = asked.recv() => asked,
                Ok((connection, _)) = listener.accept(), if sender.capacity() > 0 => {
                    spawn(serve(connection, sender.clone()));
                    continue;
                }
            };
            let callback = format!("{origin}{target}");
            let completed = self.complete_web_ui_sign_in(callback).await;
            let is_foreign = |error: &AuthError| matches!(error.code(), "no_web_ui_sign_in" | "validation_failed");
            let _ = answer.send(completed.is_ok()); // the browser may have gone
            match completed {
                Err(error) if is_foreign(&error) => {}
                completed => return completed,
            }
        }
    }
}

/// Where an `http` URI of this machine listens.
fn place(uri: &str) -> Option<(String, u16)> {
    let url = web_url::parse(uri).filter(|url| url.scheme() == "http")?;
    let host = url.host_str().map(|host| host.trim_matches(['[', ']']))?;
    let is_here = matches!(host, "localhost" | "127.0.0.1" | "::1");
    is_here.then(|| url.port().map(|port| (host.to_owned(), port)))?
}

/// Answers one request.
async fn serve(mut connection: TcpStream, asked: mpsc::Sender<Asked>) {
    let head = tokio::time::timeout(PATIENCE, head_of(&mut connection)).await;
    let Ok(Some(target)) = head else { return };
    let (sender, answer) = oneshot::channel();
    if asked.send((target, sender)).await.is_err() {
        return; // the sign-in is over
    }
    let page = match answer.await {
        Ok(true) => page("200 OK", "Signed in. This window can be closed."),
        _ => page("400 Bad Request", "Not signed in. Go back to the program."),
    };
    let _ = tokio::time::timeout(PATIENCE, connection.write_all(page.as_bytes())).await;
    let _ = connection.shutdown().await;
}

/// What a GET asks for; nothing where it is something else.
async fn head_of(connection: &mut TcpStream) -> Option<String> {
    let mut head = zeroize::Zeroizing::new(Vec::with_capacity(LONGEST_HEAD));
    let mut part = zeroize::Zeroizing::new([0; 1024]);
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let read = connection.read(&mut *part).await.ok()?;
        if read == 0 || head.len() + read > LONGEST_HEAD {
            return None;
        }
        head.extend_from_slice(&part[..read]);
    }
    let line = std::str::from_utf8(&head).ok()?.lines().next()?;
    let target = line.strip_prefix("GET ")?.split(' ').next()?;
    target.starts_with('/').then(|| target.to_owned())
}

fn page(status: &str, text: &str) -> String {
    let body =
        format!("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{text}</title><p>{text}</p></html>");
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\nCache-Control: no-store\r\n\
         Referrer-Policy: no-referrer\r\nContent-Security-Policy: default-src 'none'\r\nConnection: close\r\n\r\n{body}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_port_of_this_machine_is_listened_at() {
        let found = |uri| place(uri).map(|(host, port)| format!("{host} {port}"));
        assert_eq!(found("http://127.0.0.1:8976/in").as_deref(), Some("127.0.0.1 8976"));
        assert_eq!(found("http://localhost:3000/").as_deref(), Some("localhost 3000"));
        assert_eq!(found("http://[::1]:3000/").as_deref(), Some("::1 3000"));
        for uri in ["http://127.0.0.1/", "https://127.0.0.1:8976/", "http://example.org:80/", "myapp://in/", ""] {
            assert_eq!(found(uri), None, "{uri}");
        }
    }
}
