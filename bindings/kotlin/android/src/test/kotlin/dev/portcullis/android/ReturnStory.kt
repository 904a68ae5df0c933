package dev.portcullis.android

import android.content.Intent
import android.net.Uri
import dev.portcullis.AuthClient
import dev.portcullis.AuthException
import dev.portcullis.Storage
import dev.portcullis.support.Fault
import dev.portcullis.support.HostedPages
import dev.portcullis.support.LocalPool
import java.nio.file.Files
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** Browsers that come back late, twice, to another process, with somebody else's answer or not at all. */
@RunWith(RobolectricTestRunner::class)
class ReturnStory : BrowserStory() {
    @Test
    fun `a tab that closes just before the redirect comes is no tab that was closed`() {
        phone.install(BROWSER)
        val pages = pages()
        AuthClient(pages.configuration).use { auth ->
            val signingIn = auth.openPage()
            val callback = pages.signIn(phone.url, "ann")
            phone.closeTab()
            phone.wait((WebUiBrowserActivity.REDIRECT_AFTER_CLOSING_MS - 1).milliseconds)
            phone.follow(callback)
            assertTrue(signingIn.outcome().isSignedIn)
        }
    }

    @Test
    fun `a tab that looked closed comes back late, and the app completes it`() {
        phone.install(BROWSER)
        val pages = pages()
        AuthClient(pages.configuration).use { auth ->
            assertNull(now { auth.completeReturnedWebUiSignIn() }, "nothing came yet")
            val signingIn = auth.openPage()
            val url = phone.url
            phone.closeTabForGood()
            assertEquals("web_ui_cancelled", assertFailsWith<AuthException> { signingIn.outcome() }.code)
            phone.follow(pages.signIn(url, "ann"))
            assertEquals(true, now { auth.completeReturnedWebUiSignIn() }?.isSignedIn)
            assertNull(now { auth.completeReturnedWebUiSignIn() }, "it is taken")
        }
    }

    @Test
    fun `the process ends while the page is open, and the next one completes it`() {
        phone.install(BROWSER)
        val folder = Files.createTempDirectory("session").toFile()
        val pages = pages()
        val url =
            AuthClient(pages.configuration, Storage.Files(folder)).use { auth ->
                auth.openPage().cancel()
                val page = phone.activity?.intent?.getStringExtra(WebUiBrowserActivity.PAGE)
                phone.until("nobody waits") { WebUiPages.find(page) == null }
                phone.url
            }
        phone.recreate()
        assertNotNull(phone.tab, "the tab is another process's, and is there still")
        phone.follow(pages.signIn(url, "ann"))
        assertNull(phone.tab)
        assertNull(phone.activity, "it does not wait for a page that nobody waits for")
        AuthClient(pages.configuration, Storage.Files(folder)).use { auth ->
            assertEquals(true, now { auth.completeReturnedWebUiSignIn() }?.isSignedIn)
            assertEquals("ann", now { auth.getCurrentUser() }.username)
        }
    }

    @Test
    fun `the task is gone too, so the browser brings the app up again`() {
        phone.install(BROWSER)
        val pages = pages()
        for (inBrowsersTask in listOf(false, true)) {
            AuthClient(pages.configuration).use { auth ->
                phone.appIsBeneath = true
                phone.redirectsInBrowsersTask = inBrowsersTask
                val before = phone.launches
                val signingIn = auth.openPage()
                val url = phone.url
                phone.clearTask()
                assertEquals("web_ui_cancelled", assertFailsWith<AuthException> { signingIn.outcome() }.code)
                phone.appIsBeneath = false
                phone.follow(pages.signIn(url, "ann"))
                assertEquals(before + 1, phone.launches)
                assertNull(phone.activity)
                assertEquals(true, now { auth.completeReturnedWebUiSignIn() }?.isSignedIn)
            }
        }
    }

    @Test
    fun `turning the phone opens no second page and cancels nothing`() {
        phone.install(BROWSER)
        val pages = pages()
        AuthClient(pages.configuration).use { auth ->
            val signingIn = auth.openPage()
            repeat(3) { phone.recreate() }
            assertEquals(1, phone.opened.size)
            assertFalse(signingIn.isCompleted)
            phone.follow(pages.signIn(phone.url, "ann"))
            assertTrue(signingIn.outcome().isSignedIn)
        }
    }

    @Test
    fun `a call that ends with its activity leaves the page open, and the person's answer counts`() {
        phone.install(BROWSER)
        val pages = pages()
        AuthClient(pages.configuration).use { auth ->
            val signingIn = auth.openPage()
            signingIn.cancel()
            phone.until("it ended") { signingIn.isCompleted }
            assertNotNull(phone.tab)
            phone.follow(pages.signIn(phone.url, "ann"))
            assertNull(phone.tab)
            assertEquals(true, now { auth.completeReturnedWebUiSignIn() }?.isSignedIn)
        }
    }

    @Test
    fun `the same callback twice is one sign-in`() {
        phone.install(BROWSER)
        val pages = pages()
        AuthClient(pages.configuration).use { auth ->
            val signingIn = auth.openPage()
            val callback = pages.signIn(phone.url, "ann")
            phone.follow(callback)
            phone.follow(callback)
            assertTrue(signingIn.outcome().isSignedIn)
            phone.follow(callback)
            assertEquals(true, now { auth.completeReturnedWebUiSignIn() }?.isSignedIn, "once more the same result")
            now { auth.signOut() }
            phone.follow(callback)
            assertNull(now { auth.completeReturnedWebUiSignIn() }, "and after a sign-out none")
        }
    }

    @Test
    fun `another app's intents neither end the sign-in nor close its page`() {
        phone.install(BROWSER)
        val pages = pages()
        AuthClient(pages.configuration).use { auth ->
            now { auth.load() }
            val signingIn = auth.openPage()
            val callback = pages.signIn(phone.url, "ann")
            for (foreign in FOREIGN) {
                phone.send(Intent(Intent.ACTION_VIEW, Uri.parse(foreign)))
                assertNotNull(phone.tab, foreign)
            }
            val withExtras = Intent(Intent.ACTION_SEND).putExtra(WebUiBrowserActivity.PAGE, "x").putExtra(Intent.EXTRA_TEXT, callback)
            phone.send(withExtras)
            phone.send(Intent())
            assertNotNull(phone.tab, "extras say nothing")
            assertFalse(signingIn.isCompleted)
            assertFalse(phone.follow("https://shop.example.com.evil.example/signed-in?code=a&state=b"), "not ours")
            assertFalse(phone.follow("https://shop.example.com/elsewhere"), "not ours")

            phone.follow(callback)
            assertTrue(signingIn.outcome().isSignedIn)
            assertNull(now { auth.completeReturnedWebUiSignIn() }, "what was foreign is dropped")
        }
    }

    @Test
    fun `another app's intents while nobody waits change nothing`() {
        val pages = pages()
        AuthClient(pages.configuration).use { auth ->
            now { auth.load() }
            fun asked() = pages.server.local("requests", method = "GET").substringBefore("\"connections\"")
            val before = asked()
            repeat(3) { FOREIGN.forEach { foreign -> phone.send(Intent(Intent.ACTION_VIEW, Uri.parse(foreign))) } }
            assertNull(phone.activity)
            assertNull(now { auth.completeReturnedWebUiSignIn() })
            assertEquals(before, asked(), "the service hears nothing of it")
        }
    }

    @Test
    fun `the second of two sign-ins takes the place of the first`() {
        phone.install(BROWSER)
        val pages = pages()
        pages.pool.createUser("bob")
        AuthClient(pages.configuration).use { auth ->
            val first = auth.openPage()
            val callback = pages.signIn(phone.url, "ann")
            val second = auth.openPage()
            val replaced = assertFailsWith<AuthException> { first.outcome() }
            assertEquals("web_ui_failed", replaced.code)
            assertIs<WebUiReplacedException>(replaced.cause)
            phone.follow(callback)
            assertNotNull(phone.tab, "the first one's answer does not close the second one's page")
            phone.follow(pages.signIn(phone.url, "bob"))
            assertTrue(second.outcome().isSignedIn)
            assertNull(now { auth.completeReturnedWebUiSignIn() })
            assertEquals("bob", now { auth.getCurrentUser() }.username)
        }
    }

    @Test
    fun `what the system does not let the app show is not waited for`() {
        phone.install(BROWSER)
        phone.appIsInFront = false
        AuthClient(pages().configuration).use { auth ->
            val presenter = CustomTabsPresenter(phone.application, false, {}, longestStart = 50.milliseconds)
            val error = assertFailsWith<AuthException> { now { auth.signInWithWebUi(presenter) } }
            assertEquals("web_ui_failed", error.code)
            assertIs<WebUiNotShownException>(error.cause)
        }
    }

    @Test
    fun `without network the callback is kept, and another client's is left alone`() {
        phone.install(BROWSER)
        LocalPool.start().use { server ->
            val pages = HostedPages(BACK, OUT, server).apply { pool.createUser("ann") }
            val others = pages(APP_LINK)
            AuthClient(pages.configuration).use { auth ->
                val signingIn = auth.openPage()
                val url = phone.url
                phone.closeTabForGood()
                assertFailsWith<AuthException> { signingIn.outcome() }
                phone.follow(pages.signIn(url, "ann"))
                AuthClient(others.configuration).use { other -> assertNull(now { other.completeReturnedWebUiSignIn() }) }
                server.faults.set("token", Fault.Answer(status = 503))
                assertFailsWith<AuthException> { now { auth.completeReturnedWebUiSignIn() } }
                server.faults.clearAll()
                assertEquals(true, now { auth.completeReturnedWebUiSignIn() }?.isSignedIn)
            }
        }
    }

    private companion object {
        val FOREIGN =
            listOf(
                "$BACK?code=a&state=b",
                "$BACK?code=a",
                "$BACK?error=access_denied&state=b",
                BACK,
                OUT,
                "com.example.shop:signed-in?code=a&state=b",
                "com.example.shop://signed-in/more?code=%&state=%zz",
                "$BACK?state=&state=%00&code=" + "x".repeat(100_000),
                "javascript:alert(1)",
            )
    }
}
