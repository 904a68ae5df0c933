//! `/oauth2/revoke` (RFC 7009).

use super::client_proof::Posted;
use super::refusal::Refused;
use crate::crypto::sha256;
use crate::service::Call;
use crate::store::lines;
use crate::tokens::verify;

/// Ends the sign-in of a refresh token of this client. What nobody was given is as good as revoked.
pub(crate) fn revoke(call: &Call, posted: &Posted) -> Result<(), Refused> {
    let form = posted.form()?;
    let missing = || Refused::new("invalid_request", "there is no token");
    let token = form.get("token").ok_or_else(missing)?;
    let (client, _) = posted.client(&call.service).map_err(|refused| match refused.error {
        "invalid_client" => Refused { status: 401, ..refused },
        _ => refused,
    })?;
    if !client.settings.enable_token_revocation {
        return Err(Refused::new("invalid_request", "the client's tokens cannot be revoked"));
    }
    if verify::is_signed_token(token) {
        return Err(Refused::new("unsupported_token_type", "only refresh tokens can be revoked"));
    }
    call.service.store.write(|db| {
        let found = lines::find_refresh_token(db, &sha256(&[token.as_bytes()]))?;
        match found.filter(|found| found.line.client_id == client.id) {
            Some(found) => lines::revoke(db, &found.line.event_id),
            None => Ok(()),
        }
    })?;
    Ok(())
}
