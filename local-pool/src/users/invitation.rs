//! The message that welcomes a user somebody else made.

use serde_json::{Map, Value};

use super::User;
use super::delivery::{self, Message, Occasion};
use crate::error::Outcome;
use crate::pools::Pool;
use crate::service::Call;

/// Sends a password by the media asked for (by SMS unless told), as far as the user has them.
pub(crate) async fn send(
    call: &Call,
    pool: &Pool,
    user: &User,
    media: &[String],
    password: &str,
    client_metadata: &Map<String, Value>,
) -> Outcome<()> {
    let ways = [("SMS", "phone_number"), ("EMAIL", "email")];
    let asked = |medium: &str| if media.is_empty() { medium == "SMS" } else { media.iter().any(|name| name == medium) };
    let mut destinations: Vec<_> = ways
        .into_iter()
        .filter(|(medium, _)| asked(medium))
        .filter_map(|(_, attribute)| delivery::destination(user, attribute))
        .collect();
    if destinations.is_empty() {
        destinations.extend(ways.into_iter().find_map(|(_, attribute)| delivery::destination(user, attribute)));
    }
    for destination in &destinations {
        let occasion = Occasion::Invite;
        let message = Message { occasion, pool, client_id: None, user, destination, code: password, client_metadata };
        delivery::send(call, message).await?;
    }
    Ok(())
}
