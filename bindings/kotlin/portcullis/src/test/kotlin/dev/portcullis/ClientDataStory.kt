package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.Relay
import dev.portcullis.support.story
import dev.portcullis.support.text
import java.util.Base64
import java.util.Locale
import java.util.concurrent.atomic.AtomicInteger
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject

/** What goes along with requests: metadata for the pool's Lambda triggers, data for threat protection and analytics. */
class ClientDataStory {
    private val pool = LocalPool.shared.newPool().also { it.createReachableUser("ann") }

    @Test
    fun `the metadata of the call goes over the configured one`() = throughARelay { relay ->
        val configuration =
            AuthConfiguration(
                pool.id,
                pool.clientId,
                endpoint = relay.endpoint,
                clientMetadata = mapOf("app" to "cellar", "screen" to "?"),
            )
        AuthClient(configuration).use { auth ->
            auth.resetPassword("ann", ResetPasswordOptions(mapOf("screen" to "forgot")))
            val code = pool.code("ann", "forgot")
            auth.confirmResetPassword("ann", NEW, code, ConfirmResetPasswordOptions(mapOf("screen" to "replace")))
            auth.signIn("ann", NEW)
            val email = UserAttribute(AuthUserAttributeKey.EMAIL, "new@example.org")
            auth.updateUserAttribute(email, UpdateUserAttributesOptions(mapOf("screen" to "profile")))
            auth.sendVerificationCode("email", SendVerificationCodeOptions(mapOf("screen" to "verify")))
        }
        val expected =
            mapOf(
                "ForgotPassword" to "forgot",
                "ConfirmForgotPassword" to "replace",
                "UpdateUserAttributes" to "profile",
                "GetUserAttributeVerificationCode" to "verify",
            )
        for ((operation, screen) in expected) {
            val metadata = relay.bodies(operation).single().getValue("ClientMetadata").jsonObject
            assertEquals("cellar" to screen, metadata.text("app") to metadata.text("screen"), operation)
        }
    }

    @Test
    fun `the requests before a sign-in carry client data and no other`() = throughARelay { relay ->
        val configuration = pool.configuration(relay.endpoint).withClientData(true, analyticsEndpointId = "endpoint-1")
        assertTrue(configuration.threatProtection)
        val facts = mapOf("DeviceName" to "Ann's phone", "Platform" to "ANDROID")
        AuthClient(configuration, deviceFacts = { facts }).use { auth ->
            auth.resetPassword("ann")
            auth.signIn("ann", PASSWORD)
            auth.fetchUserAttributes()
        }
        for (operation in listOf("ForgotPassword", "InitiateAuth", "RespondToAuthChallenge")) {
            val body = relay.bodies(operation).single()
            assertEquals("endpoint-1", body.getValue("AnalyticsMetadata").jsonObject.text("AnalyticsEndpointId"), operation)
            val payload = payload(body)
            assertEquals("ann", payload.text("username"), operation)
            assertEquals(pool.id, payload.text("userPoolId"))
            val context = payload.getValue("contextData").jsonObject
            assertEquals("Ann's phone", context.text("DeviceName"))
            assertTrue(context.text("DeviceId").isNotBlank())
        }
        val later = relay.bodies("GetUser").single()
        assertTrue("UserContextData" !in later && "AnalyticsMetadata" !in later, "${later.keys}")
    }

    @Test
    fun `the system tells what the app does not`() = throughARelay { relay ->
        val configuration = pool.configuration(relay.endpoint).withClientData(threatProtection = true)
        AuthClient(configuration).use { auth -> auth.signIn("ann", PASSWORD) }
        val context = payload(relay.bodies("InitiateAuth").single()).getValue("contextData").jsonObject
        assertTrue(Regex("[+-]\\d\\d:\\d\\d").matches(context.text("ClientTimezone")), "$context")
        assertEquals(Locale.getDefault().toLanguageTag(), context.text("DeviceLanguage"))
        assertTrue("DeviceName" !in context, "this is no phone: $context")
    }

    @Test
    fun `nobody who did not ask for it sends anything`() = throughARelay { relay ->
        val asked = AtomicInteger()
        val facts = {
            asked.incrementAndGet()
            emptyMap<String, String>()
        }
        AuthClient(pool.configuration(relay.endpoint), deviceFacts = facts).use { auth -> auth.signIn("ann", PASSWORD) }
        val body = relay.bodies("InitiateAuth").single()
        assertNull(body["UserContextData"])
        assertNull(body["AnalyticsMetadata"])
        assertEquals(0, asked.get())
    }

    @Test
    fun `facts that cannot be had are left out`() = throughARelay { relay ->
        val configuration = pool.configuration(relay.endpoint).withClientData(threatProtection = true)
        for (broken in listOf<() -> Map<String, String>>({ error("no facts") }, { throw NotImplementedError("an Error") })) {
            AuthClient(configuration, deviceFacts = broken).use { auth ->
                assertTrue(auth.signIn("ann", PASSWORD).isSignedIn)
            }
        }
        assertEquals(2, relay.count("InitiateAuth"))
    }

    /** What threat protection reads. */
    private fun payload(body: JsonObject): JsonObject {
        val encoded = body.getValue("UserContextData").jsonObject.text("EncodedData")
        val outer = Json.parseToJsonElement(Base64.getDecoder().decode(encoded).decodeToString()).jsonObject
        return Json.parseToJsonElement(outer.text("payload")).jsonObject
    }

    private fun throughARelay(tell: suspend (Relay) -> Unit) = Relay(LocalPool.shared.endpoint).use { relay -> story { tell(relay) } }

    private companion object {
        const val NEW = "Better-stapler-9"
    }
}
