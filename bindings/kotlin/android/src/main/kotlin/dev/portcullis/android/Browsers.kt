package dev.portcullis.android

import android.content.ActivityNotFoundException
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.net.Uri
import androidx.browser.customtabs.CustomTabsClient
import androidx.browser.customtabs.CustomTabsIntent

/** The browsers of this device. Only these are asked to show a page: not an app that has its address to itself. */
internal class Browsers(private val context: Context) {
    /**
     * Shows the page, in a Custom Tab if any browser has them.
     *
     * @throws ActivityNotFoundException there is no browser, or it is switched off
     */
    fun open(page: WebUiPage) {
        val url = Uri.parse(page.request.url)
        val browser = withCustomTabs()
        if (browser == null) {
            context.startActivity(browsing(url).setPackage(preferred()))
            return
        }
        val tab = CustomTabsIntent.Builder().setShareState(CustomTabsIntent.SHARE_STATE_OFF)
        page.customTab(tab)
        if (page.prefersPrivateSession && CustomTabsClient.isEphemeralBrowsingSupported(context, browser)) {
            tab.setEphemeralBrowsingEnabled(true)
        }
        val intent = tab.build().intent.setPackage(browser).setData(url)
        context.startActivity(intent)
    }

    /** The package of the browser that the person prefers if it has Custom Tabs, or else of one that has. */
    fun withCustomTabs(): String? = CustomTabsClient.getPackageName(context, all())

    private fun preferred(): String {
        val browsers = all()
        val preferred = manager.resolveActivity(anyPage, PackageManager.MATCH_DEFAULT_ONLY)?.activityInfo?.packageName
        return browsers.find { it == preferred }
            ?: browsers.firstOrNull()
            ?: throw ActivityNotFoundException("no browser can show the hosted pages")
    }

    private fun all(): List<String> =
        manager.queryIntentActivities(anyPage, PackageManager.MATCH_ALL).map { it.activityInfo.packageName }.distinct()

    private val manager: PackageManager get() = context.packageManager

    /** What only browsers take: pages of any host. */
    private val anyPage: Intent get() = browsing(Uri.fromParts("https", "", null))

    private fun browsing(url: Uri): Intent = Intent(Intent.ACTION_VIEW, url).addCategory(Intent.CATEGORY_BROWSABLE)
}
