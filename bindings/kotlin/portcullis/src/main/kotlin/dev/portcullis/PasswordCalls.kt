package dev.portcullis

/** The calls of [Auth] for passwords. */
public interface PasswordCalls : CoreCalls {
    /**
     * Sends a code with which a forgotten password can be replaced; nobody needs to be signed in.
     *
     * @throws AuthException.UserNotFound only if the pool does not hide this
     * @throws AuthException.LimitExceeded
     */
    public suspend fun resetPassword(
        username: String,
        options: ResetPasswordOptions = ResetPasswordOptions(),
    ): ResetPasswordResult = whileOpen { it.resetPassword(username, options, null) }

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
        it.confirmResetPassword(username, newPassword, confirmationCode, options, null)
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
        it.updatePassword(oldPassword, newPassword, null)
    }
}
