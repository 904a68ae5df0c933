package dev.portcullis.android

import android.content.ActivityNotFoundException
import android.content.Context
import androidx.browser.customtabs.CustomTabsClient
import androidx.browser.customtabs.CustomTabsIntent
import dev.portcullis.WebUiPresenter
import dev.portcullis.WebUiRequest
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/**
 * Shows the hosted pages in a Custom Tab, or in a browser of its own where no browser has Custom Tabs. The manifest has to
 * name the address that the browser comes back to, see this module's README.
 *
 * One page is on show at a time: the next one takes its place, and the call that waited for the first ends with the code
 * `web_ui_failed` and a [WebUiReplacedException] as its cause. A call that is cancelled leaves the page open; if the person
 * goes on, [completeReturnedWebUiSignIn] completes their sign-in.
 *
 * What it throws comes out of `signInWithWebUi` as `web_ui_cancelled` (the person went back to the app), or as
 * `web_ui_failed` with a cause: [ActivityNotFoundException] (there is no browser), [WebUiNotShownException].
 *
 * @param context any; its application's is kept, so the presenter may be kept as long as one likes
 * @param prefersPrivateSession whether the browser is to forget the person afterwards and to share nothing with its other
 *   tabs. A browser that cannot do that shows the page like any other: ask [isPrivateSessionSupported] first if that is not
 *   good enough.
 * @param customTab changes how the Custom Tab looks, for example its colours; on the main thread
 */
public class CustomTabsPresenter internal constructor(
    context: Context,
    private val prefersPrivateSession: Boolean,
    private val customTab: (CustomTabsIntent.Builder) -> Unit,
    private val longestStart: Duration,
) : WebUiPresenter {
    public constructor(
        context: Context,
        prefersPrivateSession: Boolean = false,
        customTab: (CustomTabsIntent.Builder) -> Unit = {},
    ) : this(context, prefersPrivateSession, customTab, longestStart = 10.seconds)

    private val application: Context = context.applicationContext

    override suspend fun present(request: WebUiRequest): String {
        val page = WebUiPage(request, prefersPrivateSession, customTab)
        return WebUiPages.show(page, longestStart) {
            application.startActivity(WebUiBrowserActivity.showing(application, page))
        }
    }

    public companion object {
        /**
         * Whether the browser that pages are shown in can do so in a private session (Chrome from 136 on). Asks the package
         * manager, so not on the main thread if it can be helped.
         */
        @JvmStatic
        public fun isPrivateSessionSupported(context: Context): Boolean {
            val browser = Browsers(context).withCustomTabs() ?: return false
            return CustomTabsClient.isEphemeralBrowsingSupported(context, browser)
        }
    }
}

/** Another call has shown another page instead. */
public class WebUiReplacedException internal constructor() :
    IllegalStateException("another hosted page has been shown instead of this one")

/** Android did not let the app show the page, as it does while no activity of the app is on the screen. */
public class WebUiNotShownException internal constructor() :
    IllegalStateException("the page was not shown: call this while an activity of the app is on the screen")
