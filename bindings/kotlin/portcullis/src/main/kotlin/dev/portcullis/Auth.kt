package dev.portcullis

/**
 * All calls of [AuthClient], for code that is tested without one: screens and view models take an [Auth], the app gives them
 * its client, and its tests the `FakeAuth` of `portcullis-testing`, or a class of their own.
 *
 * A class of the app's own overrides what it needs. Any other call throws [UnsupportedOperationException] with the name of
 * what to override; so a later release can add calls.
 */
public interface Auth :
    SessionCalls,
    EventCalls,
    SignUpCalls,
    SignInCalls,
    PasswordCalls,
    UserAttributeCalls,
    MfaCalls,
    PasskeyCalls,
    DeviceCalls,
    CredentialCalls,
    FederationCalls,
    WebUiCalls,
    AutoCloseable {
    /**
     * Ends the events, abandons an unfinished sign-in and frees the client, which nothing else does where its listener, its
     * store or a collector holds it. Calls that are on their way run to their end, the store's too: a write that hangs may
     * land after this, and the next client finds it. Later ones throw [AuthException.InvalidState] with the code
     * `client_closed`. The stored session stays. Can be called twice.
     */
    override fun close() {
        throw notOverridden()
    }
}
