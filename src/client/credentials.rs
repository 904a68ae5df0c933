//! AWS credentials, identities and federation.

use std::collections::HashMap;
use std::sync::Arc;

use super::{AuthClient, AuthSession, ClientInner, SessionIdentity};
use crate::credentials::{
    AwsCredentials, AwsCredentialsOptions, AwsRequest, FederateOptions, FederatedInfo, FederatedProvider,
    FederatedTokenProvider, Login, Wanted, sign,
};
use crate::error::{AuthError, Error, Result as Internal};
use crate::events::{AuthState, AuthUser};
use crate::session::Caller;
use crate::storage::IdentityOwner;
use crate::storage::identity_record::IdentityRecord;
use crate::support::ordered::ordered;
use crate::support::secret::Secret;

impl AuthClient {
    /// AWS credentials of whoever uses the app: the signed-in user, whoever is federated, or a guest. From memory or the
    /// store while they are fresh; if the service cannot be reached, those that still work. However many calls come at
    /// once, the service gets one request (`GetId`, `GetCredentialsForIdentity`).
    ///
    /// They work until they expire, usually for an hour, even after a sign-out.
    ///
    /// # Errors
    /// `configuration_invalid` (there is no identity pool), `guest_access_denied`, `provider_token_expired`,
    /// `provider_token_refused`, `identity_conflict`, `not_federated` (the federation was cleared meanwhile), and what every
    /// call in the signed-in user's name may give, but `not_signed_in`.
    pub async fn fetch_aws_credentials(&self, options: AwsCredentialsOptions) -> Result<AwsCredentials, AuthError> {
        let AwsCredentialsOptions { force_refresh, custom_role_arn } = options;
        let wanted = Wanted { credentials: true, forced: force_refresh, role: custom_role_arn };
        self.run(|inner| async move { AwsCredentials::of(&*inner.identity(wanted).await?) }).await
    }

    /// Signs a plain HTTP request to an AWS service (Signature Version 4 in headers) with the AWS credentials of whoever
    /// uses the app, at the service's time. Gives the headers to add to it: `Authorization`, `X-Amz-Date`,
    /// `X-Amz-Security-Token`, and for S3 `X-Amz-Content-Sha256`. They are secrets for as long as AWS takes them, some
    /// minutes. Nothing is sent but what [`fetch_aws_credentials`](Self::fetch_aws_credentials) sends.
    ///
    /// # Errors
    /// As [`fetch_aws_credentials`](Self::fetch_aws_credentials), and `validation_failed`: its field names the part of the
    /// request that HTTP clients would send in different ways.
    pub async fn sign_aws_request(&self, request: AwsRequest) -> Result<HashMap<String, String>, AuthError> {
        self.run(|inner| async move {
            request.check()?;
            let wanted = Wanted { credentials: true, ..Wanted::default() };
            let credentials = AwsCredentials::of(&*inner.identity(wanted).await?)?;
            Ok(sign(&request, &credentials, inner.clock.now())?)
        })
        .await
    }

    /// The id that whoever uses the app has at the identity pool (`GetId`), for example
    /// `eu-west-1:00000000-1111-2222-3333-444444444444`.
    ///
    /// # Errors
    /// As [`fetch_aws_credentials`](Self::fetch_aws_credentials).
    pub async fn fetch_identity_id(&self) -> Result<String, AuthError> {
        self.run(|inner| async move { Ok(inner.identity(Wanted::default()).await?.identity_id.clone()) }).await
    }

    /// An OpenID token of the identity (`GetOpenIdToken`), by which the app's own servers can verify who is calling. New at
    /// each call. The identity pool must allow the basic (classic) flow.
    ///
    /// # Errors
    /// As [`fetch_aws_credentials`](Self::fetch_aws_credentials), and `invalid_parameter` if the basic flow is off.
    pub async fn fetch_open_id_token(&self) -> Result<String, AuthError> {
        self.run(|inner| async move {
            let who = inner.who().await?;
            let token = match &who {
                Who::Federated => inner.federation.open_id_token().await?,
                Who::Guest | Who::User(_) => inner.identities.open_id_token(|| inner.login_of(&who)).await?,
            };
            inner.is_still(&who)?;
            Ok(token.expose().to_owned())
        })
        .await
    }

    /// Forgets the identity of whoever uses the app, and its credentials, on this device: the next guest gets another one,
    /// a user the same again. Nobody is signed out by it.
    ///
    /// # Errors
    /// `configuration_invalid` (there is no identity pool), `federation_active` (call
    /// [`clear_federation`](Self::clear_federation) instead), `storage_busy`, `storage_locked`, `storage_failed`.
    pub async fn clear_identity(&self) -> Result<(), AuthError> {
        self.run(|inner| async move {
            inner.identities.configured()?;
            let owner = match inner.who().await? {
                Who::Guest => IdentityOwner::Guest,
                Who::User(caller) => owner_of(caller.user()),
                Who::Federated => return Err(Error::FederationActive),
            };
            inner.identities.forget(&owner, None).await
        })
        .await
    }

    /// Exchanges the token of another provider for AWS credentials (`federatedSignIn` of Amplify for JavaScript). No user
    /// pool takes part: the state is [`AuthState::Federated`], and there are no user pool tokens. Survives the process;
    /// a later call replaces it. Signing in with the user pool and federation exclude each other.
    ///
    /// # Errors
    /// `user_pool_session_active`, `validation_failed` (its field names the argument; an expiry that cannot be a moment
    /// too), `configuration_invalid` (there is no identity pool), `provider_token_expired`, `provider_token_refused`,
    /// `identity_conflict`, and what every call may give.
    pub async fn federate_to_identity_pool(
        &self,
        provider: FederatedProvider,
        token: impl Into<String>,
        options: FederateOptions,
    ) -> Result<AwsCredentials, AuthError> {
        let token = Secret::new(token);
        self.run(|inner| async move {
            inner.sessions.load().await?;
            if matches!(inner.hub.state(), AuthState::SignedIn { .. } | AuthState::SessionExpired { .. }) {
                return Err(Error::UserPoolSessionActive);
            }
            inner.federation.begin(provider, token, options).await
        })
        .await
    }

    /// Ends the federation on this device, at once. Nothing happens where nobody is federated.
    ///
    /// # Errors
    /// Why it could not be removed from the store yet, which is tried again at the next call: `storage_busy`,
    /// `storage_locked`, `storage_failed`. Ended it is.
    pub async fn clear_federation(&self) -> Result<(), AuthError> {
        self.run(|inner| async move { inner.federation.clear().await }).await
    }

    /// Who is federated, with the provider's latest token, from memory; `None` before the first asynchronous call has read
    /// the store.
    #[must_use]
    pub fn federated_info(&self) -> Option<FederatedInfo> {
        self.inner.federation.info()
    }

    /// Has new tokens of that provider asked for from there, from now on, shortly before the present one expires
    /// (`refreshHandlers` of Amplify for JavaScript). Set it at every start of the app: it is not stored. `None` removes
    /// it. Gives whether another one was asked until now.
    pub fn set_token_provider(
        &self,
        provider: FederatedProvider,
        asked: Option<Arc<dyn FederatedTokenProvider>>,
    ) -> bool {
        self.inner.federation.set_token_provider(provider, asked)
    }
}

/// Who uses the app.
pub(super) enum Who {
    Guest,
    User(Caller),
    Federated,
}

impl ClientInner {
    pub(super) async fn who(&self) -> Internal<Who> {
        self.sessions.load().await?;
        self.federation.load().await?;
        if self.federation.current().is_some() {
            return Ok(Who::Federated);
        }
        match self.sessions.caller().await {
            Ok(caller) => Ok(Who::User(caller)),
            Err(Error::NotSignedIn) => Ok(Who::Guest),
            Err(error) => Err(error),
        }
    }

    /// The identity of whoever uses the app now.
    async fn identity(&self, wanted: Wanted) -> Internal<Arc<IdentityRecord>> {
        self.identities.configured()?;
        let who = self.who().await?;
        self.identity_of(&who, wanted).await
    }

    async fn identity_of(&self, who: &Who, wanted: Wanted) -> Internal<Arc<IdentityRecord>> {
        let identity = match who {
            Who::Federated => self.federation.identity(wanted).await?,
            Who::Guest | Who::User(_) => self.identities.fetch(self.login_of(who), wanted).await?,
        };
        self.is_still(who)?;
        Ok(identity)
    }

    /// What was got for a user is given to nobody else.
    fn is_still(&self, who: &Who) -> Internal<()> {
        if let Who::User(caller) = who { caller.is_still_signed_in() } else { Ok(()) }
    }

    fn login_of(&self, who: &Who) -> Login {
        match who {
            Who::Guest => Login::guest(),
            Who::Federated => self.federation.login(),
            Who::User(caller) => {
                let (asked, wanting) = (caller.clone(), caller.clone());
                Login {
                    owner: owner_of(caller.user()),
                    logins: Box::new(move || {
                        Box::pin(async move {
                            let (issuer, token) = asked.id_token().await?;
                            Ok(ordered([(issuer, token)]))
                        })
                    }),
                    is_wanted: Arc::new(move || wanting.is_still_signed_in().is_ok()),
                    identity_id: None,
                }
            }
        }
    }

    /// The identity's part of a session: each of its parts by itself.
    pub(super) async fn session_identity(&self, session: &AuthSession, forced: bool) -> SessionIdentity {
        let who = match &session.user {
            // If it is somebody else by now, their identity does not belong to these tokens.
            Some(user) if self.federation.current().is_none() => self.sessions.caller_for(user).await.map(Who::User),
            _ => self.who().await,
        };
        let who = match who {
            Ok(who) => who,
            Err(error) => {
                let error = AuthError::from(error);
                return SessionIdentity { identity_id: Err(error.clone()), aws_credentials: Err(error) };
            }
        };
        let wanted = Wanted { credentials: true, forced, role: None };
        match self.identity_of(&who, wanted).await {
            Ok(identity) => SessionIdentity {
                identity_id: Ok(identity.identity_id.clone()),
                aws_credentials: AwsCredentials::of(&identity).map_err(AuthError::from),
            },
            Err(error) => {
                // The id may be known although there are no credentials.
                let owner = self.login_of(&who).owner;
                let identity = self.identities.known_id(&owner).await;
                let error = AuthError::from(error);
                SessionIdentity { identity_id: identity.ok_or_else(|| error.clone()), aws_credentials: Err(error) }
            }
        }
    }

    /// After a sign-in the user's credentials are fetched anew: their groups and roles may be others.
    pub(super) async fn forget_identity_of(&self, user: &AuthUser) {
        if self.identities.configured().is_ok() {
            self.hub.report_storing(self.identities.forget(&owner_of(user), None).await);
        }
    }
}

fn owner_of(user: &AuthUser) -> IdentityOwner {
    IdentityOwner::User { username: user.username.clone(), user_id: user.user_id.clone() }
}
