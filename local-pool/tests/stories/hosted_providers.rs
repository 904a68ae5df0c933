//! Identity providers and linked users by the API.

use local_pool::{ClientConfig, IdentityProviderConfig, PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::hosted::{self, authorize_url, exchange, parameter};
use crate::client::{PASSWORD, Reply, TestPool, claims};

async fn start() -> TestPool {
    let client = ClientConfig { identity_providers: vec!["COGNITO".into(), "Google".into()], ..hosted::client() };
    let pool = PoolConfig::default()
        .with_client(client)
        .with_user("ann", PASSWORD, &[("email", "ann@example.com"), ("email_verified", "true")])
        .with_identity_provider(IdentityProviderConfig::named("Google"));
    TestPool::start(pool).await
}

impl TestPool {
    async fn admin(&self, operation: &str, mut body: Value) -> Reply {
        body["UserPoolId"] = json!(self.server.pool_id());
        self.call(operation, body).await
    }

    /// Signs a subject of Google in and gives the claims of the id token, or the address that it came back to.
    async fn by_google(&self, subject: &str, told: &[(&str, &str)]) -> Result<Value, String> {
        let url = authorize_url(self, &[("identity_provider", "Google"), ("scope", "openid profile")]);
        let callback = self.server.authorize_with(&url, subject, told).await.unwrap();
        match parameter(&callback, "code") {
            Some(code) => Ok(claims(&exchange(self, &code, &[]).await.ok()["id_token"])),
            None => Err(parameter(&callback, "error_description").unwrap_or_default()),
        }
    }
}

#[tokio::test]
async fn providers_are_made_described_changed_listed_and_deleted() {
    let api = start().await;
    let details = json!({ "client_id": "c", "client_secret": "s", "authorize_scopes": "public_profile" });
    let made = json!({
        "ProviderName": "Facebook", "ProviderType": "Facebook", "ProviderDetails": details,
        "AttributeMapping": { "email": "email" }, "IdpIdentifiers": ["fb.example"],
    });
    let made = api.admin("CreateIdentityProvider", made).await.ok()["IdentityProvider"].clone();
    assert_eq!(made["AttributeMapping"], json!({ "email": "email", "username": "id" }));
    let described = api.admin("DescribeIdentityProvider", json!({ "ProviderName": "Facebook" })).await.ok();
    assert_eq!(described["IdentityProvider"], made);
    let found = api.admin("GetIdentityProviderByIdentifier", json!({ "IdpIdentifier": "fb.example" })).await.ok();
    assert_eq!(found["IdentityProvider"]["ProviderName"], "Facebook");
    let change = json!({ "ProviderName": "Facebook", "AttributeMapping": { "name": "name" } });
    let changed = api.admin("UpdateIdentityProvider", change).await.ok()["IdentityProvider"].clone();
    assert_eq!((&changed["AttributeMapping"]["name"], &changed["ProviderDetails"]), (&json!("name"), &details));
    let listed = api.admin("ListIdentityProviders", json!({})).await.ok();
    let names: Vec<_> = listed["Providers"].as_array().unwrap().iter().map(|one| one["ProviderName"].clone()).collect();
    assert_eq!(names, ["Facebook", "Google"]);
    api.admin("DeleteIdentityProvider", json!({ "ProviderName": "Facebook" })).await.ok_empty();
    api.admin("DescribeIdentityProvider", json!({ "ProviderName": "Facebook" }))
        .await
        .refused_as("ResourceNotFoundException");
    api.admin("DeleteIdentityProvider", json!({ "ProviderName": "Facebook" }))
        .await
        .refused_as("ResourceNotFoundException");
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_the_services_texts() {
    let api = start().await;
    let create = async |name: &str, kind: &str, details: Value, more: Value| {
        let mut body = json!({ "ProviderName": name, "ProviderType": kind, "ProviderDetails": details });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        api.admin("CreateIdentityProvider", body).await
    };
    let social = json!({ "client_id": "c", "client_secret": "s", "authorize_scopes": "x" });
    let text = "Provider Mine cannot be of type Google.";
    create("Mine", "Google", social.clone(), json!({})).await.refused("InvalidParameterException", text);
    let text = "client_id, client_secret and authorize_scopes are all required idp details";
    let short = json!({ "client_id": "c" });
    create("Facebook", "Facebook", short, json!({})).await.refused("InvalidParameterException", text);
    create("Google", "Google", social.clone(), json!({})).await.refused_as("DuplicateProviderException");
    let mapping = json!({ "AttributeMapping": { "nothing": "x" } });
    create("Facebook", "Facebook", social.clone(), mapping).await.refused_as("InvalidParameterException");
    let identifiers = json!({ "IdpIdentifiers": ["same.example"] });
    create("Facebook", "Facebook", social.clone(), identifiers.clone()).await.ok();
    create("LoginWithAmazon", "LoginWithAmazon", social, identifiers).await.refused_as("InvalidParameterException");
}

fn link(destination: &str, provider: &str, name: &str, value: &str) -> Value {
    json!({
        "DestinationUser": { "ProviderName": "Cognito", "ProviderAttributeValue": destination },
        "SourceUser": { "ProviderName": provider, "ProviderAttributeName": name, "ProviderAttributeValue": value },
    })
}

#[tokio::test]
async fn a_linked_person_is_the_user_they_are_linked_to() {
    let api = start().await;
    api.admin("AdminLinkProviderForUser", link("ann", "Google", "Cognito_Subject", "1170")).await.ok();
    let native = claims(&api.tokens("ann").await["IdToken"]);
    let id = api.by_google("1170", &[("name", "Ann G."), ("email", "ann@google.example")]).await.unwrap();
    assert_eq!((&id["sub"], &id["cognito:username"]), (&native["sub"], &json!("ann")));
    // What the provider says is written down, and the flag with it.
    assert_eq!((&id["name"], &id["email"]), (&json!("Ann G."), &json!("ann@google.example")));
    assert_eq!(id["identities"][0]["primary"], "false");
    assert_eq!(api.password("ann", PASSWORD).await.status, 200);

    let again = api.admin("AdminLinkProviderForUser", link("ann", "Google", "Cognito_Subject", "1170")).await;
    again.refused("InvalidParameterException", "SourceUser is already linked to DestinationUser");
    let unlink = |name: &str, value: &str| json!({ "User": { "ProviderName": name, "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": value } });
    api.admin("AdminDisableProviderForUser", unlink("Google", "1170")).await.ok();
    let other = api.by_google("1170", &[]).await.unwrap();
    assert_eq!(other["cognito:username"], "Google_1170");
    api.admin("AdminDisableProviderForUser", unlink("Google", "nobody")).await.refused_as("UserNotFoundException");
    api.admin("AdminDisableProviderForUser", unlink("Cognito", "ann")).await.ok();
    api.password("ann", PASSWORD).await.refused("NotAuthorizedException", "Incorrect username or password.");
}

#[tokio::test]
async fn links_that_cannot_be_are_refused() {
    let api = start().await;
    let refused = async |body: Value, text: &str| {
        api.admin("AdminLinkProviderForUser", body).await.refused("InvalidParameterException", text);
    };
    api.by_google("1170", &[]).await.unwrap();
    let merging =
        "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link";
    refused(link("ann", "Google", "Cognito_Subject", "1170"), merging).await;
    let native = "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only \
                  as a DestinationUser";
    refused(link("ann", "Cognito", "Cognito_Subject", "bob"), native).await;
    let nobody = api.admin("AdminLinkProviderForUser", link("nobody", "Google", "Cognito_Subject", "1")).await;
    nobody.refused_as("UserNotFoundException");
    let unknown = api.admin("AdminLinkProviderForUser", link("ann", "Nobody", "Cognito_Subject", "1")).await;
    unknown.refused_as("ResourceNotFoundException");
    let by_email = api.admin("AdminLinkProviderForUser", link("ann", "Google", "email", "a@b")).await;
    by_email.refused_as("InvalidParameterException");
    for number in 0..5 {
        let body = link("ann", "Google", "Cognito_Subject", &number.to_string());
        api.admin("AdminLinkProviderForUser", body).await.ok();
    }
    let sixth = api.admin("AdminLinkProviderForUser", link("ann", "Google", "Cognito_Subject", "5")).await;
    sixth.refused_as("LimitExceededException");
}

#[tokio::test]
async fn linking_in_the_pre_sign_up_trigger_counts_from_the_next_sign_in_on() {
    let api = std::sync::Arc::new(start().await);
    let (endpoint, pool) = (api.server.endpoint(), api.server.pool_id().to_owned());
    api.server.set_trigger(TriggerKind::PreSignUp, move |event| {
        let mut body = link("ann", "Google", "Cognito_Subject", "1170");
        body["UserPoolId"] = json!(pool);
        let endpoint = endpoint.clone();
        let linked = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let request = crate::client::http().post(endpoint).body(body.to_string());
                let target = "AWSCognitoIdentityProviderService.AdminLinkProviderForUser";
                request.header("x-amz-target", target).send().await.unwrap().status().as_u16()
            })
        });
        assert_eq!(linked.join().unwrap(), 200);
        Ok(event)
    });
    let text = api.by_google("1170", &[]).await.unwrap_err();
    assert_eq!(text, "Already found an entry for username Google_1170 ");
    assert_eq!(api.by_google("1170", &[]).await.unwrap()["cognito:username"], "ann");
}
