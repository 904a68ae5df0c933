package dev.portcullis

/** The calls of [Auth] for remembered devices. */
public interface DeviceCalls : CoreCalls {
    /**
     * Has the service ask for no second factor on this device.
     *
     * @throws AuthException.InvalidState if the service does not track this device
     */
    public suspend fun rememberDevice(): Unit = whileOpen { it.rememberDevice(null) }

    /**
     * Has the service forget a device of the user.
     *
     * @param id [AuthDevice.id]; null: this device
     * @throws AuthException.InvalidState if it is to be this one, and the service does not track it
     */
    public suspend fun forgetDevice(id: String? = null): Unit = whileOpen { it.forgetDevice(id, null) }

    /** The devices that the service knows for the user. */
    public suspend fun fetchDevices(): List<AuthDevice> = whileOpen { it.fetchDevices(null) }
}
