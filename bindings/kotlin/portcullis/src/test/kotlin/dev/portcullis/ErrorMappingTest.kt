package dev.portcullis

import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue

class ErrorMappingTest {
    private val info =
        AuthErrorInfo(
            code = "code_mismatch",
            text = "the code is wrong",
            recovery = "Type it again.",
            isRetryable = true,
            requestId = "r-1",
            operation = "ConfirmSignUp",
            serviceCode = "CodeMismatchException",
            httpStatus = 400u,
            field = "confirmationCode",
            reason = "user_disabled",
        )

    @Test
    fun `every error of the core has the exception of the same name`() {
        val core = CoreException::class.java.permittedSubclasses.toList()
        assertTrue(core.size > 20)
        for (type in core) {
            val failure = type.getConstructor(AuthErrorInfo::class.java).newInstance(info) as CoreException
            val mapped = failure.toAuthException()
            assertEquals(type.simpleName, mapped.javaClass.simpleName)
            assertEquals(info, mapped.info)
        }
        val facade = AuthException::class.java.permittedSubclasses.map { it.simpleName }.toSet()
        assertEquals(core.map { it.simpleName }.toSet(), facade)
    }

    @Test
    fun `an exception says what happened and what to do`() {
        val error = AuthException.CodeMismatch(info)
        assertEquals("the code is wrong [code_mismatch]: Type it again.", error.message)
        assertEquals(AuthErrorCode.CODE_MISMATCH, error.code)
        assertEquals("Type it again.", error.recovery)
        assertEquals(true, error.isRetryable)
        assertEquals("r-1", error.requestId)
        assertEquals("ConfirmSignUp", error.operation)
        assertEquals("CodeMismatchException", error.serviceCode)
        assertEquals(400, error.httpStatus)
        assertEquals("confirmationCode", error.field)
        assertEquals(AuthErrorCode.USER_DISABLED, error.reason)
    }

    @Test
    fun `an error of the facade has the sentences of the core`() {
        val closed = authException(AuthErrorCode.CLIENT_CLOSED) as AuthException.InvalidState
        assertEquals(AuthErrorCode.CLIENT_CLOSED, closed.code)
        assertTrue(closed.info.text.endsWith(".") && closed.recovery.endsWith("."))
        val argument = authException(AuthErrorCode.VALIDATION_FAILED, "name: cut", "name") as AuthException.Validation
        assertEquals("name: cut" to "name", argument.info.text to argument.field)
        assertEquals(listOf(false, true), listOf(argument, authException(AuthErrorCode.TIMEOUT)).map { it.isRetryable })
    }

    @Test
    fun `a panic of the core is an internal error without its text`() {
        val error = kotlin.test.assertFailsWith<AuthException.Internal> { coreCall { throw InternalException("it broke") } }
        assertEquals(AuthErrorCode.INTERNAL, error.code)
        assertTrue("it broke" !in error.stackTraceToString())
    }

    @Test
    fun `options need no arguments`() {
        assertEquals(SignInOptions(authFlow = null, emptyMap(), validationData = emptyMap(), existingSession = null), SignInOptions())
        assertEquals(ConfirmSignInOptions(emptyMap(), userAttributes = emptyList(), friendlyDeviceName = null), ConfirmSignInOptions())
        assertEquals(SignUpOptions(emptyList(), emptyMap(), emptyMap(), autoSignIn = null), SignUpOptions())
        assertEquals(AutoSignInOptions(enabled = true, authFlow = null, emptyMap(), emptyMap()), AutoSignInOptions())
        assertEquals(AuthFlow.UserAuth(preferredFirstFactor = null), AuthFlow.UserAuth())
        assertEquals(ConfirmSignUpOptions(forceAliasCreation = null, clientMetadata = emptyMap()), ConfirmSignUpOptions())
        assertEquals(ResendSignUpCodeOptions(clientMetadata = emptyMap()), ResendSignUpCodeOptions())
        assertEquals(ResetPasswordOptions(clientMetadata = emptyMap()), ResetPasswordOptions())
        assertEquals(ConfirmResetPasswordOptions(clientMetadata = emptyMap()), ConfirmResetPasswordOptions())
        assertEquals(UpdateUserAttributesOptions(clientMetadata = emptyMap()), UpdateUserAttributesOptions())
        assertEquals(SendVerificationCodeOptions(clientMetadata = emptyMap()), SendVerificationCodeOptions())
        assertEquals(VerifyTotpSetupOptions(friendlyDeviceName = null), VerifyTotpSetupOptions())
        assertEquals(ListPasskeysOptions(pageSize = null, nextToken = null), ListPasskeysOptions())
        assertEquals(PlatformDetails(deviceName = null), PlatformDetails())
        assertEquals(FetchSessionOptions(forceRefresh = false, clientMetadata = emptyMap()), FetchSessionOptions())
        assertEquals(SignOutOptions(global = false, allAccounts = false, account = null), SignOutOptions())
    }
}
