package dev.portcullis

import dev.portcullis.support.HostedPages
import dev.portcullis.support.LocalPool
import dev.portcullis.support.fails
import dev.portcullis.support.story
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNull
import kotlin.test.assertTrue

private const val BACK = "myapp://signed-in/"
private const val OUT = "myapp://signed-out/"

private fun pages() = HostedPages(BACK, OUT).apply { pool.createUser("ann") }

/** Signs in on the page as that user. */
private fun HostedPages.person(name: String): WebUiPresenter = presenter { signIn(it.url, name) }

private fun presenter(present: (WebUiRequest) -> String): WebUiPresenter =
    object : WebUiPresenter {
        override suspend fun present(request: WebUiRequest): String = present(request)
    }

/** Signing in and out on the pool's hosted pages. */
class WebUiStory {
    @Test
    fun `ann signs in on the hosted pages, and is signed out of the browser too`() = story {
        val pages = pages()
        AuthClient(pages.configuration).use { auth ->
            val options = WebUiSignInOptions(provider = AuthProvider.Cognito, customState = "cart 7")
            assertTrue(auth.signInWithWebUi(pages.person("ann"), options).isSignedIn)
            assertEquals("ann", auth.getCurrentUser().username)
            val tokens = assertIs<TokensOutcome.Available>(auth.fetchAuthSession().tokensOutcome).tokens
            assertTrue("openid" in tokens.accessToken.claims.scopes)

            val opened = mutableListOf<WebUiRequest>()
            val result =
                auth.signOutWithWebUi(
                    presenter {
                        opened += it
                        OUT
                    },
                )
            assertTrue(result.result.isComplete && result.result.webUiSession)
            assertNull(result.webUiError)
            assertEquals(listOf(OUT), opened.map { it.redirectUri })
            assertTrue("/logout?client_id=${pages.pool.clientId}" in opened.single().url)
            assertIs<AuthState.SignedOut>(auth.state)
        }
    }

    @Test
    fun `a closed browser is told, and its late return still counts`() = story {
        val pages = pages()
        AuthClient(pages.configuration).use { auth ->
            auth.load()
            var asked: WebUiRequest? = null
            val closed =
                presenter {
                    asked = it
                    throw webUiCancelled()
                }
            auth.fails<AuthException.Cancelled>("web_ui_cancelled") { signInWithWebUi(closed) }
            val late = pages.person("ann").present(checkNotNull(asked))
            assertTrue(auth.completeWebUiSignIn(late).isSignedIn)
            assertTrue(auth.completeWebUiSignIn(late).isSignedIn, "twice is once")
        }
    }

    @Test
    fun `a browser that fails, a foreign callback and a browser that stays away after a sign-out`() = story {
        val pages = pages()
        AuthClient(pages.configuration).use { auth ->
            auth.load()
            val broken = presenter { error("no browser") }
            auth.fails<AuthException>("web_ui_failed") { signInWithWebUi(broken) }
            val foreign = presenter { "$BACK?code=a&state=b" }
            auth.fails<AuthException.InvalidState>("no_web_ui_sign_in") { signInWithWebUi(foreign) }
            auth.signInWithWebUi(pages.person("ann"))
            val result = auth.signOutWithWebUi(broken)
            assertTrue(result.result.isComplete, "signed out here all the same")
            assertEquals("web_ui_failed", result.webUiError?.code)
        }
    }

    @Test
    fun `without hosted pages there is nothing to sign in on`() = story {
        AuthClient(LocalPool.shared.newPool().configuration()).use { auth ->
            auth.load()
            assertNull(auth.configuration.hostedUi)
            auth.fails<AuthException.Configuration>("configuration_invalid") { beginWebUiSignIn() }
            assertFalse(auth.signOut().webUiSession)
        }
    }
}
