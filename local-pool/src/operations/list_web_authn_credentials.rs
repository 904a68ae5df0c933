use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Outcome;
use crate::passkeys::{MOST_PER_USER, Passkey};
use crate::service::Call;
use crate::store::passkeys;
use crate::tokens::verify;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    access_token: String,
    max_results: i64,
    next_token: Option<String>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let bearer = verify::access_token(call, &request.access_token).await?;
    let registered = call.service.store.read(|db| passkeys::of_user(db, &bearer.pool.id, &bearer.user.username))?;
    let shown: Vec<Value> = registered.iter().map(Passkey::description).collect();
    let most = usize::try_from(request.max_results).ok().filter(|most| *most > 0).unwrap_or(MOST_PER_USER);
    Ok(Answer::Json(super::with_page(json!({}), "Credentials", shown, request.next_token.as_deref(), most)?))
}
