package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.MapStore
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.UserPool
import dev.portcullis.support.fails
import dev.portcullis.support.story
import dev.portcullis.support.text
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertNotEquals
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject

/** Remembered devices: no second factor where the user has been before, and no session lost over a forgotten one. */
class DevicesStory {
    @Test
    fun `one device however one signs in`() = story {
        val flows = listOf(AuthFlow.UserSrp, AuthFlow.UserPassword, AuthFlow.UserAuth(FirstFactor.PasswordSrp))
        for (flow in flows) {
            val pool = poolWithAnn()
            val store = MapStore()
            AuthClient(pool.configuration(), store).use { auth ->
                assertTrue(auth.isAskedForACode(pool, flow), "$flow")
                assertEquals(1, pool.devices().size)
                assertTrue(auth.refreshes())
            }
            // The process starts again.
            AuthClient(pool.configuration(), store).use { auth ->
                auth.load()
                assertTrue(auth.refreshes())
                auth.signOut()
                assertEquals(false, auth.isAskedForACode(pool, flow), "$flow: asked again")
                assertEquals(1, pool.devices().size)
                assertTrue(auth.refreshes())
            }
        }
    }

    @Test
    fun `a pool that lets the user decide`() = story {
        val pool = poolWithAnn(userDecides = true)
        AuthClient(pool.configuration()).use { auth ->
            assertTrue(auth.isAskedForACode(pool))
            assertTrue(auth.isAskedForACode(pool)) // known, not remembered
            assertEquals(1, pool.devices().size)
            auth.rememberDevice()
            assertEquals(false, auth.isAskedForACode(pool))
        }
    }

    @Test
    fun `listing and forgetting`() = story {
        val pool = poolWithAnn()
        AuthClient(pool.configuration(), platform = PlatformDetails("Ann's phone")).use { phone ->
            AuthClient(pool.configuration(), platform = PlatformDetails("Ann's tablet")).use { tablet ->
                phone.isAskedForACode(pool)
                tablet.isAskedForACode(pool)
                val (mine, others) = phone.fetchDevices().partition { it.isCurrent }
                assertEquals("Ann's phone", mine.single().name)
                assertEquals("Ann's tablet", others.single().name)
                assertNotNull(mine.single().createdAt)

                phone.forgetDevice(others.single().id)
                assertEquals(mine.map { it.id }, phone.fetchDevices().map { it.id })
                phone.fails<AuthException.Configuration>(AuthErrorCode.RESOURCE_NOT_FOUND) { forgetDevice(others.single().id) }
                phone.forgetDevice()
                assertEquals(0, pool.devices().size)
                // It is no longer known here either: the next sign-in is one from a new device.
                assertTrue(phone.isAskedForACode(pool))
                assertEquals(1, pool.devices().size)
            }
        }
    }

    @Test
    fun `without a tracked device there is none to remember`() = story {
        val pool = LocalPool.shared.newPool().also { it.createUser("ann") }
        AuthClient(pool.configuration()).use { auth ->
            auth.signIn("ann", PASSWORD)
            auth.fails<AuthException.InvalidState>(AuthErrorCode.DEVICE_NOT_TRACKED) { rememberDevice() }
            auth.fails<AuthException.InvalidState>(AuthErrorCode.DEVICE_NOT_TRACKED) { forgetDevice() }
        }
    }

    @Test
    fun `a device forgotten elsewhere costs nobody the sign-in`() = story {
        val pool = poolWithAnn()
        AuthClient(pool.configuration()).use { auth ->
            auth.isAskedForACode(pool)
            val before = pool.devices().single()
            pool.server.call("AdminForgetDevice") {
                put("UserPoolId", pool.id)
                put("Username", "ann")
                put("DeviceKey", before)
            }
            assertTrue(auth.isAskedForACode(pool))
            assertNotEquals(before, pool.devices().single())
            assertTrue(auth.refreshes())
        }
    }

    @Test
    fun `a device has a name unless the app gives one`() {
        assertEquals(System.getProperty("os.name"), PlatformDetails.ofThisDevice().deviceName)
    }

    private fun poolWithAnn(userDecides: Boolean = false): UserPool {
        val pool =
            LocalPool.shared.newPoolWithMfa("OPTIONAL", MfaType.Sms) {
                putJsonObject("DeviceConfiguration") {
                    put("ChallengeRequiredOnNewDevice", true)
                    put("DeviceOnlyRememberedOnUserPrompt", userDecides)
                }
            }
        pool.createReachableUser("ann")
        pool.enableFactors("ann", MfaType.Sms, preferred = MfaType.Sms)
        return pool
    }

    /** Signs in, and tells whether a second factor was asked for. */
    private suspend fun AuthClient.isAskedForACode(
        pool: UserPool,
        flow: AuthFlow = AuthFlow.UserSrp,
    ): Boolean {
        val result = signIn("ann", PASSWORD, SignInOptions(authFlow = flow))
        if (result.isSignedIn) return false
        assertTrue(result.nextStep is SignInStep.ConfirmSignInWithSmsMfaCode, "${result.nextStep}")
        assertTrue(confirmSignIn(pool.code("ann", "sms")).isSignedIn)
        return true
    }

    private suspend fun AuthClient.refreshes(): Boolean =
        fetchAuthSession(FetchSessionOptions(forceRefresh = true)).tokensOutcome is TokensOutcome.Available

    /** The keys of Ann's devices, as an administrator sees them. */
    private fun UserPool.devices(): List<String> {
        val answer =
            server.call("AdminListDevices") {
                put("UserPoolId", id)
                put("Username", "ann")
            }
        return (answer["Devices"] ?: JsonArray(emptyList())).jsonArray.map { it.jsonObject.text("DeviceKey") }
    }
}
