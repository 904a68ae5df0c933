use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Outcome;
use crate::service::Call;
use crate::store::passkeys;
use crate::tokens::verify;
use crate::users::first_factors::{self, FirstFactor};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    access_token: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let bearer = verify::access_token(call, &request.access_token).await?;
    let (pool, user) = (&bearer.pool, &bearer.user);
    let registered = call.service.store.read(|db| passkeys::of_user(db, &pool.id, &user.username))?;
    let configured = first_factors::configured(pool, user, !registered.is_empty());
    // Here a password is one factor, however it is proven.
    let names: Value =
        configured.iter().filter(|factor| **factor != FirstFactor::PasswordSrp).map(|factor| factor.name()).collect();
    let mut answer = json!({ "Username": user.username, "ConfiguredUserAuthFactors": names });
    user.mfa.describe(&mut answer);
    Ok(Answer::Json(answer))
}
