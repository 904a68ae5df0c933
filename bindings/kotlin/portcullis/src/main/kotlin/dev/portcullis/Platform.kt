package dev.portcullis

/**
 * What can be found out about this device: on Android its model, elsewhere the operating system's name. The name of the
 * computer is not told: people put their own names there.
 */
public fun PlatformDetails.Companion.ofThisDevice(): PlatformDetails =
    PlatformDetails(deviceName = android("android.os.Build", "MODEL") ?: System.getProperty("os.name"))
