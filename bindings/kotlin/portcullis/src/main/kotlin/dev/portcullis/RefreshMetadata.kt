package dev.portcullis

/** The app's function as the core sees it. With a guard: the bridge understands exceptions only. */
internal class AskedMetadata(private val tell: () -> Map<String, String>) : RefreshMetadata {
    override fun clientMetadata(): Map<String, String> =
        try {
            tell()
        } catch (_: Throwable) {
            throw RefreshMetadataException.Unavailable()
        }
}
