use serde::Deserialize;
use serde_json::json;

use crate::devices::{self, Device};
use crate::error::Outcome;
use crate::paging;
use crate::pools::Pool;
use crate::service::Call;
use crate::store::devices as stored;
use crate::tokens::verify;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    access_token: String,
    #[serde(flatten)]
    page: Page,
}

/// Which part of the list is asked for.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Page {
    limit: Option<i64>,
    pagination_token: Option<String>,
}

const MOST: usize = 60;

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let bearer = verify::access_token(call, &request.access_token).await?;
    page(call, &bearer.pool, &bearer.user.username, &request.page)
}

pub(super) fn page(call: &Call, pool: &Pool, username: &str, page: &Page) -> Outcome<Answer> {
    devices::check_pool(pool)?;
    let service = &call.service;
    let limit = page.limit.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0).unwrap_or(MOST);
    let after = paging::read(pool, page.pagination_token.as_deref(), service.now_ms())?;
    // One more than asked for tells whether there is another page.
    let wanted = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let mut found: Vec<Device> = service.store.read(|db| stored::page(db, &pool.id, username, &after, wanted))?;
    let more = found.len() > limit;
    found.truncate(limit);
    let shown: Vec<_> = found.iter().map(|device| device.description(pool, username)).collect();
    let mut answer = json!({ "Devices": shown });
    if let Some(last) = found.last().filter(|_| more) {
        answer["PaginationToken"] = json!(paging::write(pool, &last.key, service.now_ms()));
    }
    Ok(Answer::Json(answer))
}
