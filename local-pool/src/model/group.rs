//! Groups of users, and the IAM roles that come with them.

use serde_json::{Value, json};

use super::pool::Pool;
use super::timestamp::seconds;

#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub name: String,
    pub description: Option<String>,
    pub role_arn: Option<String>,
    /// The lowest wins; none is after all others.
    pub precedence: Option<i64>,
    pub created_ms: i64,
    pub modified_ms: i64,
}

/// What tokens say of a user's groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Membership {
    /// `cognito:groups`
    pub groups: Vec<String>,
    /// `cognito:roles`
    pub roles: Vec<String>,
    /// `cognito:preferred_role`
    pub preferred_role: Option<String>,
}

impl Group {
    /// `GroupType`
    pub fn description(&self, pool: &Pool) -> Value {
        let mut description = json!({
            "GroupName": self.name,
            "UserPoolId": pool.id,
            "CreationDate": seconds(self.created_ms),
            "LastModifiedDate": seconds(self.modified_ms),
        });
        let optional = [
            ("Description", self.description.as_ref().map(|text| json!(text))),
            ("RoleArn", self.role_arn.as_ref().map(|arn| json!(arn))),
            ("Precedence", self.precedence.map(|number| json!(number))),
        ];
        for (member, value) in optional {
            if let Some(value) = value {
                description[member] = value;
            }
        }
        description
    }
}

impl Membership {
    /// Of groups in the order of their precedence. Groups that share the first place with different roles leave no
    /// role preferred (developer guide, "Adding groups to a user pool").
    pub fn of(groups: &[Group]) -> Self {
        let with_role = || groups.iter().filter_map(|group| Some((group.precedence, group.role_arn.as_ref()?)));
        let mut roles: Vec<String> = Vec::new();
        for (_, role) in with_role() {
            if !roles.contains(role) {
                roles.push(role.clone());
            }
        }
        let first = with_role().next();
        let preferred_role = first.and_then(|(precedence, role)| {
            let mut tied = with_role().filter(|(other, _)| *other == precedence);
            tied.all(|(_, other)| other == role).then(|| role.clone())
        });
        Self { groups: groups.iter().map(|group| group.name.clone()).collect(), roles, preferred_role }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str, precedence: Option<i64>, role: Option<&str>) -> Group {
        let role_arn = role.map(str::to_owned);
        Group { name: name.into(), description: None, role_arn, precedence, created_ms: 0, modified_ms: 0 }
    }

    fn preferred(groups: &[Group]) -> Option<String> {
        Membership::of(groups).preferred_role
    }

    #[test]
    fn the_preferred_role_is_that_of_the_lowest_precedence() {
        let (a, b) = (group("a", Some(1), Some("arn:a")), group("b", Some(2), Some("arn:b")));
        assert_eq!(preferred(&[a.clone(), b.clone()]).as_deref(), Some("arn:a"));
        assert_eq!(Membership::of(&[a.clone(), b]).roles, ["arn:a", "arn:b"]);
        assert_eq!(preferred(&[a.clone(), group("c", Some(1), Some("arn:a"))]).as_deref(), Some("arn:a"));
        assert_eq!(preferred(&[a.clone(), group("c", Some(1), Some("arn:c"))]), None);
        assert_eq!(preferred(&[group("c", Some(0), None), a]).as_deref(), Some("arn:a"));
        assert_eq!(preferred(&[group("c", None, None)]), None);
    }
}
