package dev.portcullis.android

import android.app.Application
import android.content.ComponentName
import android.content.IntentFilter
import android.content.pm.ServiceInfo
import android.os.Bundle
import android.os.PatternMatcher
import java.io.File
import javax.xml.parsers.DocumentBuilderFactory
import org.robolectric.Shadows.shadowOf
import org.w3c.dom.Element

/** The manifest of the tests' app, with this module's merged into it. */
object AppManifest {
    val root: Element =
        File(System.getProperty("portcullis.manifest")).let { file ->
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file).documentElement
        }

    /** Registers what it declares; Robolectric itself reads manifests out of APKs only. */
    fun install(application: Application) {
        val manager = shadowOf(application.packageManager)
        for (activity in root.all("activity")) {
            val name = ComponentName(application, activity.android("name"))
            manager.addActivityIfNotPresent(name)
            activity.all("intent-filter").forEach { manager.addIntentFilterForActivity(name, it.toFilter()) }
        }
        for (service in root.all("service")) {
            val info = ServiceInfo()
            info.packageName = application.packageName
            info.name = service.android("name")
            info.metaData = Bundle()
            service.all("meta-data").forEach { info.metaData.putString(it.android("name"), it.android("value")) }
            manager.addOrUpdateService(info)
        }
    }

    private fun Element.toFilter(): IntentFilter {
        val filter = IntentFilter()
        all("action").forEach { filter.addAction(it.android("name")) }
        all("category").forEach { filter.addCategory(it.android("name")) }
        for (data in all("data")) {
            filter.addDataScheme(data.android("scheme"))
            if (data.hasAttribute("android:host")) filter.addDataAuthority(data.android("host"), null)
            if (data.hasAttribute("android:path")) filter.addDataPath(data.android("path"), PatternMatcher.PATTERN_LITERAL)
        }
        return filter
    }
}

/** The elements of that name below this one. */
fun Element.all(name: String): List<Element> =
    getElementsByTagName(name).let { found -> List(found.length) { found.item(it) as Element } }

fun Element.android(attribute: String): String = getAttribute("android:$attribute")
