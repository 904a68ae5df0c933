package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.story
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import kotlinx.serialization.json.put

class SecretsStory {
    private val password = "Canary-password-1"

    @Test
    fun `nothing that can be printed shows a secret`() = story {
        val pool = LocalPool.shared.newPool { put("GenerateSecret", true) }
        pool.createUser("ann", password)
        val printed = mutableListOf<String>()
        AuthClient(pool.configuration()).use { auth ->
            val email = UserAttribute(AuthUserAttributeKey.EMAIL, "bob@example.org")
            auth.signUp("bob", password, SignUpOptions(userAttributes = listOf(email)))
            val code = pool.code("bob")
            val wrongCode = if (code == "271828") "314159" else "271828"
            val failing =
                listOf<suspend () -> Any?>(
                    { auth.signIn("ann", "$password-wrong") },
                    { auth.signIn("ann", "$password-wrong", SignInOptions(authFlow = AuthFlow.UserPassword)) },
                    { auth.signUp("ann", password) },
                    { auth.confirmSignUp("bob", wrongCode) },
                    { auth.confirmSignIn(wrongCode) },
                )
            for (call in failing) printed += assertFailsWith<AuthException> { call() }.allText()

            auth.signIn("ann", password)
            val session = auth.fetchAuthSession()
            val tokens = session.tokens
            val idToken = tokens.idToken!!
            listOf(session, session.tokensOutcome, tokens, tokens.accessToken, idToken, auth, pool.configuration())
                .forEach { printed += it.toString() }
            printed += assertFailsWith<AuthException> { Token(tokens.accessToken.rawValue.replace(".", "_")).claims }.allText()

            val secrets = listOf(password, code, wrongCode, pool.clientSecret!!, tokens.accessToken.rawValue, idToken.rawValue)
            for (secret in secrets) {
                val signature = secret.takeLast(20)
                printed.forEach { assertTrue(signature !in it, "a secret in: $it") }
            }
        }
    }

    @Test
    fun `a token is a value that hides itself`() {
        assertEquals(Token("a.b.c"), Token("a.b.c"))
        assertEquals(Token("a.b.c").hashCode(), Token("a.b.c").hashCode())
        assertEquals("Token(redacted)", Token("a.b.c").toString())
        assertEquals("token", assertFailsWith<AuthException.Validation> { Token("hello").claims }.field)
    }

    private fun AuthException.allText() = stackTraceToString() + info
}
