package dev.portcullis

import java.time.OffsetDateTime
import java.time.format.DateTimeFormatter
import java.util.Locale

/**
 * What threat protection is told: what the app says, or else what the system does. With a guard: the bridge understands
 * exceptions only, and would take an [Error] for success.
 */
internal class FactsOfThisDevice(private val tell: () -> Map<String, String> = ::systemFacts) : DeviceFacts {
    override fun facts(): Map<String, String> =
        try {
            tell()
        } catch (_: Throwable) {
            throw DeviceFactsException.Unavailable()
        }
}

/** Language, time zone and system, on Android the model too. Nothing that names the user. */
private fun systemFacts(): Map<String, String> =
    mapOf(
        "ClientTimezone" to OffsetDateTime.now().format(DateTimeFormatter.ofPattern("xxx")),
        "DeviceLanguage" to Locale.getDefault().toLanguageTag(),
        "DeviceOsReleaseVersion" to (android("android.os.Build\$VERSION", "RELEASE") ?: System.getProperty("os.version")),
        "DeviceSdkVersion" to android("android.os.Build\$VERSION", "SDK_INT"),
        "DeviceName" to android("android.os.Build", "MODEL"),
        "DeviceBrand" to android("android.os.Build", "BRAND"),
        "DeviceHardware" to android("android.os.Build", "HARDWARE"),
        "DeviceFingerprint" to android("android.os.Build", "FINGERPRINT"),
        "Product" to android("android.os.Build", "PRODUCT"),
        "BuildType" to android("android.os.Build", "TYPE"),
    ).mapNotNull { (name, value) -> value?.let { name to it } }.toMap()

/** A constant of Android, without needing it to compile; null elsewhere. */
internal fun android(
    type: String,
    constant: String,
): String? =
    runCatching { Class.forName(type).getField(constant).get(null)?.toString() }
        .getOrNull()
        ?.takeIf(String::isNotBlank)
