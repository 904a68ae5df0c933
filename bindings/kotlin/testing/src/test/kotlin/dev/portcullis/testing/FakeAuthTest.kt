package dev.portcullis.testing

import dev.portcullis.AuthErrorCode
import dev.portcullis.AuthEvent
import dev.portcullis.AuthException
import dev.portcullis.AuthState
import dev.portcullis.ExistingSession
import dev.portcullis.SignInOptions
import dev.portcullis.SignInStep
import dev.portcullis.SignOutOptions
import dev.portcullis.authException
import dev.portcullis.stateIn
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNull
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield

/** The fake behaves as a client does, where an app would notice. */
class FakeAuthTest {
    private val ann = FakeAuth.user("ann")
    private val bob = FakeAuth.user("bob")

    @Test
    fun `events and states tell the story in order, and end with the fake`() = runBlocking {
        val auth = FakeAuth()
        val events = mutableListOf<AuthEvent>()
        val states = mutableListOf<AuthState>()
        val told = launch(start = CoroutineStart.UNDISPATCHED) { auth.events.collect { events += it } }
        val shown = launch(start = CoroutineStart.UNDISPATCHED) { auth.states.collect { states += it } }
        auth.onSignIn { if (it.password == "right") SignInStep.Done else throw authException(AuthErrorCode.INCORRECT_USERNAME_OR_PASSWORD) }
        val wrong = assertFailsWith<AuthException.NotAuthorized> { auth.signIn("ann", "wrong") }
        auth.signIn("ann", "right")
        yield()
        auth.signOut()
        yield()
        auth.close()
        told.join()
        shown.join()
        val signedOut = AuthState.SignedOut
        assertEquals(
            listOf(AuthEvent.Configured(signedOut), AuthEvent.SignInFailed(wrong.info), AuthEvent.SignedIn(ann), AuthEvent.SignedOut(ann)),
            events,
        )
        assertEquals(listOf(signedOut, AuthState.SignedIn(ann), signedOut), states)
        assertEquals(listOf("events", "states", "signIn", "signIn", "signOut"), auth.calls)
        assertEquals(AuthErrorCode.CLIENT_CLOSED, assertFailsWith<AuthException.InvalidState> { auth.signIn("ann", "right") }.code)
        assertEquals(AuthErrorCode.CLIENT_CLOSED, assertFailsWith<AuthException.InvalidState> { coroutineScope { auth.stateIn(this) } }.code)
    }

    @Test
    fun `accounts stand side by side`() = runBlocking {
        val auth = FakeAuth("ann")
        val refuse = SignInOptions(existingSession = ExistingSession.REFUSE)
        val taken = assertFailsWith<AuthException.InvalidState> { auth.signIn("bob", "secret", refuse) }
        assertEquals(AuthErrorCode.ANOTHER_USER_SIGNED_IN, taken.code)
        auth.signIn("bob", "secret", SignInOptions(existingSession = ExistingSession.KEEP))
        assertEquals(listOf(bob, ann), auth.accounts)
        auth.switchAccount(ann)
        assertEquals(listOf(ann, bob), auth.accounts)
        auth.signOut(SignOutOptions(account = bob))
        assertEquals(listOf(ann) to AuthState.SignedIn(ann), auth.accounts to auth.state)
        auth.signOut()
        assertEquals(AuthState.SignedOut, auth.state)
    }

    @Test
    fun `a step waits for its answer, until an error ends the sign-in`() = runBlocking {
        val auth = FakeAuth()
        assertFailsWith<AuthException.InvalidState> { auth.confirmSignIn("123456") }
        auth.onSignIn { SignInStep.ConfirmSignInWithPassword }
        auth.signIn("ann")
        assertEquals(SignInStep.ConfirmSignInWithPassword, auth.pendingSignIn?.step)
        for ((code, step) in listOf(AuthErrorCode.NETWORK to SignInStep.ConfirmSignInWithPassword, AuthErrorCode.INVALID_SESSION to null)) {
            auth.onConfirmSignIn { throw authException(code) }
            assertEquals(code, assertFailsWith<AuthException> { auth.confirmSignIn("secret") }.code)
            assertEquals(step, auth.pendingSignIn?.step)
        }
        auth.signIn("ann")
        auth.cancelSignIn()
        assertNull(auth.pendingSignIn)
        assertEquals(AuthState.SignedOut, auth.state)
    }
}
