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
public class AuthSession(
    /** Whether somebody is signed in; true offline too. */
    public val isSignedIn: Boolean,
    /** Who is signed in, or whose session expired. */
    public val user: AuthUser?,
    /** The tokens, or why there are none: read this to use stale ones, for example offline. */
    public val tokensOutcome: TokensOutcome,
    /** The identity's id at the identity pool, or why there is none; null if it was not asked for. */
    public val identityIdOutcome: Result<String>? = null,
    /** The AWS credentials, or why there are none; null if they were not asked for. */
    public val awsCredentialsOutcome: Result<AwsCredentials>? = null,
) {
    internal constructor(session: CoreSession) : this(session, session.identity)

    private constructor(session: CoreSession, identity: CoreIdentity?) : this(
        session.isSignedIn,
        session.user,
        outcome(session.tokens),
        identity?.run { part(identityId, identityIdError) },
        identity?.run { part(awsCredentials?.let(::AwsCredentials), awsCredentialsError) },
    )

    /**
     * The tokens if they are fresh.
     *
     * @throws AuthException why there are none, or why they are stale
     */
    public val tokens: AuthTokens
        get() =
            when (val outcome = tokensOutcome) {
                is TokensOutcome.Available -> outcome.tokens
                is TokensOutcome.Stale -> throw outcome.error.again()
                is TokensOutcome.Unavailable -> throw outcome.error.again()
            }

    /**
     * The identity's id at the identity pool, if the session was fetched with [FetchSessionOptions.awsCredentials].
     *
     * @throws AuthException why there is none
     */
    public val identityId: String get() = identityIdOutcome.asked()

    /**
     * The AWS credentials, if the session was fetched with [FetchSessionOptions.awsCredentials].
     *
     * @throws AuthException why there are none
     */
    public val awsCredentials: AwsCredentials get() = awsCredentialsOutcome.asked()

    /** The `sub` claim of whoever is signed in, or whose session expired. */
    public val userSub: String? get() = user?.userId

    override fun toString(): String = "AuthSession(isSignedIn=$isSignedIn, user=$user, tokens=$tokensOutcome)"
}

/** A part of a session: the core gives one of the two. */
private fun <T : Any> part(
    part: T?,
    error: CoreException?,
): Result<T> =
    if (part != null) Result.success(part) else Result.failure(error?.toAuthException() ?: authException(AuthErrorCode.INTERNAL))

private fun <T> Result<T>?.asked(): T {
    val outcome = this ?: throw authException(AuthErrorCode.VALIDATION_FAILED)
    return outcome.getOrElse { throw (it as? AuthException)?.again() ?: it }
}

/** The same error, thrown from here: a session may be asked more than once. */
private fun AuthException.again(): AuthException {
    val row = ErrorTable.rows[code] ?: return this
    return row.make(info).takeIf { it.javaClass == javaClass } ?: this
}

/** What became of the tokens. */
public sealed interface TokensOutcome {
    /** Fresh. */
    public class Available(
        /** The tokens. */
        public val tokens: AuthTokens,
    ) : TokensOutcome {
        override fun toString(): String = "Available(expiresAt=${tokens.expiresAt})"
    }

    /** Expired, and no new ones could be had, for example offline. Still signed in. */
    public class Stale(
        /** The old tokens. */
        public val tokens: AuthTokens,
        /** Why there are no new ones. */
        public val error: AuthException,
    ) : TokensOutcome {
        override fun toString(): String = "Stale(${error.code})"
    }

    /** None: nobody is signed in, or the session expired. */
    public class Unavailable(
        /** Why. */
        public val error: AuthException,
    ) : TokensOutcome {
        override fun toString(): String = "Unavailable(${error.code})"
    }
}

private fun outcome(tokens: CoreTokens): TokensOutcome =
    when (tokens) {
        is CoreTokens.Available -> TokensOutcome.Available(AuthTokens(tokens.tokens))
        is CoreTokens.Stale -> TokensOutcome.Stale(AuthTokens(tokens.tokens), tokens.error.toAuthException())
        is CoreTokens.Unavailable -> TokensOutcome.Unavailable(tokens.error.toAuthException())
    }

/** The tokens of a session. */
public class AuthTokens(
    /** For the app's own servers and for Cognito. */
    public val accessToken: Token,
    /** Who the user is; null when the sign-in did not ask for it. */
    public val idToken: Token?,
    /** When the first of them expires, by the service's clock. */
    public val expiresAt: Instant,
) {
    internal constructor(tokens: TokenSet) : this(Token(tokens.accessToken), tokens.idToken?.let(::Token), tokens.expiresAt)

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
