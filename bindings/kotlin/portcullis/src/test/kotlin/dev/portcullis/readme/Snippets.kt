// Written by tests/readme_snippets.rs from the READMEs.

@file:Suppress("UNUSED_VARIABLE", "UNREACHABLE_CODE", "VariableNeverRead", "AssignedValueIsNeverRead")

package dev.portcullis.readme

import dev.portcullis.*
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.launch

// README.md
suspend fun AtHand.snippet1() {
    val auth = AuthClient(AuthConfiguration.amplifyOutputs(json))
    val result = auth.signIn("ann", options = SignInOptions(authFlow = AuthFlow.CustomWithoutSrp))
    when (val step = result.nextStep) {
        is SignInStep.ConfirmSignInWithCustomChallenge -> auth.confirmSignIn(answer(step.parameters))
        else -> TODO()
    }
    val session = auth.fetchAuthSession()
    auth.events.collect { event -> TODO() }
}

// bindings/kotlin/README.md
suspend fun AtHand.snippet2() {

    val auth = AuthClient(AuthConfiguration.amplifyOutputs(json), Storage.Files(folder))

    // A user who has a password.
    auth.signIn("ann", password)

    // A user without one: the pool's Lambda triggers ask, the person answers.
    val result = auth.signIn("ann", options = SignInOptions(authFlow = AuthFlow.CustomWithoutSrp))
    when (val step = result.nextStep) {
        is SignInStep.ConfirmSignInWithCustomChallenge -> auth.confirmSignIn(answer(step.parameters))
        SignInStep.ConfirmSignUp -> askForCode()
        SignInStep.ResetPassword -> askForNewPassword()
        SignInStep.Done -> Unit
        else -> show(step)      // a code, a new password, a choice: each step says what confirmSignIn wants
    }

    // For the app's own server; renewed when needed, once for all callers.
    val token = auth.fetchAuthSession().tokens.accessToken
    request.header("Authorization", "Bearer ${token.rawValue}")

    // Whoever shows the user listens.
    scope.launch { auth.events.collect { event -> show(event) } }

    auth.signOut()
    auth.close()
}

// bindings/kotlin/README.md
suspend fun AtHand.snippet3() {
    var result = auth.signIn("ann", options = SignInOptions(authFlow = AuthFlow.UserAuth()))
    when (val step = result.nextStep) {
        is SignInStep.ContinueSignInWithFirstFactorSelection ->
            result = auth.confirmSignIn(picked(step.factors).challengeResponse)     // or AuthFlow.UserAuth(FirstFactor.EmailOtp)
        is SignInStep.ConfirmSignInWithOtp -> result = auth.confirmSignIn(code)     // or auth.resendSignInCode()
        else -> TODO()
    }
}

// bindings/kotlin/README.md
suspend fun AtHand.snippet4() {
    val presenter = CredentialManagerPresenter(activity)         // or a PasskeyPresenter of your own
    auth.associatePasskey(presenter)                             // for the signed-in user
    auth.signInWithPasskey("ann", presenter)
    auth.confirmSignIn(presenter)                                // where the step is ConfirmSignInWithPasskey
}

// bindings/kotlin/README.md
suspend fun AtHand.snippet5() {
    val presenter = CustomTabsPresenter(context)
    auth.signInWithWebUi(presenter)
    auth.signOutWithWebUi(presenter)                             // the browser forgets the user too
}

// bindings/kotlin/README.md
suspend fun AtHand.snippet6() {
    auth.signIn("bob", password, SignInOptions(existingSession = ExistingSession.KEEP))   // or REFUSE; without, the other one ends
    auth.accounts.forEach { println(it.username) }               // the current one first, from memory
    auth.switchAccount(ann)
    auth.signOut(SignOutOptions(account = bob))                  // or allAccounts = true; without, the current one
}

// bindings/kotlin/README.md
suspend fun AtHand.snippet7() {
    val attributes = auth.withTimeout(5.seconds).fetchUserAttributes()
}

// docs/hosted-sign-in.md
suspend fun AtHand.snippet8() {
    val presenter = CustomTabsPresenter(context)
    val result = auth.signInWithWebUi(presenter)
    auth.signInWithWebUi(presenter, WebUiSignInOptions(provider = AuthProvider.Google, customState = "cart 7"))
}

// docs/hosted-sign-in.md
suspend fun AtHand.snippet9() {
    val request = auth.beginWebUiSignIn()
    open(request.url)                            // ends at request.redirectUri
    auth.completeWebUiSignIn(callbackUrl)        // the whole URL; also after the process was ended and started again
    auth.cancelWebUiSignIn()                     // if the person closed the browser instead
}

// docs/credentials-and-federation.md
suspend fun AtHand.snippet10() {
    val credentials = auth.fetchAwsCredentials()
    val session = auth.fetchAuthSession(FetchSessionOptions(awsCredentials = true))
}

// docs/credentials-and-federation.md
suspend fun AtHand.snippet11() {
    val request = AwsRequest("GET", "https://abc.execute-api.eu-west-1.amazonaws.com/prod/pets", "eu-west-1", "execute-api")
    for ((name, value) in auth.signAwsRequest(request)) sent.header(name, value)
}

// docs/credentials-and-federation.md
suspend fun AtHand.snippet12() {
    auth.federateToIdentityPool(
        FederatedProvider.Google, idToken, FederateOptions(expiresAt = expiresAt, user = mapOf("name" to name)))
    auth.setTokenProvider(FederatedProvider.Google) { FederatedToken(silentSignIn().idToken) }
}
