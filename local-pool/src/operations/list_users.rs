use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::{Outcome, ServiceError};
use crate::paging;
use crate::pools::Pool;
use crate::service::Call;
use crate::store::users;
use crate::users::User;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    attributes_to_get: Option<Vec<String>>,
    limit: Option<i64>,
    pagination_token: Option<String>,
    filter: Option<String>,
}

const PAGE: usize = 60;

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = service.store.pool(&request.user_pool_id)?;
    let filter = request.filter.as_deref().filter(|text| !text.trim().is_empty()).map(Filter::parse).transpose()?;
    let limit = request.limit.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0).unwrap_or(PAGE);
    let mut after = paging::read(&pool, request.pagination_token.as_deref(), service.now_ms())?;

    // One more than asked for tells whether there is another page.
    let mut found: Vec<User> = Vec::new();
    while found.len() <= limit {
        let batch = service.store.read(|db| users::page(db, &pool, &after, 500))?;
        let Some(last) = batch.last() else { break };
        after.clone_from(&last.username);
        found.extend(batch.into_iter().filter(|user| filter.as_ref().is_none_or(|filter| filter.matches(&pool, user))));
    }
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|user| paging::write(&pool, &user.username, service.now_ms()));
    if let Some(filter) = &filter {
        found.sort_by_cached_key(|user| filter.value_of(user));
    }
    let shown = |user: &User| describe(user, request.attributes_to_get.as_deref());
    let mut answer = json!({ "Users": found.iter().map(shown).collect::<Vec<_>>() });
    if let Some(next) = next {
        answer["PaginationToken"] = json!(next);
    }
    Ok(Answer::Json(answer))
}

fn describe(user: &User, attributes_to_get: Option<&[String]>) -> Value {
    let mut description = user.description("Attributes");
    if let Some(wanted) = attributes_to_get {
        let wants = |name: &str| wanted.iter().any(|wanted| wanted == name);
        let mut shown = user.attribute_list(wants);
        shown.retain(|item| item["Name"].as_str().is_some_and(wants));
        description["Attributes"] = Value::Array(shown);
    }
    description
}

/// `attribute = "value"` or `attribute ^= "value"`.
struct Filter {
    attribute: String,
    prefix: bool,
    value: String,
}

const SEARCHABLE: [&str; 10] = [
    "username",
    "email",
    "phone_number",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "cognito:user_status",
    "status",
    "sub",
];

impl Filter {
    fn parse(text: &str) -> Outcome<Self> {
        let broken = || ServiceError::invalid_parameter("Error while parsing filter");
        let (left, right) = text.split_once('=').ok_or_else(broken)?;
        let (attribute, prefix) = match left.trim_end().strip_suffix('^') {
            Some(attribute) => (attribute, true),
            None => (left, false),
        };
        let attribute = attribute.trim().trim_matches('"');
        let quoted = right.trim().strip_prefix('"').and_then(|text| text.strip_suffix('"')).ok_or_else(broken)?;
        if attribute.is_empty() {
            return Err(broken());
        }
        if !SEARCHABLE.contains(&attribute) {
            return Err(ServiceError::invalid_parameter(format!("Invalid search attribute: {attribute}")));
        }
        Ok(Self { attribute: attribute.into(), prefix, value: quoted.replace("\\\"", "\"") })
    }

    fn value_of(&self, user: &User) -> String {
        match self.attribute.as_str() {
            "username" => user.username.clone(),
            "sub" => user.sub.clone(),
            "cognito:user_status" => user.status.as_str().into(),
            "status" => if user.enabled { "Enabled" } else { "Disabled" }.into(),
            name => user.attribute(name).unwrap_or_default().into(),
        }
    }

    fn matches(&self, pool: &Pool, user: &User) -> bool {
        let exact = matches!(self.attribute.as_str(), "username" | "status") && pool.case_sensitive();
        let fold = |text: &str| if exact { text.to_owned() } else { text.to_lowercase() };
        let (value, wanted) = (fold(&self.value_of(user)), fold(&self.value));
        if self.prefix { value.starts_with(&wanted) } else { value == wanted }
    }
}
