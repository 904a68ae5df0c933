package dev.portcullis.demo

import dev.portcullis.AuthClient
import dev.portcullis.AuthConfiguration
import dev.portcullis.AuthEvent
import dev.portcullis.AuthException
import dev.portcullis.AuthFlow
import dev.portcullis.AuthUserAttributeKey
import dev.portcullis.FetchSessionOptions
import dev.portcullis.SignInOptions
import dev.portcullis.SignInResult
import dev.portcullis.SignInStep
import dev.portcullis.SignOutOptions
import dev.portcullis.SignUpOptions
import dev.portcullis.UserAttribute
import dev.portcullis.hubName
import dev.portcullis.testing.LocalPool
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

internal const val PASSWORD = "Correct-horse-7"

/** Walks through what an app does with the library, against a local pool that it starts itself; with `--bench`, measures. */
fun main(arguments: Array<String>) {
    startPool().use { pool ->
        runBlocking {
            withTimeout(120.seconds) { if ("--bench" in arguments) bench(pool) else walkThrough(pool) }
        }
    }
    exitProcess(0)
}

private suspend fun walkThrough(pool: LocalPool) = coroutineScope {
    title("A client for the pool in amplify_outputs.json")
    val configuration = AuthConfiguration.amplifyOutputs(pool.amplifyOutputs)
    called("AuthConfiguration.amplifyOutputs(json)", configuration)
    val auth = AuthClient(configuration)
    called("AuthClient(configuration).load()", show(auth.load()))

    val told = mutableListOf<AuthEvent>()
    val collecting = launch(start = CoroutineStart.UNDISPATCHED) { auth.events.collect { told += it } }

    title("Sign up, and confirm with the code from the e-mail")
    val email = UserAttribute(AuthUserAttributeKey.EMAIL, "ann@example.org")
    val signedUp = auth.signUp("ann", PASSWORD, SignUpOptions(userAttributes = listOf(email)))
    called("auth.signUp(\"ann\", password, SignUpOptions(userAttributes = listOf(email)))", show(signedUp.nextStep))
    called("auth.signIn(\"ann\", password), too early", show(auth.signIn("ann", PASSWORD)))
    val confirmed = auth.confirmSignUp("ann", pool.code("ann"))
    called("auth.confirmSignUp(\"ann\", code)", show(confirmed.nextStep))

    title("A wrong password")
    try {
        auth.signIn("ann", "Wrong-horse-7")
    } catch (error: AuthException.NotAuthorized) {
        called("auth.signIn(\"ann\", wrongPassword)", "throws AuthException.${error.javaClass.simpleName}")
        detail("code: ${error.code}, from ${error.serviceCode} of ${error.operation}, retryable: ${error.isRetryable}")
        detail("recovery: ${error.recovery}")
    }

    title("Sign in with a password, proved with SRP: it does not leave this process")
    called("auth.signIn(\"ann\", password)", show(auth.signIn("ann", PASSWORD)))
    called("auth.state", show(auth.state))

    title("The tokens")
    val session = auth.fetchAuthSession()
    called("auth.fetchAuthSession()", session)
    val claims = session.tokens.idToken!!.claims
    called("session.tokens.accessToken", "${session.tokens.accessToken}; rawValue has ${session.tokens.accessToken.rawValue.length} characters")
    called("session.tokens.idToken.claims", "sub ${claims.subject}, e-mail ${claims.email} (verified: ${claims.emailVerified})")
    val renewed = auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true))
    val changed = renewed.tokens.accessToken != session.tokens.accessToken
    called("auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true))", "other tokens than before: $changed")

    title("Sign out")
    val signedOut = auth.signOut()
    called("auth.signOut()", "complete: ${signedOut.isComplete}")

    title("A custom challenge without a password")
    answered(auth, auth.signIn("ann", options = SignInOptions(authFlow = AuthFlow.CustomWithoutSrp)))
    called("auth.signOut(SignOutOptions(global = true))", "complete: ${auth.signOut(SignOutOptions(global = true)).isComplete}")

    title("A custom challenge after the password")
    answered(auth, auth.signIn("ann", PASSWORD, SignInOptions(authFlow = AuthFlow.CustomWithSrp)))

    walkThroughAccount(auth, pool)

    title("What the collector of auth.events was told meanwhile")
    while (told.lastOrNull() !is AuthEvent.UserDeleted) delay(10)
    detail(told.joinToString(", ") { it.hubName })
    auth.close()
    collecting.join()
    called("auth.close()", "the flow has ended")
}

/** Answers the challenge's question, however often it is asked. */
private suspend fun answered(
    auth: AuthClient,
    first: SignInResult,
) {
    called("auth.signIn(\"ann\", …)", show(first))
    var step = first.nextStep
    while (step is SignInStep.ConfirmSignInWithCustomChallenge) {
        val (left, right) = step.parameters.getValue("question").split(" + ").map(String::toInt)
        val result = auth.confirmSignIn("${left + right}")
        called("auth.confirmSignIn(\"${left + right}\")", show(result))
        step = result.nextStep
    }
}
