use serde::Deserialize;
use serde_json::json;

use crate::error::{Outcome, ServiceError};
use crate::model::schema::{self, SchemaAttribute};
use crate::pools::Pool;
use crate::service::Call;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    custom_attributes: Vec<SchemaAttribute>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = service.store.pool(&request.user_pool_id)?;
    let mut settings = pool.settings.clone();
    for attribute in request.custom_attributes {
        schema::add_custom(&mut settings.schema_attributes, attribute).map_err(ServiceError::invalid_parameter)?;
    }
    service.store.put_pool(&Pool { settings, modified_ms: service.now_ms(), ..(*pool).clone() })?;
    Ok(Answer::Json(json!({})))
}
