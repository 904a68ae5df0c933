package dev.portcullis

import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * Which user pool and app client to use, checked once when it is made. It holds no connection; any number of clients
 * can share it. Printing it shows no secret.
 */
public class AuthConfiguration private constructor(internal val core: ConfigurationCore) {
    /**
     * A configuration written out in code.
     *
     * @param userPoolId the user pool's id, for example `eu-west-1_AbCdEfGh1`
     * @param clientId the app client's id
     * @param region the pool's region; null: the part of the pool id before `_`
     * @param clientSecret the app client's secret, if it has one
     * @param endpoint the URL of the user-pool service, for a proxy or local-pool; plain http only to this machine
     * @param authFlow how [AuthClient.signIn] works unless a call says otherwise; null: [AuthFlow.UserSrp]
     * @param clientMetadata `ClientMetadata` of every call, under what a call gives
     * @param signUpVerification how the pool confirms new accounts, which [AuthClient.autoSignIn] needs to know; null:
     *   with a code
     * @param threatProtection whether requests carry data about the device for Cognito's threat protection; null: not
     * @param analyticsEndpointId the Amazon Pinpoint endpoint that the service's analytics are attributed to
     * @param identityPoolId the identity pool that gives out AWS credentials
     * @param identityPoolRegion its region; null: the part of its id before `:`
     * @param identityPoolEndpoint the URL of the service of identity pools, for a proxy or local-pool; plain http only to
     *   this machine
     * @param guestAccess whether somebody who is not signed in gets the credentials of a guest; Amplify's `mandatorySignIn`
     *   means no; null: yes
     * @param mergeGuestIdentity whether a guest who signs in keeps their identity, which Cognito cannot undo; null: not
     * @param hostedUiDomain where the pool's hosted pages are: their domain, or a URL; plain http only to this machine
     * @param hostedUiScopes the scopes that a sign-in on them asks for; empty: all of the app client
     * @param signInRedirectUris where they send people back to after a sign-in: callback URLs of the app client
     * @param signOutRedirectUris where they send people back to after a sign-out
     * @param connectTimeout how long making a connection may take; null: 10 s
     * @param totalTimeout how long one call may take, everything included, see also [AuthClient.withTimeout]; null: 30 s
     * @throws AuthException.Configuration with `field` naming the value at fault
     */
    public constructor(
        userPoolId: String,
        clientId: String,
        region: String? = null,
        clientSecret: String? = null,
        endpoint: String? = null,
        authFlow: AuthFlow? = null,
        clientMetadata: Map<String, String> = emptyMap(),
        signUpVerification: SignUpVerification? = null,
        threatProtection: Boolean? = null,
        analyticsEndpointId: String? = null,
        identityPoolId: String? = null,
        identityPoolRegion: String? = null,
        identityPoolEndpoint: String? = null,
        guestAccess: Boolean? = null,
        mergeGuestIdentity: Boolean? = null,
        hostedUiDomain: String? = null,
        hostedUiScopes: List<String> = emptyList(),
        signInRedirectUris: List<String> = emptyList(),
        signOutRedirectUris: List<String> = emptyList(),
        connectTimeout: Duration? = null,
        totalTimeout: Duration? = null,
    ) : this(
        configurationCall {
            ConfigurationCore.fromSettings(
                ConfigurationSettings(
                    userPoolId = userPoolId,
                    clientId = clientId,
                    region = region,
                    clientSecret = clientSecret,
                    endpoint = endpoint,
                    authFlow = authFlow,
                    clientMetadata = clientMetadata,
                    signUpVerification = signUpVerification,
                    threatProtection = threatProtection,
                    analyticsEndpointId = analyticsEndpointId,
                    identityPoolId = identityPoolId,
                    identityPoolRegion = identityPoolRegion,
                    identityPoolEndpoint = identityPoolEndpoint,
                    guestAccess = guestAccess,
                    mergeGuestIdentity = mergeGuestIdentity,
                    hostedUiDomain = hostedUiDomain,
                    hostedUiScopes = hostedUiScopes,
                    signInRedirectUris = signInRedirectUris,
                    signOutRedirectUris = signOutRedirectUris,
                    connectTimeout = connectTimeout?.toJavaDuration(),
                    totalTimeout = totalTimeout?.toJavaDuration(),
                ),
            )
        },
    )

    /**
     * A configuration for an app that has an identity pool and no user pool: guests, and federation with other providers.
     * Calls that need a user pool then throw [AuthException.Configuration].
     *
     * @throws AuthException.Configuration with `field` naming the value at fault
     */
    public constructor(
        identityPoolId: String,
        identityPoolRegion: String? = null,
        identityPoolEndpoint: String? = null,
        guestAccess: Boolean? = null,
        totalTimeout: Duration? = null,
    ) : this(
        userPoolId = "",
        clientId = "",
        identityPoolId = identityPoolId,
        identityPoolRegion = identityPoolRegion,
        identityPoolEndpoint = identityPoolEndpoint,
        guestAccess = guestAccess,
        totalTimeout = totalTimeout,
    )

    /** The identity pool, if there is one. */
    public val identityPool: IdentityPoolConfiguration? get() = core.identityPool()

    /** The pool's hosted pages, if the configuration names them. */
    public val hostedUi: HostedUiConfiguration? get() = core.hostedUi()

    /** The user pool's id; empty without a user pool. */
    public val userPoolId: String get() = core.userPoolId()

    /** The app client's id; empty without a user pool. */
    public val clientId: String get() = core.clientId()

    /** The pool's region. */
    public val region: String get() = core.region()

    /** The URL of the user-pool service. */
    public val endpoint: String get() = core.endpoint()

    /** How [AuthClient.signIn] works unless a call says otherwise. */
    public val authFlow: AuthFlow get() = core.authFlow()

    /** Whether requests carry data about the device for Cognito's threat protection. */
    public val threatProtection: Boolean get() = core.threatProtection()

    /**
     * The same with other client data than the file says; what is null stays as it is.
     *
     * @param threatProtection whether requests carry data about the device for Cognito's threat protection
     * @param analyticsEndpointId the Amazon Pinpoint endpoint that the service's analytics are attributed to
     */
    public fun withClientData(
        threatProtection: Boolean? = null,
        analyticsEndpointId: String? = null,
    ): AuthConfiguration = AuthConfiguration(configurationCall { core.withClientData(threatProtection, analyticsEndpointId) })

    /** What was read from a file but has no effect, for the developer. */
    public val warnings: List<String> get() = core.warnings()

    override fun toString(): String = "AuthConfiguration(userPoolId=$userPoolId, clientId=$clientId, endpoint=$endpoint)"

    /** Configurations from the files that Amplify's tools write. Each throws [AuthException.Configuration]. */
    public companion object {
        /** From the text of an `amplify_outputs.json` (Amplify Gen 2). */
        public fun amplifyOutputs(json: String): AuthConfiguration =
            AuthConfiguration(configurationCall { ConfigurationCore.fromAmplifyOutputs(json) })

        /** From the text of an `amplifyconfiguration.json` (Amplify Gen 1). */
        public fun amplifyConfiguration(json: String): AuthConfiguration =
            AuthConfiguration(configurationCall { ConfigurationCore.fromAmplifyConfiguration(json) })

        /** From the object of an `aws-exports` file, or a manual `Auth` object, as JSON. */
        public fun awsExports(json: String): AuthConfiguration =
            AuthConfiguration(configurationCall { ConfigurationCore.fromAwsExports(json) })

        /** From JSON text in any of these formats; which one is found out. */
        public fun json(text: String): AuthConfiguration = AuthConfiguration(configurationCall { ConfigurationCore.fromJson(text) })
    }
}


/** Calls the core; a text that it cannot be given is a fault of the configuration as any other. */
private inline fun <T> configurationCall(call: () -> T): T =
    try {
        coreCall(call)
    } catch (refused: AuthException.Validation) {
        val at = { path: String -> path.removePrefix("settings.") }
        val info = refused.info
        throw AuthException.Configuration(
            info.copy(code = "configuration_invalid", text = at(info.text), field = info.field?.let(at)),
        )
    }
