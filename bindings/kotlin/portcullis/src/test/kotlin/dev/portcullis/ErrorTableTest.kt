package dev.portcullis

import java.lang.reflect.Modifier
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue

/** The errors that need no native library are the core's. */
class ErrorTableTest {
    private val codes =
        AuthErrorCode::class.java.declaredFields
            .filter { Modifier.isStatic(it.modifiers) && it.type == String::class.java }
            .map { it.get(null) as String }

    @Test
    fun `every code has the class, sentences and verdict of the core`() {
        assertTrue(codes.size > 70, "only ${codes.size} codes")
        assertEquals(codes.toSet(), ErrorTable.rows.keys)
        for (code in codes) {
            val expected = errorOf(code, null, null).toAuthException()
            val made = authException(code)
            assertEquals(expected.javaClass, made.javaClass, code)
            assertEquals(expected.info, made.info)
        }
        val field = authException(AuthErrorCode.VALIDATION_FAILED, "name: cut", "name")
        assertEquals(errorOf(AuthErrorCode.VALIDATION_FAILED, "name: cut", "name").toAuthException().info, field.info)
    }

    @Test
    fun `what is no code is refused by its name`() {
        val refused = assertFailsWith<IllegalArgumentException> { authException("code_missmatch") }
        assertTrue("code_missmatch" in refused.message.orEmpty())
    }
}
