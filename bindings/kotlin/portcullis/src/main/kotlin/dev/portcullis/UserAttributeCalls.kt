package dev.portcullis

/** The calls of [Auth] for the account of the signed-in user: the attributes, and its end. */
public interface UserAttributeCalls : CoreCalls {
    /** The signed-in user's attributes, from the service. What the ID token says of them is in the session. */
    public suspend fun fetchUserAttributes(): List<UserAttribute> = whileOpen { it.fetchUserAttributes(null) }

    /** Which of the signed-in user's e-mail address and phone number are verified. */
    public suspend fun fetchVerifiedContacts(): VerifiedContacts = whileOpen { it.fetchVerifiedContacts(null) }

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
        it.updateUserAttributes(attributes, options, null)
    }

    /** Updates one attribute of the signed-in user, see [updateUserAttributes]. */
    public suspend fun updateUserAttribute(
        attribute: UserAttribute,
        options: UpdateUserAttributesOptions = UpdateUserAttributesOptions(),
    ): UpdateUserAttributeResult = whileOpen {
        it.updateUserAttribute(attribute, options, null)
    }

    /** Deletes attributes of the signed-in user, see [AuthUserAttributeKey]. Those that the pool requires stay. */
    public suspend fun deleteUserAttributes(attributeNames: List<String>): Unit =
        whileOpen {
            it.deleteUserAttributes(attributeNames, null)
        }

    /**
     * Sends a code that verifies an attribute, [AuthUserAttributeKey.EMAIL] or [AuthUserAttributeKey.PHONE_NUMBER]; an
     * older code no longer counts.
     */
    public suspend fun sendVerificationCode(
        attributeName: String,
        options: SendVerificationCodeOptions = SendVerificationCodeOptions(),
    ): CodeDeliveryDetails = whileOpen {
        it.sendVerificationCode(attributeName, options, null)
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
        it.confirmUserAttribute(attributeName, confirmationCode, null)
    }

    /**
     * Deletes the signed-in user's account at the service, for good, and then the session here. After a failure the user
     * stays signed in.
     */
    public suspend fun deleteUser(): Unit = whileOpen { it.deleteUser(null) }
}
