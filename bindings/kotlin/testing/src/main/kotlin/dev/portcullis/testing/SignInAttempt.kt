package dev.portcullis.testing

import dev.portcullis.ConfirmSignInOptions
import dev.portcullis.SignInOptions
import dev.portcullis.SignInStep

/** What [FakeAuth.signIn] was called with. Printing it does not show the password. */
public class SignInAttempt(
    /** The user name. */
    public val username: String,
    /** The password, if the app gave one. */
    public val password: String?,
    /** The options. */
    public val options: SignInOptions,
)

/** What [FakeAuth.confirmSignIn] was called with. Printing it does not show the response. */
public class SignInAnswer(
    /** The step that it answers. */
    public val step: SignInStep,
    /** The code, password or choice. */
    public val response: String,
    /** The options. */
    public val options: ConfirmSignInOptions,
)
