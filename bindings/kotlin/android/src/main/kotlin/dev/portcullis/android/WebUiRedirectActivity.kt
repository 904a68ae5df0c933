package dev.portcullis.android

import android.app.Activity
import android.os.Bundle

/**
 * What the browser opens when it comes back. Any app can open it too: of its intent it takes the address alone, which counts
 * only if it is the answer to the page on show (and then only if the core finds it right).
 *
 * The app names its addresses as intent filters of it, see this module's README.
 */
public class WebUiRedirectActivity : Activity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        val url = intent.dataString
        if (savedInstanceState == null && url != null && WebUiPages.deliver(url)) {
            startActivity(WebUiBrowserActivity.comingBack(this))
        }
        finish()
    }
}
