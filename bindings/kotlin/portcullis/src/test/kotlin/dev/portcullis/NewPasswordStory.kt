package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.fails
import dev.portcullis.support.story
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertTrue
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray

/** The first sign-in with a password that an administrator gave. */
class NewPasswordStory {
    private val pool =
        LocalPool.shared.newPool(
            pool = {
                putJsonArray("Schema") {
                    addJsonObject {
                        put("Name", "given_name")
                        put("AttributeDataType", "String")
                        put("Required", true)
                    }
                }
            },
        )

    @Test
    fun `a new password and what was missing`() = story {
        for ((number, flow) in listOf(AuthFlow.UserSrp, AuthFlow.UserPassword).withIndex()) {
            val user = "ann$number"
            pool.invite(user, "Temporary-Horse-9")
            AuthClient(pool.configuration()).use { auth ->
                auth.load()
                val asked = auth.signIn(user, "Temporary-Horse-9", SignInOptions(authFlow = flow))
                val step = assertIs<SignInStep.ConfirmSignInWithNewPassword>(asked.nextStep)
                assertEquals(listOf("given_name"), step.missingAttributes)
                assertTrue("$user@example.org" in step.parameters.getValue("userAttributes"))

                // Too weak, and without the attribute: both can be made good.
                val givenName = UserAttribute(AuthUserAttributeKey.GIVEN_NAME, "Ann")
                val named = ConfirmSignInOptions(userAttributes = listOf(givenName))
                auth.fails<AuthException.InvalidPassword>(AuthErrorCode.INVALID_PASSWORD) { confirmSignIn("weak", named) }
                auth.fails<AuthException.Validation>(AuthErrorCode.INVALID_PARAMETER) { confirmSignIn(PASSWORD) }
                assertTrue(auth.confirmSignIn(PASSWORD, named).isSignedIn)
                assertTrue(auth.signIn(user, PASSWORD).isSignedIn)
            }
        }
    }
}
