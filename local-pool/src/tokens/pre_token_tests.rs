use super::*;

fn members(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// Both tokens' claims of somebody in a group.
fn claims() -> Claims {
    let groups = json!({ "cognito:groups": ["staff"], "cognito:roles": ["r"], "cognito:preferred_role": "r" });
    let mut id = members(groups);
    id.extend(members(json!({ "sub": "s", "name": "Ann" })));
    Claims { id, access: members(json!({ "sub": "s", "scope": "a b", "cognito:groups": ["staff"] })) }
}

fn overridden(details: Value, values: Values) -> Option<Claims> {
    let details = members(details);
    let Claims { mut id, mut access } = claims();
    override_claims(&details, &mut id, values).ok()?;
    override_claims(&details, &mut access, values).ok()?;
    Some(Claims { id, access })
}

fn names(claims: &Map<String, Value>) -> Vec<&str> {
    let mut names: Vec<_> = claims.keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_claim_is_added_and_what_is_fixed_is_not() {
    let added =
        json!({ "plan": "pro", "name": "X", "sub": "other", "cognito:mine": "x", "dev:x": "x", "scope": "all" });
    let Claims { id, access } = overridden(json!({ "claimsToAddOrOverride": added }), Values::TextOnly).unwrap();
    assert_eq!((&id["plan"], &id["name"], &id["sub"]), (&json!("pro"), &json!("X"), &json!("s")));
    assert!(id.get("cognito:mine").is_none() && id.get("dev:x").is_none());
    // A token that has scopes gets them by their own members; elsewhere it is a name like another.
    assert_eq!((&id["scope"], &access["scope"]), (&json!("all"), &json!("a b")));
}

#[test]
fn a_claim_is_taken_away_and_what_is_fixed_is_not() {
    let details = json!({ "claimsToAddOrOverride": { "name": "X" }, "claimsToSuppress": ["name", "sub", "scope"] });
    let Claims { id, access } = overridden(details, Values::Any).unwrap();
    assert!(id.get("name").is_none() && access.get("name").is_none());
    assert_eq!((&id["sub"], &access["scope"]), (&json!("s"), &json!("a b")));
    let of_groups = overridden(json!({ "claimsToSuppress": ["cognito:groups"] }), Values::Any).unwrap();
    assert_eq!((names(&of_groups.id), names(&of_groups.access)), (vec!["name", "sub"], vec!["scope", "sub"]));
    let of_roles = overridden(json!({ "claimsToSuppress": ["cognito:roles"] }), Values::Any).unwrap();
    assert_eq!(of_roles.id["cognito:roles"], json!(["r"]));
}

#[test]
fn only_text_is_added_in_version_one() {
    let details = json!({ "claimsToAddOrOverride": { "list": ["a"] } });
    assert!(overridden(details.clone(), Values::TextOnly).is_none());
    assert_eq!(overridden(details, Values::Any).unwrap().id["list"], json!(["a"]));
}

#[test]
fn scopes_are_added_once_and_taken_away() {
    let scopes = |generation: Value, before: Value| -> Option<Value> {
        let mut claims = members(before);
        override_scopes(&members(generation), &mut claims).unwrap();
        claims.get("scope").cloned()
    };
    let before = json!({ "scope": "a b" });
    for (generation, after) in [
        (json!({}), Some(json!("a b"))),
        (json!({ "scopesToAdd": ["c", "a", "c"] }), Some(json!("a b c"))),
        (json!({ "scopesToSuppress": ["a"] }), Some(json!("b"))),
        (json!({ "scopesToAdd": ["c"], "scopesToSuppress": ["c", "b"] }), Some(json!("a"))),
        (json!({ "scopesToSuppress": ["a", "b"] }), None),
    ] {
        assert_eq!(scopes(generation.clone(), before.clone()), after, "{generation}");
    }
    assert_eq!(scopes(json!({ "scopesToAdd": ["c"] }), json!({})), None, "an id token has none");
}

#[test]
fn groups_are_replaced_emptied_or_left() {
    let after = |details: Value| {
        let mut claims = claims();
        override_groups(&members(details), &mut claims).unwrap();
        claims
    };
    assert_eq!(after(json!({})).id["cognito:roles"], json!(["r"]));
    for nothing in [Value::Null, json!({}), json!({ "groupsToOverride": [], "iamRolesToOverride": null })] {
        let Claims { id, access } = after(json!({ "groupOverrideDetails": nothing }));
        assert_eq!((names(&id), names(&access)), (vec!["name", "sub"], vec!["scope", "sub"]), "{nothing}");
    }
    let Claims { id, access } = after(json!({ "groupOverrideDetails": {
        "groupsToOverride": ["a", "b"], "iamRolesToOverride": ["x"], "preferredRole": "x",
    } }));
    assert_eq!((&id["cognito:groups"], &access["cognito:groups"]), (&json!(["a", "b"]), &json!(["a", "b"])));
    assert_eq!((&id["cognito:roles"], &id["cognito:preferred_role"]), (&json!(["x"]), &json!("x")));
    assert!(access.get("cognito:roles").is_none());
}

#[test]
fn what_has_another_form_is_refused() {
    for (details, wrong) in [
        (json!({ "claimsToAddOrOverride": [] }), true),
        (json!({ "claimsToAddOrOverride": null }), false),
        (json!({ "claimsToSuppress": "name" }), true),
        (json!({ "claimsToSuppress": ["name", 1] }), true),
        (json!({ "claimsToSuppress": null }), false),
    ] {
        assert_eq!(overridden(details.clone(), Values::Any).is_none(), wrong, "{details}");
    }
}
