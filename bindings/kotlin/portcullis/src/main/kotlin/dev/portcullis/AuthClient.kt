package dev.portcullis

import java.util.Objects
import java.util.concurrent.CancellationException
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/**
 * A client of one user pool and app client.
 *
 * Nothing is global: a process may hold any number of clients. Calls may come from any thread, the main thread
 * included: none blocks it. A cancelled coroutine stops waiting; what was already sent to the service runs to its end
 * and is stored, so that neither a one-time code nor a renewed token is lost.
 *
 * Every call throws [AuthException] and nothing else, apart from `CancellationException`.
 */
public class AuthClient private constructor(
    /** The configuration. */
    public val configuration: AuthConfiguration,
    private val core: AuthCore,
    /** What clients have in common that differ in their timeout. */
    private val closed: AtomicBoolean,
    /** Held, so that a listener goes on listening when its subscription is thrown away. */
    private val subscriptions: MutableSet<Subscription>,
) : AutoCloseable {
    /**
     * A client that keeps its session in one of the stores that come along.
     *
     * @param configuration which user pool and app client
     * @param storage where the session is kept; read in the background from now on
     * @param platform what the service is told about this device
     * @param deviceFacts more about it for threat protection, under Cognito's names (for example `ClientTimezone`); called
     *   from a background thread when [AuthConfiguration.threatProtection] is on. What takes more than 250 ms or throws is
     *   left out. Null: what the system says.
     */
    public constructor(
        configuration: AuthConfiguration,
        storage: Storage = Storage.Memory,
        platform: PlatformDetails = PlatformDetails.ofThisDevice(),
        deviceFacts: (() -> Map<String, String>)? = null,
    ) : this(
        configuration,
        coreCall {
            storage.openCore(configuration.core, platform, deviceFacts?.let(::FactsOfThisDevice) ?: FactsOfThisDevice())
        },
        closed = AtomicBoolean(),
        subscriptions = ConcurrentHashMap.newKeySet(),
    )

    /** A client that keeps its session in a store of the platform or the app's own. */
    public constructor(
        configuration: AuthConfiguration,
        store: SecureStore,
        platform: PlatformDetails = PlatformDetails.ofThisDevice(),
        deviceFacts: (() -> Map<String, String>)? = null,
    ) : this(configuration, Storage.Custom(store), platform, deviceFacts)

    private val freshSession = FreshSession(core)

    /**
     * The same client, whose calls may take so long, everything included: requests, their repetitions, the store. A call
     * that takes longer throws [AuthException.Network] with the code `timeout`; what has been sent to the service runs to
     * its end all the same. Session, events and closing are shared with the first: closing one closes both.
     *
     * @param timeout less than 1 ms counts as that, more than 10 minutes as 10 minutes. Without this call it is the
     *   configuration's `totalTimeout`.
     */
    public fun withTimeout(timeout: Duration): AuthClient =
        whileOpen {
            val limit = timeout.coerceAtLeast(Duration.ZERO).toJavaDuration()
            AuthClient(configuration, core.withTimeout(limit), closed, subscriptions)
        }

    /**
     * Whether somebody is signed in, from memory. [AuthState.Unknown] until the stored session has been read, see
     * [load].
     */
    public val state: AuthState get() = whileOpen { core.state() }

    /**
     * Reads the stored session, if that has not been done yet, and gives the state.
     *
     * @throws AuthException.Storage if the store is locked or fails, or the stored session is unreadable
     */
    public suspend fun load(): AuthState = whileOpen { core.load(null) }

    /**
     * The accounts that are signed in here, the current one first, from memory. Empty until the stored session has been
     * read, see [load]. Another user joins with [ExistingSession.KEEP].
     */
    public val accounts: List<AuthUser> get() = whileOpen { core.accounts() }

    /**
     * Makes another account that is signed in here the current one. The session of the one before stays.
     *
     * @throws AuthException.InvalidState with the code `account_not_found` if the account has no session here
     * @throws AuthException.Storage
     */
    public suspend fun switchAccount(user: AuthUser): Unit =
        whileOpen { core.switchAccount(user, null) }

    /**
     * Creates an account. Without a password only pools that allow password-less sign-in take it.
     *
     * @throws AuthException.UsernameExists
     * @throws AuthException.InvalidPassword if the pool's policy refuses it
     * @throws AuthException.LambdaRejected if the pre-sign-up trigger refuses
     */
    public suspend fun signUp(
        username: String,
        password: String? = null,
        options: SignUpOptions = SignUpOptions(),
    ): SignUpResult = whileOpen { core.signUp(username, password, options, null) }

    /**
     * Confirms an account with the code that was sent.
     *
     * @throws AuthException.CodeMismatch let the user type it again
     * @throws AuthException.CodeExpired call [resendSignUpCode]
     */
    public suspend fun confirmSignUp(
        username: String,
        confirmationCode: String,
        options: ConfirmSignUpOptions = ConfirmSignUpOptions(),
    ): SignUpResult = whileOpen {
        core.confirmSignUp(username, confirmationCode, options, null)
    }

    /** Sends the code of a sign-up again; the older code no longer counts. */
    public suspend fun resendSignUpCode(
        username: String,
        options: ResendSignUpCodeOptions = ResendSignUpCodeOptions(),
    ): CodeDeliveryDetails = whileOpen { core.resendSignUpCode(username, options, null) }

    /**
     * Signs in the user who has just signed up, without asking them anything again. With [SignUpOptions.autoSignIn] this
     * comes by itself, and [AuthEvent.AutoSignedIn], [AuthEvent.AutoSignInChallenged] or [AuthEvent.AutoSignInFailed]
     * tells how it went.
     *
     * @throws AuthException.InvalidState if no sign-up has prepared it
     */
    public suspend fun autoSignIn(): SignInResult = whileOpen { core.autoSignIn(null) }

    /**
     * Begins a sign-in. Allowed in every state: an unfinished sign-in is abandoned, and the session of whoever is signed
     * in stays until the new one is complete. What becomes of it then is an option ([SignInOptions.existingSession]); by
     * default it ends. An unconfirmed user and a password that must be reset are next steps.
     *
     * @throws AuthException.NotAuthorized wrong user name or password, or a disabled user
     * @throws AuthException.InvalidState with the code `another_user_signed_in`, only with [ExistingSession.REFUSE]
     * @throws AuthException.UserNotFound only if the pool does not hide this
     */
    public suspend fun signIn(
        username: String,
        password: String? = null,
        options: SignInOptions = SignInOptions(),
    ): SignInResult = whileOpen { core.signIn(username, password, options, null) }

    /**
     * Answers the challenge of the unfinished sign-in. After a failure that can be made good (a wrong code, no network)
     * the same challenge can be answered again: [pendingSignIn] is then still there.
     *
     * @throws AuthException.InvalidState if there is no unfinished sign-in
     * @throws AuthException.CodeMismatch let the user type it again
     * @throws AuthException.NotAuthorized the challenge was failed for good, or the sign-in took too long
     */
    public suspend fun confirmSignIn(
        challengeResponse: String,
        options: ConfirmSignInOptions = ConfirmSignInOptions(),
    ): SignInResult = whileOpen { core.confirmSignIn(challengeResponse, options, null) }

    /**
     * Sends the one-time code of the unfinished sign-in once more, where it is the first factor
     * ([SignInStep.ConfirmSignInWithOtp] of [AuthFlow.UserAuth]).
     *
     * @throws AuthException.InvalidState if the sign-in waits for no code, or for one that only a new sign-in sends again
     */
    public suspend fun resendSignInCode(): SignInResult = whileOpen { core.resendSignInCode(null) }

    /** The sign-in that waits for an answer, if there is one. */
    public val pendingSignIn: PendingSignIn? get() = whileOpen { core.pendingSignIn() }

    /** Abandons the unfinished sign-in, if there is one. */
    public fun cancelSignIn(): Unit = whileOpen { core.cancelSignIn() }

    /**
     * The session, with new tokens if the present ones are about to expire. However many calls come at once, the service
     * gets one request. Offline, the stale tokens come with the reason; nobody is signed out by that.
     *
     * @throws AuthException.Storage if the store keeps the session from being known; every other failure is in
     *   [AuthSession.tokensOutcome]
     */
    public suspend fun fetchAuthSession(options: FetchSessionOptions = FetchSessionOptions()): AuthSession =
        whileOpen {
            currentCoroutineContext().ensureActive()
            val fresh = if (options.forceRefresh) null else freshSession.get()
            fresh ?: AuthSession(core.fetchAuthSession(options, null))
        }

    /**
     * Who is signed in, from memory or the store, never from the network.
     *
     * @throws AuthException.NotSignedIn
     * @throws AuthException.SessionExpired
     */
    public suspend fun getCurrentUser(): AuthUser = whileOpen { core.getCurrentUser(null) }

    /**
     * Signs out: here at once and always, then at the service, for which it waits 5 s at most. Throws nothing but
     * `CancellationException`, and the user is then signed out all the same; the result tells which remote part failed. No
     * other account becomes the current one by it.
     */
    public suspend fun signOut(options: SignOutOptions = SignOutOptions()): SignOutResult =
        try {
            whileOpen { core.signOut(options, null) }
        } catch (failure: AuthException) {
            SignOutResult(isComplete = false, revokeTokenError = null, globalSignOutError = null, storageError = failure.info)
        } finally {
            freshSession.forget()
        }

    /**
     * Sends a code with which a forgotten password can be replaced; nobody needs to be signed in.
     *
     * @throws AuthException.UserNotFound only if the pool does not hide this
     * @throws AuthException.LimitExceeded
     */
    public suspend fun resetPassword(
        username: String,
        options: ResetPasswordOptions = ResetPasswordOptions(),
    ): ResetPasswordResult = whileOpen { core.resetPassword(username, options, null) }

    /**
     * Replaces a forgotten password with the code that [resetPassword] sent. Nobody is signed in by it.
     *
     * @throws AuthException.CodeMismatch let the user type it again
     * @throws AuthException.CodeExpired call [resetPassword] again
     * @throws AuthException.InvalidPassword if the pool's policy refuses it
     */
    public suspend fun confirmResetPassword(
        username: String,
        newPassword: String,
        confirmationCode: String,
        options: ConfirmResetPasswordOptions = ConfirmResetPasswordOptions(),
    ): Unit = whileOpen {
        core.confirmResetPassword(username, newPassword, confirmationCode, options, null)
    }

    /**
     * Changes the signed-in user's password. Tokens that were given out stay valid.
     *
     * @param oldPassword null only for a user who has no password yet
     * @throws AuthException.NotAuthorized if the old password is wrong
     * @throws AuthException.InvalidPassword if the pool's policy refuses the new one
     */
    public suspend fun updatePassword(
        oldPassword: String?,
        newPassword: String,
    ): Unit = whileOpen {
        core.updatePassword(oldPassword, newPassword, null)
    }

    /** The signed-in user's attributes, from the service. What the ID token says of them is in the session. */
    public suspend fun fetchUserAttributes(): List<UserAttribute> = whileOpen { core.fetchUserAttributes(null) }

    /** Which of the signed-in user's e-mail address and phone number are verified. */
    public suspend fun fetchVerifiedContacts(): VerifiedContacts = whileOpen { core.fetchVerifiedContacts(null) }

    /**
     * Updates attributes of the signed-in user, all of them or none. One result for each, in their order: some need a
     * code before they count.
     *
     * @throws AuthException.UsernameExists if another account has the address or number
     * @throws AuthException.Validation if the pool has no such attribute
     */
    public suspend fun updateUserAttributes(
        attributes: List<UserAttribute>,
        options: UpdateUserAttributesOptions = UpdateUserAttributesOptions(),
    ): List<UpdateUserAttributeResult> = whileOpen {
        core.updateUserAttributes(attributes, options, null)
    }

    /** Updates one attribute of the signed-in user, see [updateUserAttributes]. */
    public suspend fun updateUserAttribute(
        attribute: UserAttribute,
        options: UpdateUserAttributesOptions = UpdateUserAttributesOptions(),
    ): UpdateUserAttributeResult = whileOpen {
        core.updateUserAttribute(attribute, options, null)
    }

    /** Deletes attributes of the signed-in user, see [AuthUserAttributeKey]. Those that the pool requires stay. */
    public suspend fun deleteUserAttributes(attributeNames: List<String>): Unit =
        whileOpen {
            core.deleteUserAttributes(attributeNames, null)
        }

    /**
     * Sends a code that verifies an attribute, [AuthUserAttributeKey.EMAIL] or [AuthUserAttributeKey.PHONE_NUMBER]; an
     * older code no longer counts.
     */
    public suspend fun sendVerificationCode(
        attributeName: String,
        options: SendVerificationCodeOptions = SendVerificationCodeOptions(),
    ): CodeDeliveryDetails = whileOpen {
        core.sendVerificationCode(attributeName, options, null)
    }

    /**
     * Verifies an attribute with the code that was sent to it.
     *
     * @throws AuthException.CodeMismatch let the user type it again
     * @throws AuthException.CodeExpired call [sendVerificationCode]
     */
    public suspend fun confirmUserAttribute(
        attributeName: String,
        confirmationCode: String,
    ): Unit = whileOpen {
        core.confirmUserAttribute(attributeName, confirmationCode, null)
    }

    /**
     * Deletes the signed-in user's account at the service, for good, and then the session here. After a failure the user
     * stays signed in.
     */
    public suspend fun deleteUser(): Unit = whileOpen { core.deleteUser(null) }

    /**
     * Begins to set up an authenticator app for the signed-in user: show what [TotpSetupDetails.setupUri] gives, then
     * call [verifyTOTPSetup]. An app that was set up before counts until then.
     */
    public suspend fun setUpTOTP(): TotpSetupDetails = whileOpen { core.setUpTotp(null) }

    /**
     * Ends setting up an authenticator app with a code that it shows. Sign-in asks for codes once [updateMFAPreference]
     * has enabled them.
     *
     * @throws AuthException.CodeMismatch let the user type the next code
     */
    public suspend fun verifyTOTPSetup(
        code: String,
        options: VerifyTotpSetupOptions = VerifyTotpSetupOptions(),
    ): Unit = whileOpen { core.verifyTotpSetup(code, options, null) }

    /** The second factors that sign-in asks the signed-in user for. */
    public suspend fun fetchMFAPreference(): MfaPreference = whileOpen { core.fetchMfaPreference(null) }

    /**
     * Changes the second factors that sign-in asks the signed-in user for. What is null stays as it is; the preferred
     * one stays that unless another one becomes it.
     *
     * @throws AuthException.Validation if nothing is given, two are to be preferred, or the user cannot use the factor
     */
    public suspend fun updateMFAPreference(
        sms: MfaSetting? = null,
        totp: MfaSetting? = null,
        email: MfaSetting? = null,
    ): Unit = whileOpen { core.updateMfaPreference(sms, totp, email, null) }

    /**
     * Begins to register a passkey for the signed-in user: the options for the platform's dialog (W3C's
     * `PublicKeyCredentialCreationOptionsJSON`). [associatePasskey] does it all.
     *
     * @throws AuthException.Passkey if the pool does not allow passkeys
     */
    public suspend fun beginPasskeyRegistration(): String = whileOpen { core.beginPasskeyRegistration(null) }

    /**
     * Registers the passkey that the platform's dialog made.
     *
     * @param credentialJson W3C's `RegistrationResponseJSON`
     * @throws AuthException.Passkey the service refuses it: [AuthException.code] tells why
     */
    public suspend fun completePasskeyRegistration(credentialJson: String): Unit =
        whileOpen { core.completePasskeyRegistration(credentialJson, null) }

    /** A page of the signed-in user's passkeys; [PasskeyPage.nextToken] gives the next one. */
    public suspend fun listPasskeys(options: ListPasskeysOptions = ListPasskeysOptions()): PasskeyPage =
        whileOpen { core.listPasskeys(options, null) }

    /**
     * Deletes a passkey at the service, see [Passkey.credentialId]. The device keeps its part until the user removes it
     * there.
     */
    public suspend fun deletePasskey(credentialId: String): Unit =
        whileOpen { core.deletePasskey(credentialId, null) }

    /**
     * Has the service ask for no second factor on this device.
     *
     * @throws AuthException.InvalidState if the service does not track this device
     */
    public suspend fun rememberDevice(): Unit = whileOpen { core.rememberDevice(null) }

    /**
     * Has the service forget a device of the user.
     *
     * @param id [AuthDevice.id]; null: this device
     * @throws AuthException.InvalidState if it is to be this one, and the service does not track it
     */
    public suspend fun forgetDevice(id: String? = null): Unit = whileOpen { core.forgetDevice(id, null) }

    /** The devices that the service knows for the user. */
    public suspend fun fetchDevices(): List<AuthDevice> = whileOpen { core.fetchDevices(null) }

    /**
     * The events from the time of collecting; each collector first gets [AuthEvent.Configured] with the current state.
     * In order, none lost, however slow the collector. Ends when the client is closed: a collector that is neither cancelled
     * nor closed so keeps the client alive.
     */
    public val events: Flow<AuthEvent> = flow {
        val queue = whileOpen { core.events() }
        try {
            while (true) emit(queue.next() ?: break)
        } finally {
            queue.finish()
            queue.close()
        }
    }

    /**
     * Tells the listener every event, one at a time and in order, from a background thread; the first is
     * [AuthEvent.Configured] with the current state. It may block and may call this client; what it throws is logged and
     * does no harm. Listening ends when the subscription or the client is closed, and with nothing else: a listener that
     * uses its client keeps it alive until then.
     */
    public fun listen(listener: (AuthEvent) -> Unit): Subscription =
        whileOpen {
            val guarded = GuardedListener(Objects.requireNonNull(listener))
            Subscription(core.listen(guarded), subscriptions).also(subscriptions::add)
        }

    /**
     * Ends the events, abandons an unfinished sign-in and frees the client, which nothing else does where its listener, its
     * store or a collector holds it. Calls that are on their way run to their end, the store's too: a write that hangs may
     * land after this, and the next client finds it. Later ones throw [AuthException.InvalidState] with the code
     * `client_closed`. The stored session stays. Can be called twice.
     */
    override fun close() {
        if (closed.compareAndSet(false, true)) {
            core.shutdown()
            core.close()
            subscriptions.forEach(Subscription::close)
        }
    }

    /** Calls the core, unless it is gone. */
    private inline fun <T> whileOpen(call: () -> T): T {
        if (closed.get()) throw authException(AuthErrorCode.CLIENT_CLOSED)
        return try {
            coreCall(call)
        } catch (failure: IllegalStateException) {
            // Closed by another thread since the check. CancellationException is one of these, too.
            val isClosed = core.uniffiIsDestroyed && failure !is CancellationException
            throw if (isClosed) authException(AuthErrorCode.CLIENT_CLOSED) else failure
        }
    }
}
