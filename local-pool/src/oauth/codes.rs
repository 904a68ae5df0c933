//! Authorization codes: good for five minutes, once, for one client, one address and one verifier.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::checks::Granted;
use crate::crypto::{same_secret, sha256};
use crate::error::Outcome;
use crate::model::hosted::{AuthorizationCode, BrowserSession, HostedGrant};
use crate::pools::Client;
use crate::service::Service;
use crate::store::hosted;

const LIFE_MS: i64 = 5 * 60_000;

/// A code for the person of a session, with what the app may have of them.
pub(crate) fn give(service: &Service, client: &Client, session: &BrowserSession, granted: &Granted) -> Outcome<String> {
    let code = service.random.uuid();
    let kept = AuthorizationCode {
        client_id: client.id.clone(),
        pool_id: client.pool_id.clone(),
        username: session.username.clone(),
        sub: session.sub.clone(),
        redirect_uri: granted.back.redirect_uri.clone(),
        challenge: granted.challenge.clone(),
        nonce: granted.nonce.clone(),
        grant: HostedGrant { scopes: granted.scopes.clone(), resource: granted.resource.clone() },
        auth_time_s: session.auth_time_s,
    };
    let now = service.now_ms();
    service.store.write(|db| hosted::put_code(db, &sha256(&[code.as_bytes()]), &kept, now + LIFE_MS, now))?;
    Ok(code)
}

/// Takes a code for its client; whatever else is wrong with the request, it is gone after that. None: it is no code, or
/// not to be had like this.
pub(crate) fn take(
    service: &Service,
    client: &Client,
    code: &str,
    redirect_uri: &str,
    verifier: Option<&str>,
) -> Outcome<Option<AuthorizationCode>> {
    let hash = sha256(&[code.as_bytes()]);
    let taken = service.store.write(|db| hosted::take_code(db, &hash, &client.id, service.now_ms()))?;
    Ok(taken.filter(|code| code.redirect_uri == redirect_uri && is_proven(code.challenge.as_deref(), verifier)))
}

/// A verifier without a challenge is refused too: somebody may have taken the challenge away (RFC 9700, section 4.8.2).
fn is_proven(challenge: Option<&str>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            let fits = (43..=128).contains(&verifier.len());
            let hash = URL_SAFE_NO_PAD.encode(sha256(&[verifier.as_bytes()]));
            fits && same_secret(hash.as_bytes(), challenge.as_bytes())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_7636_is_proven_and_nothing_near_it() {
        let (verifier, challenge) =
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(is_proven(Some(challenge), Some(verifier)));
        assert!(is_proven(None, None));
        // Plain, wrong, missing, and one that nobody asked for.
        for (challenge, sent) in [
            (Some(challenge), Some(challenge)),
            (Some(verifier), Some(verifier)),
            (Some(challenge), Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK")),
            (Some(challenge), Some("")),
            (Some(challenge), None),
            (None, Some(verifier)),
        ] {
            assert!(!is_proven(challenge, sent), "{challenge:?} {sent:?}");
        }
    }
}
