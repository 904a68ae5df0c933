package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.MapStore
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.fails
import dev.portcullis.support.story
import dev.portcullis.support.until
import java.io.File
import java.lang.ref.WeakReference
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds

/** What cannot be sent: text that was cut in the middle of a character, and null from Java. */
class ArgumentsStory {
    private val pool = LocalPool.shared.newPool()
    private val cut = "Passw0rd-\uD83D"
    private val cutMap = mapOf("from" to cut)
    private val code = "123456"

    /** Every argument of every call that holds text, by the path that names it. */
    private val calls: List<Pair<String, suspend AuthClient.() -> Unit>> =
        listOf(
            "user.username" to { switchAccount(AuthUser(cut, "id")) },
            "user.userId" to { switchAccount(AuthUser("ann", cut)) },
            "username" to { signUp(cut, PASSWORD) },
            "password" to { signUp("ann", cut) },
            "options.userAttributes[1].value" to { signUp("ann", PASSWORD, SignUpOptions(listOf(attribute("a"), attribute(cut)))) },
            "options.validationData" to { signUp("ann", PASSWORD, SignUpOptions(validationData = cutMap)) },
            "options.autoSignIn.clientMetadata" to {
                signUp("ann", PASSWORD, SignUpOptions(autoSignIn = AutoSignInOptions(clientMetadata = cutMap)))
            },
            "username" to { confirmSignUp(cut, code) },
            "confirmationCode" to { confirmSignUp("ann", cut) },
            "options.clientMetadata" to { confirmSignUp("ann", code, ConfirmSignUpOptions(clientMetadata = cutMap)) },
            "username" to { resendSignUpCode(cut) },
            "options.clientMetadata" to { resendSignUpCode("ann", ResendSignUpCodeOptions(cutMap)) },
            "username" to { signIn(cut, PASSWORD) },
            "password" to { signIn("ann", cut) },
            "options.clientMetadata" to { signIn("ann", PASSWORD, SignInOptions(clientMetadata = cutMap)) },
            "options.validationData" to { signIn("ann", PASSWORD, SignInOptions(validationData = mapOf(cut to ""))) },
            "challengeResponse" to { confirmSignIn(cut) },
            "options.friendlyDeviceName" to { confirmSignIn(code, ConfirmSignInOptions(friendlyDeviceName = cut)) },
            "options.clientMetadata" to { fetchAuthSession(FetchSessionOptions(clientMetadata = cutMap)) },
            "username" to { resetPassword(cut) },
            "username" to { confirmResetPassword(cut, PASSWORD, code) },
            "newPassword" to { confirmResetPassword("ann", cut, code) },
            "confirmationCode" to { confirmResetPassword("ann", PASSWORD, cut) },
            "oldPassword" to { updatePassword(cut, PASSWORD) },
            "newPassword" to { updatePassword(PASSWORD, cut) },
            "attributes[1].name" to { updateUserAttributes(listOf(attribute("a"), UserAttribute(cut, "a"))) },
            "attribute.value" to { updateUserAttribute(attribute(cut)) },
            "attributeNames[1]" to { deleteUserAttributes(listOf("name", cut)) },
            "attributeName" to { sendVerificationCode(cut) },
            "attributeName" to { confirmUserAttribute(cut, code) },
            "confirmationCode" to { confirmUserAttribute("email", cut) },
            "code" to { verifyTotpSetup(cut) },
            "options.friendlyDeviceName" to { verifyTotpSetup(code, VerifyTotpSetupOptions(cut)) },
            "credentialJson" to { completePasskeyRegistration(cut) },
            "credentialId" to { deletePasskey(cut) },
            "id" to { forgetDevice(cut) },
        )

    private fun attribute(value: String) = UserAttribute(AuthUserAttributeKey.NAME, value)

    /** What Java can pass where Kotlin says that there is something. */
    @Suppress("UNCHECKED_CAST")
    private fun <T> nothing(): T = null as T

    @Test
    fun `every text that was cut is refused by its name`() = story {
        AuthClient(pool.configuration()).use { auth ->
            auth.load()
            for ((path, call) in calls) assertEquals(path, auth.fails<AuthException.Validation>("validation_failed", call).field)
        }
    }

    @Test
    fun `null from Java is refused by its name`() = story {
        val java: List<Pair<String, suspend AuthClient.() -> Unit>> =
            listOf(
                "username" to { signIn(nothing(), PASSWORD) },
                "options" to { signIn("ann", PASSWORD, nothing()) },
                "options.clientMetadata" to { signIn("ann", PASSWORD, SignInOptions(clientMetadata = mapOf("from" to nothing()))) },
                "options.clientMetadata" to { signIn("ann", PASSWORD, SignInOptions(clientMetadata = nothing())) },
                "user" to { switchAccount(nothing()) },
                "attributes" to { updateUserAttributes(nothing()) },
                "attributes[0]" to { updateUserAttributes(listOf(nothing())) },
                "attributeNames[1]" to { deleteUserAttributes(listOf("name", nothing())) },
                "code" to { verifyTotpSetup(nothing()) },
            )
        AuthClient(pool.configuration()).use { auth ->
            auth.load()
            for ((path, call) in java) assertEquals(path, auth.fails<AuthException.Validation>("validation_failed", call).field)
            assertFailsWith<NullPointerException> { auth.listen(nothing()) }
        }
    }

    @Test
    fun `a configuration names its own fields`() {
        val fault = { make: () -> Unit -> assertFailsWith<AuthException.Configuration> { make() } }
        assertEquals("userPoolId", fault { AuthConfiguration(cut, "client") }.field)
        assertEquals("clientMetadata", fault { AuthConfiguration("eu-west-1_Pool", "client", clientMetadata = cutMap) }.field)
        assertEquals("clientId", fault { AuthConfiguration("eu-west-1_Pool", nothing()) }.field)
        assertTrue(fault { AuthConfiguration.json(cut) }.info.text.endsWith("the text was cut in the middle of a character"))
    }

    @Test
    fun `half of a pair is a cut, a whole pair is not`() = story {
        AuthClient(pool.configuration()).use { auth ->
            auth.load()
            for (half in listOf("\uD83D", "a\uD83Db", "\uDE00", "\uDE00\uD83D", "\uD83D\uD83D\uDE00")) {
                assertEquals("username", auth.fails<AuthException.Validation>("validation_failed") { signIn(half, PASSWORD) }.field)
            }
            auth.fails<AuthException.UserNotFound>("user_not_found") { signIn("ann-\uD83D\uDE00", PASSWORD) }
        }
    }

    @Test
    fun `a refused argument leaves nothing behind`() = story {
        suspend fun openAndClose(): WeakReference<MapStore> {
            val store = MapStore()
            AuthClient(pool.configuration(), store).use { auth ->
                auth.load()
                for ((_, call) in calls) runCatching { auth.call() }
            }
            return WeakReference(store)
        }
        val store = openAndClose()
        until("the closed client's store is given back") {
            System.gc()
            store.get() == null
        }
    }

    @Test
    fun `arguments before the refused one are not kept`() = story(120.seconds) {
        val name = "n".repeat(200_000)
        AuthClient(pool.configuration()).use { auth ->
            suspend fun refused(times: Int) = repeat(times) { runCatching { auth.signIn(name, cut) } }
            refused(100)
            val before = residentKilobytes()
            refused(1_500)
            val grown = residentKilobytes() - before
            assertTrue(grown < 100_000, "$grown kB more")
        }
    }

    private fun residentKilobytes(): Int =
        File("/proc/self/status").readLines().first { it.startsWith("VmRSS") }.filter(Char::isDigit).toInt()
}
