package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.UserPool
import dev.portcullis.support.putTexts
import dev.portcullis.support.story
import dev.portcullis.support.text
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.put
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Tag
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.minutes

private const val BACK = "myapp://signed-in/"

/** A person with a real browser (`tests/browser/person.mjs`) is asked in place of a Custom Tab. */
private class BrowserPresenter(private val person: String, private val username: String) : WebUiPresenter {
    override suspend fun present(request: WebUiRequest): String =
        withContext(Dispatchers.IO) {
            val body =
                buildJsonObject {
                    put("url", request.url)
                    put("username", username)
                    put("password", PASSWORD)
                    put("redirect", request.redirectUri)
                }
            val asked = HttpRequest.newBuilder(URI(person)).POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            val answer = HttpClient.newHttpClient().send(asked.build(), BodyHandlers.ofString())
            check(answer.statusCode() == 200) { answer.body() }
            Json.parseToJsonElement(answer.body()).jsonObject.text("callback")
        }
}

/** Signing in on the pool's hosted pages in Chromium: part of `cargo xtask browser-test`. */
@Tag("browser")
class BrowserStory {
    private val person = System.getenv("PORTCULLIS_PERSON").orEmpty()

    private fun pool(): UserPool {
        assumeTrue(person.isNotEmpty(), "There is no browser: `cargo xtask browser-test` runs this.")
        return LocalPool.shared.newPool(
            client = {
                putTexts("CallbackURLs", BACK)
                putTexts("AllowedOAuthFlows", "code")
                putTexts("AllowedOAuthScopes", "openid", "aws.cognito.signin.user.admin")
                put("AllowedOAuthFlowsUserPoolClient", true)
                putTexts("SupportedIdentityProviders", "COGNITO")
            },
        )
    }

    private fun UserPool.client(): AuthClient =
        AuthClient(
            AuthConfiguration(
                id,
                clientId,
                endpoint = server.endpoint,
                hostedUiDomain = server.endpoint,
                signInRedirectUris = listOf(BACK),
            ),
        )

    @Test
    fun `ann signs in in a browser, and her session is good`() = story(2.minutes) {
        val pool = pool()
        pool.createUser("ann")
        pool.client().use { auth ->
            val options = WebUiSignInOptions(customState = "cart 7")
            assertTrue(auth.signInWithWebUi(BrowserPresenter(person, "ann"), options).isSignedIn)
            assertEquals("ann", auth.getCurrentUser().username)
            val session = auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true))
            assertIs<TokensOutcome.Available>(session.tokensOutcome)
        }
    }

    @Test
    fun `what the browser brought back to one client is nothing to another`() = story(2.minutes) {
        val pool = pool()
        pool.createUser("ann")
        pool.client().use { auth ->
            val callback = BrowserPresenter(person, "ann").present(auth.beginWebUiSignIn())
            pool.client().use { other ->
                val refused = runCatching { other.completeWebUiSignIn(callback) }.exceptionOrNull()
                assertEquals("no_web_ui_sign_in", assertIs<AuthException>(refused).code)
            }
            assertTrue(auth.completeWebUiSignIn(callback).isSignedIn)
        }
    }
}
