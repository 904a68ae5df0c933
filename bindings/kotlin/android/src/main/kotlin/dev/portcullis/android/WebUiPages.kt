package dev.portcullis.android

import android.net.Uri
import androidx.browser.customtabs.CustomTabsIntent
import dev.portcullis.WebUiRequest
import dev.portcullis.webUiCancelled
import java.util.UUID
import java.util.concurrent.CancellationException
import kotlin.time.Duration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.withTimeoutOrNull

/** A page that a call waits for. */
internal class WebUiPage(
    val request: WebUiRequest,
    val prefersPrivateSession: Boolean,
    val customTab: (CustomTabsIntent.Builder) -> Unit,
) {
    /** Names it in intents, which the page's own address stays out of. */
    val id: String = UUID.randomUUID().toString()

    /** Completed when the activity beneath the browser is there. */
    val shown = CompletableDeferred<Unit>()

    /** The URL that the browser came back with. */
    val callback = CompletableDeferred<String>()

    private val state: String? = request.url.parameter("state")

    /** Nobody need wait for it any more. */
    fun fail(failure: Exception) {
        callback.completeExceptionally(failure)
        shown.complete(Unit)
    }

    /**
     * Whether the URL is the answer to this page: at its address, and with its state if it has one. Everything else is from
     * another app or of another time. The core judges the answer itself.
     */
    fun isAnsweredBy(url: String): Boolean = url.isAt(request.redirectUri) && url.parameter("state") == state
}

/**
 * What this process knows of the pages: the one that is waited for, and callbacks that nobody waited for. It outlives
 * activities; what has to outlive the process is in the core's store.
 */
internal object WebUiPages {
    /** A callback is short-lived, and other apps can send us any number of them. */
    private const val MOST_RETURNED = 8

    private var waiting: WebUiPage? = null
    private val returned = ArrayDeque<String>()

    /** Has [start] show the page, and waits for the callback. */
    @OptIn(ExperimentalCoroutinesApi::class)
    suspend fun show(page: WebUiPage, longestStart: Duration, start: () -> Unit): String {
        waitFor(page)?.fail(WebUiReplacedException())
        try {
            start()
            withTimeoutOrNull(longestStart) { page.shown.await() } ?: failed(page.id, WebUiNotShownException())
            return page.callback.await()
        } catch (cancelled: CancellationException) {
            // It came at the same moment: it is not lost.
            if (page.callback.isCompleted && page.callback.getCompletionExceptionOrNull() == null) {
                keep(page.callback.getCompleted())
            }
            throw cancelled
        } finally {
            forget(page)
        }
    }

    /** The page of that name, if a call still waits for it. */
    @Synchronized
    fun find(id: String?): WebUiPage? = waiting?.takeIf { it.id == id }

    /** The person closed the browser. */
    fun cancelled(id: String?) = failed(id, webUiCancelled())

    /** The page could not be shown. */
    fun failed(id: String?, failure: Exception) {
        find(id)?.fail(failure)
    }

    /**
     * Gives the callback to whom it is for.
     *
     * @return whether the browser has done what it was opened for. It has not if a page waits that this is no answer to:
     *   then another app sent it, or it is of an earlier page.
     */
    @Synchronized
    fun deliver(url: String): Boolean {
        val page = waiting
        if (page != null && page.isAnsweredBy(url)) {
            if (!page.callback.complete(url)) keep(url)
            return true
        }
        keep(url)
        return page == null
    }

    /** Keeps a callback until somebody asks for it. */
    @Synchronized
    fun keep(url: String) {
        returned.remove(url)
        returned.addLast(url)
        while (returned.size > MOST_RETURNED) returned.removeFirst()
    }

    /** Takes the oldest callback to one of these addresses. */
    @Synchronized
    fun take(addresses: List<String>): String? =
        returned.firstOrNull { url -> addresses.any(url::isAt) }?.also(returned::remove)

    @Synchronized
    private fun waitFor(page: WebUiPage): WebUiPage? = waiting.also { waiting = page }

    @Synchronized
    private fun forget(page: WebUiPage) {
        if (waiting === page) waiting = null
    }
}

/** Whether a URL is that address, whatever follows it. Systems add or drop a `/` at the end. */
private fun String.isAt(address: String): Boolean = place() == address.place()

private fun String.place(): String = substringBefore('#').substringBefore('?').trimEnd('/')

/** Read off the text, since addresses like `app:back?state=…` have no parameters as far as [Uri] is concerned. */
private fun String.parameter(name: String): String? {
    val query = substringBefore('#').substringAfter('?', missingDelimiterValue = "")
    return Uri.Builder().encodedQuery(query).build().getQueryParameter(name)
}
