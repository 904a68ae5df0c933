package dev.portcullis.testing

import dev.portcullis.*
import java.time.Instant
import kotlin.time.Duration
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow

/**
 * An [Auth] for an app's unit tests and previews, without network, store and native library. It signs in whoever asks, and
 * keeps [state], [states], [events], [accounts] and [pendingSignIn] true to that; [onSignIn] and [onConfirmSignIn] say
 * otherwise, for example with a next step or an error ([authException]). What it does not do by itself, [answer] scripts.
 *
 * ```kotlin
 * val auth = FakeAuth()
 * auth.onSignIn { SignInStep.ConfirmSignInWithTotpCode("phone") }
 * auth.onConfirmSignIn { if (it.response == "123456") SignInStep.Done else throw authException(AuthErrorCode.CODE_MISMATCH) }
 * ```
 *
 * Listeners are told at once, on the thread of whoever made the change. Calls may come from any thread, one at a time.
 *
 * @param state what it begins with
 */
public open class FakeAuth(state: AuthState = AuthState.SignedOut) : ScriptedAuth() {
    private val told = Told(state)
    private var beside: List<AuthUser> = emptyList()
    private var waiting: Waiting? = null

    @Volatile private var isClosed = false
    private var signInAnswer: suspend (SignInAttempt) -> SignInStep = { SignInStep.Done }
    private var confirmSignInAnswer: suspend (SignInAnswer) -> SignInStep = { SignInStep.Done }

    private class Waiting(
        val pending: PendingSignIn,
        val attempt: SignInAttempt,
    )

    /** Somebody is signed in from the start. */
    public constructor(username: String) : this(AuthState.SignedIn(user(username)))

    /** What [signIn] comes to from now on: [SignInStep.Done] signs in, another step waits for its answer. */
    public fun onSignIn(answer: suspend (SignInAttempt) -> SignInStep) {
        signInAnswer = answer
    }

    /** What [confirmSignIn] comes to from now on. After an exception the step waits on, unless its code ends the sign-in. */
    public fun onConfirmSignIn(answer: suspend (SignInAnswer) -> SignInStep) {
        confirmSignInAnswer = answer
    }

    /** Changes the state, as something outside of the app does, and tells it. */
    public fun become(state: AuthState) {
        val event =
            when (state) {
                is AuthState.SignedIn -> AuthEvent.SignedIn(state.user)
                is AuthState.SessionExpired -> AuthEvent.SessionExpired(state.user, state.error)
                is AuthState.Federated -> AuthEvent.Federated(state.identityId)
                is AuthState.SignedOut -> this.state.user?.let { AuthEvent.SignedOut(it) } ?: AuthEvent.StateChanged(state)
                is AuthState.Unknown -> AuthEvent.StateChanged(state)
            }
        told.tell(event, state)
    }

    /** Ends the session of whoever is signed in, as the service does after a revocation. */
    public fun expireSession() {
        val user = checkNotNull(state.user) { "nobody is signed in: begin with FakeAuth(\"ann\"), or call signIn" }
        become(AuthState.SessionExpired(user, authException(AuthErrorCode.SESSION_EXPIRED).info))
    }

    override fun called(name: String) {
        super.called(name)
        if (isClosed) throw authException(AuthErrorCode.CLIENT_CLOSED)
    }

    override val state: AuthState get() = if (isClosed) throw authException(AuthErrorCode.CLIENT_CLOSED) else told.state

    override val events: Flow<AuthEvent> = collected("events", told.events)

    override val states: Flow<AuthState> = collected("states", told.states)

    private fun <T> collected(
        name: String,
        flow: Flow<T>,
    ): Flow<T> =
        flow {
            called(name)
            emitAll(flow)
        }

    override fun listen(listener: (AuthEvent) -> Unit): EventSubscription {
        called("listen")
        return told.listen(listener)
    }

    override val accounts: List<AuthUser>
        get() = listOfNotNull((state as? AuthState.SignedIn)?.user) + beside

    override val pendingSignIn: PendingSignIn? get() = waiting?.pending

    override suspend fun load(): AuthState = answered("load") { state }

    override suspend fun signIn(
        username: String,
        password: String?,
        options: SignInOptions,
    ): SignInResult =
        answered("signIn", username, password, options) {
            waiting = null
            val present = (state as? AuthState.SignedIn)?.user
            val isTaken = options.existingSession == ExistingSession.REFUSE && present != null && present.username != username
            if (isTaken) throw failed(authException(AuthErrorCode.ANOTHER_USER_SIGNED_IN))
            val attempt = SignInAttempt(username, password, options)
            proceeded(attempt) { signInAnswer(attempt) }
        }

    override suspend fun confirmSignIn(
        challengeResponse: String,
        options: ConfirmSignInOptions,
    ): SignInResult =
        answered("confirmSignIn", challengeResponse, options) {
            val now = waiting ?: throw authException(AuthErrorCode.NO_SIGN_IN_IN_PROGRESS)
            proceeded(now.attempt) { confirmSignInAnswer(SignInAnswer(now.pending.step, challengeResponse, options)) }
        }

    override fun cancelSignIn() {
        called("cancelSignIn")
        waiting = null
    }

    private suspend fun proceeded(
        attempt: SignInAttempt,
        answer: suspend () -> SignInStep,
    ): SignInResult {
        val step =
            try {
                answer()
            } catch (failure: AuthException) {
                if (failure.code in FINAL) waiting = null
                throw failed(failure)
            }
        waiting = null
        when (step) {
            SignInStep.Done -> signedIn(attempt)
            SignInStep.ConfirmSignUp, SignInStep.ResetPassword -> Unit
            else -> waiting = Waiting(PendingSignIn(step, Instant.now()), attempt)
        }
        return SignInResult(step == SignInStep.Done, step)
    }

    private fun signedIn(attempt: SignInAttempt) {
        val user = user(attempt.username)
        val others = if (attempt.options.existingSession == ExistingSession.KEEP) accounts else beside
        beside = others - user
        become(AuthState.SignedIn(user))
    }

    private fun failed(failure: AuthException): AuthException = failure.also { told.tell(AuthEvent.SignInFailed(it.info)) }

    override suspend fun signUp(
        username: String,
        password: String?,
        options: SignUpOptions,
    ): SignUpResult =
        answered("signUp", username, password, options) {
            told.tell(AuthEvent.SignedUp(username, needsConfirmation = true))
            val delivery = CodeDeliveryDetails("a***@e***", DeliveryMedium.Email, AuthUserAttributeKey.EMAIL)
            val id = user(username).userId
            SignUpResult(isSignUpComplete = false, SignUpStep.ConfirmUser(delivery, id), id)
        }

    override suspend fun confirmSignUp(
        username: String,
        confirmationCode: String,
        options: ConfirmSignUpOptions,
    ): SignUpResult =
        answered("confirmSignUp", username, confirmationCode, options) {
            told.tell(AuthEvent.SignUpConfirmed(username))
            SignUpResult(isSignUpComplete = true, SignUpStep.Done, userId = null)
        }

    override suspend fun getCurrentUser(): AuthUser =
        answered("getCurrentUser") {
            when (val now = state) {
                is AuthState.SignedIn -> now.user
                is AuthState.Federated -> AuthUser(now.identityId, now.identityId)
                else -> throw refusal(now)
            }
        }

    override suspend fun fetchAuthSession(options: FetchSessionOptions): AuthSession =
        answered("fetchAuthSession", options) {
            val now = state
            val outcome =
                if (now is AuthState.SignedIn) TokensOutcome.Available(testTokens(now.user)) else TokensOutcome.Unavailable(refusal(now))
            AuthSession(isSignedIn = now is AuthState.SignedIn, now.user, outcome)
        }

    private fun refusal(state: AuthState): AuthException =
        authException(if (state is AuthState.SessionExpired) AuthErrorCode.SESSION_EXPIRED else AuthErrorCode.NOT_SIGNED_IN)

    override suspend fun switchAccount(user: AuthUser): Unit =
        answered("switchAccount", user) {
            if (user !in accounts) throw authException(AuthErrorCode.ACCOUNT_NOT_FOUND)
            beside = accounts - user
            become(AuthState.SignedIn(user))
        }

    override suspend fun signOut(options: SignOutOptions): SignOutResult =
        answered("signOut", options) {
            leave(options)
            SignOutResult(isComplete = true, revokeTokenError = null, globalSignOutError = null, storageError = null)
        }

    private fun leave(options: SignOutOptions) {
        val current = state.user
        val account = options.account
        if (options.allAccounts) beside.forEach { told.tell(AuthEvent.SignedOut(it)) }
        if (options.allAccounts) beside = emptyList()
        if (account != null && account != current && account in beside) {
            beside -= account
            told.tell(AuthEvent.SignedOut(account))
        }
        val endsCurrent = account == null || options.allAccounts || account == current
        if (endsCurrent && current != null) become(AuthState.SignedOut)
    }

    override suspend fun deleteUser(): Unit =
        answered("deleteUser") {
            val now = state as? AuthState.SignedIn ?: throw refusal(state)
            told.tell(AuthEvent.UserDeleted(now.user), AuthState.SignedOut)
        }

    override fun withTimeout(timeout: Duration): Auth = this

    override fun close() {
        isClosed = true
        waiting = null
        told.end()
    }

    public companion object {
        /** After these a sign-in begins anew. */
        private val FINAL =
            setOf(AuthErrorCode.INCORRECT_USERNAME_OR_PASSWORD, AuthErrorCode.INVALID_SESSION, AuthErrorCode.NOT_AUTHORIZED, AuthErrorCode.USER_DISABLED)

        /** The user that a sign-in with that name has. */
        public fun user(username: String): AuthUser = AuthUser(username, "id-of-$username")
    }
}
