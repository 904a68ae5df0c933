//! A domain of a user pool: a prefix of the service's own, or a whole name with a certificate.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::pool::ACCOUNT_ID;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Domain {
    pub name: String,
    pub pool_id: String,
    pub settings: DomainSettings,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct DomainSettings {
    pub managed_login_version: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_domain_config: Option<Value>,
}

impl Domain {
    pub fn is_custom(&self) -> bool {
        self.settings.custom_domain_config.is_some()
    }

    /// The host that requests for it name.
    pub fn host(&self) -> String {
        if self.is_custom() {
            return self.name.clone();
        }
        let region = self.pool_id.split_once('_').map_or("us-east-1", |(region, _)| region);
        format!("{}.auth.{region}.amazoncognito.com", self.name)
    }

    /// What a custom domain is to be an alias of.
    pub fn distribution(&self) -> Option<String> {
        self.is_custom().then(|| "d0000000000000.cloudfront.net".to_owned())
    }

    /// `DomainDescriptionType`
    pub fn description(&self) -> Value {
        let mut description = json!({
            "UserPoolId": self.pool_id,
            "AWSAccountId": ACCOUNT_ID,
            "Domain": self.name,
            "S3Bucket": "local-pool",
            "Version": "20260101000000",
            "Status": "ACTIVE",
            "CustomDomainConfig": self.settings.custom_domain_config.clone().unwrap_or_else(|| json!({})),
            "ManagedLoginVersion": self.settings.managed_login_version,
        });
        if let Some(distribution) = self.distribution() {
            description["CloudFrontDistribution"] = json!(distribution);
        }
        description
    }
}
