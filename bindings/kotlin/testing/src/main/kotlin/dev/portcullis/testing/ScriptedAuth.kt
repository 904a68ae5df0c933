package dev.portcullis.testing

import dev.portcullis.*
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.reflect.KCallable
import kotlinx.coroutines.runBlocking

/**
 * An [Auth] whose calls answer what a test has said they do; any other call fails with the line that is missing in the test.
 * [FakeAuth] is one that also knows how to sign in and out.
 */
public abstract class ScriptedAuth : Auth {
    private val scripts = ConcurrentHashMap<String, suspend (List<Any?>) -> Any?>()
    private val made = CopyOnWriteArrayList<String>()

    /** The names of the calls that were made, in their order. */
    public val calls: List<String> get() = made.toList()

    /**
     * Has a call answer so from now on: `auth.answer(Auth::fetchUserAttributes) { listOf(UserAttribute("name", "Ann")) }`. The
     * answer gets the call's arguments, may throw (see [authException]) and may suspend, as a slow service does.
     */
    public fun <R> answer(
        call: KCallable<R>,
        answer: suspend (arguments: List<Any?>) -> R,
    ) {
        scripts[call.name] = answer
    }

    /** To be called first by each call; what it throws, the call throws. */
    protected open fun called(name: String) {
        made += name
    }

    /** What the script of the call says, or else what the fake does by itself. */
    @Suppress("UNCHECKED_CAST")
    protected suspend fun <R> answered(
        name: String,
        vararg arguments: Any?,
        otherwise: suspend () -> R = { throw unscripted(name) },
    ): R {
        called(name)
        val script = scripts[name] ?: return otherwise()
        return script(arguments.toList()) as R
    }

    private fun unscripted(name: String): UnsupportedOperationException =
        UnsupportedOperationException("the test says nothing about $name: auth.answer(Auth::$name) { … }, or override it")

    override suspend fun resendSignUpCode(
        username: String,
        options: ResendSignUpCodeOptions,
    ): CodeDeliveryDetails = answered("resendSignUpCode", username, options)

    override suspend fun autoSignIn(): SignInResult = answered("autoSignIn")

    override suspend fun verifySession(): AuthUser = answered("verifySession")

    override fun setRefreshMetadataProvider(clientMetadata: (() -> Map<String, String>)?): Unit = called("setRefreshMetadataProvider")

    override suspend fun resendSignInCode(): SignInResult = answered("resendSignInCode")

    override suspend fun signInWithWebUi(
        presenter: WebUiPresenter,
        options: WebUiSignInOptions,
    ): SignInResult = answered("signInWithWebUi", presenter, options)

    override suspend fun beginWebUiSignIn(options: WebUiSignInOptions): WebUiRequest = answered("beginWebUiSignIn", options)

    override suspend fun completeWebUiSignIn(callbackUrl: String): SignInResult = answered("completeWebUiSignIn", callbackUrl)

    override fun cancelWebUiSignIn(): Unit = runBlocking { answered("cancelWebUiSignIn") { } }

    override fun webUiSignOut(redirectUri: String?): WebUiRequest = runBlocking { answered("webUiSignOut", redirectUri) }

    override suspend fun resetPassword(
        username: String,
        options: ResetPasswordOptions,
    ): ResetPasswordResult = answered("resetPassword", username, options)

    override suspend fun confirmResetPassword(
        username: String,
        newPassword: String,
        confirmationCode: String,
        options: ConfirmResetPasswordOptions,
    ): Unit = answered("confirmResetPassword", username, newPassword, confirmationCode, options)

    override suspend fun updatePassword(
        oldPassword: String?,
        newPassword: String,
    ): Unit = answered("updatePassword", oldPassword, newPassword)

    override suspend fun fetchUserAttributes(): List<UserAttribute> = answered("fetchUserAttributes")

    override suspend fun fetchVerifiedContacts(): VerifiedContacts = answered("fetchVerifiedContacts")

    override suspend fun updateUserAttributes(
        attributes: List<UserAttribute>,
        options: UpdateUserAttributesOptions,
    ): List<UpdateUserAttributeResult> = answered("updateUserAttributes", attributes, options)

    override suspend fun updateUserAttribute(
        attribute: UserAttribute,
        options: UpdateUserAttributesOptions,
    ): UpdateUserAttributeResult = answered("updateUserAttribute", attribute, options)

    override suspend fun deleteUserAttributes(attributeNames: List<String>): Unit = answered("deleteUserAttributes", attributeNames)

    override suspend fun sendVerificationCode(
        attributeName: String,
        options: SendVerificationCodeOptions,
    ): CodeDeliveryDetails = answered("sendVerificationCode", attributeName, options)

    override suspend fun confirmUserAttribute(
        attributeName: String,
        confirmationCode: String,
    ): Unit = answered("confirmUserAttribute", attributeName, confirmationCode)

    override suspend fun setUpTotp(): TotpSetupDetails = answered("setUpTotp")

    override suspend fun verifyTotpSetup(
        code: String,
        options: VerifyTotpSetupOptions,
    ): Unit = answered("verifyTotpSetup", code, options)

    override suspend fun fetchMfaPreference(): MfaPreference = answered("fetchMfaPreference")

    override suspend fun updateMfaPreference(
        sms: MfaSetting?,
        totp: MfaSetting?,
        email: MfaSetting?,
    ): Unit = answered("updateMfaPreference", sms, totp, email)

    override suspend fun beginPasskeyRegistration(): String = answered("beginPasskeyRegistration")

    override suspend fun completePasskeyRegistration(credentialJson: String): Unit =
        answered("completePasskeyRegistration", credentialJson)

    override suspend fun listPasskeys(options: ListPasskeysOptions): PasskeyPage = answered("listPasskeys", options)

    override suspend fun deletePasskey(credentialId: String): Unit = answered("deletePasskey", credentialId)

    override suspend fun rememberDevice(): Unit = answered("rememberDevice")

    override suspend fun forgetDevice(id: String?): Unit = answered("forgetDevice", id)

    override suspend fun fetchDevices(): List<AuthDevice> = answered("fetchDevices")

    override suspend fun fetchAwsCredentials(options: AwsCredentialsOptions): AwsCredentials = answered("fetchAwsCredentials", options)

    override suspend fun signAwsRequest(request: AwsRequest): Map<String, String> = answered("signAwsRequest", request)

    override suspend fun fetchIdentityId(): String = answered("fetchIdentityId")

    override suspend fun fetchOpenIdToken(): Token = answered("fetchOpenIdToken")

    override suspend fun clearIdentity(): Unit = answered("clearIdentity")

    override suspend fun federateToIdentityPool(
        provider: FederatedProvider,
        token: String,
        options: FederateOptions,
    ): AwsCredentials = answered("federateToIdentityPool", provider, token, options)

    override suspend fun clearFederation(): Unit = answered("clearFederation")

    override val federatedInfo: FederatedInfo? get() = runBlocking { answered("federatedInfo") { null } }

    override fun setTokenProvider(
        provider: FederatedProvider,
        fetchToken: (suspend () -> FederatedToken)?,
    ): Unit = runBlocking { answered("setTokenProvider", provider, fetchToken) { } }
}
