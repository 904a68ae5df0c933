use serde::Deserialize;
use serde_json::json;

use crate::error::{Outcome, ServiceError};
use crate::model::schema::{self, SchemaAttribute};
use crate::pools::Pool;
use crate::service::Call;
use crate::wire::answer::Answer;
use crate::wire::constraint::{Kind, Member, Text, optional, required};
use crate::wire::members::{CUSTOM_NAME, POOL_ID};

pub(super) const SHAPE: &[Member] =
    &[required("UserPoolId", POOL_ID), required("CustomAttributes", Kind::List { of: &ATTRIBUTE, min: 1, max: 25 })];
pub(super) const ATTRIBUTE: Kind = Kind::Structure(&[
    optional("Name", CUSTOM_NAME),
    optional("AttributeDataType", Kind::Enum(&["String", "Number", "DateTime", "Boolean"])),
    optional(
        "NumberAttributeConstraints",
        Kind::Structure(&[optional("MinValue", BOUND), optional("MaxValue", BOUND)]),
    ),
    optional(
        "StringAttributeConstraints",
        Kind::Structure(&[optional("MinLength", BOUND), optional("MaxLength", BOUND)]),
    ),
]);
const BOUND: Kind = Kind::Text(Text { min: 0, max: 131_072, pattern: None });

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
