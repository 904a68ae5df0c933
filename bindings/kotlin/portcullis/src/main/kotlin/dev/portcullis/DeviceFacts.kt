package dev.portcullis

/** The app's facts with a guard: the bridge understands exceptions only, and would take an [Error] for success. */
internal class GuardedFacts(private val tell: () -> Map<String, String>) : DeviceFacts {
    override fun facts(): Map<String, String> =
        try {
            tell()
        } catch (_: Throwable) {
            throw DeviceFactsException.Unavailable()
        }
}
