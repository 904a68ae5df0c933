package dev.portcullis.android

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.os.Bundle
import android.os.Handler
import android.os.Looper

/**
 * Lies beneath the browser in the app's task, shows nothing itself, and so sees how the browser ends: a redirect is handed
 * down to it, which closes the tab above; when it is on top again without one, the person has closed the browser.
 *
 * Not for apps; public because Android makes it.
 */
public class WebUiBrowserActivity : Activity() {
    private val main = Handler(Looper.getMainLooper())
    private val giveUp = Runnable(::browserWasClosed)

    /** The page that the intent names has been opened, by this activity or the one that it was before a rotation. */
    private var isOpened = false

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        isOpened = savedInstanceState?.getBoolean(OPENED) ?: false
    }

    /** Another page is to be shown, or the browser came back. */
    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        // The page that lay above is gone; if it is waited for, its answer was delivered before.
        if (intent.page != this.intent.page) isOpened = false
        setIntent(intent)
    }

    override fun onResume() {
        super.onResume()
        val page = WebUiPages.find(intent.page)
        when {
            // The browser came back, the call was cancelled, or all of it is of a process that has ended.
            page == null -> leave()
            !isOpened -> open(page)
            // Some browsers close the tab before they open the redirect.
            else -> main.postDelayed(giveUp, REDIRECT_AFTER_CLOSING_MS)
        }
    }

    override fun onPause() {
        main.removeCallbacks(giveUp)
        super.onPause()
    }

    override fun onSaveInstanceState(outState: Bundle) {
        super.onSaveInstanceState(outState)
        outState.putBoolean(OPENED, isOpened)
    }

    override fun onDestroy() {
        // Cleared away with what is above it, for example by the app's icon where its first activity is a singleTask.
        if (isFinishing) WebUiPages.cancelled(intent.page)
        super.onDestroy()
    }

    private fun open(page: WebUiPage) {
        isOpened = true
        page.shown.complete(Unit)
        try {
            Browsers(this).open(page)
        } catch (failure: RuntimeException) {
            WebUiPages.failed(page.id, failure)
            leave()
        }
    }

    private fun browserWasClosed() {
        WebUiPages.cancelled(intent.page)
        leave()
    }

    private fun leave() {
        // Nothing of the app is beneath: its task was swiped away, and the person comes from a browser of its own.
        val isAlone = isTaskRoot || intent.getBooleanExtra(ALONE, false)
        if (isAlone) packageManager.getLaunchIntentForPackage(packageName)?.let(::startActivity)
        finish()
    }

    internal companion object {
        const val PAGE = "dev.portcullis.android.page"
        private const val ALONE = "dev.portcullis.android.alone"
        private const val OPENED = "dev.portcullis.android.opened"
        const val REDIRECT_AFTER_CLOSING_MS = 1_000L

        private val Intent.page: String? get() = getStringExtra(PAGE)

        fun showing(context: Context, page: WebUiPage): Intent =
            ours(context).addFlags(Intent.FLAG_ACTIVITY_NEW_TASK).putExtra(PAGE, page.id)

        /** Closes what is above it. [redirect] is finishing, and so no longer counts as the root of its task. */
        fun comingBack(redirect: Activity): Intent = ours(redirect).putExtra(ALONE, redirect.isTaskRoot)

        private fun ours(context: Context): Intent =
            Intent(context, WebUiBrowserActivity::class.java)
                .addFlags(Intent.FLAG_ACTIVITY_CLEAR_TOP or Intent.FLAG_ACTIVITY_SINGLE_TOP)
    }
}
