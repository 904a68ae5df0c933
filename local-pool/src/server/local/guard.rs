//! Web pages reach a developer's machine from the browser that runs there. Those of others must not play with its users.

use std::net::Ipv4Addr;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderName, Response, StatusCode, header};
use axum::middleware::Next;

use super::refusal::Refusal;
use crate::server::app::{App, stamp};

/// Lets requests through that no page of another origin can have made.
pub(super) async fn refuse_foreign_pages(State(app): State<App>, request: Request, next: Next) -> Response<Body> {
    if let Err(refusal) = check(&request) {
        return refusal.answer(&stamp(&app));
    }
    let mut response = next.run(request).await;
    response.headers_mut().remove(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    response
}

fn check(request: &Request) -> Result<(), Refusal> {
    // Values that are no text are nobody's.
    let text = |name: HeaderName| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    let host = text(header::HOST).unwrap_or("localhost");
    if !is_local(host) {
        let advice = "Name this server by its IP address, as localhost, or by a name of your own network.";
        return Err(forbidden("foreign_host", &format!("The host `{host}` may be anybody's. {advice}")));
    }
    match text(header::ORIGIN) {
        Some(origin) if origin != format!("http://{host}") => {
            let advice = "Call these routes from your test instead.";
            Err(forbidden("foreign_origin", &format!("Pages of `{origin}` cannot use this route. {advice}")))
        }
        _ => Ok(()),
    }
}

/// Whether a host is an address, or has a name that no one can register and point to this machine (DNS rebinding).
fn is_local(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host().to_ascii_lowercase();
    let is_address = name.starts_with('[') || name.parse::<Ipv4Addr>().is_ok();
    is_address || !name.contains('.') || [".localhost", ".local", ".internal"].iter().any(|end| name.ends_with(end))
}

fn forbidden(code: &'static str, text: &str) -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, code, text)
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn names_that_can_be_registered_are_not_local() {
        let local = ["127.0.0.1:9229", "[::1]:9229", "localhost", "10.0.2.2:80", "pool:9229", "host.docker.internal:1"];
        for host in local {
            assert!(is_local(host), "{host}");
        }
        for host in ["", "evil.example:9229", "127.0.0.1.evil.example", "localhost.evil.example", "a b"] {
            assert!(!is_local(host), "{host}");
        }
    }
}
