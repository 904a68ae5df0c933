package dev.portcullis.android

import android.content.ActivityNotFoundException
import androidx.browser.customtabs.CustomTabsIntent
import dev.portcullis.AuthClient
import dev.portcullis.AuthEvent
import dev.portcullis.AuthException
import dev.portcullis.AuthState
import dev.portcullis.SignInResult
import dev.portcullis.support.HostedPages
import kotlin.test.AfterTest
import kotlin.test.BeforeTest
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

internal const val BACK = "com.example.shop://signed-in/"
internal const val APP_LINK = "https://shop.example.com/signed-in"
internal const val OUT = "com.example.shop://signed-out/"
internal const val BROWSER = "org.example.browser"

/** What the stories of signing in with a browser share: a phone, a pool with pages, a client. */
abstract class BrowserStory {
    protected val phone = Phone()
    protected val work = CoroutineScope(SupervisorJob() + Dispatchers.Default)

    @BeforeTest
    fun nothingIsLeftOver() {
        do {
            val left = WebUiPages.take(listOf(BACK, APP_LINK, OUT))
        } while (left != null)
    }

    @AfterTest
    fun nobodyWaitsAnyMore() = work.cancel()

    /** One that waits longer for the page to be shown: the machine of the tests may be a slow phone. */
    protected fun presenter(
        prefersPrivateSession: Boolean = false,
        customTab: (CustomTabsIntent.Builder) -> Unit = {},
    ) = CustomTabsPresenter(phone.application, prefersPrivateSession, customTab, longestStart = 90.seconds)

    protected fun pages(back: String = BACK) = HostedPages(back, OUT).apply { pool.createUser("ann") }

    /** Begins a sign-in and waits until its page is open. */
    protected fun AuthClient.openPage(
        presenter: CustomTabsPresenter = presenter(),
    ): Deferred<SignInResult> {
        val before = phone.opened.size
        val signingIn = work.async { signInWithWebUi(presenter) }
        phone.until("the page is open") { phone.opened.size > before || signingIn.isCompleted }
        if (phone.opened.size == before) signingIn.outcome()
        return signingIn
    }

    /** Waits for the outcome, while the phone goes on. */
    @OptIn(ExperimentalCoroutinesApi::class)
    protected fun <T> Deferred<T>.outcome(): T {
        phone.until("it is over") { isCompleted }
        return getCompleted()
    }

    protected fun <T> now(call: suspend () -> T): T = work.async { call() }.outcome()
}

/** Signing in with a browser, on a phone where all goes well or the browser is none. */
@RunWith(RobolectricTestRunner::class)
class HostedSignInStory : BrowserStory() {
    @Test
    fun `ann signs in in a Custom Tab, comes back by the app's scheme, and is signed out of the browser too`() {
        phone.install(BROWSER)
        val pages = pages()
        AuthClient(pages.configuration).use { auth ->
            val presenter = presenter()
            val signingIn = auth.openPage(presenter)
            assertEquals(BROWSER, phone.tab?.`package`)
            assertTrue(phone.tab!!.hasExtra(CustomTabsIntent.EXTRA_SESSION), "no Custom Tab")
            assertTrue(phone.follow(pages.signIn(phone.url, "ann")))
            assertTrue(signingIn.outcome().isSignedIn)
            assertEquals("ann", now { auth.getCurrentUser() }.username)
            assertNull(phone.tab, "the tab is closed")
            assertNull(phone.activity, "and nothing of ours is left on the screen")
            assertEquals(0, phone.launches, "the app lies beneath, as it was")

            val signingOut = work.async { auth.signOutWithWebUi(presenter) }
            phone.until("the page is open") { phone.tab != null }
            assertTrue("/logout?" in phone.url)
            assertTrue(phone.follow(OUT))
            assertNull(signingOut.outcome().webUiError)
            assertIs<AuthState.SignedOut>(auth.state)
        }
    }

    @Test
    fun `and comes back by an app link`() {
        phone.install(BROWSER)
        val pages = pages(APP_LINK)
        AuthClient(pages.configuration).use { auth ->
            val signingIn = auth.openPage()
            assertTrue(phone.follow(pages.signIn(phone.url, "ann")))
            assertTrue(signingIn.outcome().isSignedIn)
        }
    }

    @Test
    fun `a browser without Custom Tabs shows the page itself`() {
        phone.install(BROWSER, customTabs = false)
        val pages = pages()
        AuthClient(pages.configuration).use { auth ->
            val signingIn = auth.openPage()
            assertEquals(BROWSER, phone.tab?.`package`)
            assertFalse(phone.tab!!.hasExtra(CustomTabsIntent.EXTRA_SESSION))
            phone.follow(pages.signIn(phone.url, "ann"))
            assertTrue(signingIn.outcome().isSignedIn)
        }
    }

    @Test
    fun `of two browsers the one that has Custom Tabs`() {
        phone.install("org.example.plain", customTabs = false)
        phone.install(BROWSER)
        AuthClient(pages().configuration).use { auth ->
            auth.openPage()
            assertEquals(BROWSER, phone.tab?.`package`)
        }
    }

    @Test
    fun `without a browser that is said, and nothing stays on the screen`() {
        val pages = pages()
        AuthClient(pages.configuration).use { auth ->
            val error = assertFailsWith<AuthException> { now { auth.signInWithWebUi(CustomTabsPresenter(phone.application)) } }
            assertEquals("web_ui_failed", error.code)
            assertIs<ActivityNotFoundException>(error.cause)
            assertNull(phone.activity)

            phone.install(BROWSER)
            val signingIn = auth.openPage()
            phone.follow(pages.signIn(phone.url, "ann"))
            assertTrue(signingIn.outcome().isSignedIn, "and it works as soon as there is one")
        }
    }

    @Test
    fun `a private session for whom it is asked`() {
        phone.install(BROWSER, privateSessions = true)
        AuthClient(pages().configuration).use { auth ->
            assertTrue(CustomTabsPresenter.isPrivateSessionSupported(phone.application))
            auth.openPage(presenter(prefersPrivateSession = true))
            assertTrue(phone.tab!!.getBooleanExtra(CustomTabsIntent.EXTRA_ENABLE_EPHEMERAL_BROWSING, false))
            auth.openPage()
            assertFalse(phone.tab!!.getBooleanExtra(CustomTabsIntent.EXTRA_ENABLE_EPHEMERAL_BROWSING, false))
        }
    }

    @Test
    fun `no private session where the browser has none, and the app's own look`() {
        phone.install(BROWSER)
        AuthClient(pages().configuration).use { auth ->
            assertFalse(CustomTabsPresenter.isPrivateSessionSupported(phone.application))
            auth.openPage(presenter(prefersPrivateSession = true) { it.setShowTitle(true) })
            assertFalse(phone.tab!!.getBooleanExtra(CustomTabsIntent.EXTRA_ENABLE_EPHEMERAL_BROWSING, false))
            val title = phone.tab!!.getIntExtra(CustomTabsIntent.EXTRA_TITLE_VISIBILITY_STATE, CustomTabsIntent.NO_TITLE)
            assertEquals(CustomTabsIntent.SHOW_PAGE_TITLE, title)
        }
    }

    @Test
    fun `closing the tab is cancelling, told once`() {
        phone.install(BROWSER)
        AuthClient(pages().configuration).use { auth ->
            now { auth.load() }
            val failures = mutableListOf<AuthEvent.SignInFailed>()
            val listening =
                auth.listen { event ->
                    if (event is AuthEvent.SignInFailed) synchronized(failures) { failures += event }
                }
            val signingIn = auth.openPage()
            phone.closeTabForGood()
            val error = assertFailsWith<AuthException.Cancelled> { signingIn.outcome() }
            assertEquals("web_ui_cancelled", error.code)
            assertNull(phone.activity)
            phone.until("it is told") { synchronized(failures) { failures.isNotEmpty() } }
            assertEquals(1, synchronized(failures) { failures.size })
            listening.close()
        }
    }
}
