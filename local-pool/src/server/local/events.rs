//! `/_local/events`: what happens, as server-sent events (WHATWG HTML, section 9.2).

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header};
use axum::routing::get;
use http_body_util::channel::{Channel, Sender};
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::answers::tell;
use super::body::query;
use super::refusal::Refusal;
use crate::feed::{Event, Feed, News};
use crate::server::app::{App, MOST_WATCHING, stamp};
use crate::service::Service;
use crate::wire::answer;

/// A line now and then shows both sides that the other is still there.
const HEARTBEAT: Duration = Duration::from_secs(10);
const AT_ONCE: usize = 32;

pub(super) fn router() -> Router<App> {
    Router::new().route("/events", get(events))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Since {
    since: Option<u64>,
}

async fn events(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let since = match query::<Since>(&uri) {
        Ok(query) => query.since,
        Err(refusal) => return tell(&app, Err(refusal)),
    };
    let Ok(seat) = Arc::clone(&app.watching).try_acquire_owned() else {
        let text = format!("{MOST_WATCHING} are watching already, and more are not allowed at a time.");
        return tell(&app, Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_watching", text)));
    };
    let Some(watch) = app.service.feed.watch() else {
        return tell(&app, Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "The server stops.")));
    };
    let last = *watch.borrow();
    // What a browser sends by itself when it connects again goes before what the address says.
    let seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok()).or(since);
    // An id that is yet to come is of a server that ran before.
    let cursor = seen.map_or(last, |seen| if seen > last { 0 } else { seen });
    let (sender, body) = Channel::new(1);
    tokio::spawn(stream(Arc::clone(&app.service), cursor, watch, sender, seat));
    let mut response = answer::plain_text(Body::new(body), &stamp(&app));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Ends when the reader goes or the server stops. Sending waits for the reader, and nothing waits for the sending.
async fn stream(
    service: Arc<Service>,
    mut cursor: u64,
    mut watch: watch::Receiver<u64>,
    mut sender: Sender<Bytes>,
    _seat: OwnedSemaphorePermit,
) {
    let mut text = String::from(": local-pool\n\n");
    loop {
        if sender.send_data(std::mem::take(&mut text).into()).await.is_err() {
            return;
        }
        watch.borrow_and_update();
        text = next(&service.feed, &mut cursor);
        if !text.is_empty() {
            continue;
        }
        match tokio::time::timeout(HEARTBEAT, watch.changed()).await {
            Ok(Ok(())) => text = next(&service.feed, &mut cursor),
            Ok(Err(_)) => return,
            Err(_) => text = String::from(":\n\n"),
        }
    }
}

fn next(feed: &Feed, cursor: &mut u64) -> String {
    let News { missed, events } = feed.after(*cursor, AT_ONCE);
    let mut text = String::new();
    if missed > 0 {
        text.push_str(&format!("event: missed\ndata: {{\"events\":{missed}}}\n\n"));
        *cursor += missed;
    }
    for event in events {
        let Event { id, kind, data } = &*event;
        text.push_str(&format!("id: {id}\nevent: {}\ndata: {data}\n\n", kind.name()));
        *cursor = *id;
    }
    text
}
