package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.UserPool
import dev.portcullis.support.fails
import dev.portcullis.support.otherThan
import dev.portcullis.support.putTexts
import dev.portcullis.support.story
import dev.portcullis.support.until
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertTrue
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject

/** A signed-in person looks at their attributes, changes and verifies them, and deletes the account. */
class AttributesStory {
    @Test
    fun `each attribute is changed and says what it needs`() = withAnn { pool, auth ->
        val before = auth.attributes()
        assertEquals("ann@example.org", before["email"])
        assertEquals(auth.getCurrentUser().userId, before["sub"])

        val wanted =
            listOf(
                UserAttribute(AuthUserAttributeKey.NICKNAME, "Annie"),
                UserAttribute(AuthUserAttributeKey.EMAIL, "new@example.org"),
                UserAttribute("tenant", "blue"),
            )
        val results = auth.updateUserAttributes(wanted)
        // One for each, in their order.
        val expected = listOf("nickname" to true, "email" to false, "custom:tenant" to true)
        assertEquals(expected, results.map { it.name to it.isUpdated })
        val step = assertIs<UpdateUserAttributeStep.ConfirmAttributeWithCode>(results[1].nextStep)
        assertEquals(DeliveryMedium.Email, step.deliveryDetails.medium)
        val after = auth.attributes()
        assertEquals("Annie", after["nickname"])
        assertEquals("blue", after[AuthUserAttributeKey.custom("tenant")])

        val email = UserAttribute(AuthUserAttributeKey.EMAIL, "new@example.org")
        assertTrue(email in auth.fetchVerifiedContacts().unverified)
        val code = pool.code("ann", "attr")
        auth.fails<AuthException.CodeMismatch>(AuthErrorCode.CODE_MISMATCH) { confirmUserAttribute("email", otherThan(code)) }
        auth.confirmUserAttribute(AuthUserAttributeKey.EMAIL, code)
        assertTrue(email in auth.fetchVerifiedContacts().verified)
    }

    @Test
    fun `where a new address must be proved before it counts`() {
        val members: JsonObjectBuilder.() -> Unit = {
            putJsonObject("UserAttributeUpdateSettings") { putTexts("AttributesRequireVerificationBeforeUpdate", "email") }
        }
        withAnn(members) { pool, auth ->
            val result = auth.updateUserAttribute(UserAttribute(AuthUserAttributeKey.EMAIL, "new@example.org"))
            assertIs<UpdateUserAttributeStep.ConfirmAttributeWithCode>(result.nextStep)
            assertEquals("ann@example.org", auth.attributes()["email"])
            auth.confirmUserAttribute("email", pool.server.codes(pool.id, "new@example.org", "attr").last())
            assertEquals("new@example.org", auth.attributes()["email"])
        }
    }

    @Test
    fun `a contact is verified later`() = withAnn { pool, auth ->
        val phone = UserAttribute(AuthUserAttributeKey.PHONE_NUMBER, "+15555551234")
        auth.updateUserAttribute(phone)
        assertEquals(listOf(phone), auth.fetchVerifiedContacts().unverified)
        val sent = auth.sendVerificationCode(AuthUserAttributeKey.PHONE_NUMBER)
        assertEquals(DeliveryMedium.Sms, sent.medium)
        assertEquals("+*******1234", sent.destination)
        auth.confirmUserAttribute(AuthUserAttributeKey.PHONE_NUMBER, pool.code("ann", "attr"))
        assertEquals(emptyList(), auth.fetchVerifiedContacts().unverified)
        auth.fails<AuthException.Validation>(AuthErrorCode.INVALID_PARAMETER) { sendVerificationCode("nickname") }
    }

    @Test
    fun `attributes are deleted by either name`() = withAnn { _, auth ->
        auth.updateUserAttributes(listOf(UserAttribute("nickname", "Annie"), UserAttribute("tenant", "blue")))
        auth.deleteUserAttributes(listOf("nickname", "tenant"))
        val now = auth.attributes()
        assertTrue("nickname" !in now && "custom:tenant" !in now, "${now.keys}")
        auth.fails<AuthException.Validation>(AuthErrorCode.INVALID_PARAMETER) { deleteUserAttributes(listOf("shoe")) }
    }

    @Test
    fun `refusals leave everything as it is and are told`() = withAnn { _, auth ->
        val told = CopyOnWriteArrayList<AuthEvent>()
        auth.listen { told += it }
        val unknown = listOf(UserAttribute("nickname", "Annie"), UserAttribute("shoe", "42"))
        auth.fails<AuthException.Validation>(AuthErrorCode.INVALID_PARAMETER) { updateUserAttributes(unknown) }
        assertTrue("nickname" !in auth.attributes()) // all or none
        auth.updateUserAttribute(UserAttribute("nickname", "Annie"))
        until("all is told") { told.size == 3 }
        assertEquals(listOf("configured", "updateUserAttributes_failure", "updateUserAttributes"), told.map { it.hubName })
        assertEquals(AuthEvent.UserAttributesUpdated(listOf("nickname")), told[2])
    }

    @Test
    fun `what is certainly wrong is not sent`() = withAnn { _, auth ->
        suspend fun field(call: suspend AuthClient.() -> Unit) = auth.fails<AuthException.Validation>("validation_failed", call).field
        assertEquals("phone_number", field { updateUserAttribute(UserAttribute("phone_number", "0555 1234")) })
        assertEquals("attributes", field { updateUserAttributes(emptyList()) })
        assertEquals("attributeNames", field { deleteUserAttributes(emptyList()) })
        assertEquals("confirmationCode", field { confirmUserAttribute("email", "") })
        auth.signOut()
        auth.fails<AuthException.NotSignedIn>(AuthErrorCode.NOT_SIGNED_IN) { fetchUserAttributes() }
    }

    @Test
    fun `deleting the account`() = withAnn { _, auth ->
        val told = CopyOnWriteArrayList<AuthEvent>()
        auth.listen { told += it }
        val user = auth.getCurrentUser()
        auth.deleteUser()
        assertEquals(AuthState.SignedOut, auth.state)
        until("it is told") { AuthEvent.UserDeleted(user) in told }
        auth.fails<AuthException.UserNotFound>(AuthErrorCode.USER_NOT_FOUND) { signIn("ann", PASSWORD) }
        auth.fails<AuthException.NotSignedIn>(AuthErrorCode.NOT_SIGNED_IN) { deleteUser() }
    }

    private suspend fun AuthClient.attributes() = fetchUserAttributes().associate { it.name to it.value }

    private fun withAnn(
        members: JsonObjectBuilder.() -> Unit = {},
        tell: suspend (UserPool, AuthClient) -> Unit,
    ) = story {
        val pool =
            LocalPool.shared.newPool(
                pool = {
                    putJsonArray("Schema") {
                        addJsonObject {
                            put("Name", "tenant")
                            put("AttributeDataType", "String")
                            put("Mutable", true)
                        }
                    }
                    members()
                },
            )
        pool.createUser("ann", attributes = mapOf("email" to "ann@example.org", "email_verified" to "true"))
        AuthClient(pool.configuration()).use { auth ->
            auth.signIn("ann", PASSWORD)
            tell(pool, auth)
        }
    }
}
