package dev.portcullis.android

import android.app.Activity
import android.app.Application
import android.content.ComponentName
import android.content.Intent
import android.content.IntentFilter
import android.net.Uri
import android.os.Bundle
import android.os.Looper
import androidx.browser.customtabs.CustomTabsService
import java.util.concurrent.TimeUnit
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController

/**
 * As much of a phone as a sign-in in the browser meets. Robolectric writes down what is started and starts nothing: this
 * plays the system, which keeps one task of the app, and the browser, which the test plays the person of.
 */
class Phone {
    val application: Application = RuntimeEnvironment.getApplication()

    /** What the browser shows; null: no page is open. */
    var tab: Intent? = null
        private set

    /** Every page that was opened. */
    val opened = mutableListOf<Intent>()

    /** How often the app's first activity was started anew. */
    var launches = 0
        private set

    /** Whether an activity of the app lies beneath ours. */
    var appIsBeneath = true

    /** Whether the browser opens redirects in its own task, and not in the app's. */
    var redirectsInBrowsersTask = false

    /** Whether the system lets the app show anything. */
    var appIsInFront = true

    private var beneath: ActivityController<WebUiBrowserActivity>? = null

    init {
        AppManifest.install(application)
        shadowOf(application).checkActivities(true)
    }

    /** The activity beneath the browser, if there is one. */
    val activity: WebUiBrowserActivity? get() = beneath?.get()

    val url: String get() = checkNotNull(tab?.dataString) { "no page is open" }

    /** Installs a browser; the first one is what the person prefers. */
    fun install(
        browser: String,
        customTabs: Boolean = true,
        privateSessions: Boolean = false,
    ) {
        val manager = shadowOf(application.packageManager)
        val main = ComponentName(browser, "$browser.Main")
        manager.addActivityIfNotPresent(main)
        for (scheme in listOf("http", "https")) {
            val pages = IntentFilter(Intent.ACTION_VIEW)
            pages.addCategory(Intent.CATEGORY_DEFAULT)
            pages.addCategory(Intent.CATEGORY_BROWSABLE)
            pages.addDataScheme(scheme)
            manager.addIntentFilterForActivity(main, pages)
        }
        if (!customTabs) return
        val service = ComponentName(browser, "$browser.Tabs")
        manager.addServiceIfNotPresent(service)
        val tabs = IntentFilter(CustomTabsService.ACTION_CUSTOM_TABS_CONNECTION)
        if (privateSessions) tabs.addCategory(CustomTabsService.CATEGORY_EPHEMERAL_BROWSING)
        manager.addIntentFilterForService(service, tabs)
    }

    /** Does what was asked of the system so far. */
    fun settle() {
        shadowOf(Looper.getMainLooper()).idle()
        while (true) {
            start(shadowOf(application).nextStartedActivity ?: break)
            shadowOf(Looper.getMainLooper()).idle()
        }
        clearFinished()
    }

    /** Lets the app go on until it is so. */
    fun until(
        what: String,
        limit: Duration = 90.seconds,
        isSo: () -> Boolean,
    ) {
        val start = TimeSource.Monotonic.markNow()
        while (true) {
            settle()
            if (isSo()) return
            check(start.elapsedNow() < limit) { "never came true: $what" }
            Thread.sleep(5)
        }
    }

    /** The phone's own clock goes on. */
    fun wait(time: Duration) {
        shadowOf(Looper.getMainLooper()).idleFor(time.inWholeMilliseconds, TimeUnit.MILLISECONDS)
        settle()
    }

    /** A link is followed, in the browser or by another app: the system picks an activity by the intents filters. */
    fun follow(link: String): Boolean {
        val intent = Intent(Intent.ACTION_VIEW, Uri.parse(link)).addCategory(Intent.CATEGORY_BROWSABLE)
        val ours = application.packageManager.queryIntentActivities(intent, 0).map { it.activityInfo.name }
        if (WebUiRedirectActivity::class.java.name !in ours) return false
        send(intent)
        return true
    }

    /** Another app sends an intent to the redirect activity. */
    fun send(intent: Intent) {
        val redirect = Robolectric.buildActivity(WebUiRedirectActivity::class.java, intent)
        val activity: Activity = redirect.get()
        shadowOf(activity).setIsTaskRoot(!appIsBeneath && !redirectsInBrowsersTask)
        redirect.create()
        check(activity.isFinishing) { "stays on the screen" }
        redirect.destroy()
        settle()
    }

    /** The tab is closed: what is beneath comes to the front. */
    fun closeTab() {
        tab = null
        beneath?.restart()?.start()?.resume()
        settle()
    }

    /** The person closes the tab and does nothing else. */
    fun closeTabForGood() {
        closeTab()
        wait(WebUiBrowserActivity.REDIRECT_AFTER_CLOSING_MS.milliseconds)
    }

    /** The system throws the activity away and makes it again, as when the phone is turned. */
    fun recreate() {
        val saved = Bundle()
        val old = checkNotNull(beneath)
        old.saveInstanceState(saved)
        val intent = old.get().intent
        old.destroy()
        beneath = controller(intent).create(saved).start().restoreInstanceState(saved)
        if (tab == null) beneath?.resume() else beneath?.stop()
        settle()
    }

    /** The app's task goes from the list of recent ones, or is cleared above its first activity. */
    fun clearTask() {
        tab = null
        beneath?.get()?.finish()
        clearFinished()
    }

    private fun start(intent: Intent) {
        when {
            intent.component?.className == WebUiBrowserActivity::class.java.name -> if (appIsInFront) startOurs(intent)
            intent.action == Intent.ACTION_VIEW -> openTab(intent)
            intent.action == Intent.ACTION_MAIN -> launches += 1
            else -> error("nobody starts $intent")
        }
    }

    /** singleTask: there is one at most, and what lies above it goes. */
    private fun startOurs(intent: Intent) {
        clearFinished()
        val there = beneath
        if (there == null) {
            beneath = controller(intent).create().start().resume()
            return
        }
        if (tab == null) there.pause() else there.restart().start()
        tab = null
        there.newIntent(intent).resume()
    }

    private fun openTab(intent: Intent) {
        tab = intent
        opened += intent
        beneath?.pause()?.stop()
    }

    private fun clearFinished() {
        val there = beneath?.takeIf { it.get().isFinishing } ?: return
        beneath = null
        there.pause().stop().destroy()
    }

    private fun controller(intent: Intent): ActivityController<WebUiBrowserActivity> =
        Robolectric.buildActivity(WebUiBrowserActivity::class.java, intent).also {
            val activity: Activity = it.get()
            shadowOf(activity).setIsTaskRoot(!appIsBeneath && redirectsInBrowsersTask)
        }
}
