use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{HeaderMap, Method, Response, Uri, header};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;

use super::access;
use super::app::{App, stamp};
use super::connection::ConnectionSwitch;
use super::faulty::{faulty, sdk_of};
use super::hosted;
use super::local;
use super::report::{self, FaultName, Report};
use super::sts;
use crate::error::ServiceError;
use crate::hosted::Page;
use crate::identities::open_id_token;
use crate::identity_operations;
use crate::logins::OWN_ISSUER;
use crate::model::client::secret_hash;
use crate::operations;
use crate::service::Call;
use crate::wire::answer;
use crate::wire::request::{self, Api};

pub(super) fn router(app: App) -> Router {
    Router::new()
        .route("/", post(operation).options(preflight))
        .route("/{pool}/.well-known/jwks.json", get(jwks))
        .route("/{pool}/.well-known/openid-configuration", get(openid_configuration))
        .route("/.well-known/jwks_uri", get(identity_jwks))
        .route("/.well-known/openid-configuration", get(identity_configuration))
        .route("/confirmUser", get(confirm_user))
        .route("/_local/", get(local::console))
        .nest("/_local", local::router())
        .fallback(anything_else)
        .method_not_allowed_fallback(anything_else)
        .with_state(app)
}

async fn operation(
    State(app): State<App>,
    ConnectInfo(connection): ConnectInfo<ConnectionSwitch>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let Some((api, name)) = access::operation_of(&headers).map(|(api, name)| (api, name.to_owned())) else {
        return match sts::form(&headers, &body) {
            Some(form) => security_token(&app, &connection, headers, uri, body, form).await,
            None => answer::not_understood(&stamp(&app)),
        };
    };
    let body = request::object(&body);
    let report = Report::of(&name, body.as_ref().ok());
    let (sdk, peer) = (sdk_of(&headers), connection.peer());
    let response = faulty(&app, &connection, &name.clone(), || async {
        let service = Arc::clone(&app.service);
        // On a task of its own: a client that goes away does not stop an operation half way.
        let run = tokio::spawn(async move {
            let call = Call { service, sdk, peer };
            match api {
                Api::UserPools => operations::run(&call, &name, body?).await,
                Api::IdentityPools => identity_operations::run(&call, &name, body?).await,
            }
        });
        let outcome = run.await.unwrap_or_else(|_| Err(ServiceError::internal("local-pool failed on this request")));
        match outcome {
            Ok(result) => {
                report::sign_in(&app.service.feed, &report, &result);
                answer::success(result, &stamp(&app))
            }
            Err(error) => answer::failure(&error, &stamp(&app)),
        }
    })
    .await;
    report.tell(&app.service.feed, &response);
    response
}

/// A request of STS.
async fn security_token(
    app: &App,
    connection: &ConnectionSwitch,
    headers: HeaderMap,
    uri: Uri,
    body: Bytes,
    form: crate::sts::Form,
) -> Response<Body> {
    let action = form.get("Action").cloned().unwrap_or_default();
    let report = Report::of(&action, None);
    let mut response = faulty(app, connection, &action, || sts::answer(app, &action, form, headers, uri, body)).await;
    if response.extensions().get::<FaultName>().is_some_and(|fault| fault.0 == "answer") {
        response = sts::translated(response, &stamp(app)).await;
    }
    report.tell(&app.service.feed, &response);
    response
}

async fn preflight(State(app): State<App>, headers: HeaderMap) -> Response<Body> {
    answer::preflight(headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS), &stamp(&app))
}

async fn jwks(
    State(app): State<App>,
    ConnectInfo(connection): ConnectInfo<ConnectionSwitch>,
    Path(pool_id): Path<String>,
) -> Response<Body> {
    faulty(&app, &connection, "jwks.json", || async {
        let found = match app.service.store.pool(&pool_id) {
            Ok(pool) => app.service.keys.of_pool(&app.service.store, &pool.id).await,
            Err(error) => Err(error),
        };
        match found {
            Ok(keys) => answer::document(&keys.jwks(), &stamp(&app)),
            Err(error) => answer::failure(&error, &stamp(&app)),
        }
    })
    .await
}

async fn openid_configuration(
    State(app): State<App>,
    ConnectInfo(connection): ConnectInfo<ConnectionSwitch>,
    Path(pool_id): Path<String>,
) -> Response<Body> {
    faulty(&app, &connection, "openid-configuration", || async {
        match app.service.store.pool(&pool_id) {
            Ok(pool) => {
                let endpoint = &app.service.endpoint;
                let document = json!({
                    "authorization_endpoint": format!("{endpoint}/oauth2/authorize"),
                    "end_session_endpoint": format!("{endpoint}/logout"),
                    "id_token_signing_alg_values_supported": ["RS256"],
                    "issuer": app.service.issuer(&pool),
                    "jwks_uri": format!("{endpoint}/{}/.well-known/jwks.json", pool.id),
                    "response_types_supported": ["code", "token"],
                    "revocation_endpoint": format!("{endpoint}/oauth2/revoke"),
                    "scopes_supported": ["openid", "email", "phone", "profile"],
                    "subject_types_supported": ["public"],
                    "token_endpoint": format!("{endpoint}/oauth2/token"),
                    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                    "userinfo_endpoint": format!("{endpoint}/oauth2/userInfo"),
                });
                answer::document(&document, &stamp(&app))
            }
            Err(error) => answer::failure(&error, &stamp(&app)),
        }
    })
    .await
}

/// The keys of OpenID tokens that identity pools hand out.
async fn identity_jwks(
    State(app): State<App>,
    ConnectInfo(connection): ConnectInfo<ConnectionSwitch>,
) -> Response<Body> {
    faulty(&app, &connection, "jwks.json", || async {
        match open_id_token::jwks(&app.service).await {
            Ok(keys) => answer::document(&keys, &stamp(&app)),
            Err(error) => answer::failure(&error, &stamp(&app)),
        }
    })
    .await
}

async fn identity_configuration(
    State(app): State<App>,
    ConnectInfo(connection): ConnectInfo<ConnectionSwitch>,
) -> Response<Body> {
    faulty(&app, &connection, "openid-configuration", || async {
        let document = json!({
            "issuer": OWN_ISSUER,
            "jwks_uri": format!("{}/.well-known/jwks_uri", app.service.endpoint),
            "id_token_signing_alg_values_supported": ["RS512"],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
        });
        answer::document(&document, &stamp(&app))
    })
    .await
}

#[derive(Deserialize)]
struct ConfirmationLink {
    client_id: String,
    user_name: String,
    confirmation_code: String,
}

/// Where the link of a verification e-mail leads: ConfirmSignUp, in the browser.
async fn confirm_user(State(app): State<App>, Query(link): Query<ConfirmationLink>) -> Response<Body> {
    let outcome = async {
        let client = app.service.store.client(&link.client_id)?;
        let mut body = json!({
            "ClientId": link.client_id, "Username": link.user_name, "ConfirmationCode": link.confirmation_code,
        });
        if let Some(secret) = &client.secret {
            // The code alone is what the link's holder has to have.
            body["SecretHash"] = json!(secret_hash(secret, &link.user_name, &link.client_id));
        }
        let call = Call::in_process(Arc::clone(&app.service));
        operations::run(&call, "ConfirmSignUp", request::object(body.to_string().as_bytes())?).await
    };
    match outcome.await {
        Ok(_) => answer::plain_text("Your registration has been confirmed!", &stamp(&app)),
        Err(error) => answer::failure(&error, &stamp(&app)),
    }
}

/// The hosted pages, whose paths are taken in small and large letters, or nothing that there is.
async fn anything_else(
    State(app): State<App>,
    ConnectInfo(connection): ConnectInfo<ConnectionSwitch>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    match Page::of(uri.path()) {
        Some(page) => hosted::page(&app, &connection, page, &method, &uri, &headers, &body).await,
        None => answer::not_understood(&stamp(&app)),
    }
}
