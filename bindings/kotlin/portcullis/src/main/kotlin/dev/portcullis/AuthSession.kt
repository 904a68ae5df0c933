package dev.portcullis

import java.time.Instant

/** Who is signed in, or whose session expired. */
public val AuthState.user: AuthUser?
    get() =
        when (this) {
            is AuthState.SignedIn -> user
            is AuthState.SessionExpired -> user
            is AuthState.SignedOut, is AuthState.Federated, is AuthState.Unknown -> null
        }

/** The session at the time of the call. Printing it, or any part of it, shows no token. */
public class AuthSession internal constructor(session: CoreSession) {
    /** Whether somebody is signed in; true offline too. */
    public val isSignedIn: Boolean = session.isSignedIn

    /** Who is signed in, or whose session expired. */
    public val user: AuthUser? = session.user

    /** The tokens, or why there are none: read this to use stale ones, for example offline. */
    public val tokensOutcome: TokensOutcome =
        when (val tokens = session.tokens) {
            is CoreTokens.Available -> TokensOutcome.Available(AuthTokens(tokens.tokens))
            is CoreTokens.Stale -> TokensOutcome.Stale(AuthTokens(tokens.tokens), tokens.error)
            is CoreTokens.Unavailable -> TokensOutcome.Unavailable(tokens.error)
        }

    /**
     * The tokens if they are fresh.
     *
     * @throws AuthException why there are none, or why they are stale
     */
    public val tokens: AuthTokens
        get() =
            when (val outcome = tokensOutcome) {
                is TokensOutcome.Available -> outcome.tokens
                is TokensOutcome.Stale -> throw outcome.reason.toAuthException()
                is TokensOutcome.Unavailable -> throw outcome.reason.toAuthException()
            }

    private val identity = session.identity

    /**
     * The identity's id at the identity pool, if the session was fetched with [FetchSessionOptions.awsCredentials].
     *
     * @throws AuthException why there is none
     */
    public val identityId: String get() = identity.part(CoreIdentity::identityId, CoreIdentity::identityIdError)

    /**
     * The AWS credentials, if the session was fetched with [FetchSessionOptions.awsCredentials].
     *
     * @throws AuthException why there are none
     */
    public val awsCredentials: AwsCredentials
        get() = AwsCredentials(identity.part(CoreIdentity::awsCredentials, CoreIdentity::awsCredentialsError))

    /** The identity's id at the identity pool, or why there is none; null if it was not asked for. */
    public val identityIdOutcome: Result<String>? get() = identity?.let { runCatching { identityId } }

    /** The AWS credentials, or why there are none; null if they were not asked for. */
    public val awsCredentialsOutcome: Result<AwsCredentials>? get() = identity?.let { runCatching { awsCredentials } }

    /** The `sub` claim of whoever is signed in, or whose session expired. */
    public val userSub: String? get() = user?.userId

    override fun toString(): String = "AuthSession(isSignedIn=$isSignedIn, user=$user, tokens=$tokensOutcome)"
}

/** A part of a session: the core gives one of the two. */
private fun <T : Any> CoreIdentity?.part(
    part: (CoreIdentity) -> T?,
    error: (CoreIdentity) -> CoreException?,
): T {
    val identity = this ?: throw authException(AuthErrorCode.VALIDATION_FAILED)
    return part(identity) ?: throw (error(identity)?.toAuthException() ?: authException(AuthErrorCode.INTERNAL))
}

/** What became of the tokens. */
public sealed interface TokensOutcome {
    /** Fresh. */
    public class Available internal constructor(
        /** The tokens. */
        public val tokens: AuthTokens,
    ) : TokensOutcome {
        override fun toString(): String = "Available(expiresAt=${tokens.expiresAt})"
    }

    /** Expired, and no new ones could be had, for example offline. Still signed in. */
    public class Stale internal constructor(
        /** The old tokens. */
        public val tokens: AuthTokens,
        internal val reason: CoreException,
    ) : TokensOutcome {
        /** Why there are no new ones. */
        public val error: AuthException = reason.toAuthException()

        override fun toString(): String = "Stale(${error.code})"
    }

    /** None: nobody is signed in, or the session expired. */
    public class Unavailable internal constructor(internal val reason: CoreException) : TokensOutcome {
        /** Why. */
        public val error: AuthException = reason.toAuthException()

        override fun toString(): String = "Unavailable(${error.code})"
    }
}

/** The tokens of a session. */
public class AuthTokens internal constructor(tokens: TokenSet) {
    /** For the app's own servers and for Cognito. */
    public val accessToken: Token = Token(tokens.accessToken)

    /** Who the user is; null when the sign-in did not ask for it. */
    public val idToken: Token? = tokens.idToken?.let(::Token)

    /** When the first of them expires, by the service's clock. */
    public val expiresAt: Instant = tokens.expiresAt

    override fun toString(): String = "AuthTokens(expiresAt=$expiresAt)"
}

/** A JSON Web Token. Printing it does not show it. */
public class Token(
    /** The token as it goes into an `Authorization` header. A secret: never log it. */
    public val rawValue: String,
) {
    /**
     * The claims, decoded at the first use. The signature is not verified: that is for servers.
     *
     * @throws AuthException.Validation if the text is no JSON Web Token
     */
    public val claims: TokenClaims by lazy { coreCall { decodeToken(rawValue) } }

    override fun equals(other: Any?): Boolean = other is Token && other.rawValue == rawValue

    override fun hashCode(): Int = rawValue.hashCode()

    override fun toString(): String = "Token(redacted)"
}

/** A claim by its name, for example `claims["custom:tenant"]`. */
public operator fun TokenClaims.get(name: String): ClaimValue? = all[name]

/** A claim that is a string; null if it is absent or of another kind. */
public fun TokenClaims.text(name: String): String? = (all[name] as? ClaimValue.Text)?.value
