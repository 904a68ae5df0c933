//! What goes with the requests that are made before somebody is signed in, besides the request itself: the data for
//! threat protection and for analytics.

use serde::Serialize;

use crate::protocol::transport::BoxFuture;
use crate::support::shown::shows;

/// Gives the context of requests. It cannot fail: what is not known is left out.
pub(crate) trait RequestContext: Send + Sync + std::fmt::Debug {
    /// The context of a request about that user.
    fn about<'a>(&'a self, username: &'a str) -> BoxFuture<'a, ClientContext>;
}

/// The context of one request, as members of its JSON object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ClientContext {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub analytics_metadata: Option<AnalyticsMetadata>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_context_data: Option<UserContextData>,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AnalyticsMetadata {
    pub analytics_endpoint_id: String,
}
shows!(AnalyticsMetadata {});

#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UserContextData {
    pub encoded_data: String,
}
shows!(UserContextData {});

/// No context: for configurations that want none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoContext;

impl RequestContext for NoContext {
    fn about<'a>(&'a self, _username: &'a str) -> BoxFuture<'a, ClientContext> {
        Box::pin(std::future::ready(ClientContext::default()))
    }
}
