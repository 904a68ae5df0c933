package dev.portcullis

/** The calls of [Auth] for AWS credentials and identities. */
public interface CredentialCalls : CoreCalls {
    /**
     * AWS credentials of whoever uses the app: the signed-in user, whoever is federated, or a guest. From memory or the
     * store while they are fresh; if the service cannot be reached, those that still work. However many calls come at once,
     * the service gets one request (`GetId`, `GetCredentialsForIdentity`).
     *
     * @throws AuthException.NotAuthorized with the code `guest_access_denied`, `provider_token_expired` or
     *   `provider_token_refused`
     * @throws AuthException.Configuration if there is no identity pool
     * @throws AuthException.SessionExpired
     */
    public suspend fun fetchAwsCredentials(options: AwsCredentialsOptions = AwsCredentialsOptions()): AwsCredentials =
        whileOpen { AwsCredentials(it.fetchAwsCredentials(options, null)) }

    /**
     * Signs a plain HTTP request to an AWS service (Signature Version 4) with the AWS credentials of whoever uses the app, at
     * the service's time. Gives the headers to add to it: `Authorization`, `X-Amz-Date`, `X-Amz-Security-Token`, and for S3
     * `X-Amz-Content-Sha256`. They are secrets for as long as AWS takes them, some minutes.
     *
     * @throws AuthException as [fetchAwsCredentials]
     * @throws AuthException.Validation for what HTTP clients would send in different ways; `field` names it
     */
    public suspend fun signAwsRequest(request: AwsRequest): Map<String, String> =
        whileOpen { it.signAwsRequest(request, null) }

    /**
     * The id that whoever uses the app has at the identity pool (Cognito's `GetId`).
     *
     * @throws AuthException as [fetchAwsCredentials]
     */
    public suspend fun fetchIdentityId(): String = whileOpen { it.fetchIdentityId(null) }

    /**
     * An OpenID token of the identity (Cognito's `GetOpenIdToken`), by which the app's own servers can verify who is calling.
     * New at each call. The identity pool must allow the basic (classic) flow.
     *
     * @throws AuthException as [fetchAwsCredentials]
     * @throws AuthException.Validation if the basic flow is off
     */
    public suspend fun fetchOpenIdToken(): Token = whileOpen { Token(it.fetchOpenIdToken(null)) }

    /**
     * Forgets the identity of whoever uses the app, and its credentials, on this device: the next guest gets another one, a
     * user the same again. Nobody is signed out by it.
     *
     * @throws AuthException.InvalidState with the code `federation_active`: call [FederationCalls.clearFederation] instead
     * @throws AuthException.Storage
     */
    public suspend fun clearIdentity(): Unit = whileOpen { it.clearIdentity(null) }
}
