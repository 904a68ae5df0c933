package dev.portcullis.android

import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import org.w3c.dom.Element

/** What an app's manifest is after Android's merger has put this module's into it. */
class ManifestTest {
    private val manifest = AppManifest.root

    private fun activity(type: Class<*>): Element =
        manifest.all("activity").single { it.android("name") == type.name }

    @Test
    fun `the browser opens the redirect activity alone, by the app's scheme and by its verified link`() {
        val redirect = activity(WebUiRedirectActivity::class.java)
        assertEquals("true", redirect.android("exported"))
        val filters = redirect.all("intent-filter").associateBy { it.all("data").single().android("scheme") }
        assertEquals(setOf("com.example.shop", "https"), filters.keys)
        for (filter in filters.values) {
            val categories = filter.all("category").map { it.android("name").substringAfterLast('.') }
            assertEquals(setOf("DEFAULT", "BROWSABLE"), categories.toSet())
        }
        assertEquals("true", filters.getValue("https").android("autoVerify"))
        assertEquals("", filters.getValue("com.example.shop").android("autoVerify"), "no host to verify")
    }

    @Test
    fun `no other app opens the activity beneath the browser, and there is one of it`() {
        val beneath = activity(WebUiBrowserActivity::class.java)
        assertEquals("false", beneath.android("exported"))
        assertEquals("singleTask", beneath.android("launchMode"))
        assertTrue(beneath.all("intent-filter").isEmpty())
    }

    @Test
    fun `the app may see browsers and their Custom Tabs`() {
        val asked = manifest.all("queries").single().all("action").map { it.android("name") }
        assertEquals(setOf("android.intent.action.VIEW", "android.support.customtabs.action.CustomTabsService"), asked.toSet())
    }
}
