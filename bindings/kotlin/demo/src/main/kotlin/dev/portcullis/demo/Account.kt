package dev.portcullis.demo

import dev.portcullis.AuthClient
import dev.portcullis.AuthFlow
import dev.portcullis.AuthUserAttributeKey
import dev.portcullis.FirstFactor
import dev.portcullis.MfaSetting
import dev.portcullis.PasskeyPresenter
import dev.portcullis.ResetPasswordStep
import dev.portcullis.SignInOptions
import dev.portcullis.UserAttribute
import dev.portcullis.VerifyTotpSetupOptions
import dev.portcullis.challengeResponse
import dev.portcullis.setupUri
import dev.portcullis.testing.LocalPool

/** What a signed-in user does with the account, and what sign-in asks then. */
internal suspend fun walkThroughAccount(
    auth: AuthClient,
    pool: LocalPool,
) {
    chooseHowToSignIn(auth, pool)
    passkeys(auth, pool)
    attributes(auth)
    secondFactors(auth, pool)
    end(auth, pool)
}

private suspend fun chooseHowToSignIn(
    auth: AuthClient,
    pool: LocalPool,
) {
    title("The user chooses how to sign in")
    val offered = auth.signIn("ann", options = SignInOptions(authFlow = AuthFlow.UserAuth()))
    called("auth.signIn(\"ann\", options = SignInOptions(authFlow = AuthFlow.UserAuth()))", show(offered))
    called("auth.confirmSignIn(FirstFactor.EmailOtp.challengeResponse)", show(auth.confirmSignIn(FirstFactor.EmailOtp.challengeResponse)))
    val code = pool.code("ann", "email")
    called("auth.confirmSignIn(\"$code\")", show(auth.confirmSignIn(code)))
}

private suspend fun passkeys(
    auth: AuthClient,
    pool: LocalPool,
) {
    title("A passkey, from the software authenticator of local-pool")
    val presenter =
        object : PasskeyPresenter {
            override suspend fun create(requestJson: String): String = pool.local("authenticator/create", requestJson)

            override suspend fun get(requestJson: String): String = pool.local("authenticator/get", requestJson)
        }
    auth.associatePasskey(presenter)
    called("auth.associatePasskey(presenter)", "done")
    auth.signOut()
    called("auth.signInWithPasskey(\"ann\", presenter)", show(auth.signInWithPasskey("ann", presenter)))
    val passkey = auth.listPasskeys().passkeys.single()
    called("auth.listPasskeys()", "one for ${passkey.relyingPartyId}, of ${passkey.createdAt}")
    auth.deletePasskey(passkey.credentialId)
    called("auth.deletePasskey(id)", "${auth.listPasskeys().passkeys.size} left")
}

private suspend fun attributes(auth: AuthClient) {
    title("Attributes")
    val updated = auth.updateUserAttribute(UserAttribute(AuthUserAttributeKey.NICKNAME, "Annie"))
    called("auth.updateUserAttribute(nickname)", "updated: ${updated.isUpdated}")
    called("auth.fetchUserAttributes()", auth.fetchUserAttributes().joinToString { it.name })
    called("auth.fetchVerifiedContacts().verified", auth.fetchVerifiedContacts().verified.joinToString { it.name })
}

private suspend fun secondFactors(
    auth: AuthClient,
    pool: LocalPool,
) {
    title("Second factors")
    val details = auth.setUpTotp()
    called("auth.setUpTotp()", "for a QR code: ${details.setupUri("Demo").substringBefore("secret=")}secret=…")
    auth.verifyTotpSetup(pool.appCode(details.sharedSecret), VerifyTotpSetupOptions(friendlyDeviceName = "Ann's phone"))
    called("auth.verifyTotpSetup(code)", "done")
    auth.updateMfaPreference(totp = MfaSetting.ENABLED, email = MfaSetting.PREFERRED)
    val preference = auth.fetchMfaPreference()
    called("auth.updateMfaPreference(totp = ENABLED, email = PREFERRED)", "${preference.enabled}, first ${preference.preferred}")
    auth.signOut()
    called("auth.signIn(\"ann\", password)", show(auth.signIn("ann", PASSWORD)))
    val code = pool.code("ann", "email")
    called("auth.confirmSignIn(\"$code\")", show(auth.confirmSignIn(code)))
    auth.updateMfaPreference(totp = MfaSetting.DISABLED, email = MfaSetting.DISABLED)
}

private suspend fun end(
    auth: AuthClient,
    pool: LocalPool,
) {
    title("A new password, and the end of the account")
    auth.updatePassword(PASSWORD, "Better-horse-10")
    called("auth.updatePassword(old, new)", "done")
    val reset = auth.resetPassword("ann").nextStep as ResetPasswordStep.ConfirmResetPasswordWithCode
    called("auth.resetPassword(\"ann\")", "a code went to ${reset.deliveryDetails.destination}")
    val code = pool.code("ann", "forgot")
    auth.confirmResetPassword("ann", PASSWORD, code)
    called("auth.confirmResetPassword(\"ann\", new, \"$code\")", "done")
    auth.deleteUser()
    called("auth.deleteUser()", show(auth.state))
}
