package dev.portcullis

/**
 * What can be found out about this device: on Android its model, elsewhere the operating system's name. The name of the
 * computer is not told: people put their own names there.
 */
public fun PlatformDetails.Companion.ofThisDevice(): PlatformDetails =
    PlatformDetails(deviceName = androidModel() ?: System.getProperty("os.name"))

/** `Build.MODEL`, without needing Android to compile. */
private fun androidModel(): String? =
    runCatching { Class.forName("android.os.Build").getField("MODEL").get(null) as? String }
        .getOrNull()
        ?.takeIf(String::isNotBlank)
