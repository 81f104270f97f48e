//! Lists, page by page (<https://docs.stripe.com/api/pagination>): the newest first.

use serde_json::{Value, json};

use crate::{
    error::ApiError,
    params::Params,
    state::{State, number, text},
};

/// At most so many items a page.
const LARGEST_PAGE: i64 = 100;

/// A page of the objects of a kind.
pub fn list(
    state: &State,
    kind: &str,
    url: &str,
    filters: &[(&str, &str)],
    params: &Params,
) -> Result<Value, ApiError> {
    let limit = params.number("limit").unwrap_or(10);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        return Err(ApiError::invalid(
            "Invalid integer: limit is from 1 to 100.",
        ));
    }
    if let Some(after) = params.get("starting_after") {
        state
            .get(kind, after)
            .map_err(|_| ApiError::no_such(kind, after, "starting_after"))?;
    }
    let mut reached = params.get("starting_after").is_none();
    let mut found = state.all(kind).filter(|object| {
        let after = reached;
        reached |= Some(text(object, "id")) == params.get("starting_after");
        after && matches(object, filters, params)
    });
    let limit = usize::try_from(limit).unwrap_or_default();
    let data: Vec<Value> = found.by_ref().take(limit).cloned().collect();
    let has_more = found.next().is_some();
    Ok(json!({"object": "list", "url": url, "has_more": has_more, "data": data}))
}

fn matches(object: &Value, filters: &[(&str, &str)], params: &Params) -> bool {
    let by_field = filters.iter().all(|(name, place)| {
        let value = object.pointer(place).and_then(Value::as_str);
        match params.get(name) {
            // Without a status all but the canceled ones are listed, and with this one all.
            None if *name == "status" && object["object"] == "subscription" => {
                value != Some("canceled")
            }
            Some("all") if *name == "status" => true,
            None => {
                let any = params.below(name);
                any.is_empty() || any.iter().any(|(_, wanted)| Some(*wanted) == value)
            }
            wanted => value == wanted,
        }
    });
    let created = number(object, "created");
    let bound = |name: &str| params.number(&format!("created.{name}"));
    by_field
        && bound("gte").is_none_or(|at| created >= at)
        && bound("gt").is_none_or(|at| created > at)
        && bound("lte").is_none_or(|at| created <= at)
        && bound("lt").is_none_or(|at| created < at)
}
