package dev.portcullis

import java.util.Locale
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** What users may read when a call fails. None of it needs the native library. */
class UserMessagesTest {
    private fun info(code: String) =
        AuthErrorInfo(
            code = code, text = "canary of the service", recovery = "Do something.", isRetryable = false, requestId = null,
            operation = null, serviceCode = null, httpStatus = null, field = null, reason = null,
        )

    @Test
    fun `a message is in the language of the user`() {
        val error = AuthException.CodeMismatch(info("code_mismatch"))
        assertTrue(error.userMessage(Locale.GERMANY).startsWith("Dieser Code ist nicht richtig."))
        assertTrue(error.userMessage(Locale.JAPAN).endsWith("。"))
        // Italian is not there.
        assertEquals("This code is not correct. Check it and try again.", error.userMessage(Locale.ITALY))
        assertFalse(error.userMessage(Locale.ENGLISH).contains("canary"))
    }

    @Test
    fun `an app's own words go first`() {
        val own = mapOf("network" to "Are you in the tunnel?")
        assertEquals("Are you in the tunnel?", AuthErrorCode.userMessage(AuthErrorCode.TIMEOUT, Locale.ENGLISH, own))
        assertEquals("Cancelled.", AuthErrorCode.userMessage(AuthErrorCode.PASSKEY_CANCELLED, Locale.ENGLISH, own))
    }

    @Test
    fun `codes that leave the same choice share a message, and unknown ones have one`() {
        assertEquals(AuthErrorCode.messageKey(AuthErrorCode.NETWORK), AuthErrorCode.messageKey(AuthErrorCode.TIMEOUT))
        assertEquals("Something went wrong. Please try again later.", AuthErrorCode.userMessage("from_the_future", Locale.UK))
    }
}
